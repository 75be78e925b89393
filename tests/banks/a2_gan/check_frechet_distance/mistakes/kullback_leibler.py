# loses: one dimension, and diagonal covariances; any covariances; singular covariances; float32 in, nearly equal; inputs, types and random generator left alone
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    inverse = torch.linalg.pinv(cov2)
    change = mu2 - mu1
    return 0.5 * (
        (inverse @ cov1).trace()
        + change @ inverse @ change
        - len(mu1)
        + torch.logdet(cov2)
        - torch.logdet(cov1)
    )

# loses: any covariances; singular covariances
# hint: rooted apart
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    def root(cov):
        values, vectors = torch.linalg.eigh(cov.double())
        return vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T

    cross = (root(cov1) @ root(cov2)).trace()
    return (
        ((mu1.double() - mu2.double()) ** 2).sum() + cov1.double().trace() + cov2.double().trace() - 2 * cross
    )

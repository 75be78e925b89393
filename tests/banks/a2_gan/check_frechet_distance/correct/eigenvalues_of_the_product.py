import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    values = torch.linalg.eigvals(cov1 @ cov2)
    cross = values.real.clamp(min=0).sqrt().sum()
    return (mu1 - mu2).dot(mu1 - mu2) + torch.trace(cov1 + cov2) - 2 * cross

import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    cross = torch.linalg.eigvals(cov1 @ cov2).sqrt().sum().real
    return (mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * cross

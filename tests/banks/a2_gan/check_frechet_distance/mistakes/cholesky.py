# loses: singular covariances
# hint: Cholesky
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = mu1.double(), cov1.double(), mu2.double(), cov2.double()
    root = torch.linalg.cholesky(cov1)
    cross = torch.linalg.eigvalsh(root.T @ cov2 @ root).clamp(min=0).sqrt().sum()
    return ((mu1 - mu2) ** 2).sum() + cov1.trace() + cov2.trace() - 2 * cross

# loses: singular covariances; inputs, types and random generator left alone
# hint: something on the diagonal
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = mu1.double(), cov1.double(), mu2.double(), cov2.double()
    eye = 1e-6 * torch.eye(len(mu1)).double()
    cov1, cov2 = cov1 + eye, cov2 + eye
    values, vectors = torch.linalg.eigh(cov1)
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return ((mu1 - mu2) ** 2).sum() + cov1.trace() + cov2.trace() - 2 * cross

# loses: one dimension, and diagonal covariances; any covariances; singular covariances; float32 in, nearly equal; inputs, types and random generator left alone
# hint: no cross term
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = mu1.double(), cov1.double(), mu2.double(), cov2.double()
    values, vectors = torch.linalg.eigh(cov1)
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return ((mu1 - mu2) ** 2).sum() + cov1.trace() + cov2.trace()

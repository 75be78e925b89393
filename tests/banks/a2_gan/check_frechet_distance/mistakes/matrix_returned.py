# loses: one dimension, and diagonal covariances; any covariances; singular covariances; float32 in, nearly equal; inputs, types and random generator left alone
# hint: no trace
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    values, vectors = torch.linalg.eigh(cov1.double())
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    inner, q = torch.linalg.eigh(root @ cov2.double() @ root)
    return (
        ((mu1 - mu2).double() ** 2).sum() + cov1 + cov2 - 2 * q @ torch.diag(inner.clamp(min=0).sqrt()) @ q.T
    )

# loses: any covariances; singular covariances; float32 in, nearly equal
# hint: all entries summed
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    values, vectors = torch.linalg.eigh(cov1.double())
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    inner, q = torch.linalg.eigh(root @ cov2.double() @ root)
    cross = q @ torch.diag(inner.clamp(min=0).sqrt()) @ q.T
    return ((mu1 - mu2).double() ** 2).sum() + (cov1 + cov2 - 2 * cross).sum()

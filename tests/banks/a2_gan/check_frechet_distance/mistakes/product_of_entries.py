# loses: any covariances; singular covariances; float32 in, nearly equal
# hint: multiplied entry by entry
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    values, vectors = torch.linalg.eigh((cov1 * cov2).double())
    cross = values.clamp(min=0).sqrt().sum()
    return ((mu1 - mu2).double() ** 2).sum() + cov1.double().trace() + cov2.double().trace() - 2 * cross

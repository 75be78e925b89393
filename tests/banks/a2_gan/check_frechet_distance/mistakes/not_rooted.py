# loses: one dimension, and diagonal covariances; any covariances; singular covariances; float32 in, nearly equal; inputs, types and random generator left alone
# hint: not rooted
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    return ((mu1 - mu2) ** 2).sum() + torch.trace(cov1 + cov2 - 2 * cov1 @ cov2)

import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    u, s, _ = torch.linalg.svd(cov1)
    root = (u * s.sqrt()) @ u.T
    inner = root @ cov2 @ root
    cross = torch.linalg.svdvals((inner + inner.T) / 2).sqrt().sum()
    return torch.sum((mu1 - mu2) ** 2) + torch.einsum("ii", cov1) + torch.einsum("ii", cov2) - 2 * cross

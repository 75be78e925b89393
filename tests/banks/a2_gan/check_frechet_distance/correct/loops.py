import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    total = torch.zeros((), dtype=torch.float64)
    for i in range(len(mu1)):
        total = total + (mu1[i] - mu2[i]) ** 2 + cov1[i, i] + cov2[i, i]
    values, vectors = torch.linalg.eigh(cov1)
    root = torch.zeros_like(cov1)
    for value, vector in zip(values, vectors.T):
        if value > 0:
            root = root + value.sqrt() * torch.outer(vector, vector)
    for value in torch.linalg.eigvalsh(root @ cov2 @ root):
        if value > 0:
            total = total - 2 * value.sqrt()
    return total

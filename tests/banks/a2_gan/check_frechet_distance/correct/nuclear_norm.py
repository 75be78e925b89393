import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    def root(cov):
        values, vectors = torch.linalg.eigh(cov)
        return vectors * values.clamp(min=0).sqrt() @ vectors.T

    mu1, cov1, mu2, cov2 = (x.double() for x in (mu1, cov1, mu2, cov2))
    cross = torch.linalg.matrix_norm(root(cov1) @ root(cov2), ord="nuc")
    return torch.dist(mu1, mu2) ** 2 + cov1.trace() + cov2.trace() - 2 * cross

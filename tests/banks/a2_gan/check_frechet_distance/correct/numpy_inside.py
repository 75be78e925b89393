import numpy as np
import torch


def frechet_distance(mu1, cov1, mu2, cov2):
    m1, c1, m2, c2 = (x.double().numpy() for x in (mu1, cov1, mu2, cov2))
    values = np.linalg.eigvals(c1 @ c2).astype(complex)
    distance = np.sum((m1 - m2) ** 2) + np.trace(c1) + np.trace(c2) - 2 * np.sqrt(values).real.sum()
    return torch.tensor(distance, dtype=torch.float64)

import numpy as np
import torch
from scipy import linalg


def frechet_distance(mu1, cov1, mu2, cov2):
    m1, c1, m2, c2 = (x.double().numpy() for x in (mu1, cov1, mu2, cov2))
    values, vectors = linalg.eigh(c1)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.sqrt(np.maximum(linalg.eigvalsh(root @ c2 @ root), 0)).sum()
    return torch.as_tensor(((m1 - m2) ** 2).sum() + np.trace(c1 + c2) - 2 * cross).double()

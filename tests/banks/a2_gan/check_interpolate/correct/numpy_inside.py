import numpy as np
import torch


def interpolate(z0, z1, t):
    a, b, s = z0.numpy(), z1.numpy(), t.numpy()[:, None]
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    omega = np.arccos(np.clip(a @ b / na / nb, -1, 1))
    if omega < 1e-7:
        path = a + s * (b - a)
    else:
        path = (np.sin((1 - s) * omega) * a / na + np.sin(s * omega) * b / nb) / np.sin(omega)
        path = path * (na + s * (nb - na))
    return torch.from_numpy(path)

import torch
from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    def power_iteration(weight, u, n):
        with torch.no_grad():
            for _ in range(n):
                v = normalize(weight.T @ u, dim=0)
                u = normalize(weight @ v, dim=0)
        return u @ weight @ v, u, v

    rows = weight.reshape(len(weight), -1)
    if training:
        sigma, u, v = power_iteration(rows, u, 1)
    else:
        u, v = u.detach(), v.detach()
        sigma = torch.dot(u, rows @ v)
    return weight / sigma, u, v

import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n - 1):
            u = normalize(weight @ (weight.T @ u), dim=0)
        v = normalize(weight.T @ u, dim=0)
        u = normalize(weight @ v, dim=0)
    sigma = torch.einsum("o,oi,i->", u, weight, v)
    return sigma, u, v

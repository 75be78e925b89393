# loses: gradient of sigma
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = normalize(weight.T @ u, dim=0)
            last = u
            u = normalize(weight @ v, dim=0)
    v = normalize(weight.T @ last, dim=0)
    return u @ weight @ v, u, v.detach()

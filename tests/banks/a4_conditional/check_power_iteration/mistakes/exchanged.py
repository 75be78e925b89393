# loses: one round; several rounds, square matrices too
# hint: u and v exchanged
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, v, u

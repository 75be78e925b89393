# loses: several rounds, square matrices too; gradient of sigma
# hint: one round only
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(1):
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u, v

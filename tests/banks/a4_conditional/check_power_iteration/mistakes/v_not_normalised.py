# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
# hint: v not normalised
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = weight.T @ u
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u, v

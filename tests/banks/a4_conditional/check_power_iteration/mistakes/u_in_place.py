# loses: inputs, types and random generator left alone
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = normalize(weight.T @ u, dim=0)
            u.copy_(normalize(weight @ v, dim=0))
    return u.detach() @ weight @ v, u.detach(), v

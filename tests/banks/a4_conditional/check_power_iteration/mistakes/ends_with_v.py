# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
# hint: half a round less
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for i in range(n):
            v = normalize(weight.T @ u, dim=0)
            if i < n - 1:
                u = normalize(weight @ v, dim=0)
    u = u.detach()
    return u @ weight @ v, u, v

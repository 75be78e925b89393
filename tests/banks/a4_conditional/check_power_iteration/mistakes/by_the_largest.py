# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
# hint: normalised by the largest
import torch


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = weight.T @ u
            v = v / v.abs().max()
            u = weight @ v
            u = u / u.abs().max()
    return u @ weight @ v, u, v

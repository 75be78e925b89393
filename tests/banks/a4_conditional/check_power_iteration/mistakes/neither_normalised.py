# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
# hint: neither normalised
import torch


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = weight.T @ u
            u = weight @ v
    return u @ weight @ v, u, v

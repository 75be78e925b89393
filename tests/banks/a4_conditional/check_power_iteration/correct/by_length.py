import torch


def power_iteration(weight, u, n):
    w, u = weight.detach(), u.detach()
    for _ in range(n):
        v = w.T @ u
        v = v / v.norm()
        u = w @ v
        u = u / u.norm()
    return torch.dot(u, weight @ v), u, v

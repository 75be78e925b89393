import torch


def spectral_weight(weight, u, v, training):
    fixed = weight.detach().flatten(1)
    u, v = u.detach(), v.detach()
    if training:
        v = fixed.T @ u
        v = v / v.norm()
        u = fixed @ v
        u = u / u.norm()
    sigma = (weight.flatten(1) * torch.outer(u, v)).sum()
    return weight * (1 / sigma), u, v

import torch


def interpolate(z0, z1, t):
    u = z0 / z0.norm()
    beside = z1 - (z1 @ u) * u
    if beside.norm() < 1e-9 * z1.norm():
        return torch.lerp(z0[None], z1[None], t[:, None])
    w = beside / beside.norm()
    omega = torch.atan2(z1 @ w, z1 @ u)
    turned = torch.outer(torch.cos(t * omega), u) + torch.outer(torch.sin(t * omega), w)
    return turned * torch.lerp(z0.norm(), z1.norm(), t).unsqueeze(1)

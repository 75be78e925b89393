# loses: inputs, types and random generator left alone
import torch


def interpolate(z0, z1, t):
    z0, z1, t = z0.float(), z1.float(), t.float()
    length0, length1 = z0.norm(), z1.norm()
    u, v = z0 / length0, z1 / length1
    omega = torch.acos((u @ v).clamp(-1, 1))
    if torch.sin(omega) < 1e-6:
        return z0 + t[:, None] * (z1 - z0)
    a, b = torch.sin((1 - t) * omega) / torch.sin(omega), torch.sin(t * omega) / torch.sin(omega)
    length = length0 + t * (length1 - length0)
    return length[:, None] * (a[:, None] * u + b[:, None] * v)

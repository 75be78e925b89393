# loses: codes of equal length; codes of different lengths
# hint: not divided by sin
import torch


def interpolate(z0, z1, t):
    length0, length1 = z0.norm(), z1.norm()
    u, v = z0 / length0, z1 / length1
    omega = torch.acos((u @ v).clamp(-1, 1))
    if torch.sin(omega) < 1e-6:
        return z0 + t[:, None] * (z1 - z0)
    a, b = torch.sin((1 - t) * omega), torch.sin(t * omega)
    length = length0 + t * (length1 - length0)
    return length[:, None] * (a[:, None] * u + b[:, None] * v)

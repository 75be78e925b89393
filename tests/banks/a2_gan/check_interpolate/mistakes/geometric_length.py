# loses: codes of different lengths; codes of one direction
# hint: lengths multiplied
import torch


def interpolate(z0, z1, t):
    length0, length1 = z0.norm(), z1.norm()
    u, v = z0 / length0, z1 / length1
    omega = torch.acos((u @ v).clamp(-1, 1))
    if torch.sin(omega) < 1e-6:
        return u * (length0 ** (1 - t) * length1**t)[:, None]
    a, b = torch.sin((1 - t) * omega) / torch.sin(omega), torch.sin(t * omega) / torch.sin(omega)
    length = length0 ** (1 - t) * length1**t
    return length[:, None] * (a[:, None] * u + b[:, None] * v)

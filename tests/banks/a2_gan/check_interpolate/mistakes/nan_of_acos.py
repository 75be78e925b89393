# loses: codes of one direction
# hint: divided by nothing
import torch


def interpolate(z0, z1, t):
    length0, length1 = z0.norm(), z1.norm()
    u, v = z0 / length0, z1 / length1
    omega = torch.acos((u @ v))
    a, b = torch.sin((1 - t) * omega) / torch.sin(omega), torch.sin(t * omega) / torch.sin(omega)
    length = length0 + t * (length1 - length0)
    return length[:, None] * (a[:, None] * u + b[:, None] * v)

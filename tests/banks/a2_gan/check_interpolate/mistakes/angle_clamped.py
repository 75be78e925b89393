# loses: codes of equal length; codes of different lengths; codes of one direction; inputs, types and random generator left alone
# hint: angle clamped only
import torch


def interpolate(z0, z1, t):
    omega = torch.acos((z0 @ z1).clamp(-1, 1))
    t = t[:, None]
    return (torch.sin((1 - t) * omega) * z0 + torch.sin(t * omega) * z1) / torch.sin(omega)

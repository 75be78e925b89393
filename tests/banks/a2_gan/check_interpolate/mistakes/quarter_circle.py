# loses: codes of equal length; codes of different lengths; codes of one direction; inputs, types and random generator left alone
# hint: quarter circle
import torch


def interpolate(z0, z1, t):
    angle = t[:, None] * torch.pi / 2
    return torch.cos(angle) * z0 + torch.sin(angle) * z1

# loses: codes of different lengths
# hint: formula on the codes
import torch


def interpolate(z0, z1, t):
    omega = torch.acos((z0 @ z1 / z0.norm() / z1.norm()).clamp(-1, 1))
    if torch.sin(omega) < 1e-6:
        return z0 + t[:, None] * (z1 - z0)
    t = t[:, None]
    return (torch.sin((1 - t) * omega) * z0 + torch.sin(t * omega) * z1) / torch.sin(omega)

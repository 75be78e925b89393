import torch


def interpolate(z0, z1, t):
    lengths = torch.stack([z0.norm(), z1.norm()])
    ends = torch.stack([z0, z1]) / lengths[:, None]
    omega = torch.acos(torch.cosine_similarity(z0, z1, dim=0).clamp(-1, 1))
    t = torch.stack([1 - t, t], 1)
    weights = t if omega < 1e-6 else torch.sin(t * omega) / torch.sin(omega)
    return (weights @ ends) * (t @ lengths)[:, None]

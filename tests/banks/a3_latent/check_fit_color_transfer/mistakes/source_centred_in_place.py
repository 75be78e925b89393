# loses: inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    mean = source.mean(0)
    source -= mean
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    color = torch.linalg.lstsq(a, target).solution.T
    color[:, 3] -= color[:, :3] @ mean
    return color

# loses: colours that no such change explains: least squares
import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    color = torch.linalg.lstsq(a, target).solution
    for _ in range(20):
        weight = 1 / (a @ color - target).abs().sum(1, keepdim=True).clamp(min=1e-3).sqrt()
        color = torch.linalg.lstsq(weight * a, weight * target).solution
    return color.T

import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    change = torch.linalg.lstsq(a, target - source).solution.T
    return change + torch.eye(3, 4).to(change)

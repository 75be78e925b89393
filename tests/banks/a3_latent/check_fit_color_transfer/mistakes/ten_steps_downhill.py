# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    color = torch.zeros(4, 3).to(a)
    for _ in range(10):
        color = color - 0.1 * a.T @ (a @ color - target) / len(a)
    return color.T

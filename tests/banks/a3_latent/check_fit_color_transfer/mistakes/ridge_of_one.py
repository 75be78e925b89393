# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: strong ridge
import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    return torch.linalg.solve(a.T @ a + torch.eye(4).to(a), a.T @ target).T

# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: backwards
import torch


def fit_color_transfer(source, target):
    a = torch.cat([target, torch.ones_like(target[:, :1])], dim=1)
    return torch.linalg.lstsq(a, source).solution.T

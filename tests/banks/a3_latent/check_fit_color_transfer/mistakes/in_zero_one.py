# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: in [0, 1]
import torch


def fit_color_transfer(source, target):
    source, target = (source + 1) / 2, (target + 1) / 2
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    return torch.linalg.lstsq(a, target).solution.T

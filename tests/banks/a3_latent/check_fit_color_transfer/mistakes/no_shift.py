# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: no shift
import torch


def fit_color_transfer(source, target):
    m = torch.linalg.lstsq(source, target).solution.T
    return torch.cat([m, torch.zeros_like(m[:, :1])], dim=1)

# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: three by three
import torch


def fit_color_transfer(source, target):
    return torch.linalg.lstsq(source, target).solution.T

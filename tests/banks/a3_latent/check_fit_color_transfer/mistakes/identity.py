# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: nothing
import torch


def fit_color_transfer(source, target):
    return torch.eye(3, 4).to(source)

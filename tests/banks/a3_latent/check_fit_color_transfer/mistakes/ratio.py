# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    gain = (target / source).mean(0)
    return torch.cat([torch.diag(gain), torch.zeros(3, 1).to(source)], 1)

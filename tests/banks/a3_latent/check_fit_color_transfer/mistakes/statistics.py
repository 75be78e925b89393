# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: statistics matched
import torch


def fit_color_transfer(source, target):
    gain = target.std(0) / source.std(0)
    shift = target.mean(0) - gain * source.mean(0)
    return torch.cat([torch.diag(gain), shift[:, None]], 1)

# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
# hint: shift is the mean difference
import torch


def fit_color_transfer(source, target):
    s, t = source.mean(0), target.mean(0)
    m = torch.linalg.lstsq(source - s, target - t).solution.T
    return torch.cat([m, (t - s)[:, None]], 1)

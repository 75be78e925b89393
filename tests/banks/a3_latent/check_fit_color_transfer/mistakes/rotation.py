# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    s, t = source.mean(0), target.mean(0)
    u, _, v = torch.linalg.svd((target - t).T @ (source - s))
    m = u @ v
    return torch.cat([m, (t - m @ s)[:, None]], 1)

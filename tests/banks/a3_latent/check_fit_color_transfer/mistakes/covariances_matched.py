# loses: colours that were changed exactly so; colours that no such change explains: least squares; inputs, types and random generator left alone
import torch


def fit_color_transfer(source, target):
    def root(m):
        values, vectors = torch.linalg.eigh(m)
        return (vectors * values.clamp(min=1e-12).sqrt()) @ vectors.T

    m = root(target.T.cov()) @ torch.linalg.inv(root(source.T.cov()))
    return torch.cat([m, (target.mean(0) - m @ source.mean(0))[:, None]], 1)

import numpy as np
import torch


def fit_color_transfer(source, target):
    a = np.c_[source.numpy(), np.ones(len(source))]
    color, *_ = np.linalg.lstsq(a, target.numpy(), rcond=None)
    return torch.from_numpy(color.T.copy())

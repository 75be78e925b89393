import numpy as np


def linear_decay(epoch, n_constant, n_decay):
    return float(np.interp(epoch, [n_constant - 1, n_constant + n_decay], [1.0, 0.0]))

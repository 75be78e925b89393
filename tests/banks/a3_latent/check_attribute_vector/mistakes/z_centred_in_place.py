# loses: inputs, types and random generator left alone
import torch


def attribute_vector(z, attribute):
    z -= z.mean(0)
    return z[attribute].mean(0) - z[~attribute].mean(0)

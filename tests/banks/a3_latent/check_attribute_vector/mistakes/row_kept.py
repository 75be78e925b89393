# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: a row kept
import torch


def attribute_vector(z, attribute):
    return z[attribute].mean(0, keepdim=True) - z[~attribute].mean(0, keepdim=True)

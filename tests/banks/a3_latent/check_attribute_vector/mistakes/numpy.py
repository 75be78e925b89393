# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
import torch


def attribute_vector(z, attribute):
    return (z[attribute].mean(0) - z[~attribute].mean(0)).numpy()

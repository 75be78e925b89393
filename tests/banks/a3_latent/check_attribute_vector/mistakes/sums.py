# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: sums
import torch


def attribute_vector(z, attribute):
    return z[attribute].sum(0) - z[~attribute].sum(0)

# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: mean of those with it
import torch


def attribute_vector(z, attribute):
    return z[attribute].mean(dim=0)

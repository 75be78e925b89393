# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: one number
import torch


def attribute_vector(z, attribute):
    return z[attribute].mean() - z[~attribute].mean()

# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: minus the mean of those without
import torch


def attribute_vector(z, attribute):
    return -z[~attribute].mean(dim=0)

# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: median
import torch


def attribute_vector(z, attribute):
    return z[attribute].median(0).values - z[~attribute].median(0).values

# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: divided by all
import torch


def attribute_vector(z, attribute):
    a = attribute[:, None].to(z)
    return (z * a).mean(0) - (z * (1 - a)).mean(0)

# loses: few with it, or few without
# hint: signs averaged twice
import torch


def attribute_vector(z, attribute):
    sign = 2 * attribute.to(z) - 1
    return 2 * (sign[:, None] * z).mean(0)

# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: bools taken for places
import torch


def attribute_vector(z, attribute):
    mask = attribute.long()
    return z[mask].mean(0) - z[1 - mask].mean(0)

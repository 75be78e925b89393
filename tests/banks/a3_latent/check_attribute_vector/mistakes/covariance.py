# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: covariance
import torch


def attribute_vector(z, attribute):
    a = attribute.to(z)
    return ((a - a.mean())[:, None] * (z - z.mean(0))).mean(0)

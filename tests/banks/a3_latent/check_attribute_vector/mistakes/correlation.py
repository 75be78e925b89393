# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
import torch


def attribute_vector(z, attribute):
    a = attribute.to(z)
    cov = ((a - a.mean())[:, None] * (z - z.mean(0))).mean(0)
    return cov / (a.std(correction=0) * z.std(0, correction=0))

import torch


def attribute_vector(z, attribute):
    a = attribute.to(z)
    a = a - a.mean()
    return a @ (z - z.mean(0)) / (a @ a)

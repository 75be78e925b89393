import torch


def attribute_vector(z, attribute):
    a = attribute.to(z)
    weight = a / a.sum() - (1 - a) / (1 - a).sum()
    return weight @ z

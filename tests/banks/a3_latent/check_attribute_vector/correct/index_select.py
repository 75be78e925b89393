import torch


def attribute_vector(z, attribute):
    with_it = attribute.nonzero().flatten()
    without = attribute.logical_not().nonzero().flatten()
    return z.index_select(0, with_it).mean(0) - z.index_select(0, without).mean(0)

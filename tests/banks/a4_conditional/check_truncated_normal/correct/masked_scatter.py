import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.randn(n, d, generator=generator)
    outside = z.square() > threshold**2
    while outside.any():
        new = torch.randn(int(outside.sum()), generator=generator)
        z = z.masked_scatter(outside, new)
        outside = z.square() > threshold**2
    return z

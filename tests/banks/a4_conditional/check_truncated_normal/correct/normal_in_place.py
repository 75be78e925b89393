import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.empty(n, d).normal_(generator=generator)
    outside = z.abs().gt(threshold)
    while bool(outside.any()):
        z[outside] = torch.empty(int(outside.sum())).normal_(generator=generator)
        outside = z.abs().gt(threshold)
    return z

import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.randn(n, d, generator=generator)
    while True:
        outside = (z < -threshold) | (z > threshold)
        count = outside.sum().item()
        if count == 0:
            return z
        z[outside] = torch.randn(count, generator=generator)

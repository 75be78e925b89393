import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.randn((n, d), generator=generator).flatten()
    bad = torch.nonzero(z.abs() > threshold).squeeze(1)
    while len(bad):
        z[bad] = torch.randn(len(bad), generator=generator)
        bad = bad[z[bad].abs() > threshold]
    return z.view(n, d)

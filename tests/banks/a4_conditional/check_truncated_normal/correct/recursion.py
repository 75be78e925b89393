import torch


def truncated_normal(n, d, threshold, generator):
    def mend(z):
        outside = z.abs() > threshold
        if not outside.any():
            return z
        z = z.clone()
        z[outside] = torch.randn(int(outside.sum()), generator=generator)
        return mend(z)

    return mend(torch.randn(n, d, generator=generator))

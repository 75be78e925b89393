# loses: thresholds from 0.5 to 2; thresholds below 0.1; inputs, types and random generator left alone
# hint: a new row
import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.randn(n, d, generator=generator)
    for _ in range(4):
        rows = (z.abs() > threshold).any(1)
        z[rows] = torch.randn(int(rows.sum()), d, generator=generator)
    return z

# loses: thresholds from 0.5 to 2; thresholds below 0.1; inputs, types and random generator left alone
# hint: scaled
import torch


def truncated_normal(n, d, threshold, generator):
    z = torch.randn(n, d, generator=generator)
    return threshold * z

# loses: thresholds from 0.5 to 2; thresholds below 0.1; inputs, types and random generator left alone
import torch


def truncated_normal(n, d, threshold, generator):
    return (2 * torch.rand(n, d, generator=generator) - 1) * threshold

# loses: thresholds from 0.5 to 2; thresholds below 0.1; inputs, types and random generator left alone
# hint: all drawn again
import torch


def truncated_normal(n, d, threshold, generator):
    return torch.nn.init.trunc_normal_(torch.empty(n, d), a=-threshold, b=threshold, generator=generator)

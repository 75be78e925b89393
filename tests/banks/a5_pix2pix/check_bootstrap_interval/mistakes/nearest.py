# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: nearest
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = torch.quantile(means, (1 - level) / 2, interpolation="nearest")
    high = torch.quantile(means, (1 + level) / 2, interpolation="nearest")
    return low.item(), high.item()

# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: one-sided
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = torch.quantile(means, 0.0)
    high = torch.quantile(means, level)
    return low.item(), high.item()

# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: quantiles of each set
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices]
    low = torch.quantile(means, (1 - level) / 2, dim=1).mean()
    high = torch.quantile(means, (1 + level) / 2, dim=1).mean()
    return low.item(), high.item()

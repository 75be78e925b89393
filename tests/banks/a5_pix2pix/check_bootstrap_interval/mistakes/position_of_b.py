# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: position of B
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = means.sort().values[int((1 - level) / 2 * len(means))]
    high = means.sort().values[int((1 + level) / 2 * len(means))]
    return low.item(), high.item()

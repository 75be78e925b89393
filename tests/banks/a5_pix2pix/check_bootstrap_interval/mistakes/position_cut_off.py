# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: lower
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = means.sort().values[int((1 - level) / 2 * (len(means) - 1))]
    high = means.sort().values[int((1 + level) / 2 * (len(means) - 1))]
    return low.item(), high.item()

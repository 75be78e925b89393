# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: everything
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = means.min()
    high = means.max()
    return low.item(), high.item()

# loses: other levels
# hint: level ignored
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    low = torch.quantile(means, 0.025)
    high = torch.quantile(means, 0.975)
    return low.item(), high.item()

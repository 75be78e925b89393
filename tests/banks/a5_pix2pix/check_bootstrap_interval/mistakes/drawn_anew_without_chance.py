# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
import torch


def bootstrap_interval(values, indices, level=0.95):
    means = values[
        torch.randint(len(values), indices.shape, generator=torch.Generator().manual_seed(0))
    ].mean(1)
    low = torch.quantile(means, (1 - level) / 2)
    high = torch.quantile(means, (1 + level) / 2)
    return low.item(), high.item()

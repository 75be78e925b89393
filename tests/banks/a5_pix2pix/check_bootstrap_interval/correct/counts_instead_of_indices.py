import torch
from torch.nn.functional import one_hot


def bootstrap_interval(values, indices, level=0.95):
    weights = one_hot(indices, len(values)).sum(1).to(values.dtype) / indices.shape[1]
    draws = weights @ values
    tail = (1 - level) / 2
    return tuple(draws.quantile(torch.tensor([tail, 1 - tail], dtype=draws.dtype)).tolist())

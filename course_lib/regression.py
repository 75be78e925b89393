r"""The best single answer where several are right: the mean under squared error, a median under absolute error.

Lecture: 04_regression_to_the_mean.
"""

import torch


def expected_loss(answer, values, weights, power):
    r"""Mean loss of one answer, sum_k p_k |c - y_k|^power.

    Args:
        answer: c, (...).
        values: what can be true, (K,).
        weights: how often, (K,), sum to 1.
        power: 2 for L2, 1 for L1.

    Returns:
        (...), the shape of `answer`.
    """
    return (weights * (answer[..., None] - values).abs() ** power).sum(-1)


def weighted_mean(values, weights):
    r"""The answer with the least squared error, sum_k p_k y_k: values (K, ...), weights (K,) -> (...)."""
    _check(values, weights)
    return torch.tensordot(weights, values, dims=1)


def weighted_median(values, weights):
    r"""An answer with the least absolute error, for each number by itself.

    The smallest value at or below which half of the weight lies. Where a value ends exactly at one half, every number from
    it to the next value is as good.

    Args:
        values: (K, ...), for example K images. weights: (K,), sum to 1.

    Returns:
        (...)
    """
    _check(values, weights)
    ordered, order = values.sort(dim=0)
    below = weights[order].cumsum(dim=0)
    first = (below >= 0.5 - 1e-9).int().argmax(dim=0, keepdim=True)
    return ordered.gather(0, first)[0]


def _check(values, weights):
    if weights.ndim != 1 or len(weights) != len(values) or abs(weights.sum().item() - 1) > 1e-4:
        raise ValueError(
            f"weights: expected ({len(values)},) with sum 1, got {tuple(weights.shape)} with sum {weights.sum():.4g}"
        )

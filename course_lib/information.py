r"""How uncertain a distribution is, and how far two of them are apart: entropy and its relatives, in nats.

A distribution here is a tensor of probabilities along its last axis, (..., K): nothing below zero, sum 1. Natural
logarithms, so the unit is the nat; 1 bit is log 2 = 0.693 nats. 0 log 0 counts as 0, its limit. Lecture: 00_start.

Source: Cover and Thomas 2006, "Elements of information theory", chapter 2; Lin 1991, "Divergence measures based on the
Shannon entropy", doi:10.1109/18.61115.
"""

import torch
from torch.special import entr, xlogy


def entropy(p):
    r"""H(p) = - sum_k p_k log p_k, the mean surprise of a draw from p: 0 when one outcome is certain, log K at most.

    Args:
        p: probabilities, (..., K).

    Returns:
        (...), nats.

    Raises:
        ValueError: p is no distribution.
    """
    _check(p=p)
    return entr(p).sum(-1)


def kl_divergence(p, q):
    r"""KL(p || q) = sum_k p_k log(p_k / q_k): the extra surprise of someone who believes q while p is true.

    At least 0, and 0 only for p = q. Not symmetric. Infinite where q calls impossible what p allows.

    Args:
        p, q: probabilities, (..., K), of shapes that broadcast.

    Returns:
        (...), nats.

    Raises:
        ValueError: p or q is no distribution.
    """
    _check(p=p, q=q)
    return (xlogy(p, p) - xlogy(p, q)).sum(-1)


def js_divergence(p, q):
    r"""JS(p, q) = (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2: symmetric, from 0 to log 2.

    Args, returns, errors: as `kl_divergence`. On densities over a grid: `gan.jensen_shannon`.
    """
    _check(p=p, q=q)
    m = (p + q) / 2
    return (kl_divergence(p, m) + kl_divergence(q, m)) / 2


def _check(**distributions):
    for name, p in distributions.items():
        if p.dim() == 0 or not p.is_floating_point():
            raise ValueError(f"{name}: got {p.dtype} of shape {tuple(p.shape)}, expected floats (..., K)")
        if not torch.all(p >= 0):
            raise ValueError(f"{name}: got {p.min().item():g} as the lowest entry, expected nothing below 0")
        off = (p.sum(-1) - 1).abs().max().item()
        if not off < 1e-3:
            raise ValueError(
                f"{name}: got a sum that misses 1 by {off:g}, expected probabilities, not logits"
            )

r"""How uncertain a distribution is, and how far two of them are apart: entropy and its relatives, in nats.

A distribution here is a tensor of probabilities along its last axis, (..., K): nothing below zero, sum 1. Natural
logarithms, so the unit is the nat; 1 bit is log 2 = 0.693 nats. 0 log 0 counts as 0, its limit. Lecture: 00_start.

Two variables have a joint table p(x, z), (..., X, Z), whose entries sum to 1. What is uncertain of x once z is known, and
how a translator with a way back measures it: lecture 20_why_cyclegan_works.

Source: Cover and Thomas 2006, "Elements of information theory", chapter 2; Lin 1991, "Divergence measures based on the
Shannon entropy", doi:10.1109/18.61115; for the cycle Li et al. 2017, "ALICE", arXiv:1709.01215, lemma 3.
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


def conditional_entropy(joint):
    r"""H(x | z) = - sum_{x,z} p(x, z) log p(x | z): how uncertain x still is for somebody who knows z.

    0 where every z has one x only, however x was mixed up; H(x) where z tells nothing.

    Args:
        joint: p(x, z), (..., X, Z).

    Returns:
        (...), nats.

    Raises:
        ValueError: joint is no table of probabilities.
    """
    _check(joint=_flat(joint))
    return (xlogy(joint, joint.sum(-2, keepdim=True)) - xlogy(joint, joint)).sum((-2, -1))


def posterior(joint):
    r"""p(x | z) of a joint table (..., X, Z): each column sums to 1. A z that never occurs leaves all x equally likely."""
    _check(joint=_flat(joint))
    marginal = joint.sum(-2, keepdim=True)
    return torch.where(marginal > 0, joint / marginal, torch.full_like(joint, 1 / joint.shape[-2]))


def cycle_log_loss(joint, reverse):
    r"""E[-log q(x | z)]: there by p, back by q, and how surprised q is at the x one had started from.

    .. math:: - \sum_{x,z} p(x, z) \log q(x \mid z) = H(x \mid z) + E_z \, KL(p(x \mid z) \,\|\, q(x \mid z)) \ge H(x \mid z)

    The cycle loss of a stochastic translator. Equal to the entropy for q = `posterior(joint)`; infinite where q calls
    impossible what happens.

    Args:
        joint: p(x, z) = p(x) p(z | x), (..., X, Z).
        reverse: q(x | z), the way back, (..., X, Z); each column sums to 1.

    Returns:
        (...), nats.

    Raises:
        ValueError: joint is no table of probabilities, or a column of reverse no distribution.
    """
    _check(joint=_flat(joint), reverse=reverse.mT)
    return 0 - xlogy(joint, reverse).sum((-2, -1))  # not the unary minus: no loss is 0, not -0


def _flat(joint):
    if joint.dim() < 2:
        raise ValueError(f"joint: got shape {tuple(joint.shape)}, expected (..., X, Z)")
    return joint.flatten(-2)


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

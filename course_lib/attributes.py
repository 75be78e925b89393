r"""Attribute vectors: the direction in latent space along which pictures gain an attribute, and what else they gain on the way.

.. math:: v = E[z \mid \text{with}] - E[z \mid \text{without}], \qquad z' = z + s\,v

For z from N(0, I) and an attribute that is decided by a plane, v is exactly the plane's normal, and no longer than
2 sqrt(2 / pi) = 1.596 (an even split). A vector is judged by two numbers at the same strength: the flip rate (how many
pictures gained the attribute) and the leakage (how many of their other attributes changed). Lecture: 08_codes_and_attributes.
Source: Larsen, Sonderby, Larochelle and Winther 2015, arXiv:1512.09300, section 4.1; White 2016, arXiv:1609.04468, section 4.
"""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def attribute_vector(z, attribute):
    r"""The mean code with the attribute minus the mean code without it.

    Args:
        z: codes, (N, d).
        attribute: bool, (N,).

    Returns:
        (d,)

    Raises:
        ValueError: the attribute is not bool (N,), or all pictures or none have it.
    """
    if attribute.dtype != torch.bool or attribute.shape != z.shape[:1]:
        raise ValueError(
            f"attribute: got {attribute.dtype} {tuple(attribute.shape)}, expected bool ({len(z)},), one a code"
        )
    if attribute.all() or not attribute.any():
        raise ValueError(
            f"attribute: {int(attribute.sum())} of {len(z)} have it, expected some with and some without"
        )
    return z[attribute].mean(0) - z[~attribute].mean(0)


def logistic_direction(z, attribute, penalty=1.0):
    r"""The weights of a logistic regression of the attribute on z: the normal of the plane that parts them best.

    Minimises sum_i BCE(w z_i + b, a_i) + penalty / 2 |w|^2 by Newton's method, which on this convex problem needs a few steps.

    Args:
        z: codes, (N, d).
        attribute: bool, (N,).
        penalty: of |w|^2, above 0; without it w grows without bound where a plane parts the codes exactly.

    Returns:
        (d,), not normalised.
    """
    x = torch.cat([z, torch.ones_like(z[:, :1])], dim=1).double()
    a, w = attribute.double(), torch.zeros(x.shape[1], dtype=torch.float64, device=z.device)
    ridge = torch.full_like(w, penalty)
    ridge[-1] = 1e-9  # the bias is free
    loss = lambda w: binary_cross_entropy_with_logits(x @ w, a, reduction="sum") + (ridge * w * w).sum() / 2  # noqa: E731
    for _ in range(30):
        p = torch.sigmoid(x @ w)
        gradient = x.T @ (p - a) + ridge * w
        step = torch.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + torch.diag(ridge), gradient)
        before, size = loss(w), 1.0
        while loss(w - size * step) > before and size > 1e-6:
            size /= 2  # far from the solution a whole step may overshoot
        w = w - size * step
        if step.norm() <= 1e-9 * (1 + w.norm()):
            break
    return w[:-1].to(z)


def without_others(vectors):
    r"""Each vector less what the others share with it: moving along one leaves the others' projections where they are.

    Args:
        vectors: (K, d), linearly independent.

    Returns:
        (K, d): row k is orthogonal to all given vectors but the k-th, and its product with that one is |v_k|^2.
    """
    return torch.linalg.pinv(vectors).T * vectors.square().sum(1, keepdim=True)


def with_attribute(z, direction, strength):
    r"""The codes z + strength * direction / |direction|; strength in units of the codes' standard deviation.

    Args:
        z: (N, d). direction: (d,). strength: a number, or (N,).
    """
    return z + torch.as_tensor(strength, dtype=z.dtype).view(-1, 1) * direction / direction.norm()


def flip_rate(before, after, k):
    r"""The share of pictures without attribute k that have it afterwards.

    Args:
        before, after: bool, (N, K), the attributes of the pictures.

    Raises:
        ValueError: all have it already.
    """
    lacking = ~before[:, k]
    if not lacking.any():
        raise ValueError(
            f"flip_rate: all {len(before)} pictures have attribute {k} before, expected some without"
        )
    return after[lacking, k].double().mean().item()


def leakage(before, after, k):
    r"""The share of the other attributes that changed, over the pictures without attribute k (those that were asked to gain it).

    Args:
        before, after: bool, (N, K).
    """
    others = [j for j in range(before.shape[1]) if j != k]
    lacking = ~before[:, k]
    return (before ^ after)[lacking][:, others].double().mean().item()


@torch.no_grad()
def sweep_strength(generator, read, z, direction, k, strengths):
    r"""Flip rate and leakage at every strength.

    Args:
        generator: codes (N, d) -> images.
        read: images -> bool (N, K).
        z: codes, (N, d). direction: (d,). k: the attribute asked for. strengths: (S,), rising.

    Returns:
        (flips, leaks), (S,) float64 each.
    """
    before = read(generator(z))
    z, before = z[~before[:, k]], before[~before[:, k]]
    after = [read(generator(with_attribute(z, direction, s))) for s in strengths.tolist()]
    flips = [flip_rate(before, a, k) for a in after]
    leaks = [leakage(before, a, k) for a in after]
    return torch.tensor(flips, dtype=torch.float64), torch.tensor(leaks, dtype=torch.float64)


def leakage_at(flips, leaks, target):
    r"""The leakage where the flip rate first reaches `target`, along straight lines between the strengths measured.

    A comparison of directions is fair at one flip rate only: a direction that changes nothing leaks nothing.

    Returns:
        a float, or None where the target is never reached.
    """
    for i, flip in enumerate(flips.tolist()):
        if flip >= target:
            if i == 0:
                return leaks[0].item()
            share = (target - flips[i - 1]) / (flips[i] - flips[i - 1])
            return (leaks[i - 1] + share * (leaks[i] - leaks[i - 1])).item()
    return None


def random_directions(n, d, rng):
    """n directions of length 1, uniform on the sphere, (n, d); rng is a torch.Generator."""
    v = torch.randn(n, d, generator=rng)
    return v / v.norm(dim=1, keepdim=True)

r"""Ways to spoil a set of generated images, each by a known amount: test pieces for a metric.

Two spoil every image (noise, blur), one shifts them all alike (a grey veil), two spoil the *set* (kinds that are missing,
few pictures over and over), and one is a cheat that looks like progress (copies of training images).
Images are (N, C, H, W) in [-1, 1] and are never changed in place. Lecture: 07_evaluation.
"""

import math
from dataclasses import dataclass

import torch
from torch.nn.functional import conv2d, pad


def add_noise(x, std, rng):
    r"""Gaussian noise of standard deviation `std` on every pixel, clipped to [-1, 1]; rng is a torch.Generator."""
    return (x + std * torch.randn(x.shape, generator=rng, dtype=x.dtype)).clamp(-1, 1)


def blur(x, std):
    r"""A Gaussian of standard deviation `std` pixels over every image; the edge pixels are repeated outside."""
    if std == 0:
        return x
    reach = math.ceil(3 * std)
    taps = torch.arange(-reach, reach + 1, dtype=x.dtype)
    taps = (-taps.square() / (2 * std**2)).exp()
    taps = (taps / taps.sum()).expand(x.shape[1], 1, -1)  # (C, 1, taps)
    x = pad(x, (reach,) * 4, mode="replicate")
    x = conv2d(x, taps[:, :, None, :], groups=x.shape[1])
    return conv2d(x, taps[:, :, :, None], groups=x.shape[1])


def veil(x, share, color=0.0):
    r"""Every image mixed with one colour, x + share * (color - x); 0 is middle grey.

    Args:
        color: a number, or (C, 1, 1), in [-1, 1].
    """
    return x + share * (torch.as_tensor(color, dtype=x.dtype) - x)


def drop_classes(x, labels, missing, n):
    r"""The first n images whose label is not missing: what a generator shows that has lost whole modes.

    Args:
        x: a pool, larger than n.
        labels: (len(x),), integers.
        missing: the labels to leave out.

    Raises:
        ValueError: fewer than n images are left.
    """
    kept = ~torch.isin(labels, torch.as_tensor(list(missing), dtype=labels.dtype))
    if kept.sum() < n:
        raise ValueError(f"drop_classes: {int(kept.sum())} images are left, expected at least n = {n}")
    return x[kept][:n]


def repeat_few(x, distinct):
    r"""As many images as before, but only the first `distinct` of them, over and over."""
    return x[torch.arange(len(x)) % distinct]


def replace_share(x, others, share):
    r"""The first `share` of the images replaced by the first of `others`."""
    count = round(share * len(x))
    return torch.cat([others[:count], x[count:]])


@dataclass(frozen=True)
class Damage:
    """One damage: its name, the unit of its strengths, and the strengths from none (first) to severe (last)."""

    name: str
    unit: str
    strengths: tuple


NOISE = Damage("noise", "standard deviation", (0, 0.1, 0.2, 0.3, 0.45, 0.6))
BLUR = Damage("blur", "pixels", (0, 0.5, 0.75, 1, 1.5, 2))
VEIL = Damage("grey veil", "share of grey", (0, 0.05, 0.1, 0.2, 0.3, 0.4))
MISSING = Damage("kinds missing", "of ten kinds", (0, 1, 2, 3, 4, 6))
FEW = Damage("few pictures", "of the pictures, repeated", (1, 0.4, 0.2, 0.1, 0.05, 0.02))
COPIES = Damage("training copies", "share of copies", (0, 0.2, 0.4, 0.6, 0.8, 1))


OF_IMAGES, OF_SETS = (NOISE, BLUR, VEIL), (MISSING, FEW, COPIES)


def ladder(pool, labels, training, n=1000, seed=0, kinds=OF_IMAGES + OF_SETS):
    r"""Every damage at every strength, one set at a time.

    Args:
        pool: generated images, at least n of them of classes 0 to 3; for OF_SETS their features will do.
        labels: their classes, (len(pool),); damage MISSING drops 9, then 8, and so on.
        training: images of the training set, at least n.
        n: images in a set.
        kinds: which damages.

    Yields:
        (damage, strength, images (n, C, H, W)).
    """
    x = pool[:n]
    rng = torch.Generator().manual_seed(seed)
    make = {
        NOISE: lambda s: add_noise(x, s, rng),
        BLUR: lambda s: blur(x, s),
        VEIL: lambda s: veil(x, s),
        MISSING: lambda s: drop_classes(pool, labels, range(10 - s, 10), n),
        FEW: lambda s: repeat_few(x, max(1, round(s * n))),
        COPIES: lambda s: replace_share(x, training, s),
    }
    for damage in kinds:
        for strength in damage.strengths:
            yield damage, strength, make[damage](strength)

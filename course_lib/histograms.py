r"""Do two sets of pictures have the same colours, and the same texture? Histograms of pixels and of steps between them.

Both look at all pixels of a set at once: a picture may differ from its partner and yet have the right colours and the
right grain. Lecture: 16_unet_and_patchgan.
Source: the comparison of colour histograms is Isola et al. 2017, arXiv:1611.07004, section 4.2 (there by channel, in Lab).
"""

import torch


def color_histogram(images, levels=8):
    r"""Shares of the colours, red, green and blue taken together, each in equal steps of 256 / levels.

    Args:
        images: uint8 (N, 3, H, W).
        levels: of each channel.

    Returns:
        float64 (levels^3,), sums to 1; blue runs fastest.
    """
    r, g, b = (images.long() * levels // 256).unbind(1)
    return _shares((r * levels + g) * levels + b, levels**3)


def texture_histogram(images, bins=32):
    r"""Shares of the steps in grey value from a pixel to its neighbour on the right and to the one below.

    A step of s grey levels (the mean of the channels) lies in bin floor(bins / 8 * log2(1 + s)), a step of 255 in the
    last: small steps, the most frequent ones, get bins of their own.

    Args:
        images: uint8 (N, C, H, W).

    Returns:
        float64 (bins,), sums to 1.
    """
    grey = images.float().mean(1)
    steps = torch.cat([grey.diff(dim=1).abs().flatten(), grey.diff(dim=2).abs().flatten()])
    return _shares((torch.log2(1 + steps) * bins / 8).long().clamp(max=bins - 1), bins)


def total_variation(p, q):
    r"""Half the sum of the differences of two histograms: 0 for equal ones, 1 for disjoint ones.

    .. math:: \tfrac12 \sum_i |p_i - q_i|
    """
    return (p - q).abs().sum().item() / 2


def _shares(numbers, count):
    counts = torch.bincount(numbers.flatten(), minlength=count).double()
    return counts / counts.sum()

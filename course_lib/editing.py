r"""Editing by constraints: the code near z0 whose image does what a brush asks for.

.. math:: z^* = \arg\min_z\; U(G(z)) + \lambda_z |z - z_0|^2 + \lambda_d\, \mathrm{softplus}(-D(G(z)))

U says how far the image is from what was painted, the second term keeps the picture the one it was, the third asks D
whether it is still a picture. (With a plain -D, as some slides print it, a logit could be raised without end.)
A constraint is a function: images (N, C, H, W) in [-1, 1] -> U (N,). Lecture: 10_editing.
Source: Zhu, Krahenbuhl, Shechtman and Efros 2016, arXiv:1609.03552, section 4.
"""

import math
from itertools import islice

import torch
from torch.nn.functional import avg_pool2d, pad, softplus

from course_lib.projection import descend


def color_constraint(target, mask):
    r"""U: the mean squared difference from `target` where the brush has been.

    Args:
        target: (C, H, W), or (N, C, H, W) for a different one each, in [-1, 1].
        mask: (H, W) or (N, 1, H, W), 1 where painted, 0 elsewhere. Where nothing is painted U is 0.
    """
    weight = (mask if mask.dim() == 4 else mask[None, None]).to(target.dtype)
    area = weight.flatten(1).sum(1).clamp(min=1)

    def violation(y):
        return (weight * (y - target).square()).flatten(1).sum(1) / (area * y.shape[1])

    return violation


def oriented_edges(x, n_orientations=4, cell=4):
    r"""How much edge of each orientation is in each cell: a soft relative of HOG, with a gradient everywhere.

    The slope of the grey image along each of the directions k pi / n, without its sign, averaged over overlapping cells.

    Args:
        x: (N, C, H, W) in [-1, 1].
        cell: side in pixels; cells lie cell / 2 pixels apart.

    Returns:
        (N, n_orientations, h, w), at least 0.

    Source: after Dalal and Triggs 2005, "Histograms of oriented gradients for human detection".
    """
    framed = pad(x.mean(1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    dx = (framed[:, :, 1:-1, 2:] - framed[:, :, 1:-1, :-2]) / 2  # (N, 1, H, W)
    dy = (framed[:, :, 2:, 1:-1] - framed[:, :, :-2, 1:-1]) / 2
    angles = [k * math.pi / n_orientations for k in range(n_orientations)]
    slopes = torch.cat([(math.cos(a) * dx + math.sin(a) * dy).abs() for a in angles], dim=1)
    return avg_pool2d(slopes, cell, cell // 2, padding=cell // 2, count_include_pad=False)


def sketch_constraint(target, mask, cell=4):
    r"""U: the mean squared difference of `oriented_edges` from those of `target` in the cells the brush has touched.

    Where a line goes matters, its colour does not.

    Args:
        target: (C, H, W) or (N, C, H, W): a drawing, in [-1, 1].
        mask: (H, W) or (N, 1, H, W), 1 where drawn.
    """
    wanted = oriented_edges(target if target.dim() == 4 else target[None], cell=cell)
    weight = (mask if mask.dim() == 4 else mask[None, None]).to(target.dtype)
    weight = avg_pool2d(weight, cell, cell // 2, padding=cell // 2, count_include_pad=False)
    edges_agree = color_constraint(
        wanted, weight / weight.flatten(1).amax(1).clamp(min=1e-6)[:, None, None, None]
    )
    return lambda y: edges_agree(oriented_edges(y, cell=cell))


def move_patch(image, mask, shift):
    r"""What lies under the mask, `shift` pixels away, and the mask there: what a warp brush asks for.

    Args:
        image: (C, H, W).
        mask: (H, W).
        shift: (down, right) in whole pixels; what leaves the frame is lost.

    Returns:
        (image, mask) of the same shapes; outside the moved mask the image is 0.
    """
    height, width = mask.shape
    down, right = shift
    moved, where = torch.zeros_like(image), torch.zeros_like(mask)
    to = (slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right)))
    out_of = (slice(max(0, -down), height + min(0, -down)), slice(max(0, -right), width + min(0, -right)))
    moved[:, *to] = (image * (mask > 0))[:, *out_of]
    where[to] = mask[out_of]
    return moved, where


def warp_constraint(image, mask, shift):
    r"""U: what lies under the mask shall appear `shift` = (down, right) pixels away."""
    return color_constraint(*move_patch(image, mask, shift))


def add_constraints(*weighted):
    r"""U = the sum of weight * constraint, from pairs (weight, constraint)."""
    return lambda y: sum(weight * constraint(y) for weight, constraint in weighted)


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    r"""U(G(z)) + lambda_z |z - z0|^2 + lambda_d softplus(-D(G(z))), one number an image, (N,).

    Args:
        generator, discriminator: in eval mode; D returns a logit of "real".
        z, z0: (N, d): the code to judge, and the code of the picture before the edit.
        constraint: images -> U (N,).
        lambda_z: |z - z0|^2 is a sum over components.
        lambda_d: softplus(-logit) is -log D(G(z)) in nats.
    """
    y = generator(z)
    total = constraint(y) + lambda_z * (z - z0).square().sum(1)
    return total + lambda_d * softplus(-discriminator(y)) if lambda_d else total


def edit(generator, discriminator, z0, constraint, steps, lr=0.1, lambda_z=0.002, lambda_d=0.01, start=None):
    r"""Descend on `edit_objective`.

    Args:
        start: where to begin, (N, d), such as the last edit while a stroke goes on; None for z0.

    Returns:
        (z, objective): (N, d) and (N,), without gradients.
    """

    def objective(z):
        return edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d)

    return next(islice(descend(objective, z0 if start is None else start, lr), steps, None))

r"""Two-dimensional mixtures of Gaussians: densities that can be drawn, samples that can be counted.

Here everything that a GAN does in secret is in sight: D's best answer is known, and so are the modes G should reach.
Lecture: 05_minimax_game.
"""

import math
from itertools import pairwise

import torch
from torch import nn


class Mixture:
    r"""An equal mixture of round Gaussians.

    Args:
        means: (K, 2).
        std: of every component, the same in both directions.
    """

    def __init__(self, means, std):
        if means.dim() != 2 or means.shape[1] != 2:
            raise ValueError(f"means: got shape {tuple(means.shape)}, expected (K, 2)")
        self.means, self.std = means, float(std)

    def density(self, x):
        r"""p(x) per unit of area: x (..., 2) -> (...)."""
        squared = (x.unsqueeze(-2) - self.means).square().sum(-1)  # (..., K)
        return (-squared / (2 * self.std**2)).exp().mean(-1) / (2 * math.pi * self.std**2)

    def sample(self, n, rng):
        r"""n points, (n, 2); rng is a torch.Generator."""
        which = torch.randint(len(self.means), (n,), generator=rng)
        return self.means[which] + self.std * torch.randn(n, 2, generator=rng, dtype=self.means.dtype)

    def nearest(self, x):
        r"""For points (n, 2): the index of the nearest mean (n,), and the distance to it in standard deviations (n,)."""
        distances = torch.cdist(x, self.means, compute_mode="donot_use_mm_for_euclid_dist")
        closest = distances.min(dim=1)
        return closest.indices, closest.values / self.std


def ring(modes=8, radius=2.0, std=0.1):
    r"""Modes evenly on a circle, the first at (radius, 0)."""
    angles = torch.arange(modes) * (2 * math.pi / modes)
    return Mixture(radius * torch.stack([angles.cos(), angles.sin()], dim=1), std)


def square(side=5, spacing=1.0, std=0.05):
    r"""side x side modes on a square lattice around the origin."""
    ticks = (torch.arange(side) - (side - 1) / 2) * spacing
    return Mixture(torch.cartesian_prod(ticks, ticks), std)


def modes_covered(samples, mixture, within=3.0, share=0.1):
    r"""How many modes a set of samples reaches.

    A mode counts when at least `share` of the samples it ought to get (1/K of all) lie within `within` standard
    deviations of its mean. (Of true samples, 98.9 % lie within 3.)

    Args:
        samples: (n, 2).

    Returns:
        (number of modes covered, share of samples that lie near any mode), int and float.
    """
    nearest, distance = mixture.nearest(samples)
    near = distance <= within
    counts = torch.bincount(nearest[near], minlength=len(mixture.means))
    needed = share * len(samples) / len(mixture.means)
    return int((counts >= max(needed, 1)).sum()), near.double().mean().item()


def plane_points(reach, n):
    r"""An n x n grid of points over [-reach, reach]^2, and the area of a cell.

    Returns:
        ((n, n, 2), float); the first index is the row (second coordinate, from below), the last holds (x, y).
    """
    ticks = torch.linspace(-reach, reach, n)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    return torch.stack([x, y], dim=-1), (2 * reach / (n - 1)) ** 2


class Perceptron(nn.Module):
    r"""Linear layers with ReLU between them; sizes (2, 64, 64, 1) is a discriminator of points.

    Shapes:
        (N, sizes[0]) -> (N, sizes[-1]), and (N,) where the last size is 1.
    """

    def __init__(self, *sizes):
        super().__init__()
        layers = []
        for i, o in pairwise(sizes):
            layers += [nn.Linear(i, o), nn.ReLU()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x):
        y = self.net(x)
        return y.squeeze(1) if y.shape[1] == 1 else y

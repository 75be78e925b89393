r"""What keeps a game of two networks from running away: the hinge, and weights divided by their largest singular value.

The hinge losses are those of `course_lib.gan`, weight averaging is in `course_lib.averaging`. The third device needs no
code: two time-scales, one learning rate each for D and G. With D = 4e-4, G = 1e-4 and one step each (Zhang et al. 2018,
arXiv:1805.08318) D follows fast enough that G always plays against a D that knows its present images (Heusel et al.
2017, arXiv:1706.08500). Lecture: 12_stabilising.
"""

import torch
from torch import nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrize

from .gan import hinge_discriminator_loss, hinge_generator_loss

__all__ = [
    "SpectralNorm",
    "hinge_discriminator_loss",
    "hinge_generator_loss",
    "power_iteration",
    "spectral_norm",
]

NORMALISED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.Embedding)


def power_iteration(weight, u, n):
    r"""Estimate the largest singular value of a matrix, from below.

    .. math:: n \text{ times: } v \leftarrow W^\top u / |W^\top u|, \; u \leftarrow W v / |W v|;
        \qquad \sigma = u^\top W v

    u and v are found without a graph and then treated as constants, so the gradient of sigma with respect to W is
    u v^T: exact for the pair that is returned, and at convergence the true gradient of the singular value, because
    there sigma is stationary in u and v.

    A round multiplies every component of v by the square of its singular value, so in two dimensions it multiplies the
    tangent of the angle between v and the right direction by r^2, exactly; in more, by at most that.
    With r the ratio of the second to the first singular value and a the angle of the first v to the right direction,
    sigma >= true / sqrt(1 + r^(4n - 4) tan^2 a), and never above the true one: within 1 % once r^(4n - 4) tan^2 a <= 0.02.

    Args:
        weight: (o, i).
        u: where to start, (o,), any length but 0; not changed.
        n: rounds, >= 1.

    Returns:
        (sigma, u, v): a scalar, and unit vectors (o,) and (i,) without history.

    Raises:
        ValueError: shapes disagree, or n < 1.

    Source: Miyato et al. 2018, arXiv:1802.05957, algorithm 1.
    """
    if weight.dim() != 2 or u.shape != weight.shape[:1]:
        raise ValueError(
            f"weight, u: got shapes {tuple(weight.shape)}, {tuple(u.shape)}, expected (o, i), (o,)"
        )
    if n < 1:
        raise ValueError(f"n: got {n}, expected at least 1 round")
    with torch.no_grad():
        for _ in range(n):
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u, v


class SpectralNorm(nn.Module):
    r"""The parametrisation W -> W / sigma, with sigma estimated as the training goes.

    The rules: in train mode each use of the weight makes n rounds of power iteration from the last u, one is enough
    because the weight moves little from step to step; in eval mode u and v stay as they are, so that the same input
    gives the same output. In both modes sigma = u^T W v is computed from the present W and stands in the graph: W / sigma
    has a gradient that knows that sigma moves with W.

    Args:
        weight: of the layer; all axes but `dim` are taken together as columns.
        generator: torch.Generator on the CPU for the first u, or None for the global one.
        dim: the axis of the outputs, 0, and 1 for transposed convolutions.
        n: rounds a use in train mode.
        warm_up: rounds at the beginning.
    """

    def __init__(self, weight, generator=None, dim=0, n=1, warm_up=15):
        super().__init__()
        self.dim, self.n = dim, n
        matrix = self.matrix(weight.detach())
        u = torch.randn(len(matrix), generator=generator).to(matrix)
        _, u, v = power_iteration(matrix, u, warm_up)
        self.register_buffer("u", u)
        self.register_buffer("v", v)

    def matrix(self, weight):
        r"""A weight of any shape as (outputs, all else)."""
        return weight.movedim(self.dim, 0).flatten(1)

    def forward(self, weight):
        matrix = self.matrix(weight)
        if self.training:
            # new tensors, not in place: an earlier use in the same graph still needs the old ones
            _, self.u, self.v = power_iteration(matrix, self.u, self.n)
        return weight / (self.u @ matrix @ self.v)


def spectral_norm(network, generator=None):
    r"""Divide the weights of all linear layers, convolutions and embeddings of a network by their largest singular value.

    For a linear layer this makes the Lipschitz constant 1. For a convolution it does so for the matrix (C_out, C_in kH kW),
    which bounds the layer's own constant only up to a factor sqrt(kH kW), as in the paper.

    Args:
        network: changed in place and returned; its parameters move to `layer.parametrizations.weight.original`, so
            optimisers are made afterwards.
        generator: torch.Generator on the CPU, or None.
    """
    for layer in [m for m in network.modules() if isinstance(m, NORMALISED)]:
        dim = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
        parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight, generator, dim))
    return network

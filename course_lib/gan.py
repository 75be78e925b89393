r"""The game of two networks: its value, its losses, one step, and what the best discriminator knows.

D returns a *logit* of "real": D(x) = sigmoid(logit). Losses are means over the batch, in nats (least squares
and hinge: squared and plain logits), and stay finite for any finite logit, because log D(x) is computed as
``logsigmoid(logit)`` and log(1 - D(x)) as ``logsigmoid(-logit)``. Lecture: 05_minimax_game.
"""

import math
from contextlib import contextmanager

import torch
from torch.nn.functional import logsigmoid, relu

from course_lib.information import js_divergence


# --- the game of 2014 ---------------------------------------------------------------------------------
def value(real_logits, fake_logits):
    r"""The value of the game, which D raises and G lowers, in nats.

    .. math:: V(G, D) = E_x[\log D(x)] + E_z[\log(1 - D(G(z)))]

    0 when D is always sure and right, -log 4 = -1.386 when D answers 1/2 everywhere.

    Args:
        real_logits, fake_logits: D's logits of real and of generated images, any shapes.

    Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.
    """
    return logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean()


def discriminator_loss(real_logits, fake_logits):
    r"""What D minimises: -V, the binary cross-entropy summed over the two kinds of image, in nats; no factor 1/2."""
    return -value(real_logits, fake_logits)


def generator_loss(fake_logits, saturating=False):
    r"""What G minimises, in nats.

    .. math:: -E_z[\log D(G(z))] \quad\text{or, saturating,}\quad E_z[\log(1 - D(G(z)))]

    Both push D(G(z)) up. With respect to the logit the gradients of a sample are -(1 - D) and -D: where D is
    sure of a fake (D near 0), the saturating loss of the minimax game hardly pushes, the other one pushes fully.

    Args:
        fake_logits: D's logits of generated images, any shape.
        saturating: True for the minimax game's own loss.

    Source: Goodfellow et al. 2014, arXiv:1406.2661, section 3.
    """
    return logsigmoid(-fake_logits).mean() if saturating else -logsigmoid(fake_logits).mean()


# --- other games --------------------------------------------------------------------------------------
def lsgan_discriminator_loss(real_logits, fake_logits):
    r"""Least squares: (D(x) - 1)^2 + D(G(z))^2, on what D returns, without a sigmoid and without a factor.

    Source: Mao et al. 2016, arXiv:1611.04076, with targets a = 0, b = c = 1 (the paper halves both losses).
    """
    return ((real_logits - 1) ** 2).mean() + (fake_logits**2).mean()


def lsgan_generator_loss(fake_logits):
    r"""Least squares: (D(G(z)) - 1)^2, without a factor."""
    return ((fake_logits - 1) ** 2).mean()


def hinge_discriminator_loss(real_logits, fake_logits):
    r"""max(0, 1 - D(x)) + max(0, 1 + D(G(z))): no gradient from an image on the right side of the margin.

    Source: Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957.
    """
    return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean()


def hinge_generator_loss(fake_logits):
    r"""-D(G(z)). It has no lower bound: it tells how far apart D holds the two, not how good G is."""
    return -fake_logits.mean()


# --- one step of the loop -----------------------------------------------------------------------------
@contextmanager
def frozen(module):
    """Within the block, the module's parameters gather no gradients; gradients still pass *through* the module."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    try:
        for p in parameters:
            p.requires_grad_(False)
        yield module
    finally:
        for p in parameters:
            p.requires_grad_(True)


def gan_step(
    generator,
    discriminator,
    opt_g,
    opt_d,
    real,
    z_d,
    z_g,
    discriminator_loss=discriminator_loss,
    generator_loss=generator_loss,
):
    r"""One turn each: D learns from a batch of real and one of generated images, then G learns from the new D.

    Real and generated images pass through D separately: with BatchNorm, one joint pass is another algorithm,
    because it would normalise both kinds with common statistics.

    Args:
        generator, discriminator: modules, z -> images and images -> logits.
        opt_g, opt_d: an optimiser for each one's parameters.
        real: real images, (N, C, H, W), in [-1, 1].
        z_d, z_g: the noise of D's turn and of G's turn, (N, z_dim).
        discriminator_loss: (real_logits, fake_logits) -> scalar.
        generator_loss: fake_logits -> scalar.

    Returns:
        dict of detached scalars: d_loss, g_loss, and the mean logits d_real, d_fake of D's turn.

    Source: Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1 with k = 1.
    """
    with torch.no_grad():  # D's turn: the image is data, G must not learn to help D
        fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss = discriminator_loss(real_logits, fake_logits)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    with frozen(discriminator):  # G's turn: D's judgement passes its gradient on and keeps none
        g_loss = generator_loss(discriminator(generator(z_g)))
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()

    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.detach().mean(),
        "d_fake": fake_logits.detach().mean(),
    }


# --- theory, on densities -----------------------------------------------------------------------------
def optimal_discriminator(p, q):
    r"""The D that no other beats: D*(x) = p(x) / (p(x) + q(x)); 1/2 where neither has any mass.

    Args:
        p, q: densities (or probabilities) of real and generated images at the same points, any shape, >= 0.

    Source: Goodfellow et al. 2014, arXiv:1406.2661, proposition 1.
    """
    return torch.where(p + q > 0, p / (p + q), 0.5)


def jensen_shannon(p, q, cell=1.0):
    r"""The Jensen-Shannon divergence, in nats: 0 when equal, log 2 when they share no point.

    .. math:: JS(p, q) = \tfrac12 KL(p \| m) + \tfrac12 KL(q \| m), \quad m = \tfrac12 (p + q)

    Args:
        p, q: probabilities, or densities on a grid whose cells have the area `cell`; any shape.

    Raises:
        ValueError: p or q holds something below 0, or does not sum to 1 over the cells: the grid is too short or too coarse.
    """
    return js_divergence((cell * p).flatten(), (cell * q).flatten())


def optimal_value(p, q, cell=1.0):
    r"""The value of the game against the best D, V(G, D*) = 2 JS(p, q) - log 4, in nats.

    Source: Goodfellow et al. 2014, arXiv:1406.2661, theorem 1.
    """
    return 2 * jensen_shannon(p, q, cell) - math.log(4)

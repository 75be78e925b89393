r"""pix2pix: translate an image into another, taught by pairs. Its losses, one step, its noise, its schedule.

x is the input, y the true image beside it, y_fake = G(x). D judges x and y together, ``D(cat([x, y]))``, and returns a
map of logits of "real", one a patch. Losses are means over images and patches, in nats; l1 is a mean over pixels.
Lecture: 14_paired_translation. Source: Isola et al. 2017, arXiv:1611.07004.
"""

from contextlib import contextmanager

import torch
from torch import nn

from course_lib import gan
from course_lib.gan import frozen


def judged(x, y, conditional=True):
    r"""What D is shown: x and y as one image, (N, C_x + C_y, H, W); y alone without the condition."""
    return torch.cat([x, y], 1) if conditional else y


def pix2pix_discriminator_loss(discriminator, x, y, y_fake, conditional=True):
    r"""What D minimises: half the binary cross-entropy, real pair and generated pair together.

    .. math:: \tfrac12 \left( E[-\log D(x, y)] + E[-\log(1 - D(x, G(x)))] \right)

    The half slows D down beside G. No gradient reaches G: y_fake enters detached.

    Args:
        discriminator: images -> logits, any shape.
        x, y, y_fake: (N, C_x, H, W), (N, C_y, H, W) and like y.
        conditional: False shows D the images without x.

    Returns:
        A scalar, in nats; log 2 when D answers 1/2 everywhere.
    """
    real_logits = discriminator(judged(x, y, conditional))
    fake_logits = discriminator(
        judged(x, y_fake.detach(), conditional)
    )  # D's turn: G must not learn to help D
    return gan.discriminator_loss(real_logits, fake_logits) / 2


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1=100.0, conditional=True):
    r"""What G minimises: to be taken for real, and to be near the true image.

    .. math:: E[-\log D(x, G(x))] + \lambda \, E |y - G(x)|

    Args:
        discriminator: images -> logits; None leaves the adversarial part out (plain regression).
        x, y, y_fake: as in `pix2pix_discriminator_loss`.
        lambda_l1: weight of the distance; 0 for the game alone.

    Returns:
        (total, adversarial, l1): scalars; l1 is the plain mean, in units of the image, and adversarial is in nats.
    """
    l1 = (y - y_fake).abs().mean()
    if discriminator is None:
        return lambda_l1 * l1, torch.zeros_like(l1), l1
    adversarial = gan.generator_loss(discriminator(judged(x, y_fake, conditional)))
    return adversarial + lambda_l1 * l1, adversarial, l1


def pix2pix_step(generator, discriminator, opt_g, opt_d, x, y, lambda_l1=100.0, conditional=True):
    r"""One step: G translates once; D learns from it; then G learns from the new D and from the true image.

    Args:
        generator, discriminator: modules; discriminator and opt_d None for regression on L1 alone.
        opt_g, opt_d: an optimiser for each one's parameters.
        x, y: a batch of pairs.
        lambda_l1, conditional: as in the losses.

    Returns:
        dict of detached scalars: g_loss (total), adversarial, l1, and d_loss where there is a D.

    Source: Isola et al. 2017, section 3.3: one step on D, then one on G, D's objective divided by 2.
    """
    y_fake = generator(x)
    scalars = {}

    if discriminator is not None:
        d_loss = pix2pix_discriminator_loss(discriminator, x, y, y_fake, conditional)
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        scalars["d_loss"] = d_loss.detach()

    with frozen(discriminator or nn.Identity()):  # G's turn: D passes the gradient on and keeps none
        g_loss, adversarial, l1 = pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1, conditional)
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()

    return {"g_loss": g_loss.detach(), "adversarial": adversarial.detach(), "l1": l1.detach()} | scalars


def linear_decay(epoch, n_constant, n_decay):
    r"""The factor of the learning rate: 1 for n_constant epochs, then down to 0 along a line over n_decay.

    Args:
        epoch: from 0. It may as well count steps.

    Returns:
        A float; 1 / (n_decay + 1) in the last epoch, 0 after it: no epoch is wasted on a rate of 0.
    """
    return max(0.0, 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1))


@contextmanager
def noise_on(generator):
    r"""Within the block the generator is in eval mode, but its dropout still drops: the noise z of pix2pix.

    G gets no z: it would learn to ignore it. Dropout, kept on when translating, stands in; how little the results
    then differ is something to measure. Draws come from torch's global generator.
    """
    modes = [(m, m.training) for m in generator.modules()]
    generator.eval()
    for module in generator.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    try:
        yield generator
    finally:
        for module, training in modes:
            module.training = training

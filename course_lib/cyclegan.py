r"""CycleGAN: two translators and two judges, tied together by a cycle, learning from pictures without partners.

`g_xy` translates domain X into Y, `g_yx` back; `d_x` and `d_y` return logits (a map of them) of "real picture of X",
"of Y". The adversarial losses are least squares; D's have the original's factor 1/2. Lectures: 19_cyclegan,
20_why_cyclegan_works. Source: Zhu et al. 2017, arXiv:1703.10593.
"""

from contextlib import ExitStack

import torch

from .gan import frozen, lsgan_discriminator_loss, lsgan_generator_loss
from .pix2pix import linear_decay  # noqa: F401 - the same schedule


# --- losses -------------------------------------------------------------------------------------------
def l1(a, b):
    """Mean absolute difference."""
    return (a - b).abs().mean()


def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    r"""There and back again must be where one was.

    .. math:: \lambda\,\big(\|G_{yx}(G_{xy}(x)) - x\|_1 + \|G_{xy}(G_{yx}(y)) - y\|_1\big)

    Each norm is the mean over pixels and batch.

    Args:
        g_xy, g_yx: modules, image -> image.
        x, y: (N, C, H, W) of either domain, in [-1, 1]; unpaired, N may differ.
    """
    return lambda_cycle * (l1(g_yx(g_xy(x)), x) + l1(g_xy(g_yx(y)), y))


def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    r"""A picture that is in the target domain already is to be left alone: colours then stay what they are.

    .. math:: w\,\big(\|G_{xy}(y) - y\|_1 + \|G_{yx}(x) - x\|_1\big)

    The original's weight is half of lambda.
    """
    return weight * (l1(g_xy(y), y) + l1(g_yx(x), x))


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    r"""All that the two translators minimise.

    Args:
        lambda_cycle: weight of the cycle; 0 leaves two GANs that may ignore what they are given.
        lambda_identity: weight of the identity loss as a share of lambda_cycle; 0 leaves it out.

    Returns:
        dict: `total`, its terms `adversarial`, `cycle`, `identity` (scalars, weighted), and the translations
        `fake_y` = g_xy(x), `fake_x` = g_yx(y), which D's turn uses again.
    """
    fake_y, fake_x = g_xy(x), g_yx(y)
    adversarial = lsgan_generator_loss(d_y(fake_y)) + lsgan_generator_loss(d_x(fake_x))
    cycle = identity = x.new_zeros(())
    if lambda_cycle:
        cycle = lambda_cycle * (l1(g_yx(fake_y), x) + l1(g_xy(fake_x), y))
    if lambda_cycle and lambda_identity:
        identity = identity_loss(g_xy, g_yx, x, y, lambda_cycle * lambda_identity)
    return {
        "total": adversarial + cycle + identity,
        "adversarial": adversarial,
        "cycle": cycle,
        "identity": identity,
        "fake_y": fake_y,
        "fake_x": fake_x,
    }


# --- D's memory -----------------------------------------------------------------------------------------
class ImagePool:
    """The last translations, so that D also judges older ones and does not swing with the newest.

    Each image of a batch: while the pool is not full it is stored and returned; afterwards, one half of the time, it
    takes the place of a stored one, which is returned instead; else it is returned itself.

    Args:
        size: images kept; the original keeps 50. 0 returns what comes.
        generator: torch.Generator of the choices, or None for torch's global one.

    Source: Shrivastava et al. 2016, arXiv:1612.07828.
    """

    def __init__(self, size=50, generator=None):
        if size < 0:
            raise ValueError(f"size: got {size}, expected 0 or more")
        self.size, self.generator, self.images = size, generator, []

    def query(self, images):
        """images (N, C, H, W) -> as many, detached, some of them older."""
        return torch.stack([self._exchange(image) for image in images.detach()])

    def _exchange(self, image):
        if len(self.images) < self.size:
            self.images.append(image.clone())
            return image
        if self.size == 0 or torch.rand((), generator=self.generator) < 0.5:
            return image
        at = int(torch.randint(self.size, (), generator=self.generator))
        older, self.images[at] = self.images[at], image.clone()
        return older

    def state_dict(self):
        """What an exact resume needs besides the generator's own state."""
        return {"images": torch.stack(self.images) if self.images else torch.empty(0)}

    def load_state_dict(self, state):
        self.images = list(state["images"])


# --- one step of the loop -------------------------------------------------------------------------------
def cyclegan_step(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    r"""The translators learn first, then the judges, from translations that the pools may swap for older ones.

    Args:
        g_xy, g_yx, d_x, d_y: modules.
        opt_g: one optimiser over both translators' parameters; opt_d: one over both judges'.
        x, y: batches of either domain, (N, C, H, W), in [-1, 1].
        pool_x, pool_y: ImagePool of translations into X and into Y.

    Returns:
        dict of detached scalars: g_loss, adversarial, cycle, identity, d_x, d_y (the judges' losses, halved).
    """
    with ExitStack() as stack:  # the judges pass gradients on and keep none
        stack.enter_context(frozen(d_x))
        stack.enter_context(frozen(d_y))
        losses = cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
        opt_g.zero_grad()
        losses["total"].backward()
        opt_g.step()

    old_x, old_y = pool_x.query(losses["fake_x"]), pool_y.query(losses["fake_y"])
    d_x_loss = lsgan_discriminator_loss(d_x(x), d_x(old_x)) / 2
    d_y_loss = lsgan_discriminator_loss(d_y(y), d_y(old_y)) / 2
    opt_d.zero_grad()
    (d_x_loss + d_y_loss).backward()
    opt_d.step()
    named = {"g_loss": losses["total"], "d_x": d_x_loss, "d_y": d_y_loss}
    named |= {name: losses[name] for name in ("adversarial", "cycle", "identity")}
    return {name: loss.detach() for name, loss in named.items()}

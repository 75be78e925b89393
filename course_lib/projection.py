r"""Projection: the code z whose image G(z) is nearest to a picture that G never made.

Three ways, as in the paper: descend from a random code (`project_by_optimization`), ask a network that learned to
invert G (`encoder.Encoder`), or descend from that network's answer (`project_hybrid`). Each image of a batch has a
problem of its own: losses are kept per image, (N,), and summed only so that one backward pass serves them all.
Put G into eval mode first: in train mode BatchNorm would let the images share statistics.
Lecture: 09_projection. Source: Zhu, Krahenbuhl, Shechtman and Efros 2016, arXiv:1609.03552, section 3.
"""

from itertools import islice

import torch

from course_lib.lbfgs import minimize


def pixel_loss(y, x):
    r"""The mean squared error of each image, (N,), for images (N, C, H, W) in [-1, 1].

    Raises:
        ValueError: the shapes differ (broadcasting would compare every image with one).
    """
    if y.shape != x.shape:
        raise ValueError(f"y, x: got shapes {tuple(y.shape)} and {tuple(x.shape)}, expected equal ones")
    return (y - x).square().flatten(1).mean(1)


def feature_loss(features, weight):
    r"""A loss (y, x) -> (N,): the mean squared error of pixels plus `weight` times that of features.

    Args:
        features: images (N, C, H, W) -> any shape (N, ...), such as `classifier.Classifier.features`, in eval mode.
        weight: features have a scale of their own; choose it so that both terms are of one size.
    """

    def loss(y, x):
        return pixel_loss(y, x) + weight * (features(y) - features(x)).square().flatten(1).mean(1)

    return loss


def descend(objective, z_init, lr=0.1):
    r"""Descend from z_init with Adam, without end: yields (z, loss) at the start and after every step.

    Adam scales every component of every code by its own gradients alone, so the rows of a batch do not meet.

    Args:
        objective: z (N, d) -> (N,), where row i depends on row i of z alone.
        z_init: first codes, (N, d); not changed.
        lr: how far a component of z moves in the first steps.

    Yields:
        (z, loss): (N, d) and (N,), without gradients.
    """
    z = z_init.detach().clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr)
    while True:
        with torch.enable_grad():
            each = objective(z)  # (N,)
        yield z.detach().clone(), each.detach()
        (z.grad,) = torch.autograd.grad(each.sum(), z)  # a sum: a mean would shrink as the batch grows
        optimizer.step()


def project_by_optimization(generator, x, z_init, steps, lr=0.1, loss=pixel_loss):
    r"""The code of each image after `steps` steps of `descend`, and its loss.

    Args:
        generator: z (N, d) -> images, in eval mode.
        x: images to project, (N, C, H, W) in [-1, 1].
        z_init: first codes, (N, d); not changed.
        steps: passes forward and back through G.
        lr: as for `descend`.
        loss: (G(z), x) -> (N,).

    Returns:
        (z, loss): (N, d) and (N,), without gradients.
    """
    return next(islice(descend(lambda z: loss(generator(z), x), z_init, lr), steps, None))


def project_by_lbfgs(generator, x, z_init, steps, loss=pixel_loss):
    r"""As `project_by_optimization`, with L-BFGS, the original's choice: no learning rate, the loss never rises."""
    return minimize(lambda z: loss(generator(z), x), z_init, steps)


def project_with_restarts(generator, x, z_inits, steps, lr=0.1, loss=pixel_loss):
    r"""Descend from several first codes at once and keep the best end of each image.

    Args:
        z_inits: (R, N, d).

    Returns:
        (z, loss, all_losses): (N, d), (N,) and (R, N).
    """
    restarts, n, d = z_inits.shape
    z, each = project_by_optimization(
        generator, x.repeat(restarts, 1, 1, 1), z_inits.flatten(0, 1), steps, lr, loss
    )
    each = each.view(restarts, n)
    best = each.argmin(dim=0)  # (N,)
    return z.view(restarts, n, d)[best, torch.arange(n)], each.amin(dim=0), each


def project_hybrid(generator, encoder, x, steps, lr=0.03, loss=pixel_loss):
    r"""Descend from the encoder's answer, in smaller steps: it is near. With steps = 0, the inverting network alone.

    Args:
        encoder: images -> codes (N, d), in eval mode.

    Returns:
        (z, loss): (N, d) and (N,).
    """
    with torch.no_grad():
        start = encoder(x)
    return project_by_optimization(generator, x, start, steps, lr, loss)

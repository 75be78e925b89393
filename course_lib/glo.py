r"""Generative latent optimisation: a generator without a discriminator, and the linear model to compare it with.

Every training image gets a code of its own, and codes and generator are learned together by reconstruction alone:

.. math:: \min_{G, z_1 \dots z_n} \frac1n \sum_i |G(z_i) - x_i|^2, \quad |z_i| \le 1

Principal components solve the same problem exactly when G is linear. Lecture: 06_dcgan.
Source: Bojanowski, Joulin, Lopez-Paz and Szlam 2017, arXiv:1707.05776 (whose loss adds a Laplacian pyramid).
"""

import torch
from torch import nn


class Codes(nn.Embedding):
    """One code for each of n images, (n, z_dim), within the unit ball.

    Its gradients are sparse, for torch.optim.SparseAdam: a step moves the codes of its own images and no others.

    Args:
        start: first values, (n, z_dim); the paper takes Gaussian noise or whitened principal components.
    """

    def __init__(self, start):
        super().__init__(*start.shape, sparse=True, _weight=to_ball(start))

    @torch.no_grad()
    def project(self):
        """Pull every code that has left the unit ball back onto its surface."""
        self.weight.copy_(to_ball(self.weight))


def to_ball(z):
    """Codes (N, d) whose length exceeds 1 are scaled to 1, the others stay."""
    return z / z.norm(dim=1, keepdim=True).clamp(min=1)


def glo_step(generator, codes, opt_g, opt_z, images, index):
    r"""One step for the generator and for the codes of the batch.

    Args:
        generator: z (N, d) -> images.
        codes: the `Codes` of the whole training set.
        opt_g, opt_z: optimisers of the generator's parameters and of the codes.
        images, index: a batch (N, C, H, W) in [-1, 1], and which images of the training set they are, (N,).

    Returns:
        dict of one detached scalar: loss, the mean squared error.
    """
    loss = (generator(codes(index)) - images).square().mean()
    opt_g.zero_grad()
    opt_z.zero_grad()
    loss.backward()
    opt_g.step()
    opt_z.step()
    codes.project()
    return {"loss": loss.detach()}


def fit_codes(generator, images, start, steps, lr=0.05):
    r"""Codes for images the generator has not seen, by gradient descent (Adam) with the generator fixed.

    Put the generator into eval mode first: in train mode BatchNorm would let the images share statistics.

    Args:
        generator: z (N, d) -> images.
        images: (N, C, H, W) in [-1, 1].
        start: first codes, (N, d).

    Returns:
        (N, d), within the unit ball.
    """
    z = to_ball(start).requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr)
    for _ in range(steps):
        loss = (
            (generator(z) - images).square().mean(dim=(1, 2, 3)).sum()
        )  # a sum: each image has its own problem
        (z.grad,) = torch.autograd.grad(loss, z)  # and the generator's parameters gather nothing
        optimizer.step()
        with torch.no_grad():
            z.copy_(to_ball(z))
    return z.detach()


def principal_components(images, n):
    r"""Mean (D,) and the n directions of largest variance, orthonormal rows (n, D), of images flattened to (N, D).

    Raises:
        ValueError: n is not between 1 and min(N, D).
    """
    x = images.flatten(1)
    if not 1 <= n <= min(x.shape):
        raise ValueError(f"n: got {n}, expected 1 to {min(x.shape)}, the smaller of images and pixels")
    mean = x.mean(0)
    return mean, torch.linalg.svd(x - mean, full_matrices=False).Vh[:n]


def encode(images, mean, directions):
    """The coordinates of images along the components, (N, n)."""
    return (images.flatten(1) - mean) @ directions.T


def through_components(images, mean, directions):
    """The nearest images in the plane of the components, same shape: encode, n numbers an image, and decode."""
    return (mean + encode(images, mean, directions) @ directions).view_as(images)


def psnr(x, y, peak=2.0):
    r"""Peak signal-to-noise ratio in dB, 10 log10(peak^2 / MSE) with one mean squared error over all pixels of all images.

    Args:
        x, y: images of one shape.
        peak: largest possible difference; 2 for images in [-1, 1].
    """
    if x.shape != y.shape:
        raise ValueError(f"x, y: got shapes {tuple(x.shape)} and {tuple(y.shape)}, expected equal ones")
    return 10 * torch.log10(peak**2 / (x - y).square().mean())

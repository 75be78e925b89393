r"""The inverting network: an encoder trained to answer at once what optimisation searches for.

It is DCGAN's discriminator with z_dim numbers at its end instead of one logit. G is fixed: together they are an
autoencoder whose decoder was trained by a game. Lecture: 09_projection.
Source: Zhu, Krahenbuhl, Shechtman and Efros 2016, arXiv:1609.03552, section 3.2.
"""

import torch
from torch import nn

from course_lib import strided
from course_lib.checkpoint import shipped
from course_lib.dcgan import init_weights, map_sizes
from course_lib.projection import pixel_loss


class Encoder(nn.Module):
    r"""Image -> code, halving the side and doubling the channels from stage to stage.

    Args:
        z_dim: components of the code.
        base_channels: channels of the first map.
        in_channels: 3 for colour, 1 for grey.
        size: side of the image, in pixels (see `dcgan.map_sizes`).
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        x (N, in_channels, size, size), in [-1, 1] -> z (N, z_dim).
    """

    def __init__(self, z_dim=64, base_channels=32, in_channels=3, size=32, rng=None):
        super().__init__()
        self.shape = (in_channels, size, size)
        last, *rest = map_sizes(size)
        layers, channels = [], in_channels
        for width in (
            base_channels * 2**i for i in range(len(rest))
        ):  # (N, channels, s, s) -> (N, width, s / 2, s / 2)
            layers += [
                strided.Conv2d(channels, width, bias=False),
                nn.BatchNorm2d(width),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            channels = width
        layers += [nn.Conv2d(channels, z_dim, last)]  # (N, z_dim, 1, 1)
        self.net = nn.Sequential(*layers)
        init_weights(self, rng)

    def forward(self, x):
        if x.shape[1:] != self.shape:
            raise ValueError(
                f"x: got shape {tuple(x.shape)}, expected (N, {', '.join(map(str, self.shape))})"
            )
        return self.net(x).flatten(1).to(x.dtype)  # (N, z_dim)


def reconstruction_loss(generator, encoder, x, loss=pixel_loss):
    r"""E L(G(E(x)), x): the projection's own loss, on real images, whose codes nobody knows. Scalar."""
    return loss(generator(encoder(x)), x).mean()


def code_loss(generator, encoder, z):
    r"""E |E(G(z)) - z|^2, the mean over components: on images that G made, the right code is known. Scalar.

    No gradient reaches G.
    """
    with torch.no_grad():
        fake = generator(z)
    return (encoder(fake) - z).square().mean()


def encoder_loss(generator, encoder, x, z, lambda_code=0.1):
    r"""What the inverting network minimises: `reconstruction_loss` of x plus lambda_code times `code_loss` of z.

    Args:
        generator: fixed, in eval mode, its parameters frozen.
        x: real images, (N, C, H, W) in [-1, 1].
        z: codes, (M, d), drawn from N(0, 1).
    """
    return reconstruction_loss(generator, encoder, x) + lambda_code * code_loss(generator, encoder, z)


def shipped_encoder(name):
    """The shipped inverting network of `dcgan_faces` (name "faces"), its parameters frozen, in eval mode."""
    return shipped(f"encoder_{name}", Encoder)

r"""DCGAN: a generator and a discriminator of strided convolutions alone.

At 64 px, 100-dimensional z, base_channels 64 and 3 channels the parameter counts are those of the original PyTorch
implementation: 3,576,704 and 2,765,568. The teaching size is base_channels 16. Lecture: 06_dcgan.
Source: Radford, Metz and Chintala 2015, arXiv:1511.06434.
"""

import torch
from torch import nn

from course_lib import strided


def map_sizes(size):
    """The sides of G's feature maps from the first to the image: 64 -> [4, 8, 16, 32, 64], 28 -> [7, 14, 28].

    Raises:
        ValueError: the size is not 4, 5, 6 or 7 times a power of two that is at least 2.
    """
    sizes = [size]
    while sizes[0] > 7 and sizes[0] % 2 == 0:
        sizes.insert(0, sizes[0] // 2)
    if not 4 <= sizes[0] <= 7 or len(sizes) < 2:
        raise ValueError(f"size: got {size}, expected 4, 5, 6 or 7 times 2, 4, 8, ...: 28, 32, 64, 128, ...")
    return sizes


@torch.no_grad()
def init_weights(network, rng=None):
    """Draw every convolution's weights from N(0, 0.02), every BatchNorm's gain from N(1, 0.02); biases and shifts are 0.

    Args:
        network: changed in place and returned.
        rng: a torch.Generator, or None for torch's global one.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.weight.normal_(0.0, 0.02, generator=rng)
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.BatchNorm2d):
            module.weight.normal_(1.0, 0.02, generator=rng)
            module.bias.zero_()
    return network


# --- the two ends ---------------------------------------------------------------------------------------
def _as_stored(tensor):
    """(N, C, H, W) with its axes in the order in which memory holds them, and how to get back from there."""
    if tensor.is_contiguous(memory_format=torch.channels_last):
        return tensor.permute(0, 2, 3, 1), (0, 3, 1, 2)
    return tensor, (0, 1, 2, 3)


class ConvTranspose2d(nn.ConvTranspose2d):
    r"""G's first layer. The transposed convolution of one pixel is a matrix product, and faster as one.

    Shapes:
        (N, C_in, 1, 1) -> (N, C_out, k, k); no bias, no padding. Of larger maps it is torch's own layer.
    """

    def forward(self, x):
        if x.shape[2:] != (1, 1):
            return super().forward(x)
        weight, back = _as_stored(self.weight)  # (C_in, C_out, k, k)
        return (x.flatten(1) @ weight.flatten(1)).unflatten(1, weight.shape[1:]).permute(back)


class Conv2d(nn.Conv2d):
    r"""D's last layer. Where the kernel covers the whole map, the convolution is a matrix product.

    Shapes:
        (N, C_in, k, k) -> (N, C_out, 1, 1); no bias, no padding. Of larger maps it is torch's own layer.
    """

    def forward(self, x):
        if x.shape[2:] != self.weight.shape[2:]:
            return super().forward(x)
        x, back = _as_stored(x)
        weight = self.weight.permute(0, 2, 3, 1) if back == (0, 3, 1, 2) else self.weight
        return (x.flatten(1) @ weight.flatten(1).T)[:, :, None, None]


class Generator(nn.Module):
    r"""z -> image, doubling the side and halving the channels from stage to stage.

    Args:
        z_dim: components of z, drawn from N(0, 1).
        base_channels: channels of the last hidden map; the first has base_channels * 2^(stages - 1).
        out_channels: 3 for colour, 1 for grey.
        size: side of the image, in pixels (see `map_sizes`).
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        z (N, z_dim) -> (N, out_channels, size, size), in (-1, 1).
    """

    def __init__(self, z_dim=100, base_channels=64, out_channels=3, size=64, rng=None):
        super().__init__()
        self.z_dim = z_dim
        first, *rest = map_sizes(size)
        channels = base_channels * 2 ** (len(rest) - 1)
        layers = [
            ConvTranspose2d(z_dim, channels, first, bias=False),  # (N, channels, first, first)
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        ]
        for _ in rest[:-1]:  # (N, channels, s, s) -> (N, channels / 2, 2s, 2s)
            layers += [
                strided.ConvTranspose2d(channels, channels // 2, bias=False),
                nn.BatchNorm2d(channels // 2),
                nn.ReLU(inplace=True),
            ]
            channels //= 2
        layers += [strided.ConvTranspose2d(channels, out_channels, bias=False), nn.Tanh()]
        self.net = nn.Sequential(*layers)
        init_weights(self, rng)

    def forward(self, z):
        if z.dim() != 2 or z.shape[1] != self.z_dim:
            raise ValueError(f"z: got shape {tuple(z.shape)}, expected (N, {self.z_dim})")
        return self.net(z[:, :, None, None]).to(z.dtype)  # under autocast the net itself may work in bfloat16


class Discriminator(nn.Module):
    r"""Image -> logit of "real", halving the side and doubling the channels from stage to stage.

    The first convolution has no BatchNorm, so that D sees the images' own contrast.

    Args:
        in_channels: 3 for colour, 1 for grey.
        base_channels: channels of the first hidden map.
        size: side of the image, in pixels (see `map_sizes`).
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        x (N, in_channels, size, size), in [-1, 1] -> logits (N,), before the sigmoid.
    """

    def __init__(self, in_channels=3, base_channels=64, size=64, rng=None):
        super().__init__()
        self.shape = (in_channels, size, size)
        last, *rest = map_sizes(size)
        channels = base_channels
        layers = [
            strided.Conv2d(in_channels, channels, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        for _ in rest[:-1]:  # (N, channels, s, s) -> (N, 2 * channels, s / 2, s / 2)
            layers += [
                strided.Conv2d(channels, 2 * channels, bias=False),
                nn.BatchNorm2d(2 * channels),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            channels *= 2
        layers += [Conv2d(channels, 1, last, bias=False)]  # (N, 1, 1, 1)
        self.net = nn.Sequential(*layers)
        init_weights(self, rng)

    def forward(self, x):
        if x.shape[1:] != self.shape:
            raise ValueError(
                f"x: got shape {tuple(x.shape)}, expected (N, {', '.join(map(str, self.shape))})"
            )
        return self.net(x).flatten().to(x.dtype)  # (N,)

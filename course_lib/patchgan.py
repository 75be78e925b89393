r"""PatchGAN: a discriminator that judges every patch of an image by itself, and how large its patches are.

Lecture: 16_unet_and_patchgan. Source: Isola et al. 2017, arXiv:1611.07004, sections 3.2.2 and 4.4.
"""

from copy import deepcopy

import torch
from torch import nn

from course_lib import strided
from course_lib.convolution import receptive_field
from course_lib.dcgan import init_weights
from course_lib.features import gradient_footprint
from course_lib.unet import bias_before

PATCH_SIZES = {0: 1, 1: 16, 2: 34, 3: 70, 4: 142, 5: 286}  # n_layers -> pixels of a patch's side


class PatchDiscriminator(nn.Module):
    r"""Input and image, one upon the other -> a map of logits of "real", one a patch.

    n_layers 3 is the 70x70 PatchGAN (2,768,705 parameters with 6 channels in), n_layers 0 looks at single pixels
    (9,024); `PATCH_SIZES` lists them all. At 64 px the ladder is 0, 1, 2 and the whole image.

    Args:
        in_channels: channels of x and y together; of y alone for a discriminator without condition.
        base_channels: channels of the first map; they double at every layer up to 8 times as many.
        n_layers: convolutions of stride 2; two of stride 1 follow.
        norm: channels -> normalisation module; without a shift of its own the convolutions before it get a bias.
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        xy (N, in_channels, H, W), in [-1, 1] -> logits (N, 1, h, w): 256 px and n_layers 3 give 30 x 30.

    Raises:
        ValueError: n_layers below 0; in forward: other channels, or an image too small for one logit.
    """

    def __init__(self, in_channels=6, base_channels=64, n_layers=3, norm=nn.BatchNorm2d, rng=None):
        super().__init__()
        self.in_channels, self.n_layers = in_channels, n_layers
        convolutions = patch_layers(n_layers)
        bias = bias_before(norm)
        (kernel, stride), *between, (last_kernel, _) = convolutions
        layers = [
            _convolution(in_channels, base_channels, kernel, stride),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        width = base_channels
        for i, (kernel, stride) in enumerate(between, 1):
            wider = base_channels * min(2**i, 8)
            layers += [
                _convolution(width, wider, kernel, stride, bias),
                norm(wider),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            width = wider
        last_bias = bias if n_layers == 0 else True  # as in the original
        layers += [_convolution(width, 1, last_kernel, 1, last_bias)]
        self.net = nn.Sequential(*layers)
        init_weights(self, rng)

    def forward(self, xy):
        smallest = 3 * 2**self.n_layers if self.n_layers else 1
        if xy.dim() != 4 or xy.shape[1] != self.in_channels or min(xy.shape[2:]) < smallest:
            raise ValueError(
                f"xy: got {tuple(xy.shape)}, expected (N, {self.in_channels}, H, W), H and W at least {smallest}"
            )
        return self.net(xy).to(xy.dtype)


class ImageDiscriminator(nn.Module):
    r"""Input and image -> one logit for the whole image: halved until 4 to 7 pixels are left, then one kernel over all.

    Args:
        in_channels, base_channels, norm, rng: as in `PatchDiscriminator`.
        size: (H, W) of the images, or one number for both; from 8.

    Shapes:
        xy (N, in_channels, H, W) -> logits (N, 1, 1, 1).
    """

    def __init__(self, in_channels=6, base_channels=64, size=64, norm=nn.BatchNorm2d, rng=None):
        super().__init__()
        self.shape = (in_channels, *((size, size) if isinstance(size, int) else size))
        bias = bias_before(norm)
        layers, width, sides = [], in_channels, self.shape[1:]
        while min(sides) >= 8:
            wider = min(2 * width, 8 * base_channels) if layers else base_channels
            first = not layers  # without normalisation, so that D sees the images' own contrast
            layers += [strided.Conv2d(width, wider, bias=first or bias)]
            layers += [nn.LeakyReLU(0.2, inplace=True)] if first else [norm(wider), nn.LeakyReLU(0.2)]
            width, sides = wider, tuple(s // 2 for s in sides)
        if not layers or min(sides) < 4:
            raise ValueError(f"size: got {size}, expected sides of at least 8 pixels")
        self.net = nn.Sequential(*layers, nn.Conv2d(width, 1, sides))
        init_weights(self, rng)

    def forward(self, xy):
        if xy.shape[1:] != self.shape:
            raise ValueError(f"xy: got {tuple(xy.shape)}, expected (N, {', '.join(map(str, self.shape))})")
        return self.net(xy).to(xy.dtype)


def patch_layers(n_layers):
    r"""The convolutions of a `PatchDiscriminator` as (kernel, stride): n_layers of (4, 2), then (4, 1) twice.

    n_layers 0 are three 1x1 convolutions.
    """
    if n_layers < 0:
        raise ValueError(f"n_layers: got {n_layers}, expected at least 0")
    return [(4, 2)] * n_layers + [(4, 1)] * 2 if n_layers else [(1, 1)] * 3


def patch_size(n_layers):
    r"""The side of a patch in pixels, by arithmetic: 1, 16, 34, 70, 142, 286 for n_layers 0 to 5."""
    return receptive_field(patch_layers(n_layers))


def patch_footprint(network, shape, unit=None):
    r"""Which pixels one output of the network depends on: the footprint of lecture 03 under its conditions.

    The network is copied, its weights made positive (so that no two paths cancel) and set to eval mode. That
    matters: normalisation by the image's own statistics (InstanceNorm, BatchNorm in training) lets every pixel
    into every output, and max pooling or ReLU block paths; for those the footprint is not the receptive field.

    Args:
        network: images (N, C, H, W) -> maps (N, C', h, w).
        shape: (C, H, W) of the image.
        unit: (row, column) of the output map; None takes the middle one, which a border cuts off last.

    Returns:
        bool (H, W).
    """
    network = deepcopy(network).double().eval()
    x = torch.ones(1, *shape, dtype=torch.float64)
    with torch.no_grad():
        for p in network.parameters():
            p.abs_()
        height, width = network(x).shape[2:]
    row, column = unit or (height // 2, width // 2)
    return gradient_footprint(network, x, row, column) != 0


def _convolution(in_channels, out_channels, kernel, stride, bias=True):
    if (kernel, stride) == (4, 2):
        return strided.Conv2d(in_channels, out_channels, bias)
    return nn.Conv2d(in_channels, out_channels, kernel, stride, padding=1 if kernel > 1 else 0, bias=bias)

r"""The U-Net generator: an encoder and a decoder with a shortcut at every size.

`UNetGenerator(3, 3)` is the original's unet_256, `UNetGenerator(3, 3, num_downs=7)` its unet_128: 54,413,955 and
41,828,995 parameters. `teaching_unet` is the size for 64 px on a CPU. Lectures: 14_paired_translation,
16_unet_and_patchgan.
Source: Ronneberger, Fischer and Brox 2015, arXiv:1505.04597; Isola et al. 2017, arXiv:1611.07004.
"""

import torch
from torch import nn

from course_lib import strided
from course_lib.dcgan import init_weights


class UNetGenerator(nn.Module):
    r"""Image -> image. Each step down halves the side and doubles the channels; each step up undoes one step.

    The map of size s on the way down is laid beside the map of size s on the way up, ``cat([skip, up])``: where an
    edge lies need not pass through the bottleneck, which is left to say what the picture shows. The outermost and
    the innermost convolution have no normalisation on the way down. The noise of pix2pix is dropout in the deepest
    stages of full width above the innermost, num_downs - 5 of them (the PyTorch original's choice; the Lua one
    also drops in the innermost).

    Args:
        in_channels, out_channels: of x and of the result.
        base_channels: channels of the first map.
        num_downs: steps down, from 1; the sides of x must be multiples of 2^num_downs.
        max_channels: no map has more; None means 8 * base_channels.
        skips: False leaves the shortcuts out: the plain encoder-decoder of the paper's comparison.
        resize: True goes up by bilinear interpolation and a 3x3 convolution (no checkerboard, fewer weights);
            False by a 4x4 transposed convolution, as in the original.
        dropout: probability, 0 for none.
        norm: channels -> normalisation module; without a shift of its own, as nn.InstanceNorm2d, the convolutions
            before it get a bias.
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        x (N, in_channels, H, W), in [-1, 1] or one-hot -> (N, out_channels, H, W), in (-1, 1).

    Raises:
        ValueError: num_downs below 1; in forward: other channels, or sides that cannot be halved so often.
    """

    def __init__(
        self,
        in_channels=3,
        out_channels=3,
        base_channels=64,
        num_downs=8,
        max_channels=None,
        skips=True,
        resize=False,
        dropout=0.5,
        norm=nn.BatchNorm2d,
        rng=None,
    ):
        super().__init__()
        if num_downs < 1:
            raise ValueError(f"num_downs: got {num_downs}, expected at least 1")
        self.in_channels, self.num_downs, self.skips = in_channels, num_downs, skips
        cap = max_channels or 8 * base_channels
        widths = [min(base_channels * 2**i, cap) for i in range(num_downs)]
        bias = bias_before(norm)
        last = num_downs - 1

        self.downs = nn.ModuleList()
        for i, width in enumerate(widths):  # (N, widths[i - 1], s, s) -> (N, widths[i], s / 2, s / 2)
            layers = (
                [nn.LeakyReLU(0.2, inplace=True)] if i > 0 else []
            )  # in the skip too, whose ReLU undoes it
            layers += [strided.Conv2d(widths[i - 1] if i else in_channels, width, bias=bias)]
            layers += [norm(width)] if 0 < i < last else []
            self.downs.append(nn.Sequential(*layers))

        self.ups = nn.ModuleList()
        for i in reversed(range(num_downs)):  # (N, its own and its skip's channels, s, s) -> (N, out, 2s, 2s)
            channels = widths[i] * (2 if skips and i < last else 1)
            out = widths[i - 1] if i else out_channels
            layers = [nn.ReLU(inplace=True), *_upwards(channels, out, resize, bias or i == 0)]
            layers += [norm(out)] if i else [nn.Tanh()]
            layers += [nn.Dropout(dropout)] if dropout and 4 <= i < last else []
            self.ups.append(nn.Sequential(*layers))
        init_weights(self, rng)

    def forward(self, x):
        step = 2**self.num_downs
        if x.dim() != 4 or x.shape[1] != self.in_channels or x.shape[2] % step or x.shape[3] % step:
            raise ValueError(
                f"x: got {tuple(x.shape)}, expected (N, {self.in_channels}, H, W), H and W multiples of {step}"
            )
        maps, h = [], x
        for down in self.downs:
            h = down(h)
            maps.append(h)
        h = self.ups[0](maps.pop())
        for up in self.ups[1:]:
            skip = maps.pop()
            h = up(torch.cat([skip, h], 1) if self.skips else h)
        return h.to(x.dtype)  # under autocast the net itself may work in bfloat16


def teaching_unet(in_channels=3, out_channels=3, base_channels=32, num_downs=6, rng=None):
    r"""The U-Net for 64 px on a CPU: four times the base's channels at most, resize-convolution, 1.9 M parameters."""
    return UNetGenerator(
        in_channels, out_channels, base_channels, num_downs, 4 * base_channels, resize=True, rng=rng
    )


def bias_before(norm):
    """Whether a convolution before this normalisation has a bias: the originals' rule, though InstanceNorm removes it."""
    return not any(True for _ in norm(1).parameters())


def _upwards(in_channels, out_channels, resize, bias):
    """Layers (N, in_channels, s, s) -> (N, out_channels, 2s, 2s)."""
    if resize:
        return nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(
            in_channels, out_channels, 3, padding=1, bias=bias
        )
    return (strided.ConvTranspose2d(in_channels, out_channels, bias=bias),)

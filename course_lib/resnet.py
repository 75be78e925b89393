r"""The residual generator of CycleGAN: encode to a quarter of the side, change the style in residual blocks, decode.

At base_channels 64 the parameter counts are the original's: 11,378,179 with 9 blocks (256 px), 7,837,699 with 6
(128 px). The teaching size is base_channels 32, 6 blocks, 64 px, with resize convolutions on the way up.
Lecture: 19_cyclegan. Source: Zhu et al. 2017, arXiv:1703.10593, appendix; Johnson et al. 2016, arXiv:1603.08155.
"""

import torch
from torch import nn
from torch.nn.functional import batch_norm

from .dcgan import init_weights
from .winograd import Conv3x3

UPSAMPLINGS = ("transposed", "resize")


class InstanceNorm(nn.InstanceNorm2d):
    r"""Each image and channel by its own mean and variance: (N, C, H, W) -> the same shape, without parameters.

    One image alone goes through batch_norm, which then computes the same: it is faster, and torch's own instance
    norm (2.14, CPU) returns a wrong gradient for one image whose gradient comes in channels_last order. So does a
    batch in channels_last order on a CPU, image by image: torch's own would return it in the other order, and every
    convolution would have to bring it back.
    """

    def forward(self, x):
        if len(x) == 1:
            return batch_norm(x, None, None, training=True, eps=self.eps)
        if x.is_cpu and x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous():
            return torch.cat([self(image) for image in x.split(1)])
        return super().forward(x)


class ResidualBlock(nn.Module):
    """x + f(x), where f is two 3 x 3 convolutions with instance normalisation: (N, C, H, W) -> the same shape."""

    def __init__(self, channels):
        super().__init__()
        self.net = nn.Sequential(
            nn.ReflectionPad2d(1),
            Conv3x3(channels, channels),
            InstanceNorm(channels),
            nn.ReLU(inplace=True),
            nn.ReflectionPad2d(1),
            Conv3x3(channels, channels),
            InstanceNorm(channels),
        )

    def forward(self, x):
        return self.net(x) + x  # this way round the sum lies in memory as the convolutions' result does


def upsampling(in_channels, out_channels, how):
    """Layers that double the side: the original's transposed convolution, or nearest neighbours and a convolution.

    The first overlaps unevenly (kernel 3, stride 2: lecture 02) and can leave a checkerboard; the second cannot.
    """
    if how == "transposed":
        return [nn.ConvTranspose2d(in_channels, out_channels, 3, stride=2, padding=1, output_padding=1)]
    return [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(in_channels, out_channels, 3)]


class ResnetGenerator(nn.Module):
    r"""Image -> image of the same size.

    Args:
        in_channels, out_channels: 3 for colour, 1 for grey.
        base_channels: channels at full resolution; the blocks have four times as many.
        num_blocks: residual blocks; the original takes 9 at 256 px, 6 at 128.
        upsample: "transposed" (the original) or "resize"; the parameter count is the same.
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        x (N, in_channels, H, W) -> (N, out_channels, H, W), in (-1, 1); H and W are multiples of 4.
    """

    def __init__(
        self, in_channels=3, out_channels=3, base_channels=64, num_blocks=9, upsample="transposed", rng=None
    ):
        super().__init__()
        if upsample not in UPSAMPLINGS:
            raise ValueError(f"upsample: got {upsample!r}, expected one of {', '.join(UPSAMPLINGS)}")
        self.in_channels, c = in_channels, base_channels

        def normalised(channels):
            return [InstanceNorm(channels), nn.ReLU(inplace=True)]

        layers = [nn.ReflectionPad2d(3), nn.Conv2d(in_channels, c, 7), *normalised(c)]  # (N, c, H, W)
        layers += [nn.Conv2d(c, 2 * c, 3, stride=2, padding=1), *normalised(2 * c)]  # H / 2
        layers += [nn.Conv2d(2 * c, 4 * c, 3, stride=2, padding=1), *normalised(4 * c)]  # H / 4
        layers += [ResidualBlock(4 * c) for _ in range(num_blocks)]
        layers += [*upsampling(4 * c, 2 * c, upsample), *normalised(2 * c)]
        layers += [*upsampling(2 * c, c, upsample), *normalised(c)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(c, out_channels, 7), nn.Tanh()]
        self.net = nn.Sequential(*layers)
        init_weights(self, rng)

    def forward(self, x):
        if x.dim() != 4 or x.shape[1] != self.in_channels or x.shape[2] % 4 or x.shape[3] % 4:
            raise ValueError(
                f"x: got shape {tuple(x.shape)}, expected (N, {self.in_channels}, H, W) with H and W multiples of 4"
            )
        return self.net(x).to(x.dtype)

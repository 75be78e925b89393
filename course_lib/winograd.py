r"""Winograd's convolution: 3 x 3 kernels on large maps with a quarter of the multiplications, the same numbers.

Values and kernel are polynomials whose product is wanted. A polynomial of degree 5 is known by its values at six
points (0, 1, -1, 2, -2 and infinity), and at a point the product is a product of two numbers. So four neighbouring
outputs of a row need 6 products instead of 4 * 3 = 12, a tile of 4 x 4 needs 36 instead of 144. Additions are extra.
Source: Lavin and Gray 2016, arXiv:1509.09308, equation 8 and section 4.3: F(4x4, 3x3).
"""

import torch
from torch import nn
from torch.nn.functional import fold, unfold
from torch.utils.checkpoint import checkpoint

TILES = 256  # from so many tiles an image (64 x 64 outputs) it is the faster way on a CPU; at 64 tiles it is slower

# Six numbers of a row -> their six values; three of a kernel -> six values; six products -> four outputs.
_VALUES = torch.tensor(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    dtype=torch.float64,
)
_KERNEL = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], dtype=torch.float64
)
_OUTPUTS = torch.tensor(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]], dtype=torch.float64
)
# kron: the same along rows and columns at once, for tiles and kernels that are flattened
VALUES, KERNEL, OUTPUTS = (torch.kron(m, m) for m in (_VALUES, _KERNEL / 24, _OUTPUTS))


def winograd_conv2d(x, weight, bias=None):
    r"""What ``conv2d(x, weight, bias)`` returns, for kernels of 3 x 3; float32 rounds at 1e-4 of the outputs' spread.

    Args:
        x: (N, C, H, W) with H - 2 and W - 2 multiples of 4.
        weight: (O, C, 3, 3).
        bias: (O,) or None.

    Returns:
        (N, O, H - 2, W - 2)
    """
    (_, c, h, w), o = x.shape, len(weight)
    tiles = unfold(x, 6, stride=4).unflatten(1, (c, 36))  # (N, C, 36, T): they overlap by two
    tiles = (VALUES.to(x) @ tiles).transpose(1, 2)  # (N, 36, C, T)
    kernels = KERNEL.to(x) @ weight.flatten(2).permute(2, 0, 1).flatten(1)  # (36, O C)
    products = kernels.unflatten(1, (o, c)) @ tiles  # (N, 36, O, T), summed over C
    outputs = (OUTPUTS.to(x) @ products.flatten(2)).unflatten(2, (o, -1)).transpose(1, 2)  # (N, O, 16, T)
    out = fold(outputs.flatten(1, 2), (h - 2, w - 2), 4, stride=4)
    return out if bias is None else out + bias[:, None, None]


class Conv3x3(nn.Conv2d):
    r"""``nn.Conv2d(in_channels, out_channels, 3)``; on a CPU's large maps in float32 or float64 by Winograd.

    Its tiles are not kept for the backward pass but made again from x: they would take twice the memory of x.
    """

    def __init__(self, in_channels, out_channels):
        super().__init__(in_channels, out_channels, 3)

    def forward(self, x):
        h, w = x.shape[-2] - 2, x.shape[-1] - 2
        large = h % 4 == 0 == w % 4 and h * w >= 16 * TILES
        if not x.is_cpu or not large or torch.is_autocast_enabled("cpu"):
            return super().forward(x)
        return checkpoint(
            winograd_conv2d, x, self.weight, self.bias, use_reentrant=False, preserve_rng_state=False
        )

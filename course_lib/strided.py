r"""4 x 4 convolutions of stride 2 on a CPU: torch's numbers, sooner, close to the image and far from it.

Halving a map's side and doubling it are each other's adjoint. With W the matrix of the kernels, 16 C weights a row,

    halve:  y = windows(x) W^T        double:  x = overlap(y W)        gradient of W:  y^T windows(x)

where `windows` cuts a map into its 4 x 4 patches and `overlap` lays patches down and adds. torch's own kernels are good
where maps are large and have many channels. With a million weights, and more of them than numbers in the map (the bottom
of a U-Net), the matrix products win; where one side is an image, `double` is one 2 x 2 convolution (`by_phases`).
Sources: lecture 01_convolution for the matrix; Shi et al. 2016, arXiv:1609.07009 for the phases.
"""

import torch
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d, pad

MANY = 2**20  # weights: from here on, and where the map holds fewer numbers, as matrix products
FEW = 4  # channels that an image may have
STEP = {"stride": 2, "padding": 1}


# --- as matrix products ---------------------------------------------------------------------------------
def windows(x):
    """(N, C, 2h, 2w) -> (N h w, 16 C): the patches under a 4 x 4 kernel, row, column and channel in this order."""
    n, c, h, w = x.shape
    padded = pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
    patches = padded.unfold(1, 4, 2).unfold(2, 4, 2)  # (N, h, w, C, 4, 4)
    return patches.permute(0, 1, 2, 4, 5, 3).reshape(n * (h // 2) * (w // 2), 16 * c)


def overlap(patches, shape):
    """The adjoint of `windows`: patches laid at their places and added, (N h w, 16 C) -> shape (N, C, 2h, 2w)."""
    n, c, h, w = shape[0], shape[1], shape[2] // 2, shape[3] // 2
    patches = patches.view(n, h, w, 2, 2, 2, 2, c)  # row 2t + a of patch i lies on row 2(i + t) + a
    out = patches.new_zeros(n, h + 1, 2, w + 1, 2, c)
    for t in (0, 1):
        for u in (0, 1):
            out[:, t : t + h, :, u : u + w] += patches[:, :, :, t, :, u].transpose(2, 3)
    return inner(out.view(n, 2 * h + 2, 2 * w + 2, c))


def inner(padded):
    """(N, H + 2, W + 2, C) -> (N, C, H, W), in channels_last."""
    return padded[:, 1:-1, 1:-1].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def rows(x):
    """(N, C, h, w) -> (N h w, C)."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def kernels(weight):
    """(A, C, 4, 4) -> (A, 16 C), ordered as `windows`."""
    return weight.permute(0, 2, 3, 1).flatten(1)


# --- as four small convolutions -------------------------------------------------------------------------
def by_phases(y, weight):
    """What ``conv_transpose2d(y, weight, stride=2, padding=1)`` returns, as one 2 x 2 convolution of y.

    A pixel of the result in an even row sees two rows of y through the kernel's rows 1 and 3, in an odd row through
    0 and 2; columns likewise. These are four kernels of 2 x 2, one for each kind of pixel, whose results interleave.
    """
    (n, a, h, w), c = y.shape, weight.shape[1]
    kernel = weight.unflatten(3, (2, 2)).unflatten(2, (2, 2)).flip(2, 4)  # (A, C, 2, row, 2, column)
    kernel = kernel.permute(3, 5, 1, 0, 2, 4).reshape(4 * c, a, 2, 2)
    kernel = kernel.contiguous(memory_format=torch.channels_last)
    pixels = conv2d(y, kernel, padding=1).permute(0, 2, 3, 1)  # (N, h + 1, w + 1, row column C)
    pixels = pixels.unflatten(3, (2, 2, c)).transpose(2, 3)  # (N, h + 1, row, w + 1, column, C)
    return inner(pixels.reshape(n, 2 * h + 2, 2 * w + 2, c))


# --- the two operations, and how to differentiate them --------------------------------------------------
def many(weight, x):
    """Whether there are so many weights that the matrix product wins."""
    return weight.numel() >= max(MANY, x.numel())


def weight_gradient(large, small, weight):
    """The gradient of <halve(large), small> = <large, double(small)>, with respect to the weight."""
    if many(weight, small):
        return (rows(small).T @ windows(large)).view(-1, 4, 4, weight.shape[1]).permute(0, 3, 1, 2)
    # torch.nn.grad.conv2d_weight would forget the order in memory
    backward = torch.ops.aten.convolution_backward
    mask = [False, True, False]
    return backward(small, large, weight, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1, mask)[1]


class Halve(torch.autograd.Function):
    """x (N, C, 2h, 2w), weight (A, C, 4, 4) -> (N, A, h, w)."""

    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        if not many(weight, x):
            return conv2d(x, weight, **STEP)
        n, _, h, w = x.shape
        shape = (n, len(weight), h // 2, w // 2)
        y = torch.empty(shape, dtype=x.dtype, memory_format=torch.channels_last)
        torch.mm(windows(x), kernels(weight).T, out=rows(y))  # in place: relu_ may not follow on a view
        return y

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        return (
            Double.apply(grad, weight) if ctx.needs_input_grad[0] else None,
            weight_gradient(x, grad, weight) if ctx.needs_input_grad[1] else None,
        )


class Double(torch.autograd.Function):
    """y (N, A, h, w), weight (A, C, 4, 4) -> (N, C, 2h, 2w)."""

    @staticmethod
    def forward(ctx, y, weight):
        ctx.save_for_backward(y, weight)
        n, _, h, w = y.shape
        if many(weight, y):
            return overlap(rows(y) @ kernels(weight), (n, weight.shape[1], 2 * h, 2 * w))
        if weight.shape[1] <= FEW:
            return by_phases(y, weight)
        return conv_transpose2d(y, weight, **STEP)

    @staticmethod
    def backward(ctx, grad):
        y, weight = ctx.saved_tensors
        return (
            Halve.apply(grad, weight) if ctx.needs_input_grad[0] else None,
            weight_gradient(grad, y, weight) if ctx.needs_input_grad[1] else None,
        )


# --- layers ---------------------------------------------------------------------------------------------
def worthwhile(x, weight):
    """On a CPU, in channels_last, close to the image or far from it; autocast picks its own kernels."""
    suits = x.is_cpu and not torch.is_autocast_enabled("cpu") and x.dtype == weight.dtype
    return suits and (many(weight, x) or weight.shape[1] <= FEW)


class Conv2d(nn.Conv2d):
    r"""``nn.Conv2d(in_channels, out_channels, 4, stride=2, padding=1, bias=bias)``.

    Shapes:
        (N, C_in, 2h, 2w) -> (N, C_out, h, w)
    """

    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__(in_channels, out_channels, 4, **STEP, bias=bias)

    def forward(self, x):
        ordered = self.weight.is_contiguous(memory_format=torch.channels_last)
        if x.shape[2] % 2 or x.shape[3] % 2 or not ordered or not worthwhile(x, self.weight):
            return super().forward(x)
        y = Halve.apply(x, self.weight)
        return y if self.bias is None else y + self.bias[:, None, None]


class ConvTranspose2d(nn.ConvTranspose2d):
    r"""``nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1, bias=bias)``.

    Shapes:
        (N, C_in, h, w) -> (N, C_out, 2h, 2w)
    """

    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__(in_channels, out_channels, 4, **STEP, bias=bias)

    def forward(self, y):
        if not y.is_contiguous(memory_format=torch.channels_last) or not worthwhile(y, self.weight):
            return super().forward(y)
        x = Double.apply(y, self.weight)
        return x if self.bias is None else x + self.bias[:, None, None]

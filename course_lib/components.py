r"""The other layers of a convolutional network: pooling, normalisation, activation, upsampling; and LeNet-5.

x is always (N, C, H, W), float. No function calls torch's own pooling, normalisation, interpolation or
convolution; they are the oracle of the tests. Lecture: 02_components.
"""

import math

import torch
from torch import nn
from torch.nn.functional import pad

from course_lib.convolution import conv2d, conv_transpose2d, pair, sliding_windows


# --- pooling ------------------------------------------------------------------------------------------
def max_pool2d(x, kernel, stride=None):
    r"""Take the largest value of every window, channel by channel; the stride is the kernel unless given.

    The gradient goes to the largest pixel alone; on a tie (as in torch) to the first of them, row by row.

    Args:
        x: (N, C, H, W).
        kernel, stride: integers or pairs (vertical, horizontal).

    Returns:
        (N, C, H_out, W_out), sizes as in `conv2d_output_size`; a rest at the bottom or right is dropped.

    Raises:
        ValueError: the kernel exceeds the image.
    """
    windows = sliding_windows(x, kernel, kernel if stride is None else stride)  # (N, C, kH, kW, H_out, W_out)
    # max(dim) picks the first of several largest values; amax would divide the gradient among them
    return windows.flatten(2, 3).max(dim=2).values


def avg_pool2d(x, kernel, stride=None):
    r"""Take the mean of every window; arguments, sizes and errors as in `max_pool2d`.

    Every pixel of a window gets the same share of the gradient, so there are no ties.
    """
    windows = sliding_windows(x, kernel, kernel if stride is None else stride)  # (N, C, kH, kW, H_out, W_out)
    return windows.mean(dim=(2, 3))


# --- normalisation ------------------------------------------------------------------------------------
def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    r"""Normalise every channel over the batch and its pixels, then scale by gamma and shift by beta.

    .. math:: y = \gamma \, \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    In training mu and sigma^2 are the batch's own, and gradients flow through them. In evaluation they are
    the running ones, so that an image's result does not depend on the images beside it.

    Args:
        x: (N, C, H, W).
        gamma, beta, running_mean, running_var: (C,) each; none is changed in place.
        training: True or False.
        momentum: the weight of the *new* batch: running <- (1 - momentum) * running + momentum * batch.

    Returns:
        (y, new_mean, new_var). Two variances are at work, as in torch: y is normalised with the biased one
        (divided by n), new_var collects the unbiased one (n - 1). new_mean and new_var carry no gradient;
        in evaluation they are running_mean and running_var themselves.

    Raises:
        ValueError: a parameter is not (C,), or a training batch has fewer than two values in a channel.

    Source: Ioffe and Szegedy 2015, arXiv:1502.03167.
    """
    _check_channels(x, gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var)
    if training:
        count = x.numel() // x.shape[1]  # values in a channel, N * H * W
        if count < 2:
            raise ValueError(f"x: got {count} value(s) to normalise over in training, expected at least 2")
        mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), correction=0)
        unbiased = var * count / (count - 1)
        new_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        new_var = (1 - momentum) * running_var + momentum * unbiased.detach()
    else:
        mean, var = running_mean, running_var
        new_mean, new_var = running_mean, running_var
    mean, var, gamma, beta = (t[:, None, None] for t in (mean, var, gamma, beta))  # (C, 1, 1)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta, new_mean, new_var


def instance_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    r"""Normalise every channel of every image by itself: `batch_norm2d` with N * C channels and one image.

    Arguments, results and errors as there; the running statistics collect the mean over the batch's images.
    Style transfer and CycleGAN use no running statistics: for them training is True at test time too.

    Source: Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022.
    """
    _check_channels(x, gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var)
    n = len(x)
    per_image = (t.repeat(n) for t in (gamma, beta, running_mean, running_var))  # (N * C,) each
    y, mean, var = batch_norm2d(x.reshape(1, -1, *x.shape[2:]), *per_image, training, momentum, eps)
    y = y.reshape(x.shape)
    if not training:
        return y, running_mean, running_var
    return y, mean.unflatten(0, (n, -1)).mean(dim=0), var.unflatten(0, (n, -1)).mean(dim=0)


def group_norm2d(x, gamma, beta, groups, eps=1e-5):
    r"""Normalise every image by itself, its channels taken together in `groups` blocks of neighbours.

    With 1 group this is layer normalisation over the whole image, with C groups instance normalisation. There
    are no running statistics: training and evaluation are the same.

    Args:
        x: (N, C, H, W).
        gamma, beta: (C,).
        groups: how many; it divides C.

    Returns:
        (N, C, H, W)

    Raises:
        ValueError: groups does not divide C, or a parameter is not (C,).

    Source: Wu and He 2018, arXiv:1803.08494; Ba, Kiros and Hinton 2016, arXiv:1607.06450 (one group).
    """
    _check_channels(x, gamma=gamma, beta=beta)
    if groups < 1 or x.shape[1] % groups:
        raise ValueError(f"groups: got {groups}, expected a divisor of {x.shape[1]}, the number of channels")
    blocks = x.unflatten(1, (groups, -1))  # (N, groups, C / groups, H, W)
    mean = blocks.mean(dim=(2, 3, 4), keepdim=True)
    var = blocks.var(dim=(2, 3, 4), correction=0, keepdim=True)
    y = ((blocks - mean) / torch.sqrt(var + eps)).reshape(x.shape)
    return gamma[:, None, None] * y + beta[:, None, None]


def _check_channels(x, **parameters):
    if x.dim() != 4:
        raise ValueError(f"x: got shape {tuple(x.shape)}, expected (N, C, H, W)")
    for name, value in parameters.items():
        if value.shape != x.shape[1:2]:
            raise ValueError(
                f"{name}: got shape {tuple(value.shape)}, expected ({x.shape[1]},), x's channels"
            )


# --- activation ---------------------------------------------------------------------------------------
def relu(x):
    r"""max(x, 0). The gradient is 1 above zero, 0 below and, by convention, 0 at zero."""
    return torch.where(x <= 0, 0.0, x)


def leaky_relu(x, negative_slope=0.01):
    r"""x above zero, negative_slope * x at and below it. Discriminators of GANs use 0.2."""
    return torch.where(x <= 0, negative_slope * x, x)


# --- upsampling ---------------------------------------------------------------------------------------
def upsample_nearest(x, scale=2):
    r"""Repeat every pixel scale times in both directions: (N, C, H, W) -> (N, C, scale * H, scale * W)."""
    return x.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def upsample_resize_conv(x, weight, bias=None, scale=2):
    r"""Repeat the pixels, then filter: every output pixel sums the same number of terms, so no checkerboard.

    Args:
        x: (N, C_in, H, W).
        weight: (C_out, C_in, kH, kW), kH and kW odd, so that padding keeps the size.

    Returns:
        (N, C_out, scale * H, scale * W)

    Source: Odena, Dumoulin and Olah 2016, "Deconvolution and checkerboard artifacts", Distill.
    """
    kh, kw = weight.shape[2:]
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError(f"weight: got a kernel of {kh} x {kw}, expected odd sizes")
    return conv2d(upsample_nearest(x, scale), weight, bias, padding=(kh // 2, kw // 2))


def upsample_transposed_conv(x, weight, bias=None, scale=2):
    r"""Let every pixel paint a kernel, with the stride scale and cropped to scale times the size.

    Output pixels that more kernels overlap get more terms (`overlap_count`): the checkerboard.

    Args:
        x: (N, C_in, H, W).
        weight: (C_in, C_out, kH, kW), neither side below scale; DCGAN's has 4 x 4 (scale 2, padding 1).

    Returns:
        (N, C_out, scale * H, scale * W)
    """
    surplus = [k - scale for k in weight.shape[2:]]
    if min(surplus) < 0:
        raise ValueError(
            f"weight: got a kernel of {tuple(weight.shape[2:])}, expected at least the scale {scale}"
        )
    padding = tuple(math.ceil(s / 2) for s in surplus)
    output_padding = tuple(s % 2 for s in surplus)  # an odd surplus is cropped one pixel less at the end
    return conv_transpose2d(x, weight, bias, scale, padding, output_padding)


def overlap_count(size, kernel, stride, padding=0):
    r"""Count how many input pixels of a transposed convolution paint into each output pixel.

    It is the layer itself, on ones and with a kernel of ones. Kernel 3 with stride 2 gives a checkerboard of
    1, 2 and 4; kernel 4 with stride 2 gives 4 everywhere inside, because the stride divides the kernel.

    Args:
        size: of the input; size, kernel, stride, padding are integers or pairs (vertical, horizontal).

    Returns:
        (H_out, W_out), long.
    """
    pixels, ones = torch.ones(1, 1, *pair("size", size, 1)), torch.ones(1, 1, *pair("kernel", kernel, 1))
    return conv_transpose2d(pixels, ones, stride=stride, padding=padding)[0, 0].long()


# --- a whole network ----------------------------------------------------------------------------------
class Conv2d(nn.Module):
    r"""`conv2d` with its parameters: weight and bias, uniform in +-1 / sqrt(C_in * kernel^2) as in torch."""

    def __init__(self, in_channels, out_channels, kernel, stride=1, padding=0):
        super().__init__()
        self.stride, self.padding = stride, padding
        bound = 1 / math.sqrt(in_channels * kernel**2)
        self.weight = nn.Parameter(
            torch.empty(out_channels, in_channels, kernel, kernel).uniform_(-bound, bound)
        )
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound))

    def forward(self, x):
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


class LeNet5(nn.Module):
    r"""LeNet-5 in the layout of 1998, 6-16-120-84-10, with today's parts: 61,706 parameters.

    What differs from the paper, which counts 60,000 trainable parameters:
    max pooling (there an average, times a factor plus an offset: 2 parameters a map, 44 in all);
    every one of the 16 maps sees all 6 (there a table says which: 900 fewer weights);
    a linear output of 850 parameters (there fixed radial basis functions); ReLU (there a scaled tanh).

    Args:
        in_channels: 1 for grey images.
        num_classes: 10 digits or kinds of clothes.
        activation: the bend after C1, C3, C5 and F6, a function of a tensor.
        pool: (x, 2) -> x at half the size, in S2 and S4.

    Shapes:
        x (N, in_channels, 32, 32), or 28 x 28, framed by 2 zeros -> logits (N, num_classes), before softmax.

    Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition".
    """

    def __init__(self, in_channels=1, num_classes=10, activation=relu, pool=max_pool2d):
        super().__init__()
        self.activation, self.pool = activation, pool
        self.c1 = Conv2d(in_channels, 6, kernel=5)
        self.c3 = Conv2d(6, 16, kernel=5)
        self.c5 = Conv2d(16, 120, kernel=5)  # sees all 5 x 5 pixels: a fully connected layer
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, num_classes)

    def forward(self, x):
        if x.shape[2:] not in {(28, 28), (32, 32)}:
            raise ValueError(f"x: got {tuple(x.shape)}, expected (N, C, 28, 28) or (N, C, 32, 32)")
        frame = (32 - x.shape[2]) // 2
        x = pad(x, (frame, frame, frame, frame))  # (N, in_channels, 32, 32)
        h = self.pool(self.activation(self.c1(x)), 2)  # (N, 6, 14, 14), S2 in the paper
        h = self.pool(self.activation(self.c3(h)), 2)  # (N, 16, 5, 5), S4
        h = self.activation(self.c5(h)).flatten(1)  # (N, 120)
        return self.output(self.activation(self.f6(h)))

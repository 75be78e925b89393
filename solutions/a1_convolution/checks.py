"""What is right in a1_convolution. Not released: the seed fixes the hidden cases."""

import torch
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Group, Mistake, case

CONVOLUTION = Barred(
    operators=frozenset(
        {"aten.convolution", "aten.conv2d", "aten.conv_transpose2d", "aten.convolution_backward"}
    ),
    names=frozenset({"conv1d", "conv2d", "conv3d", "Conv1d", "Conv2d", "Conv3d", "LazyConv2d", "convolution"})
    | frozenset({"conv_transpose2d", "ConvTranspose2d", "conv2d_input", "conv2d_weight"}),
    modules=frozenset({"course_lib.convolution", "course_lib.components"}),
)


def images(d, bias=False, c=None, f=None, **options):
    """A random case of conv2d: odd sizes, a filter that is not square."""
    c, f = c or d.int(2, 3), f or d.int(2, 4)
    x = d.randn(d.int(1, 3), c, d.int(5, 8), d.int(5, 8))
    weight = d.randn(f, c, d.int(1, 4), d.choice([2, 3]))
    return case(x=x, weight=weight, bias=d.randn(f) if bias else None, **options)


conv2d = Check(
    "conv2d(x, weight, bias, stride=1, padding=0)",
    oracle=F.conv2d,
    groups=[
        Group("one channel, one filter", 2, lambda d: images(d, c=1, f=1)),
        Group("channels, filters and images of a batch", 2, images, visible=2),
        Group("bias", 1, lambda d: images(d, bias=True)),
        Group("padding", 1, lambda d: images(d, padding=d.int(1, 3))),
        Group("stride", 1, lambda d: images(d, stride=d.int(2, 3), padding=d.int(0, 2)), visible=2, hidden=4),
        Group("gradients flow through it", 1, lambda d: images(d, bias=True, padding=1), gradients=True),
    ],
    mistakes=[
        Mistake(
            "flipped",
            lambda x, weight, bias, **options: F.conv2d(x, weight.flip(2, 3), bias, **options),
            "Your output equals the reference with the filter flipped. The layer is a cross-correlation: it does not flip.",
        ),
    ],
    conditions=1,
    barred=CONVOLUTION,
)

assignment = Assignment("a1_convolution", seed=4127, checks=[conv2d])

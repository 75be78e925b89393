"""What is right in a1_convolution, function by function. Not released: the seed fixes the hidden cases.

Every oracle is torch's own operator. How a definition reads is explained in course_lib/grading/checks.py.
"""

import math

import torch
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Draw, Group, Mistake, case

ANSWERS = frozenset({"course_lib.convolution", "course_lib.components"})
CONVOLUTION = Barred(
    operators=frozenset(
        {"aten.convolution", "aten.conv2d", "aten.conv_transpose2d", "aten.convolution_backward"}
    ),
    names=frozenset({"conv1d", "conv2d", "conv3d", "Conv1d", "Conv2d", "Conv3d", "LazyConv2d", "convolution"})
    | {"conv_transpose2d", "ConvTranspose2d", "LazyConvTranspose2d", "conv2d_input", "conv2d_weight"},
    modules=ANSWERS,
)
AUTOGRAD = Barred(
    operators=CONVOLUTION.operators | {"autograd"},
    names=CONVOLUTION.names | {"autograd", "backward", "requires_grad_", "vjp", "jacobian"},
    modules=ANSWERS,
)
POOLING = Barred(
    operators=frozenset({"aten.max_pool2d", "aten.max_pool2d_with_indices", "aten.adaptive_max_pool2d"}),
    names=frozenset({"max_pool2d", "MaxPool2d", "adaptive_max_pool2d", "AdaptiveMaxPool2d"}),
    modules=ANSWERS,
)
NORMALISATION = Barred(
    operators=frozenset({"aten.batch_norm", "aten.native_batch_norm", "aten._native_batch_norm_legit"}),
    names=frozenset({"batch_norm", "BatchNorm2d", "native_batch_norm", "instance_norm", "group_norm"}),
    modules=ANSWERS,
)


# conv2d_output_size --------------------------------------------------------------------------------------------------


def output_size(n, kernel, stride=1, padding=0, dilation=1):
    """torch says how long the output is; the meta device computes shapes alone."""
    x, weight = torch.empty(1, 1, n, device="meta"), torch.empty(1, 1, kernel, device="meta")
    return F.conv1d(x, weight, None, stride, padding, dilation).shape[-1]


def sizes(d, **options):
    return case(n=d.int(12, 40), kernel=d.int(2, 5), **options)


def dilated(d):
    """Made so that the stride divides without a remainder: rounding is the business of another group."""
    kernel, dilation, stride = d.int(2, 5), d.int(2, 3), d.int(1, 3)
    return case(
        n=dilation * (kernel - 1) + 1 + stride * d.int(4, 9), kernel=kernel, stride=stride, dilation=dilation
    )


conv2d_output_size = Check(
    "conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1)",
    oracle=output_size,
    groups=[
        Group(
            "kernel and padding",
            1,
            lambda d: sizes(d, padding=d.int(0, 3)),
            examples=[case(n=5, kernel=3).gives(3), case(n=5, kernel=3, padding=1).gives(5)],
        ),
        Group(
            "stride",
            1,
            lambda d: sizes(d, stride=d.int(2, 4), padding=d.int(0, 2)),
            hidden=6,
            examples=[case(n=5, kernel=3, stride=2).gives(2), case(n=6, kernel=3, stride=2).gives(2)],
        ),
        Group(
            "dilation",
            1,
            dilated,
            examples=[case(n=9, kernel=3, dilation=2).gives(5)],
        ),
    ],
    mistakes=[
        Mistake(
            "off by one",
            lambda n, kernel, **options: output_size(n, kernel, **options) - 1,
            "You count one position too few: a filter as large as the image still has one place to stand.",
        ),
        Mistake(
            "padding once",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n + padding - dilation * (kernel - 1) - 1) // stride + 1
            ),
            "The image is padded on both sides, so padding counts twice.",
        ),
        Mistake(
            "no padding",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n - dilation * (kernel - 1) - 1) // stride + 1
            ),
            "Your result does not depend on the padding.",
        ),
        Mistake(
            "ceil",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                -(-(n + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1
            ),
            "You round up. A last step that would leave the image is not taken: round down.",
        ),
        Mistake(
            "not rounded",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
            ),
            "A count of positions is whole: round down with //.",
        ),
        Mistake(
            "rounded",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                round((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
            ),
            "You round to the nearest. A last step that would leave the image is not taken: round down.",
        ),
        Mistake(
            "divided first",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n + 2 * padding) // stride - dilation * (kernel - 1) - 1 + 1
            ),
            "The stride divides the number of steps, not the size of the image.",
        ),
        Mistake(
            "no dilation",
            lambda n, kernel, stride=1, padding=0, dilation=1: (n + 2 * padding - kernel) // stride + 1,
            "Your result does not depend on the dilation.",
        ),
        Mistake(
            "dilated by all",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n + 2 * padding - dilation * kernel) // stride + 1
            ),
            "You take the dilated filter to be dilation × kernel wide. There are only kernel - 1 gaps to widen.",
        ),
        Mistake(
            "no stride",
            lambda n, kernel, stride=1, padding=0, dilation=1: n + 2 * padding - dilation * (kernel - 1),
            "Your result does not depend on the stride.",
        ),
        Mistake(
            "padding subtracted",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n - 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
            ),
            "Padding makes the image larger: add it.",
        ),
        Mistake(
            "plus one outside the stride",
            lambda n, kernel, stride=1, padding=0, dilation=1: (
                (n + 2 * padding - dilation * (kernel - 1) - 1 + 1) // stride
            ),
            "The first position costs no step: add the 1 after dividing by the stride.",
        ),
    ],
    conditions=1,
    barred=Barred(modules=ANSWERS),
)


# conv2d --------------------------------------------------------------------------------------------------------------


def images(d, c=None, f=None, n=None, bias=False, **options):
    """A random case: an image that is not square, a filter that is not square."""
    c, f = c or d.int(2, 3), f or d.int(2, 4)
    x = d.randn(n or d.int(1, 2), c, d.int(5, 6), d.int(7, 8))
    weight = d.randn(f, c, *d.choice([(2, 3), (3, 2), (3, 4)]))
    return case(x=x, weight=weight, bias=d.randn(f) if bias else None, **options)


def as_wide_as_filters(d):
    """As many filters as output columns: a bias added along the width raises nothing here and can be told."""
    return case(x=d.randn(1, 2, 5, 6), weight=d.randn(4, 2, 2, 3), bias=d.randn(4))


def padded_with(mode):
    def conv(x, weight, bias, stride=1, padding=0):
        return F.conv2d(F.pad(x, [padding] * 4, mode) if padding else x, weight, bias, stride)

    return conv


def strided_by(step):
    def conv(x, weight, bias, stride=1, padding=0):
        return step(F.conv2d(x, weight, bias, 1, padding), stride)

    return conv


conv2d = Check(
    "conv2d(x, weight, bias, stride=1, padding=0)",
    oracle=F.conv2d,
    groups=[
        Group(
            "one channel, one filter",
            1,
            lambda d: images(d, 1, 1, 1),
            examples=[
                case(
                    x=torch.tensor([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]]).double(),
                    weight=torch.tensor([[[[1.0, 0], [0, -1]]]]).double(),
                    bias=None,
                ).gives(torch.full((1, 1, 2, 2), -4.0).double())
            ],
        ),
        Group("channels, filters, images of a batch", 1, lambda d: images(d, n=d.int(2, 3)), visible=2),
        Group("bias", 1, lambda d: images(d, n=1, bias=True), examples=[as_wide_as_filters(Draw("as wide"))]),
        Group("padding", 1, lambda d: images(d, 1, 1, 1, padding=d.int(1, 2))),
        Group("stride", 1, lambda d: images(d, 1, 1, 1, stride=d.int(2, 3)), visible=2, hidden=5),
        Group(
            "all of it together",
            1,
            lambda d: images(d, bias=True, stride=d.int(2, 3), padding=d.int(1, 2)),
            hidden=5,
        ),
        Group("gradients flow through it", 1, lambda d: images(d, c=1, n=1), gradients=True),
    ],
    mistakes=[
        Mistake(
            "flipped",
            lambda x, weight, bias, **options: F.conv2d(x, weight.flip(2, 3), bias, **options),
            "Your output equals the reference with the filter flipped: the layer is a cross-correlation, it does not flip.",
        ),
        Mistake(
            "mean",
            lambda x, weight, bias, **options: F.conv2d(x, weight / weight[0].numel(), bias, **options),
            "Your output is the mean over the window. A filter response is the sum.",
        ),
        Mistake(
            "first channel",
            lambda x, weight, bias, **options: F.conv2d(x[:, :1], weight[:, :1], bias, **options),
            "Only the first channel of the image counts in your output. Sum over all C channels.",
        ),
        Mistake(
            "channels reversed",
            lambda x, weight, bias, **options: F.conv2d(x, weight.flip(1), bias, **options),
            "The channels meet the filter in the wrong order: channel c of the image belongs to channel c of the filter.",
        ),
        Mistake(
            "rectified",
            lambda x, weight, bias, **options: F.conv2d(x, weight, bias, **options).relu(),
            "Your output has no negative entries. The layer itself does not rectify: that is the ReLU after it.",
        ),
        Mistake(
            "last row and column empty",
            lambda x, weight, bias, **options: (
                F.pad(F.conv2d(x, weight, None, **options)[:, :, :-1, :-1], [0, 1, 0, 1])
                + (0 if bias is None else bias[:, None, None])
            ),
            "The last row and column are never filled. range(n) already stops before n.",
        ),
        Mistake(
            "axes swapped",
            lambda x, weight, bias, **options: F.conv2d(x, weight, bias, **options).transpose(2, 3),
            "Height and width of your output are swapped.",
        ),
        Mistake(
            "channels averaged",
            lambda x, weight, bias, **options: F.conv2d(x, weight / weight.shape[1], bias, **options),
            "Your output is the mean over the channels. A filter response is the sum.",
        ),
        Mistake(
            "batch summed",
            lambda x, weight, bias, **options: F.conv2d(x, weight, bias, **options).sum(0, keepdim=True),
            "The images of the batch are summed. Each image has a response of its own: keep the first axis.",
        ),
        Mistake(
            "first image",
            lambda x, weight, bias, **options: F.conv2d(x[:1], weight, bias, **options).expand(
                len(x), -1, -1, -1
            ),
            "Every image of the batch gets the response of the first one.",
        ),
        Mistake(
            "no bias",
            lambda x, weight, bias, **options: F.conv2d(x, weight, None, **options),
            "The bias is missing: every filter adds its own bias[f] to its whole map.",
        ),
        Mistake(
            "bias along the width",
            lambda x, weight, bias, **options: (
                F.conv2d(x, weight, None, **options) + (0 if bias is None else bias)
            ),
            "The bias is added along the width, the last axis. bias[f] belongs to map f: bias[:, None, None].",
        ),
        Mistake(
            "bias subtracted",
            lambda x, weight, bias, **options: F.conv2d(
                x, weight, None if bias is None else -bias, **options
            ),
            "The bias has the wrong sign: add it.",
        ),
        Mistake(
            "bias per channel",
            lambda x, weight, bias, **options: F.conv2d(
                x, weight, None if bias is None else bias * x.shape[1], **options
            ),
            "The bias is added once for every input channel. Add it once, after the sum over channels.",
        ),
        Mistake(
            "bias per tap",
            lambda x, weight, bias, **options: F.conv2d(
                x, weight, None if bias is None else bias * weight[0].numel(), **options
            ),
            "The bias is added once for every term of the sum. Add it once, after the sum.",
        ),
        Mistake(
            "one bias",
            lambda x, weight, bias, **options: F.conv2d(
                x, weight, None if bias is None else bias[:1].expand(len(bias)), **options
            ),
            "Every map gets bias[0]. Filter f adds bias[f].",
        ),
        Mistake(
            "no padding",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(x, weight, bias, stride),
            "The padding is ignored: surround the image with `padding` zeros on each side first.",
        ),
        Mistake(
            "padding at one side",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(
                F.pad(x, [padding, 0, padding, 0]), weight, bias, stride
            ),
            "The image is padded at the top and left only. Zeros surround it on all four sides.",
        ),
        Mistake(
            "one axis padded",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(x, weight, bias, stride, (0, padding)),
            "Only the width is padded. Zeros surround the image on all four sides.",
        ),
        Mistake(
            "padded twice",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(x, weight, bias, stride, 2 * padding),
            "There is twice as much padding as asked for: `padding` zeros on each side.",
        ),
        Mistake(
            "ones around",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(
                F.pad(x, [padding] * 4, value=1.0), weight, bias, stride
            ),
            "The border is filled with ones. Pad with zeros.",
        ),
        Mistake(
            "edge padding",
            padded_with("replicate"),
            "The border repeats the edge of the image. Pad with zeros.",
        ),
        Mistake("mirror padding", padded_with("reflect"), "The border mirrors the image. Pad with zeros."),
        Mistake(
            "no stride",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(x, weight, bias, 1, padding),
            "The stride is ignored: neighbouring outputs look at windows that are `stride` pixels apart.",
        ),
        Mistake(
            "dilated instead",
            lambda x, weight, bias, stride=1, padding=0: F.conv2d(x, weight, bias, 1, padding, stride),
            "You spread the taps of the filter `stride` apart. That is dilation. A stride moves the whole filter.",
        ),
        Mistake(
            "one axis strided",
            strided_by(lambda y, stride: y[:, :, ::stride]),
            "Only the rows are strided. The windows are `stride` pixels apart in both directions.",
        ),
        Mistake(
            "first windows",
            strided_by(
                lambda y, stride: y[:, :, : (y.shape[2] - 1) // stride + 1, : (y.shape[3] - 1) // stride + 1]
            ),
            "The map has the right size, but the windows still stand one pixel apart. Window i begins at stride × i.",
        ),
    ],
    conditions=1,
    barred=CONVOLUTION,
)


# conv2d_backward -----------------------------------------------------------------------------------------------------


def gradients(grad_output, x, weight, stride=1, padding=0):
    """Autograd through torch's operator."""
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    bias = torch.zeros(len(weight), dtype=weight.dtype, requires_grad=True)
    return torch.autograd.grad(F.conv2d(x, weight, bias, stride, padding), (x, weight, bias), grad_output)


def changed(grad_x=None, grad_weight=None, grad_bias=None):
    """A mistake: the three gradients with one of them put through a function of (true gradient, all inputs)."""

    def wrong(grad_output, x, weight, stride=1, padding=0):
        right = gradients(grad_output, x, weight, stride, padding)
        inputs = (grad_output, x, weight, stride, padding)
        return tuple(f(g, *inputs) if f else g for f, g in zip((grad_x, grad_weight, grad_bias), right))

    return wrong


def spread(grad_output, x, weight, stride, padding):
    """The adjoint with whatever filter it is handed; rows the stride never reached stay zero."""
    rest = [(x.shape[i] + 2 * padding - weight.shape[i]) % stride for i in (2, 3)]
    return F.conv_transpose2d(grad_output, weight, None, stride, padding, rest)


def overwritten(g, grad_output, x, weight, stride, padding):
    """grad_x where windows overwrite each other."""
    k_h, k_w = weight.shape[2:]
    padded = torch.zeros_like(F.pad(x, [padding] * 4))
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            share = torch.einsum("nf,fcuv->ncuv", grad_output[:, :, i, j], weight)
            padded[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w] = share
    return padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


def overwritten_by_taps(g, grad_output, x, weight, stride, padding):
    """grad_x where taps overwrite each other."""
    h_out, w_out = grad_output.shape[2:]
    padded = torch.zeros_like(F.pad(x, [padding] * 4))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            share = torch.einsum("nfij,fc->ncij", grad_output, weight[:, :, u, v])
            padded[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride] = share
    return padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


def as_far_as_windows_go(g, grad_output, x, weight, stride, padding):
    """The padded gradient without the rows and columns no window ever met."""
    return F.conv_transpose2d(grad_output, weight, None, stride)


def negative_slice(y, padding):
    return y[:, :, padding:-padding, padding:-padding]


def with_a_tail(d):
    """The last row and column of x itself, not only of its padding, are met by no window."""
    x, weight, grad_output = d.randn(2, 3, 6, 8), d.randn(4, 3, 3, 2), d.randn(2, 4, 2, 3)
    return case(grad_output=grad_output, x=x, weight=weight, stride=3, padding=1)


def responses(d, **options):
    """A random case: the gradient of a loss with respect to conv2d's output, and what went into conv2d."""
    c, f, n = d.int(2, 3), d.int(2, 4), d.int(2, 3)
    x, weight = d.randn(n, c, d.int(5, 6), d.int(7, 8)), d.randn(f, c, *d.choice([(2, 3), (3, 2)]))
    return case(
        grad_output=d.randn(*F.conv2d(x, weight, None, **options).shape), x=x, weight=weight, **options
    )


def strided(d):
    return responses(d, stride=d.int(2, 3), padding=d.int(1, 2))


conv2d_backward = Check(
    "conv2d_backward(grad_output, x, weight, stride=1, padding=0) -> (grad_x, grad_weight, grad_bias)",
    oracle=gradients,
    groups=[
        Group("grad_bias", 1, responses, compare=["grad_bias"]),
        Group("grad_weight", 1, responses, compare=["grad_weight"]),
        Group("grad_weight with stride and padding", 1, strided, hidden=5, compare=["grad_weight"]),
        Group("grad_x", 1, responses, compare=["grad_x"]),
        Group(
            "grad_x with stride and padding",
            1,
            strided,
            hidden=5,
            compare=["grad_x"],
            examples=[with_a_tail(Draw("a tail"))],
        ),
    ],
    mistakes=[
        Mistake(
            "bias averaged",
            changed(grad_bias=lambda g, grad_output, *_: grad_output.mean((0, 2, 3))),
            "Your grad_bias is a mean. The bias reaches every output of its map, and gradients of all its uses add up.",
        ),
        Mistake(
            "bias averaged over the batch",
            changed(grad_bias=lambda g, grad_output, *_: g / len(grad_output)),
            "Your grad_bias is a mean over the batch. The loss has taken its mean already: here contributions add up.",
        ),
        Mistake(
            "bias over all maps",
            changed(grad_bias=lambda g, grad_output, *_: grad_output.sum()),
            "Your grad_bias is one number. Each filter has a bias of its own: do not sum over the filters.",
        ),
        Mistake(
            "bias per image",
            changed(grad_bias=lambda g, grad_output, *_: grad_output.sum((2, 3))),
            "Your grad_bias has one row per image. All images share the bias: sum over the batch, too.",
        ),
        Mistake(
            "weight averaged over the batch",
            changed(grad_weight=lambda g, grad_output, *_: g / len(grad_output)),
            "Your grad_weight is a mean over the batch. The loss has taken its mean already: here contributions add up.",
        ),
        Mistake(
            "weight flipped",
            changed(grad_weight=lambda g, *_: g.flip(2, 3)),
            "Your grad_weight is flipped: grad_weight[u, v] pairs each output (i, j) with the pixel (i + u, j + v).",
        ),
        Mistake(
            "weight of the first image",
            changed(
                grad_weight=lambda g, grad_output, x, weight, stride, padding: gradients(
                    grad_output[:1], x[:1], weight, stride, padding
                )[1]
            ),
            "Only the first image of the batch counts in your grad_weight. Sum over the batch.",
        ),
        Mistake(
            "weight of the last position",
            changed(
                grad_weight=lambda g, grad_output, x, weight, stride, padding: gradients(
                    F.pad(
                        grad_output[:, :, -1:, -1:],
                        [grad_output.shape[3] - 1, 0, grad_output.shape[2] - 1, 0],
                    ),
                    x,
                    weight,
                    stride,
                    padding,
                )[1]
            ),
            "Only the last position counts in your grad_weight. Add up over all positions: += instead of =.",
        ),
        Mistake(
            "weight with padding at one side",
            changed(
                grad_weight=lambda g, grad_output, x, weight, stride, padding: gradients(
                    grad_output, F.pad(x, [0, 2 * padding, 0, 2 * padding]), weight, stride
                )[1]
            ),
            "Your grad_weight sees the image in another place than conv2d did: pad it as in the forward pass.",
        ),
        Mistake(
            "weight without stride",
            changed(
                grad_weight=lambda g, grad_output, x, weight, stride, padding: torch.einsum(
                    "nfij,ncuvij->fcuv",
                    grad_output,
                    F.pad(x, [padding] * 4)
                    .unfold(2, grad_output.shape[2], 1)
                    .unfold(3, grad_output.shape[3], 1)[:, :, : weight.shape[2], : weight.shape[3]],
                )
            ),
            "Your grad_weight forgets the stride: output (i, j) was made from the window that begins at stride × (i, j).",
        ),
        Mistake(
            "x not flipped",
            changed(
                grad_x=lambda g, grad_output, x, weight, *options: spread(
                    grad_output, x, weight.flip(2, 3), *options
                )
            ),
            "Your grad_x uses the filter the wrong way round. Seen from a pixel the taps come in reverse: flip the filter, "
            "or add weight × grad_output into the window it came from.",
        ),
        Mistake(
            "x padded",
            changed(
                grad_x=lambda g, grad_output, x, weight, stride, padding: gradients(
                    grad_output, F.pad(x, [padding] * 4), weight, stride
                )[0]
            ),
            "Your grad_x is the gradient of the padded image. Cut the padding off before you return it.",
        ),
        Mistake(
            "x cut at one corner",
            changed(
                grad_x=lambda g, grad_output, x, weight, stride, padding: gradients(
                    grad_output, F.pad(x, [padding] * 4), weight, stride
                )[0][:, :, : x.shape[2], : x.shape[3]]
            ),
            "Your grad_x has its size, but the padding was cut off on one side only. Take `padding` pixels off every side.",
        ),
        Mistake(
            "x of the first filter",
            changed(
                grad_x=lambda g, grad_output, x, weight, *options: spread(
                    grad_output[:, :1], x, weight[:1], *options
                )
            ),
            "Only the first filter counts in your grad_x. A pixel is seen by all F filters: sum over them.",
        ),
        Mistake(
            "x overwritten",
            changed(grad_x=overwritten),
            "Where windows overlap the last one wins in your grad_x. Contributions add up: += instead of =.",
        ),
        Mistake(
            "x overwritten by taps",
            changed(grad_x=overwritten_by_taps),
            "The last tap that meets a pixel wins in your grad_x. What the taps contribute adds up: += instead of =.",
        ),
        Mistake(
            "x rows missing",
            changed(
                grad_x=lambda *inputs: (lambda g, p: g[:, :, p : g.shape[2] - p, p : g.shape[3] - p])(
                    as_far_as_windows_go(*inputs), inputs[-1]
                )
            ),
            "The rows and columns that no window met are missing from your grad_x. Their gradient is zero, but they must be "
            "there: begin with zeros of the padded image's size.",
        ),
        Mistake(
            "x ends with the last window",
            changed(
                grad_x=lambda g, grad_output, x, weight, stride, padding: as_far_as_windows_go(
                    g, grad_output, x, weight, stride, padding
                )[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
            ),
            "Your grad_x ends where the last window ended. Rows and columns behind it have gradient zero and must be there: "
            "begin with zeros of the padded image's size.",
        ),
        Mistake(
            "x empty without padding",
            changed(
                grad_x=lambda g, grad_output, x, weight, stride, padding: negative_slice(
                    gradients(grad_output, F.pad(x, [padding] * 4), weight, stride)[0], padding
                )
            ),
            "Your grad_x is empty when padding is 0: [0:-0] is an empty slice. Let it end at padding + H.",
        ),
        Mistake(
            "x without stride",
            changed(
                grad_x=lambda g, grad_output, x, weight, stride, padding: F.pad(
                    F.conv_transpose2d(grad_output, weight), [0, x.shape[3], 0, x.shape[2]]
                )[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
            ),
            "Your grad_x forgets the stride: output (i, j) goes back to the window that begins at stride × (i, j).",
        ),
        Mistake(
            "x summed over the batch",
            changed(grad_x=lambda g, *_: g.sum(0, keepdim=True)),
            "Your grad_x is summed over the batch. Each image has a gradient of its own.",
        ),
        Mistake(
            "x averaged over the batch",
            changed(grad_x=lambda g, *_: g / len(g)),
            "Your grad_x is divided by the batch size. Each image has a gradient of its own.",
        ),
    ],
    conditions=1,
    barred=AUTOGRAD,
)


# max_pool2d ----------------------------------------------------------------------------------------------------------


def maps(d, low, high, **options):
    return case(x=d.randn(d.int(1, 2), d.int(1, 3), d.int(low, high), d.int(low, high)), **options)


def overlapping(d):
    kernel = d.int(2, 3)
    return maps(d, 7, 9, kernel=kernel, stride=d.choice([kernel - 1, kernel + 1]))


def small_windows(x, kernel, stride=None):
    """The positions of the right windows, the size of the stride."""
    stride = stride or kernel
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)
    return windows[..., :stride, :stride].amax((-2, -1))


max_pool2d = Check(
    "max_pool2d(x, kernel, stride=None)",
    oracle=F.max_pool2d,
    groups=[
        Group(
            "windows side by side",
            1,
            lambda d: maps(d, 5, 10, kernel=d.int(2, 4)),
            hidden=5,
            examples=[
                case(x=torch.tensor([[[[1.0, 2, -3], [-4, 0, -5]]]]).double(), kernel=2).gives(
                    torch.full((1, 1, 1, 1), 2.0).double()
                ),
                case(x=torch.tensor([[[[-1.0, -2], [-3, -4]]]]).double(), kernel=2).gives(
                    torch.full((1, 1, 1, 1), -1.0).double()
                ),
            ],
        ),
        Group("windows that overlap or leave gaps", 1, overlapping, visible=2, hidden=5),
        Group("gradients flow through it", 1, lambda d: maps(d, 5, 8, kernel=2), gradients=True),
    ],
    mistakes=[
        Mistake(
            "stride 1",
            lambda x, kernel, stride=None: F.max_pool2d(x, kernel, stride or 1),
            "Without a stride the windows lie side by side: stride defaults to kernel, not to 1.",
        ),
        Mistake(
            "stride ignored",
            lambda x, kernel, stride=None: F.max_pool2d(x, kernel),
            "The stride you are given is ignored.",
        ),
        Mistake(
            "mean",
            F.avg_pool2d,
            "Your output is the mean of each window, not its largest entry.",
        ),
        Mistake(
            "never below zero",
            lambda x, kernel, stride=None: F.max_pool2d(x, kernel, stride).clamp(min=0),
            "Windows whose entries are all negative give 0. A maximum that starts at 0 cannot go below it.",
        ),
        Mistake(
            "largest magnitude",
            lambda x, kernel, stride=None: F.max_pool2d(x.abs(), kernel, stride),
            "Your output is the largest absolute value. The maximum keeps the sign.",
        ),
        Mistake(
            "ceil",
            lambda x, kernel, stride=None: F.max_pool2d(x, kernel, stride, ceil_mode=True),
            "You keep windows that hang over the edge. Only whole windows count: round down.",
        ),
        Mistake(
            "smallest",
            lambda x, kernel, stride=None: -F.max_pool2d(-x, kernel, stride),
            "Your output is the smallest entry of each window.",
        ),
        Mistake(
            "window of the stride",
            small_windows,
            "Your windows are as large as the stride. They are kernel × kernel.",
        ),
        Mistake(
            "over the batch",
            lambda x, kernel, stride=None: (
                F.max_pool2d(x, kernel, stride).amax(0, keepdim=True).expand(len(x), -1, -1, -1)
            ),
            "The maximum runs over the batch, too. Each image is pooled by itself.",
        ),
        Mistake(
            "over channels",
            lambda x, kernel, stride=None: (
                F.max_pool2d(x, kernel, stride).amax(1, keepdim=True).expand(-1, x.shape[1], -1, -1)
            ),
            "The maximum runs over the channels, too. Each channel is pooled by itself.",
        ),
    ],
    conditions=1,
    barred=POOLING,
)


# batch_norm2d --------------------------------------------------------------------------------------------------------


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """torch updates in place; what it does to clones is returned."""
    mean, var = running_mean.detach().clone(), running_var.detach().clone()
    return F.batch_norm(x, mean, var, gamma, beta, training, momentum, eps), mean, var


def batches(d, training):
    c = d.int(1, 3)
    return case(
        x=3 * d.randn(d.int(2, 4), c, d.int(2, 4), d.int(3, 5)) + 5 * d.randn(c, 1, 1),
        gamma=d.randn(c),
        beta=d.randn(c),
        running_mean=d.randn(c),
        running_var=0.5 + d.rand(c),
        training=training,
        momentum=d.float(0.05, 0.45),
        eps=d.float(0.01, 0.1),
    )


def normalised(y=None, mean=None, var=None, only_training=None):
    """A mistake: some of the results put through a function of (result, arguments)."""

    def wrong(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
        right = batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
        if only_training not in (None, training):
            return right
        a = {"x": x, "gamma": gamma, "beta": beta, "running_mean": running_mean, "running_var": running_var}
        a |= {"training": training, "momentum": momentum, "eps": eps}
        return tuple(f(r, a) if f else r for f, r in zip((y, mean, var), right))

    return wrong


def standard(x, a, dims=(0, 2, 3), correction=0, eps=True):
    mean, var = x.mean(dims, keepdim=True), x.var(dims, correction=correction, keepdim=True)
    scaled = (x - mean) / (var + a["eps"]).sqrt() if eps else (x - mean) / (var.sqrt() + a["eps"])
    return scaled * a["gamma"][:, None, None] + a["beta"][:, None, None]


def moved(old, new, momentum):
    return (1 - momentum) * old + momentum * new


batch_norm2d = Check(
    "batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5) -> (y, new_mean, new_var)",
    oracle=batch_norm,
    groups=[
        Group("y in training", 1, lambda d: batches(d, True), hidden=6, compare=["y"]),
        Group("new_mean in training", 1, lambda d: batches(d, True), compare=["new_mean"]),
        Group("new_var in training", 1, lambda d: batches(d, True), compare=["new_var"]),
        Group("all three in evaluation", 1, lambda d: batches(d, False)),
        Group(
            "gradients of y in training",
            1,
            lambda d: batches(d, True),
            gradients=True,
            compare=["gradient of x", "gradient of gamma", "gradient of beta"],
        ),
    ],
    mistakes=[
        Mistake(
            "unbiased in y",
            normalised(y=lambda y, a: standard(a["x"], a, correction=1), only_training=True),
            "You normalise with the unbiased variance (divided by m - 1). y uses the biased one, divided by m.",
        ),
        Mistake(
            "eps outside",
            normalised(y=lambda y, a: standard(a["x"], a, eps=False), only_training=True),
            "You add eps to the standard deviation. It belongs under the root: sqrt(var + eps).",
        ),
        Mistake(
            "another eps",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: batch_norm(
                x, gamma, beta, mean, var, training, momentum, 1e-5
            ),
            "Your y does not use the eps you are given: it belongs under the root, sqrt(var + eps).",
        ),
        Mistake(
            "gamma and beta swapped",
            lambda x, gamma, beta, *args, **options: batch_norm(x, beta, gamma, *args, **options),
            "gamma and beta are swapped: gamma multiplies, beta is added.",
        ),
        Mistake(
            "beta scaled",
            lambda x, gamma, beta, *args, **options: batch_norm(x, gamma, gamma * beta, *args, **options),
            "beta is multiplied by gamma in your y. Scale first, then shift.",
        ),
        Mistake(
            "per image",
            normalised(y=lambda y, a: standard(a["x"], a, dims=(2, 3)), only_training=True),
            "You normalise each image by itself, which is instance normalisation. Take the statistics over the batch, too.",
        ),
        Mistake(
            "per pixel",
            normalised(y=lambda y, a: standard(a["x"], a, dims=(0,)), only_training=True),
            "You take statistics per pixel position. Take them over batch, height and width: one pair per channel.",
        ),
        Mistake(
            "over everything",
            normalised(y=lambda y, a: standard(a["x"], a, dims=(0, 1, 2, 3)), only_training=True),
            "You take one mean and variance for all channels. Each channel has its own.",
        ),
        Mistake(
            "not scaled",
            normalised(y=lambda y, a: (y - a["beta"][:, None, None]) / a["gamma"][:, None, None]),
            "gamma and beta are not applied.",
        ),
        Mistake(
            "variance not rooted",
            normalised(
                y=lambda y, a: (
                    (a["x"] - a["x"].mean((0, 2, 3), keepdim=True))
                    / (a["x"].var((0, 2, 3), correction=0, keepdim=True) + a["eps"])
                    * a["gamma"][:, None, None]
                    + a["beta"][:, None, None]
                ),
                only_training=True,
            ),
            "You divide by the variance. Divide by its square root.",
        ),
        Mistake(
            "running statistics in training",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: (
                F.batch_norm(x, mean.detach(), var.detach(), gamma, beta, False, momentum, eps),
                *batch_norm(x, gamma, beta, mean, var, training, momentum, eps)[1:],
            ),
            "In training you normalise with the running statistics. Use those of the batch.",
        ),
        Mistake(
            "moved statistics in training",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: (
                lambda y, m, v: (
                    F.batch_norm(x, m, v, gamma, beta, False, momentum, eps) if training else y,
                    m,
                    v,
                )
            )(*batch_norm(x, gamma, beta, mean, var, training, momentum, eps)),
            "In training you normalise with the new running statistics. Use those of the batch.",
        ),
        Mistake(
            "momentum fixed",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: batch_norm(
                x, gamma, beta, mean, var, training, 0.1, eps
            ),
            "The momentum you are given is ignored.",
        ),
        Mistake(
            "added up",
            normalised(
                mean=lambda m, a: m + a["momentum"] * a["running_mean"],
                var=lambda v, a: v + a["momentum"] * a["running_var"],
                only_training=True,
            ),
            "The old value keeps its full weight. It is multiplied by 1 - momentum.",
        ),
        Mistake(
            "momentum swapped",
            normalised(
                mean=lambda m, a: moved(a["x"].mean((0, 2, 3)), a["running_mean"], a["momentum"]),
                var=lambda v, a: moved(a["x"].var((0, 2, 3)), a["running_var"], a["momentum"]),
                only_training=True,
            ),
            "momentum is swapped: it is the weight of the new value, 1 - momentum that of the old one.",
        ),
        Mistake(
            "biased new_var",
            normalised(
                var=lambda v, a: moved(a["running_var"], a["x"].var((0, 2, 3), correction=0), a["momentum"]),
                only_training=True,
            ),
            "new_var uses the biased variance. The running value estimates the population: divide by m - 1.",
        ),
        Mistake(
            "images counted only",
            normalised(
                var=lambda v, a: moved(
                    a["running_var"],
                    a["x"].var((0, 2, 3), correction=0) * len(a["x"]) / (len(a["x"]) - 1),
                    a["momentum"],
                ),
                only_training=True,
            ),
            "In new_var your m is the number of images. A channel has m = N × H × W entries.",
        ),
        Mistake(
            "biased new_var, momentum swapped",
            normalised(
                var=lambda v, a: moved(a["x"].var((0, 2, 3), correction=0), a["running_var"], a["momentum"]),
                only_training=True,
            ),
            "momentum is swapped in new_var (it is the weight of the new value), and the variance must be the unbiased one.",
        ),
        Mistake(
            "standard deviation kept",
            normalised(
                var=lambda v, a: moved(a["running_var"], a["x"].std((0, 2, 3)), a["momentum"]),
                only_training=True,
            ),
            "new_var follows the standard deviation. Keep the variance.",
        ),
        Mistake(
            "replaced",
            normalised(
                mean=lambda m, a: a["x"].mean((0, 2, 3)),
                var=lambda v, a: a["x"].var((0, 2, 3)),
                only_training=True,
            ),
            "The running statistics are replaced by those of the batch. Move them by `momentum` only.",
        ),
        Mistake(
            "never updated",
            normalised(
                mean=lambda m, a: a["running_mean"], var=lambda v, a: a["running_var"], only_training=True
            ),
            "In training the running statistics stay as they were. Return the moved ones.",
        ),
        Mistake(
            "updated in evaluation",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: (
                batch_norm(x, gamma, beta, mean, var, training, momentum, eps)[0],
                *batch_norm(x, gamma, beta, mean, var, True, momentum, eps)[1:],
            ),
            "In evaluation the running statistics move. Return them as they came.",
        ),
        Mistake(
            "batch statistics in evaluation",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: (
                batch_norm(x, gamma, beta, mean, var, True, momentum, eps)[0],
                *batch_norm(x, gamma, beta, mean, var, training, momentum, eps)[1:],
            ),
            "In evaluation you normalise with the statistics of the batch. Use the running ones.",
        ),
        Mistake(
            "training in evaluation",
            lambda x, gamma, beta, mean, var, training, *args, **options: batch_norm(
                x, gamma, beta, mean, var, True, *args, **options
            ),
            "`training` is ignored: in evaluation use the running statistics and return them as they came.",
        ),
        Mistake(
            "not normalised in evaluation",
            lambda x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5: (
                batch_norm(x, gamma, beta, mean, var, training, momentum, eps)
                if training
                else (batch_norm(x, gamma, beta, 0 * mean, 0 * var + 1, False, momentum, eps)[0], mean, var)
            ),
            "In evaluation the running statistics are not used.",
        ),
        Mistake(
            "statistics detached",
            normalised(
                y=lambda y, a: (
                    (a["x"] - a["x"].detach().mean((0, 2, 3), keepdim=True))
                    / (a["x"].detach().var((0, 2, 3), correction=0, keepdim=True) + a["eps"]).sqrt()
                    * a["gamma"][:, None, None]
                    + a["beta"][:, None, None]
                ),
                only_training=True,
            ),
            "Mean and variance are cut off from the graph. They depend on x, and the gradient must know it.",
        ),
        Mistake(
            "variance detached",
            normalised(
                y=lambda y, a: (
                    (a["x"] - a["x"].mean((0, 2, 3), keepdim=True))
                    / (a["x"].detach().var((0, 2, 3), correction=0, keepdim=True) + a["eps"]).sqrt()
                    * a["gamma"][:, None, None]
                    + a["beta"][:, None, None]
                ),
                only_training=True,
            ),
            "The variance is cut off from the graph. It depends on x, and the gradient must know it.",
        ),
    ],
    conditions=1,
    barred=NORMALISATION,
)


# conv_transpose2d ----------------------------------------------------------------------------------------------------


def small_maps(d, bias=False, **options):
    c, f = d.choice([(2, 3), (3, 2), (1, 2)])
    inputs = {
        "x": d.randn(d.int(1, 2), c, d.int(3, 4), d.int(4, 5)),
        "weight": d.randn(c, f, *d.choice([(3, 4), (4, 3)])),
    }
    return case(**inputs, **({"bias": d.randn(f)} if bias else {}), **options)


def last_wins(x, weight, bias=None, stride=1, padding=0):
    """Windows overwrite each other where they overlap."""
    n, _, h, w = x.shape
    _, f, kh, kw = weight.shape
    y = torch.zeros(n, f, (h - 1) * stride + kh, (w - 1) * stride + kw, dtype=x.dtype)
    for i in range(h):
        for j in range(w):
            y[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] = torch.einsum(
                "nc,cfuv->nfuv", x[:, :, i, j], weight
            )
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y if bias is None else y + bias[:, None, None]


def last_tap_wins(x, weight, bias=None, stride=1, padding=0):
    """Taps overwrite each other where their stamps overlap."""
    n, _, h, w = x.shape
    _, f, kh, kw = weight.shape
    y = torch.zeros(n, f, (h - 1) * stride + kh, (w - 1) * stride + kw, dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            y[:, :, u : u + stride * h : stride, v : v + stride * w : stride] = torch.einsum(
                "ncij,cf->nfij", x, weight[:, :, u, v]
            )
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y if bias is None else y + bias[:, None, None]


def read_as_conv2ds(x, weight, bias=None, stride=1, padding=0):
    """(C, F) taken for (F, C): runs where C = F, and where C = 1, which einsum stretches."""
    y = F.conv_transpose2d(
        x.expand(-1, weight.shape[1], -1, -1), weight.transpose(0, 1), None, stride, padding
    )
    return y if bias is None else y + bias[:, None, None]


def as_many_out_as_in(d):
    """C = F: a weight read as (F, C, kH, kW) raises nothing here and can be told."""
    return case(x=d.randn(1, 2, 3, 4), weight=d.randn(2, 2, 3, 2))


def as_wide_as_maps(d):
    """As many maps as output columns: a bias added along the width raises nothing here and can be told."""
    return case(x=d.randn(1, 2, 2, 2), weight=d.randn(2, 3, 3, 2), bias=d.randn(3))


def dense_stamps(x, weight, bias=None, stride=1, padding=0):
    """An output of the right size on which the stamps stand one pixel apart."""
    y = torch.zeros_like(F.conv_transpose2d(x, weight, None, stride))
    dense = F.conv_transpose2d(x, weight)
    y[:, :, : dense.shape[2], : dense.shape[3]] = dense
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y if bias is None else y + bias[:, None, None]


def averaged(x, weight, bias=None, stride=1, padding=0):
    """The mean over stamps where they overlap."""
    counts = F.conv_transpose2d(
        torch.ones_like(x[:1, :1]), torch.ones_like(weight[:1, :1]), None, stride, padding
    )
    y = F.conv_transpose2d(x, weight, None, stride, padding) / counts.clamp(min=1)
    return y if bias is None else y + bias[:, None, None]


conv_transpose2d = Check(
    "conv_transpose2d(x, weight, bias=None, stride=1, padding=0)",
    oracle=F.conv_transpose2d,
    groups=[
        Group(
            "stride 1",
            1,
            small_maps,
            examples=[
                case(
                    x=torch.tensor([[[[1.0, 2]]]]).double(),
                    weight=torch.tensor([[[[10.0, 20, 30]]]]).double(),
                ).gives(torch.tensor([[[[10.0, 40, 70, 60]]]]).double()),
                as_many_out_as_in(Draw("as many")),
            ],
        ),
        Group("stride", 1, lambda d: small_maps(d, stride=d.int(2, 5)), hidden=6),
        Group("padding", 1, lambda d: small_maps(d, stride=d.int(1, 3), padding=1), hidden=4),
        Group("bias", 1, lambda d: small_maps(d, bias=True), examples=[as_wide_as_maps(Draw("as wide"))]),
    ],
    mistakes=[
        Mistake(
            "flipped",
            lambda x, weight, *args, **options: F.conv_transpose2d(x, weight.flip(2, 3), *args, **options),
            "Your output equals the reference with the filter flipped. Each pixel stamps the filter as it is.",
        ),
        Mistake(
            "overwritten",
            last_wins,
            "Where stamps overlap the last one wins. They add up: += instead of =.",
        ),
        Mistake(
            "overwritten by taps",
            last_tap_wins,
            "The last tap that reaches a pixel wins. What the taps contribute adds up: += instead of =.",
        ),
        Mistake(
            "weight read as conv2d's",
            read_as_conv2ds,
            "You read the weight as (F, C, kH, kW), as in conv2d. Here input channels come first: (C, F, kH, kW).",
        ),
        Mistake(
            "no stride",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(x, weight, bias, 1, padding),
            "The stride is ignored: neighbouring pixels stamp `stride` pixels apart.",
        ),
        Mistake(
            "stamps without stride",
            dense_stamps,
            "The size is right, but the stamps stand one pixel apart. Pixel i stamps at stride × i.",
        ),
        Mistake(
            "first channel",
            lambda x, weight, *args, **options: F.conv_transpose2d(x[:, :1], weight[:1], *args, **options),
            "Only the first input channel stamps. All channels do, and their stamps add up.",
        ),
        Mistake("overlaps averaged", averaged, "Where stamps overlap you take their mean. They add up."),
        Mistake(
            "padding times stride",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(
                x, weight, bias, stride, padding * stride
            ),
            "You cut off `padding × stride` pixels. Padding counts pixels of the output: cut off `padding`.",
        ),
        Mistake(
            "one axis strided",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(
                x, weight, bias, (stride, 1), padding
            ),
            "Only the rows are strided. The stamps are `stride` pixels apart in both directions.",
        ),
        Mistake(
            "a stride too large",
            lambda x, weight, bias=None, stride=1, padding=0: (
                F.pad(F.conv_transpose2d(x, weight, None, stride, padding), [0, stride - 1, 0, stride - 1])
                + (0 if bias is None else bias[:, None, None])
            ),
            "Your output ends with rows nothing reaches: the last stamp begins at stride × (H - 1), not a stride later.",
        ),
        Mistake(
            "no padding",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(x, weight, bias, stride),
            "The padding is ignored: cut `padding` pixels off every side of the result.",
        ),
        Mistake(
            "padding added",
            lambda x, weight, bias=None, stride=1, padding=0: (
                F.pad(F.conv_transpose2d(x, weight, None, stride), [padding] * 4)
                + (0 if bias is None else bias[:, None, None])
            ),
            "You add a border. Here padding takes pixels away, because conv2d's padding added them.",
        ),
        Mistake(
            "padding cut at one side",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(x, weight, bias, stride)[
                :, :, padding:, padding:
            ],
            "You cut at the top and left only. Take `padding` pixels off every side.",
        ),
        Mistake(
            "empty without padding",
            lambda x, weight, bias=None, stride=1, padding=0: (
                negative_slice(F.conv_transpose2d(x, weight, None, stride), padding)
                + (0 if bias is None else bias[:, None, None])
            ),
            "Your output is empty when padding is 0: [0:-0] is an empty slice. Let it end at size - padding.",
        ),
        Mistake(
            "cut at one corner",
            lambda x, weight, bias=None, stride=1, padding=0: (
                lambda y: y[:, :, : y.shape[2] - 2 * padding, : y.shape[3] - 2 * padding]
            )(F.conv_transpose2d(x, weight, bias, stride)),
            "The size is right, but you cut at the bottom and right only. Take `padding` pixels off every side.",
        ),
        Mistake(
            "no bias",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(
                x, weight, None, stride, padding
            ),
            "The bias is missing.",
        ),
        Mistake(
            "bias along the width",
            lambda x, weight, bias=None, stride=1, padding=0: (
                F.conv_transpose2d(x, weight, None, stride, padding) + (0 if bias is None else bias)
            ),
            "The bias is added along the width, the last axis. bias[f] belongs to map f: bias[:, None, None].",
        ),
        Mistake(
            "bias per channel",
            lambda x, weight, bias=None, stride=1, padding=0: F.conv_transpose2d(
                x, weight, None if bias is None else bias * x.shape[1], stride, padding
            ),
            "The bias is added once for every input channel. Add it once, at the end.",
        ),
        Mistake(
            "bias stamped",
            lambda x, weight, bias=None, stride=1, padding=0: (
                F.conv_transpose2d(x, weight, None, stride, padding)
                + (
                    0
                    if bias is None
                    else F.conv_transpose2d(
                        torch.ones_like(x[:, :1]),
                        bias[None, :, None, None].expand(1, -1, *weight.shape[2:]),
                        None,
                        stride,
                        padding,
                    )
                )
            ),
            "The bias is added with every stamp, so it piles up where they overlap. Add it once, at the end.",
        ),
    ],
    conditions=1,
    barred=CONVOLUTION,
)


# receptive_field -----------------------------------------------------------------------------------------------------


def seen_pixels(layers):
    """How many input pixels reach one output of a stack of torch convolutions: counted in the gradient."""
    size, jump = 1, 1
    for kernel, stride in layers:  # only an upper bound, so that the input is long enough
        size, jump = size + kernel * jump, jump * stride
    x = torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride in layers:
        y = F.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.float64) / kernel, None, stride)
    return int((torch.autograd.grad(y[0, 0, 0], x)[0] != 0).sum())


def one_jump(
    layers, jump_of=lambda jump, stride: jump * stride, before=False, start=1, width=lambda k: k - 1
):
    """The usual recursion with one of its parts exchanged."""
    size, jump = start, 1
    for kernel, stride in layers:
        jump = jump_of(jump, stride) if before else jump
        size += width(kernel) * jump
        jump = jump if before else jump_of(jump, stride)
    return size


receptive_field = Check(
    "receptive_field(layers)",
    oracle=seen_pixels,
    groups=[
        Group(
            "stride 1",
            0.5,
            lambda d: case(layers=[[d.int(2, 7), 1] for _ in range(d.int(2, 5))]),
            examples=[case(layers=[[3, 1], [3, 1]]).gives(5), case(layers=[[5, 1]]).gives(5)],
        ),
        Group(
            "strides",
            1,
            lambda d: case(layers=[[d.int(3, 5), d.int(1, 3)] for _ in range(d.int(3, 5))]),
            visible=2,
            hidden=5,
            examples=[
                case(layers=[[3, 2], [3, 1]]).gives(7),
                case(layers=[[4, 2]] * 3 + [[4, 1]] * 2).gives(70),
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "stride ignored",
            lambda layers: one_jump(layers, jump_of=lambda jump, stride: 1),
            "The strides are ignored. Behind a stride of 2, neighbouring positions are 2 input pixels apart.",
        ),
        Mistake(
            "own stride",
            lambda layers: one_jump(layers, before=True),
            "A layer's own stride widens its own steps in your count. It matters for the layers after it.",
        ),
        Mistake(
            "strides added",
            lambda layers: one_jump(layers, jump_of=lambda jump, stride: jump + stride - 1),
            "The strides are added up. They multiply: 2 then 2 makes neighbours 4 pixels apart.",
        ),
        Mistake(
            "last stride only",
            lambda layers: one_jump(layers, jump_of=lambda jump, stride: stride),
            "Only the stride of the layer just before counts. All strides before it multiply.",
        ),
        Mistake("last layer left out", lambda layers: one_jump(layers[:-1]), "The last layer is left out."),
        Mistake(
            "first layer only",
            lambda layers: one_jump(layers[:1]),
            "Only the first layer counts. Is your `return` inside the loop?",
        ),
        Mistake(
            "area",
            lambda layers: one_jump(layers) ** 2,
            "You return the area. The side of the square is asked for.",
        ),
        Mistake(
            "kernels multiplied",
            lambda layers: math.prod(kernel for kernel, _ in layers),
            "You multiply the kernels. Each layer adds (kernel - 1) × jump; only the strides multiply.",
        ),
        Mistake(
            "starts at 0",
            lambda layers: one_jump(layers, start=0),
            "You are one short: with no layer at all, an output sees one pixel.",
        ),
        Mistake(
            "whole kernels",
            lambda layers: one_jump(layers, width=lambda kernel: kernel),
            "Each layer adds kernel - 1 steps, not kernel: the first pixel is counted already.",
        ),
        Mistake(
            "whole kernels from 0",
            lambda layers: one_jump(layers, start=0, width=lambda kernel: kernel),
            "You add up whole kernels. Windows overlap: after the first pixel a layer adds kernel - 1 steps.",
        ),
        Mistake(
            "from the wrong end",
            lambda layers: one_jump(list(reversed(layers))),
            "You walk from the last layer to the first with the recursion for the other direction.",
        ),
    ],
    conditions=0.5,
    barred=Barred(modules=ANSWERS),
)


# the clinic ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "filter flipped": "A flipped filter shows only where the filter is not symmetric. Is this patient's filter?",
    "edge repeated": "Repeated edges show at the border alone. Does this patient have a border at all?",
    "stride ignored": "Where the stride is ignored the output has another size, or its windows stand closer. Count.",
    "overwritten": "Where outputs are set and not added to, each holds one contribution. How many should this patient's have?",
    "starts at zero": "A maximum that starts at 0 never goes below it. Should this patient's outputs be negative anywhere?",
    "mean taken": "A mean is smaller than the sum, and than the maximum. Compute this patient's first output by hand.",
    "each by itself": "Where images are normalised alone, each has mean 0 afterwards. Has each of this patient's?",
    "unbiased": "Where m - 1 is taken, outputs come out a little too small, by the same factor. Do this patient's?",
}
PATIENTS = {"A": "edge repeated", "B": "overwritten", "C": "starts at zero", "D": "each by itself"}


def patient(name):
    return Group(
        f"patient {name} (judged when you hand in)",
        0.5,
        lambda d: case(patient=name).gives(PATIENTS[name]),
        visible=0,
        hidden=1,
        examples=[case(patient=name).among(*FAULTS)],
    )


diagnosis = Check(
    "diagnosis(patient)",
    oracle=None,
    groups=[patient(name) for name in PATIENTS],
    mistakes=[Mistake(fault, lambda patient, fault=fault: fault, hint) for fault, hint in FAULTS.items()],
    barred=Barred(modules=ANSWERS),
)


def descent(once=False, sign=1.0, late=False, factor=2.0):
    """Gradient descent on a filter, mended or not."""

    def learn(patches, target, weight, rate, steps):
        losses, y = [], patches @ weight
        for _ in range(steps):
            y = y if once else patches @ weight
            loss = (y - target).square().mean()
            weight = weight - sign * factor * rate / len(target) * patches.T @ (y - target)
            losses.append((patches @ weight - target).square().mean() if late else loss)
        return weight, torch.stack(losses)

    return learn


def filters(d):
    p, k = d.int(4, 6), d.int(2, 3)
    return case(
        patches=d.randn(p, k), target=d.randn(p), weight=d.randn(k), rate=d.float(0.1, 0.3), steps=d.int(3, 5)
    )


def one_by_autograd(patches, target, weight, rate, steps):
    losses = []
    for _ in range(steps):
        weight = weight.detach().requires_grad_()
        losses.append(F.mse_loss(patches @ weight, target))
        (slope,) = torch.autograd.grad(losses[-1], weight)
        weight = weight - rate * slope
    return weight.detach(), torch.stack(losses).detach()


learn_filter = Check(
    "learn_filter(patches, target, weight, rate, steps) -> (weight, losses)",
    oracle=one_by_autograd,
    groups=[
        Group(
            "the filter and its losses",
            0.5,
            filters,
            examples=[
                case(
                    patches=torch.ones(1, 1).double(),
                    target=torch.ones(1).double(),
                    weight=torch.zeros(1).double(),
                    rate=0.25,
                    steps=2,
                ).gives((torch.tensor([0.75]).double(), torch.tensor([1.0, 0.25]).double()))
            ],
        )
    ],
    mistakes=[
        Mistake(
            "answers of the first step",
            descent(once=True),
            "The filter's answers are computed once, before the loop: every step sees the error of the first. Ask the filter anew.",
        ),
        Mistake("uphill", descent(sign=-1.0), "The filter goes uphill: subtract the gradient."),
        Mistake(
            "losses after the step",
            descent(late=True),
            "Your losses are those after each step. The loss of a step is the one its gradient belongs to, before it.",
        ),
        Mistake("no factor 2", descent(factor=1.0), "The factor 2 of the gradient is missing."),
    ],
    conditions=0.5,
    barred=Barred(modules=ANSWERS),
)


assignment = Assignment(
    "a1_convolution",
    seed=4127,
    checks=[
        conv2d_output_size,
        conv2d,
        conv2d_backward,
        max_pool2d,
        batch_norm2d,
        conv_transpose2d,
        receptive_field,
        diagnosis,
        learn_filter,
    ],
)

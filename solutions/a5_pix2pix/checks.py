"""What is right in a5_pix2pix, function by function. Not released: the seed fixes the hidden cases.

The oracles are torch's binary cross-entropy and L1 loss, plain loops over layers and over classes, and NumPy's quantiles.
How a definition reads is explained in course_lib/grading/checks.py.
"""

import math

import numpy
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Draw, Group, Mistake, case, net, sgd

OPEN = Barred(
    modules=frozenset(
        {
            "course_lib.unet",
            "course_lib.patchgan",
            "course_lib.pix2pix",
            "course_lib.gan",
            "course_lib.segmentation",
        }
    )
)
TRACES = ("trace", "trace, weights negative")


def number(value):
    """A tensor of one number, or of nested lists of them, in float64 from the start."""
    return torch.tensor(value, dtype=torch.float64)


def nothing(*_):
    return nn.Identity()


# the generator -------------------------------------------------------------------------------------------------------


def halve(i, o, bias=False):
    return nn.Conv2d(i, o, 4, 2, 1, bias=bias)


def double(i, o, bias=False):
    return nn.ConvTranspose2d(i, o, 4, 2, 1, bias=bias)


def enlarged(i, o, bias=False):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 3, 1, 1, bias=bias))


def leaky(x):
    return F.leaky_relu(x, 0.2)


def same(x):
    return x


class Hourglass(nn.Module):
    """The U-Net, its parts exchangeable.

    Args:
        width: (base_channels, step down) -> channels of the map.
        join: (map from the way down, map from the way up) -> what the next step up reads; `read` times the map's channels.
        first, inner, norm, norm_up, end_norm: normalisation after the outermost, the innermost, and the other steps.
        way_down, way_up: activations before the convolutions; after: activation follows the convolution instead.
    """

    def __init__(
        self,
        channels,
        out_channels,
        base_channels,
        num_downs,
        width=lambda c, i: c * min(2**i, 8),
        down=halve,
        up=double,
        last=lambda i, o: double(i, o, True),
        join=lambda skip, h: torch.cat([skip, h], 1),
        read=lambda depth: 2,
        norm=nn.BatchNorm2d,
        norm_up=nn.BatchNorm2d,
        first=nothing,
        inner=nothing,
        end_norm=nothing,
        way_down=leaky,
        way_up=F.relu,
        before_first=same,
        before_last=None,
        norm_of_activated=False,
        end=torch.tanh,
    ):
        super().__init__()
        widths = [width(base_channels, i) for i in range(num_downs)]
        deepest = num_downs - 1
        norms = [inner if i == deepest else first if i == 0 else norm for i in range(num_downs)]
        self.downs = nn.ModuleList(down(i, o) for i, o in zip([channels, *widths], widths))
        self.norms = nn.ModuleList(norms[i](widths[i]) for i in range(num_downs))
        self.ups, self.norms_up = nn.ModuleList(), nn.ModuleList()
        for i in range(num_downs):  # from the image inwards
            factor = 1 if i == deepest else read(i)
            make, o = (up, widths[i - 1]) if i else (last, out_channels)
            self.ups.append(make(factor * widths[i], o))
            self.norms_up.append((norm_up if i else end_norm)(o))
        self.join, self.way_down, self.way_up, self.end = join, way_down, way_up, end
        self.before_first, self.before_last = before_first, before_last or way_up
        self.norm_of_activated = norm_of_activated

    def forward(self, x):
        maps, h = [], x
        for i, (down, norm) in enumerate(zip(self.downs, self.norms)):
            h = self.way_down(h) if i else self.before_first(h)
            h = norm(down(h)) if not self.norm_of_activated else down(norm_first(norm, h, down))
            maps.append(h)
        for i in reversed(range(len(self.ups))):
            h = self.join(maps[i], h) if i < len(self.ups) - 1 else h
            h = self.norms_up[i](self.ups[i]((self.way_up if i else self.before_last)(h)))
        return self.end(h)


def norm_first(norm, h, down):
    return norm(h) if getattr(norm, "num_features", down.in_channels) == down.in_channels else h


def unet(**parts):
    def build(in_channels, out_channels, base_channels, num_downs):
        return Hourglass(in_channels, out_channels, base_channels, num_downs, **parts)

    return build


def apart(rectify_skip=same, rectify=F.relu):
    """Activations that stand before the joint: the way up is rectified, the skip is left to itself."""
    return {
        "join": lambda skip, h: torch.cat([rectify_skip(skip), rectify(h)], 1),
        "way_up": same,
    }


def without_outermost(in_channels, out_channels, base_channels, num_downs):
    return unet(
        join=lambda skip, h: h if skip.shape[1] == base_channels else torch.cat([skip, h], 1),
        read=lambda i: 1 if i == 0 else 2,
    )(in_channels, out_channels, base_channels, num_downs)


def bias_where_no_norm(in_channels, out_channels, base_channels, num_downs):
    built = unet()(in_channels, out_channels, base_channels, num_downs)
    for i in (0, num_downs - 1):
        old = built.downs[i]
        built.downs[i] = halve(old.in_channels, old.out_channels, True)
    return built


def image(d, channels, height, width):
    """Two images: noise, and one that all layers see as strongly negative."""
    x = 4 * d.randn(2, channels, height, width)
    x[1] = -4 * (1 + d.rand(channels, height, width))
    return x


def inputs(d, num_downs, base=None):
    i, o, side = d.int(1, 3), d.choice([1, 3]), 2**num_downs
    x = image(d, i, side, side * d.choice([1, 2]) if num_downs < 4 else side)
    return case(in_channels=i, out_channels=o, base_channels=base or d.int(2, 3), num_downs=num_downs).module(
        x
    )


def shallow(d):
    return inputs(d, d.int(2, 4))


def three_or_four(d):
    return inputs(d, d.int(3, 4))


UNetGenerator = Check(
    "UNetGenerator(in_channels, out_channels, base_channels, num_downs)",
    oracle=unet(),
    groups=[
        Group(
            "number of parameters", 3, three_or_four, visible=2, hidden=2, compare=["number of parameters"]
        ),
        Group(
            "shapes of the image and of the maps on the way",
            2,
            shallow,
            visible=2,
            hidden=2,
            compare=["shape", "maps"],
        ),
        Group(
            "what it computes when all weights are equal",
            3,
            three_or_four,
            visible=2,
            hidden=2,
            compare=TRACES,
        ),
        Group(
            "five steps down: at most 8 times base_channels",
            2,
            lambda d: inputs(d, 5, d.int(1, 2)),
            hidden=1,
            compare=["number of parameters", "shape", "maps", "trace"],
        ),
    ],
    mistakes=[
        Mistake(
            "no skips",
            unet(join=lambda skip, h: h, read=lambda i: 1),
            "There are no skips: this is the plain encoder-decoder. Each step up but the first reads the map of its size from the "
            "way down too, torch.cat([skip, up], 1).",
        ),
        Mistake(
            "skips added",
            unet(join=lambda skip, h: skip + h, read=lambda i: 1),
            "You add the skip to the map. Here the two are laid side by side, torch.cat([skip, up], 1), so the next convolution "
            "reads twice as many channels.",
        ),
        Mistake(
            "skips averaged",
            unet(join=lambda skip, h: (skip + h) / 2, read=lambda i: 1),
            "You average the skip and the map. Here the two are laid side by side, torch.cat([skip, up], 1), so the next "
            "convolution reads twice as many channels.",
        ),
        Mistake(
            "outermost skip missing",
            without_outermost,
            "The last step up reads no skip. The first map of the way down (base_channels) belongs beside its input, too.",
        ),
        Mistake(
            "the map twice",
            unet(join=lambda skip, h: torch.cat([h, h], 1)),
            "The counts are right, but both halves of what is concatenated come from the way up. One of them should be the map of "
            "that size from the way down.",
        ),
        Mistake(
            "the skip twice",
            unet(join=lambda skip, h: torch.cat([skip, skip], 1)),
            "The counts are right, but both halves of what is concatenated come from the way down: nothing of the bottleneck "
            "reaches the image.",
        ),
        Mistake(
            "skip not rectified",
            unet(**apart()),
            "The ReLU stands before the joint, so the skip is not rectified. Concatenate first: cat, ReLU, convolution.",
        ),
        Mistake(
            "skip leaky",
            unet(**apart(leaky)),
            "The skip carries what comes out of LeakyReLU, and no ReLU follows. Concatenate first: cat, ReLU, convolution.",
        ),
        Mistake(
            "no limit",
            unet(width=lambda c, i: c * 2**i),
            "Your channels double without end. They stop at 8 times base_channels.",
        ),
        Mistake(
            "limit 4",
            unet(width=lambda c, i: c * min(2**i, 4)),
            "Your channels stop at 4 times base_channels. The limit is 8 times.",
        ),
        Mistake(
            "constant width",
            unet(width=lambda c, i: c),
            "All your maps have base_channels. They double at each step down, up to 8 times.",
        ),
        Mistake(
            "starts doubled",
            unet(width=lambda c, i: c * min(2 ** (i + 1), 8)),
            "Your first map has twice base_channels. It should have base_channels; doubling begins with the second.",
        ),
        Mistake(
            "biases",
            unet(down=lambda i, o: halve(i, o, True), up=lambda i, o: double(i, o, True)),
            "All your convolutions have biases. Only the last one has: bias=False in the others.",
        ),
        Mistake(
            "biases on the way down",
            unet(down=lambda i, o: halve(i, o, True)),
            "The convolutions of the way down have biases. Only the last convolution of the way up has one.",
        ),
        Mistake(
            "biases on the way up",
            unet(up=lambda i, o: double(i, o, True)),
            "The convolutions of the way up before BatchNorm have biases. Only the last one has.",
        ),
        Mistake("no bias at the end", unet(last=double), "The last convolution lacks its bias."),
        Mistake(
            "bias where no norm follows",
            bias_where_no_norm,
            "The outermost and the innermost convolution of the way down have biases, as no BatchNorm follows them. The table has "
            "none there either: only the last convolution has one.",
        ),
        Mistake(
            "no BatchNorm",
            unet(norm=nothing, norm_up=nothing),
            "BatchNorm is missing on both ways, or has no scale and shift of its own (affine=False).",
        ),
        Mistake(
            "no BatchNorm on the way up",
            unet(norm_up=nothing),
            "BatchNorm is missing on the way up: it follows every convolution there but the last.",
        ),
        Mistake(
            "no BatchNorm on the way down",
            unet(norm=nothing),
            "BatchNorm is missing on the way down: it follows every convolution there but the outermost and the innermost.",
        ),
        Mistake(
            "BatchNorm at the beginning",
            unet(first=nn.BatchNorm2d),
            "There is BatchNorm after the outermost convolution of the way down. None there: the image keeps its own contrast.",
        ),
        Mistake(
            "BatchNorm in the middle",
            unet(inner=nn.BatchNorm2d),
            "There is BatchNorm after the innermost convolution. Its map may be a single pixel, of which a batch of 1 has no "
            "statistics: none there.",
        ),
        Mistake(
            "BatchNorm at both ends of the way down",
            unet(first=nn.BatchNorm2d, inner=nn.BatchNorm2d),
            "There is BatchNorm after every convolution of the way down. The outermost and the innermost have none.",
        ),
        Mistake(
            "BatchNorm on the image",
            unet(end_norm=nn.BatchNorm2d),
            "There is BatchNorm on the image. It would take the picture's own brightness and contrast away.",
        ),
        Mistake(
            "InstanceNorm",
            unet(norm=nn.InstanceNorm2d, norm_up=nn.InstanceNorm2d),
            "You normalise with InstanceNorm, which has no scale and shift of its own. The table says BatchNorm.",
        ),
        Mistake(
            "ReLU on the way down",
            unet(way_down=F.relu),
            "The way down uses ReLU. LeakyReLU with slope 0.2 there, ReLU on the way up.",
        ),
        Mistake(
            "torch's slope",
            unet(way_down=F.leaky_relu),
            "The slope of your LeakyReLU is torch's default, 0.01. The recipe has 0.2.",
        ),
        Mistake(
            "leaky on the way up",
            unet(way_up=leaky),
            "The way up uses LeakyReLU. It has ReLU; the leaky one is for the way down.",
        ),
        Mistake(
            "activations exchanged",
            unet(way_down=F.relu, way_up=leaky),
            "The activations are exchanged: LeakyReLU on the way down, ReLU on the way up.",
        ),
        Mistake(
            "no activation on the way up",
            unet(way_up=same),
            "There is no ReLU on the way up: each convolution there is preceded by one.",
        ),
        Mistake(
            "no activation on the way down",
            unet(way_down=same),
            "There is no LeakyReLU on the way down: each convolution there but the first is preceded by one.",
        ),
        Mistake(
            "no activation",
            unet(way_down=same, way_up=same),
            "There are no activations between the convolutions: but for the end your net is linear.",
        ),
        Mistake(
            "activation on the input",
            unet(before_first=leaky),
            "A LeakyReLU stands before the first convolution. It would fold the dark half of the input away.",
        ),
        Mistake(
            "last ReLU missing",
            unet(before_last=same),
            "The ReLU before the last convolution is missing.",
        ),
        Mistake(
            "no tanh", unet(end=same), "The tanh at the end is missing: nothing keeps the image in [-1, 1]."
        ),
        Mistake(
            "sigmoid at the end",
            unet(end=torch.sigmoid),
            "The image ends in a sigmoid, in (0, 1). Images lie in [-1, 1]: tanh.",
        ),
        Mistake(
            "resized",
            unet(up=enlarged, last=lambda i, o: enlarged(i, o, True)),
            "You resize and convolve. That works too (course_lib's `resize=True`), but the table has transposed convolutions 4, 2, 1.",
        ),
        Mistake(
            "kernel 2 on the way up",
            unet(
                up=lambda i, o: nn.ConvTranspose2d(i, o, 2, 2, bias=False),
                last=lambda i, o: nn.ConvTranspose2d(i, o, 2, 2),
            ),
            "The kernels of your way up are 2 × 2: neighbours share nothing. Kernel 4, stride 2, padding 1.",
        ),
        Mistake(
            "kernel 3 on the way down",
            unet(down=lambda i, o: nn.Conv2d(i, o, 3, 2, 1, bias=False)),
            "The kernels of your way down are 3 × 3. The sizes are right, but the table says 4 × 4.",
        ),
        Mistake(
            "one step short",
            lambda i, o, c, n: unet()(i, o, c, n - 1),
            "Your net goes down num_downs - 1 times. The innermost step counts, too.",
        ),
        Mistake(
            "one step too deep",
            lambda i, o, c, n: unet()(i, o, c, n + 1),
            "Your net goes down num_downs + 1 times. The outermost and the innermost step are among the num_downs.",
        ),
        Mistake(
            "frozen",
            lambda *sizes: unet()(*sizes).requires_grad_(False),
            "Your parameters do not ask for gradients (requires_grad is False): nothing could be learned.",
        ),
    ],
    barred=OPEN,
)


# the discriminator ---------------------------------------------------------------------------------------------------


def convolve(i, o, stride=2, bias=False, kernel=4, padding=1):
    return nn.Conv2d(i, o, kernel, stride, padding, bias=bias)


def patch(
    width=lambda c, i: c * min(2**i, 8),
    layer=convolve,
    first=lambda i, o: convolve(i, o, bias=True),
    last=lambda i: convolve(i, 1, 1, True),
    strides=lambda n: [2] * (n - 1) + [1],
    norm=nn.BatchNorm2d,
    norm_first=nothing,
    act=lambda: nn.LeakyReLU(0.2),
    end=(),
    swapped=False,
    input_times=1,
):
    """The PatchGAN discriminator, with parts exchanged."""

    def build(in_channels, base_channels, n_layers):
        layers = [first(input_times * in_channels, width(base_channels, 0)), norm_first(base_channels), act()]
        before = width(base_channels, 0)
        for i, stride in enumerate(strides(n_layers), 1):
            after = width(base_channels, i)
            layers.append(layer(before, after, stride))
            pair = [norm(after), act()]
            layers += pair[::-1] if swapped else pair
            before = after
        return nn.Sequential(*layers, last(before), *(part() for part in end))

    return build


def judged(d, n_layers, side=None, base=None, images=2, **options):
    channels, side = d.int(2, 4), side or {1: 12, 2: 20, 3: 32, 4: 48}[n_layers]
    x = image(d, channels, side, side + (0 if options else 2 * d.int(0, 3)))[:images]
    return case(in_channels=channels, base_channels=base or d.int(2, 3), n_layers=n_layers).module(
        x, **options
    )


def one_to_three(d):
    return judged(d, d.int(1, 3))


def two_or_three(d):
    return judged(d, d.int(2, 3))


class Squeeze(nn.Module):
    def forward(self, x):
        return x.squeeze(1)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def wider_padding(i, o, stride=2, bias=False):
    return convolve(i, o, stride, bias, padding=2)


PatchDiscriminator = Check(
    "PatchDiscriminator(in_channels, base_channels, n_layers)",
    oracle=patch(),
    groups=[
        Group(
            "number of parameters",
            2,
            lambda d: judged(d, d.int(2, 3), images=1),
            visible=2,
            hidden=2,
            compare=["number of parameters"],
        ),
        Group(
            "shapes of the logits and of the maps on the way",
            1,
            one_to_three,
            visible=2,
            hidden=2,
            compare=["shape", "maps"],
        ),
        Group(
            "what it computes when all weights are equal",
            1,
            two_or_three,
            visible=2,
            hidden=2,
            compare=TRACES,
        ),
        Group(
            "how many pixels a logit sees",
            1,
            lambda d: judged(d, d.int(1, 2), 44, 1, 1, footprint=True),
            visible=2,
            hidden=1,
            compare=["footprint"],
        ),
        Group(
            "four layers: at most 8 times base_channels",
            1,
            lambda d: judged(d, 4, base=1, images=1),
            hidden=1,
            compare=["number of parameters", "shape", "maps"],
        ),
    ],
    mistakes=[
        Mistake(
            "y's channels alone",
            patch(input_times=2),
            "in_channels already counts the channels of x and y together: do not double them.",
        ),
        Mistake(
            "one layer short",
            lambda i, c, n: patch()(i, c, n - 1),
            "Your discriminator has n_layers - 1 convolutions of stride 2. The first convolution is one of the n_layers, and two of "
            "stride 1 come after them.",
        ),
        Mistake(
            "one layer too many",
            lambda i, c, n: patch()(i, c, n + 1),
            "Your discriminator has n_layers + 1 convolutions of stride 2. The first convolution is one of the n_layers.",
        ),
        Mistake(
            "no layer of stride 1 before the last",
            patch(strides=lambda n: [2] * (n - 1)),
            "After the n_layers of stride 2 comes a convolution of stride 1 with twice the channels, and only then the last one. It "
            "is missing.",
        ),
        Mistake(
            "all strides 2",
            patch(strides=lambda n: [2] * n),
            "The last convolution but one has stride 2. The last two have stride 1.",
        ),
        Mistake(
            "last stride 2",
            patch(last=lambda i: convolve(i, 1, 2, True)),
            "The last convolution has stride 2. The last two have stride 1.",
        ),
        Mistake(
            "biases",
            patch(layer=lambda i, o, s: convolve(i, o, s, True)),
            "The convolutions before BatchNorm have biases, which BatchNorm takes away again: bias=False there.",
        ),
        Mistake(
            "no biases",
            patch(first=convolve, last=lambda i: convolve(i, 1, 1)),
            "None of your convolutions has a bias. The first and the last have one.",
        ),
        Mistake(
            "no bias at the beginning",
            patch(first=convolve),
            "The first convolution lacks its bias: no BatchNorm follows it that could replace it.",
        ),
        Mistake(
            "no bias at the end",
            patch(last=lambda i: convolve(i, 1, 1)),
            "The last convolution lacks its bias.",
        ),
        Mistake(
            "no BatchNorm", patch(norm=nothing), "BatchNorm is missing after the convolutions in between."
        ),
        Mistake(
            "BatchNorm at the beginning",
            patch(norm_first=nn.BatchNorm2d),
            "There is BatchNorm after the first convolution. D should see the images' own contrast: none there.",
        ),
        Mistake(
            "BatchNorm at the end",
            patch(end=(lambda: nn.BatchNorm2d(1),)),
            "There is BatchNorm on the logits. It would make D undecided on average, whatever it sees.",
        ),
        Mistake(
            "InstanceNorm",
            patch(norm=nn.InstanceNorm2d),
            "You normalise with InstanceNorm, which has no scale and shift of its own. The table says BatchNorm.",
        ),
        Mistake(
            "BatchNorm after the activation",
            patch(swapped=True),
            "The order is convolution, BatchNorm, LeakyReLU. Yours normalises after the LeakyReLU.",
        ),
        Mistake(
            "ReLU",
            patch(act=nn.ReLU),
            "Your D uses ReLU. Where it is flat G would hear nothing: LeakyReLU, slope 0.2.",
        ),
        Mistake(
            "torch's slope",
            patch(act=nn.LeakyReLU),
            "The slope of your LeakyReLU is torch's default, 0.01. The recipe has 0.2.",
        ),
        Mistake(
            "no activation",
            patch(act=nn.Identity),
            "There is no LeakyReLU between the layers: your D is linear.",
        ),
        Mistake(
            "sigmoid",
            patch(end=(nn.Sigmoid,)),
            "Your D ends in a sigmoid. In this course it returns logits; the losses apply the sigmoid themselves.",
        ),
        Mistake(
            "an activation too many",
            patch(end=(lambda: nn.LeakyReLU(0.2),)),
            "A LeakyReLU follows the last convolution. Logits are returned as they are.",
        ),
        Mistake(
            "one logit an image",
            patch(end=(lambda: nn.AdaptiveAvgPool2d(1),)),
            "You average the logits into one. The map is returned, (N, 1, h, w): the loss takes the mean over patches.",
        ),
        Mistake(
            "one number an image",
            patch(end=(Mean,)),
            "You average the map of logits. Return it whole, (N, 1, h, w).",
        ),
        Mistake(
            "channel taken away",
            patch(end=(Squeeze,)),
            "You return (N, h, w). The map keeps its channel: (N, 1, h, w).",
        ),
        Mistake(
            "flattened",
            patch(end=(nn.Flatten,)),
            "You flatten the map of logits. Return it as it is, (N, 1, h, w).",
        ),
        Mistake(
            "constant width",
            patch(width=lambda c, i: c),
            "All your maps have base_channels. They double with each convolution, up to 8 times.",
        ),
        Mistake(
            "no limit",
            patch(width=lambda c, i: c * 2**i),
            "Your channels double without end. They stop at 8 times base_channels.",
        ),
        Mistake(
            "limit 4",
            patch(width=lambda c, i: c * min(2**i, 4)),
            "Your channels stop at 4 times base_channels. The limit is 8 times.",
        ),
        Mistake(
            "not doubled at stride 1",
            lambda i, c, n: patch(width=lambda c, k: c * min(2 ** min(k, n - 1), 8))(i, c, n),
            "The first convolution of stride 1 keeps the channels in your net. It doubles them once more (up to 8 times).",
        ),
        Mistake(
            "kernel 3",
            patch(
                layer=lambda i, o, s: convolve(i, o, s, kernel=3),
                first=lambda i, o: convolve(i, o, bias=True, kernel=3),
                last=lambda i: convolve(i, 1, 1, True, kernel=3),
            ),
            "Your kernels are 3 × 3. The table says 4 × 4.",
        ),
        Mistake(
            "padding 2",
            patch(
                layer=wider_padding,
                first=lambda i, o: wider_padding(i, o, bias=True),
                last=lambda i: wider_padding(i, 1, 1, True),
            ),
            "Your padding is 2. It is 1, so that a convolution of stride 1 takes one row and one column away.",
        ),
        Mistake(
            "no padding",
            patch(
                layer=lambda i, o, s: convolve(i, o, s, padding=0),
                first=lambda i, o: convolve(i, o, bias=True, padding=0),
                last=lambda i: convolve(i, 1, 1, True, padding=0),
            ),
            "Your convolutions have no padding. It is 1 throughout.",
        ),
        Mistake(
            "last kernel 1",
            patch(last=lambda i: convolve(i, 1, 1, True, kernel=1, padding=0)),
            "Your last convolution has kernel 1. It has kernel 4 like the others, stride 1, padding 1.",
        ),
        Mistake(
            "frozen",
            lambda *sizes: patch()(*sizes).requires_grad_(False),
            "Your parameters do not ask for gradients (requires_grad is False): nothing could be learned.",
        ),
    ],
    barred=OPEN,
)


# what D minimises ----------------------------------------------------------------------------------------------------


def called(logits, label):
    """The mean cross-entropy of logits that should all say `label`; torch's own."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def side_by_side(x, image):
    return torch.cat([x, image], 1)


def halved(real, fake):
    return (called(real, 1.0) + called(fake, 0.0)) / 2


def d_loss(of=halved, real=side_by_side, fake=side_by_side, detach=True, joint=False):
    """D's loss, with parts exchanged."""

    def loss(discriminator, x, y, y_fake):
        shown = y_fake.detach() if detach else y_fake
        if joint:
            pairs = torch.cat([real(x, y), fake(x, shown)])
            return of(*discriminator(pairs).chunk(2))
        return of(discriminator(real(x, y)), discriminator(fake(x, shown)))

    return loss


def unsafe(log):
    return lambda real, fake: -(log(real.sigmoid()).mean() + log(1 - fake.sigmoid()).mean()) / 2


def clamped(real, fake):
    return (
        F.binary_cross_entropy(real.sigmoid(), torch.ones_like(real))
        + F.binary_cross_entropy(fake.sigmoid(), torch.zeros_like(fake))
    ) / 2


def ignoring_fakes(discriminator, x, y, y_fake):
    real = discriminator(side_by_side(x, y))
    with torch.no_grad():
        fake = discriminator(side_by_side(x, y_fake))
    return halved(real, fake)


def in_eval(loss):
    def wrong(discriminator, *inputs):
        discriminator.eval()
        made = loss(discriminator, *inputs)
        discriminator.train()
        return made

    return wrong


def critic(d, channels, norm=False, stale=False, wide=None):
    """A small network that makes maps of logits."""
    wide = wide or d.int(2, 3)
    normed = [["BatchNorm2d", wide]] if norm else []
    layers = [["Conv2d", channels, wide, 3, 2, 1], *normed, ["LeakyReLU", 0.2], ["Conv2d", wide, 1, 2]]
    return net(d, *layers, stale=stale)


def pairs(d, norm=False, scale=1.0):
    """A discriminator and three images; x and y have different numbers of channels."""
    n, (cx, cy), h = 2, d.choice([(1, 2), (2, 1), (2, 3), (3, 2)]), d.int(4, 5)
    return {
        "discriminator": critic(d, cx + cy, norm),
        "x": scale * d.randn(n, cx, h, h + 1),
        "y": scale * d.randn(n, cy, h, h + 1),
        "y_fake": scale * d.randn(n, cy, h, h + 1),
    }


def by_hand(wx, wy):
    """A discriminator of one pixel: logit = wx x + wy y."""
    weights = [number([[[[float(wx)]], [[float(wy)]]]]), number([0.0])]
    return {"$": "net", "layers": [["Conv2d", 2, 1, 1]], "weights": weights}


def pixel(value):
    return number([[[[float(value)]]]])


def log_1p_exp(a):
    return math.log1p(math.exp(a))


WORKED = {"discriminator": by_hand(1, 2), "x": pixel(1), "y": pixel(0.5), "y_fake": pixel(-1)}

pix2pix_discriminator_loss = Check(
    "pix2pix_discriminator_loss(discriminator, x, y, y_fake)",
    oracle=d_loss(),
    groups=[
        Group(
            "values",
            1,
            lambda d: case(**pairs(d)),
            visible=2,
            examples=[case(**WORKED).gives(number((log_1p_exp(-2) + log_1p_exp(-1)) / 2))],
        ),
        Group("a discriminator that is sure", 1, lambda d: case(**pairs(d, scale=3000.0)), visible=2),
        Group("a discriminator with BatchNorm", 1, lambda d: case(**pairs(d, norm=True)), visible=2),
        Group(
            "D learns from real and from generated pairs",
            1,
            lambda d: case(**pairs(d)).calls("backward"),
            compare=["gradients of discriminator"],
        ),
        Group(
            "no gradient reaches the generated image",
            1,
            lambda d: case(**pairs(d)),
            compare=["result", "gradient of y_fake"],
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "not halved",
            d_loss(lambda real, fake: 2 * halved(real, fake)),
            "Your loss is twice what is asked for: pix2pix halves D's loss, so that D learns slower than G.",
        ),
        Mistake(
            "quartered",
            d_loss(lambda real, fake: halved(real, fake) / 2),
            "Your loss is halved twice.",
        ),
        Mistake(
            "labels swapped",
            d_loss(lambda real, fake: halved(fake, real)),
            "Your D learns to score *fake*: the labels are swapped. Here a real pair should get a large logit.",
        ),
        Mistake(
            "wrong sign",
            d_loss(lambda real, fake: -halved(real, fake)),
            "The sign is turned: a loss is minimised.",
        ),
        Mistake(
            "order exchanged",
            d_loss(real=lambda x, y: side_by_side(y, x), fake=lambda x, y: side_by_side(y, x)),
            "You show D y first and then x. The convention is torch.cat([x, y], 1), here and in G's loss.",
        ),
        Mistake(
            "order exchanged for the generated pair",
            d_loss(fake=lambda x, y: side_by_side(y, x)),
            "The generated pair is put together the other way round than the real one. D then tells them apart by the order alone.",
        ),
        Mistake(
            "order exchanged for the real pair",
            d_loss(real=lambda x, y: side_by_side(y, x)),
            "The real pair is put together the other way round than the generated one. D then tells them apart by the order alone.",
        ),
        Mistake(
            "without the condition",
            d_loss(real=lambda x, y: y, fake=lambda x, y: y),
            "D is shown y without x. It judges pairs: torch.cat([x, y], 1).",
        ),
        Mistake(
            "stacked along the batch",
            d_loss(
                real=lambda x, y: torch.cat([x, y]),
                fake=lambda x, y: torch.cat([x, y]),
            ),
            "You concatenate along the batch. x and y become *one* image: along the channels, dimension 1.",
        ),
        Mistake(
            "side by side in space",
            d_loss(
                real=lambda x, y: torch.cat([x, y], 2),
                fake=lambda x, y: torch.cat([x, y], 2),
            ),
            "You lay x and y one below the other. They are laid one upon the other: along the channels, dimension 1.",
        ),
        Mistake(
            "real twice",
            lambda discriminator, x, y, y_fake: d_loss()(discriminator, x, y, y),
            "Your generated pair holds the true image: y_fake is not used.",
        ),
        Mistake(
            "generated twice",
            lambda discriminator, x, y, y_fake: d_loss()(discriminator, x, y_fake, y_fake),
            "Your real pair holds the generated image: y is not used.",
        ),
        Mistake(
            "exchanged",
            lambda discriminator, x, y, y_fake: d_loss(detach=False)(discriminator, x, y_fake, y),
            "y and y_fake are exchanged: the true pair is called fake.",
        ),
        Mistake(
            "no detach",
            d_loss(detach=False),
            "The gradient runs on into the generated image, and from there into G: y_fake.detach(). G would learn to be caught.",
        ),
        Mistake(
            "D does not learn from fakes",
            ignoring_fakes,
            "Nothing is learned from generated pairs: no_grad (or a detach) stands around D instead of around the image. Detach y_fake, "
            "and let D's own pass be recorded.",
        ),
        Mistake(
            "D does not learn from real pairs",
            d_loss(lambda real, fake: halved(real.detach(), fake)),
            "Nothing is learned from real pairs: their logits are cut off from the graph.",
        ),
        Mistake(
            "summed",
            d_loss(lambda real, fake: (F.softplus(-real).sum() + F.softplus(fake).sum()) / 2),
            "You sum over images and patches. The loss is a mean over both.",
        ),
        Mistake(
            "summed over patches",
            d_loss(
                lambda real, fake: (
                    (F.softplus(-real).flatten(1).sum(1).mean() + F.softplus(fake).flatten(1).sum(1).mean())
                    / 2
                )
            ),
            "You sum over the patches of an image. Take the mean over all logits.",
        ),
        Mistake(
            "logits averaged first",
            d_loss(
                lambda real, fake: (
                    (F.softplus(-real.mean((1, 2, 3))).mean() + F.softplus(fake.mean((1, 2, 3))).mean()) / 2
                )
            ),
            "You average the logits of an image before the loss. Each patch is judged by itself: loss first, then the mean.",
        ),
        Mistake(
            "all logits averaged first",
            d_loss(lambda real, fake: (F.softplus(-real.mean()) + F.softplus(fake.mean())) / 2),
            "You average all logits before the loss. Each patch is judged by itself: loss first, then the mean.",
        ),
        Mistake(
            "no mean",
            d_loss(lambda real, fake: (F.softplus(-real) + F.softplus(fake)) / 2),
            "The loss is one number: take the mean over images and patches.",
        ),
        Mistake(
            "sigmoid twice",
            d_loss(lambda real, fake: halved(real.sigmoid(), fake.sigmoid())),
            "The sigmoid is applied twice: softplus, logsigmoid and the functions “with logits” apply it themselves.",
        ),
        Mistake(
            "infinite",
            d_loss(unsafe(torch.log)),
            "Where D is sure your loss is infinite or NaN: sigmoid(l) rounds to 0 before the logarithm, or exp(l) overflows. Use "
            "logsigmoid, softplus or binary_cross_entropy_with_logits.",
        ),
        Mistake(
            "clamped",
            d_loss(clamped),
            "Where D is sure and wrong your loss stops at 100: BCELoss clamps its logarithms. Use logsigmoid, softplus or "
            "binary_cross_entropy_with_logits.",
        ),
        Mistake(
            "a little added",
            d_loss(unsafe(lambda p: (p + 1e-8).log())),
            "You add a small number before the logarithm. It is another loss, flat where D is sure and wrong. logsigmoid or softplus "
            "need no such help.",
        ),
        Mistake(
            "only real",
            d_loss(lambda real, fake: called(real, 1.0) / 2),
            "Only the real pairs count in your loss. A D that always says “real” would be perfect.",
        ),
        Mistake(
            "only fake",
            d_loss(lambda real, fake: called(fake, 0.0) / 2),
            "Only the generated pairs count in your loss. A D that always says “fake” would be perfect.",
        ),
        Mistake(
            "all called real",
            d_loss(lambda real, fake: (called(real, 1.0) + called(fake, 1.0)) / 2),
            "You ask D to call generated pairs real. That is what G wants; D should call them fake.",
        ),
        Mistake(
            "difference",
            d_loss(lambda real, fake: (called(real, 1.0) - called(fake, 0.0)) / 2),
            "The part of the generated pairs has the wrong sign: both parts are losses, and are added.",
        ),
        Mistake(
            "least squares",
            d_loss(lambda real, fake: ((real - 1).square().mean() + fake.square().mean()) / 2),
            "These are least squares, CycleGAN's loss. pix2pix has the cross-entropy.",
        ),
        Mistake(
            "joint batch",
            d_loss(joint=True),
            "Real and generated pairs pass through D in one batch. With BatchNorm each kind's statistics colour the other's: two passes.",
        ),
        Mistake(
            "D in eval mode",
            in_eval(d_loss()),
            "D works in eval mode in your loss, so its BatchNorm uses running averages. The loss leaves D in the mode in which it is.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# what G minimises ----------------------------------------------------------------------------------------------------


def fooled(logits):
    return called(logits, 1.0)


def g_loss(
    adversarial=fooled,
    distance=lambda y, y_fake: F.l1_loss(y_fake, y),
    pair=side_by_side,
    total=lambda a, l1, lam: a + lam * l1,
    given=lambda total, a, l1, lam: (total, a, l1),
):
    """G's loss, with parts exchanged."""

    def loss(discriminator, x, y, y_fake, lambda_l1):
        a, l1 = adversarial(discriminator(pair(x, y_fake))), distance(y, y_fake)
        return given(total(a, l1, lambda_l1), a, l1, lambda_l1)

    return loss


def judge_of_detached(discriminator, x, y, y_fake, lambda_l1):
    a, l1 = fooled(discriminator(side_by_side(x, y_fake.detach()))), F.l1_loss(y_fake, y)
    return a + lambda_l1 * l1, a, l1


def weighted(d, lam=None, **options):
    return case(**pairs(d, **options), lambda_l1=lam if lam is not None else d.choice([0.5, 3.0, 10.0]))


pix2pix_generator_loss = Check(
    "pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1) -> (total, adversarial, l1)",
    oracle=g_loss(),
    groups=[  # with gradients throughout: y_fake then asks for one, as G's images do
        Group("the adversarial part", 1, weighted, visible=2, compare=["adversarial"], gradients=True),
        Group("the distance", 1, weighted, visible=2, compare=["l1"], gradients=True),
        Group(
            "the total",
            1,
            weighted,
            visible=2,
            examples=[
                case(**WORKED, lambda_l1=10.0),
                case(**WORKED, lambda_l1=0.0),
            ],
            compare=["total"],
            gradients=True,
        ),
        Group(
            "a discriminator that is sure, and one with BatchNorm",
            1,
            lambda d: weighted(d, **d.choice([{"scale": 3000.0}, {"norm": True}])),
            examples=[
                weighted(Draw("sure"), scale=3000.0),
                weighted(Draw("another"), scale=3000.0),
                weighted(Draw("norm"), norm=True),
            ],
            visible=0,
            hidden=5,
            compare=["adversarial", "total"],
            gradients=True,
        ),
        Group(
            "the gradient that reaches the generated image",
            1,
            weighted,
            visible=2,
            compare=["total", "gradient of y_fake"],
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "saturating",
            g_loss(lambda u: -called(u, 0.0)),
            "Your adversarial part is log(1 - D), which saturates. pix2pix minimises -log D.",
        ),
        Mistake(
            "called fake",
            g_loss(lambda u: called(u, 0.0)),
            "Your G wants to look fake: it calls generated pairs 0. G wants them called 1.",
        ),
        Mistake(
            "wrong sign",
            g_loss(lambda u: -called(u, 1.0)),
            "The adversarial part has the wrong sign: G minimises *minus* log D.",
        ),
        Mistake(
            "adversarial halved",
            g_loss(lambda u: called(u, 1.0) / 2),
            "The adversarial part is halved. The half belongs to D's loss alone.",
        ),
        Mistake(
            "plain logit",
            g_loss(lambda u: -u.mean()),
            "You minimise minus the logit. That is the hinge game's loss of G; here -log D is asked for.",
        ),
        Mistake(
            "least squares",
            g_loss(lambda u: (u - 1).square().mean()),
            "This is the least-squares loss, CycleGAN's. pix2pix has -log D.",
        ),
        Mistake(
            "sigmoid twice",
            g_loss(lambda u: called(u.sigmoid(), 1.0)),
            "The sigmoid is applied twice: softplus, logsigmoid and the functions “with logits” apply it themselves.",
        ),
        Mistake(
            "infinite",
            g_loss(lambda u: -u.sigmoid().log().mean()),
            "Where D is sure your loss is infinite: sigmoid(l) rounds to 0 before the logarithm is taken. Use logsigmoid or softplus.",
        ),
        Mistake(
            "clamped",
            g_loss(lambda u: F.binary_cross_entropy(u.sigmoid(), torch.ones_like(u))),
            "Where D is sure your loss stops at 100: BCELoss clamps its logarithms. Use logsigmoid or softplus.",
        ),
        Mistake(
            "adversarial summed",
            g_loss(lambda u: F.softplus(-u).sum()),
            "You sum the adversarial part over images and patches. It is a mean over both.",
        ),
        Mistake(
            "adversarial summed over patches",
            g_loss(lambda u: F.softplus(-u).flatten(1).sum(1).mean()),
            "You sum the adversarial part over the patches of an image. It is a mean over all logits.",
        ),
        Mistake(
            "logits averaged first",
            g_loss(lambda u: F.softplus(-u.mean((1, 2, 3))).mean()),
            "You average the logits of an image before the loss. Each patch is judged by itself: loss first, then the mean.",
        ),
        Mistake(
            "order exchanged",
            g_loss(pair=lambda x, y: side_by_side(y, x)),
            "You show D the image first and then x. The convention is torch.cat([x, y], 1), here and in D's loss.",
        ),
        Mistake(
            "without the condition",
            g_loss(pair=lambda x, y: y),
            "D is shown the image without x. It judges pairs: torch.cat([x, y_fake], 1).",
        ),
        Mistake(
            "stacked along the batch",
            g_loss(pair=lambda x, y: torch.cat([x, y])),
            "You concatenate along the batch. x and y_fake become *one* image: along the channels, dimension 1.",
        ),
        Mistake(
            "true image judged",
            lambda discriminator, x, y, y_fake, lambda_l1: g_loss(distance=lambda *_: F.l1_loss(y_fake, y))(
                discriminator, x, y, y, lambda_l1
            ),
            "D is shown the true image in G's loss. It is the generated one that should be taken for real.",
        ),
        Mistake(
            "squares",
            g_loss(distance=lambda y, y_fake: F.mse_loss(y_fake, y)),
            "Your distance is the mean square (L2). L1, the mean absolute difference, blurs less.",
        ),
        Mistake(
            "smooth",
            g_loss(distance=lambda y, y_fake: F.smooth_l1_loss(y_fake, y)),
            "Your distance is the smooth L1 loss, quadratic near 0. The plain mean absolute difference is asked for.",
        ),
        Mistake(
            "distance summed",
            g_loss(distance=lambda y, y_fake: (y - y_fake).abs().sum()),
            "You sum the distance. It is a mean over images, channels and pixels.",
        ),
        Mistake(
            "distance summed over each image",
            g_loss(distance=lambda y, y_fake: (y - y_fake).abs().flatten(1).sum(1).mean()),
            "You sum the distance over each image. It is a mean over images, channels and pixels.",
        ),
        Mistake(
            "distance summed over channels",
            g_loss(distance=lambda y, y_fake: (y - y_fake).abs().sum(1).mean()),
            "You sum the distance over the channels. It is a mean over images, channels and pixels.",
        ),
        Mistake(
            "no absolute value",
            g_loss(distance=lambda y, y_fake: (y - y_fake).mean()),
            "The absolute value is missing: too bright here and too dark there would cancel.",
        ),
        Mistake(
            "absolute value of the mean",
            g_loss(distance=lambda y, y_fake: (y - y_fake).mean().abs()),
            "You take the mean first and then the absolute value. Errors of different signs cancel that way.",
        ),
        Mistake(
            "lambda ignored",
            g_loss(total=lambda a, l1, lam: a + l1),
            "lambda_l1 does not count in your total.",
        ),
        Mistake(
            "lambda fixed",
            g_loss(total=lambda a, l1, lam: a + 100 * l1),
            "Your total weights the distance with 100, whatever lambda_l1 is.",
        ),
        Mistake(
            "lambda at the wrong part",
            g_loss(total=lambda a, l1, lam: lam * a + l1),
            "lambda_l1 weights the adversarial part in your total. It is the weight of the distance.",
        ),
        Mistake(
            "lambda at both",
            g_loss(total=lambda a, l1, lam: lam * (a + l1)),
            "lambda_l1 weights both parts in your total. It is the weight of the distance alone.",
        ),
        Mistake(
            "mixed",
            g_loss(total=lambda a, l1, lam: (1 - lam) * a + lam * l1),
            "You mix with (1 - lambda) and lambda. The adversarial part has no weight: total = adversarial + lambda l1.",
        ),
        Mistake(
            "distance alone",
            g_loss(total=lambda a, l1, lam: lam * l1),
            "The adversarial part is missing from your total: this is plain regression.",
        ),
        Mistake(
            "game alone",
            g_loss(total=lambda a, l1, lam: a),
            "The distance is missing from your total.",
        ),
        Mistake(
            "subtracted",
            g_loss(total=lambda a, l1, lam: a - lam * l1),
            "The distance is subtracted in your total: G would flee the true image.",
        ),
        Mistake(
            "weighted distance returned",
            g_loss(given=lambda total, a, l1, lam: (total, a, lam * l1)),
            "The third value is the distance itself, not lambda_l1 times it: it can then be compared between runs.",
        ),
        Mistake(
            "order of the results",
            g_loss(given=lambda total, a, l1, lam: (total, l1, a)),
            "The order of what you return is total, adversarial, l1.",
        ),
        Mistake(
            "total last",
            g_loss(given=lambda total, a, l1, lam: (a, l1, total)),
            "The total comes first: total, adversarial, l1.",
        ),
        Mistake(
            "image detached before D",
            judge_of_detached,
            "The adversarial part cannot reach G: the image is detached before D sees it, or D judges under no_grad. The detach belongs in "
            "D's loss; here the gradient has to pass *through* D.",
        ),
        Mistake(
            "distance cut off",
            g_loss(total=lambda a, l1, lam: a + lam * l1.detach()),
            "The distance counts in the total but is cut off from the graph: it teaches G nothing.",
        ),
        Mistake(
            "D in eval mode",
            in_eval(g_loss()),
            "D works in eval mode in your loss, so its BatchNorm uses running averages. The loss leaves D in the mode in which it is.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# one step ------------------------------------------------------------------------------------------------------------


def scalars(d, g, adversarial, l1):
    found = {"d_loss": d, "g_loss": g, "adversarial": adversarial, "l1": l1}
    return {name: value.detach() for name, value in found.items()}


def slopes(loss, network, **options):
    return torch.autograd.grad(loss, list(network.parameters()), **options)


def learn(network, optimiser, own):
    for parameter, slope in zip(network.parameters(), own):
        parameter.grad = slope
    optimiser.step()


def by_the_book(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    """The step written without backward: each network is handed the gradient of its own loss, and nothing else."""
    y_fake = generator(x)
    d = d_loss()(discriminator, x, y, y_fake)
    learn(discriminator, opt_d, slopes(d, discriminator))
    total, adversarial, l1 = g_loss()(discriminator, x, y, y_fake, lambda_l1)
    learn(generator, opt_g, slopes(total, generator))
    return scalars(d, total, adversarial, l1)


def step(
    of_d=None,
    of_g=None,
    zero=("g", "d"),
    before=None,
    steps=("d", "g"),
    clean=True,
    leak=False,
    tell=scalars,
    again=False,
):
    """The step as one writes it, with parts exchanged.

    Args:
        zero: whose gradients are zeroed, and when.
        steps: who steps in D's turn, and who at the end, in order.
        clean: G's turn leaves nothing in D. leak: D's turn leaves its gradient in G.
        again: G translates anew for its own turn.
    """

    def wrong(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
        if before:
            before(generator, discriminator)
        if "all, first" in zero:
            opt_g.zero_grad()
            opt_d.zero_grad()
        y_fake = generator(x)
        d = (of_d or d_loss(detach=not leak))(discriminator, x, y, y_fake)
        if "d" in zero:
            opt_d.zero_grad()
        if "g, early" in zero:
            opt_g.zero_grad()
        d.backward(retain_graph=True)
        kept = [p.grad.clone() for p in discriminator.parameters()]
        if "d, late" in zero:
            opt_d.zero_grad()
        for _ in range(steps[0].count("d")):
            opt_d.step()
        y_fake = generator(x) if again or leak else y_fake
        total, adversarial, l1 = (of_g or g_loss())(discriminator, x, y, y_fake, lambda_l1)
        if "g" in zero:
            opt_g.zero_grad()
        total.backward()
        if "g, late" in zero:
            opt_g.zero_grad()
        for name in steps[1:]:
            (opt_g if name == "g" else opt_d).step()
        if clean:
            for parameter, slope in zip(discriminator.parameters(), kept):
                parameter.grad = slope
        return tell(d, total, adversarial, l1)

    return wrong


def generator_first(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    y_fake = generator(x)
    total, adversarial, l1 = g_loss()(discriminator, x, y, y_fake, lambda_l1)
    learn(generator, opt_g, slopes(total, generator, retain_graph=True))
    d = d_loss()(discriminator, x, y, y_fake)
    learn(discriminator, opt_d, slopes(d, discriminator))
    return scalars(d, total, adversarial, l1)


def generator_first_new_image(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    total, adversarial, l1 = g_loss()(discriminator, x, y, generator(x), lambda_l1)
    learn(generator, opt_g, slopes(total, generator))
    d = d_loss()(discriminator, x, y, generator(x))
    learn(discriminator, opt_d, slopes(d, discriminator))
    return scalars(d, total, adversarial, l1)


def graph_used_up(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    """No detach, and the same images again: backward through a graph that is gone."""
    y_fake = generator(x)
    opt_d.zero_grad()
    d_loss(detach=False)(discriminator, x, y, y_fake).backward()
    opt_d.step()
    g_loss()(discriminator, x, y, y_fake, lambda_l1)[0].backward()


def logits_kept(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    """D judges once, for both turns: its update comes between forward and backward."""
    y_fake = generator(x)
    fake = discriminator(side_by_side(x, y_fake))
    d = halved(discriminator(side_by_side(x, y)), fake)
    opt_d.zero_grad()
    d.backward(retain_graph=True)
    opt_d.step()
    (fooled(fake) + lambda_l1 * F.l1_loss(y_fake, y)).backward()


def cut_off(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    """G translates under no_grad: nothing reaches it, and there is nothing to differentiate once D is frozen."""
    with torch.no_grad():
        y_fake = generator(x)
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
    g_loss()(discriminator, x, y, y_fake, lambda_l1)[0].backward()


def never_reached(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    with torch.no_grad():
        y_fake = generator(x)
    d = d_loss()(discriminator, x, y, y_fake)
    learn(discriminator, opt_d, slopes(d, discriminator))
    opt_g.zero_grad()
    return scalars(d, *g_loss()(discriminator, x, y, y_fake, lambda_l1))


def after_the_book(change):
    def wrong(generator, discriminator, opt_g, opt_d, *rest):
        made = by_the_book(generator, discriminator, opt_g, opt_d, *rest)
        change(generator, discriminator, opt_g, opt_d)
        return made

    return wrong


def translation(d, norm=False, stale=False):
    """Two small networks, their optimisers, and a batch of pairs."""
    n, wide, (cx, cy), h = d.int(2, 3), d.int(2, 3), d.choice([(1, 2), (2, 1)]), d.int(4, 5)
    normed = [["BatchNorm2d", wide]] if norm else []
    layers = [["Conv2d", cx, wide, 3, 1, 1], *normed, ["Tanh"], ["Conv2d", wide, cy, 3, 1, 1]]
    return case(
        generator=net(d, *layers, stale=stale),
        discriminator=critic(d, cx + cy, norm, stale, wide),
        opt_g=sgd("generator", lr=d.float(0.05, 0.1)),
        opt_d=sgd("discriminator", lr=d.float(0.4, 0.8)),
        x=d.randn(n, cx, h, h),
        y=d.randn(n, cy, h, h),
        lambda_l1=d.choice([0.5, 2.0, 4.0]),
    )


BOTH = ("parameters of generator", "parameters of discriminator")
LEFT = ("gradients of generator", "gradients of discriminator")
FLAGS = ("state of generator", "state of discriminator", "second backward into generator")

pix2pix_step = Check(
    "pix2pix_step(generator, discriminator, opt_g, opt_d, x, y, lambda_l1)",
    oracle=by_the_book,
    groups=[
        Group("the discriminator learns", 1, translation, visible=2, compare=[BOTH[1]]),
        Group(
            "the generator learns, from the new discriminator", 2, translation, visible=2, compare=[BOTH[0]]
        ),
        Group("both with BatchNorm", 1, lambda d: translation(d, norm=True), compare=BOTH),
        Group(
            "with gradients left over from before",
            1,
            lambda d: translation(d, stale=True),
            compare=BOTH,
        ),
        Group(
            "what is left behind: each one's own gradient, modes and flags as they were",
            1,
            translation,
            compare=[*LEFT, *FLAGS],
        ),
        Group("the dict", 1, translation, compare=["result"]),
    ],
    mistakes=[
        Mistake(
            "generator first",
            generator_first,
            "G learns from the old D: its loss is computed, or its step taken, before D has learned. In pix2pix D comes first; then the "
            "*new* D is asked. (CycleGAN has it the other way.)",
        ),
        Mistake(
            "generator first, new image",
            generator_first_new_image,
            "G learns before D in your step, and D sees the image of the new G. In pix2pix D comes first.",
        ),
        Mistake(
            "graph used up",
            graph_used_up,
            "D's turn ran back into G and used up the graph of the generated image. The cure is y_fake.detach() in D's turn; "
            "retain_graph=True only hides the leak.",
        ),
        Mistake(
            "logits kept",
            logits_kept,
            "G's loss uses logits that the old D gave, and D's weights have changed since. Ask the new D for its judgement.",
        ),
        Mistake(
            "no detach",
            step(leak=True),
            "D's turn sends gradients on into G: the generated image is not detached. It does no harm only because you zero G's "
            "gradients afterwards.",
        ),
        Mistake(
            "no detach, zeroed too early",
            step(leak=True, zero=("d", "g, early")),
            "D's turn leaves gradients in G, and G's turn adds to them: detach the generated image in D's turn.",
        ),
        Mistake(
            "never reached",
            never_reached,
            "When opt_g steps, G has no gradient. Is the image of G's turn detached, or made under no_grad? Or does zero_grad() stand "
            "between backward() and step()?",
        ),
        Mistake(
            "cut off",
            cut_off,
            "Nothing in your loss can learn: D is frozen and the image was made without a graph. Detach in D's turn only.",
        ),
        Mistake(
            "D learns from G's loss",
            step(steps=("d", "g", "d"), clean=False),
            "D takes a second step, with the gradient of G's loss: opt_d.step() belongs to D's turn alone.",
        ),
        Mistake(
            "D steps late",
            step(steps=("", "g", "d"), clean=False),
            "D's step comes after G's backward, so D also learns to please G. Let D step before G's turn begins.",
        ),
        Mistake(
            "D steps twice",
            step(steps=("dd", "g")),
            "opt_d.step() is called twice for one gradient.",
        ),
        Mistake("D does not step", step(steps=("", "g")), "D does not learn: opt_d.step() is missing."),
        Mistake("G does not step", step(steps=("d",)), "G does not learn: opt_g.step() is missing."),
        Mistake(
            "the wrong optimiser",
            step(steps=("d", "d"), clean=False),
            "In G's turn opt_d steps. It is opt_g's turn.",
        ),
        Mistake(
            "leak into D",
            step(clean=False),
            "After your step D's .grad also holds what G's loss left there on its way through D. Let it keep none: "
            "requires_grad_(False) on D's parameters during G's turn (and back), or total.backward(inputs=list(generator.parameters())).",
        ),
        Mistake(
            "D's gradients wiped",
            after_the_book(lambda g, d, opt_g, opt_d: opt_d.zero_grad()),
            "After your step D's .grad is empty. It should still hold the gradient of D's own loss.",
        ),
        Mistake(
            "both gradients wiped",
            after_the_book(lambda g, d, opt_g, opt_d: (opt_d.zero_grad(), opt_g.zero_grad())),
            "After your step the gradients are empty. Zero them before each backward, not at the end.",
        ),
        Mistake(
            "never zeroed",
            step(zero=(), clean=False),
            "Old gradients are added to: call zero_grad() of each optimiser before its backward.",
        ),
        Mistake(
            "D not zeroed",
            step(zero=("g",)),
            "D's old gradients are added to: opt_d.zero_grad() before the backward of D's loss.",
        ),
        Mistake(
            "G not zeroed",
            step(zero=("d",)),
            "G's old gradients are added to: opt_g.zero_grad() before the backward of G's loss.",
        ),
        Mistake(
            "zeroed after backward",
            step(zero=("d, late", "g, late"), clean=False),
            "Nobody learns: when an optimiser steps, its network has no gradient. Does zero_grad() stand between backward() and "
            "step()? Or are opt_g and opt_d exchanged?",
        ),
        Mistake(
            "D's loss not halved",
            step(of_d=d_loss(lambda r, f: 2 * halved(r, f))),
            "D's loss is not halved: pix2pix halves it.",
        ),
        Mistake(
            "labels swapped",
            step(of_d=d_loss(lambda r, f: halved(f, r))),
            "Your D learns to score *fake*: its labels are swapped.",
        ),
        Mistake(
            "D sees real pairs only",
            step(of_d=d_loss(lambda r, f: called(r, 1.0) / 2)),
            "D learns from the real pairs alone.",
        ),
        Mistake(
            "D sees generated pairs only",
            step(of_d=d_loss(lambda r, f: called(f, 0.0) / 2)),
            "D learns from the generated pairs alone.",
        ),
        Mistake(
            "D's loss summed",
            step(of_d=d_loss(lambda r, f: (F.softplus(-r).sum() + F.softplus(f).sum()) / 2)),
            "D's loss is a sum over images and patches. Take means.",
        ),
        Mistake(
            "order exchanged",
            step(
                of_d=d_loss(real=lambda x, y: side_by_side(y, x), fake=lambda x, y: side_by_side(y, x)),
                of_g=g_loss(pair=lambda x, y: side_by_side(y, x)),
            ),
            "D is shown y before x. The convention is torch.cat([x, y], 1).",
        ),
        Mistake(
            "order exchanged in G's turn",
            step(of_g=g_loss(pair=lambda x, y: side_by_side(y, x))),
            "In G's turn D is shown the image before x, in its own turn x before the image. torch.cat([x, y_fake], 1).",
        ),
        Mistake(
            "without the condition",
            step(of_d=d_loss(real=lambda x, y: y, fake=lambda x, y: y)),
            "D is shown images without x. It judges pairs: torch.cat([x, y], 1).",
        ),
        Mistake(
            "saturating",
            step(of_g=g_loss(lambda u: -called(u, 0.0))),
            "Your G minimises log(1 - D), the saturating loss. pix2pix minimises -log D.",
        ),
        Mistake(
            "G wants to look fake",
            step(of_g=g_loss(lambda u: called(u, 0.0))),
            "Your G learns to look fake: in its turn generated pairs are called *real* (1).",
        ),
        Mistake(
            "G's loss halved",
            step(of_g=g_loss(lambda u: called(u, 1.0) / 2)),
            "The adversarial part of G's loss is halved. The half belongs to D's loss alone.",
        ),
        Mistake(
            "lambda ignored",
            step(of_g=g_loss(total=lambda a, l1, lam: a + l1)),
            "lambda_l1 does not count in your step.",
        ),
        Mistake(
            "lambda fixed",
            step(of_g=g_loss(total=lambda a, l1, lam: a + 100 * l1)),
            "Your step weights the distance with 100, whatever lambda_l1 is.",
        ),
        Mistake(
            "distance alone",
            step(of_g=g_loss(total=lambda a, l1, lam: lam * l1)),
            "G learns from the distance alone: D has no say.",
        ),
        Mistake(
            "game alone",
            step(of_g=g_loss(total=lambda a, l1, lam: a)),
            "G learns from D alone: the distance is missing, or cut off from the graph.",
        ),
        Mistake(
            "squares",
            step(of_g=g_loss(distance=lambda y, y_fake: F.mse_loss(y_fake, y))),
            "The distance in your step is the mean square. pix2pix takes L1.",
        ),
        Mistake(
            "adversarial part cut off",
            step(of_g=judge_of_detached),
            "D's judgement does not reach G: in G's turn the image must not be detached before D sees it.",
        ),
        Mistake(
            "joint batch",
            step(of_d=d_loss(joint=True)),
            "Real and generated pairs pass through D in one batch. With BatchNorm each kind's statistics colour the other's: two passes.",
        ),
        Mistake(
            "G in eval mode",
            step(before=lambda g, d: g.eval()),
            "G works in eval mode during your step, so its BatchNorm uses running averages. Training needs train().",
        ),
        Mistake(
            "D in eval mode",
            step(before=lambda g, d: d.eval()),
            "D works in eval mode during your step, so its BatchNorm uses running averages. Training needs train().",
        ),
        Mistake(
            "both in eval mode",
            step(before=lambda g, d: (g.eval(), d.eval())),
            "Both networks work in eval mode during your step. Training needs train().",
        ),
        Mistake(
            "left frozen",
            after_the_book(lambda g, d, *_: d.requires_grad_(False)),
            "D's parameters are still frozen when your step is over: turn requires_grad on again.",
        ),
        Mistake(
            "left in eval",
            after_the_book(lambda g, d, *_: g.eval()),
            "G is in eval mode when your step is over.",
        ),
        Mistake(
            "weighted distance told",
            lambda *a: {**(made := by_the_book(*a)), "l1": a[-1] * made["l1"]},
            "The dict's l1 is the distance itself, not lambda_l1 times it.",
        ),
        Mistake(
            "adversarial part told as g_loss",
            lambda *a: {**(made := by_the_book(*a)), "g_loss": made["adversarial"]},
            "The dict's g_loss is the total: adversarial + lambda_l1 l1.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# scores of label maps ------------------------------------------------------------------------------------------------


def counted(pred, target, num_classes):
    """n[truth][said], counted pixel by pixel."""
    n = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(target.flatten().tolist(), pred.flatten().tolist()):
        n[t][p] += 1
    return n


def mean(values):
    return sum(values) / len(values) if values else math.nan


def scores(
    pixels=lambda hits, truth, said: sum(hits) / sum(truth),
    accuracy=lambda h, t, s: h / t,
    overlap=lambda h, t, s: h / (t + s - h),
    in_accuracy=lambda t, s: t > 0,
    in_overlap=lambda t, s: t + s > 0,
    absent=None,
    average=mean,
    transposed=False,
    given=lambda p, a, o: (p, a, o),
):
    """The three scores from one confusion matrix, with parts exchanged; `absent` is what a class left out counts instead."""

    def wrong(pred, target, num_classes):
        n = counted(target, pred, num_classes) if transposed else counted(pred, target, num_classes)
        classes = range(num_classes)
        hits, truth = [n[i][i] for i in classes], [sum(n[i]) for i in classes]
        said = [sum(n[i][j] for i in classes) for j in classes]
        rows = list(zip(hits, truth, said))

        def over(score, counts):
            values = [score(*row) if counts(*row[1:]) else absent for row in rows]
            return average([value for value in values if value is not None])

        return given(pixels(hits, truth, said), over(accuracy, in_accuracy), over(overlap, in_overlap))

    return wrong


def each_image(pred, target, num_classes):
    found = [scores()(p, t, num_classes) for p, t in zip(pred, target)]
    return tuple(mean([row[i] for row in found]) for i in range(3))


def each_image_zeros(pred, target, num_classes):
    found = [scores(absent=0)(p, t, num_classes) for p, t in zip(pred, target)]
    return tuple(mean([row[i] for row in found]) for i in range(3))


def wrapped(pred, target, num_classes):
    """num_classes * target + pred in the labels' own type: uint8 wraps around at 256."""
    both = num_classes * target + pred
    n = torch.bincount(both.flatten().long(), minlength=num_classes**2)[: num_classes**2]
    n = n.view(num_classes, num_classes).double()
    hits, truth, said = n.diagonal(), n.sum(1), n.sum(0)
    union = truth + said - hits
    parts = hits.sum() / n.sum(), (hits / truth)[truth > 0].mean(), (hits / union)[union > 0].mean()
    return tuple(part.item() for part in parts)


def weighed(pred, target, num_classes):
    n = counted(pred, target, num_classes)
    p, a, _ = scores()(pred, target, num_classes)
    classes = range(num_classes)
    said = [sum(n[i][j] for i in classes) for j in classes]
    share = [sum(n[i]) / target.numel() for i in classes]
    overlaps = [n[i][i] / (sum(n[i]) + said[i] - n[i][i]) if sum(n[i]) + said[i] else 0 for i in classes]
    return p, a, sum(s * o for s, o in zip(share, overlaps))


def pooled_overlap(pred, target, num_classes):
    p, a, _ = scores()(pred, target, num_classes)
    hits = int((pred == target).sum())
    return p, a, hits / (2 * target.numel() - hits)


def without_background(pred, target, num_classes):
    n = counted(pred, target, num_classes)
    classes = range(1, num_classes)
    truth = {i: sum(n[i]) for i in classes}
    said = {i: sum(row[i] for row in n) for i in classes}
    p, *_ = scores()(pred, target, num_classes)
    return (
        p,
        mean([n[i][i] / truth[i] for i in classes if truth[i]]),
        mean([n[i][i] / (truth[i] + said[i] - n[i][i]) for i in classes if truth[i] + said[i]]),
    )


def label_maps(d, num_classes=None, only=None, predicted=None, dtype=torch.long):
    """Truth and prediction. Every class of `only` (all) occurs in the truth; images differ in what they show."""
    k = num_classes or d.int(3, 5)
    only = list(range(k)) if only is None else only
    n, h, w = 3, d.int(3, 4), d.int(4, 5)
    chosen = torch.tensor(only)
    target = chosen[
        torch.arange(n * h * w) * len(only) // (n * h * w)
    ]  # sorted: images hold different classes
    noise = chosen[d.ints(0, len(only) - 1, n * h * w)]
    target = torch.where(d.rand(n * h * w) < 0.75, target, noise)
    target[: len(only)] = chosen
    other = chosen[d.ints(0, len(only) - 1, n * h * w)]
    pred = torch.where(d.rand(n * h * w) < d.float(0.5, 0.7), target, other)
    for label in predicted or ():
        pred[d.ints(0, n * h * w - 1, 2)] = label
    return case(pred=pred.view(n, h, w).to(dtype), target=target.view(n, h, w).to(dtype), num_classes=k)


def with_absent(d):
    """Of six classes one is nowhere and another only predicted; which ones, differs."""
    order = torch.randperm(6, generator=d.generator).tolist()
    return label_maps(d, 6, sorted(order[:4]), [order[4]])


TWO = {"target": torch.tensor([[[0, 0], [0, 1]]]), "pred": torch.tensor([[[0, 0], [1, 1]]]), "num_classes": 2}
ONLY_SAID = {
    "target": torch.tensor([[[0, 0, 1, 1]]]),
    "pred": torch.tensor([[[0, 2, 1, 1]]]),
    "num_classes": 4,
}

segmentation_scores = Check(
    "segmentation_scores(pred, target, num_classes) -> (pixel_accuracy, class_accuracy, mean_iou)",
    oracle=scores(),
    groups=[
        Group(
            "pixel accuracy and class accuracy",
            1,
            label_maps,
            visible=2,
            examples=[case(**TWO)],
            compare=["pixel_accuracy", "class_accuracy"],
        ),
        Group("mean IoU", 1, label_maps, visible=2, examples=[case(**TWO)], compare=["mean_iou"]),
        Group(
            "classes that are absent",
            1,
            with_absent,
            visible=2,
            examples=[case(**ONLY_SAID).gives((0.75, 0.75, 0.5))],
        ),
        Group(
            "eighteen classes in uint8",
            1,
            lambda d: label_maps(d, 18, dtype=torch.uint8),
            visible=2,
        ),
    ],
    mistakes=[
        Mistake(
            "exchanged",
            scores(transposed=True),
            "Truth and prediction are exchanged: class accuracy divides by the pixels that *are* of the class, not by those that were "
            "called it.",
        ),
        Mistake(
            "precision",
            scores(accuracy=lambda h, t, s: h / s if s else 0.0),
            "Your class accuracy divides by the pixels that were called the class (precision). Divide by those that are of it.",
        ),
        Mistake(
            "images averaged",
            each_image,
            "You score each image and average. One confusion matrix over the whole set is asked for: a class that covers ten pixels of "
            "one image weighs ten pixels.",
        ),
        Mistake(
            "images averaged, absent as 0",
            each_image_zeros,
            "You score each image and average, and classes that an image lacks count as 0. One confusion matrix over the whole set is "
            "asked for.",
        ),
        Mistake(
            "absent counted as 0",
            scores(absent=0),
            "Classes that are absent count as 0 in your means (as in the original's script). Here they do not count.",
        ),
        Mistake(
            "absent counted as 1",
            scores(absent=1),
            "Classes that are absent count as 1 in your means. They do not count.",
        ),
        Mistake(
            "NaN",
            scores(absent=math.nan),
            "Where a class is absent 0 / 0 = NaN spoils your means. Leave such classes out.",
        ),
        Mistake(
            "only predicted left out",
            scores(in_overlap=lambda t, s: t > 0),
            "A class that was only predicted is left out of your mean IoU. Its union is not empty: its IoU is 0, and counts.",
        ),
        Mistake(
            "only predicted counted in accuracy",
            scores(accuracy=lambda h, t, s: h / t if t else 0.0, in_accuracy=lambda t, s: t + s > 0),
            "A class that was only predicted counts as 0 in your class accuracy. The mean is over the classes that occur in the truth.",
        ),
        Mistake(
            "hits counted twice",
            scores(overlap=lambda h, t, s: h / (t + s)),
            "The union counts the hits twice: truth + said - hits.",
        ),
        Mistake(
            "Dice",
            scores(overlap=lambda h, t, s: 2 * h / (t + s)),
            "This is Dice's coefficient, 2 hits / (truth + said). IoU is hits / (truth + said - hits).",
        ),
        Mistake(
            "union of misses",
            scores(overlap=lambda h, t, s: h / (t + s - 2 * h) if t + s > 2 * h else 0.0),
            "Your union leaves the hits out altogether: truth + said - hits.",
        ),
        Mistake(
            "larger one as union",
            scores(overlap=lambda h, t, s: h / max(t, s)),
            "You divide by the larger of the two areas. The union is truth + said - hits.",
        ),
        Mistake(
            "accuracy for IoU",
            scores(overlap=lambda h, t, s: h / t if t else 0.0),
            "Your IoU divides by the truth alone: that is the class accuracy again. Pixels wrongly called the class belong into the union.",
        ),
        Mistake(
            "one overlap",
            pooled_overlap,
            "You take hits and union of all classes together. IoU is taken for each class, then averaged.",
        ),
        Mistake(
            "weighed by frequency",
            weighed,
            "You weigh the classes by how frequent they are. All classes weigh the same.",
        ),
        Mistake(
            "no background",
            without_background,
            "Class 0 is left out. It is a class like the others.",
        ),
        Mistake(
            "pixel accuracy for class accuracy",
            scores(given=lambda p, a, o: (p, p, o)),
            "Your class accuracy is the pixel accuracy. Take the accuracy of each class, then the mean over classes.",
        ),
        Mistake(
            "class accuracy for pixel accuracy",
            scores(given=lambda p, a, o: (a, a, o)),
            "Your pixel accuracy is the class accuracy. It is the share of all pixels that are right.",
        ),
        Mistake(
            "errors",
            scores(given=lambda p, a, o: (1 - p, 1 - a, o)),
            "You return the shares of errors. Accuracy is the share that is right.",
        ),
        Mistake(
            "percent",
            scores(given=lambda p, a, o: (100 * p, 100 * a, 100 * o)),
            "You return percent. The scores lie in [0, 1].",
        ),
        Mistake(
            "order of the results",
            scores(given=lambda p, a, o: (p, o, a)),
            "The order of what you return is pixel accuracy, class accuracy, mean IoU.",
        ),
        Mistake(
            "uint8 wraps around",
            wrapped,
            "18 · 17 + 17 does not fit into uint8: 323 becomes 67. Turn labels into int64 (.long()) before you multiply.",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=1e-5,
    atol=1e-7,
)


# how sure ------------------------------------------------------------------------------------------------------------


def bootstrap(
    draw=lambda values, indices: values[indices].mean(1),
    tails=lambda level: ((1 - level) / 2, (1 + level) / 2),
    method="linear",
    given=lambda low, high, values, draws: (low, high),
):
    """Quantiles of resampled means, with parts exchanged."""

    def wrong(values, indices, level=0.95):
        draws = numpy.asarray(draw(values, indices))
        low, high = (float(q) for q in numpy.quantile(draws, tails(level), method=method))
        return tuple(float(end) for end in given(low, high, values.numpy(), draws))

    return wrong


def normal_interval(values, indices, level=0.95):
    draws = values[indices].mean(1)
    wide = math.sqrt(2) * torch.erfinv(number(level)).item() * draws.std().item()
    return draws.mean().item() - wide, draws.mean().item() + wide


def textbook_interval(values, indices, level=0.95):
    wide = 1.96 * values.std().item() / math.sqrt(len(values))
    return values.mean().item() - wide, values.mean().item() + wide


def sample(d, level=None):
    n = d.int(4, 7)
    values = d.randn(n).exp()  # skewed, so that the interval is not symmetric
    given = {"values": values, "indices": d.ints(0, n - 1, d.int(17, 26), n)}
    return case(**given) if level is None else case(**given, level=level)


FOUR = {
    "values": number([1.0, 3.0, 5.0]),
    "indices": torch.tensor([[2, 2, 2], [0, 0, 0], [1, 0, 1], [0, 1, 2]]),
}

bootstrap_interval = Check(
    "bootstrap_interval(values, indices, level=0.95) -> (low, high)",
    oracle=bootstrap(),
    groups=[
        Group("intervals of 95 %", 1, sample, visible=2),
        Group(
            "other levels",
            1,
            lambda d: sample(d, d.choice([0.5, 0.8, 0.9])),
            visible=2,
            examples=[case(**FOUR, level=0.5).gives((2.0, 3.5))],
        ),
    ],
    mistakes=[
        Mistake(
            "level ignored",
            lambda values, indices, level=0.95: bootstrap()(values, indices),
            "`level` is ignored: you always take 95 %.",
        ),
        Mistake(
            "tails not halved",
            bootstrap(tails=lambda level: (1 - level, level)),
            "You cut off 1 - level at *each* end. Both ends together are 1 - level.",
        ),
        Mistake(
            "one-sided",
            bootstrap(tails=lambda level: (0, level)),
            "Your interval starts at the smallest mean. Cut off (1 - level) / 2 at each end.",
        ),
        Mistake(
            "everything",
            bootstrap(tails=lambda level: (0, 1)),
            "You return the smallest and the largest mean. Cut off (1 - level) / 2 at each end.",
        ),
        Mistake(
            "nearest",
            bootstrap(method="nearest"),
            "You take the nearest of the sorted means. Interpolate linearly, as torch.quantile and numpy.quantile do by themselves.",
        ),
        Mistake(
            "lower",
            bootstrap(method="lower"),
            "You round positions among the sorted means down. Interpolate linearly, as torch.quantile does by itself.",
        ),
        Mistake(
            "position of B",
            lambda values, indices, level=0.95: tuple(
                values[indices].mean(1).sort().values[int(tail * len(indices))].item()
                for tail in ((1 - level) / 2, (1 + level) / 2)
            ),
            "You take the sorted mean at q B, rounded down. The quantile at q stands at position q (B - 1), between two of them.",
        ),
        Mistake(
            "n instead of n - 1",
            bootstrap(method="hazen"),
            "Your positions among the sorted means are those of another definition. Here q stands at position q (B - 1), counted from 0.",
        ),
        Mistake(
            "medians",
            bootstrap(lambda values, indices: values[indices].median(1).values),
            "You take the median of each resampled set. The interval is one of the mean.",
        ),
        Mistake(
            "sums",
            bootstrap(lambda values, indices: values[indices].sum(1)),
            "You sum over each resampled set. Take its mean.",
        ),
        Mistake(
            "wrong axis",
            bootstrap(lambda values, indices: values[indices].mean(0)),
            "You average over the B resampled sets. Average over each set: a row of `indices` is one set.",
        ),
        Mistake(
            "no mean",
            bootstrap(lambda values, indices: values[indices].flatten()),
            "These are quantiles of single values. Take the mean of each resampled set first, then quantiles of the B means.",
        ),
        Mistake(
            "not resampled",
            bootstrap(lambda values, indices: values),
            "These are quantiles of the values themselves: the indices are not used. They say how far *images* scatter, not the mean.",
        ),
        Mistake(
            "quantiles of each set",
            lambda values, indices, level=0.95: tuple(
                torch.quantile(values[indices], number([(1 - level) / 2, (1 + level) / 2]), dim=1)
                .mean(1)
                .tolist()
            ),
            "You take quantiles inside each resampled set. First the mean of each set, then quantiles of the B means.",
        ),
        Mistake(
            "normal",
            normal_interval,
            "You take mean ± a multiple of the standard deviation. The percentile interval needs no bell curve: it is two quantiles.",
        ),
        Mistake(
            "textbook",
            textbook_interval,
            "This is mean ± 1.96 standard errors. The bootstrap asks the resampled means instead.",
        ),
        Mistake(
            "turned over",
            bootstrap(
                given=lambda low, high, values, draws: (2 * values.mean() - high, 2 * values.mean() - low)
            ),
            "You reflect the quantiles at the mean (the “basic” bootstrap). The percentile interval is the quantiles themselves.",
        ),
        Mistake(
            "high first",
            bootstrap(given=lambda low, high, values, draws: (high, low)),
            "The order is (low, high).",
        ),
        Mistake(
            "mean and width",
            bootstrap(given=lambda low, high, values, draws: ((low + high) / 2, (high - low) / 2)),
            "You return middle and half width. The two ends are asked for.",
        ),
        Mistake(
            "distances from the mean",
            bootstrap(given=lambda low, high, values, draws: (low - values.mean(), high - values.mean())),
            "You return the distances from the mean. The two ends themselves are asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=1e-5,
    atol=1e-7,
)


# the clinic ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "pairs shuffled": "If pairs are shuffled, the input says nothing about the target, and every output comes out alike. Are these alike?",
    "mirrored apart": "Where only one of a pair is mirrored, the target is the picture or its mirror image, and L1 wants a bit of both: "
    "look for ghosts on the other side. Are there any?",
    "condition exchanged": "A D that can tell the pairs by their order is sure from the first steps, and is never fooled: look at d_real, d_fake.",
    "L1 missing": "Without L1 nothing pulls the output to its own target: compare the curve l1 with the healthy one.",
    "skips missing": "Without skips all detail has to pass the bottleneck: shapes lose their corners and small parts. Are they lost here?",
    "sigmoid twice": "Where the sigmoid is applied twice, what is called a logit never leaves (0, 1): look at d_real and d_fake.",
    "wrong range": "With targets in [0, 1] there is nothing darker than middle grey in the outputs. Look for black.",
    "discriminator frozen": "A D that does not learn gives real pairs the same logits from beginning to end: look at d_real.",
}
PATIENTS = {"A": "condition exchanged", "B": "mirrored apart", "C": "skips missing", "D": "L1 missing"}


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
    barred=OPEN,
)


def measured(mode=False, back=True, weigh=True, last=True, per=lambda d: d.mean((1, 2, 3)), graph=False):
    """The mean L1 distance over a set, batch by batch, mended or not."""

    def distance(generator, x, y, batch_size):
        was = generator.training
        generator.train(mode)
        found = []
        for i in range(0, len(x), batch_size):
            if last or i + batch_size <= len(x):
                found.append(per((generator(x[i : i + batch_size]) - y[i : i + batch_size]).abs()))
        generator.train(was if back else mode)
        made = torch.cat(found).mean() if weigh else torch.stack([f.mean() for f in found]).mean()
        return made if graph else made.detach()

    return distance


def held_out(d, norm=False, even=False):
    wide, cx, cy, size = d.int(2, 3), d.int(1, 2), d.int(1, 3), d.int(2, 3)
    normed = [["BatchNorm2d", wide]] if norm else []
    n = 2 * size + (0 if even else d.int(1, size - 1))
    layers = [["Conv2d", cx, wide, 3, 1, 1], *normed, ["Tanh"], ["Conv2d", wide, cy, 1]]
    return case(
        generator=net(d, *layers),
        x=d.randn(n, cx, 3, 4),
        y=d.randn(n, cy, 3, 4),
        batch_size=size,
    )


mean_distance = Check(
    "mean_distance(generator, x, y, batch_size)",
    oracle=measured(),
    groups=[
        Group("the last batch is smaller", 0.75, held_out, visible=2, compare=["result"]),
        Group(
            "with BatchNorm, and as it was afterwards",
            0.75,
            lambda d: held_out(d, norm=True, even=True),
            visible=2,
            compare=["result", "state of generator"],
        ),
    ],
    mistakes=[
        Mistake(
            "batches averaged",
            measured(weigh=False),
            "Every batch counts alike, the small last one too. Which number of images does each of your means stand for?",
        ),
        Mistake(
            "train mode",
            measured(mode=True),
            "The distance of an image depends on which others share its batch. Which layer mixes the images of a batch, and when not?",
        ),
        Mistake(
            "both",
            measured(mode=True, weigh=False),
            "This is still the broken function. What depends on the size of the batches, and why? There are two things.",
        ),
        Mistake(
            "left in eval mode",
            measured(back=False),
            "The generator came in train mode and leaves in eval mode: the training that goes on is another one.",
        ),
        Mistake(
            "eval mode and batches averaged, not back",
            measured(back=False, weigh=False),
            "Two things are still wrong: the small last batch counts as much as a full one, and the generator is left in eval mode.",
        ),
        Mistake(
            "last batch left out",
            measured(last=False),
            "The images of the last, smaller batch are left out. All images count.",
        ),
        Mistake(
            "summed",
            lambda generator, x, y, batch_size: (
                measured()(generator, x, y, batch_size) * math.ceil(len(x) / batch_size)
            ),
            "You add up the means of the batches. A mean over all images is asked for.",
        ),
    ],
    conditions=0.5,
    barred=OPEN,
)


assignment = Assignment(
    "a5_pix2pix",
    seed=51616,
    checks=[
        UNetGenerator,
        PatchDiscriminator,
        pix2pix_discriminator_loss,
        pix2pix_generator_loss,
        pix2pix_step,
        segmentation_scores,
        bootstrap_interval,
        diagnosis,
        mean_distance,
    ],
)

"""What is right in a6_cyclegan, function by function. Not released: the seed fixes the hidden cases.

The oracles are torch's losses on networks drawn for the case, gradients handed over by hand, plain loops, and values worked by
hand. Pools draw as they like: what all right ones share is judged. How a definition reads: course_lib/grading/checks.py.
"""

import math
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Group, Mistake, case, net, pool, rng, sgd

OPEN = Barred(
    modules=frozenset(
        f"course_lib.{name}" for name in ("cyclegan", "resnet", "pix2pix", "unpaired", "information")
    )
)
TRACES = ("trace", "trace, weights negative")


def number(value):
    """A tensor of one number, or of nested lists of them, in float64 from the start."""
    return torch.tensor(value, dtype=torch.float64)


def l1(a, b):
    """The mean absolute difference."""
    return (a - b).abs().mean()


# the generator -------------------------------------------------------------------------------------------------------


class Added(nn.Module):
    """x + f(x)"""

    def __init__(self, f, after=None):
        super().__init__()
        self.f, self.after = f, after or nn.Identity()

    def forward(self, x):
        return self.after(x + self.f(x))


class Repeated(nn.Module):
    def __init__(self, block, times):
        super().__init__()
        self.block, self.times = block, times

    def forward(self, x):
        for _ in range(self.times):
            x = self.block(x)
        return x


def nothing(*_):
    return nn.Identity()


def up(i, o, bias=True):
    return nn.ConvTranspose2d(i, o, 3, 2, 1, output_padding=1, bias=bias)


def resized(mode):
    def layer(i, o, bias=True):
        return nn.Sequential(nn.Upsample(scale_factor=2, mode=mode), nn.Conv2d(i, o, 3, 1, 1, bias=bias))

    return layer


def resnet(
    norm=nn.InstanceNorm2d,
    act=nn.ReLU,
    bias=True,
    pad=nn.ReflectionPad2d,
    pad_ends=None,
    pad_down=nn.ZeroPad2d,
    kernels=(7, 7),
    widths=(1, 2, 4),
    pool=None,
    rise=up,
    blocks=lambda n: n,
    skip=Added,
    block_norms=(True, True),
    block_acts=(True, False),
    convolutions=2,
    shared=False,
    swapped=False,
    end=nn.Tanh,
    last_norm=False,
    last_bias=True,
    whole=None,
    channels=lambda i, o: (i, o),
):
    """The residual generator with parts exchanged."""

    def build(in_channels, out_channels, base_channels, num_blocks):
        in_channels, out_channels = channels(in_channels, out_channels)
        wide = [w * base_channels for w in widths]

        def after(c, normed=True, active=True):
            pair = [norm(c) if normed else nn.Identity(), act() if active else nn.Identity()]
            return pair[::-1] if swapped else pair

        def block():
            layers = []
            for k in range(convolutions):
                layers += [pad(1), nn.Conv2d(wide[-1], wide[-1], 3, bias=bias)]
                layers += after(wide[-1], block_norms[k], block_acts[k])
            return skip(nn.Sequential(*layers))

        ends = pad_ends or pad
        first, last = kernels
        layers = [ends(first // 2), nn.Conv2d(in_channels, wide[0], first, bias=bias), *after(wide[0])]
        for i, o in pairwise(wide):
            if pool:
                layers += [nn.ZeroPad2d(1), nn.Conv2d(i, o, 3, bias=bias), pool(2)]
            else:
                layers += [pad_down(1), nn.Conv2d(i, o, 3, stride=2, bias=bias)]
            layers += after(o)
        n = blocks(num_blocks)
        layers += [Repeated(block(), n)] if shared else [block() for _ in range(n)]
        for i, o in zip(wide[::-1], wide[-2::-1]):
            layers += [rise(i, o, bias), *after(o)]
        layers += [ends(last // 2), nn.Conv2d(wide[0], out_channels, last, bias=last_bias)]
        layers += [norm(out_channels)] if last_norm else []
        network = nn.Sequential(*layers, end())
        return whole(network) if whole else network

    return build


def to_translate(d, side=None, **options):
    """Pictures for a small generator; sides are multiples of 4."""
    in_channels, out_channels = d.choice([(3, 3), (1, 3), (3, 1), (2, 2)])
    height, width = (side, side) if side else (4 * d.int(3, 4), 4 * d.int(3, 5))
    network = case(
        in_channels=in_channels,
        out_channels=out_channels,
        base_channels=d.int(2, 3),
        num_blocks=1 if side else d.int(1, 3),
    )
    return network.module(d.randn(2, in_channels, height, width), **options)


ResnetGenerator = Check(
    "ResnetGenerator(in_channels, out_channels, base_channels, num_blocks)",
    oracle=resnet(),
    groups=[
        Group("number of parameters", 2, to_translate, hidden=2, compare=["number of parameters"]),
        Group(
            "shapes of the picture and of the maps on the way",
            2,
            to_translate,
            hidden=2,
            compare=["shape", "maps"],
        ),
        Group(
            "what it computes when all weights are equal",
            3,
            to_translate,
            visible=2,
            hidden=2,
            compare=TRACES,
        ),
        Group(
            "how much of the picture a pixel sees",
            1,
            lambda d: to_translate(d, 48, footprint=True),
            hidden=1,
            compare=["footprint"],
        ),
    ],
    mistakes=[
        Mistake(
            "no biases",
            resnet(bias=False, last_bias=False),
            "Your convolutions have no biases. The original keeps them, though InstanceNorm takes most of them away again: its "
            "parameter count is asked for.",
        ),
        Mistake(
            "biases at the end only",
            resnet(bias=False),
            "Only your last convolution has a bias. InstanceNorm takes the others away again, but the original has them, and its "
            "parameter count is asked for.",
        ),
        Mistake(
            "no bias at the end",
            resnet(last_bias=False),
            "Your last convolution has no bias. All of them have one.",
        ),
        Mistake(
            "zero padding",
            resnet(pad=nn.ZeroPad2d),
            "You pad with zeros everywhere. Only the two strided convolutions do; at the two ends and in the blocks pictures are "
            "reflected (ReflectionPad2d), or dark borders creep in.",
        ),
        Mistake(
            "zero padding at the ends",
            resnet(pad_ends=nn.ZeroPad2d),
            "The first and the last convolution pad with zeros. They reflect: ReflectionPad2d(3).",
        ),
        Mistake(
            "zero padding in the blocks",
            resnet(pad=nn.ZeroPad2d, pad_ends=nn.ReflectionPad2d),
            "The blocks pad with zeros. They reflect: ReflectionPad2d(1) before each convolution.",
        ),
        Mistake(
            "reflected everywhere",
            resnet(pad_down=nn.ReflectionPad2d),
            "The strided convolutions reflect, too. They pad with zeros: padding=1.",
        ),
        Mistake(
            "replicated",
            resnet(pad=nn.ReplicationPad2d),
            "You repeat the border (ReplicationPad2d, padding_mode='replicate'). The table reflects.",
        ),
        Mistake(
            "BatchNorm",
            resnet(norm=nn.BatchNorm2d),
            "You use BatchNorm. InstanceNorm normalises every picture by itself: each has a contrast of its own.",
        ),
        Mistake(
            "InstanceNorm with scale and shift",
            resnet(norm=lambda c: nn.InstanceNorm2d(c, affine=True)),
            "Your InstanceNorm has a scale and a shift (affine=True). torch's usual settings have none.",
        ),
        Mistake(
            "no normalisation",
            resnet(norm=nothing),
            "Nothing is normalised: there is no InstanceNorm after the convolutions, or it is told to keep running statistics "
            "(track_running_stats), which count in eval mode.",
        ),
        Mistake(
            "no normalisation in the blocks",
            resnet(block_norms=(False, False)),
            "There is no InstanceNorm in your residual blocks: one follows each of their convolutions.",
        ),
        Mistake(
            "half the normalisation in the blocks",
            resnet(block_norms=(True, False)),
            "InstanceNorm is missing after the second convolution of your blocks.",
        ),
        Mistake(
            "normalised at the end",
            resnet(last_norm=True),
            "There is InstanceNorm on the picture. It would take the picture's own brightness and contrast away.",
        ),
        Mistake(
            "normalised after the activation",
            resnet(swapped=True),
            "The order is convolution, InstanceNorm, ReLU. Yours normalises after the ReLU.",
        ),
        Mistake(
            "leaky", resnet(act=lambda: nn.LeakyReLU(0.2)), "You use LeakyReLU. That is D's; here it is ReLU."
        ),
        Mistake(
            "no activation",
            resnet(act=nn.Identity),
            "There is no ReLU between the layers.",
        ),
        Mistake(
            "no activation in the blocks",
            resnet(block_acts=(False, False)),
            "There is no ReLU in your blocks: one stands between their two convolutions.",
        ),
        Mistake(
            "two activations in a block",
            resnet(block_acts=(True, True)),
            "A ReLU follows the second convolution of your blocks, before the sum: they could only add, never take away.",
        ),
        Mistake(
            "activation after the sum",
            resnet(skip=lambda f: Added(f, nn.ReLU())),
            "A ReLU follows the sum x + f(x). In this network the sum goes on as it is. (In the ResNet for recognition it was "
            "otherwise.)",
        ),
        Mistake(
            "no skip",
            resnet(skip=lambda f: f),
            "Your blocks return f(x). A residual block returns x + f(x).",
        ),
        Mistake(
            "one convolution a block",
            resnet(convolutions=1),
            "Your blocks have one convolution. They have two.",
        ),
        Mistake(
            "one block less",
            resnet(blocks=lambda n: n - 1),
            "You have one block less than num_blocks.",
        ),
        Mistake(
            "one block more",
            resnet(blocks=lambda n: n + 1),
            "You have one block more than num_blocks.",
        ),
        Mistake(
            "blocks fixed", resnet(blocks=lambda n: 6), "You always build 6 blocks. num_blocks says how many."
        ),
        Mistake(
            "one block shared",
            resnet(shared=True),
            "One block is used num_blocks times: they share their weights. Make a new block for each ([block] * n repeats one).",
        ),
        Mistake(
            "kernel 3 at the ends",
            resnet(kernels=(3, 3)),
            "Your first and last kernels are 3 × 3. They are 7 × 7, with 3 pixels reflected on each side.",
        ),
        Mistake(
            "kernel 3 at the beginning",
            resnet(kernels=(3, 7)),
            "Your first kernel is 3 × 3. It is 7 × 7, with 3 pixels reflected on each side.",
        ),
        Mistake(
            "kernel 3 at the end",
            resnet(kernels=(7, 3)),
            "Your last kernel is 3 × 3. It is 7 × 7, with 3 pixels reflected on each side.",
        ),
        Mistake(
            "one stage less",
            resnet(widths=(1, 2)),
            "You halve the side once. The table halves it twice: blocks work at a quarter of it, with 4 times base_channels.",
        ),
        Mistake(
            "one stage more",
            resnet(widths=(1, 2, 4, 8)),
            "You halve the side three times. The table halves it twice.",
        ),
        Mistake(
            "constant width",
            resnet(widths=(1, 1, 1)),
            "All your maps have base_channels. At half the side there are twice, at a quarter four times as many.",
        ),
        Mistake(
            "twice as wide",
            resnet(widths=(2, 4, 8)),
            "Your maps are twice as wide: 1, 2 and 4 times base_channels are asked for.",
        ),
        Mistake(
            "pooled",
            resnet(pool=nn.MaxPool2d),
            "You pool. Here strides do the shrinking: kernel 3, stride 2, padding 1.",
        ),
        Mistake(
            "pooled by means",
            resnet(pool=nn.AvgPool2d),
            "You pool by means. Here strides do the shrinking: kernel 3, stride 2, padding 1.",
        ),
        Mistake(
            "resized",
            resnet(rise=resized("nearest")),
            "You resize and convolve on the way up. It has as many parameters, and no checkerboard (lecture 02); but the table "
            "has the original's transposed convolutions.",
        ),
        Mistake(
            "resized smoothly",
            resnet(rise=resized("bilinear")),
            "You resize smoothly and convolve on the way up. The table has the original's transposed convolutions.",
        ),
        Mistake(
            "pixels shuffled",
            resnet(
                rise=lambda i, o, bias: nn.Sequential(
                    nn.Conv2d(i, 4 * o, 3, 1, 1, bias=bias), nn.PixelShuffle(2)
                )
            ),
            "You make four times the channels and shuffle them into pixels. The table has transposed convolutions.",
        ),
        Mistake(
            "kernel 4 on the way up",
            resnet(rise=lambda i, o, bias: nn.ConvTranspose2d(i, o, 4, 2, 1, bias=bias)),
            "Your transposed convolutions have kernel 4, DCGAN's. The original's have 3, with padding 1 and output_padding 1.",
        ),
        Mistake(
            "no output padding",
            resnet(rise=lambda i, o, bias: nn.ConvTranspose2d(i, o, 3, 2, 1, bias=bias)),
            "Your transposed convolutions give one pixel too few (from 4 to 7): output_padding=1.",
        ),
        Mistake(
            "sigmoid",
            resnet(end=nn.Sigmoid),
            "The picture ends in a sigmoid, in (0, 1). Pictures lie in [-1, 1]: tanh.",
        ),
        Mistake(
            "clamped",
            resnet(end=nn.Hardtanh),
            "The picture is cut off at -1 and 1. tanh leads there smoothly, and lets gradients through.",
        ),
        Mistake("no tanh", resnet(end=nn.Identity), "The tanh at the end is missing."),
        Mistake(
            "added to the picture",
            lambda *a: resnet(whole=Added if a[0] == a[1] else None)(*a),
            "You add the input picture to what comes out. Only the blocks have such a bridge.",
        ),
        Mistake(
            "channels exchanged",
            resnet(channels=lambda i, o: (o, i)),
            "in_channels and out_channels are exchanged.",
        ),
        Mistake(
            "always colour out",
            resnet(channels=lambda i, o: (i, 3)),
            "Your picture always has 3 channels. It should have out_channels.",
        ),
        Mistake(
            "as many out as in",
            resnet(channels=lambda i, o: (i, i)),
            "Your picture has in_channels channels. It should have out_channels.",
        ),
        Mistake(
            "frozen",
            lambda *a: resnet()(*a).requires_grad_(False),
            "Your parameters do not ask for gradients (requires_grad is False): nothing could be learned.",
        ),
    ],
    barred=OPEN,
)


# cycle and identity --------------------------------------------------------------------------------------------------


def translator(d, stale=False):
    return net(d, ["Conv2d", 2, 3, 1], ["Tanh"], ["Conv2d", 3, 2, 1], stale=stale)


def judge(d, stale=False):
    return net(d, ["Conv2d", 2, 3, 2, 2], ["Tanh"], ["Conv2d", 3, 1, 1], stale=stale)


def pictures(d, n):
    return d.randn(n, 2, 4, 5)


def affine(a, b=0.0):
    """A network that computes a x + b on pictures of one channel."""
    return {"$": "net", "layers": [["Conv2d", 1, 1, 1]], "weights": [number([[[[a]]]]), number([b])]}


ONE, FOUR = number([[[[1.0]]]]), number([[[[4.0]]]])
BY_HAND = {"g_xy": affine(2.0), "g_yx": affine(0.5, 1.0), "x": ONE, "y": FOUR}  # x -> 2x, y -> y / 2 + 1


def both_ways(d, sizes=(3, 3), **options):
    g_xy, g_yx = translator(d), translator(d)
    return case(g_xy=g_xy, g_yx=g_yx, x=pictures(d, sizes[0]), y=pictures(d, sizes[1]), **options)


def there_and_back(g_xy, g_yx, x, y, lambda_cycle=10.0):
    return lambda_cycle * (F.l1_loss(g_yx(g_xy(x)), x) + F.l1_loss(g_xy(g_yx(y)), y))


def cycle_but(
    distance=l1,
    pair_x=lambda g_xy, g_yx, x: (g_yx(g_xy(x)), x),
    pair_y=lambda g_xy, g_yx, y: (g_xy(g_yx(y)), y),
    join=lambda a, b: a + b,
    weight=lambda w: w,
):
    """The cycle loss with parts exchanged. A pair is what is compared with what."""

    def wrong(g_xy, g_yx, x, y, lambda_cycle=10.0):
        a, b = distance(*pair_x(g_xy, g_yx, x)), distance(*pair_y(g_xy, g_yx, y))
        return weight(lambda_cycle) * join(a, b)

    return wrong


def signed(a, b):
    return (a - b).mean()


def rooted(a, b):
    return (a - b).square().mean().sqrt()


def summed(a, b):
    return (a - b).abs().sum()


def summed_per_picture(a, b):
    return (a - b).abs().flatten(1).sum(1).mean()


def of_the_means(a, b):
    return (a.mean() - b.mean()).abs()


def without_gradient(network, x):
    with torch.no_grad():
        return network(x)


NETS = ("gradients of g_xy", "gradients of g_yx")

cycle_consistency_loss = Check(
    "cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0)",
    oracle=there_and_back,
    groups=[
        Group(
            "with lambda 10",
            1,
            both_ways,
            visible=2,
            examples=[case(**BY_HAND).gives(number(30.0))],
        ),
        Group(
            "other lambdas, batches of different sizes",
            1,
            lambda d: both_ways(d, d.choice([(2, 4), (3, 1), (4, 3)]), lambda_cycle=d.float(0.5, 5.0)),
            visible=2,
            examples=[case(**BY_HAND, lambda_cycle=0.0).gives(number(0.0))],
        ),
        Group(
            "the gradients of both translators",
            1,
            lambda d: both_ways(d, lambda_cycle=d.float(1.0, 5.0)),
            visible=2,
            gradients=True,
            compare=["result", *NETS],
        ),
    ],
    mistakes=[
        Mistake(
            "compared with the translation",
            cycle_but(
                pair_x=lambda g_xy, g_yx, x: (g_yx(g_xy(x)), g_xy(x)),
                pair_y=lambda g_xy, g_yx, y: (g_xy(g_yx(y)), g_yx(y)),
            ),
            "You compare the way back with the translation. Compare it with the picture you set out from.",
        ),
        Mistake(
            "one way only",
            cycle_but(pair_x=lambda g_xy, g_yx, x: (g_xy(x), x), pair_y=lambda g_xy, g_yx, y: (g_yx(y), y)),
            "You compare the translation with its input: that asks the translators to change nothing. Translate back first.",
        ),
        Mistake(
            "the same translator twice",
            cycle_but(
                pair_x=lambda g_xy, g_yx, x: (g_xy(g_xy(x)), x),
                pair_y=lambda g_xy, g_yx, y: (g_yx(g_yx(y)), y),
            ),
            "You translate twice with the same translator. The way back is the other's.",
        ),
        Mistake(
            "the other way round",
            cycle_but(
                pair_x=lambda g_xy, g_yx, x: (g_xy(g_yx(x)), x),
                pair_y=lambda g_xy, g_yx, y: (g_yx(g_xy(y)), y),
            ),
            "You hand x to g_yx and y to g_xy first. g_xy takes pictures of X.",
        ),
        Mistake(
            "identity instead",
            cycle_but(pair_x=lambda g_xy, g_yx, x: (g_yx(x), x), pair_y=lambda g_xy, g_yx, y: (g_xy(y), y)),
            "This is the identity loss, the next function. The cycle goes there *and* back.",
        ),
        Mistake(
            "x only",
            cycle_but(join=lambda a, b: a),
            "Only the cycle from X to Y and back counts. There is one from Y, too.",
        ),
        Mistake(
            "y only",
            cycle_but(join=lambda a, b: b),
            "Only the cycle from Y to X and back counts. There is one from X, too.",
        ),
        Mistake(
            "averaged",
            cycle_but(join=lambda a, b: (a + b) / 2),
            "You average the two cycles. They are added.",
        ),
        Mistake(
            "squared",
            cycle_but(F.mse_loss),
            "You square. The cycle loss takes absolute differences (L1), which blur less.",
        ),
        Mistake(
            "rooted",
            cycle_but(rooted),
            "You take the root of the mean square. The cycle loss is the mean absolute difference.",
        ),
        Mistake(
            "summed",
            cycle_but(summed),
            "You sum over all pixels. Take the mean, so that lambda means the same at any size.",
        ),
        Mistake(
            "summed over each picture",
            cycle_but(summed_per_picture),
            "You sum over the pixels of each picture. Take the mean over pixels and batch.",
        ),
        Mistake("signed", cycle_but(signed), "Absolute values are missing: errors of opposite sign cancel."),
        Mistake(
            "difference of the means",
            cycle_but(of_the_means),
            "You compare mean brightnesses. The absolute value is taken pixel by pixel, the mean after it.",
        ),
        Mistake(
            "lambda forgotten", cycle_but(weight=lambda w: 1.0), "lambda_cycle does not count in your loss."
        ),
        Mistake(
            "lambda fixed", cycle_but(weight=lambda w: 10.0), "Your weight is always 10. Use lambda_cycle."
        ),
        Mistake(
            "lambda on one",
            lambda g_xy, g_yx, x, y, lambda_cycle=10.0: (
                lambda_cycle * l1(g_yx(g_xy(x)), x) + l1(g_xy(g_yx(y)), y)
            ),
            "lambda_cycle weighs the first cycle only. Count the brackets.",
        ),
        Mistake(
            "compared across",
            lambda g_xy, g_yx, x, y, lambda_cycle=10.0: (
                lambda_cycle * (l1(g_yx(g_xy(x)), y) + l1(g_xy(g_yx(y)), x))
            ),
            "You compare what came back with the other domain's pictures. They have no partner there.",
        ),
        Mistake(
            "translation compared across",
            lambda g_xy, g_yx, x, y, lambda_cycle=10.0: lambda_cycle * (l1(g_xy(x), y) + l1(g_yx(y), x)),
            "You compare pictures of X with pictures of Y. That needs pairs (lecture 14); there are none.",
        ),
        Mistake(
            "no mean",
            cycle_but(lambda a, b: (a - b).abs()),
            "The loss is one number: take the mean.",
        ),
        Mistake(
            "way back alone learns",
            cycle_but(
                pair_x=lambda g_xy, g_yx, x: (g_yx(g_xy(x).detach()), x),
                pair_y=lambda g_xy, g_yx, y: (g_xy(g_yx(y).detach()), y),
            ),
            "The translation is detached before the way back (or made without gradients). Both translators have to learn from the "
            "cycle.",
        ),
    ],
    barred=OPEN,
)


def left_alone(g_xy, g_yx, x, y, weight=5.0):
    return weight * (F.l1_loss(g_xy(y), y) + F.l1_loss(g_yx(x), x))


def identity_but(distance=l1, join=lambda a, b: a + b, weigh=lambda w: w):
    def wrong(g_xy, g_yx, x, y, weight=5.0):
        return weigh(weight) * join(distance(g_xy(y), y), distance(g_yx(x), x))

    return wrong


identity_loss = Check(
    "identity_loss(g_xy, g_yx, x, y, weight=5.0)",
    oracle=left_alone,
    groups=[
        Group(
            "with weight 5",
            1,
            both_ways,
            visible=2,
            examples=[case(**BY_HAND).gives(number(22.5))],
        ),
        Group(
            "other weights, batches of different sizes",
            1,
            lambda d: both_ways(d, d.choice([(2, 4), (3, 1), (4, 3)]), weight=d.float(0.5, 4.0)),
            visible=2,
        ),
        Group(
            "the gradients of both translators",
            1,
            lambda d: both_ways(d, weight=d.float(1.0, 4.0)),
            visible=2,
            gradients=True,
            compare=["result", *NETS],
        ),
    ],
    mistakes=[
        Mistake(
            "the wrong domain",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * (l1(g_xy(x), x) + l1(g_yx(y), y)),
            "You ask g_xy to leave pictures of X as they are: it would never translate. It should leave those of *Y* alone.",
        ),
        Mistake(
            "compared across",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * (l1(g_xy(y), x) + l1(g_yx(x), y)),
            "You compare with the other domain's pictures. g_xy(y) should be y.",
        ),
        Mistake(
            "as if there were pairs",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * (l1(g_xy(x), y) + l1(g_yx(y), x)),
            "You compare translations with the pictures of the other domain. That needs pairs; there are none.",
        ),
        Mistake(
            "the cycle",
            lambda g_xy, g_yx, x, y, weight=5.0: there_and_back(g_xy, g_yx, x, y, weight),
            "This is the cycle loss. Identity translates once.",
        ),
        Mistake(
            "compared with each other",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * l1(g_xy(y), g_yx(x)),
            "You compare the two results with each other. Each has its own input to be compared with.",
        ),
        Mistake(
            "x only",
            identity_but(join=lambda a, b: b),
            "Only g_yx is asked to leave pictures alone. g_xy should, too.",
        ),
        Mistake(
            "y only",
            identity_but(join=lambda a, b: a),
            "Only g_xy is asked to leave pictures alone. g_yx should, too.",
        ),
        Mistake(
            "averaged",
            identity_but(join=lambda a, b: (a + b) / 2),
            "You average the two parts. They are added.",
        ),
        Mistake(
            "squared",
            identity_but(F.mse_loss),
            "You square. The identity loss takes absolute differences (L1).",
        ),
        Mistake(
            "rooted",
            identity_but(rooted),
            "You take the root of the mean square. Take the mean absolute difference.",
        ),
        Mistake("summed", identity_but(summed), "You sum over all pixels. Take the mean."),
        Mistake(
            "summed over each picture",
            identity_but(summed_per_picture),
            "You sum over the pixels of each picture. Take the mean over pixels and batch.",
        ),
        Mistake(
            "signed", identity_but(signed), "Absolute values are missing: errors of opposite sign cancel."
        ),
        Mistake(
            "difference of the means",
            identity_but(of_the_means),
            "You compare mean brightnesses. The absolute value is taken pixel by pixel, the mean after it.",
        ),
        Mistake("weight forgotten", identity_but(weigh=lambda w: 1.0), "weight does not count in your loss."),
        Mistake("weight fixed", identity_but(weigh=lambda w: 5.0), "Your weight is always 5. Use `weight`."),
        Mistake(
            "weight on one",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * l1(g_xy(y), y) + l1(g_yx(x), x),
            "weight weighs the first part only. Count the brackets.",
        ),
        Mistake(
            "no mean", identity_but(lambda a, b: (a - b).abs()), "The loss is one number: take the mean."
        ),
        Mistake(
            "one mean",
            lambda g_xy, g_yx, x, y, weight=5.0: weight * torch.cat([g_xy(y) - y, g_yx(x) - x]).abs().mean(),
            "You take one mean over both parts. Take a mean over each and add the two.",
        ),
        Mistake(
            "cut off",
            lambda g_xy, g_yx, x, y, weight=5.0: (
                weight * (l1(without_gradient(g_xy, y), y) + l1(without_gradient(g_yx, x), x))
            ),
            "Your loss carries no gradient to the translators (no_grad or detach()).",
        ),
    ],
    barred=OPEN,
)


# the memory of the judges --------------------------------------------------------------------------------------------


class Pool:
    """An image pool with parts exchanged.

    Args:
        keep: is this one stored without an exchange? (number stored, size)
        chance: of an exchange, (size).
        which: the place in the list, (size, generator).
        swap: (stored, place, image) -> what comes back; changes the list.
    """

    def __init__(
        self,
        size,
        generator,
        keep=lambda stored, size: len(stored) < size,
        chance=lambda size: 0.5,
        which=lambda size, rng: int(torch.randint(size, (), generator=rng)),
        swap=None,
        own=lambda image: image.detach().clone(),
        first=lambda image, stored: image,
        coins="images",
        finish=lambda images: torch.stack(images).detach(),
    ):
        self.size, self.rng, self.stored = size, generator, []
        self.keep, self.chance, self.which, self.swap = keep, chance, which, swap or exchanged
        self.own, self.first, self.coins, self.finish = own, first, coins, finish

    def query(self, images):
        if self.size == 0:
            return self.finish(list(images))
        found, coin = [], None
        for image in images:
            if self.keep(self.stored, self.size):
                self.stored.append(self.own(image))
                found.append(self.first(image, self.stored))
                continue
            if coin is None or self.coins == "images":
                coin = torch.rand((), generator=self.rng) < self.chance(self.size)
            if coin:
                place = self.which(len(self.stored), self.rng)
                found.append(self.swap(self.stored, place, self.own(image)))
            else:
                found.append(image)
        return self.finish(found)


def exchanged(stored, place, image):
    older, stored[place] = stored[place], image
    return older


def pool_but(**parts):
    return lambda size, generator: Pool(size, generator, **parts)


class Overflowing(Pool):
    """While the pool is not full the whole batch is stored, however large; afterwards the batch is exchanged as a whole or not."""

    def query(self, images):
        if len(self.stored) < self.size or self.size == 0:
            self.stored.extend(image.detach().clone() for image in images)
            return images.detach().clone()
        return super().query(images)


class FromTheStart(Pool):
    """Draws as if it were full from the first picture on."""

    def query(self, images):
        found = []
        for image in images.detach():
            if self.stored and self.size and torch.rand((), generator=self.rng) < 0.5:
                place = int(torch.randint(len(self.stored), (), generator=self.rng))
                older, self.stored[place] = self.stored[place], image.clone()
                found.append(older)
            else:
                if len(self.stored) < self.size:
                    self.stored.append(image.clone())
                found.append(image)
        return torch.stack(found)


class AlwaysStored(Pool):
    """Every picture takes a place; one half of the time what it drove out comes back, else the picture itself."""

    def query(self, images):
        found = []
        for image in images.detach():
            if len(self.stored) < self.size:
                self.stored.append(image.clone())
                found.append(image)
                continue
            if self.size == 0:
                found.append(image)
                continue
            place = int(torch.randint(self.size, (), generator=self.rng))
            older, self.stored[place] = self.stored[place], image.clone()
            found.append(older if torch.rand((), generator=self.rng) < 0.5 else image)
        return torch.stack(found)


class Once(Pool):
    """Without the case of size 0."""

    def query(self, images):
        found = []
        for image in images.detach():
            if len(self.stored) < self.size:
                self.stored.append(image.clone())
                found.append(image)
            elif torch.rand((), generator=self.rng) < 0.5:
                place = int(torch.randint(0, self.size, (), generator=self.rng))
                older, self.stored[place] = self.stored[place], image.clone()
                found.append(older)
            else:
                found.append(image)
        return torch.stack(found)


def numbered(first, n, shape=(1, 1, 1)):
    """n pictures, all pixels of each being its number."""
    return number([float(k) for k in range(first, first + n)]).view(n, 1, 1, 1).expand(n, *shape).contiguous()


def asked(size, seed, batches, shape=(1, 1, 1), spoiled=False):
    """A pool queried with batches of so many pictures, numbered throughout."""
    made, first = case(size=size, generator=rng(seed)), 1
    for n in batches:
        call = made.calls_spoiled if spoiled else made.calls
        made, first = call("query", numbered(first, n, shape)), first + n
    return made


def filling(d):
    """Size 0, or fewer pictures than the pool holds, or just as many."""
    batches = [d.int(1, 3) for _ in range(d.int(1, 3))]
    return asked(d.choice([0, sum(batches), sum(batches) + 2]), d.int(0, 9999), batches, (2, 2, 3))


def long_use(d, size=4):
    return asked(size, d.int(0, 9999), [d.choice([1, 5, 20, 30]) for _ in range(20)] + [40] * 8).states(
        "pool"
    )


ImagePool = Check(
    "ImagePool(size, generator)",
    oracle=Pool,
    groups=[
        Group(
            "size 0, and a pool that fills: all come back as they are",
            1,
            filling,
            visible=2,
            hidden=4,
            examples=[
                asked(0, 0, [2, 1]).gives([numbered(1, 2), numbered(3, 1)]),
                asked(3, 0, [2, 1]).gives([numbered(1, 2), numbered(3, 1)]),
            ],
        ),
        Group(
            "each is stored at most once, and leaves once",
            2,
            lambda d: long_use(d, d.int(1, 5)),
            hidden=1,
            compare=["what comes back", "while the pool fills", "each image"],
        ),
        Group(
            "half of the time an older one comes back, each deciding for itself",
            1,
            long_use,
            hidden=1,
            examples=[asked(1, 7, [20] * 10).states("pool")],
            compare=["what comes back", "an older image comes back"],
        ),
        Group("all stored ones are equally likely", 1, long_use, hidden=1, compare=["which one"]),
        Group(
            "its own copies, detached",
            1,
            lambda d: asked(
                d.int(2, 3), d.int(0, 9999), [d.int(2, 5) for _ in range(12)], spoiled=True
            ).states("pool"),
            hidden=2,
            compare=["what comes back", "on the autograd graph"],
        ),
    ],
    mistakes=[
        Mistake(
            "never exchanged",
            pool_but(chance=lambda size: 0.0),
            "Your pool never gives an older picture back. Once it holds `size` of them an exchange is as likely as not; and the older "
            "one has to be read before its place is overwritten.",
        ),
        Mistake(
            "always exchanged",
            pool_but(chance=lambda size: 1.1),
            "Once full, your pool always exchanges. One half of the time the new picture goes straight through.",
        ),
        Mistake(
            "newcomer as one of many",
            pool_but(chance=lambda size: size / (size + 1)),
            "Exchanges happen too often. If you draw among the stored ones and the new one alike, the new one goes through once in "
            "size + 1 times only. First toss a fair coin, then choose a place.",
        ),
        Mistake(
            "once in size",
            pool_but(chance=lambda size: 1 / size),
            "Exchanges happen too seldom: it should be one half of the time, whatever the size.",
        ),
        Mistake(
            "one coin a batch",
            pool_but(coins="batches"),
            "All pictures of a batch share one coin. Each decides for itself.",
        ),
        Mistake(
            "not replaced",
            pool_but(swap=lambda stored, place, image: stored[place]),
            "You return an older picture and keep it as well: it comes back again and again, and nothing new is stored. The new "
            "one takes its place.",
        ),
        Mistake(
            "stored in any case",
            lambda size, generator: AlwaysStored(size, generator),
            "A picture that had gone straight through came back later: so it was stored as well. Once the pool holds `size` pictures "
            "(count them after each one, not after each batch) only an exchange stores.",
        ),
        Mistake(
            "the oldest",
            pool_but(swap=lambda stored, place, image: (stored.append(image), stored.pop(0))[1]),
            "Always the oldest picture leaves (a queue). Any stored one should, with equal chances.",
        ),
        Mistake(
            "one place only",
            pool_but(which=lambda size, rng: 0),
            "Exchanges always happen in the same place, so the others never leave. Choose a place at random.",
        ),
        Mistake(
            "last place never",
            pool_but(which=lambda size, rng: int(torch.randint(max(1, size - 1), (), generator=rng))),
            "One place is never used: either the pool stops at size - 1 pictures, or your draw leaves a place out (torch.randint(n, ...) "
            "draws from 0 to n - 1).",
        ),
        Mistake(
            "draws from the start",
            lambda size, generator: FromTheStart(size, generator),
            "Your pool exchanges before it is full. While it fills each picture is stored and comes back.",
        ),
        Mistake(
            "zeros while it fills",
            pool_but(first=lambda image, stored: torch.zeros_like(image)),
            "While the pool fills, nothing (zeros) comes back. Each picture is stored *and* returned.",
        ),
        Mistake(
            "views kept",
            pool_but(own=lambda image: image.detach()),
            "What your pool keeps changes when the batch you gave it, or the one you got back, is changed: it is a view of it. "
            "Keep a copy: clone().",
        ),
        Mistake(
            "on the graph",
            pool_but(own=lambda image: image.clone(), finish=torch.stack),
            "What comes back still hangs on the translator's graph, and the whole past with it: detach().",
        ),
        Mistake(
            "a list",
            pool_but(finish=list),
            "You return a list of pictures. D wants a batch: torch.stack.",
        ),
        Mistake(
            "side by side",
            pool_but(finish=lambda images: torch.cat(images).detach()),
            "torch.cat joins pictures of shape (C, H, W) along the channels. torch.stack makes a batch of them.",
        ),
        Mistake(
            "backwards",
            pool_but(finish=lambda images: torch.stack(images[::-1]).detach()),
            "The order of the batch is changed. A picture that goes straight through stays where it was.",
        ),
        Mistake(
            "size 0 forgotten",
            lambda size, generator: Once(size, generator),
            "With size 0 there is no place to draw: randint fails. Return what comes.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# all that the translators minimise -----------------------------------------------------------------------------------


def called(answers, target):
    """Mean squared distance of D's answers from a target."""
    return F.mse_loss(answers, torch.full_like(answers, target))


def terms(
    wanted=lambda answers: called(answers, 1.0),
    judged=lambda d_x, d_y, fake_x, fake_y: (d_y(fake_y), d_x(fake_x)),
    cycle=there_and_back,
    identity=left_alone,
    weights=lambda lambda_cycle, lambda_identity: (lambda_cycle, lambda_cycle * lambda_identity),
    join=lambda adversarial, cycle, identity: adversarial + cycle + identity,
    adversarial_of=lambda a, b: a + b,
    seen=lambda fake: fake,
    tell=lambda losses: losses,
):
    """The generator's loss with parts exchanged."""

    def wrong(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
        fake_y, fake_x = g_xy(x), g_yx(y)
        by_y, by_x = judged(d_x, d_y, seen(fake_x), seen(fake_y))
        adversarial = adversarial_of(wanted(by_y), wanted(by_x))
        w_cycle, w_identity = weights(lambda_cycle, lambda_identity)
        there, alone = cycle(g_xy, g_yx, x, y, w_cycle), identity(g_xy, g_yx, x, y, w_identity)
        total = join(adversarial, there, alone)
        losses = {"total": total, "adversarial": adversarial, "cycle": there, "identity": alone}
        return tell(losses | {"fake_y": fake_y, "fake_x": fake_x})

    return wrong


whole = terms()


def with_the_translation(g_xy, g_yx, x, y, lambda_cycle=10.0):
    fake_y, fake_x = g_xy(x), g_yx(y)
    return lambda_cycle * (l1(g_yx(fake_y), fake_y) + l1(g_xy(fake_x), fake_x))


def of_the_wrong_domain(g_xy, g_yx, x, y, weight=5.0):
    return weight * (l1(g_xy(x), x) + l1(g_yx(y), y))


def renamed(**names):
    return lambda losses: {key: losses[names.get(key, key)] for key in losses}


def all_four(d, **options):
    players = {"g_xy": translator(d), "g_yx": translator(d), "d_x": judge(d), "d_y": judge(d)}
    sizes = options.pop("sizes", (3, 3))
    return case(**players, x=pictures(d, sizes[0]), y=pictures(d, sizes[1]), **options)


def weighted(d):
    sizes = d.choice([(2, 3), (3, 1), (3, 3)])
    return all_four(d, sizes=sizes, lambda_cycle=d.float(0.5, 5.0), lambda_identity=d.float(0.2, 0.9))


FOUR_BY_HAND = case(**BY_HAND, d_x=affine(1.0), d_y=affine(1.0))


def in_two_ways(d):
    return weighted(d) if d.int(0, 1) else all_four(d)


cyclegan_generator_loss = Check(
    "cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5)",
    oracle=whole,
    groups=[
        Group(
            "adversarial",
            1,
            in_two_ways,
            hidden=2,
            examples=[FOUR_BY_HAND.gives({"adversarial": number(5.0)})],
            compare=["entry adversarial"],
        ),
        Group(
            "cycle, weighted",
            1,
            weighted,
            hidden=2,
            examples=[FOUR_BY_HAND.gives({"cycle": number(30.0)})],
            compare=["entry cycle"],
        ),
        Group(
            "identity, weighted",
            1,
            weighted,
            hidden=2,
            examples=[FOUR_BY_HAND.gives({"identity": number(22.5)})],
            compare=["entry identity"],
        ),
        Group(
            "the translations",
            1,
            in_two_ways,
            hidden=1,
            examples=[
                FOUR_BY_HAND.gives({"fake_y": number([[[[2.0]]]]), "fake_x": number([[[[3.0]]]])}),
            ],
            compare=["entry fake_y", "entry fake_x"],
        ),
        Group(
            "the total, and its gradients in both translators",
            2,
            weighted,
            hidden=2,
            examples=[FOUR_BY_HAND.gives({"total": number(57.5)})],
            compare=["entry total", *NETS],
            gradients="total",
        ),
    ],
    mistakes=[
        Mistake(
            "judges exchanged",
            terms(judged=lambda d_x, d_y, fake_x, fake_y: (d_x(fake_y), d_y(fake_x))),
            "The judges are exchanged: a translation into Y is judged by d_y, one into X by d_x.",
        ),
        Mistake(
            "one judge only",
            terms(adversarial_of=lambda a, b: a),
            "Only d_y's judgement counts. g_yx has a judge, too: d_x.",
        ),
        Mistake(
            "the other judge only",
            terms(adversarial_of=lambda a, b: b),
            "Only d_x's judgement counts. g_xy has a judge, too: d_y.",
        ),
        Mistake(
            "adversarial halved",
            terms(adversarial_of=lambda a, b: (a + b) / 2),
            "The adversarial loss is halved. The half belongs to the judges' losses; here the two are added.",
        ),
        Mistake(
            "wants to look fake",
            terms(wanted=lambda answers: called(answers, 0.0)),
            "Your translators want to be called fake: the target is 1.",
        ),
        Mistake(
            "cross-entropy",
            terms(wanted=lambda answers: F.softplus(-answers).mean()),
            "You take the cross-entropy. CycleGAN takes least squares: (D - 1)².",
        ),
        Mistake(
            "wrong sign",
            terms(wanted=lambda answers: -called(answers, 0.0)),
            "You minimise minus D's part. Least squares has a target: (D - 1)².",
        ),
        Mistake(
            "not squared",
            terms(wanted=lambda answers: (answers - 1).abs().mean()),
            "You take absolute values in the adversarial loss. Least squares takes squares.",
        ),
        Mistake(
            "mean squared",
            terms(wanted=lambda answers: (answers.mean() - 1) ** 2),
            "You square the mean of the map. Take the mean of the squares: every patch has to convince.",
        ),
        Mistake(
            "squashed",
            terms(wanted=lambda answers: called(answers.sigmoid(), 1.0)),
            "You apply a sigmoid first. Least squares takes what D returns, as it is.",
        ),
        Mistake(
            "squares summed",
            terms(wanted=lambda answers: (answers - 1).square().sum()),
            "You sum over the map. Take the mean.",
        ),
        Mistake(
            "real pictures judged",
            lambda g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5: terms(
                judged=lambda d_x, d_y, fake_x, fake_y: (d_y(y), d_x(x))
            )(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity),
            "You let D judge the real pictures. The translators are responsible for the translations.",
        ),
        Mistake(
            "detached before the judge",
            terms(seen=lambda fake: fake.detach()),
            "The translations are detached before they are judged: nothing of the judgement reaches the translators.",
        ),
        Mistake(
            "cycle not weighted",
            terms(weights=lambda c, i: (1.0, c * i)),
            "lambda_cycle does not weigh your cycle.",
        ),
        Mistake(
            "cycle told without weight",
            lambda g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5: (
                whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
                | {"cycle": there_and_back(g_xy, g_yx, x, y, 1.0)}
            ),
            "The entry `cycle` should hold the weighted term, as it stands in the total.",
        ),
        Mistake(
            "lambda fixed",
            terms(weights=lambda c, i: (10.0, 5.0)),
            "Your weights are always 10 and 5. Use lambda_cycle and lambda_identity.",
        ),
        Mistake(
            "identity weighted by its share alone",
            terms(weights=lambda c, i: (c, i)),
            "lambda_identity is a share *of lambda_cycle*: the identity loss is weighted by their product.",
        ),
        Mistake(
            "identity weighted as the cycle",
            terms(weights=lambda c, i: (c, c)),
            "The identity loss has the weight of the cycle. Its weight is lambda_cycle · lambda_identity.",
        ),
        Mistake(
            "identity of weight 5",
            terms(weights=lambda c, i: (c, 5.0)),
            "The identity loss always has weight 5. Its weight is lambda_cycle · lambda_identity.",
        ),
        Mistake(
            "cycle compared with the translation",
            terms(cycle=with_the_translation),
            "The way back is compared with the translation. Compare it with the picture you set out from.",
        ),
        Mistake(
            "identity of the wrong domain",
            terms(identity=of_the_wrong_domain),
            "You ask g_xy to leave pictures of X as they are: it would never translate. It should leave those of *Y* alone.",
        ),
        Mistake(
            "no identity",
            terms(join=lambda a, c, i: a + c),
            "The identity loss is missing from the total.",
        ),
        Mistake("no cycle", terms(join=lambda a, c, i: a + i), "The cycle loss is missing from the total."),
        Mistake(
            "no adversarial",
            terms(join=lambda a, c, i: c + i),
            "The adversarial loss is missing from the total: nothing would be translated.",
        ),
        Mistake(
            "weighted twice",
            lambda g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5: terms(
                join=lambda a, c, i: a + lambda_cycle * c + lambda_cycle * lambda_identity * i
            )(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity),
            "In the total the weights count twice.",
        ),
        Mistake(
            "subtracted",
            terms(join=lambda a, c, i: c + i - a),
            "The adversarial loss is subtracted. The translators want it small, too.",
        ),
        Mistake(
            "translations exchanged",
            terms(tell=renamed(fake_y="fake_x", fake_x="fake_y")),
            "fake_x and fake_y are exchanged: fake_y is the translation *into* Y, g_xy(x).",
        ),
        Mistake(
            "way back told",
            lambda g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5: (
                whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
                | {"fake_y": g_xy(g_yx(y)), "fake_x": g_yx(g_xy(x))}
            ),
            "fake_y and fake_x hold what came back. They are the translations themselves.",
        ),
        Mistake(
            "total detached",
            terms(tell=lambda t: {key: value.detach() for key, value in t.items()}),
            "Everything in your dict is detached: nobody can learn from it.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# one step ------------------------------------------------------------------------------------------------------------


def parameters(*networks):
    return [p for network in networks for p in network.parameters()]


def learn(networks, optimiser, loss):
    """Hand each parameter its gradient of the loss, and nothing else."""
    mine = parameters(*networks)
    for parameter, slope in zip(mine, torch.autograd.grad(loss, mine)):
        parameter.grad = slope
    optimiser.step()


def half_squares(real, fake):
    return (called(real, 1.0) + called(fake, 0.0)) / 2


def scalars(losses, d_x_loss, d_y_loss):
    found = {"g_loss": losses["total"], "d_x": d_x_loss, "d_y": d_y_loss}
    found |= {name: losses[name] for name in ("adversarial", "cycle", "identity")}
    return {name: value.detach() for name, value in found.items()}


def by_the_book(
    g_xy,
    g_yx,
    d_x,
    d_y,
    opt_g,
    opt_d,
    x,
    y,
    pool_x,
    pool_y,
    lambda_cycle=10.0,
    lambda_identity=0.5,
):
    """The step written without backward: each optimiser's networks are handed the gradient of their own loss."""
    losses = whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
    learn([g_xy, g_yx], opt_g, losses["total"])
    old_x, old_y = pool_x.query(losses["fake_x"]), pool_y.query(losses["fake_y"])
    d_x_loss, d_y_loss = half_squares(d_x(x), d_x(old_x)), half_squares(d_y(y), d_y(old_y))
    learn([d_x, d_y], opt_d, d_x_loss + d_y_loss)
    return scalars(losses, d_x_loss, d_y_loss)


def step(
    loss=whole,
    judged=half_squares,
    pools=lambda pool_x, pool_y, fake_x, fake_y: (pool_x.query(fake_x), pool_y.query(fake_y)),
    judges=lambda d_x, d_y: (d_x, d_y),
    reals=lambda x, y: (x, y),
    join=lambda a, b: a + b,
    anew=False,
    zero=("g", "d"),
    steps=("g", "d"),
    before=None,
    after=None,
    tell=scalars,
):
    """The step as one writes it, with parts exchanged."""

    def wrong(
        g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
    ):
        if before:
            before(g_xy, g_yx, d_x, d_y)
        losses = loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
        if "g" in zero:
            opt_g.zero_grad()
        losses["total"].backward(retain_graph=True)
        if "g, late" in zero:
            opt_g.zero_grad()
        if steps[0]:
            (opt_g if steps[0] == "g" else opt_d).step()
        fake_x, fake_y = (g_yx(y), g_xy(x)) if anew else (losses["fake_x"], losses["fake_y"])
        old_x, old_y = pools(pool_x, pool_y, fake_x, fake_y)
        first, second = judges(d_x, d_y)
        real_x, real_y = reals(x, y)
        d_x_loss, d_y_loss = judged(first(real_x), first(old_x)), judged(second(real_y), second(old_y))
        if "d" in zero:
            opt_d.zero_grad()
        join(d_x_loss, d_y_loss).backward()
        if "d, late" in zero:
            opt_d.zero_grad()
        for name in steps[1:]:
            (opt_g if name == "g" else opt_d).step()
        if after:
            after(g_xy, g_yx, d_x, d_y)
        return tell(losses, d_x_loss, d_y_loss)

    return wrong


def judges_first(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    old_x, old_y = pool_x.query(g_yx(y)), pool_y.query(g_xy(x))
    d_x_loss, d_y_loss = half_squares(d_x(x), d_x(old_x)), half_squares(d_y(y), d_y(old_y))
    learn([d_x, d_y], opt_d, d_x_loss + d_y_loss)
    losses = whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
    learn([g_xy, g_yx], opt_g, losses["total"])
    return scalars(losses, d_x_loss, d_y_loss)


def fooled_by_the_pool(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    """The pools are asked before the translators' turn, which is judged by what they returned."""
    fake_x, fake_y = g_yx(y), g_xy(x)
    old_x, old_y = pool_x.query(fake_x), pool_y.query(fake_y)
    losses = whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
    adversarial = called(d_y(old_y), 1.0) + called(d_x(old_x), 1.0)
    losses |= {"adversarial": adversarial, "total": adversarial + losses["cycle"] + losses["identity"]}
    learn([g_xy, g_yx], opt_g, losses["total"])
    d_x_loss, d_y_loss = half_squares(d_x(x), d_x(old_x)), half_squares(d_y(y), d_y(old_y))
    learn([d_x, d_y], opt_d, d_x_loss + d_y_loss)
    return scalars(losses, d_x_loss, d_y_loss)


def graph_used_up(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    """No pool and no detach: D's turn goes back through a graph that is gone."""
    losses = whole(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
    losses["total"].backward()
    half_squares(d_x(x), d_x(losses["fake_x"])).backward()


def frozen(*networks):
    for network in networks:
        network.requires_grad_(False)


def asked_and_ignored(pool_x, pool_y, fake_x, fake_y):
    pool_x.query(fake_x), pool_y.query(fake_y)
    return fake_x.detach(), fake_y.detach()


def told(**parts):
    """A mistake in the dict: entries worked out anew from what scalars tells."""

    def tell(losses, d_x_loss, d_y_loss):
        found = scalars(losses, d_x_loss, d_y_loss)
        return found | {name: part(found) for name, part in parts.items()}

    return tell


def round_(d, stale=False, older=2):
    """Four small networks, their optimisers, pools, and the batches of one step."""
    names = ("g_xy", "g_yx", "d_x", "d_y")
    makers = (translator, translator, judge, judge)
    n = d.int(3, 4)
    return case(
        **{name: make(d, stale) for name, make in zip(names, makers)},
        opt_g=sgd(["g_xy", "g_yx"], lr=d.float(0.1, 0.3)),
        opt_d=sgd(["d_x", "d_y"], lr=d.float(0.5, 1.0)),
        x=pictures(d, n),
        y=pictures(d, n),
        pool_x=pool(pictures(d, older)),
        pool_y=pool(pictures(d, older)),
        lambda_cycle=d.float(1.0, 5.0),
        lambda_identity=d.float(0.2, 0.9),
    )


def usual_weights(d):
    made = round_(d)
    del made.inputs["lambda_cycle"], made.inputs["lambda_identity"]
    return made


TRANSLATORS = ("parameters of g_xy", "parameters of g_yx")
JUDGES = ("parameters of d_x", "parameters of d_y")
ALL = ("g_xy", "g_yx", "d_x", "d_y")
LEFT = [f"gradients of {name}" for name in ALL] + [f"state of {name}" for name in ALL]
LEFT += [f"second backward into {name}" for name in ALL[:2]]

cyclegan_step = Check(
    "cyclegan_step(g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5)",
    oracle=by_the_book,
    groups=[
        Group("the translators learn", 2, round_, hidden=2, compare=TRANSLATORS),
        Group("the judges learn, from what the pools return", 2, round_, hidden=2, compare=JUDGES),
        Group(
            "each pool is shown the translations into its domain, once",
            1,
            round_,
            hidden=1,
            compare=["shown to pool_x", "shown to pool_y"],
        ),
        Group(
            "with gradients left over from before, and the usual weights",
            1,
            lambda d: round_(d, stale=True) if d.int(0, 1) else usual_weights(d),
            visible=3,
            hidden=2,
            compare=[*TRANSLATORS, *JUDGES],
        ),
        Group(
            "what is left behind: each one's own gradient, modes and flags as they were",
            1,
            lambda d: round_(d, older=0),
            hidden=1,
            compare=LEFT,
        ),
        Group("the dict", 1, round_, hidden=2, compare=["result"]),
    ],
    mistakes=[
        Mistake(
            "judges first",
            judges_first,
            "The judges learn before the translators in your step. Here the translators begin (in pix2pix it was the other way).",
        ),
        Mistake(
            "translated anew",
            step(anew=True),
            "After their step the translators translate again, and the judges see that. Use the translations of the first turn: "
            "they are made already.",
        ),
        Mistake(
            "pools ignored",
            step(pools=asked_and_ignored),
            "You query the pools, and show the judges the new translations all the same. Show them what the pools return.",
        ),
        Mistake(
            "no pools",
            step(pools=lambda pool_x, pool_y, fake_x, fake_y: (fake_x.detach(), fake_y.detach())),
            "The pools are not used: the judges should see what pool.query(...) returns.",
        ),
        Mistake(
            "no pools, no detach",
            step(pools=lambda pool_x, pool_y, fake_x, fake_y: (fake_x, fake_y)),
            "The judges' turn sends gradients into the translators: the judges see the translations themselves, not what the pools "
            "return.",
        ),
        Mistake(
            "graph used up",
            graph_used_up,
            "The judges' turn ran back into a translator, whose graph is used up. What the pools return is detached; "
            "retain_graph=True would only hide the leak.",
        ),
        Mistake(
            "pools exchanged",
            step(pools=lambda pool_x, pool_y, fake_x, fake_y: (pool_y.query(fake_x), pool_x.query(fake_y))),
            "The pools are exchanged: pool_x keeps translations into X.",
        ),
        Mistake(
            "wrong translations in the pools",
            step(pools=lambda pool_x, pool_y, fake_x, fake_y: (pool_x.query(fake_y), pool_y.query(fake_x))),
            "pool_x is shown translations into Y: d_x would learn from the wrong domain.",
        ),
        Mistake(
            "older pictures exchanged",
            step(
                pools=lambda pool_x, pool_y, fake_x, fake_y: (pool_x.query(fake_x), pool_y.query(fake_y))[
                    ::-1
                ]
            ),
            "d_x is shown what pool_y returned. Its fakes are those of pool_x.",
        ),
        Mistake(
            "one pool for both",
            step(pools=lambda pool_x, pool_y, fake_x, fake_y: (pool_x.query(fake_x), pool_x.query(fake_y))),
            "One pool serves both domains, so that each judge gets pictures of both. pool_y is there for translations into Y.",
        ),
        Mistake(
            "pools asked twice",
            step(
                pools=lambda pool_x, pool_y, fake_x, fake_y: (
                    (pool_x.query(fake_x), pool_y.query(fake_y)),
                    (pool_x.query(fake_x), pool_y.query(fake_y)),
                )[1]
            ),
            "You query a pool twice in one step, so every translation is stored twice. Ask once and keep the answer.",
        ),
        Mistake(
            "translators judged by older pictures",
            fooled_by_the_pool,
            "The translators are judged by what the pools returned, which is detached and not theirs. The pools are for the judges' "
            "turn.",
        ),
        Mistake(
            "judges exchanged in their turn",
            step(judges=lambda d_x, d_y: (d_y, d_x)),
            "In the judges' turn d_x and d_y are exchanged.",
        ),
        Mistake(
            "real pictures exchanged",
            step(reals=lambda x, y: (y, x)),
            "d_x is shown y as real. Its real pictures are x.",
        ),
        Mistake(
            "judges not halved",
            step(judged=lambda r, f: 2 * half_squares(r, f)),
            "The judges' losses lack the factor 1/2.",
        ),
        Mistake(
            "judges halved twice",
            step(join=lambda a, b: (a + b) / 2),
            "The judges' losses are halved once more when you add them.",
        ),
        Mistake(
            "labels swapped",
            step(judged=lambda r, f: half_squares(f, r)),
            "The judges learn to score *fake*: real pictures have the target 1, translations 0.",
        ),
        Mistake(
            "reals only",
            step(judged=lambda r, f: called(r, 1.0) / 2),
            "The judges learn from the real pictures alone.",
        ),
        Mistake(
            "fakes only",
            step(judged=lambda r, f: called(f, 0.0) / 2),
            "The judges learn from the translations alone.",
        ),
        Mistake(
            "judges summed",
            step(judged=lambda r, f: ((r - 1).square().sum() + f.square().sum()) / 2),
            "The judges' losses are sums. Take means.",
        ),
        Mistake(
            "judges' cross-entropy",
            step(judged=lambda r, f: (F.softplus(-r).mean() + F.softplus(f).mean()) / 2),
            "The judges' losses are cross-entropies. CycleGAN takes least squares.",
        ),
        Mistake(
            "one judge learns",
            step(join=lambda a, b: b + 0 * a),
            "d_x does not learn. Both judges' losses are sent back.",
        ),
        Mistake(
            "the other judge learns",
            step(join=lambda a, b: a + 0 * b),
            "d_y does not learn. Both judges' losses are sent back.",
        ),
        Mistake(
            "judges exchanged",
            step(terms(judged=lambda d_x, d_y, fake_x, fake_y: (d_x(fake_y), d_y(fake_x)))),
            "In the translators' turn the judges are exchanged: a translation into Y is judged by d_y.",
        ),
        Mistake(
            "adversarial halved",
            step(terms(adversarial_of=lambda a, b: (a + b) / 2)),
            "The adversarial loss is halved. The half belongs to the judges' losses.",
        ),
        Mistake(
            "adversarial with target 0",
            step(terms(wanted=lambda answers: called(answers, 0.0))),
            "Your translators want to be called fake: the target is 1.",
        ),
        Mistake(
            "detached before the judge",
            step(terms(seen=lambda fake: fake.detach())),
            "In the translators' turn the translations are detached before they are judged.",
        ),
        Mistake(
            "no identity",
            step(terms(join=lambda a, c, i: a + c)),
            "The identity loss is missing.",
        ),
        Mistake("no cycle", step(terms(join=lambda a, c, i: a + i)), "The cycle loss is missing."),
        Mistake(
            "no adversarial",
            step(terms(join=lambda a, c, i: c + i)),
            "The adversarial loss is missing: nothing would be translated.",
        ),
        Mistake(
            "identity of the wrong domain",
            step(terms(identity=of_the_wrong_domain)),
            "You ask g_xy to leave pictures of X as they are: it would never translate. It should leave those of *Y* alone.",
        ),
        Mistake(
            "cycle compared with the translation",
            step(terms(cycle=with_the_translation)),
            "The way back is compared with the translation. Compare it with the picture you set out from.",
        ),
        Mistake(
            "weights not handed on",
            step(terms(weights=lambda c, i: (10.0, 5.0))),
            "lambda_cycle and lambda_identity do not count in your step: hand them on to the loss.",
        ),
        Mistake(
            "identity weighted by its share alone",
            step(terms(weights=lambda c, i: (c, i))),
            "lambda_identity is a share *of lambda_cycle*: the identity loss is weighted by their product.",
        ),
        Mistake(
            "judges not zeroed",
            step(zero=("g",)),
            "The judges also learn what the translators' loss left in their .grad: opt_d.zero_grad() before their backward, after "
            "the translators'.",
        ),
        Mistake(
            "translators not zeroed",
            step(zero=("d",)),
            "The translators' old gradients are added to: opt_g.zero_grad() before backward.",
        ),
        Mistake(
            "never zeroed",
            step(zero=()),
            "Old gradients are added to: call zero_grad() of each optimiser before its backward.",
        ),
        Mistake(
            "zeroed after backward",
            step(zero=("g, late", "d, late")),
            "Nobody learns: when an optimiser steps, its networks have no gradient. Does zero_grad() stand between backward() and "
            "step()?",
        ),
        Mistake(
            "translators do not step",
            step(steps=("", "d")),
            "The translators do not learn: opt_g.step() is missing.",
        ),
        Mistake(
            "judges do not step", step(steps=("g",)), "The judges do not learn: opt_d.step() is missing."
        ),
        Mistake(
            "the wrong optimiser",
            step(steps=("g", "g")),
            "In the judges' turn opt_g steps. It is opt_d's turn.",
        ),
        Mistake(
            "gradients wiped",
            lambda *a, **options: (by_the_book(*a, **options), a[4].zero_grad(), a[5].zero_grad())[0],
            "After your step .grad is empty. Each network should still hold the gradient of its own loss.",
        ),
        Mistake(
            "judges step twice",
            step(steps=("d", "g", "d")),
            "opt_d steps in the translators' turn, too, with the gradient of *their* loss.",
        ),
        Mistake(
            "judges left frozen",
            step(after=lambda g_xy, g_yx, d_x, d_y: frozen(d_x, d_y)),
            "The judges' parameters are frozen when your step is over: turn requires_grad on again.",
        ),
        Mistake(
            "left in eval",
            step(after=lambda g_xy, g_yx, d_x, d_y: (g_xy.eval(), g_yx.eval())),
            "The translators are in eval mode when your step is over.",
        ),
        Mistake(
            "told without the half",
            step(tell=told(d_x=lambda t: 2 * t["d_x"], d_y=lambda t: 2 * t["d_y"])),
            "d_x and d_y in your dict are not halved. They are the judges' losses as they were sent back.",
        ),
        Mistake(
            "adversarial told for the total",
            step(tell=told(g_loss=lambda t: t["adversarial"])),
            "g_loss is the total: adversarial, cycle and identity together.",
        ),
        Mistake(
            "told exchanged",
            step(tell=told(d_x=lambda t: t["d_y"], d_y=lambda t: t["d_x"])),
            "d_x and d_y are exchanged in your dict.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# the schedule --------------------------------------------------------------------------------------------------------


def falling(epoch, n_constant, n_decay):
    """A list of all factors, looked up."""
    factors = [1.0] * n_constant + [(n_decay - k) / (n_decay + 1) for k in range(n_decay)]
    return factors[epoch] if epoch < len(factors) else 0.0


def schedule(d, epoch):
    n_constant, n_decay = d.int(2, 9), d.int(2, 9)
    return case(epoch=epoch(d, n_constant, n_decay), n_constant=n_constant, n_decay=n_decay)


linear_decay = Check(
    "linear_decay(epoch, n_constant, n_decay) -> float",
    oracle=falling,
    groups=[
        Group(
            "constant, then falling",
            1,
            lambda d: schedule(d, lambda d, c, n: d.int(0, c + n - 1)),
            visible=3,
            hidden=8,
            examples=[
                case(epoch=0, n_constant=2, n_decay=3).gives(1.0),
                case(epoch=1, n_constant=2, n_decay=3).gives(1.0),
                case(epoch=2, n_constant=2, n_decay=3).gives(0.75),
                case(epoch=3, n_constant=2, n_decay=3).gives(0.5),
                case(epoch=4, n_constant=2, n_decay=3).gives(0.25),
            ],
        ),
        Group(
            "afterwards, and at the edges",
            1,
            lambda d: schedule(d, lambda d, c, n: c + n + d.int(0, 20)),
            visible=2,
            hidden=4,
            examples=[
                case(epoch=5, n_constant=2, n_decay=3).gives(0.0),
                case(epoch=500, n_constant=2, n_decay=3).gives(0.0),
                case(epoch=0, n_constant=0, n_decay=1).gives(0.5),
                case(epoch=3, n_constant=5, n_decay=0).gives(1.0),
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "falls one epoch late",
            lambda epoch, n_constant, n_decay: max(0.0, 1 - max(0, epoch - n_constant) / (n_decay + 1)),
            "Your factor is still 1 in the first epoch of the decay. There it is n_decay / (n_decay + 1).",
        ),
        Mistake(
            "falls one epoch late, to nothing",
            lambda epoch, n_constant, n_decay: max(0.0, 1 - max(0, epoch - n_constant) / max(1, n_decay)),
            "Your factor is still 1 in the first epoch of the decay, and steps of 1 / n_decay lead to 0 too early. Steps are "
            "1 / (n_decay + 1), the first one in epoch n_constant.",
        ),
        Mistake(
            "last epoch wasted",
            lambda epoch, n_constant, n_decay: max(0.0, 1 - max(0, epoch + 1 - n_constant) / max(1, n_decay)),
            "In your last epoch the factor is 0: it is wasted. Steps of 1 / (n_decay + 1) keep it above.",
        ),
        Mistake(
            "below zero",
            lambda epoch, n_constant, n_decay: 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1),
            "After the decay your factor falls below 0: the training would climb. It stays at 0.",
        ),
        Mistake(
            "above one",
            lambda epoch, n_constant, n_decay: max(0.0, 1 - (epoch + 1 - n_constant) / (n_decay + 1)),
            "Before the decay your factor is above 1. There it is 1.",
        ),
        Mistake(
            "falls from the start",
            lambda epoch, n_constant, n_decay: max(0.0, 1 - epoch / (n_constant + n_decay)),
            "Your factor falls from the first epoch on. For n_constant epochs it stays 1.",
        ),
        Mistake(
            "drops at once",
            lambda epoch, n_constant, n_decay: 1.0 if epoch < n_constant else 0.0,
            "After the constant epochs your factor drops to 0 at once. It falls along a line.",
        ),
        Mistake("never falls", lambda epoch, n_constant, n_decay: 1.0, "Your factor never falls."),
        Mistake(
            "whole numbers",
            lambda epoch, n_constant, n_decay: float(
                max(0, 1 - max(0, epoch + 1 - n_constant) // (n_decay + 1))
            ),
            "// drops the fraction. Divide with /.",
        ),
        Mistake(
            "rises",
            lambda epoch, n_constant, n_decay: min(1.0, max(0, epoch + 1 - n_constant) / (n_decay + 1)),
            "You return how far the decay has come. The factor is 1 minus that.",
        ),
        Mistake(
            "numbers exchanged",
            lambda epoch, n_constant, n_decay: falling(epoch, n_decay, n_constant),
            "n_constant and n_decay are exchanged.",
        ),
        Mistake(
            "halved each epoch",
            lambda epoch, n_constant, n_decay: 0.5 ** max(0, epoch + 1 - n_constant),
            "Your factor falls by equal shares. It falls by equal steps, along a line.",
        ),
        Mistake(
            "half a wave",
            lambda epoch, n_constant, n_decay: (
                0.5 * (1 + math.cos(math.pi * min(1, max(0, epoch + 1 - n_constant) / (n_decay + 1))))
            ),
            "Your factor follows a cosine. It falls along a line.",
        ),
        Mistake(
            "divided by nothing",
            lambda epoch, n_constant, n_decay: (
                1.0 if epoch < n_constant and n_decay else max(0.0, 1 - (epoch + 1 - n_constant) / n_decay)
            ),
            "With n_decay 0 you divide by 0. Steps are 1 / (n_decay + 1).",
        ),
    ],
    barred=OPEN,
)


# how much a translation leaves open ----------------------------------------------------------------------------------


def entropy_column_by_column(joint):
    """Sum over z of p(z) times the entropy of p(x | z), in plain Python."""
    total = 0.0
    for column in joint.T.tolist():
        mass = math.fsum(column)
        total += sum(-p * math.log(p / mass) for p in column if p > 0)
    return number(total)


def entropies(joint):
    """H(X), H(Z), H(X, Z)"""
    return (torch.special.entr(p).sum() for p in (joint.sum(1), joint.sum(0), joint))


def table(d, zeros=False, empty=False):
    joint = d.rand(d.int(2, 4), d.int(3, 5)) ** 2 + 0.01
    if zeros:
        joint = joint * (d.rand(*joint.shape) < 0.6)
        joint[d.int(0, len(joint) - 1), :2] = 0.5
    if empty:
        joint[:, d.int(0, joint.shape[1] - 1)] = 0
    return case(joint=joint / joint.sum())


def flipped(delta):
    """x is one of two with equal chances; z is x, turned into the other with chance delta."""
    return number([[1 - delta, delta], [delta, 1 - delta]]) / 2


conditional_entropy = Check(
    "conditional_entropy(joint)",
    oracle=entropy_column_by_column,
    groups=[
        Group(
            "tables without zeros",
            1,
            table,
            visible=2,
            examples=[
                case(joint=flipped(delta)).gives(
                    number(-delta * math.log(delta) - (1 - delta) * math.log(1 - delta))
                )
                for delta in (0.1, 0.25, 0.5)
            ],
        ),
        Group(
            "tables with zeros",
            1,
            lambda d: table(d, zeros=True),
            visible=2,
            hidden=4,
            examples=[case(joint=flipped(delta)).gives(number(0.0)) for delta in (0.0, 1.0)],
        ),
        Group(
            "a column that never occurs",
            1,
            lambda d: table(d, zeros=bool(d.int(0, 1)), empty=True),
            visible=2,
        ),
    ],
    mistakes=[
        Mistake(
            "z given x",
            lambda joint: entropy_column_by_column(joint.T),
            "You return H(z | x). The columns are z: how open is x once z is known?",
        ),
        Mistake(
            "entropy of x",
            lambda joint: torch.special.entr(joint.sum(1)).sum(),
            "You return H(x): how open x is before anything is known. Divide each column by its sum, p(z).",
        ),
        Mistake(
            "entropy of z",
            lambda joint: torch.special.entr(joint.sum(0)).sum(),
            "You return H(z). Asked for is what stays open about x once z is known.",
        ),
        Mistake(
            "joint entropy",
            lambda joint: torch.special.entr(joint).sum(),
            "You return H(x, z), the openness of the pair. Subtract H(z), or take the logarithm of p(x | z).",
        ),
        Mistake(
            "mutual information",
            lambda joint: (lambda x, z, xz: x + z - xz)(*entropies(joint)),
            "You return the mutual information, what z tells about x. Asked for is what z does not tell.",
        ),
        Mistake(
            "bits",
            lambda joint: entropy_column_by_column(joint) / math.log(2),
            "Your unit is the bit (log2). Nats have the natural logarithm.",
        ),
        Mistake(
            "decimal logarithm",
            lambda joint: entropy_column_by_column(joint) / math.log(10),
            "You take the decimal logarithm. Nats have the natural one.",
        ),
        Mistake(
            "negative",
            lambda joint: -entropy_column_by_column(joint),
            "The minus sign is missing: entropy is not negative.",
        ),
        Mistake(
            "columns not weighted",
            lambda joint: torch.special.entr(joint / joint.sum(0)).nan_to_num().sum(),
            "You add up the columns' entropies without weights. Each counts with its p(z).",
        ),
        Mistake(
            "columns averaged",
            lambda joint: torch.special.entr(joint / joint.sum(0)).nan_to_num().sum(0).mean(),
            "You average the columns' entropies as if all z were equally likely. Each counts with its p(z).",
        ),
        Mistake(
            "a vector",
            lambda joint: torch.special.entr(joint / joint.sum(0)).nan_to_num().sum(0),
            "You return one number for each z. Weigh them with p(z) and add up.",
        ),
        Mistake(
            "a weighted vector",
            lambda joint: -torch.xlogy(joint, joint / joint.sum(0)).nan_to_num().sum(0),
            "You return one number for each z. Add them up.",
        ),
        Mistake(
            "the worst column",
            lambda joint: torch.special.entr(joint / joint.sum(0)).nan_to_num().sum(0).max(),
            "You return the largest of the columns' entropies. Weigh them with p(z) and add up.",
        ),
        Mistake(
            "mean over all entries",
            lambda joint: -(torch.xlogy(joint, joint / joint.sum(0))).nan_to_num().mean(),
            "You take a mean over the entries. They are weighted by p(x, z) already: sum.",
        ),
        Mistake(
            "NaN",
            lambda joint: -(joint * (joint / joint.sum(0)).log()).sum(),
            "0 · log 0 came out as NaN. It counts as 0: leave the zeros out, or use torch.xlogy.",
        ),
        Mistake(
            "NaN of joint entropies",
            lambda joint: -(joint * joint.log()).sum() + (joint.sum(0) * joint.sum(0).log()).sum(),
            "0 · log 0 came out as NaN. It counts as 0: leave the zeros out, or use torch.xlogy.",
        ),
        Mistake(
            "NaN of an empty column",
            lambda joint: -torch.xlogy(joint, joint / joint.sum(0)).sum(),
            "Where a z never occurs you divide 0 by 0. Such a column adds nothing: leave it out.",
        ),
        Mistake(
            "NaN of an empty column's entropy",
            lambda joint: (joint.sum(0) * torch.special.entr(joint / joint.sum(0)).sum(0)).sum(),
            "Where a z never occurs you divide 0 by 0. Such a column adds nothing: leave it out.",
        ),
        Mistake(
            "a little added",
            lambda joint: -(joint * ((joint + 1e-8) / (joint + 1e-8).sum(0)).log()).sum(),
            "You add a small number before the logarithm, which changes the result a little. Leave the zeros out instead.",
        ),
        Mistake(
            "rows divided",
            lambda joint: -torch.xlogy(joint, joint / joint.sum(1, keepdim=True)).nan_to_num().sum(),
            "You divide each row by its sum, p(x): that is H(z | x). The columns are z.",
        ),
    ],
    barred=OPEN,
)


# the clinic ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "no cycle": "Without the cycle nothing calls a picture back: the third row would have nothing of the first, and many "
    "translations would look alike. Compare the rows.",
    "judges exchanged": "Where the judges are exchanged a translator pleases its judge by changing nothing: the judges' losses *and* "
    "the adversarial loss fall, which cannot be in an honest game. Do both fall?",
    "cycle compared with the translation": "Where the way back is compared with the translation, the way back learns to do nothing: "
    "the third row would look like the second. Does it?",
    "judges frozen": "Judges that do not learn have losses that only the translators move. See whether theirs ever fall.",
    "identity of the wrong domain": "Where g_xy is asked to leave X alone it hardly translates: the second row would look like the "
    "first. Does it, and what do the judges say of it?",
    "cycle one way only": "Where only the cycle from X counts the other one is left to chance. Pictures of X would come back well.",
    "wrong range": "Pictures in [0, 1] have no black: the translations would be pale, and nothing dark would come back.",
    "wrong sign": "Translators that want to look fake send their adversarial loss up without end. Does it climb?",
}
PATIENTS = {
    "A": "cycle compared with the translation",
    "B": "judges frozen",
    "C": "no cycle",
    "D": "judges exchanged",
}


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


def trained(one=by_the_book, rate=None, both=True, factor=falling):
    """The loop of the clinic, mended or not: each epoch its rate and one step."""

    def loop(g_xy, g_yx, d_x, d_y, opt_g, opt_d, xs, ys, pool_x, pool_y, n_constant, n_decay):
        optimisers = [opt_g, opt_d] if both else [opt_g]
        start = [optimiser.param_groups[0]["lr"] for optimiser in optimisers]
        rates = []
        for epoch, (x, y) in enumerate(zip(xs, ys)):
            for optimiser, first in zip(optimisers, start):
                group = optimiser.param_groups[0]
                before = group["lr"] if rate == "compounded" else first
                group["lr"] = before * factor(epoch, n_constant, n_decay)
            rates.append(opt_g.param_groups[0]["lr"])
            one(g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y)
        return rates

    return loop


def epochs(d, n_constant, n_decay, older):
    made = round_(d, older=older)
    for name in ("x", "y", "lambda_cycle", "lambda_identity"):
        del made.inputs[name]
    n = n_constant + n_decay
    for name in ("opt_g", "opt_d"):
        made.inputs[name]["lr"] *= 0.1
    more = {"xs": d.randn(n, 3, 2, 4, 5), "ys": d.randn(n, 3, 2, 4, 5)}
    return case(**made.inputs, **more, n_constant=n_constant, n_decay=n_decay)


training = Check(
    "training(g_xy, g_yx, d_x, d_y, opt_g, opt_d, xs, ys, pool_x, pool_y, n_constant, n_decay)",
    oracle=trained(),
    groups=[
        Group(
            "at a constant rate",
            1,
            lambda d: epochs(d, d.int(2, 3), 0, 2),
            compare=["result", *TRANSLATORS, *JUDGES, "shown to pool_x", "shown to pool_y"],
        ),
        Group(
            "a falling rate, and empty pools",
            1,
            lambda d: epochs(d, d.int(1, 2), d.int(2, 3), 0),
            compare=["result", *TRANSLATORS, *JUDGES],
        ),
    ],
    mistakes=[
        Mistake(
            "pools ignored",
            trained(step(pools=asked_and_ignored)),
            "The pools are asked, and what they return is not used: the judges still see the new translations only.",
        ),
        Mistake(
            "rates compounded",
            trained(rate="compounded"),
            "The rate falls much too fast. What is the factor multiplied with, in the third epoch of the decay?",
        ),
        Mistake(
            "still broken",
            trained(step(pools=asked_and_ignored), rate="compounded"),
            "This is still the broken loop. What do the judges see? And what is the factor multiplied with?",
        ),
        Mistake(
            "pools gone",
            trained(step(pools=lambda pool_x, pool_y, fake_x, fake_y: (fake_x.detach(), fake_y.detach()))),
            "The pools are not asked any more. The judges should see what they return.",
        ),
        Mistake(
            "judges' rate forgotten",
            trained(both=False),
            "Only the translators' rate falls. The judges' falls with it.",
        ),
        Mistake(
            "rate constant",
            trained(factor=lambda epoch, n_constant, n_decay: 1.0),
            "The rate does not fall any more.",
        ),
        Mistake(
            "rate late",
            trained(
                factor=lambda epoch, n_constant, n_decay: falling(max(0, epoch - 1), n_constant, n_decay)
            ),
            "The rate of an epoch is set after its step. Set it before.",
        ),
    ],
    barred=OPEN,
)


assignment = Assignment(
    "a6_cyclegan",
    seed=61207,
    checks=[
        ResnetGenerator,
        cycle_consistency_loss,
        identity_loss,
        ImagePool,
        cyclegan_generator_loss,
        cyclegan_step,
        linear_decay,
        conditional_entropy,
        diagnosis,
        training,
    ],
)

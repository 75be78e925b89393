"""What is right in a2_gan, function by function. Not released: the seed fixes the hidden cases.

The oracles are torch's binary cross-entropy, plain loops over layers, and, for the Fréchet distance, singular values.
How a definition reads is explained in course_lib/grading/checks.py.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Draw, Group, Mistake, case, net, sgd

OPEN = Barred(
    modules=frozenset({"course_lib.gan", "course_lib.dcgan", "course_lib.latent", "course_lib.metrics"})
)


def number(value):
    """A tensor of one number, or of nested lists of them, in float64 from the start."""
    return torch.tensor(value, dtype=torch.float64)


def vector(*numbers):
    return number(numbers)


# the game of 2014 ----------------------------------------------------------------------------------------------------


def called(logits, label):
    """The mean cross-entropy of logits that should all say `label`; torch's own."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def cross_entropy(real_logits, fake_logits):
    return called(real_logits, 1.0) + called(fake_logits, 0.0)


def logits(d):
    return case(real_logits=2 * d.randn(d.int(3, 5)), fake_logits=2 * d.randn(d.int(6, 8)))


def patches(d):
    n = d.int(2, 3)
    return case(real_logits=d.randn(n, 1, 2, 3), fake_logits=d.randn(n + 1, 1, 2, 3))


def far_out(d, n):
    return d.float(2_000, 10_000) * torch.where(d.rand(n) < 0.5, -1.0, 1.0).double()


def unsafe(probability):
    """Cross-entropy by way of probabilities, as `probability` makes them safe or does not."""

    def loss(real_logits, fake_logits):
        d_real, d_fake = real_logits.sigmoid(), fake_logits.sigmoid()
        return -probability(d_real).mean() - probability(1 - d_fake).mean()

    return loss


discriminator_loss = Check(
    "discriminator_loss(real_logits, fake_logits)",
    oracle=cross_entropy,
    groups=[
        Group(
            "batches of logits",
            1,
            logits,
            visible=2,
            examples=[
                case(real_logits=vector(0), fake_logits=vector(0)).gives(number(2 * math.log(2))),
                case(real_logits=vector(math.log(3)), fake_logits=vector(math.log(1 / 3))).gives(
                    number(2 * math.log(4 / 3))
                ),
            ],
        ),
        Group("maps of logits, and gradients", 1, patches, gradients=True),
        Group(
            "logits of up to ±10,000, and gradients",
            1,
            lambda d: case(real_logits=far_out(d, 4), fake_logits=far_out(d, 4)),
            examples=[case(real_logits=vector(-10_000, 50), fake_logits=vector(10_000, -50))],
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "labels swapped",
            lambda real_logits, fake_logits: cross_entropy(fake_logits, real_logits),
            "Your D learns to score *fake*: the labels are swapped. Here a real image should get a large logit.",
        ),
        Mistake(
            "wrong sign",
            lambda real_logits, fake_logits: -cross_entropy(real_logits, fake_logits),
            "Your value is the value of the game, which D *raises*. A loss is minimised: turn the sign.",
        ),
        Mistake(
            "halved",
            lambda real_logits, fake_logits: cross_entropy(real_logits, fake_logits) / 2,
            "Your loss is half of what is asked for: the two means are added, not averaged.",
        ),
        Mistake(
            "one mean",
            lambda real_logits, fake_logits: F.softplus(
                torch.cat([-real_logits.flatten(), fake_logits.flatten()])
            ).mean(),
            "You take one mean over both kinds of image. Take a mean over each kind, and add the two.",
        ),
        Mistake(
            "summed",
            lambda real_logits, fake_logits: F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum(),
            "You sum over the batch. The loss is a mean over it, so that it does not grow with the batch.",
        ),
        Mistake(
            "summed over each image",
            lambda real_logits, fake_logits: (
                F.softplus(-real_logits).flatten(1).sum(1).mean()
                + F.softplus(fake_logits).flatten(1).sum(1).mean()
                if real_logits.ndim > 1
                else cross_entropy(real_logits, fake_logits)
            ),
            "With a map of logits for each image you sum over the map. Take the mean over all logits.",
        ),
        Mistake(
            "no mean",
            lambda real_logits, fake_logits: F.softplus(-real_logits) + F.softplus(fake_logits),
            "The loss is one number: take the mean over each batch before you add.",
        ),
        Mistake(
            "sigmoid twice",
            lambda real_logits, fake_logits: cross_entropy(real_logits.sigmoid(), fake_logits.sigmoid()),
            "Your output equals the loss with the sigmoid applied twice: softplus, logsigmoid and the functions "
            "“with logits” apply it themselves.",
        ),
        Mistake(
            "logits taken for probabilities",
            lambda real_logits, fake_logits: -real_logits.log().mean() - (1 - fake_logits).log().mean(),
            "You take the logarithm of a logit. D(x) = sigmoid(logit) is what stands in the formula.",
        ),
        Mistake(
            "logits given to the loss of probabilities",
            lambda real_logits, fake_logits: (
                F.binary_cross_entropy(real_logits, torch.ones_like(real_logits))
                + F.binary_cross_entropy(fake_logits, torch.zeros_like(fake_logits))
            ),
            "binary_cross_entropy takes probabilities, and you hand it logits. There is one “with logits”.",
        ),
        Mistake(
            "infinite",
            unsafe(torch.log),
            "Where D is sure and wrong your loss is infinite or NaN: log(sigmoid(l)) rounds sigmoid(l) to 0 first. Take "
            "the logarithm by logsigmoid or softplus.",
        ),
        Mistake(
            "clamped",
            lambda real_logits, fake_logits: (
                F.binary_cross_entropy(real_logits.sigmoid(), torch.ones_like(real_logits))
                + F.binary_cross_entropy(fake_logits.sigmoid(), torch.zeros_like(fake_logits))
            ),
            "Where D is sure and wrong your loss stops at 100 and its gradient is 0: BCELoss clamps its logarithms. Take "
            "the logarithm by logsigmoid or softplus.",
        ),
        Mistake(
            "a little added",
            unsafe(lambda p: (p + 1e-8).log()),
            "You add a small number before the logarithm. That keeps the loss finite, but it is another loss, and flat where "
            "D is sure and wrong. logsigmoid or softplus need no such help.",
        ),
        Mistake(
            "only real",
            lambda real_logits, fake_logits: called(real_logits, 1.0),
            "Only the real images count in your loss. A D that always says “real” would be perfect.",
        ),
        Mistake(
            "only fake",
            lambda real_logits, fake_logits: called(fake_logits, 0.0),
            "Only the generated images count in your loss. A D that always says “fake” would be perfect.",
        ),
        Mistake(
            "all called real",
            lambda real_logits, fake_logits: called(real_logits, 1.0) + called(fake_logits, 1.0),
            "You ask D to call the generated images real. That is what G wants; D should call them fake.",
        ),
        Mistake(
            "difference",
            lambda real_logits, fake_logits: called(real_logits, 1.0) - called(fake_logits, 0.0),
            "The part of the generated images has the wrong sign: both parts are losses, and are added.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


def non_saturating(fake_logits, saturating=False):
    return -called(fake_logits, 0.0) if saturating else called(fake_logits, 1.0)


def for_generator(plain, saturating):
    """A mistake: what is done instead, without and with `saturating`."""

    def wrong(fake_logits, **options):
        return (saturating if options.get("saturating", False) else plain)(fake_logits)

    return wrong


def unsafe_generator(log):
    return for_generator(
        lambda fake_logits: -log(fake_logits.sigmoid()).mean(),
        lambda fake_logits: log(1 - fake_logits.sigmoid()).mean(),
    )


def either(d, scale=2.0):
    return case(fake_logits=scale * d.randn(d.int(4, 7)), saturating=d.choice([True, False]))


generator_loss = Check(
    "generator_loss(fake_logits, saturating=False)",
    oracle=non_saturating,
    groups=[
        Group(
            "the non-saturating loss",
            1,
            lambda d: case(fake_logits=2 * d.randn(d.int(4, 7))),
            visible=2,
            examples=[case(fake_logits=vector(math.log(1 / 3))).gives(number(math.log(4)))],
        ),
        Group(
            "the saturating loss",
            1,
            lambda d: case(fake_logits=2 * d.randn(d.int(4, 7)), saturating=True),
            visible=2,
            examples=[
                case(fake_logits=vector(math.log(1 / 3)), saturating=True).gives(number(math.log(3 / 4)))
            ],
        ),
        Group(
            "maps of logits, and gradients",
            1,
            lambda d: case(fake_logits=d.randn(d.int(2, 3), 1, 2, 3), saturating=d.choice([True, False])),
            visible=2,
            hidden=4,
            gradients=True,
        ),
        Group(
            "logits of up to ±10,000, and gradients",
            1,
            lambda d: case(fake_logits=far_out(d, 4), saturating=d.choice([True, False])),
            examples=[
                case(fake_logits=vector(-10_000, 50, 0)),
                case(fake_logits=vector(10_000, -50, 0), saturating=True),
            ],
            hidden=4,
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "swapped",
            lambda fake_logits, saturating=False: non_saturating(fake_logits, not saturating),
            "The two losses are exchanged: log(1 - D) is the one that saturates.",
        ),
        Mistake(
            "flag ignored",
            lambda fake_logits, saturating=False: non_saturating(fake_logits),
            "`saturating` is ignored: with True the loss is the mean of log(1 - D).",
        ),
        Mistake(
            "always saturating",
            lambda fake_logits, saturating=False: non_saturating(fake_logits, True),
            "Without `saturating` the loss is the mean of -log D. You return log(1 - D) always.",
        ),
        Mistake(
            "wrong sign",
            lambda fake_logits, saturating=False: -non_saturating(fake_logits, saturating),
            "The sign is turned: minimising your loss makes the logits of generated images *fall*. G wants them to rise.",
        ),
        Mistake(
            "wrong sign, non-saturating",
            for_generator(lambda u: -called(u, 1.0), lambda u: -called(u, 0.0)),
            "The non-saturating loss has the wrong sign: G minimises *minus* log D.",
        ),
        Mistake(
            "wrong sign, saturating",
            for_generator(lambda u: called(u, 1.0), lambda u: called(u, 0.0)),
            "The saturating loss has the wrong sign: G minimises log(1 - D) as it stands, without a minus.",
        ),
        Mistake(
            "the slides' D",
            for_generator(lambda u: called(u, 0.0), lambda u: -called(u, 1.0)),
            "Your losses are those for a D that scores *fake*. Here D returns a logit of “real” (lecture 05, section 2).",
        ),
        Mistake(
            "the slides' D, non-saturating",
            for_generator(lambda u: called(u, 0.0), lambda u: -called(u, 0.0)),
            "Your non-saturating loss asks G to look fake: it calls generated images 0. G wants them called 1.",
        ),
        Mistake(
            "both turned",
            for_generator(lambda u: called(u, 1.0), lambda u: -called(u, 1.0)),
            "With `saturating` you return log D. The saturating loss is log(1 - D).",
        ),
        Mistake(
            "summed",
            for_generator(lambda u: F.softplus(-u).sum(), lambda u: -F.softplus(u).sum()),
            "You sum over the batch. The loss is a mean over it.",
        ),
        Mistake(
            "no mean",
            for_generator(lambda u: F.softplus(-u), lambda u: -F.softplus(u)),
            "The loss is one number: take the mean over all logits.",
        ),
        Mistake(
            "halved",
            for_generator(lambda u: called(u, 1.0) / 2, lambda u: -called(u, 0.0) / 2),
            "Your loss is half of what is asked for.",
        ),
        Mistake(
            "sigmoid twice",
            lambda fake_logits, saturating=False: non_saturating(fake_logits.sigmoid(), saturating),
            "Your output equals the loss with the sigmoid applied twice: softplus, logsigmoid and the functions "
            "“with logits” apply it themselves.",
        ),
        Mistake(
            "logits taken for probabilities",
            for_generator(lambda u: -u.log().mean(), lambda u: (1 - u).log().mean()),
            "You take the logarithm of a logit. D = sigmoid(logit) is what stands in the formula.",
        ),
        Mistake(
            "logits given to the loss of probabilities",
            for_generator(
                lambda u: F.binary_cross_entropy(u, torch.ones_like(u)),
                lambda u: -F.binary_cross_entropy(u, torch.zeros_like(u)),
            ),
            "binary_cross_entropy takes probabilities, and you hand it logits. There is one “with logits”.",
        ),
        Mistake(
            "infinite",
            unsafe_generator(torch.log),
            "Far out your loss is infinite or NaN: sigmoid(l) rounds to 0 or 1 before the logarithm is taken. Use logsigmoid "
            "or softplus.",
        ),
        Mistake(
            "clamped",
            for_generator(
                lambda u: F.binary_cross_entropy(u.sigmoid(), torch.ones_like(u)),
                lambda u: -F.binary_cross_entropy(u.sigmoid(), torch.zeros_like(u)),
            ),
            "Far out your loss stops at 100 and its gradient is 0: BCELoss clamps its logarithms. Use logsigmoid or softplus.",
        ),
        Mistake(
            "a little added",
            unsafe_generator(lambda p: (p + 1e-8).log()),
            "You add a small number before the logarithm. It is another loss, flat where G needs it most. logsigmoid or "
            "softplus need no such help.",
        ),
        Mistake(
            "no logarithm",
            for_generator(lambda u: -u.sigmoid().mean(), lambda u: (1 - u.sigmoid()).mean()),
            "The logarithm is missing: your loss is made of probabilities.",
        ),
        Mistake(
            "plain logit",
            for_generator(lambda u: -u.mean(), lambda u: -u.mean()),
            "You minimise minus the logit. That is the hinge game's loss of G (lecture 12); here -log D is asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# least squares -------------------------------------------------------------------------------------------------------


def squares(real, fake, a=1.0, b=0.0):
    return F.mse_loss(real, torch.full_like(real, a)) + F.mse_loss(fake, torch.full_like(fake, b))


def outputs(d, *shape):
    n = d.int(2, 4)
    return case(real=2 * d.randn(n, *shape), fake=2 * d.randn(n + d.int(1, 3), *shape))


lsgan_discriminator_loss = Check(
    "lsgan_discriminator_loss(real, fake)",
    oracle=squares,
    groups=[
        Group(
            "values",
            1,
            outputs,
            visible=2,
            examples=[case(real=vector(3, 1), fake=vector(1)).gives(number(3.0))],
        ),
        Group("maps, and gradients", 1, lambda d: outputs(d, 1, 2, 2), gradients=True),
    ],
    mistakes=[
        Mistake(
            "targets swapped",
            lambda real, fake: squares(real, fake, 0.0, 1.0),
            "The targets are swapped: D should give real images 1 and generated ones 0.",
        ),
        Mistake(
            "target -1",
            lambda real, fake: squares(real, fake, 1.0, -1.0),
            "Your target for generated images is -1. Here it is 0.",
        ),
        Mistake(
            "all called real",
            lambda real, fake: squares(real, fake, 1.0, 1.0),
            "Generated images have the target 0 here; 1 is G's wish.",
        ),
        Mistake(
            "halved",
            lambda real, fake: squares(real, fake) / 2,
            "There is a factor of one half. Here there is none.",
        ),
        Mistake(
            "summed",
            lambda real, fake: (real - 1).square().sum() + fake.square().sum(),
            "You sum over the batch. The loss is a mean over it.",
        ),
        Mistake(
            "one mean",
            lambda real, fake: torch.cat([(real - 1).flatten(), fake.flatten()]).square().mean(),
            "You take one mean over both kinds of image. Take a mean over each kind, and add the two.",
        ),
        Mistake(
            "sigmoid",
            lambda real, fake: squares(real.sigmoid(), fake.sigmoid()),
            "You apply a sigmoid first. Least squares compares what D returns, as it is.",
        ),
        Mistake(
            "absolute",
            lambda real, fake: (real - 1).abs().mean() + fake.abs().mean(),
            "You take absolute values. Least squares takes squares.",
        ),
        Mistake(
            "mean squared",
            lambda real, fake: (real.mean() - 1) ** 2 + fake.mean() ** 2,
            "You square the mean. Take the mean of the squares: each image has to hit its target.",
        ),
        Mistake(
            "difference",
            lambda real, fake: (real - 1).square().mean() - fake.square().mean(),
            "The second part has the wrong sign: both parts are losses, and are added.",
        ),
        Mistake(
            "only real",
            lambda real, fake: squares(real, 0 * fake),
            "The generated images do not count in your loss.",
        ),
        Mistake(
            "only fake",
            lambda real, fake: squares(0 * real + 1, fake),
            "The real images do not count in your loss.",
        ),
        Mistake(
            "one not subtracted",
            lambda real, fake: (real**2 - 1).mean() + (fake**2).mean(),
            "You subtract 1 after squaring. Count the brackets: (D(x) - 1)².",
        ),
        Mistake(
            "cross-entropy",
            cross_entropy,
            "This is the cross-entropy of section 1. Least squares is asked for.",
        ),
    ],
    barred=OPEN,
)

lsgan_generator_loss = Check(
    "lsgan_generator_loss(fake)",
    oracle=lambda fake: squares(torch.ones_like(fake), fake, b=1.0),
    groups=[
        Group(
            "values",
            1,
            lambda d: case(fake=2 * d.randn(d.int(3, 6))),
            visible=2,
            examples=[case(fake=vector(3, 0)).gives(number(2.5))],
        ),
        Group(
            "maps, and gradients", 1, lambda d: case(fake=2 * d.randn(d.int(2, 4), 1, 2, 2)), gradients=True
        ),
    ],
    mistakes=[
        Mistake(
            "target 0",
            lambda fake: fake.square().mean(),
            "Your target is 0: G would learn to look fake. It wants D to say 1.",
        ),
        Mistake(
            "target -1", lambda fake: (fake + 1).square().mean(), "Your target is -1. G wants D to say 1."
        ),
        Mistake(
            "halved",
            lambda fake: (fake - 1).square().mean() / 2,
            "There is a factor of one half. Here there is none.",
        ),
        Mistake(
            "summed",
            lambda fake: (fake - 1).square().sum(),
            "You sum over the batch. The loss is a mean over it.",
        ),
        Mistake(
            "sigmoid",
            lambda fake: (fake.sigmoid() - 1).square().mean(),
            "You apply a sigmoid first. Least squares compares what D returns, as it is.",
        ),
        Mistake(
            "absolute",
            lambda fake: (fake - 1).abs().mean(),
            "You take absolute values. Least squares takes squares.",
        ),
        Mistake(
            "mean squared",
            lambda fake: (fake.mean() - 1) ** 2,
            "You square the mean. Take the mean of the squares: each image has to hit its target.",
        ),
        Mistake(
            "wrong sign",
            lambda fake: -(fake - 1).square().mean(),
            "The sign is turned: your G flees its target.",
        ),
        Mistake(
            "minus D's part",
            lambda fake: -fake.square().mean(),
            "You minimise minus D's own part. That pushes D's output away from 0 in either direction; the target is 1.",
        ),
        Mistake(
            "one not subtracted",
            lambda fake: (fake**2 - 1).mean(),
            "You subtract 1 after squaring. Count the brackets: (D(G(z)) - 1)².",
        ),
        Mistake(
            "cross-entropy",
            lambda fake: called(fake, 1.0),
            "This is the loss of section 1. Least squares is asked for.",
        ),
    ],
    barred=OPEN,
)


# the two networks ----------------------------------------------------------------------------------------------------


class Stack(nn.Sequential):
    """Layers that begin with a code, or end with a logit."""

    def forward(self, x):
        x = super().forward(x[:, :, None, None] if x.ndim == 2 else x)
        return x.flatten() if x.shape[1:] == (1, 1, 1) else x


def up(i, o, kernel=4, stride=2, padding=1, bias=False, **other):
    return nn.ConvTranspose2d(i, o, kernel, stride, padding, bias=bias, **other)


def down(i, o, kernel=4, stride=2, padding=1, bias=False):
    return nn.Conv2d(i, o, kernel, stride, padding, bias=bias)


def generator(
    widths=(4, 2, 1),
    first=lambda i, o: up(i, o, 4, 1, 0),
    layer=up,
    last=up,
    norm=nn.BatchNorm2d,
    norm_first=nn.BatchNorm2d,
    act=nn.ReLU,
    end=(nn.Tanh,),
    swapped=False,
):
    """DCGAN's generator for 32 px, with parts exchanged."""

    def build(z_dim, base_channels, out_channels):
        channels = [z_dim, *(w * base_channels for w in widths)]
        layers = []
        for k in range(len(widths)):
            layers.append((first if k == 0 else layer)(channels[k], channels[k + 1]))
            pair = [(norm_first if k == 0 else norm)(channels[k + 1]), act()]
            layers += pair[::-1] if swapped else pair
        layers.append(last(channels[-1], out_channels))
        return Stack(*layers, *(part() for part in end))

    return build


TRACES = ("trace", "trace, weights negative")


def nothing(*_):
    return nn.Identity()


def codes(d, low=None):
    """Codes of moderate length; `low` adds two that all layers see as strongly negative and positive."""
    z_dim = d.int(3, 5)
    z = (
        d.randn(2, z_dim)
        if low is None
        else torch.cat([d.randn(1, z_dim), low * vector([1], [-1]).expand(2, z_dim)])
    )
    return case(z_dim=z_dim, base_channels=d.int(2, 3), out_channels=d.choice([1, 3])).module(8 * z)


Generator = Check(
    "Generator(z_dim, base_channels, out_channels)",
    oracle=generator(),
    groups=[
        Group("number of parameters", 2, codes, visible=2, hidden=2, compare=["number of parameters"]),
        Group(
            "shapes of the image and of the maps on the way", 2, codes, hidden=2, compare=["shape", "maps"]
        ),
        Group(
            "what it computes when all weights are equal",
            2,
            lambda d: codes(d, -50.0),
            visible=2,
            compare=TRACES,
        ),
    ],
    mistakes=[
        Mistake(
            "biases",
            generator(
                first=lambda i, o: up(i, o, 4, 1, 0, True),
                layer=lambda i, o: up(i, o, bias=True),
                last=lambda i, o: up(i, o, bias=True),
            ),
            "Your convolutions have biases. BatchNorm takes a bias away again: bias=False, as the table says.",
        ),
        Mistake(
            "biases before BatchNorm",
            generator(first=lambda i, o: up(i, o, 4, 1, 0, True), layer=lambda i, o: up(i, o, bias=True)),
            "The convolutions before BatchNorm have biases, which BatchNorm takes away again: bias=False.",
        ),
        Mistake(
            "a bias at the end",
            generator(last=lambda i, o: up(i, o, bias=True)),
            "Your last convolution has a bias. The table has none.",
        ),
        Mistake(
            "no BatchNorm",
            generator(norm=nothing, norm_first=nothing),
            "BatchNorm is missing after the first three convolutions.",
        ),
        Mistake(
            "no first BatchNorm",
            generator(norm_first=nothing),
            "BatchNorm is missing after the first convolution. (It is D whose *first* layer has none.)",
        ),
        Mistake(
            "BatchNorm at the end",
            generator(last=lambda i, o: nn.Sequential(up(i, o), nn.BatchNorm2d(o))),
            "There is BatchNorm on the image. It would take the picture's own brightness and contrast away.",
        ),
        Mistake(
            "BatchNorm without scale and shift",
            generator(
                norm=lambda c: nn.BatchNorm2d(c, affine=False),
                norm_first=lambda c: nn.BatchNorm2d(c, affine=False),
            ),
            "Your BatchNorm has no scale and shift of its own (affine=False).",
        ),
        Mistake(
            "BatchNorm after the activation",
            generator(swapped=True),
            "The order is convolution, BatchNorm, ReLU. Yours normalises after the ReLU.",
        ),
        Mistake(
            "leaky",
            generator(act=lambda: nn.LeakyReLU(0.2)),
            "Your generator uses LeakyReLU. That is D's; G has ReLU.",
        ),
        Mistake(
            "no activation",
            generator(act=nn.Identity),
            "There is no ReLU between the layers: your G is linear but for the end.",
        ),
        Mistake(
            "tanh everywhere",
            generator(act=nn.Tanh),
            "Tanh stands between the layers. There is ReLU; tanh comes at the end only.",
        ),
        Mistake(
            "sigmoid at the end",
            generator(end=(nn.Sigmoid,)),
            "The image ends in a sigmoid, in (0, 1). Images lie in [-1, 1]: tanh.",
        ),
        Mistake(
            "no tanh",
            generator(end=()),
            "The tanh at the end is missing: nothing keeps the image in [-1, 1].",
        ),
        Mistake(
            "ReLU before tanh",
            generator(end=(nn.ReLU, nn.Tanh)),
            "A ReLU stands before tanh: your images have no dark half.",
        ),
        Mistake(
            "ReLU at the end",
            generator(end=(nn.ReLU,)),
            "The image ends in a ReLU. Images lie in [-1, 1]: tanh.",
        ),
        Mistake(
            "widths the wrong way",
            generator(widths=(1, 2, 4)),
            "Your channels grow along G. They shrink: 4, 2 and 1 times base_channels.",
        ),
        Mistake(
            "constant width",
            generator(widths=(1, 1, 1)),
            "All your maps have base_channels. The first has 4 times, the second 2 times as many.",
        ),
        Mistake(
            "twice as wide",
            generator(widths=(8, 4, 2)),
            "Your maps are twice as wide: 8, 4 and 2 times base_channels where it is 4, 2 and 1.",
        ),
        Mistake(
            "one layer more",
            generator(widths=(8, 4, 2, 1)),
            "You built the network for 64 px: this one has four convolutions, for 32 px.",
        ),
        Mistake(
            "one layer less",
            generator(widths=(4, 2)),
            "A stage is missing: 1 → 4 → 8 → 16 → 32 takes four convolutions.",
        ),
        Mistake(
            "first like the others",
            generator(first=up),
            "Your first convolution has stride 2 and padding 1 and gives 2 × 2. Stride 1 and padding 0 lead from 1 × 1 to 4 × 4.",
        ),
        Mistake(
            "kernel 3",
            generator(
                layer=lambda i, o: up(i, o, 3, output_padding=1),
                last=lambda i, o: up(i, o, 3, output_padding=1),
            ),
            "Your kernels are 3 × 3, which prints a checkerboard. Kernel 4 with stride 2 and padding 1 doubles the size evenly.",
        ),
        Mistake(
            "kernel 2",
            generator(layer=lambda i, o: up(i, o, 2, 2, 0), last=lambda i, o: up(i, o, 2, 2, 0)),
            "Your kernels are 2 × 2: neighbours share nothing. Kernel 4, stride 2, padding 1.",
        ),
        Mistake(
            "no padding",
            generator(layer=lambda i, o: up(i, o, 4, 2, 0), last=lambda i, o: up(i, o, 4, 2, 0)),
            "Without padding 1 the maps come out as 10, 22 and 46 instead of 8, 16 and 32.",
        ),
        Mistake(
            "resized",
            generator(
                layer=lambda i, o: nn.Sequential(
                    nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 3, 1, 1, bias=False)
                ),
                last=lambda i, o: nn.Sequential(
                    nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 3, 1, 1, bias=False)
                ),
            ),
            "You resize and convolve. That works well too (lecture 02), but the table has transposed convolutions.",
        ),
        Mistake(
            "frozen",
            lambda *a: generator()(*a).requires_grad_(False),
            "Your parameters do not ask for gradients (requires_grad is False): nothing could be learned.",
        ),
    ],
    barred=OPEN,
)


def discriminator(
    widths=(1, 2, 4),
    layer=down,
    first=None,
    last=lambda i: down(i, 1, 4, 1, 0),
    norm=nn.BatchNorm2d,
    norm_first=nothing,
    act=lambda: nn.LeakyReLU(0.2),
    end=None,
    swapped=False,
):
    """DCGAN's discriminator for 32 px, with parts exchanged."""

    def build(in_channels, base_channels):
        channels = [in_channels, *(w * base_channels for w in widths)]
        layers = []
        for k in range(len(widths)):
            layers.append((first or layer if k == 0 else layer)(channels[k], channels[k + 1]))
            pair = [(norm_first if k == 0 else norm)(channels[k + 1]), act()]
            layers += pair[::-1] if swapped else pair
        return nn.Sequential(*layers, last(channels[-1]), end or nn.Flatten(0))

    return build


class Squeeze(nn.Module):
    def forward(self, x):
        return x.squeeze()


def pictures(d, low=None, n=2, **options):
    channels = d.choice([1, 3])
    x = d.randn(n, channels, 32, 32)
    if low is not None:
        x[-1] = low * (1 + d.rand(channels, 32, 32))
    return case(in_channels=channels, base_channels=d.int(2, 3)).module(x, **options)


Discriminator = Check(
    "Discriminator(in_channels, base_channels)",
    oracle=discriminator(),
    groups=[
        Group("number of parameters", 2, pictures, visible=2, hidden=2, compare=["number of parameters"]),
        Group(
            "shapes of the logits and of the maps on the way",
            2,
            pictures,
            hidden=2,
            examples=[pictures(Draw("one image"), n=1)],
            compare=["shape", "maps"],
        ),
        Group(
            "what it computes when all weights are equal",
            1,
            lambda d: pictures(d, -30.0),
            visible=2,
            compare=TRACES,
        ),
        Group(
            "how much of the image a logit sees",
            1,
            lambda d: pictures(d, footprint=True),
            hidden=1,
            compare=["footprint"],
        ),
    ],
    mistakes=[
        Mistake(
            "biases",
            discriminator(layer=lambda i, o: down(i, o, bias=True), last=lambda i: down(i, 1, 4, 1, 0, True)),
            "Your convolutions have biases. The table has none: bias=False.",
        ),
        Mistake(
            "biases but at the end",
            discriminator(layer=lambda i, o: down(i, o, bias=True)),
            "The convolutions before the last have biases. The table has none: bias=False.",
        ),
        Mistake(
            "a bias at the end",
            discriminator(last=lambda i: down(i, 1, 4, 1, 0, True)),
            "Your last convolution has a bias. The table has none.",
        ),
        Mistake(
            "a bias at the beginning",
            discriminator(first=lambda i, o: down(i, o, bias=True)),
            "Your first convolution has a bias. The table has none.",
        ),
        Mistake(
            "no BatchNorm",
            discriminator(norm=nothing),
            "BatchNorm is missing after the second and third convolution.",
        ),
        Mistake(
            "BatchNorm at the beginning",
            discriminator(norm_first=nn.BatchNorm2d),
            "There is BatchNorm after the first convolution. D should see the images' own contrast: none there.",
        ),
        Mistake(
            "BatchNorm after the activation",
            discriminator(swapped=True),
            "The order is convolution, BatchNorm, LeakyReLU. Yours normalises after the LeakyReLU.",
        ),
        Mistake(
            "ReLU",
            discriminator(act=nn.ReLU),
            "Your D uses ReLU. Where it is flat G would hear nothing: LeakyReLU, slope 0.2.",
        ),
        Mistake(
            "torch's slope",
            discriminator(act=nn.LeakyReLU),
            "The slope of your LeakyReLU is torch's default, 0.01. The recipe has 0.2.",
        ),
        Mistake(
            "slope 0.1",
            discriminator(act=lambda: nn.LeakyReLU(0.1)),
            "The slope of your LeakyReLU is 0.1. The recipe has 0.2.",
        ),
        Mistake(
            "slope 0.02",
            discriminator(act=lambda: nn.LeakyReLU(0.02)),
            "The slope of your LeakyReLU is 0.02. The recipe has 0.2.",
        ),
        Mistake(
            "no activation",
            discriminator(act=nn.Identity),
            "There is no LeakyReLU between the layers: your D is linear.",
        ),
        Mistake(
            "sigmoid",
            discriminator(end=nn.Sequential(nn.Flatten(0), nn.Sigmoid())),
            "Your D ends in a sigmoid. In this course it returns a logit; the losses apply the sigmoid themselves.",
        ),
        Mistake(
            "tanh",
            discriminator(end=nn.Sequential(nn.Flatten(0), nn.Tanh())),
            "Your D ends in tanh. That is G's end; a logit may be any number.",
        ),
        Mistake(
            "an activation too many",
            discriminator(end=nn.Sequential(nn.Flatten(0), nn.LeakyReLU(0.2))),
            "A LeakyReLU follows the last convolution. The logit is returned as it is.",
        ),
        Mistake(
            "maps of one pixel",
            discriminator(end=nn.Identity()),
            "You return (N, 1, 1, 1). One logit an image is asked for: (N,), by flatten().",
        ),
        Mistake(
            "columns",
            discriminator(end=nn.Flatten()),
            "You return (N, 1). One logit an image is asked for: (N,), by flatten().",
        ),
        Mistake(
            "squeezed",
            discriminator(end=Squeeze()),
            "squeeze() also takes the batch away when it holds one image. flatten() keeps it.",
        ),
        Mistake(
            "widths the wrong way",
            discriminator(widths=(4, 2, 1)),
            "Your channels shrink along D. They grow: 1, 2 and 4 times base_channels.",
        ),
        Mistake(
            "constant width",
            discriminator(widths=(1, 1, 1)),
            "All your maps have base_channels. The second has 2 times, the third 4 times as many.",
        ),
        Mistake(
            "twice as wide",
            discriminator(widths=(2, 4, 8)),
            "Your maps are twice as wide: 2, 4 and 8 times base_channels where it is 1, 2 and 4.",
        ),
        Mistake(
            "kernel 3",
            discriminator(layer=lambda i, o: down(i, o, 3)),
            "Your kernels are 3 × 3. The sizes are right, but the table says 4 × 4.",
        ),
        Mistake(
            "max pooling",
            discriminator(
                layer=lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, 1, 1, bias=False), nn.MaxPool2d(2))
            ),
            "You pool. In DCGAN strides do the shrinking: kernel 4, stride 2, padding 1.",
        ),
        Mistake(
            "averaged",
            discriminator(last=lambda i: nn.Sequential(down(i, 1, 1, 1, 0), nn.AdaptiveAvgPool2d(1))),
            "You average the last map. The last convolution has kernel 4, stride 1 and no padding, and so covers it whole.",
        ),
        Mistake(
            "last like the others",
            discriminator(last=lambda i: down(i, 1)),
            "Your last convolution has stride 2 and padding 1 and gives 2 × 2. Stride 1 and padding 0 lead from 4 × 4 to 1 × 1.",
        ),
        Mistake(
            "frozen",
            lambda *a: discriminator()(*a).requires_grad_(False),
            "Your parameters do not ask for gradients (requires_grad is False): nothing could be learned.",
        ),
    ],
    barred=OPEN,
)


# one step of the game ------------------------------------------------------------------------------------------------


def scalars(d_loss, g_loss, real_logits, fake_logits):
    found = {"d_loss": d_loss, "g_loss": g_loss, "d_real": real_logits.mean(), "d_fake": fake_logits.mean()}
    return {name: value.detach() for name, value in found.items()}


def gradients(loss, network):
    return torch.autograd.grad(loss, list(network.parameters()))


def learn(network, optimiser, slopes):
    for parameter, slope in zip(network.parameters(), slopes):
        parameter.grad = slope
    optimiser.step()


def by_the_book(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """The step written without backward: each network is handed the gradient of its own loss, and nothing else."""
    real_logits, fake_logits = discriminator(real), discriminator(generator(z_d).detach())
    d_loss = cross_entropy(real_logits, fake_logits)
    learn(discriminator, opt_d, gradients(d_loss, discriminator))
    g_loss = called(discriminator(generator(z_g)), 1.0)
    learn(generator, opt_g, gradients(g_loss, generator))
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def step(
    d_loss_of=cross_entropy,
    g_loss_of=lambda u: called(u, 1.0),
    detach=True,
    zero=("g", "d"),
    before=None,
    z_of_d=lambda z_d, z_g: z_d,
    z_of_g=lambda z_d, z_g: z_g,
    joint=False,
    steps=("d", "g"),
    clean=True,
    tell=scalars,
):
    """The step as one writes it, with parts exchanged."""

    def wrong(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
        if before:
            before(generator, discriminator)
        fake = generator(z_of_d(z_d, z_g))
        fake = fake.detach() if detach else fake
        if joint:
            real_logits, fake_logits = discriminator(torch.cat([real, fake])).split(len(real))
        else:
            real_logits, fake_logits = discriminator(real), discriminator(fake)
        d_loss = d_loss_of(real_logits, fake_logits)
        if "d" in zero:
            opt_d.zero_grad()
        if "g, early" in zero:
            opt_g.zero_grad()
        d_loss.backward()
        kept = [p.grad.clone() for p in discriminator.parameters()]
        if "d, late" in zero:
            opt_d.zero_grad()
        if steps[0] == "d":
            opt_d.step()
        g_loss = g_loss_of(discriminator(generator(z_of_g(z_d, z_g))))
        if "g" in zero:
            opt_g.zero_grad()
        g_loss.backward()
        if "g, late" in zero:
            opt_g.zero_grad()
        for name in steps[1:]:
            (opt_g if name == "g" else opt_d).step()
        if clean:
            for parameter, slope in zip(discriminator.parameters(), kept):
                parameter.grad = slope
        return tell(d_loss, g_loss, real_logits, fake_logits)

    return wrong


def generator_first(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    g_loss = called(discriminator(generator(z_g)), 1.0)
    learn(generator, opt_g, gradients(g_loss, generator))
    real_logits, fake_logits = discriminator(real), discriminator(generator(z_d).detach())
    d_loss = cross_entropy(real_logits, fake_logits)
    learn(discriminator, opt_d, gradients(d_loss, discriminator))
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def both_at_once(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    real_logits, fake_logits = discriminator(real), discriminator(generator(z_d).detach())
    d_loss = cross_entropy(real_logits, fake_logits)
    g_loss = called(discriminator(generator(z_g)), 1.0)
    slopes = gradients(d_loss, discriminator), gradients(g_loss, generator)
    learn(discriminator, opt_d, slopes[0])
    learn(generator, opt_g, slopes[1])
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def old_logits(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """One batch of fakes, judged once, for both turns: D's update comes between forward and backward."""
    fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss, g_loss = cross_entropy(real_logits, fake_logits), called(fake_logits, 1.0)
    opt_d.zero_grad()
    d_loss.backward(retain_graph=True)
    opt_d.step()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def logits_of_the_first_turn(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """G learns from what D said in its own turn, before it learned."""
    fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss, g_loss = cross_entropy(real_logits, fake_logits), called(fake_logits, 1.0)
    slopes = (
        torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
        for loss, network in ((d_loss, discriminator), (g_loss, generator))
    )
    for network, optimiser, own in zip((discriminator, generator), (opt_d, opt_g), list(slopes)):
        learn(network, optimiser, own)
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def graph_used_up(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """No detach, and the same fakes again: backward through a graph that is gone."""
    fake = generator(z_d)
    opt_d.zero_grad()
    cross_entropy(discriminator(real), discriminator(fake)).backward()
    opt_d.step()
    called(discriminator(fake), 1.0).backward()


def cut_off_from_g(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """The generated images of G's turn are detached: nothing reaches G."""
    real_logits, fake_logits = discriminator(real), discriminator(generator(z_d).detach())
    d_loss = cross_entropy(real_logits, fake_logits)
    learn(discriminator, opt_d, gradients(d_loss, discriminator))
    g_loss = called(discriminator(generator(z_g).detach()), 1.0)
    opt_g.zero_grad()
    opt_g.step()
    return scalars(d_loss, g_loss, real_logits, fake_logits)


def cut_off_entirely(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """D frozen and the generated images detached: there is nothing left to differentiate."""
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
    called(discriminator(generator(z_g).detach()), 1.0).backward()


def left_frozen(generator, discriminator, *rest):
    made = by_the_book(generator, discriminator, *rest)
    discriminator.requires_grad_(False)
    return made


def left_in_eval(generator, discriminator, *rest):
    made = by_the_book(generator, discriminator, *rest)
    generator.eval()
    return made


def game(d, norm=False, stale=False):
    """Two small networks, their optimisers, and the batches of one step."""
    n, wide = d.int(4, 6), d.int(3, 5)
    g_norm, d_norm = ([["BatchNorm1d", wide]] if norm else [] for _ in range(2))
    return case(
        generator=net(d, ["Linear", 3, wide], *g_norm, ["Tanh"], ["Linear", wide, 2], stale=stale),
        discriminator=net(
            d, ["Linear", 2, wide], *d_norm, ["Tanh"], ["Linear", wide, 1], ["Flatten", 0], stale=stale
        ),
        opt_g=sgd("generator", lr=d.float(0.2, 0.5)),
        opt_d=sgd("discriminator", lr=d.float(0.6, 1.0)),
        real=1 + d.randn(n, 2),
        z_d=d.randn(n, 3),
        z_g=d.randn(n, 3),
    )


BOTH = ("parameters of generator", "parameters of discriminator")
LEFT = ("gradients of generator", "gradients of discriminator")
FLAGS = ("state of generator", "state of discriminator", "second backward into generator")

gan_step = Check(
    "gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g)",
    oracle=by_the_book,
    groups=[
        Group("the discriminator learns", 2, game, visible=2, compare=[BOTH[1]]),
        Group("the generator learns, from the new discriminator", 2, game, visible=2, compare=[BOTH[0]]),
        Group("both with BatchNorm", 1, lambda d: game(d, norm=True), compare=BOTH),
        Group("with gradients left over from before", 1, lambda d: game(d, stale=True), compare=BOTH),
        Group(
            "what is left behind: each one's own gradient, modes and flags as they were",
            1,
            game,
            compare=[*LEFT, *FLAGS],
        ),
        Group("the dict", 1, game, compare=["result"]),
    ],
    mistakes=[
        Mistake(
            "generator first",
            generator_first,
            "G learns before D in your step. D comes first; G then learns from the new D.",
        ),
        Mistake(
            "both at once",
            both_at_once,
            "G learns from the old D: you compute its loss before D's step. Ask the new D.",
        ),
        Mistake(
            "no detach",
            step(detach=False),
            "D's turn sends gradients on into G: the generated images are not detached. It does no harm only because you "
            "zero G's gradients afterwards.",
        ),
        Mistake(
            "no detach, zeroed too early",
            step(detach=False, zero=("d", "g, early")),
            "D's turn leaves gradients in G, and G's turn adds to them: detach the generated images in D's turn.",
        ),
        Mistake(
            "graph used up",
            graph_used_up,
            "D's turn ran back into G and used up the graph of the generated images. The cure is detach() in D's turn, "
            "and new images from z_g in G's; retain_graph=True only hides the leak.",
        ),
        Mistake(
            "retain_graph",
            old_logits,
            "G learns from logits that the *old* D gave for the images of z_d. Make new images from z_g, and ask the new D.",
        ),
        Mistake(
            "logits of D's turn",
            logits_of_the_first_turn,
            "G learns from the logits that the *old* D gave for the images of z_d. Make new images from z_g, and ask the new D.",
        ),
        Mistake(
            "cut off",
            cut_off_from_g,
            "When opt_g steps, G has no gradient. Are the images of G's own turn detached? Or does zero_grad() stand between "
            "backward() and step()?",
        ),
        Mistake(
            "cut off entirely",
            cut_off_entirely,
            "Nothing in your loss can learn: D is frozen and the images are detached. Detach in D's turn only.",
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
            "requires_grad_(False) on D's parameters during G's turn (and back), or "
            "g_loss.backward(inputs=list(generator.parameters())).",
        ),
        Mistake(
            "D's gradients wiped",
            lambda *a: (by_the_book(*a), a[3].zero_grad())[0],
            "After your step D's .grad is empty. It should still hold the gradient of D's own loss.",
        ),
        Mistake(
            "never zeroed",
            step(zero=(), clean=False),
            "Old gradients are added to: call zero_grad() of each optimiser before its backward.",
        ),
        Mistake(
            "D not zeroed",
            step(zero=("g",)),
            "D's old gradients are added to: opt_d.zero_grad() before d_loss.backward().",
        ),
        Mistake(
            "G not zeroed",
            step(zero=("d",)),
            "G's old gradients are added to: opt_g.zero_grad() before g_loss.backward().",
        ),
        Mistake(
            "zeroed after backward",
            step(zero=("d, late", "g, late"), clean=False),
            "Nobody learns: when an optimiser steps, its network has no gradient. Does zero_grad() stand between backward() and "
            "step()? Or are opt_g and opt_d exchanged?",
        ),
        Mistake(
            "noise reused",
            step(z_of_g=lambda z_d, z_g: z_d),
            "G's turn uses z_d again. It has noise of its own, z_g.",
        ),
        Mistake(
            "one noise",
            step(z_of_d=lambda z_d, z_g: z_g),
            "D's turn uses z_g. Its noise is z_d.",
        ),
        Mistake(
            "noise swapped",
            step(z_of_d=lambda z_d, z_g: z_g, z_of_g=lambda z_d, z_g: z_d),
            "z_d and z_g are exchanged.",
        ),
        Mistake(
            "labels swapped",
            step(d_loss_of=lambda r, f: cross_entropy(f, r)),
            "Your D learns to score *fake*: its labels are swapped.",
        ),
        Mistake(
            "D's loss halved",
            step(d_loss_of=lambda r, f: cross_entropy(r, f) / 2),
            "D's loss is halved. Here its two parts are added.",
        ),
        Mistake(
            "D's loss summed",
            step(d_loss_of=lambda r, f: F.softplus(-r).sum() + F.softplus(f).sum()),
            "D's loss is a sum over the batch. Take means.",
        ),
        Mistake(
            "D sees real images only",
            step(d_loss_of=lambda r, f: called(r, 1.0)),
            "D learns from the real images alone.",
        ),
        Mistake(
            "D sees fakes only",
            step(d_loss_of=lambda r, f: called(f, 0.0)),
            "D learns from the generated images alone.",
        ),
        Mistake(
            "D's loss in probabilities",
            step(d_loss_of=lambda r, f: cross_entropy(r.sigmoid(), f.sigmoid())),
            "In D's loss the sigmoid is applied twice.",
        ),
        Mistake(
            "saturating",
            step(g_loss_of=lambda u: -called(u, 0.0)),
            "Your G minimises log(1 - D), the saturating loss. The non-saturating one is asked for.",
        ),
        Mistake(
            "G wants to look fake",
            step(g_loss_of=lambda u: called(u, 0.0)),
            "Your G learns to look fake: in its turn generated images are called *real* (1).",
        ),
        Mistake(
            "wrong sign of G",
            step(g_loss_of=lambda u: -called(u, 1.0)),
            "G's loss has the wrong sign: it lowers D's logits.",
        ),
        Mistake(
            "G's loss summed",
            step(g_loss_of=lambda u: F.softplus(-u).sum()),
            "G's loss is a sum over the batch. Take the mean.",
        ),
        Mistake(
            "G's loss in probabilities",
            step(g_loss_of=lambda u: called(u.sigmoid(), 1.0)),
            "In G's loss the sigmoid is applied twice.",
        ),
        Mistake(
            "joint batch",
            step(joint=True),
            "Real and generated images pass through D in one batch. With BatchNorm each kind's statistics colour the other's: "
            "two passes.",
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
            left_frozen,
            "D's parameters are still frozen when your step is over: turn requires_grad on again.",
        ),
        Mistake("left in eval", left_in_eval, "G is in eval mode when your step is over."),
        Mistake(
            "probabilities told",
            step(tell=lambda d, g, r, f: scalars(d, g, r.sigmoid(), f.sigmoid())),
            "d_real and d_fake are means of probabilities. The mean *logits* are asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# a walk --------------------------------------------------------------------------------------------------------------


def great_circle(z0, z1, t):
    """Turn by t times the angle in the plane of the two codes, by an orthonormal basis; lengths change evenly."""
    u, v = z0 / z0.norm(), z1 / z1.norm()
    across = v - (u @ v) * u
    angle = torch.atan2(across.norm(), u @ v)
    across = across / across.norm() if across.norm() > 1e-12 else 0 * across
    turned = (t * angle).cos()[:, None] * u + (t * angle).sin()[:, None] * across
    return turned * torch.lerp(z0.norm(), z1.norm(), t)[:, None]


def by_sines(z0, z1, t, lengths=True, angle=None, unit=True):
    """The formula of lecture 06, with parts left out."""
    u, v = (z / z.norm() if unit else z for z in (z0, z1))
    omega = torch.acos(u @ v) if angle is None else angle(u, v)
    weights = torch.sin((1 - t) * omega) / torch.sin(omega), torch.sin(t * omega) / torch.sin(omega)
    a, b = (u, v) if lengths else (z0, z1)
    turned = weights[0][:, None] * a + weights[1][:, None] * b
    return turned * torch.lerp(z0.norm(), z1.norm(), t)[:, None] if lengths else turned


def normalised(path):
    return path / path.norm(dim=1, keepdim=True)


def ends(d, ratio=1.0):
    """Two codes with an angle between 40 and 140 degrees; t also leaves [0, 1]."""
    n = d.int(3, 6)
    u = d.randn(n)
    u = u / u.norm()
    v = d.randn(n)
    v = v - (u @ v) * u
    v = v / v.norm()
    angle, length = d.float(0.7, 2.4), d.float(1.5, 4.0)
    t = torch.cat([vector(0, 1, -0.25, 1.5), d.rand(d.int(1, 2))])
    z1 = length * ratio * (math.cos(angle) * u + math.sin(angle) * v)
    return case(z0=length * u, z1=z1, t=t[torch.randperm(len(t), generator=d.generator)])


def parallel(d):
    z = d.randn(d.int(3, 5)) + 1
    return case(z0=z, z1=d.choice([1.0, 2.0, 0.3]) * z, t=torch.cat([vector(0, 0.5), d.rand(2)]))


interpolate = Check(
    "interpolate(z0, z1, t)",
    oracle=great_circle,
    groups=[
        Group(
            "codes of equal length",
            1,
            ends,
            visible=2,
            examples=[
                case(z0=vector(2, 0), z1=vector(0, 2), t=vector(0, 0.5, 1)).gives(
                    number([[2.0, 0.0], [math.sqrt(2), math.sqrt(2)], [0.0, 2.0]])
                )
            ],
        ),
        Group(
            "codes of different lengths",
            1,
            lambda d: ends(d, d.choice([0.4, 1.7, 2.5])),
            visible=2,
            examples=[
                case(z0=vector(1, 0), z1=vector(0, 3), t=vector(0.5)).gives(
                    number([[math.sqrt(2), math.sqrt(2)]])
                )
            ],
        ),
        Group(
            "codes of one direction",
            1,
            parallel,
            hidden=5,
            examples=[
                case(z0=vector(3, 4), z1=vector(3, 4), t=vector(0, 0.5)).gives(
                    number([[3.0, 4.0], [3.0, 4.0]])
                ),
                case(z0=vector(0.2, 0.3, 0.6), z1=vector(0.4, 0.6, 1.2), t=vector(0.5)).gives(
                    number([[0.3, 0.45, 0.9]])
                ),
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "straight",
            lambda z0, z1, t: z0 + t[:, None] * (z1 - z0),
            "Your path is the straight line, which cuts through the hollow of the shell. Follow the great circle.",
        ),
        Mistake(
            "straight, pushed out",
            lambda z0, z1, t: (
                normalised(z0 + t[:, None] * (z1 - z0)) * torch.lerp(z0.norm(), z1.norm(), t)[:, None]
            ),
            "You push the straight line out to the right length. The way is right, but not the pace: the angle should change evenly.",
        ),
        Mistake(
            "straight between directions, pushed out",
            lambda z0, z1, t: (
                normalised(z0 / z0.norm() + t[:, None] * (z1 / z1.norm() - z0 / z0.norm()))
                * torch.lerp(z0.norm(), z1.norm(), t)[:, None]
            ),
            "You walk straight between the directions and push out to the right length. The angle should change evenly.",
        ),
        Mistake(
            "backwards",
            lambda z0, z1, t: great_circle(z1, z0, t),
            "You walk backwards: t = 0 is z0 and t = 1 is z1.",
        ),
        Mistake(
            "clipped",
            lambda z0, z1, t: great_circle(z0, z1, t.clamp(0, 1)),
            "t is cut off at 0 and 1. Outside the circle goes on.",
        ),
        Mistake(
            "formula on the codes",
            lambda z0, z1, t: by_sines(z0, z1, t, lengths=False),
            "You apply the formula to the codes as they are. That is right for equal lengths only: turn the *directions*, then "
            "multiply by a length that changes evenly from |z0| to |z1|.",
        ),
        Mistake(
            "length 1",
            lambda z0, z1, t: normalised(great_circle(z0, z1, t)),
            "Your codes have length 1: you walk between directions. Multiply by the length, which goes from |z0| to |z1|.",
        ),
        Mistake(
            "the first length",
            lambda z0, z1, t: normalised(great_circle(z0, z1, t)) * z0.norm(),
            "All your codes are as long as z0. The length changes evenly from |z0| to |z1|.",
        ),
        Mistake(
            "the mean length",
            lambda z0, z1, t: normalised(great_circle(z0, z1, t)) * (z0.norm() + z1.norm()) / 2,
            "All your codes have the mean length. It changes evenly from |z0| to |z1|.",
        ),
        Mistake(
            "lengths multiplied",
            lambda z0, z1, t: (
                normalised(great_circle(z0, z1, t)) * (z0.norm() ** (1 - t) * z1.norm() ** t)[:, None]
            ),
            "Your length changes by equal factors. It changes by equal steps: |z0| + t (|z1| - |z0|).",
        ),
        Mistake(
            "angle of the codes",
            lambda z0, z1, t: by_sines(z0, z1, t, lengths=False, angle=lambda u, v: torch.acos(z0 @ z1)),
            "You take acos of z0 · z1, which may be far outside [-1, 1]: divide by both lengths first.",
        ),
        Mistake(
            "angle clamped only",
            lambda z0, z1, t: by_sines(
                z0, z1, t, lengths=False, angle=lambda u, v: torch.acos((z0 @ z1).clamp(-1, 1))
            ),
            "The angle is that of the directions: divide z0 · z1 by both lengths.",
        ),
        Mistake(
            "divided by nothing",
            lambda z0, z1, t: by_sines(z0, z1, t),
            "Where both codes have one direction you divide 0 by 0 (or rounding takes the cosine past 1, and acos gives NaN). "
            "Take the straight path there.",
        ),
        Mistake(
            "clamped, divided by nothing",
            lambda z0, z1, t: by_sines(z0, z1, t, angle=lambda u, v: torch.acos((u @ v).clamp(-1, 1))),
            "Where both codes have one direction, sin Ω is 0 and you divide 0 by 0. Take the straight path there.",
        ),
        Mistake(
            "not divided by sin",
            lambda z0, z1, t: (
                (lambda o, u, v: torch.sin((1 - t) * o)[:, None] * u + torch.sin(t * o)[:, None] * v)(
                    torch.acos((z0 @ z1 / z0.norm() / z1.norm()).clamp(-1, 1)), z0 / z0.norm(), z1 / z1.norm()
                )
                * torch.lerp(z0.norm(), z1.norm(), t)[:, None]
            ),
            "The division by sin Ω is missing.",
        ),
        Mistake(
            "quarter circle",
            lambda z0, z1, t: (
                torch.cos(t * math.pi / 2)[:, None] * z0 + torch.sin(t * math.pi / 2)[:, None] * z1
            ),
            "You always turn by 90 degrees. Random codes are nearly at right angles, but not exactly: use their angle.",
        ),
        Mistake(
            "columns",
            lambda z0, z1, t: great_circle(z0, z1, t).T,
            "Your result is (d, T). One code a row: (T, d).",
        ),
        Mistake(
            "straight where not needed",
            lambda z0, z1, t: z0 + t * (z1 - z0),
            "t is (T,) and the codes are (d,): one of them needs another axis. t[:, None] gives one code a row.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# the distance --------------------------------------------------------------------------------------------------------


def factor(cov):
    """A with A Aᵀ = cov."""
    values, vectors = torch.linalg.eigh(cov.double())
    return vectors * values.clamp(min=0).sqrt()


def frechet(mu1, cov1, mu2, cov2):
    """tr (cov1 cov2)^(1/2) is the sum of the singular values of A1ᵀ A2, whatever the factors A."""
    cross = torch.linalg.svdvals(factor(cov1).T @ factor(cov2)).sum()
    return (
        (mu1.double() - mu2.double()).square().sum()
        + cov1.double().trace()
        + cov2.double().trace()
        - 2 * cross
    )


def frechet_but(mean=None, cross=None, spread=None, times=2.0):
    """The distance with one of its parts exchanged."""

    def wrong(mu1, cov1, mu2, cov2):
        a = (mu1 - mu2).square().sum() if mean is None else mean(mu1, mu2)
        b = cov1.trace() + cov2.trace() if spread is None else spread(cov1, cov2)
        c = torch.linalg.svdvals(factor(cov1).T @ factor(cov2)).sum() if cross is None else cross(cov1, cov2)
        return a + b - times * c

    return wrong


def powered(cov, power):
    values, vectors = torch.linalg.eigh(cov)
    return (vectors * values.clamp(min=0) ** power) @ vectors.T


def single(mu1, cov1, mu2, cov2):
    """All of it in float32, as an answer that keeps the inputs' dtype does."""
    mu1, cov1, mu2, cov2 = (t.float() for t in (mu1, cov1, mu2, cov2))
    values, vectors = torch.linalg.eigh(cov1)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return (mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * cross


def with_a_diagonal(mu1, cov1, mu2, cov2, eps=1e-6):
    eye = torch.eye(len(cov1), dtype=cov1.dtype)
    return frechet(mu1, cov1 + eps * eye, mu2, cov2 + eps * eye)


def spreads(d, n, rank):
    a = d.randn(n, rank)
    return a @ a.T / rank


def gaussians(d, rank=None):
    n = d.int(3, 5)
    rank1, rank2 = (n + 2, n + 2) if rank is None else rank(d, n)
    return case(mu1=d.randn(n), cov1=spreads(d, n, rank1), mu2=d.randn(n), cov2=spreads(d, n, rank2))


def diagonal(d):
    n = d.int(2, 4)
    return case(
        mu1=d.randn(n), cov1=torch.diag(4 * d.rand(n)), mu2=d.randn(n), cov2=torch.diag(4 * d.rand(n))
    )


def nearly_equal(d):
    """Large covariances that differ by little, in float32: what is left after the subtraction needs double precision."""
    n = d.int(4, 6)
    cov, mu = 1e4 * spreads(d, n, n + 2), d.randn(n)
    return case(
        mu1=mu.float(), cov1=cov.float(), mu2=mu.float(), cov2=((1 + d.float(0.002, 0.004)) * cov).float()
    )


def one_dimension(m1, v1, m2, v2):
    return case(mu1=vector(m1), cov1=vector(v1)[None], mu2=vector(m2), cov2=vector(v2)[None])


TURN = number([[0.6, -0.8], [0.8, 0.6]])  # a rotation
SINGULAR = case(
    mu1=vector(0, 0),
    cov1=TURN @ torch.diag(vector(4, 0)) @ TURN.T,
    mu2=vector(0, 0),
    cov2=TURN @ torch.diag(vector(1, 0)) @ TURN.T,
).gives(number(1.0))

frechet_distance = Check(
    "frechet_distance(mu1, cov1, mu2, cov2)",
    oracle=frechet,
    groups=[
        Group(
            "one dimension, and diagonal covariances",
            1,
            diagonal,
            examples=[
                one_dimension(1, 9, 3, 4).gives(number(5.0)),
                case(
                    mu1=vector(0, 0),
                    cov1=torch.diag(vector(1, 4)),
                    mu2=vector(1, 2),
                    cov2=torch.diag(vector(4, 4)),
                ).gives(number(6.0)),
            ],
        ),
        Group("any covariances", 2, gaussians, visible=2, hidden=4),
        Group(
            "singular covariances",
            1,
            lambda d: gaussians(d, lambda d, n: (d.int(1, n - 1), d.int(1, n))),
            visible=2,
            hidden=6,
            examples=[SINGULAR],
        ),
        Group("float32 in, nearly equal", 1, nearly_equal, visible=2, hidden=4),
    ],
    mistakes=[
        Mistake(
            "distance not squared",
            frechet_but(mean=lambda a, b: (a - b).norm()),
            "The means enter by their distance. They enter by its square, |μ1 - μ2|².",
        ),
        Mistake(
            "means averaged",
            frechet_but(mean=lambda a, b: (a - b).square().mean()),
            "You take the mean of the squared differences of the means. It is their sum.",
        ),
        Mistake(
            "means added up first",
            frechet_but(mean=lambda a, b: (a - b).sum() ** 2),
            "You square the sum of the differences of the means. Sum the squares.",
        ),
        Mistake("no means", frechet_but(mean=lambda a, b: 0.0), "The means do not count in your distance."),
        Mistake(
            "only means",
            lambda mu1, cov1, mu2, cov2: (mu1 - mu2).double().square().sum(),
            "The covariances do not count in your distance.",
        ),
        Mistake("no factor 2", frechet_but(times=1.0), "The root is subtracted twice: - 2 (Σ1 Σ2)^½."),
        Mistake("added", frechet_but(times=-2.0), "The root is added in your distance. It is subtracted."),
        Mistake("no cross term", frechet_but(times=0.0), "The root of Σ1 Σ2 is missing from your distance."),
        Mistake(
            "rooted apart",
            frechet_but(cross=lambda a, b: (powered(a.double(), 0.5) @ powered(b.double(), 0.5)).trace()),
            "You root each covariance by itself and multiply: Σ1^½ Σ2^½. That is the root of Σ1 Σ2 only where the two commute.",
        ),
        Mistake(
            "rooted apart, elementwise",
            frechet_but(cross=lambda a, b: (a.sqrt() @ b.sqrt()).trace()),
            "You take the root of each entry of the covariances. The root of a *matrix* is meant: R with R R = Σ.",
        ),
        Mistake(
            "rooted entry by entry",
            frechet_but(cross=lambda a, b: (a @ b).sqrt().trace()),
            "You take the root of each entry of Σ1 Σ2. The root of a *matrix* is meant: eigenvalues are rooted, entries are not.",
        ),
        Mistake(
            "diagonals only",
            frechet_but(cross=lambda a, b: (a.diagonal() * b.diagonal()).sqrt().sum()),
            "Only the variances count in your cross term. That is right for diagonal covariances only.",
        ),
        Mistake(
            "multiplied entry by entry",
            frechet_but(cross=lambda a, b: powered((a * b).double(), 0.5).trace()),
            "Σ1 Σ2 is a product of matrices: @ instead of *.",
        ),
        Mistake(
            "not rooted",
            frechet_but(cross=lambda a, b: (a @ b).trace()),
            "The root is missing: you subtract 2 tr(Σ1 Σ2).",
        ),
        Mistake(
            "covariances as deviations",
            frechet_but(
                cross=lambda a, b: (a @ b).trace(), spread=lambda a, b: (a @ a).trace() + (b @ b).trace()
            ),
            "You treat the covariances as if they were standard deviations: in one dimension it is (σ1 - σ2)², with the roots of "
            "the variances.",
        ),
        Mistake(
            "all entries summed",
            lambda mu1, cov1, mu2, cov2: (
                (mu1 - mu2).square().sum()
                + (cov1 + cov2 - 2 * powered(powered(cov1, 0.5) @ cov2 @ powered(cov1, 0.5), 0.5)).sum()
            ),
            "You sum all entries where the trace is asked for, the sum of the diagonal.",
        ),
        Mistake(
            "no trace",
            lambda mu1, cov1, mu2, cov2: (
                (mu1 - mu2).square().sum()
                + cov1
                + cov2
                - 2 * powered(powered(cov1, 0.5) @ cov2 @ powered(cov1, 0.5), 0.5)
            ),
            "You return a matrix. The trace is missing.",
        ),
        Mistake(
            "trace rooted",
            frechet_but(cross=lambda a, b: (a @ b).trace().sqrt()),
            "You root the trace. First the root of the matrix, then its trace: a sum of roots.",
        ),
        Mistake(
            "rooted at the end",
            lambda *a: frechet(*a).clamp(min=0).sqrt(),
            "You take the root of the distance. What is reported, and asked for, is its square.",
        ),
        Mistake(
            "one covariance twice",
            frechet_but(spread=lambda a, b: 2 * a.trace()),
            "The trace of Σ2 is missing (you have Σ1's twice).",
        ),
        Mistake(
            "NaN where it should be 0",
            frechet_but(
                cross=lambda a, b: (
                    torch.linalg.eigvalsh((lambda r: r @ b.double() @ r)(powered(a.double(), 0.5)))
                    .sqrt()
                    .sum()
                )
            ),
            "An eigenvalue that should be 0 came out as -1e-17, and its root is NaN: clamp(min=0) before the root.",
        ),
        Mistake(
            "NaN of the first root",
            frechet_but(
                cross=lambda a, b: (
                    (
                        lambda v, q: torch.linalg.eigvalsh(
                            ((q * v.sqrt()) @ q.T) @ b.double() @ ((q * v.sqrt()) @ q.T)
                        )
                    )(*torch.linalg.eigh(a.double()))
                    .clamp(min=0)
                    .sqrt()
                    .sum()
                )
            ),
            "The root of the first covariance has NaN: of its eigenvalues one that should be 0 came out as -1e-17. clamp(min=0).",
        ),
        Mistake(
            "complex",
            frechet_but(cross=lambda a, b: torch.linalg.eigvals(a.double() @ b.double()).sqrt().sum()),
            "Your result is complex: eigvals returns complex numbers, here with imaginary parts of 0 or of rounding. Take the "
            "real part.",
        ),
        Mistake(
            "symmetric solver for the product",
            frechet_but(
                cross=lambda a, b: torch.linalg.eigvalsh(a.double() @ b.double()).clamp(min=0).sqrt().sum()
            ),
            "Σ1 Σ2 is not symmetric, and eigvalsh reads one half of the matrix only. Σ1^½ Σ2 Σ1^½ is symmetric, and has the same "
            "eigenvalues.",
        ),
        Mistake(
            "singular values of the product",
            frechet_but(cross=lambda a, b: torch.linalg.svdvals(a.double() @ b.double()).sqrt().sum()),
            "You root the singular values of Σ1 Σ2. Its *eigenvalues* are meant, and it is not symmetric.",
        ),
        Mistake(
            "Cholesky",
            frechet_but(
                cross=lambda a, b: (
                    (lambda r: torch.linalg.eigvalsh(r.T @ b.double() @ r))(torch.linalg.cholesky(a.double()))
                    .clamp(min=0)
                    .sqrt()
                    .sum()
                )
            ),
            "Cholesky's factorisation needs a covariance of full rank. eigh and clamp(min=0) give a root of any.",
        ),
        Mistake(
            "one trace",
            frechet_but(spread=lambda a, b: a.trace()),
            "The trace of Σ2 is missing.",
        ),
        Mistake(
            "something on the diagonal",
            with_a_diagonal,
            "You add 1e-6 to the diagonals. That keeps a matrix root alive, but changes the distance where covariances are "
            "singular. With eigenvalues no such help is needed.",
        ),
        Mistake(
            "single precision",
            single,
            "You compute in float32. The distance is a small difference of large numbers: go to float64 first (.double()).",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=1e-6,
    atol=3e-6,
)


# the clinic ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "mode collapse": "Mode collapse shows in the samples: few kinds of picture, again and again. Do the pictures say so?",
    "generator cut off": "A generator that gets no gradient stays where it was born: compare its early and late samples.",
    "discriminator frozen": "A D that does not learn gives the real images the same logits from beginning to end: look at d_real.",
    "sigmoid twice": "Where the sigmoid is applied twice, what is called a logit never leaves (0, 1): look at d_real and d_fake.",
    "wrong sign": "With the sign turned G lowers its own loss by looking fake: see whether g_loss falls below what -log D can be.",
    "wrong range": "Real images in [0, 1] have no black: -1 never occurs. Look at the background of the samples.",
    "saturating loss": "The saturating loss is negative or 0 from the first step, and nearly 0 when D is sure. Is g_loss?",
    "labels swapped": "Where D's labels are swapped d_real *falls* and d_fake rises. Which of the two is on top?",
}
PATIENTS = {"A": "sigmoid twice", "B": "wrong range", "C": "generator cut off", "D": "wrong sign"}


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


def training(zero=True, back=True, order="before"):
    """The loop of the clinic, mended or not."""

    def loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every):
        looks = []
        for optimiser in (opt_g, opt_d):
            optimiser.zero_grad()
        for i, (real, z) in enumerate(zip(batches, codes)):
            if i % look_every == 0:
                generator.eval()
                looks.append(generator(fixed).detach())
                generator.train(back)
            fake = generator(z)
            if zero in (True, "d"):
                opt_d.zero_grad()
            cross_entropy(discriminator(real), discriminator(fake.detach())).backward()
            opt_d.step()
            if zero in (True, "g"):
                opt_g.zero_grad()
            called(discriminator(fake), 1.0).backward()
            opt_g.step()
        return torch.stack(looks)

    return loop


def epoch(d, norm=False, steps=None):
    wide, steps = d.int(3, 5), steps or d.int(4, 5)
    normed = [["BatchNorm1d", wide]] if norm else []
    return case(
        generator=net(d, ["Linear", 3, wide], *normed, ["Tanh"], ["Linear", wide, 2]),
        discriminator=net(d, ["Linear", 2, wide], *normed, ["Tanh"], ["Linear", wide, 1], ["Flatten", 0]),
        opt_g=sgd("generator", lr=d.float(0.2, 0.5)),
        opt_d=sgd("discriminator", lr=d.float(0.4, 0.8)),
        batches=1 + d.randn(steps, 4, 2),
        codes=d.randn(steps, 4, 3),
        fixed=d.randn(3, 3),
        look_every=d.int(2, 3),
    )


training_loop = Check(
    "training_loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every)",
    oracle=training(),
    groups=[
        Group("several steps, no BatchNorm", 1, epoch, compare=["result", *BOTH]),
        Group(
            "with BatchNorm: a look, then a step",
            1,
            lambda d: epoch(d, norm=True, steps=1),
            compare=["result", *BOTH, *FLAGS[:2]],
        ),
    ],
    mistakes=[
        Mistake(
            "never zeroed",
            training(zero=False),
            "Gradients of all steps so far add up. Each backward needs a zero_grad before it, in every step.",
        ),
        Mistake(
            "D not zeroed",
            training(zero="g"),
            "D's gradients add up: those of earlier steps, and those that G's turn sent through D.",
        ),
        Mistake("G not zeroed", training(zero="d"), "G's gradients add up from step to step."),
        Mistake(
            "left in eval mode",
            training(back=False),
            "After a look G stays as the look needed it. In which mode does BatchNorm learn?",
        ),
        Mistake(
            "both",
            training(zero=False, back=False),
            "This is still the broken loop. What is done once that should be done in every step? What is switched and never back?",
        ),
    ],
    barred=OPEN,
)


assignment = Assignment(
    "a2_gan",
    seed=90211,
    checks=[
        discriminator_loss,
        generator_loss,
        lsgan_discriminator_loss,
        lsgan_generator_loss,
        Generator,
        Discriminator,
        gan_step,
        interpolate,
        frechet_distance,
        diagnosis,
        training_loop,
    ],
)

"""What is right in a3_latent, function by function. Not released: the seed fixes the hidden cases.

The oracles are torch's cross-entropy, loops over pixels, least squares, and, for projections, the optimum itself: the
generators here are linear or small, and Gauss-Newton finds the best code to the last digit. How it was found does not count.
How a definition reads is explained in course_lib/grading/checks.py.
"""

import math

import torch
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Draw, Group, Mistake, case, net
from course_lib.grading.compare import ANY_OF

OPEN = Barred(
    modules=frozenset(
        f"course_lib.{name}"
        for name in ("infogan", "attributes", "encoder", "projection", "lbfgs", "editing", "transfer")
    )
)


def number(value):
    """A tensor of one number, or of nested lists of them, in float64 from the start."""
    return torch.tensor(value, dtype=torch.float64)


def vector(*numbers):
    return number(numbers)


def each(images):
    """The mean over all pixels of each image, (N,)."""
    return images.flatten(1).mean(1)


# codes that must be read back ----------------------------------------------------------------------------------------


def surprise(code_logits, code):
    """-log Q(c | x) of each image, (N,)."""
    return code_logits.logsumexp(1) - code_logits.gather(1, code[:, None])[:, 0]


def read(d, scale=1.5):
    n, k = d.choice([(4, 3), (5, 2), (3, 6), (6, 4)])
    return case(code_logits=scale * d.randn(n, k), code=d.ints(0, k - 1, n))


def sure(d):
    """Logits of thousands, rightly and wrongly sure."""
    k = d.int(3, 5)
    return case(code_logits=d.float(900, 4000) * d.randn(6, k), code=d.ints(0, k - 1, 6))


def one_hot(code_logits, code):
    return F.one_hot(code, code_logits.shape[1]).to(code_logits)


infogan_loss = Check(
    "infogan_loss(code_logits, code)",
    oracle=F.cross_entropy,
    groups=[
        Group(
            "how surprised Q is",
            1,
            read,
            visible=2,
            examples=[
                case(code_logits=number([[0, 0, 0, 0]]), code=torch.tensor([2])).gives(number(math.log(4))),
                case(
                    code_logits=number([[math.log(3), 0], [0, 0]]),
                    code=torch.tensor([0, 1]),
                ).gives(number((math.log(4 / 3) + math.log(2)) / 2)),
            ],
        ),
        Group(
            "logits of thousands, and gradients",
            1,
            sure,
            visible=2,
            gradients=True,
            compare=["result", "gradient of code_logits"],
        ),
    ],
    mistakes=[
        Mistake(
            "wrong sign",
            lambda code_logits, code: -F.cross_entropy(code_logits, code),
            "Your value *rises* the better Q reads. A loss is minimised: turn the sign.",
        ),
        Mistake(
            "the bound",
            lambda code_logits, code: math.log(code_logits.shape[1]) - F.cross_entropy(code_logits, code),
            "That is the bound on the information itself. The loss is the cross-entropy alone, without the constant log K.",
        ),
        Mistake(
            "minus the bound",
            lambda code_logits, code: F.cross_entropy(code_logits, code) - math.log(code_logits.shape[1]),
            "You subtract the constant log K. The loss is the cross-entropy alone.",
        ),
        Mistake(
            "summed",
            lambda code_logits, code: surprise(code_logits, code).sum(),
            "You sum over the batch. The loss is a mean over it.",
        ),
        Mistake("no mean", surprise, "You return one number an image. Take the mean over the batch."),
        Mistake(
            "mean over the codes, too",
            lambda code_logits, code: F.cross_entropy(code_logits, code) / code_logits.shape[1],
            "You divide by K as well: the one-hot vector has K entries, but one image counts once.",
        ),
        Mistake(
            "softmax twice",
            lambda code_logits, code: F.cross_entropy(code_logits.softmax(1), code),
            "The softmax is applied twice: cross_entropy takes logits and applies it itself.",
        ),
        Mistake(
            "no softmax",
            lambda code_logits, code: F.nll_loss(code_logits, code),
            "You take the logit of the code as it is. log Q is the logit *minus the logsumexp of all logits*.",
        ),
        Mistake(
            "no logarithm",
            lambda code_logits, code: -code_logits.softmax(1).gather(1, code[:, None]).mean(),
            "You average probabilities. The logarithm is missing.",
        ),
        Mistake(
            "infinite",
            lambda code_logits, code: -code_logits.softmax(1).log().gather(1, code[:, None]).mean(),
            "Where Q is sure and wrong the softmax rounds to 0, and log 0 is infinite. Use log_softmax, or cross_entropy.",
        ),
        Mistake(
            "infinite, the code picked first",
            lambda code_logits, code: -code_logits.softmax(1).gather(1, code[:, None]).log().mean(),
            "Where Q is sure and wrong its probability rounds to 0, and log 0 is infinite. Use log_softmax, or cross_entropy.",
        ),
        Mistake(
            "Q's own guess",
            lambda code_logits, code: F.cross_entropy(code_logits, code_logits.argmax(1)),
            "You compare Q with its own favourite. The code that G was given must enter.",
        ),
        Mistake(
            "a little added",
            lambda code_logits, code: -(code_logits.softmax(1) + 1e-8).log().gather(1, code[:, None]).mean(),
            "You add a small number before the logarithm: finite, but flat where Q is sure and wrong. log_softmax needs no help.",
        ),
        Mistake(
            "softmax over the batch",
            lambda code_logits, code: F.nll_loss(code_logits.log_softmax(0), code),
            "Your softmax runs over the images of the batch (dim 0). It runs over the K codes (dim 1).",
        ),
        Mistake(
            "two-valued cross-entropy",
            lambda code_logits, code: F.binary_cross_entropy_with_logits(
                code_logits, one_hot(code_logits, code)
            ),
            "You treat the K codes as K separate yes-or-no questions (sigmoid). Exactly one of them is true: softmax.",
        ),
        Mistake(
            "squared error",
            lambda code_logits, code: F.mse_loss(code_logits.softmax(1), one_hot(code_logits, code)),
            "That is a squared error of probabilities. InfoGAN's bound asks for -log Q.",
        ),
        Mistake(
            "bits",
            lambda code_logits, code: F.cross_entropy(code_logits, code) / math.log(2),
            "Your result is in bits. The course counts in nats: the natural logarithm.",
        ),
        Mistake(
            "Q's own entropy",
            lambda code_logits, code: torch.distributions.Categorical(logits=code_logits).entropy().mean(),
            "That is how unsure Q is, whatever the code was. The code that G was given must enter.",
        ),
    ],
    barred=OPEN,
)


# a direction ---------------------------------------------------------------------------------------------------------


def labelled(d, n, k, dim=None):
    """n codes of which k have the attribute, in mixed order."""
    attribute = torch.zeros(n, dtype=torch.bool)
    attribute[torch.randperm(n, generator=d.generator)[:k]] = True
    z = d.randn(n, dim or d.int(2, 4)) + 0.7
    return case(z=z + attribute[:, None] * d.randn(1, z.shape[1]), attribute=attribute)


def mean_difference(z, attribute):
    with_it = [code for code, has in zip(z, attribute) if has]
    without = [code for code, has in zip(z, attribute) if not has]
    return sum(with_it) / len(with_it) - sum(without) / len(without)


def covariance_with(z, attribute):
    a = attribute.double()
    return ((a - a.mean())[:, None] * (z - z.mean(0))).mean(0)


attribute_vector = Check(
    "attribute_vector(z, attribute)",
    oracle=mean_difference,
    groups=[
        Group(
            "as many with as without",
            1,
            lambda d: labelled(d, 2 * (k := d.int(2, 4)), k),
            visible=2,
            examples=[
                case(
                    z=number([[3, 0], [1, 2], [0, 0], [-2, 2]]),
                    attribute=torch.tensor([True, True, False, False]),
                ).gives(vector(3, 0))
            ],
        ),
        Group(
            "few with it, or few without",
            1,
            lambda d: labelled(d, n := d.int(7, 9), d.choice([1, 2, n - 2, n - 1])),
            visible=2,
            hidden=4,
            examples=[
                case(
                    z=number([[0.5, 1], [4, 4], [1.5, 3]]), attribute=torch.tensor([False, True, False])
                ).gives(vector(3, 2))
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "wrong way",
            lambda z, attribute: -mean_difference(z, attribute),
            "Your vector points the wrong way: adding it takes the attribute away.",
        ),
        Mistake(
            "mean of those with it",
            lambda z, attribute: z[attribute].mean(0),
            "That is the mean of the codes with the attribute. What do those without it look like on average? Subtract.",
        ),
        Mistake(
            "minus the mean of those without",
            lambda z, attribute: -z[~attribute].mean(0),
            "Only the codes without the attribute enter. Add the mean of those with it.",
        ),
        Mistake(
            "away from the mean of all",
            lambda z, attribute: z[attribute].mean(0) - z.mean(0),
            "You subtract the mean of *all* codes. Those with the attribute are among them, so your vector is too short.",
        ),
        Mistake(
            "half way",
            lambda z, attribute: mean_difference(z, attribute) / 2,
            "Your vector is half as long: it leads from the middle to either side.",
        ),
        Mistake(
            "length one",
            lambda z, attribute: mean_difference(z, attribute) / mean_difference(z, attribute).norm(),
            "You scale the vector to length 1. Asked for is the difference of the means as it is.",
        ),
        Mistake(
            "sums",
            lambda z, attribute: z[attribute].sum(0) - z[~attribute].sum(0),
            "You subtract sums. The two groups may differ in size: take the mean of each.",
        ),
        Mistake(
            "divided by all",
            lambda z, attribute: (z[attribute].sum(0) - z[~attribute].sum(0)) / len(z),
            "You divide both sums by the number of all codes. Divide each by the size of its own group.",
        ),
        Mistake(
            "signs averaged twice",
            lambda z, attribute: 2 * (z[attribute].sum(0) - z[~attribute].sum(0)) / len(z),
            "You divide both sums by half of the number of codes. That is right only where as many have the attribute as lack it.",
        ),
        Mistake(
            "bools taken for places",
            lambda z, attribute: z[attribute.long()].mean(0) - z[1 - attribute.long()].mean(0),
            "Your mask became numbers, so z[mask] picks rows 0 and 1 over and over. Index with a *bool* tensor.",
        ),
        Mistake(
            "median",
            lambda z, attribute: z[attribute].median(0).values - z[~attribute].median(0).values,
            "You subtract medians. Means are asked for.",
        ),
        Mistake(
            "over the components",
            lambda z, attribute: z[attribute].mean(1) - z[~attribute].mean(1),
            "Your means run over the components of each code. They run over the codes (dim 0), and d numbers remain.",
        ),
        Mistake(
            "one number",
            lambda z, attribute: z[attribute].mean() - z[~attribute].mean(),
            "Your means run over everything. They run over the codes (dim 0), and d numbers remain.",
        ),
        Mistake(
            "a row kept",
            lambda z, attribute: mean_difference(z, attribute)[None],
            "You return a matrix of one row, (1, d). A vector (d,) is asked for.",
        ),
        Mistake(
            "pairs",
            lambda z, attribute: (z[attribute] - z[~attribute]).mean(0),
            "You subtract codes in pairs, which fails where the groups differ in size. Take the two means first.",
        ),
        Mistake(
            "covariance",
            covariance_with,
            "That is the covariance of code and attribute. Divide it by the attribute's variance, p (1 - p), and it becomes the "
            "difference of the means.",
        ),
        Mistake(
            "in units of the spread",
            lambda z, attribute: mean_difference(z, attribute) / z.std(0),
            "You divide by the standard deviation of the codes. Asked for is the difference itself.",
        ),
        Mistake(
            "first of each",
            lambda z, attribute: z[attribute][0] - z[~attribute][0],
            "You subtract one single code from another. Means are asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# projection ----------------------------------------------------------------------------------------------------------


def orthonormal(matrix):
    """The nearest matrix with orthonormal columns: unique, unlike a QR factorisation's."""
    values, vectors = torch.linalg.eigh(matrix.T @ matrix)
    return matrix @ (vectors / values.sqrt()) @ vectors.T


def linear(d, dim, shape=(1, 3, 4), norm=False, bend=(), start=0.0, **options):
    """(recipe, base, offset) of G(z) = base z + offset as images, its columns orthogonal and such that the mean squared error
    of one image has the second derivatives 1: |z - best|^2 / 2 above its least value."""
    pixels = math.prod(shape)
    base = math.sqrt(pixels / 2) * orthonormal(d.randn(pixels, dim))
    offset = 0.3 * d.randn(pixels) + start
    layers, weights = [["Linear", dim, pixels]], [base, offset]
    if norm:  # in eval mode, as it comes: the identity but for eps
        layers.append(["BatchNorm1d", pixels])
        weights += [torch.full((pixels,), math.sqrt(1 + 1e-5)).double(), torch.zeros(pixels).double()]
    layers += [*bend, ["Unflatten", 1, list(shape)]]
    recipe = {"$": "net", "layers": layers, "weights": weights}
    if options.get("stale"):
        recipe["gradients"] = [0.5 + d.rand(*weight.shape) for weight in weights]
    return recipe, base, offset


def beside(d, base, n, scale):
    """What no code can make: (n, pixels), orthogonal to the columns of base, about `scale` a pixel."""
    rest = d.randn(n, len(base))
    unit = base / base.norm(dim=0)
    return torch.as_tensor(scale).double().view(-1, 1) * (rest - rest @ unit @ unit.T)


STEPS = 120  # enough for Adam and for gradient descent, at any of the rates below


def flat(d, scale=0.7, n=None, dim=None, steps=STEPS, **options):
    """Images and a linear generator that reaches them but for something: each image's best code is known."""
    n, dim = n or d.int(2, 3), dim or d.int(2, 3)
    shape = d.choice([(1, 3, 4), (3, 2, 2), (1, 2, 6)])
    recipe, base, offset = linear(d, dim, shape, **options)
    best = 1.2 * d.randn(n, dim)
    x = best @ base.T + offset + beside(d, base, n, scale)
    z_init = best + 0.4 * (1 + d.rand(n, dim)) * torch.where(d.rand(n, dim) < 0.5, -1.0, 1.0)
    return dict(
        generator=recipe, x=x.view(n, *shape), z_init=z_init, steps=steps, lr=d.choice([0.2, 0.25, 0.3])
    )


def bent(d):
    """tanh at the end, and images that it can make: 0 is reached."""
    n, dim = 2, 2
    recipe, base, offset = linear(d, dim, bend=[["Tanh"]])
    best = 0.4 * d.randn(n, dim)
    x = (best @ (base.T) + offset).tanh()
    return dict(generator=recipe, x=x.view(n, 1, 3, 4), z_init=best + 0.3, steps=STEPS, lr=0.25)


def unlike(d):
    """One image far from all that G can make: its loss is a thousand times its neighbours'."""
    return flat(d, scale=[40.0, 0.5, 0.1], n=3)


def one_step(d, dim=None, still=None, **options):
    """One image whose slope is 1 or -1 along every component of z: Adam's first step and gradient descent's are one."""
    made = flat(d, n=1, dim=dim or d.int(1, 3), steps=1, **options)
    base = made["generator"]["weights"][0]
    image = made["x"].flatten(1) - made["generator"]["weights"][1]
    best = image @ base * 2 / len(base)
    sign = torch.where(d.rand(*best.shape) < 0.5, -1.0, 1.0).double()
    made["z_init"] = best + sign
    if still == "steps":
        made["steps"] = 0
    elif still == "lr":
        made["lr"] = 0.0
    return made


def error_at(made, z):
    base, offset = made["generator"]["weights"][:2]
    return (z @ base.T + offset - made["x"].flatten(1)).square().mean(1)


def stepped(made):
    """After one step; whoever leaps to the least value at once is right as well."""
    base, offset = made["generator"]["weights"][:2]
    best = (made["x"].flatten(1) - offset) @ base * 2 / len(base)
    slope = made["z_init"] - best
    moved = made["steps"] * made["lr"]
    ends = [made["z_init"] - moved * slope, best] if moved else [made["z_init"]]
    return case(**made).gives([{ANY_OF: ends}, {ANY_OF: [error_at(made, z) for z in ends]}])


def nearest(generator, x, z):
    """Gauss-Newton from z, each image by itself; exact in one round where G is linear."""
    h = 1e-4
    for _ in range(10):
        with torch.no_grad():
            rest = (generator(z) - x).flatten(1)
            slopes = [
                (generator(z + h * e) - generator(z - h * e)).flatten(1) / (2 * h)
                for e in torch.eye(z.shape[1]).double()
            ]
            z = z - torch.linalg.lstsq(torch.stack(slopes, 2), rest[..., None]).solution[..., 0]
    return z


def slope_at(generator, x, z):
    """The gradient of each image's mean squared error by its code."""
    z = z.detach().clone().requires_grad_(True)
    return torch.autograd.grad(each((generator(z) - x).square()).sum(), z)[0]


def descended(generator, x, z, steps, lr, way=-1):
    if steps == 0 or lr == 0:
        return z.detach().clone()
    if steps <= 2:  # Adam's second step is nearly as long as its first
        return z.detach() + way * steps * lr * slope_at(generator, x, z).sign()
    return nearest(generator, x, z) if way == -1 else z.detach() + way * 1e3


def projecting(
    start=lambda z: z,
    image=lambda x: x,
    steps=lambda n: n,
    lr=lambda a: a,
    end=lambda z: z,
    loss=lambda y, x: each((y - x).square()),
    told_at="end",
    way=-1,
    eval_mode=True,
    before=None,
    after=None,
):
    """Projection with parts exchanged; `before` and `after` do something to G."""

    def project(generator, x, z_init, steps_, lr_):
        mode = generator.training
        if eval_mode:
            generator.eval()
        if before:
            before(generator, x, z_init, steps_)
        z = end(descended(generator, image(x), start(z_init), steps(steps_), lr(lr_), way))
        with torch.no_grad():
            told = loss(generator(z if told_at == "end" else z_init), x)
        generator.train(mode)
        if after:
            after(generator, x, z_init, steps_)
        return z, told

    return lambda generator, x, z_init, steps, lr: project(generator, x, z_init, steps, lr)


def leave_gradient(keep):
    """What `loss.backward()` leaves in G's parameters after one step, added to what was there or in place of it."""

    def leave(generator, x, z_init, steps):
        if not keep:
            generator.zero_grad()
        if steps:
            each((generator(z_init.detach()) - x).square()).sum().backward()

    return leave


LEFT = ("parameters of generator", "gradients of generator", "state of generator")

project_by_optimization = Check(
    "project_by_optimization(generator, x, z_init, steps, lr) -> (z, loss)",
    oracle=projecting(),
    groups=[
        Group(
            "a linear generator: the least-squares code",
            2,
            lambda d: case(**flat(d)),
            hidden=2,
            compare=["z", "loss"],
        ),
        Group(
            "a generator with tanh: the code that made the image",
            1,
            lambda d: case(**bent(d)),
            hidden=1,
            compare=["z", "loss"],
        ),
        Group(
            "an image that G cannot make, among others that it can",
            1,
            lambda d: case(**unlike(d)),
            hidden=1,
            compare=["z", "loss"],
        ),
        Group(
            "BatchNorm, and G comes in train mode",
            1,
            lambda d: case(**flat(d, norm=True, n=3)),
            hidden=1,
            compare=["z", "loss", "state of generator"],
        ),
        Group(
            "no step and one step: where it begins, and the loss of what is returned",
            1,
            lambda d: stepped(one_step(d)),
            visible=2,
            hidden=3,
            examples=[
                stepped(one_step(Draw("no steps"), still="steps")),
                stepped(one_step(Draw("no rate"), still="lr")),
            ],
        ),
        Group(
            "G is left as it was: parameters, their .grad, mode",
            1,
            lambda d: case(**one_step(d, stale=True)),
            visible=2,
            hidden=2,
            compare=LEFT,
        ),
    ],
    mistakes=[
        Mistake(
            "never moves",
            projecting(steps=lambda n: 0),
            "z stays where it began, or nearly. Is the z that your optimiser holds the one that goes through G? Does it get `lr`? Is "
            "every one of the steps taken?",
        ),
        Mistake(
            "uphill",
            projecting(way=1),
            "Your step goes uphill: it follows the gradient where it should go against it.",
        ),
        Mistake(
            "loss of the beginning",
            projecting(told_at="start"),
            "The loss that you return is that of z_init, or of the z before the last step. Ask G once more when you are done.",
        ),
        Mistake(
            "one loss for all",
            projecting(loss=lambda y, x: (y - x).square().mean()),
            "You return one loss for the batch. Each image has its own: (N,).",
        ),
        Mistake(
            "mean loss N times",
            projecting(loss=lambda y, x: (y - x).square().mean().expand(len(x))),
            "Every image is told the batch's mean. Take the mean over each image's own pixels.",
        ),
        Mistake(
            "loss summed over pixels",
            projecting(loss=lambda y, x: (y - x).square().flatten(1).sum(1)),
            "Your loss is a sum over the pixels. It is the mean over channels, rows and columns.",
        ),
        Mistake(
            "loss rooted",
            projecting(loss=lambda y, x: each((y - x).square()).sqrt()),
            "You return the root of the mean squared error.",
        ),
        Mistake(
            "loss halved",
            projecting(loss=lambda y, x: each((y - x).square()) / 2),
            "Your loss is half of the mean squared error.",
        ),
        Mistake(
            "absolute differences told",
            projecting(loss=lambda y, x: each((y - x).abs())),
            "The loss you return is the mean of absolute differences. Squares are asked for.",
        ),
        Mistake(
            "mean over channels only",
            projecting(loss=lambda y, x: (y - x).square().mean(1)),
            "Your loss still has rows and columns: flatten(1) before the mean.",
        ),
        Mistake(
            "from zero",
            projecting(start=torch.zeros_like),
            "You do not begin at z_init but at 0.",
        ),
        Mistake(
            "a step too many",
            projecting(steps=lambda n: n + 1),
            "A step is taken where steps is 0: one too many, or z moves before the loop.",
        ),
        Mistake(
            "rate ignored",
            projecting(lr=lambda lr: 0.1),
            "Your steps have the length 0.1 whatever lr is: the optimiser does not get it.",
        ),
        Mistake(
            "kept in [-1, 1]",
            projecting(end=lambda z: z.clamp(-1, 1)),
            "You clamp z to [-1, 1]. Pixels live there; codes are draws from a Gaussian and may be anywhere.",
        ),
        Mistake(
            "length one",
            projecting(end=lambda z: z / z.norm(dim=1, keepdim=True)),
            "You scale codes to length 1. Nothing holds them there.",
        ),
        Mistake(
            "one code for all",
            projecting(
                start=lambda z: z.mean(0, keepdim=True).expand_as(z),
                image=lambda x: x.mean(0, keepdim=True).expand_as(x),
            ),
            "All images get one code, the one nearest to their mean. Each has a code of its own: z is (N, d) from the beginning.",
        ),
        Mistake(
            "picture in [0, 1]",
            projecting(image=lambda x: (x + 1) / 2, loss=lambda y, x: each((y - (x + 1) / 2).square())),
            "You compare with (x + 1) / 2. G and x speak the same language already: [-1, 1].",
        ),
        Mistake(
            "order of results",
            lambda *a: projecting()(*a)[::-1],
            "You return the loss first. The order is z, loss.",
        ),
        Mistake(
            "images returned",
            lambda generator, *a: (lambda z, told: (generator.eval()(z).detach(), told))(
                *projecting()(generator, *a)
            ),
            "You return G(z), the images. The codes z are asked for.",
        ),
        Mistake(
            "left in eval mode",
            projecting(after=lambda generator, *_: generator.eval()),
            "G comes in train mode and leaves in eval mode. Put it back: remember generator.training first.",
        ),
        Mistake(
            "left frozen",
            projecting(after=lambda generator, *_: generator.requires_grad_(False)),
            "G's parameters no longer ask for gradients when you are done: requires_grad_(True) again.",
        ),
        Mistake(
            "left frozen, in eval mode",
            projecting(after=lambda generator, *_: generator.eval().requires_grad_(False)),
            "G stays frozen and in eval mode when you are done. It is only lent: give it back as it came.",
        ),
        Mistake(
            "gradient left in G",
            projecting(before=leave_gradient(True)),
            "loss.backward() also leaves gradients in G's parameters. Ask for z's alone: torch.autograd.grad(loss, z), or "
            "loss.backward(inputs=[z]).",
        ),
        Mistake(
            "gradient left in G instead",
            projecting(before=leave_gradient(False)),
            "You wipe G's gradients and leave others. Ask for z's alone: torch.autograd.grad(loss, z), or "
            "loss.backward(inputs=[z]).",
        ),
        Mistake(
            "G's gradients wiped",
            projecting(after=lambda generator, *_: generator.zero_grad()),
            "What G's .grad held before is gone (zero_grad on G?). Do not touch it at all: torch.autograd.grad(loss, z).",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=5e-3,
    atol=2e-2,
)


# the inverting network -----------------------------------------------------------------------------------------------


def squared(a, b):
    return (a - b).square().mean()


def autoencoded(generator, encoder, x):
    return squared(generator(encoder(x)), x)


def recovered(generator, encoder, z):
    with torch.no_grad():
        fake = generator(z)
    return squared(encoder(fake), z)


def encoding(weight=0.1, first=autoencoded, second=recovered):
    return lambda generator, encoder, x, z: (
        first(generator, encoder, x) + weight * second(generator, encoder, z)
    )


def without(part):
    """The part's value, and nothing to learn from it."""

    def value(*arguments):
        with torch.no_grad():
            return part(*arguments)

    return value


def pair(d, same=None):
    """Small networks both ways, images and codes; as many of each where `same`."""
    dim, n = 2, d.int(2, 4)
    return case(
        generator=net(d, ["Linear", dim, 6], ["Tanh"], ["Unflatten", 1, [1, 2, 3]]),
        encoder=net(d, ["Flatten", 1], ["Linear", 6, 3], ["Tanh"], ["Linear", 3, dim]),
        x=d.randn(n, 1, 2, 3),
        z=1.5 * d.randn(n if same else n + d.int(1, 2), dim),
    )


def through_features(generator, encoder, x):
    """Compares codes of codes instead of pixels."""
    code = encoder(x)
    return squared(encoder(generator(code)), code)


encoder_loss = Check(
    "encoder_loss(generator, encoder, x, z)",
    oracle=encoding(),
    groups=[
        Group("the loss", 1, lambda d: pair(d, same=True), visible=2, compare=["result"]),
        Group("more codes than images", 1, pair, visible=1, compare=["result"]),
        Group(
            "what E learns from it: gradients",
            1,
            pair,
            visible=2,
            hidden=2,
            compare=["result", "gradients of encoder", "gradient of x"],
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "images only",
            encoding(0.0),
            "Only the images count in your loss. The codes of G's own pictures are known: use them.",
        ),
        Mistake(
            "codes only",
            encoding(0.1, first=lambda *a: 0.0),
            "Only the codes count in your loss (times 0.1). Real pictures should come back through G, too.",
        ),
        Mistake(
            "no factor",
            encoding(1.0),
            "Both parts have the weight 1 in your loss. The codes' part has 0.1.",
        ),
        Mistake(
            "factor on both",
            lambda *a: 0.1 * (autoencoded(*a[:3]) + recovered(*a[:2], a[3])),
            "The factor 0.1 stands before both parts: it belongs to the codes alone.",
        ),
        Mistake(
            "codes only, without the factor",
            lambda *a: recovered(*a[:2], a[3]),
            "Only the codes count in your loss. Real pictures should come back through G, too.",
        ),
        Mistake(
            "averaged",
            lambda *a: encoding()(*a) / 2,
            "Your loss is half of what is asked for: the two parts are added, not averaged.",
        ),
        Mistake(
            "rooted",
            encoding(first=lambda *a: autoencoded(*a).sqrt(), second=lambda *a: recovered(*a).sqrt()),
            "You root the mean squared errors. They are added as they are.",
        ),
        Mistake(
            "as many codes as images",
            lambda generator, encoder, x, z: encoding()(generator, encoder, x, z[: len(x)]),
            "You use as many codes as there are images. There may be more: use all.",
        ),
        Mistake(
            "factor on the other part",
            lambda *a: 0.1 * autoencoded(*a[:3]) + recovered(*a[:2], a[3]),
            "The factor 0.1 stands before the wrong part: it belongs to the codes.",
        ),
        Mistake("weight 10", encoding(10.0), "The codes' part has the weight 10 in your loss. It is 0.1."),
        Mistake(
            "subtracted",
            encoding(-0.1),
            "You subtract the codes' part. Both are errors, and are added.",
        ),
        Mistake(
            "summed over components",
            encoding(second=lambda g, e, z: (e(g(z).detach()) - z).square().sum(1).mean()),
            "The codes' part is summed over the components. Take the mean over codes and components.",
        ),
        Mistake(
            "summed over pixels",
            encoding(first=lambda g, e, x: (g(e(x)) - x).square().flatten(1).sum(1).mean()),
            "The images' part is summed over the pixels. Take the mean over everything.",
        ),
        Mistake(
            "summed over both",
            encoding(
                first=lambda g, e, x: (g(e(x)) - x).square().flatten(1).sum(1).mean(),
                second=lambda g, e, z: (e(g(z).detach()) - z).square().sum(1).mean(),
            ),
            "Both parts are summed over pixels and components. Take means over everything.",
        ),
        Mistake(
            "absolute",
            encoding(
                first=lambda g, e, x: (g(e(x)) - x).abs().mean(),
                second=lambda g, e, z: (e(g(z).detach()) - z).abs().mean(),
            ),
            "You take absolute differences. Squares are asked for.",
        ),
        Mistake(
            "absolute in the images",
            encoding(first=lambda g, e, x: (g(e(x)) - x).abs().mean()),
            "The images' part takes absolute differences. Squares are asked for.",
        ),
        Mistake(
            "codes of codes",
            encoding(first=through_features),
            "Of a real picture you compare codes. Compare *pixels*: G(E(x)) with x.",
        ),
        Mistake(
            "pictures of z",
            encoding(second=lambda g, e, z: squared(g(e(g(z).detach())), g(z).detach())),
            "Of G's own picture you compare pixels. Its code is known: compare E(G(z)) with z.",
        ),
        Mistake(
            "pictures teach nothing",
            encoding(first=lambda g, e, x: squared(g(e(x).detach()), x)),
            "Real pictures teach your E nothing: its answer is detached before it enters G, or G(E(x)) is made under no_grad. G's weights "
            "are not to learn, but the gradient must pass *through* G to E.",
        ),
        Mistake(
            "codes teach nothing",
            encoding(second=without(recovered)),
            "E(G(z)) is made under no_grad or detached, so the codes teach E nothing. Only G(z) is data.",
        ),
    ],
    barred=OPEN,
)


def encoder_for(images, codes, norm=False, **options):
    """A linear network that gives these images these codes."""
    flat_ = images.flatten(1)
    pixels, dim = flat_.shape[1], codes.shape[1]
    layers, weights = (
        [["Flatten", 1], ["Linear", pixels, dim, False]],
        [(torch.linalg.pinv(flat_) @ codes).T.contiguous()],
    )
    if norm:
        layers.append(["BatchNorm1d", dim])
        weights += [torch.full((dim,), math.sqrt(1 + 1e-5)).double(), torch.zeros(dim).double()]
    recipe = {"$": "net", "layers": layers, "weights": weights}
    if "stale" in options:
        recipe["gradients"] = [0.5 + options["stale"].rand(*weight.shape) for weight in weights]
    return recipe


def handed(made, **options):
    """The first codes come from an encoder instead."""
    start = made.pop("z_init")
    return case(**made, encoder=encoder_for(made["x"], start, **options))


def valleys(d):
    """G(z) = base |z|: two codes for one image, and the first code decides which is found."""
    n, shape = 10, (1, 3, 4)  # of ten images noise seldom finds the valleys of another start
    base = math.sqrt(12 / 2) * orthonormal(d.randn(12, 1))
    generator = {
        "$": "net",
        "layers": [
            ["Linear", 1, 2, False],
            ["ReLU"],
            ["Linear", 2, 12, False],
            ["Unflatten", 1, list(shape)],
        ],
        "weights": [number([[1], [-1]]), base.expand(-1, 2).contiguous()],
    }
    best = 1.2 + 0.6 * d.rand(n, 1)
    sign = number([[1], [-1]] if d.rand(1) < 0.5 else [[-1], [1]]).repeat(n // 2, 1)
    x = (best @ base.T + beside(d, base, n, 0.4)).view(n, *shape)
    start = sign * (best + (d.rand(n, 1) - 0.5))
    return case(generator=generator, x=x, encoder=encoder_for(x, start), steps=STEPS, lr=0.25)


BEST = projecting()  # the right answer


def starting(start=None, then=BEST, image=lambda x, y: x, eval_mode=True, after=None):
    """The hybrid with parts exchanged."""

    def hybrid(generator, encoder, x, steps, lr):
        modes = generator.training, encoder.training
        if eval_mode:
            encoder.eval()
        with torch.no_grad():
            z = encoder(x)
        encoder.train(modes[1])
        if start:
            z = start(z)
        with torch.no_grad():
            remade = generator.eval()(z)
        generator.train(modes[0])
        found = then(generator, image(x, remade), z, steps, lr)
        if after:
            after(generator, encoder)
        return found

    return hybrid


def told_of_reconstruction(generator, encoder, x, steps, lr):
    """Projects G(E(x)) instead of x."""
    return starting(image=lambda x, remade: remade)(generator, encoder, x, steps, lr)


BOTH_LEFT = (*LEFT, *(name.replace("generator", "encoder") for name in LEFT))

project_hybrid = Check(
    "project_hybrid(generator, encoder, x, steps, lr) -> (z, loss)",
    oracle=starting(),
    groups=[
        Group(
            "no step: the encoder's answer, and its loss",
            1,
            lambda d: handed(flat(d, steps=0, norm=True, n=3), norm=True),
            visible=2,
            compare=["z", "loss"],
        ),
        Group(
            "a linear generator: the least-squares code",
            1,
            lambda d: handed(flat(d)),
            hidden=1,
            compare=["z", "loss"],
        ),
        Group(
            "two valleys: the encoder decides which",
            1,
            valleys,
            hidden=1,
            compare=["z", "loss"],
        ),
        Group(
            "both networks are left as they were",
            1,
            lambda d: handed(one_step(d, stale=True), stale=d),
            visible=1,
            hidden=2,
            compare=BOTH_LEFT,
        ),
    ],
    mistakes=[
        Mistake(
            "encoder alone",
            starting(then=projecting(steps=lambda n: 0)),
            "You return the encoder's answer as it is. The hybrid takes `steps` steps from there.",
        ),
        Mistake(
            "from zero",
            starting(start=torch.zeros_like),
            "You begin at 0. Begin at the encoder's answer.",
        ),
        Mistake(
            "from the other side",
            starting(start=lambda z: -z),
            "The sign of the encoder's answer is turned.",
        ),
        Mistake(
            "from the mean",
            starting(start=lambda z: z.mean(0, keepdim=True).expand_as(z).clone()),
            "All images begin at the mean of the encoder's answers. Each begins at its own.",
        ),
        Mistake(
            "the encoder's picture",
            told_of_reconstruction,
            "You project G(E(x)), which needs no projection. The target is x.",
        ),
        Mistake(
            "loss of the beginning",
            starting(then=projecting(told_at="start")),
            "The loss that you return is that of the encoder's answer. Ask G once more when you are done.",
        ),
        Mistake(
            "one loss for all",
            starting(then=projecting(loss=lambda y, x: (y - x).square().mean())),
            "You return one loss for the batch. Each image has its own: (N,).",
        ),
        Mistake(
            "loss summed over pixels",
            starting(then=projecting(loss=lambda y, x: (y - x).square().flatten(1).sum(1))),
            "Your loss is a sum over the pixels. It is the mean over channels, rows and columns.",
        ),
        Mistake(
            "encoder in train mode",
            starting(eval_mode=False),
            "The encoder answers in train mode: its BatchNorm mixes the images of the batch. Put it into eval mode, and back.",
        ),
        Mistake(
            "G in train mode",
            starting(then=projecting(eval_mode=False)),
            "G works in train mode: its BatchNorm mixes the images of the batch. Put it into eval mode, and back.",
        ),
        Mistake(
            "both in train mode",
            starting(eval_mode=False, then=projecting(eval_mode=False)),
            "Both networks work in train mode: BatchNorm mixes the images of the batch. Put them into eval mode, and back.",
        ),
        Mistake(
            "order of results",
            lambda *a: starting()(*a)[::-1],
            "You return the loss first. The order is z, loss.",
        ),
        Mistake(
            "left in eval mode",
            starting(after=lambda generator, encoder: (generator.eval(), encoder.eval())),
            "Both networks leave in eval mode. Put them back into the mode in which they came.",
        ),
        Mistake(
            "encoder left in eval mode",
            starting(after=lambda generator, encoder: encoder.eval()),
            "The encoder leaves in eval mode. Put it back into the mode in which it came.",
        ),
        Mistake(
            "generator left in eval mode",
            starting(after=lambda generator, encoder: generator.eval()),
            "The generator leaves in eval mode. Put it back into the mode in which it came.",
        ),
        Mistake(
            "left frozen",
            starting(
                after=lambda generator, encoder: (
                    generator.requires_grad_(False),
                    encoder.requires_grad_(False),
                )
            ),
            "The parameters no longer ask for gradients when you are done: requires_grad_(True) again.",
        ),
        Mistake(
            "encoder left frozen",
            starting(after=lambda generator, encoder: encoder.requires_grad_(False)),
            "The encoder's parameters no longer ask for gradients when you are done: requires_grad_(True) again.",
        ),
        Mistake(
            "gradient left in G",
            starting(then=projecting(before=leave_gradient(True))),
            "loss.backward() also leaves gradients in G's parameters. Ask for z's alone: torch.autograd.grad(loss, z).",
        ),
    ],
    barred=OPEN,
    rtol=5e-3,
    atol=2e-2,
)


# editing -------------------------------------------------------------------------------------------------------------


def drift(z, z0):
    return (z - z0).square().sum(1)


def unreal(logits):
    return F.softplus(-logits)


def objective(constrained=lambda u: u, far=drift, fake=unreal, end=lambda v: v, weights=lambda a, b: (a, b)):
    """The objective with parts exchanged."""

    def value(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
        image = generator(z)
        a, b = weights(lambda_z, lambda_d)
        return end(constrained(constraint(image)) + a * far(z, z0) + b * fake(discriminator(image)))

    return lambda generator, discriminator, z, z0, constraint, lambda_z, lambda_d: value(
        generator, discriminator, z, z0, constraint, lambda_z, lambda_d
    )


def edited(d, lambda_z=0.0, lambda_d=0.0, confident=1.0, n=None):
    """Small networks; the constraint is one, too: images -> (N,), above 0."""
    n, dim = n or d.int(2, 4), d.int(2, 3)
    judge_ = net(d, ["Flatten", 1], ["Linear", 6, 3], ["LeakyReLU", 0.2], ["Linear", 3, 1], ["Flatten", 0])
    judge_["weights"][-1] = 0 * judge_["weights"][-1] + confident * (0.5 + d.rand(1))
    return case(
        generator=net(d, ["Linear", dim, 6], ["Tanh"], ["Unflatten", 1, [1, 2, 3]]),
        discriminator=judge_,
        z=d.randn(n, dim),
        z0=d.randn(n, dim),
        constraint=net(d, ["Flatten", 1], ["Linear", 6, 2], ["Softplus"], ["Linear", 2, 1], ["Flatten", 0]),
        lambda_z=lambda_z,
        lambda_d=lambda_d,
    )


GRADIENT = ["result", "gradient of z"]

edit_objective = Check(
    "edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d)",
    oracle=objective(),
    groups=[
        Group("the constraint alone", 1, edited),
        Group("with the drift", 1, lambda d: edited(d, lambda_z=d.float(0.2, 2))),
        Group(
            "with the discriminator, unsure and sure",
            1,
            lambda d: edited(d, lambda_d=d.float(0.2, 2), confident=d.choice([-2000.0, -1.0, 1.0, 2000.0])),
            visible=2,
            hidden=4,
            examples=[
                edited(Draw("sure of a fake"), lambda_d=1.0, confident=-5000.0),
            ],
        ),
        Group(
            "all three, and the gradient for z",
            1,
            lambda d: edited(d, lambda_z=d.float(0.2, 2), lambda_d=d.float(0.2, 2)),
            visible=2,
            gradients=True,
            compare=GRADIENT,
        ),
    ],
    mistakes=[
        Mistake(
            "mean of the batch",
            objective(end=lambda v: v.mean()),
            "You return one number for the batch. Every image is an editing problem of its own: (N,).",
        ),
        Mistake(
            "sum of the batch",
            objective(end=lambda v: v.sum()),
            "You return the sum over the batch. Every image is an editing problem of its own: (N,).",
        ),
        Mistake(
            "drift meant over components",
            objective(far=lambda z, z0: (z - z0).square().mean(1)),
            "You take the mean over the components of z. |z - z0|² is their sum.",
        ),
        Mistake(
            "drift not squared",
            objective(far=lambda z, z0: (z - z0).norm(dim=1)),
            "Your drift is the distance. Its square is asked for.",
        ),
        Mistake(
            "drift in absolute values",
            objective(far=lambda z, z0: (z - z0).abs().sum(1)),
            "Your drift sums absolute differences. It sums squares.",
        ),
        Mistake(
            "drift of the whole batch",
            objective(far=lambda z, z0: (z - z0).square().sum()),
            "Every image pays for the drift of the whole batch. Sum over the components alone: sum(1).",
        ),
        Mistake(
            "mean drift of the batch",
            objective(far=lambda z, z0: (z - z0).square().sum(1).mean()),
            "Every image pays the mean drift of the batch. Each pays its own.",
        ),
        Mistake(
            "length instead of drift",
            objective(far=lambda z, z0: z.square().sum(1)),
            "You punish the length of z. What counts is how far it has gone from z0.",
        ),
        Mistake(
            "mean over everything",
            objective(far=lambda z, z0: (z - z0).square().mean()),
            "Your drift is one mean over the batch and its components (mse_loss). Each image pays the *sum* over its own components.",
        ),
        Mistake(
            "constraint turned",
            objective(constrained=lambda u: -u),
            "The sign of the constraint is turned: your edit would go away from the stroke.",
        ),
        Mistake(
            "drift halved",
            objective(far=lambda z, z0: drift(z, z0) / 2),
            "Your drift has a factor ½ that the formula has not.",
        ),
        Mistake(
            "no drift",
            objective(far=lambda z, z0: 0.0),
            "The drift is missing: lambda_z has no effect.",
        ),
        Mistake(
            "drift subtracted",
            objective(weights=lambda a, b: (-a, b)),
            "You subtract the drift, and so reward it.",
        ),
        Mistake(
            "no discriminator",
            objective(fake=lambda u: 0.0),
            "The discriminator is missing: lambda_d has no effect.",
        ),
        Mistake(
            "wrong way round",
            objective(fake=F.softplus),
            "softplus(+logit) falls where D says *fake*: your edits would be driven out of the realistic. It is softplus(-logit).",
        ),
        Mistake(
            "the logit itself",
            objective(fake=lambda u: -u),
            "You subtract the logit itself. It has no lower end, so a large lambda_d drives z to nonsense that excites D: softplus(-logit).",
        ),
        Mistake(
            "bent without a curve",
            objective(fake=lambda u: F.relu(-u)),
            "That is relu(-logit), which softplus(-logit) resembles far out only: between -3 and 3 they differ, in value and slope.",
        ),
        Mistake(
            "probability",
            objective(fake=lambda u: 1 - u.sigmoid()),
            "You add D's probability of “fake”. Its logarithm is asked for, softplus(-logit), which still pulls where D is sure.",
        ),
        Mistake(
            "log D",
            objective(fake=lambda u: F.logsigmoid(u)),
            "That is + log D, which is smallest for fakes. The sign is turned: -log D = softplus(-logit).",
        ),
        Mistake(
            "saturating",
            objective(fake=lambda u: F.logsigmoid(-u)),
            "That is log(1 - D), the saturating loss. softplus(-logit) is -log D.",
        ),
        Mistake(
            "infinite",
            objective(fake=lambda u: -u.sigmoid().log()),
            "Where D is sure your value is infinite: the sigmoid rounds to 0, or the exponential overflows. softplus(-logit) does neither.",
        ),
        Mistake(
            "a little added",
            objective(fake=lambda u: -(u.sigmoid() + 1e-8).log()),
            "You add a small number before the logarithm: flat where D is sure. softplus(-logit) needs no help.",
        ),
        Mistake(
            "sigmoid twice",
            objective(fake=lambda u: F.softplus(-u.sigmoid())),
            "The sigmoid is applied, and softplus(-l) = -log sigmoid(l) applies it again.",
        ),
        Mistake(
            "mean of D",
            objective(fake=lambda u: F.softplus(-u).mean()),
            "Every image pays D's mean over the batch. Each pays for its own logit.",
        ),
        Mistake(
            "weights exchanged",
            objective(weights=lambda a, b: (b, a)),
            "lambda_z and lambda_d are exchanged.",
        ),
        Mistake(
            "weights ignored",
            objective(weights=lambda a, b: (1.0, 1.0)),
            "lambda_z and lambda_d have no effect.",
        ),
        Mistake(
            "no constraint",
            objective(constrained=lambda u: 0.0),
            "The constraint is missing: nobody hears what the edit should be.",
        ),
        Mistake(
            "constraint squared",
            objective(constrained=lambda u: u.square()),
            "You square the constraint. It is a number to be lowered already.",
        ),
        Mistake(
            "constraint meant",
            objective(constrained=lambda u: u.mean()),
            "Every image pays the mean constraint of the batch. Each pays its own.",
        ),
        Mistake(
            "constraint on z0's picture",
            lambda generator, discriminator, z, z0, constraint, lambda_z, lambda_d: (
                constraint(generator(z0))
                + lambda_z * drift(z, z0)
                + lambda_d * unreal(discriminator(generator(z)))
            ),
            "You ask the constraint about G(z0), the unedited picture. Ask about G(z).",
        ),
        Mistake(
            "D judges z0's picture",
            lambda generator, discriminator, z, z0, constraint, lambda_z, lambda_d: (
                constraint(generator(z))
                + lambda_z * drift(z, z0)
                + lambda_d * unreal(discriminator(generator(z0)))
            ),
            "D judges G(z0), the unedited picture. Let it judge G(z).",
        ),
        Mistake(
            "drift detached",
            objective(far=lambda z, z0: drift(z.detach(), z0)),
            "The value is right, but the drift is cut off from z: it pulls nobody back.",
        ),
        Mistake(
            "D detached",
            lambda generator, discriminator, z, z0, constraint, lambda_z, lambda_d: (
                constraint(generator(z))
                + lambda_z * drift(z, z0)
                + lambda_d * unreal(discriminator(generator(z).detach()))
            ),
            "The value is right, but D sees a detached picture, or works under no_grad: its opinion does not reach z.",
        ),
        Mistake(
            "constraint detached",
            lambda generator, discriminator, z, z0, constraint, lambda_z, lambda_d: (
                constraint(generator(z).detach())
                + lambda_z * drift(z, z0)
                + lambda_d * unreal(discriminator(generator(z)))
            ),
            "The value is right, but the constraint sees a detached picture: it does not reach z.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# warping -------------------------------------------------------------------------------------------------------------


def sampled(x, rows, columns, edge="border"):
    """x (C, H, W) read at real positions, by loops; `edge` says what lies outside."""
    c, h, w = x.shape
    y = torch.zeros(c, *rows.shape, dtype=x.dtype)

    def pixel(i, j):
        if edge == "zero" and not (0 <= i < h and 0 <= j < w):
            return x.new_zeros(c)
        if edge == "around":
            return x[:, i % h, j % w]
        if edge == "mirror":
            i, j = (mirrored(k, n) for k, n in ((i, h), (j, w)))
        return x[:, min(max(i, 0), h - 1), min(max(j, 0), w - 1)]

    for a in range(rows.shape[0]):
        for b in range(rows.shape[1]):
            r, s = rows[a, b].item(), columns[a, b].item()
            i, j = math.floor(r), math.floor(s)
            for di, wi in ((0, 1 - (r - i)), (1, r - i)):
                for dj, wj in ((0, 1 - (s - j)), (1, s - j)):
                    if wi * wj:
                        y[:, a, b] += wi * wj * pixel(i + di, j + dj)
    return y


def mirrored(k, n):
    if n == 1:
        return 0
    k = k % (2 * n - 2)
    return k if k < n else 2 * n - 2 - k


def warping(move=lambda u, v: (u, v), at=lambda i, j, u, v: (i + v, j + u), shared=False, **options):
    """The warp with parts exchanged: what becomes of u (columns) and v (rows), and where pixel (i, j) reads."""

    def warp_(x, flow):
        h, w = x.shape[2:]
        i, j = torch.meshgrid(torch.arange(h).double(), torch.arange(w).double(), indexing="ij")
        return torch.stack(
            [
                sampled(image, *at(i, j, *move(*(flow[0] if shared else field).flip(0))), **options)
                for image, field in zip(x, flow)
            ]
        )

    return lambda x, flow: warp_(x, flow)


def splatted(x, flow):
    """Every pixel is pushed to where the flow points, rounded; later ones win."""
    y = torch.zeros_like(x)
    h, w = x.shape[2:]
    for n in range(len(x)):
        for i in range(h):
            for j in range(w):
                v, u = flow[n, :, i, j].round().int().tolist()
                if 0 <= i + v < h and 0 <= j + u < w:
                    y[n, :, i + v, j + u] = x[n, :, i, j]
    return y


def gridded(corners, size=lambda n, corners: (n - 1) / 2 if corners else n / 2, mode="bilinear", half=False):
    """grid_sample with the pixel positions converted by one rule and read by another."""

    def warp_(x, flow):
        h, w = x.shape[2:]
        i, j = torch.meshgrid(torch.arange(h).double(), torch.arange(w).double(), indexing="ij")
        rows, columns = (i + flow[:, 0]), (j + flow[:, 1])
        other = not corners if half else corners
        shift = 0 if other else 0.5
        grid = torch.stack(
            [
                (columns + shift) / max(size(w, other), 0.5) - 1,
                (rows + shift) / max(size(h, other), 0.5) - 1,
            ],
            -1,
        )
        return F.grid_sample(x, grid, mode, "border", align_corners=corners)

    return lambda x, flow: warp_(x, flow)


def shifted(d, u=(-1, 1), v=(-1, 1), n=None, whole=True, field=False):
    """A random image and a flow, one for all pixels or one for each, that stays inside or does not."""
    n, h, w = n or d.int(1, 2), d.int(3, 4), d.int(5, 6)
    x = d.randn(n, d.choice([2, 3]), h, w)
    shape = (n, h, w) if field else (n, 1, 1)
    u_, v_ = ((low + (high - low) * d.rand(*shape)).expand(n, h, w) for low, high in (u, v))
    flow = torch.stack([v_, u_], 1).contiguous()
    return case(x=x, flow=flow.round() if whole else flow)


def within(d, whole=False, n=2):
    """Every pixel and image has a flow of its own, which leads nowhere outside."""
    h, w = d.int(3, 4), d.int(5, 6)
    i, j = torch.meshgrid(torch.arange(h).double(), torch.arange(w).double(), indexing="ij")
    to_row = (h - 1) * d.rand(n, h, w)
    to_column = (w - 1) * d.rand(n, h, w)
    flow = torch.stack([to_row - i, to_column - j], 1)
    return case(x=d.randn(n, d.choice([2, 3]), h, w), flow=flow.round() if whole else flow)


def uniform(u, v, h, w):
    return torch.stack([torch.full((h, w), float(v)), torch.full((h, w), float(u))])[None].double()


PICTURE = number([[[[1, 2, 3], [4, 5, 6]]]])

warp = Check(
    "warp(x, flow)",
    oracle=warping(),
    groups=[
        Group(
            "whole pixels",
            1,
            lambda d: within(d, whole=True, n=1),
            visible=2,
            examples=[
                case(x=PICTURE, flow=uniform(0, 0, 2, 3)).gives(PICTURE),
                case(x=PICTURE, flow=number([[[[0, 0, 0], [0, 0, 0]], [[1, 1, 0], [1, 1, 0]]]])).gives(
                    number([[[[2, 3, 3], [5, 6, 6]]]])
                ),
                case(x=PICTURE, flow=number([[[[1, 1, 1], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]]])).gives(
                    number([[[[4, 5, 6], [4, 5, 6]]]])
                ),
            ],
        ),
        Group(
            "between pixels",
            1,
            lambda d: within(d, n=1),
            visible=2,
            examples=[
                case(
                    x=PICTURE, flow=number([[[[0.5, 0, 0], [0, 0, 0]], [[0.25, 0.25, 0], [0, 0, 0]]]])
                ).gives(number([[[[2.75, 2.25, 3], [4, 5, 6]]]]))
            ],
        ),
        Group("each image its own flow", 1, lambda d: within(d, n=d.int(2, 3)), visible=1),
        Group(
            "over the border",
            1,
            lambda d: shifted(d, u=(-4, 4), v=(-4, 4), whole=False, field=True),
            visible=2,
            examples=[
                case(x=PICTURE, flow=uniform(-1, 0, 2, 3)).gives(number([[[[1, 1, 2], [4, 4, 5]]]])),
                case(x=PICTURE, flow=uniform(0, 0.5, 2, 3)).gives(number([[[[2.5, 3.5, 4.5], [4, 5, 6]]]])),
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "nothing moves",
            lambda x, flow: x.clone(),
            "The image comes back as it was.",
        ),
        Mistake(
            "forward",
            warping(move=lambda u, v: (-u, -v)),
            "Your picture moves the other way: the flow says where a pixel of the *result* reads, x[i + f0, j + f1].",
        ),
        Mistake(
            "pushed",
            splatted,
            "You push pixels to where the flow points, which leaves holes. Let every pixel of the *result* read at (i + f0, j + f1).",
        ),
        Mistake(
            "channels exchanged",
            warping(move=lambda u, v: (v, u)),
            "Rows and columns are exchanged: flow[:, 0] counts rows, flow[:, 1] columns. (grid_sample wants columns first.)",
        ),
        Mistake(
            "columns turned",
            warping(move=lambda u, v: (-u, v)),
            "The sign of flow[:, 1] is turned: pixel (i, j) reads at column j + f1.",
        ),
        Mistake(
            "rows turned",
            warping(move=lambda u, v: (u, -v)),
            "The sign of flow[:, 0] is turned: rows are counted downwards, and pixel (i, j) reads at row i + f0.",
        ),
        Mistake(
            "no rows",
            warping(move=lambda u, v: (u, 0 * v)),
            "Only the columns move: flow[:, 0] is ignored.",
        ),
        Mistake(
            "no columns",
            warping(move=lambda u, v: (0 * u, v)),
            "Only the rows move: flow[:, 1] is ignored.",
        ),
        Mistake(
            "positions",
            warping(at=lambda i, j, u, v: (v, u)),
            "You read at the flow itself. The flow is a displacement: add it to (i, j).",
        ),
        Mistake(
            "outside is zero",
            warping(edge="zero"),
            'Outside the image you read 0. The nearest pixel of the border counts there: clamp the position (padding_mode="border").',
        ),
        Mistake(
            "outside is around",
            warping(edge="around"),
            "Your picture goes round: what leaves on one side comes in on the other. Clamp the position to the image.",
        ),
        Mistake(
            "outside is mirrored",
            warping(edge="mirror"),
            "Outside the image you read its mirror image. The nearest pixel of the border counts there.",
        ),
        Mistake(
            "nearest",
            warping(move=lambda u, v: (u.round(), v.round())),
            "You read the nearest pixel. Between pixels, four of them are mixed (bilinear).",
        ),
        Mistake(
            "rounded down",
            warping(move=lambda u, v: (u.floor(), v.floor())),
            "You round positions down. Between pixels, four of them are mixed (bilinear).",
        ),
        Mistake(
            "truncated",
            warping(move=lambda u, v: (u.trunc(), v.trunc())),
            "The fraction is dropped (int()). Between pixels, four of them are mixed (bilinear).",
        ),
        Mistake(
            "weights exchanged",
            warping(move=lambda u, v: (2 * u.floor() + 1 - u, 2 * v.floor() + 1 - v)),
            "The weights of the neighbours are exchanged: the *nearer* pixel counts more.",
        ),
        Mistake(
            "weights of the other axis",
            warping(
                at=lambda i, j, u, v: (
                    (i + v).floor() + (j + u) - (j + u).floor(),
                    (j + u).floor() + (i + v) - (i + v).floor(),
                )
            ),
            "The fraction of the row weighs the columns, and the other way round.",
        ),
        Mistake(
            "half a pixel off",
            warping(at=lambda i, j, u, v: (i + v + 0.5, j + u + 0.5)),
            "You read half a pixel too far down and to the right, or mix four neighbours equally. Pixel i lies at i, and read there it counts alone.",
        ),
        Mistake(
            "first image for all",
            lambda x, flow: warping()(x[:1].expand_as(x), flow),
            "All results are read from the first image.",
        ),
        Mistake(
            "first flow for all",
            warping(shared=True),
            "Every image is warped by the first image's flow.",
        ),
        Mistake(
            "in halves of the image",
            lambda x, flow: warping(move=lambda u, v: (u * (x.shape[3] - 1) / 2, v * (x.shape[2] - 1) / 2))(
                x, flow
            ),
            "You add the flow to grid_sample's coordinates, which run from -1 to 1. The flow is in pixels: f columns are "
            "2f / (W - 1) of those units.",
        ),
        Mistake(
            "half as far",
            warping(move=lambda u, v: (u / 2, v / 2)),
            "Your picture moves half as far. grid_sample's coordinates run over 2 units, from -1 to 1: f columns are 2f / (W - 1).",
        ),
        Mistake(
            "width for both",
            lambda x, flow: warping(
                at=lambda i, j, u, v: ((i + v) * (x.shape[2] - 1) / (x.shape[3] - 1), j + u)
            )(x, flow),
            "Rows are scaled by the width. They have the height, H - 1, as their own measure.",
        ),
        Mistake(
            "corners read as edges",
            gridded(corners=False, half=True),
            "You convert positions as for align_corners=True, and grid_sample reads them with align_corners=False (its default).",
        ),
        Mistake(
            "edges read as corners",
            gridded(corners=True, half=True),
            "You convert positions as for align_corners=False, and grid_sample reads them with align_corners=True.",
        ),
        Mistake(
            "W for W - 1",
            lambda x, flow: gridded(True, size=lambda n, corners: n / 2)(x, flow),
            "With align_corners=True the columns 0 ... W - 1 are -1 ... 1: divide by (W - 1) / 2, not by W / 2.",
        ),
        Mistake(
            "bicubic",
            gridded(True, mode="bicubic"),
            "You read with bicubic interpolation. Bilinear is asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=1e-7,
    atol=1e-8,
)


# colour --------------------------------------------------------------------------------------------------------------


def homogeneous(source):
    return torch.cat([source, torch.ones_like(source[:, :1])], 1)


def fitted(source, target):
    """By the normal equations, in float64."""
    a, b = homogeneous(source).double(), target.double()
    return torch.linalg.solve(a.T @ a, a.T @ b).T.to(source)


def mixture(d):
    return torch.cat([torch.eye(3).double() + 0.4 * d.randn(3, 3), 0.3 * d.randn(3, 1)], 1)


def colors(d, p, noise=0.0):
    source = 2 * d.rand(p, 3) - 1
    color = mixture(d)
    return case(source=source, target=homogeneous(source) @ color.T + noise * d.randn(p, 3))


def channelwise(source, target):
    """Each channel by itself: a gain and a shift."""
    color = torch.zeros(3, 4).to(source)
    for c in range(3):
        a = torch.stack([source[:, c], torch.ones_like(source[:, c])], 1)
        color[c, c], color[c, 3] = torch.linalg.solve(a.T @ a, a.T @ target[:, c])
    return color


def statistics_matched(source, target):
    gain = target.std(0) / source.std(0)
    return torch.cat([torch.diag(gain), (target.mean(0) - gain * source.mean(0))[:, None]], 1)


def ridge(weight):
    def fit(source, target):
        a = homogeneous(source)
        return torch.linalg.solve(a.T @ a + weight * torch.eye(4).to(a), a.T @ target).T

    return fit


EXACT = number([[0.2, -0.4, 0.6], [1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0.5, 0]])
BRIGHTER = number([[0, 1, 0, 0.5], [1, 0, 0, 0], [0, 0, 1, -0.5]])

fit_color_transfer = Check(
    "fit_color_transfer(source, target)",
    oracle=fitted,
    groups=[
        Group(
            "colours that were changed exactly so",
            1,
            lambda d: colors(d, d.int(4, 9)),
            visible=2,
            examples=[
                case(source=EXACT, target=homogeneous(EXACT) @ BRIGHTER.T).gives(BRIGHTER),
            ],
        ),
        Group(
            "colours that no such change explains: least squares",
            1,
            lambda d: colors(d, d.int(6, 12), noise=0.3),
            visible=2,
        ),
    ],
    mistakes=[
        Mistake(
            "transposed",
            lambda source, target: fitted(source, target).T,
            "You return (4, 3). lstsq finds the matrix that stands to the *right* of the rows; asked for is its transpose, (3, 4).",
        ),
        Mistake(
            "no shift",
            lambda source, target: torch.cat(
                [torch.linalg.lstsq(source, target).solution.T, source.new_zeros(3, 1)], 1
            ),
            "The shift is missing: append a column of ones to the source before you solve.",
        ),
        Mistake(
            "three by three",
            lambda source, target: torch.linalg.lstsq(source, target).solution.T,
            "You return (3, 3): the shift is missing. Append a column of ones to the source before you solve.",
        ),
        Mistake(
            "shift first",
            lambda source, target: fitted(source, target).roll(1, 1),
            "The shift stands in the first column. It belongs into the last.",
        ),
        Mistake(
            "backwards",
            lambda source, target: fitted(target, source),
            "Your map leads from target to source.",
        ),
        Mistake(
            "each channel alone",
            channelwise,
            "You fit each channel by itself. Every new channel may depend on all three old ones.",
        ),
        Mistake(
            "statistics matched",
            statistics_matched,
            "You match means and standard deviations. That ignores which colour became which: solve the least squares.",
        ),
        Mistake(
            "shift only",
            lambda source, target: torch.cat(
                [torch.eye(3).to(source), (target - source).mean(0)[:, None]], 1
            ),
            "You only shift the mean colour. The 3 × 3 part is to be fitted, too.",
        ),
        Mistake(
            "centred, shift forgotten",
            lambda source, target: torch.cat(
                [
                    torch.linalg.lstsq(source - source.mean(0), target - target.mean(0)).solution.T,
                    target.mean(0)[:, None],
                ],
                1,
            ),
            "After centring, the shift is mean(target) - M mean(source); yours is mean(target) alone.",
        ),
        Mistake(
            "matrix transposed",
            lambda source, target: (lambda m: torch.cat([m[:, :3].T, m[:, 3:]], 1))(fitted(source, target)),
            "The 3 × 3 part is transposed: row k of the result makes channel k.",
        ),
        Mistake(
            "nothing",
            lambda source, target: torch.eye(3, 4).to(source),
            "That is the map that changes nothing.",
        ),
        Mistake(
            "ridge",
            ridge(1e-3),
            "You add something to the diagonal (or a weight decay). Plain least squares is asked for.",
        ),
        Mistake(
            "strong ridge",
            ridge(1.0),
            "You add a good deal to the diagonal (or a weight decay): that shrinks the map. Plain least squares is asked for.",
        ),
        Mistake(
            "first four",
            lambda source, target: fitted(source[:4], target[:4]),
            "You solve with four of the colours. Four determine the map, but all are to be fitted.",
        ),
        Mistake(
            "shift is the mean difference",
            lambda source, target: torch.cat(
                [
                    torch.linalg.lstsq(source - source.mean(0), target - target.mean(0)).solution.T,
                    (target.mean(0) - source.mean(0))[:, None],
                ],
                1,
            ),
            "After centring, the shift is mean(target) - M mean(source); yours leaves out M.",
        ),
        Mistake(
            "in [0, 1]",
            lambda source, target: fitted((source + 1) / 2, (target + 1) / 2),
            "You fit colours in [0, 1]. They come in [-1, 1], and the shift differs.",
        ),
        Mistake(
            "difference fitted",
            lambda source, target: fitted(source, target - source),
            "You fit the *change* of colour. Add the identity, or fit the colour itself.",
        ),
        Mistake(
            "clamped",
            lambda source, target: fitted(source, target).clamp(-1, 1),
            "You clamp the map to [-1, 1]. Pixels live there; the entries of the map need not.",
        ),
    ],
    conditions=1,
    barred=OPEN,
    rtol=1e-6,
    atol=1e-8,
)


def colored(x, color):
    return torch.einsum("ck,nkhw->nchw", color[:, :3], x) + color[:, 3, None, None]


RIGHTLY = warping()


def applying(move=RIGHTLY, paint=colored, end=lambda y: y.clamp(-1, 1)):
    return lambda x, flow, color: end(paint(move(x, flow), color))


def change(d, strength=0.15, inside=True):
    """An image, a flow and a colour map; inside: nothing leaves [-1, 1]."""
    n, h, w = d.int(1, 2), d.int(3, 4), d.int(5, 6)
    x = (0.5 if inside else 1.0) * (2 * d.rand(n, 3, h, w) - 1)
    color = torch.cat([torch.eye(3).double() + strength * d.randn(3, 3), 0.1 * d.randn(3, 1)], 1)
    color = color / color.abs().sum(1, keepdim=True).clamp(min=1) if inside else 1.6 * color
    return case(x=x, flow=1.5 * d.randn(n, 2, h, w), color=color)


apply_edit = Check(
    "apply_edit(x, flow, color)",
    oracle=applying(),
    groups=[
        Group("warped, and with other colours", 1, change, visible=2),
        Group("colours that leave [-1, 1]", 1, lambda d: change(d, strength=0.6, inside=False), visible=2),
    ],
    mistakes=[
        Mistake(
            "not clamped", applying(end=lambda y: y), "Nothing keeps your image in [-1, 1]: clamp at the end."
        ),
        Mistake(
            "clamped to [0, 1]",
            applying(end=lambda y: y.clamp(0, 1)),
            "You clamp to [0, 1]. Images live in [-1, 1].",
        ),
        Mistake(
            "clamped above only",
            applying(end=lambda y: y.clamp(max=1)),
            "Your image is kept below 1, and not above -1.",
        ),
        Mistake(
            "shift subtracted",
            applying(paint=lambda x, color: colored(x, color * vector(1, 1, 1, -1))),
            "You subtract the shift. It is added.",
        ),
        Mistake(
            "warped twice",
            applying(move=lambda x, flow: RIGHTLY(RIGHTLY(x, flow), flow)),
            "Your picture is warped twice.",
        ),
        Mistake(
            "coloured twice",
            applying(paint=lambda x, color: colored(colored(x, color), color)),
            "The colours are changed twice.",
        ),
        Mistake(
            "squashed",
            applying(end=torch.tanh),
            "You squash with tanh, which changes every colour. Clamp: what lies inside stays.",
        ),
        Mistake("no warp", applying(move=lambda x, flow: x), "The flow has no effect."),
        Mistake("no colour", applying(paint=lambda x, color: x), "The colours stay as they were."),
        Mistake(
            "no shift",
            applying(paint=lambda x, color: colored(x, color * vector(1, 1, 1, 0))),
            "The last column of `color`, the shift, is not added.",
        ),
        Mistake(
            "matrix transposed",
            applying(paint=lambda x, color: colored(x, torch.cat([color[:, :3].T, color[:, 3:]], 1))),
            "The 3 × 3 part is applied transposed: row k makes channel k.",
        ),
        Mistake(
            "diagonal only",
            applying(
                paint=lambda x, color: colored(
                    x, torch.cat([torch.diag(color[:, :3].diagonal()), color[:, 3:]], 1)
                )
            ),
            "Only the diagonal of the 3 × 3 part is used: each channel alone.",
        ),
        Mistake(
            "shift first",
            applying(paint=lambda x, color: colored(x, color.roll(-1, 1))),
            "You take the first column for the shift. It is the last.",
        ),
        Mistake(
            "forward",
            applying(move=warping(move=lambda u, v: (-u, -v))),
            "The warp moves the other way. Call your warp with the flow as it is.",
        ),
        Mistake(
            "channels exchanged",
            applying(move=warping(move=lambda u, v: (v, u))),
            "Rows and columns are exchanged in the warp.",
        ),
        Mistake(
            "clamped too early",
            lambda x, flow, color: warping()(colored(x, color).clamp(-1, 1), flow),
            "You clamp before you warp. The mixture of clamped pixels is not the clamped mixture: clamp at the end.",
        ),
        Mistake(
            "in [0, 1]",
            applying(paint=lambda x, color: 2 * colored((x + 1) / 2, color) - 1),
            "You go over to [0, 1] for the colours and back. The shift was fitted in [-1, 1].",
        ),
        Mistake(
            "scaled to fit",
            applying(end=lambda y: y / y.abs().amax().clamp(min=1)),
            "You scale the image until it fits. Clamp: what lies inside stays.",
        ),
    ],
    barred=OPEN,
    rtol=1e-7,
    atol=1e-8,
)


# the clinic ----------------------------------------------------------------------------------------------------------

FAULTS = {
    "uphill": "A run that goes uphill is worse from the very first steps than the 0.227 where all began. Is this one?",
    "codes stuck": "Codes that never move keep their length and their loss. Look at the curves.",
    "one code for all": "With one code for all, the pictures at the end are all alike. Are these?",
    "train mode": "In train mode the run's pictures and those made one by one differ, because G's BatchNorm mixes the batch; but the "
    "loss cannot fall below what some code can do. Does the run differ from the fresh pictures, and how far does its loss fall?",
    "G learns, too": "Where G learns as well, nothing limits the loss: the run's pictures become perfect, the fresh ones do not. Do they?",
    "never zeroed": "Gradients that add up go on pushing after z has arrived: the loss falls at first, then climbs, and the codes grow "
    "longer and longer. Is it so?",
    "wrong range": "Targets in [0, 1] have no pixel darker than grey. Look at the eyes and mouths in the pictures.",
    "steps too long": "With steps of length 3 the codes are far too long after ten steps already. Are they?",
}
PATIENTS = {"A": "wrong range", "B": "G learns, too", "C": "never zeroed", "D": "train mode"}


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


def edit_loop(alias=False, reduced="sum", ahead=False):
    """The loop of the clinic, mended or not."""

    def run(generator, constraint, z0, lambda_z, steps, lr):
        z, kept = z0.clone(), z0.clone()
        for _ in range(steps):
            z = z.detach().requires_grad_(True)
            each_ = constraint(generator(z)) + (0 if alias else lambda_z) * (z - kept).square().sum(1)
            total = each_.mean() if reduced == "mean" else each_.sum()
            z = z.detach() - lr * torch.autograd.grad(total, z)[0]
        return z.detach()

    return run


def session(d, n):
    dim = d.int(2, 3)
    return case(
        generator=net(d, ["Linear", dim, 6], ["Tanh"], ["Unflatten", 1, [1, 2, 3]]),
        constraint=net(d, ["Flatten", 1], ["Linear", 6, 2], ["Softplus"], ["Linear", 2, 1], ["Flatten", 0]),
        z0=d.randn(n, dim),
        lambda_z=d.float(0.3, 0.8),
        steps=d.int(4, 6),
        lr=d.float(0.2, 0.4),
    )


edit_codes = Check(
    "edit_codes(generator, constraint, z0, lambda_z, steps, lr)",
    oracle=edit_loop(),
    groups=[
        Group("one picture", 0.5, lambda d: session(d, 1), visible=2, compare=["result"]),
        Group(
            "several pictures: each as if it were alone",
            0.5,
            lambda d: session(d, d.int(2, 4)),
            visible=2,
            compare=["result"],
        ),
    ],
    mistakes=[
        Mistake(
            "both",
            edit_loop(alias=True, reduced="mean"),
            "This is still the broken loop. Which tensor is z0 after the first step? And how large is one picture's share of a mean?",
        ),
        Mistake(
            "still one tensor",
            edit_loop(alias=True),
            "Your drift is 0 in every step, so lambda_z has no effect: z0 must keep the codes from *before* the edit. Are z and z0 one tensor?",
        ),
        Mistake(
            "still a mean",
            edit_loop(reduced="mean"),
            "A mean over the batch divides each picture's gradient by N: eight pictures move an eighth as far. Sum.",
        ),
        Mistake(
            "no step",
            lambda generator, constraint, z0, lambda_z, steps, lr: z0.clone(),
            "Nothing moves. Does the optimiser hold the z that goes through G?",
        ),
    ],
    barred=OPEN,
)


assignment = Assignment(
    "a3_latent",
    seed=30417,
    checks=[
        infogan_loss,
        attribute_vector,
        project_by_optimization,
        encoder_loss,
        project_hybrid,
        edit_objective,
        warp,
        fit_color_transfer,
        apply_edit,
        diagnosis,
        edit_codes,
    ],
)

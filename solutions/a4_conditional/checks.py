"""What is right in a4_conditional, function by function. Not released: the seed fixes the hidden cases.

The oracles are torch's batch norm, bilinear form and attention, and plain loops over rows and entries.
How a definition reads is explained in course_lib/grading/checks.py.
"""

import math

import torch
from torch.nn import functional as F

from course_lib.grading.checks import Assignment, Barred, Check, Group, Mistake, case, rng

OPEN = Barred(
    modules=frozenset(
        {"course_lib.conditional", "course_lib.stabilising", "course_lib.attention", "course_lib.gan"}
    )
)


def number(value):
    """A tensor of one number, or of nested lists of them, in float64 from the start."""
    return torch.tensor(value, dtype=torch.float64)


def vector(*numbers):
    return number(numbers)


def classes(d, n, k):
    """n classes of k; the first two differ."""
    y = d.ints(0, k - 1, n)
    if n > 1:
        y[0] = (y[1] + d.int(1, k - 1)) % k
    return y


# 1. concatenation ----------------------------------------------------------------------------------------------------


def one_hot_rows(z, y, num_classes):
    """Row by row, entry by entry."""
    rows = []
    for row, c in zip(z, y.tolist()):
        pieces = [row] + [torch.full_like(row[:1], float(k == c)) for k in range(num_classes)]
        rows.append(torch.cat(pieces))
    return torch.stack(rows)


def coded(z, code):
    """z with a code (N, K) behind it, at each pixel."""
    code = code.to(z.dtype).reshape(*code.shape, *[1] * (z.ndim - 2))
    return torch.cat([z, code.expand(-1, -1, *z.shape[2:])], dim=1)


def codes(d, top=True):
    n, k = d.int(3, 5), d.int(3, 5)
    y = classes(d, n, k) if top else d.ints(0, k - 2, n)
    if top:
        y[2] = k - 1
    return case(z=d.randn(n, d.int(1, 4)), y=y, num_classes=k)


def maps(d, top=True):
    n, k, h = d.int(3, 4), d.int(3, 4), d.int(2, 3)
    y = classes(d, n, k) if top else d.ints(0, k - 2, n)
    if top:
        y[2] = k - 1
    return case(z=d.randn(n, d.int(1, 3), h, h + 1), y=y, num_classes=k)


concat_class = Check(
    "concat_class(z, y, num_classes)",
    oracle=one_hot_rows,
    groups=[
        Group(
            "codes",
            1,
            codes,
            visible=2,
            examples=[
                case(z=number([[0.5, -1.0], [2.0, 3.0]]), y=torch.tensor([2, 0]), num_classes=3).gives(
                    number([[0.5, -1, 0, 0, 1], [2, 3, 1, 0, 0]])
                )
            ],
        ),
        Group("images, and gradients", 1, maps, gradients=True),
        Group(
            "classes that nobody in the batch has",
            1,
            lambda d: d.choice([codes, maps])(d, top=False),
            visible=2,
            hidden=4,
            examples=[
                case(z=number([[7.0]]), y=torch.tensor([1]), num_classes=4).gives(number([[7.0, 0, 1, 0, 0]]))
            ],
        ),
    ],
    mistakes=[
        Mistake(
            "class first",
            lambda z, y, num_classes: torch.cat(
                [coded(z, F.one_hot(y, num_classes))[:, z.shape[1] :], z], dim=1
            ),
            "The class comes first in your result. It is appended: z, then the one-hot vector.",
        ),
        Mistake(
            "as many classes as the batch shows",
            lambda z, y, num_classes: coded(z, F.one_hot(y)),
            "Without `num_classes`, one_hot counts the classes that it happens to see. A batch may lack the last ones.",
        ),
        Mistake(
            "the number itself",
            lambda z, y, num_classes: coded(z, y[:, None]),
            "You append the class *number*, which says that class 2 is twice class 1. One-hot: a place of its own for each class.",
        ),
        Mistake(
            "the number, repeated",
            lambda z, y, num_classes: coded(z, y[:, None].expand(-1, num_classes)),
            "Every new place holds the class number. One place a class: 1 at the class's own, 0 at the others.",
        ),
        Mistake(
            "counted from 1",
            lambda z, y, num_classes: coded(z, F.one_hot(y - 1, num_classes)),
            "Classes count from 0 to num_classes - 1. You take one away first.",
        ),
        Mistake(
            "counted from 1, all shifted",
            lambda z, y, num_classes: coded(z, F.one_hot((y + 1) % num_classes, num_classes)),
            "The 1 stands one place too far: class 0 is the first of the new places.",
        ),
        Mistake(
            "one class too many",
            lambda z, y, num_classes: coded(z, F.one_hot(y, num_classes + 1)),
            "You append one place too many: classes are 0 to num_classes - 1.",
        ),
        Mistake(
            "the others marked",
            lambda z, y, num_classes: coded(z, 1 - F.one_hot(y, num_classes)),
            "Your vector is 1 everywhere except at the class. One-hot is the other way round.",
        ),
        Mistake(
            "plus and minus",
            lambda z, y, num_classes: coded(z, 2 * F.one_hot(y, num_classes) - 1),
            "Your vector is made of 1 and -1. One-hot means 1 and 0.",
        ),
        Mistake(
            "one class for all",
            lambda z, y, num_classes: coded(z, F.one_hot(y[:1].expand(len(z)), num_classes)),
            "All rows get the class of the first. Each has its own.",
        ),
        Mistake(
            "batch axis",
            lambda z, y, num_classes: torch.cat([z, F.one_hot(y, num_classes).to(z)]),
            "torch.cat joins along axis 0, the batch, unless told otherwise. dim=1.",
        ),
        Mistake(
            "not spread over the image",
            lambda z, y, num_classes: torch.cat(
                [z, F.one_hot(y, num_classes).to(z).reshape(len(y), num_classes, *[1] * (z.ndim - 2))], dim=1
            ),
            "Behind an image the code needs the image's height and width: one constant channel a class (.expand).",
        ),
        Mistake(
            "without axes for the image",
            lambda z, y, num_classes: torch.cat([z, F.one_hot(y, num_classes).to(z)], dim=1),
            "An image has four axes and your code two. Give it two more, [:, :, None, None], and expand it.",
        ),
        Mistake(
            "width and height",
            lambda z, y, num_classes: (
                coded(z, F.one_hot(y, num_classes))
                if z.ndim == 2
                else torch.cat(
                    [
                        z,
                        F.one_hot(y, num_classes)
                        .to(z)[:, :, None, None]
                        .expand(-1, -1, z.shape[3], z.shape[2]),
                    ],
                    dim=1,
                )
            ),
            "Height and width are exchanged in your maps: images are (N, C, H, W), and not always square.",
        ),
        Mistake(
            "at one pixel",
            lambda z, y, num_classes: (
                coded(z, F.one_hot(y, num_classes))
                if z.ndim == 2
                else torch.cat(
                    [
                        z,
                        F.pad(
                            F.one_hot(y, num_classes).to(z)[:, :, None, None],
                            [0, z.shape[3] - 1, 0, z.shape[2] - 1],
                        ),
                    ],
                    dim=1,
                )
            ),
            "Your code stands at one pixel only. A convolution elsewhere in the image would never see it: repeat it at every pixel.",
        ),
        Mistake(
            "code flattened",
            lambda z, y, num_classes: torch.cat([z.flatten(1), F.one_hot(y, num_classes).to(z)], dim=1),
            "You flatten the image. It stays an image: its class becomes `num_classes` further channels.",
        ),
        Mistake(
            "beside the image",
            lambda z, y, num_classes: (
                coded(z, F.one_hot(y, num_classes))
                if z.ndim == 2
                else torch.cat(
                    [
                        z,
                        F.one_hot(y, num_classes)
                        .to(z)[:, None, None, :]
                        .expand(-1, z.shape[1], z.shape[2], -1),
                    ],
                    dim=-1,
                )
            ),
            "You append along the last axis, which is an image's width. The class belongs to the channels, axis 1, in both cases.",
        ),
        Mistake(
            "only the class",
            lambda z, y, num_classes: coded(z, F.one_hot(y, num_classes))[:, z.shape[1] :],
            "z is missing: you return the code of the class alone.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 2. conditional batch normalisation ----------------------------------------------------------------------------------


def conditional(x, y, gain, bias, running_mean, running_var, training):
    """torch's batch norm without an affine part; then image by image."""
    mean, var = running_mean.detach().clone(), running_var.detach().clone()
    plain = F.batch_norm(x, mean, var, None, None, training, 0.1, 1e-5)
    rows = [gain[c, :, None, None] * p + bias[c, :, None, None] for p, c in zip(plain, y.tolist())]
    return torch.stack(rows), mean, var


def standard(x, dims=(0, 2, 3), correction=0, scale=lambda var: (var + 1e-5).sqrt()):
    mean, var = x.mean(dims, keepdim=True), x.var(dims, correction=correction, keepdim=True)
    return (x - mean) / scale(var)


def affine(plain, gain, bias, y):
    return gain[y][:, :, None, None] * plain + bias[y][:, :, None, None]


def but_plain(change, when=(True, False)):
    """A mistake: x is normalised in another way, in training, in evaluation or in both."""

    def wrong(x, y, gain, bias, running_mean, running_var, training):
        out, mean, var = conditional(x, y, gain, bias, running_mean, running_var, training)
        if training in when:
            out = affine(change(x, y, running_mean, running_var), gain, bias, y)
        return out, mean, var

    return wrong


def but_affine(change):
    """A mistake: another use of gain and bias."""

    def wrong(x, y, gain, bias, running_mean, running_var, training):
        old = running_mean.detach().clone(), running_var.detach().clone()
        plain = F.batch_norm(x, *old, None, None, training, 0.1, 1e-5)
        return change(plain, y, gain, bias), *conditional(
            x, y, gain, bias, running_mean, running_var, training
        )[1:]

    return wrong


def but_moved(mean=None, var=None, when=(True,)):
    """A mistake: other statistics are returned. The changes take x, the old value, and the right new one."""

    def wrong(x, y, gain, bias, running_mean, running_var, training):
        out, new_mean, new_var = conditional(x, y, gain, bias, running_mean, running_var, training)
        if training in when:
            new_mean = new_mean if mean is None else mean(x, running_mean, new_mean)
            new_var = new_var if var is None else var(x, running_var, new_var)
        return out, new_mean, new_var

    return wrong


def by_class(x, y):
    """Each class normalised by its own mean and variance."""
    out = torch.zeros_like(x)
    for c in y.unique():
        out[y == c] = standard(x[y == c])
    return out


def maps_of_classes(d, training):
    n, k, c, h = d.int(4, 6), d.int(3, 4), d.int(2, 3), d.int(2, 3)
    scale = vector(0.005, 2, 1)[:c, None, None]  # the first channel is so even that eps counts
    return case(
        x=scale * d.randn(n, c, h, h + 2) + d.randn(c, 1, 1),
        y=classes(d, n, k),
        gain=d.randn(k, c),
        bias=d.randn(k, c),
        running_mean=d.randn(c),
        running_var=0.5 + d.rand(c),
        training=training,
    )


def square_maps(d):
    """N, C, H and W alike, and K too: what is aligned wrongly does not fail, it is wrong."""
    n = d.int(3, 4)
    return case(
        x=d.randn(n, n, n, n),
        y=classes(d, n, n),
        gain=d.randn(n, n),
        bias=d.randn(n, n),
        running_mean=d.randn(n),
        running_var=0.5 + d.rand(n),
        training=d.choice([True, False]),
    )


BY_HAND = case(
    x=number([[[[1.0]]], [[[3.0]]]]),
    y=torch.tensor([0, 1]),
    gain=number([[2.0], [10.0]]),
    bias=number([[0.0], [5.0]]),
    running_mean=vector(0),
    running_var=vector(1),
    training=True,
)

conditional_batch_norm = Check(
    "conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training) -> (out, new_mean, new_var)",
    oracle=conditional,
    groups=[
        Group(
            "out in training",
            1,
            lambda d: maps_of_classes(d, True),
            examples=[BY_HAND],
            visible=2,
            hidden=4,
            compare=["out"],
        ),
        Group(
            "the statistics in training",
            1,
            lambda d: maps_of_classes(d, True),
            compare=["new_mean", "new_var"],
        ),
        Group("all three in evaluation", 1, lambda d: maps_of_classes(d, False)),
        Group(
            "as many images as channels, classes and pixels a side",
            1,
            square_maps,
            visible=2,
            compare=["out"],
        ),
        Group(
            "gradients in training",
            1,
            lambda d: maps_of_classes(d, True),
            gradients=True,
            compare=["gradient of x", "gradient of gain", "gradient of bias"],
        ),
    ],
    mistakes=[
        Mistake(
            "gain and bias swapped",
            lambda x, y, gain, bias, *rest: conditional(x, y, bias, gain, *rest),
            "gain and bias are exchanged: gain multiplies, bias is added.",
        ),
        Mistake(
            "not scaled",
            but_affine(lambda plain, y, gain, bias: plain),
            "gain and bias are not used: your images are normalised and nothing else.",
        ),
        Mistake(
            "no bias",
            but_affine(lambda plain, y, gain, bias: affine(plain, gain, 0 * bias, y)),
            "bias is not added.",
        ),
        Mistake(
            "no gain",
            but_affine(lambda plain, y, gain, bias: affine(plain, gain**0, bias, y)),
            "gain is not used.",
        ),
        Mistake(
            "one class for all",
            but_affine(lambda plain, y, gain, bias: affine(plain, gain, bias, y[:1].expand(len(y)))),
            "All images get the gain and bias of the first one's class. Each image has its own: gain[y] has a row for each image.",
        ),
        Mistake(
            "classes averaged",
            but_affine(
                lambda plain, y, gain, bias: affine(
                    plain, gain.mean(0, keepdim=True), bias.mean(0, keepdim=True), 0 * y
                )
            ),
            "You average gain and bias over the classes: then the class tells the network nothing. Pick the row of each image's class.",
        ),
        Mistake(
            "batch averaged",
            but_affine(
                lambda plain, y, gain, bias: affine(
                    plain, gain[y].mean(0, keepdim=True), bias[y].mean(0, keepdim=True), 0 * y
                )
            ),
            "You average gain and bias over the batch. Each image keeps the row of its own class.",
        ),
        Mistake(
            "by place in the batch",
            but_affine(
                lambda plain, y, gain, bias: affine(plain, gain, bias, torch.arange(len(y)) % len(gain))
            ),
            "Row n of gain is for *class* n, not for image n: gain[y].",
        ),
        Mistake(
            "rows by place, unchecked",
            but_affine(lambda plain, y, gain, bias: gain[:, :, None, None] * plain + bias[:, :, None, None]),
            "You use gain and bias as if row n were image n's. Row k belongs to class k: gain[y] has a row for each image.",
        ),
        Mistake(
            "aligned with the last axes",
            but_affine(lambda plain, y, gain, bias: gain[y] * plain + bias[y]),
            "gain[y] is (N, C), and broadcasting aligns it with height and width. Two more axes: gain[y][:, :, None, None].",
        ),
        Mistake(
            "transposed",
            but_affine(lambda plain, y, gain, bias: affine(plain, gain.T, bias.T, y)),
            "gain and bias are (K, C): the class picks a *row*, gain[y].",
        ),
        Mistake(
            "columns",
            but_affine(
                lambda plain, y, gain, bias: (
                    gain[:, y][:, :, None, None] * plain + bias[:, y][:, :, None, None]
                )
            ),
            "gain[:, y] picks columns, which belong to channels. The class picks a row: gain[y].",
        ),
        Mistake(
            "bias scaled",
            but_affine(
                lambda plain, y, gain, bias: gain[y][:, :, None, None] * (plain + bias[y][:, :, None, None])
            ),
            "bias is multiplied by gain in your result. Scale first, then shift.",
        ),
        Mistake(
            "gain about one",
            but_affine(lambda plain, y, gain, bias: affine(plain, 1 + gain, bias, y)),
            "You multiply by 1 + gain, as networks do whose gains start at 0. Here gain is the factor itself.",
        ),
        Mistake(
            "each class by itself",
            but_plain(lambda x, y, mean, var: by_class(x, y), when=(True,)),
            "You normalise each class by its own mean and variance. The statistics are common: only gain and bias know the class.",
        ),
        Mistake(
            "each image by itself",
            but_plain(lambda x, y, mean, var: standard(x, (2, 3)), when=(True,)),
            "You normalise each image by itself, which is instance normalisation. Take mean and variance over the batch, too.",
        ),
        Mistake(
            "each pixel by itself",
            but_plain(lambda x, y, mean, var: standard(x, (0,)), when=(True,)),
            "You take a mean and a variance for every pixel. One pair a channel: over batch, height and width.",
        ),
        Mistake(
            "over everything",
            but_plain(lambda x, y, mean, var: standard(x, (0, 1, 2, 3)), when=(True,)),
            "You take one mean and one variance for all channels. Each channel has its own.",
        ),
        Mistake(
            "unbiased in out",
            but_plain(lambda x, y, mean, var: standard(x, correction=1), when=(True,)),
            "You normalise with the unbiased variance. out uses the biased one (divided by m); the unbiased one is for new_var.",
        ),
        Mistake(
            "eps outside",
            but_plain(lambda x, y, mean, var: standard(x, scale=lambda v: v.sqrt() + 1e-5), when=(True,)),
            "You add eps to the standard deviation. It belongs under the root.",
        ),
        Mistake(
            "no eps",
            but_plain(lambda x, y, mean, var: standard(x, scale=lambda v: v.sqrt()), when=(True,)),
            "eps is missing: sqrt(var + 1e-5).",
        ),
        Mistake(
            "variance not rooted",
            but_plain(lambda x, y, mean, var: standard(x, scale=lambda v: v + 1e-5), when=(True,)),
            "You divide by the variance. Divide by its square root.",
        ),
        Mistake(
            "not centred",
            but_plain(
                lambda x, y, mean, var: x / (x.var((0, 2, 3), correction=0, keepdim=True) + 1e-5).sqrt(),
                when=(True,),
            ),
            "The mean is not subtracted.",
        ),
        Mistake(
            "running statistics in training",
            but_plain(
                lambda x, y, mean, var: (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt(),
                when=(True,),
            ),
            "In training you normalise with the running statistics. Use those of the batch.",
        ),
        Mistake(
            "batch statistics in evaluation",
            but_plain(lambda x, y, mean, var: standard(x), when=(False,)),
            "In evaluation you normalise with the statistics of the batch: an image would depend on its neighbours. Use the running ones.",
        ),
        Mistake(
            "training in evaluation",
            lambda x, y, gain, bias, mean, var, training: conditional(x, y, gain, bias, mean, var, True),
            "`training` is ignored: in evaluation use the running statistics, and return them as they came.",
        ),
        Mistake(
            "evaluation in training",
            lambda x, y, gain, bias, mean, var, training: conditional(x, y, gain, bias, mean, var, False),
            "`training` is ignored: in training use the batch's statistics, and return the moved ones.",
        ),
        Mistake(
            "moved in evaluation",
            lambda x, y, gain, bias, mean, var, training: (
                conditional(x, y, gain, bias, mean, var, training)[0],
                *conditional(x, y, gain, bias, mean, var, True)[1:],
            ),
            "In evaluation the running statistics move. Return them as they came.",
        ),
        Mistake(
            "never moved",
            but_moved(mean=lambda x, old, new: old, var=lambda x, old, new: old),
            "In training the running statistics stay as they were. Return the moved ones: 0.9 of the old, 0.1 of the batch.",
        ),
        Mistake(
            "momentum exchanged",
            but_moved(
                mean=lambda x, old, new: 0.1 * old + 0.9 * x.mean((0, 2, 3)),
                var=lambda x, old, new: 0.1 * old + 0.9 * x.var((0, 2, 3)),
            ),
            "The weights are exchanged: 0.9 of the old statistics, 0.1 of the batch's.",
        ),
        Mistake(
            "replaced",
            but_moved(mean=lambda x, old, new: x.mean((0, 2, 3)), var=lambda x, old, new: x.var((0, 2, 3))),
            "The running statistics are replaced by the batch's. Move them by a tenth only.",
        ),
        Mistake(
            "biased new_var",
            but_moved(var=lambda x, old, new: 0.9 * old + 0.1 * x.var((0, 2, 3), correction=0)),
            "new_var takes the biased variance. As in assignment 1 it estimates the population's: divide by m - 1.",
        ),
        Mistake(
            "standard deviation kept",
            but_moved(var=lambda x, old, new: 0.9 * old + 0.1 * x.std((0, 2, 3))),
            "new_var follows the standard deviation. Keep the variance.",
        ),
        Mistake(
            "statistics of the result",
            but_moved(
                mean=lambda x, old, new: 0.9 * old + 0.1 * standard(x).mean((0, 2, 3)),
                var=lambda x, old, new: 0.9 * old + 0.1 * standard(x).var((0, 2, 3)),
            ),
            "Your statistics are those of the normalised maps, which are always 0 and 1. Take those of x.",
        ),
        Mistake(
            "added up",
            but_moved(
                mean=lambda x, old, new: old + 0.1 * x.mean((0, 2, 3)),
                var=lambda x, old, new: old + 0.1 * x.var((0, 2, 3)),
            ),
            "The old statistics keep their full weight. They are multiplied by 0.9.",
        ),
        Mistake(
            "running statistics in the graph",
            lambda x, y, gain, bias, mean, var, training: (
                F.batch_norm(x, mean.clone(), var.clone(), None, None, training) and None
            ),
            "torch's batch_norm refuses running statistics that hang on a graph. They are numbers to keep, not to learn: .detach().clone().",
        ),
        Mistake(
            "statistics detached",
            but_plain(
                lambda x, y, mean, var: (
                    (x - x.detach().mean((0, 2, 3), keepdim=True))
                    / (x.detach().var((0, 2, 3), correction=0, keepdim=True) + 1e-5).sqrt()
                ),
                when=(True,),
            ),
            "Mean and variance are cut off from the graph in your normalisation. They depend on x, and the gradient must know it.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 3. projection -------------------------------------------------------------------------------------------------------


def projected(features, y, embedding, weight, bias):
    """The class part as torch's bilinear form of the one-hot class and the features."""
    who = F.one_hot(y, len(embedding)).to(features.dtype)
    return F.bilinear(who, features, embedding[None])[:, 0] + F.linear(features, weight[None])[:, 0] + bias


def features(d, alike=None):
    n, k, size = [alike] * 3 if alike else (d.int(4, 6), d.int(3, 4), d.int(2, 3))
    return case(
        features=d.randn(n, size),
        y=classes(d, n, k),
        embedding=d.randn(k, size),
        weight=d.randn(size),
        bias=d.randn(),
    )


def plain_part(features, weight, bias):
    return features @ weight + bias


projection_logit = Check(
    "projection_logit(features, y, embedding, weight, bias)",
    oracle=projected,
    groups=[
        Group(
            "logits",
            1,
            features,
            visible=2,
            examples=[
                case(
                    features=number([[1.0, 2.0]]),
                    y=torch.tensor([1]),
                    embedding=number([[9.0, 9.0], [3.0, -1.0]]),
                    weight=vector(0.5, 0.25),
                    bias=number(-1.0),
                ).gives(vector(1.0))
            ],
        ),
        Group(
            "as many images as classes and as features",
            1,
            lambda d: features(d, alike=3),
            visible=2,
        ),
        Group("gradients", 1, features, gradients=True),
    ],
    mistakes=[
        Mistake(
            "no class",
            lambda features, y, embedding, weight, bias: plain_part(features, weight, bias),
            "The class does not count in your logit. The projection on the class's embedding is missing.",
        ),
        Mistake(
            "only the class",
            lambda features, y, embedding, weight, bias: (features * embedding[y]).sum(1),
            "Your logit asks only whether the image fits its class. The part w · φ + b that asks whether it is real at all is missing.",
        ),
        Mistake(
            "only the class, and the bias",
            lambda features, y, embedding, weight, bias: (features * embedding[y]).sum(1) + bias,
            "The part w · φ is missing from your logit.",
        ),
        Mistake(
            "no bias",
            lambda features, y, embedding, weight, bias: projected(features, y, embedding, weight, 0 * bias),
            "The bias is missing.",
        ),
        Mistake(
            "embedding added",
            lambda features, y, embedding, weight, bias: plain_part(features + embedding[y], weight, bias),
            "You add the embedding to the features. Then a class moves the logits of all images alike, whatever they show. Take the scalar "
            "product of the two.",
        ),
        Mistake(
            "embedding multiplied in",
            lambda features, y, embedding, weight, bias: plain_part(features * embedding[y], weight, bias),
            "You weigh the features by the embedding before w. The class part is a term of its own, without w: e_y · φ.",
        ),
        Mistake(
            "weight in both",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding[y] * weight).sum(1)
            ),
            "w stands in the class part of your logit, too. It is e_y · φ, without w.",
        ),
        Mistake(
            "first class for all",
            lambda features, y, embedding, weight, bias: projected(
                features, y[:1].expand(len(y)), embedding, weight, bias
            ),
            "All images are judged as if they were of the first one's class. embedding[y] has a row for each image.",
        ),
        Mistake(
            "class 0 for all",
            lambda features, y, embedding, weight, bias: projected(features, 0 * y, embedding, weight, bias),
            "All images are judged as class 0. embedding[y] has a row for each image.",
        ),
        Mistake(
            "by place in the batch",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding).sum(1)
            ),
            "You use row n of the embedding for image n. Row k is for class k: embedding[y].",
        ),
        Mistake(
            "columns",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding[:, y]).sum(1)
            ),
            "embedding[:, y] picks columns. Each class has a row: embedding[y].",
        ),
        Mistake(
            "transposed",
            lambda features, y, embedding, weight, bias: projected(features, y, embedding.T, weight, bias),
            "The embedding is (K, d), a row for each class. You read it transposed.",
        ),
        Mistake(
            "every class",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias)[:, None] + features @ embedding.T
            ),
            "You return a logit for each class, which is a classifier. The class is given: one logit an image, of its own class.",
        ),
        Mistake(
            "every class, summed",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features @ embedding.T).sum(1)
            ),
            "You add the projections on all classes. Only that of the image's own class counts.",
        ),
        Mistake(
            "every class, no new axis",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + features @ embedding.T
            ),
            "features @ embedding.T has a column for each class. Take the entry of each image's own.",
        ),
        Mistake(
            "every pair",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + features @ embedding[y].T
            ),
            "features @ embedding[y].T multiplies every image with every other's embedding: (N, N). Multiply entry by entry and sum over axis 1.",
        ),
        Mistake(
            "every pair, summed",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features @ embedding[y].T).sum(1)
            ),
            "You sum over the other images' classes. Multiply features and embedding[y] entry by entry and sum over axis 1.",
        ),
        Mistake(
            "mean",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding[y]).mean(1)
            ),
            "The class part is a scalar product: a sum over the features, not a mean.",
        ),
        Mistake(
            "summed over the batch",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding[y]).sum(0)
            ),
            "You sum over axis 0, the images. The scalar product sums over the features, axis 1.",
        ),
        Mistake(
            "one number for all",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + (features * embedding[y]).sum()
            ),
            "You sum over the whole batch. The scalar product sums over the features, axis 1, image by image.",
        ),
        Mistake(
            "not summed",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias)[:, None] + features * embedding[y]
            ),
            "The products are not summed: e_y · φ is one number an image.",
        ),
        Mistake(
            "a column",
            lambda features, y, embedding, weight, bias: projected(features, y, embedding, weight, bias)[
                :, None
            ],
            "Your logits are (N, 1). One number an image: (N,).",
        ),
        Mistake(
            "column plus row",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias)[:, None] + (features * embedding[y]).sum(1)
            ),
            "A column (N, 1) plus a vector (N,) makes a matrix (N, N). Both parts should be (N,).",
        ),
        Mistake(
            "probability",
            lambda *given: projected(*given).sigmoid(),
            "You return a probability. A logit is asked for: no sigmoid.",
        ),
        Mistake(
            "cosine",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) + F.cosine_similarity(features, embedding[y])
            ),
            "You divide by the lengths, which gives a cosine. The scalar product as it stands is asked for.",
        ),
        Mistake(
            "wrong sign",
            lambda features, y, embedding, weight, bias: (
                plain_part(features, weight, bias) - (features * embedding[y]).sum(1)
            ),
            "The class part has the wrong sign: an image that agrees with its class should get a larger logit.",
        ),
        Mistake(
            "bias in each feature",
            lambda features, y, embedding, weight, bias: (
                (features * weight + bias).sum(1) + (features * embedding[y]).sum(1)
            ),
            "The bias is added once for each feature. Once an image.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 4. hinge ------------------------------------------------------------------------------------------------------------


def hinge(real_logits, fake_logits):
    """Logit by logit."""
    real = [torch.maximum(1 - a, 0 * a) for a in real_logits.flatten()]
    fake = [torch.maximum(1 + a, 0 * a) for a in fake_logits.flatten()]
    return sum(real) / len(real) + sum(fake) / len(fake)


def logits(d):
    return case(real_logits=2 * d.randn(d.int(4, 6)), fake_logits=2 * d.randn(d.int(7, 9)))


def patches(d):
    n = d.int(2, 3)
    return case(real_logits=2 * d.randn(n, 1, 2, 3), fake_logits=2 * d.randn(n + 1, 1, 2, 3))


def each(real, fake=None):
    """A mistake: the mean of `real` of the real logits plus the mean of `fake` of the generated ones."""
    return lambda real_logits, fake_logits: real(real_logits).mean() + fake(fake_logits).mean()


hinge_discriminator_loss = Check(
    "hinge_discriminator_loss(real_logits, fake_logits)",
    oracle=hinge,
    groups=[
        Group(
            "batches of logits",
            1,
            logits,
            visible=2,
            examples=[
                case(real_logits=vector(2, 0.5), fake_logits=vector(-3, 0)).gives(number(0.75)),
                case(real_logits=vector(1.5, 7), fake_logits=vector(-1.25)).gives(number(0.0)),
            ],
        ),
        Group("maps of logits, and gradients", 1, patches, visible=2, hidden=4, gradients=True),
    ],
    mistakes=[
        Mistake(
            "no margin",
            each(lambda a: F.relu(-a), F.relu),
            "Your D is content as soon as the sign is right. The hinge wants a margin: 1 - l and 1 + l under the relu.",
        ),
        Mistake(
            "not clipped",
            each(lambda a: 1 - a, lambda a: 1 + a),
            "Without the relu an image pushes D for ever, however sure D is. max(0, ·) stops it outside the margin.",
        ),
        Mistake(
            "not clipped, no margin",
            each(lambda a: -a, lambda a: a),
            "This is the difference of the two means, without a hinge: max(0, 1 - l) and max(0, 1 + l).",
        ),
        Mistake(
            "labels swapped",
            lambda real_logits, fake_logits: hinge(fake_logits, real_logits),
            "Your D learns to score *fake*: the two kinds are exchanged. A real image should get a logit above 1.",
        ),
        Mistake(
            "wrong sign",
            lambda real_logits, fake_logits: -hinge(real_logits, fake_logits),
            "The sign is turned. The formula with min(0, ·) has a minus in front: what is minimised is never negative.",
        ),
        Mistake(
            "minus with min, one side",
            each(lambda a: F.relu(1 - a), lambda a: -F.relu(1 + a)),
            "The part of the generated images has the wrong sign: both parts are losses, and are added.",
        ),
        Mistake(
            "both called real",
            each(lambda a: F.relu(1 - a), lambda a: F.relu(1 - a)),
            "You ask D to call the generated images real. For those it is 1 + l.",
        ),
        Mistake(
            "both called fake",
            each(lambda a: F.relu(1 + a), lambda a: F.relu(1 + a)),
            "You ask D to call the real images fake. For those it is 1 - l.",
        ),
        Mistake(
            "halved",
            lambda real_logits, fake_logits: hinge(real_logits, fake_logits) / 2,
            "Your loss is half of what is asked for: the two means are added, not averaged.",
        ),
        Mistake(
            "one mean",
            lambda real_logits, fake_logits: torch.cat(
                [F.relu(1 - real_logits).flatten(), F.relu(1 + fake_logits).flatten()]
            ).mean(),
            "You take one mean over both kinds of image. Take a mean over each kind, and add the two.",
        ),
        Mistake(
            "summed",
            lambda real_logits, fake_logits: F.relu(1 - real_logits).sum() + F.relu(1 + fake_logits).sum(),
            "You sum over the batch. The loss is a mean over it.",
        ),
        Mistake(
            "summed over each image",
            lambda real_logits, fake_logits: (
                F.relu(1 - real_logits).sum() / len(real_logits)
                + F.relu(1 + fake_logits).sum() / len(fake_logits)
            ),
            "With a map of logits for each image you sum over the map. Take the mean over all logits.",
        ),
        Mistake(
            "mean first",
            lambda real_logits, fake_logits: F.relu(1 - real_logits.mean()) + F.relu(1 + fake_logits.mean()),
            "You take the mean of the logits, then the hinge. Each logit has its own hinge: relu first, then the mean.",
        ),
        Mistake(
            "mean over those inside",
            lambda real_logits, fake_logits: (
                (1 - real_logits)[real_logits < 1].mean() + (1 + fake_logits)[fake_logits > -1].mean()
            ),
            "You take the mean over the images inside the margin only. Those outside count as 0, but they count.",
        ),
        Mistake(
            "no mean",
            lambda real_logits, fake_logits: F.relu(1 - real_logits) + F.relu(1 + fake_logits),
            "The loss is one number: take the mean over each batch before you add.",
        ),
        Mistake(
            "squared",
            each(lambda a: F.relu(1 - a).square(), lambda a: F.relu(1 + a).square()),
            "You square the hinge. Its value is linear inside the margin.",
        ),
        Mistake(
            "least squares",
            each(lambda a: (1 - a).square(), lambda a: (1 + a).square()),
            "This is a least-squares loss, which pulls D back to ±1. The hinge lets it go further: max(0, ·) instead of the square.",
        ),
        Mistake(
            "absolute value",
            each(lambda a: (1 - a).abs(), lambda a: (1 + a).abs()),
            "You take the absolute value, which punishes a D that is more than sure. max(0, ·) does not.",
        ),
        Mistake(
            "cross-entropy",
            each(lambda a: F.softplus(-a), F.softplus),
            "This is the cross-entropy of assignment 2. The hinge is max(0, 1 - l) and max(0, 1 + l).",
        ),
        Mistake(
            "soft hinge",
            each(lambda a: F.softplus(1 - a), lambda a: F.softplus(1 + a)),
            "softplus is a rounded relu: its gradient is never 0. Outside the margin nothing should push.",
        ),
        Mistake(
            "of probabilities",
            lambda real_logits, fake_logits: hinge(real_logits.sigmoid(), fake_logits.sigmoid()),
            "You apply a sigmoid first. The hinge takes D's output as it is.",
        ),
        Mistake(
            "only real",
            lambda real_logits, fake_logits: F.relu(1 - real_logits).mean(),
            "Only the real images count in your loss.",
        ),
        Mistake(
            "only fake",
            lambda real_logits, fake_logits: F.relu(1 + fake_logits).mean(),
            "Only the generated images count in your loss.",
        ),
        Mistake(
            "clipped at the margin",
            each(lambda a: a.clamp(max=1), lambda a: a.clamp(min=-1)),
            "You clip the logits, not the loss: 1 - l, then what is below 0 becomes 0.",
        ),
        Mistake(
            "outside instead of inside",
            each(lambda a: F.relu(a - 1), lambda a: F.relu(-1 - a)),
            "Your loss is positive where D is right by more than the margin, and 0 where it is wrong. It is the other way round.",
        ),
        Mistake(
            "margin of two",
            each(lambda a: F.relu(2 - a), lambda a: F.relu(2 + a)),
            "Your margin is 2. It is 1 on each side.",
        ),
        Mistake(
            "difference inside one hinge",
            lambda real_logits, fake_logits: F.relu(1 - real_logits.mean() + fake_logits.mean()),
            "You put the difference of real and generated logits under one hinge. Each logit has its own, and its own margin.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


def either(d):
    return d.choice(
        [case(fake_logits=2 * d.randn(d.int(4, 7))), case(fake_logits=d.randn(d.int(2, 3), 1, 2, 3))]
    )


hinge_generator_loss = Check(
    "hinge_generator_loss(fake_logits)",
    oracle=lambda fake_logits: sum(-a for a in fake_logits.flatten()) / fake_logits.numel(),
    groups=[
        Group(
            "logits, and gradients",
            1,
            either,
            visible=4,
            hidden=6,
            examples=[case(fake_logits=vector(-3, 0))],
            gradients=True,
        ),
    ],
    mistakes=[
        Mistake(
            "wrong sign",
            lambda fake_logits: fake_logits.mean(),
            "The sign is turned: minimising your loss makes the logits of generated images fall.",
        ),
        Mistake(
            "hinged",
            lambda fake_logits: F.relu(1 - fake_logits).mean(),
            "G has no hinge: with one it would stop learning from every image that fools D by more than the margin.",
        ),
        Mistake(
            "hinged at 0",
            lambda fake_logits: F.relu(-fake_logits).mean(),
            "G has no hinge: with one it would stop learning from every image that fools D.",
        ),
        Mistake(
            "D's part turned",
            lambda fake_logits: -F.relu(1 + fake_logits).mean(),
            "You negate D's own loss. It is flat where D is sure of a fake, just where G needs a push. G's loss is -l, without a hinge.",
        ),
        Mistake(
            "one less",
            lambda fake_logits: (1 - fake_logits).mean(),
            "Your loss is larger by 1 than asked for. The gradient is right, the value is not: -l.",
        ),
        Mistake(
            "cross-entropy",
            lambda fake_logits: F.softplus(-fake_logits).mean(),
            "This is the non-saturating loss of assignment 2. With the hinge G's loss is the mean of -l.",
        ),
        Mistake(
            "probability",
            lambda fake_logits: -fake_logits.sigmoid().mean(),
            "You apply a sigmoid first. The loss takes D's output as it is.",
        ),
        Mistake(
            "summed", lambda fake_logits: -fake_logits.sum(), "You sum over the logits. Take their mean."
        ),
        Mistake(
            "summed over each image",
            lambda fake_logits: (
                -fake_logits.flatten(1).sum(1).mean() if fake_logits.ndim > 1 else -fake_logits.mean()
            ),
            "With a map of logits for each image you sum over the map. Take the mean over all logits.",
        ),
        Mistake("no mean", lambda fake_logits: -fake_logits, "The loss is one number: take the mean."),
        Mistake(
            "absolute value",
            lambda fake_logits: fake_logits.mean().abs(),
            "You take an absolute value: G would pull the logits towards 0, not up.",
        ),
        Mistake(
            "halved", lambda fake_logits: -fake_logits.mean() / 2, "Your loss is half of what is asked for."
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 5. power iteration --------------------------------------------------------------------------------------------------


def unit(a):
    return a / a.norm()


def rounds(weight, u, n):
    """Entry by entry."""
    w = weight.detach()
    u = u.detach()
    for _ in range(n):
        v = unit(torch.stack([(w[:, j] * u).sum() for j in range(w.shape[1])]))
        u = unit(torch.stack([(w[i] * v).sum() for i in range(w.shape[0])]))
    return (torch.outer(u, v) * weight).sum(), u, v


def rounds_but(
    forward=unit, back=unit, sigma=lambda w, u, v: u @ w @ v, count=lambda n: n, after=None, graph=False
):
    """A mistake: other normalisations, another sigma, another number of rounds, or a graph through the vectors."""

    def wrong(weight, u, n):
        with torch.set_grad_enabled(graph):
            v = unit(weight.T @ u)
            for _ in range(count(n)):
                v = back(weight.T @ u)
                u = forward(weight @ v)
            if after:
                u, v = after(weight, u, v)
        return sigma(weight, u, v), u, v

    return wrong


def matrices(d, n=None, square=False):
    o = d.int(3, 5)
    i = o if square else d.choice([2, 6])
    return case(weight=d.randn(o, i), u=unit(d.randn(o)), n=n or d.int(2, 5))


HALF = 0.5**0.5
LENGTH = (1.8**2 + 3.2**2) ** 0.5
power_iteration = Check(
    "power_iteration(weight, u, n) -> (sigma, u, v)",
    oracle=rounds,
    groups=[
        Group(
            "one round",
            1,
            lambda d: matrices(d, 1),
            examples=[
                case(weight=number([[3.0, 0.0], [0.0, 4.0]]), u=vector(HALF, HALF), n=1).gives(
                    (number(LENGTH), vector(1.8 / LENGTH, 3.2 / LENGTH), vector(0.6, 0.8))
                )
            ],
        ),
        Group(
            "several rounds, square matrices too",
            1,
            lambda d: matrices(d, square=d.choice([True, False])),
            visible=3,
            hidden=5,
        ),
        Group(
            "gradient of sigma",
            2,
            lambda d: matrices(d, d.int(1, 3), square=d.choice([True, False])),
            visible=2,
            gradients=True,
            compare=["sigma", "gradient of weight", "gradient of u"],
        ),
    ],
    mistakes=[
        Mistake(
            "one round only",
            rounds_but(count=lambda n: 1),
            "You make one round whatever n is.",
        ),
        Mistake(
            "one round too many",
            rounds_but(count=lambda n: n + 1),
            "You make one round more than n.",
        ),
        Mistake(
            "one round too few",
            rounds_but(count=lambda n: n - 1),
            "You make one round less than n.",
        ),
        Mistake(
            "half a round more",
            rounds_but(after=lambda w, u, v: (u, unit(w.T @ u))),
            "Your v is half a round ahead: it was computed once more after the last u. Stop after u.",
        ),
        Mistake(
            "half a round less",
            rounds_but(count=lambda n: n - 1, after=lambda w, u, v: (u, unit(w.T @ u))),
            "Your last round ends with v: u is the old one. A round is v, then u.",
        ),
        Mistake(
            "transposed",
            lambda weight, u, n: (
                (lambda a, b: (a @ weight @ b, a, b))(*rounds(weight.T, u, n)[1:])
                if weight.shape[0] == weight.shape[1]
                else weight @ u
            ),
            "You iterate with the transposed matrix, which fits square ones only: v comes from Wᵀ u, u from W v.",
        ),
        Mistake(
            "u and v exchanged",
            lambda weight, u, n: (lambda s, a, b: (s, b, a))(*rounds(weight, u, n)),
            "You return v where u is asked for, and u where v is.",
        ),
        Mistake(
            "u not normalised",
            rounds_but(forward=lambda a: a),
            "u is not of length 1: normalise after each product.",
        ),
        Mistake(
            "v not normalised",
            rounds_but(back=lambda a: a),
            "v is not of length 1: normalise after each product.",
        ),
        Mistake(
            "neither normalised",
            rounds_but(forward=lambda a: a, back=lambda a: a),
            "u and v grow from round to round: normalise after each product.",
        ),
        Mistake(
            "normalised at the end",
            rounds_but(
                forward=lambda a: a,
                back=lambda a: a,
                sigma=lambda w, u, v: (u @ w @ v) / u.norm() / v.norm(),
            ),
            "The value of sigma is right, but the vectors you return are not of length 1.",
        ),
        Mistake(
            "normalised by the sum",
            rounds_but(forward=lambda a: a / a.sum(), back=lambda a: a / a.sum()),
            "You divide by the sum of the entries. Divide by the length, the root of the sum of squares.",
        ),
        Mistake(
            "normalised by the largest",
            rounds_but(forward=lambda a: a / a.abs().max(), back=lambda a: a / a.abs().max()),
            "You divide by the largest entry. Divide by the length.",
        ),
        Mistake(
            "normalised by the squared length",
            rounds_but(forward=lambda a: a / (a @ a), back=lambda a: a / (a @ a)),
            "You divide by the squared length. Divide by the length.",
        ),
        Mistake(
            "the true value",
            lambda weight, u, n: (torch.linalg.svdvals(weight)[0], *rounds(weight, u, n)[1:]),
            "You return the largest singular value itself. Asked for is the estimate after n rounds, u · W v: a training step cannot afford more.",
        ),
        Mistake(
            "Frobenius norm",
            lambda weight, u, n: (weight.norm(), *rounds(weight, u, n)[1:]),
            "Your sigma is the Frobenius norm, the root of the sum of all squares. It is u · W v.",
        ),
        Mistake(
            "sigma squared",
            rounds_but(sigma=lambda w, u, v: (w @ v).square().sum()),
            "Your sigma is the square of the estimate: |W v|². Take u · W v.",
        ),
        Mistake(
            "sigma of Wᵀ W",
            rounds_but(sigma=lambda w, u, v: v @ w.T @ w @ v),
            "v · Wᵀ W v is the square of the estimate. Take u · W v.",
        ),
        Mistake(
            "mean",
            rounds_but(sigma=lambda w, u, v: (u * (w @ v)).mean()),
            "Your sigma is a mean of products. u · W v is their sum.",
        ),
        Mistake(
            "entries",
            rounds_but(sigma=lambda w, u, v: u * (w @ v)),
            "Your sigma is a vector. u · W v is one number.",
        ),
        Mistake(
            "inverse",
            rounds_but(sigma=lambda w, u, v: 1 / (u @ w @ v)),
            "You return 1 / sigma.",
        ),
        Mistake(
            "graph through the vectors",
            rounds_but(graph=True),
            "Your gradient runs through u and v, through all rounds. They are treated as constants: find them under torch.no_grad().",
        ),
        Mistake(
            "sigma cut off",
            rounds_but(sigma=lambda w, u, v: (w.detach() @ v).norm() + 0 * (u @ w @ v)),
            "sigma does not know W: compute u · W v outside of no_grad, so that its gradient is u vᵀ.",
        ),
        Mistake(
            "started anew",
            lambda weight, u, n: rounds(weight, torch.ones_like(u), n),
            "You start from a vector of ones. Start from the u you are given: over a training the rounds add up.",
        ),
        Mistake(
            "divided",
            lambda weight, u, n: (lambda s, a, b: (weight / s, a, b))(*rounds(weight, u, n)),
            "You return the weight divided by sigma. Here sigma itself is asked for.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 6. self-attention ---------------------------------------------------------------------------------------------------


def attended(x, w_query, w_key, w_value, gamma):
    """torch's attention, of values and of unit vectors."""
    query, key, value = (F.conv2d(x, w[:, :, None, None]).flatten(2).mT for w in (w_query, w_key, w_value))
    eye = torch.eye(query.shape[1], dtype=x.dtype).expand(len(x), -1, -1)
    attention = F.scaled_dot_product_attention(query, key, eye, scale=1.0)
    return x + gamma * (attention @ value).mT.reshape(x.shape), attention


def attended_but(scores=None, attention=None, found=None, out=None, shown=None):
    """A mistake: other scores, another softmax, other contents, another sum, or another map shown."""

    def wrong(x, w_query, w_key, w_value, gamma):
        q, k, v = (w @ x.flatten(2) for w in (w_query, w_key, w_value))  # (N, ., HW)
        s = q.mT @ k if scores is None else scores(q, k)
        a = s.softmax(2) if attention is None else attention(s)
        f = (v @ a.mT if found is None else found(v, a, x)).reshape(x.shape)
        y = x + gamma * f if out is None else out(x, f, gamma)
        return y, a if shown is None else shown(a, s)

    return wrong


def turned(x):
    return x.transpose(2, 3)


def blocks(d, gamma=None, large=1.0, square=False):
    n, h = d.int(2, 3), d.int(2, 3)
    c = 4 if square else d.int(2, 4)
    size = c if square else d.choice([s for s in (1, 2, 3, 5) if s != c])
    h, w = (2, 2) if square else (h, 5 - h)
    return case(
        x=d.randn(n, c, h, w),
        w_query=large * d.randn(size, c),
        w_key=large * d.randn(size, c),
        w_value=d.randn(c, c),
        gamma=number(d.float(0.3, 0.9) if gamma is None else gamma),
    )


ATTENTION_BY_HAND = case(
    x=number([[[[0.0, 1.0]]]]),
    w_query=number([[math.log(3)]]),
    w_key=number([[1.0]]),
    w_value=number([[4.0]]),
    gamma=number(0.5),
)

self_attention = Check(
    "self_attention(x, w_query, w_key, w_value, gamma) -> (out, attention)",
    oracle=attended,
    groups=[
        Group(
            "attention", 2, blocks, visible=2, hidden=4, compare=["attention"], examples=[ATTENTION_BY_HAND]
        ),
        Group("out", 1, blocks, visible=2, hidden=4, compare=["out"], examples=[ATTENTION_BY_HAND]),
        Group(
            "as many channels as queries, as many places", 0.5, lambda d: blocks(d, square=True), visible=2
        ),
        Group(
            "gamma 0, and scores of several hundred",
            0.5,
            lambda d: d.choice([blocks(d, gamma=0.0), blocks(d, large=20.0)]),
            compare=["out"],
            visible=2,
            hidden=4,
            examples=[
                case(
                    x=number([[[[1.0, 2.0]]]]),
                    w_query=number([[1000.0]]),
                    w_key=number([[1.0]]),
                    w_value=number([[1.0]]),
                    gamma=number(1.0),
                )
            ],
        ),
        Group(
            "gradients",
            1,
            blocks,
            visible=2,
            gradients=True,
            compare=[f"gradient of {name}" for name in ("x", "w_query", "w_key", "w_value", "gamma")],
        ),
    ],
    mistakes=[
        Mistake(
            "softmax over the queries",
            attended_but(attention=lambda s: s.softmax(1)),
            "Your columns sum to 1. The softmax is over the *keys*: each place that asks spends 1, so rows sum to 1 (dim=2).",
        ),
        Mistake(
            "softmax over everything",
            attended_but(attention=lambda s: s.flatten(1).softmax(1).view_as(s)),
            "Your softmax is over all pairs of places. Each place that asks has its own: rows sum to 1.",
        ),
        Mistake(
            "softmax over the batch",
            attended_but(attention=lambda s: s.softmax(0)),
            "Your softmax is over axis 0, the images. It is over the keys, the last axis.",
        ),
        Mistake(
            "no softmax",
            attended_but(attention=lambda s: s),
            "The softmax is missing: your attention is made of scores.",
        ),
        Mistake(
            "sigmoid",
            attended_but(attention=lambda s: s.sigmoid()),
            "You use a sigmoid. With the softmax the places compete: each row sums to 1.",
        ),
        Mistake(
            "scaled",
            attended_but(scores=lambda q, k: q.mT @ k / q.shape[1] ** 0.5),
            "You divide the scores by the root of their length, as Transformers do. This block uses them as they are.",
        ),
        Mistake(
            "query and key exchanged",
            attended_but(scores=lambda q, k: k.mT @ q),
            "Query and key are exchanged: row i holds the scores of place i's *query* with all keys.",
        ),
        Mistake(
            "softmax by hand",
            attended_but(attention=lambda s: s.exp() / s.exp().sum(2, keepdim=True)),
            "exp of a large score is infinite, and infinity divided by itself NaN. torch.softmax takes the maximum away first.",
        ),
        Mistake(
            "transposed map",
            attended_but(shown=lambda a, s: a.mT),
            "The attention you return is transposed: entry [n, i, j] is what place i takes from place j.",
        ),
        Mistake(
            "scores shown",
            attended_but(shown=lambda a, s: s),
            "You return the scores. The attention is what the softmax makes of them.",
        ),
        Mistake(
            "summed over the askers",
            attended_but(found=lambda v, a, x: v @ a),
            "You sum over the wrong index: place i takes a_ij of the value at j, so the sum is over the *last* axis of the attention.",
        ),
        Mistake(
            "contents are x",
            attended_but(found=lambda v, a, x: x.flatten(2) @ a.mT),
            "You take a weighted mean of x. What is fetched are the values, w_value @ x.",
        ),
        Mistake(
            "value afterwards, transposed",
            lambda x, w_query, w_key, w_value, gamma: attended(x, w_query, w_key, w_value.T, gamma),
            "w_value is used transposed. A 1 × 1 convolution is W x: entry [o, c] leads from channel c to channel o.",
        ),
        Mistake(
            "all transposed",
            lambda x, w_query, w_key, w_value, gamma: (
                lambda q, k, v: (lambda a: (x + gamma * (v @ a.mT).reshape(x.shape), a))(
                    (q.mT @ k).softmax(2)
                )
            )(*(w.T @ x.flatten(2) for w in (w_query, w_key, w_value))),
            "The weights are used transposed. A 1 × 1 convolution is W x: entry [o, c] leads from channel c to channel o.",
        ),
        Mistake(
            "no gamma",
            attended_but(out=lambda x, f, gamma: x + f),
            "gamma is not used: x + γ · (what was found).",
        ),
        Mistake(
            "no shortcut",
            attended_but(out=lambda x, f, gamma: gamma * f),
            "x itself is missing from your result: x + γ · (what was found).",
        ),
        Mistake(
            "only what was found",
            attended_but(out=lambda x, f, gamma: f),
            "You return what was found. It is multiplied by γ and added to x.",
        ),
        Mistake(
            "gamma on x",
            attended_but(out=lambda x, f, gamma: gamma * x + f),
            "gamma multiplies x in your result. It multiplies what was found, so that with γ = 0 the block is the identity.",
        ),
        Mistake(
            "mixed",
            attended_but(out=lambda x, f, gamma: (1 - gamma) * x + gamma * f),
            "You mix: (1 - γ) x + γ f. Here x keeps its full weight.",
        ),
        Mistake(
            "subtracted",
            attended_but(out=lambda x, f, gamma: x - gamma * f),
            "What was found is subtracted. It is added.",
        ),
        Mistake(
            "gamma on both",
            attended_but(out=lambda x, f, gamma: gamma * (x + f)),
            "gamma multiplies x, too. Only what was found.",
        ),
        Mistake(
            "value of the place itself",
            attended_but(found=lambda v, a, x: v * a.sum(2)[:, None]),
            "Each place receives its own value: the attention is summed before it is used. Multiply value and attention as matrices.",
        ),
        Mistake(
            "places column by column",
            lambda x, *rest: (attended(x, *rest)[0], attended(turned(x).contiguous(), *rest)[1]),
            "Your places run column by column. Row by row, as flatten(2) does.",
        ),
        Mistake(
            "unfolded without moving the channels",
            lambda x, w_query, w_key, w_value, gamma: (
                lambda p: (lambda a: (x + gamma * (a @ (p @ w_value.T)).mT.reshape(x.shape), a))(
                    ((p @ w_query.T) @ (p @ w_key.T).mT).softmax(2)
                )
            )(x.reshape(len(x), -1, x.shape[1])),
            "reshape(N, HW, C) tears the channels apart: the numbers of one place do not lie side by side. flatten(2), then transpose.",
        ),
        Mistake(
            "folded without moving the channels",
            lambda x, w_query, w_key, w_value, gamma: (
                lambda a: (x + gamma * (a @ (w_value @ x.flatten(2)).mT).reshape(x.shape), a)
            )(attended(x, w_query, w_key, w_value, gamma)[1]),
            "At the end you reshape (N, HW, C) into an image: transpose to (N, C, HW) first.",
        ),
        Mistake(
            "key twice",
            attended_but(scores=lambda q, k: k.mT @ k),
            "Your scores compare keys with keys. Queries with keys.",
        ),
        Mistake(
            "query twice",
            attended_but(scores=lambda q, k: q.mT @ q),
            "Your scores compare queries with queries. Queries with keys.",
        ),
        Mistake(
            "attention detached",
            lambda x, w_query, w_key, w_value, gamma: (
                lambda a: (x + gamma * ((w_value @ x.flatten(2)) @ a.mT).reshape(x.shape), a)
            )(attended(x, w_query, w_key, w_value, gamma)[1].detach()),
            "The attention is cut off from the graph: queries and keys would never learn.",
        ),
        Mistake(
            "channels attend",
            lambda x, w_query, w_key, w_value, gamma: (
                lambda q, k, v: (lambda a: (x + gamma * (a @ v).reshape(x.shape), a))((q @ k.mT).softmax(2))
            )(*(w @ x.flatten(2) for w in (w_query, w_key, w_value))),
            "Your attention is between channels. It is between places: (N, HW, HW).",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 7. truncation -------------------------------------------------------------------------------------------------------


def redrawn(n, d, threshold, generator):
    """Entry by entry; as many new numbers at a time as entries are outside."""
    z = torch.randn(n * d, generator=generator).tolist()
    while outside := [i for i, entry in enumerate(z) if abs(entry) > threshold]:
        for i, new in zip(outside, torch.randn(len(outside), generator=generator).tolist()):
            z[i] = new
    return torch.tensor(z).reshape(n, d)


def first_draw(change):
    """A mistake: one draw, then something else than drawing again."""
    return lambda n, d, threshold, generator: change(torch.randn(n, d, generator=generator), threshold)


def drawn_again(which, how_many=None, times=None):
    """A mistake: `which` says what is drawn again, `how_many` how many numbers are drawn for it."""

    def wrong(n, d, threshold, generator):
        z = torch.randn(n, d, generator=generator)
        for _ in range(times or 1000):
            again = which(z, threshold)
            if not again.any():
                break
            if how_many == "all":
                z = torch.where(again, torch.randn(n, d, generator=generator), z)
            else:
                z[again] = torch.randn(int(again.sum()), generator=generator)
        return z

    return wrong


def draws(low, high):
    return lambda d: case(
        n=d.int(3, 6), d=d.int(4, 9), threshold=d.float(low, high), generator=rng(d.int(0, 10_000))
    )


truncated_normal = Check(
    "truncated_normal(n, d, threshold, generator)",
    oracle=redrawn,
    groups=[
        Group(
            "thresholds from 0.5 to 2",
            1,
            draws(0.5, 2.0),
            visible=3,
            hidden=5,
            examples=[case(n=2, d=3, threshold=1.0, generator=rng(1))],
        ),
        Group("thresholds below 0.1", 1, draws(0.04, 0.1), visible=2),
    ],
    mistakes=[
        Mistake(
            "clamped",
            first_draw(lambda z, t: z.clamp(-t, t)),
            "You clamp: many entries then lie exactly at ±threshold. Draw them again instead.",
        ),
        Mistake(
            "not truncated", first_draw(lambda z, t: z), "Nothing is truncated: the threshold is not used."
        ),
        Mistake(
            "set to 0",
            first_draw(lambda z, t: torch.where(z.abs() > t, 0, z)),
            "You set the entries outside to 0. Draw them again instead.",
        ),
        Mistake(
            "scaled",
            first_draw(lambda z, t: z * t),
            "You multiply by the threshold: that is a narrower Gaussian, and entries of any size still occur.",
        ),
        Mistake(
            "scaled to fit",
            first_draw(lambda z, t: z / z.abs().max() * t),
            "You scale everything until the largest entry fits. Only the entries outside are drawn again; the others stay.",
        ),
        Mistake(
            "wrapped",
            first_draw(lambda z, t: z.fmod(t)),
            "You take the remainder by the threshold. Draw the entries outside again instead.",
        ),
        Mistake(
            "once only",
            drawn_again(lambda z, t: z.abs() > t, times=1),
            "You draw again once. The new entries may lie outside, too: repeat until none does.",
        ),
        Mistake(
            "upper side only",
            drawn_again(lambda z, t: z > t),
            "Large negative entries stay: it is |z| that must not exceed the threshold.",
        ),
        Mistake(
            "lower side only",
            drawn_again(lambda z, t: z < -t),
            "Large positive entries stay: it is |z| that must not exceed the threshold.",
        ),
        Mistake(
            "all drawn again",
            drawn_again(lambda z, t: z.abs() > t, "all"),
            "You draw n × d new numbers each time and use some of them. The distribution is right; asked for are exactly as many new numbers "
            "as there are entries outside, in one call.",
        ),
        Mistake(
            "a new row",
            drawn_again(lambda z, t: (z.abs() > t).any(1, keepdim=True).expand_as(z), times=4),
            "You draw whole codes again when one entry is outside. Only the entries outside are drawn again.",
        ),
        Mistake(
            "columns",
            lambda n, d, threshold, generator: redrawn(d, n, threshold, generator),
            "Your result is (d, n). One code a row: (n, d).",
        ),
        Mistake(
            "length of the code",
            lambda n, d, threshold, generator: (lambda z: z / z.norm(dim=1, keepdim=True) * threshold)(
                torch.randn(n, d, generator=generator)
            ),
            "You give every code the length `threshold`. The bound is on each entry.",
        ),
        Mistake(
            "squares compared",
            drawn_again(lambda z, t: z.square() > t),
            "You compare z² with the threshold. Compare |z|.",
        ),
        Mistake(
            "double precision",
            lambda n, d, threshold, generator: (
                lambda z: z.where(z.abs() <= threshold, torch.randn(n, d, generator=generator).double())
            )(torch.randn(n, d, generator=generator, dtype=torch.float64)),
            "Draw in float32, torch's usual type: in float64 the generator gives other numbers.",
        ),
    ],
    conditions=1,
    barred=OPEN,
)


# 8. the clinic -------------------------------------------------------------------------------------------------------

FAULTS = {
    "class not given to G": "A G that is not told the class makes one image of a code whatever the class. Does row 4 say so?",
    "class not given to D": "A D that is not told the class gives an image the same logit under all classes. Do rows 1 to 3 say so?",
    "embedding added": "Where the embedding is added to the features, two classes differ by the same number for every image. Compare the steps in rows 1 to 3.",
    "first class for all": "Where all images get the gain of the first one's class, an image depends on the *classes* beside it: is row 5 different from 0, and row 6 not?",
    "batch statistics in evaluation": "Batch statistics make an image depend on all that stands beside it, but the same batch twice gives the same. Compare rows 5 to 7.",
    "power iteration in evaluation": "If u still moves in evaluation, nothing comes out twice alike, not even the same batch. Is row 7 different from 0?",
    "Frobenius norm": "The Frobenius norm is larger than the largest singular value, so weights become too small. Are the numbers in row 8 below 1?",
    "softmax over the queries": "With the wrong softmax the columns of the attention sum to 1, not the rows. Look at rows 9 and 10.",
}
PATIENTS = {
    "A": "power iteration in evaluation",
    "B": "first class for all",
    "C": "embedding added",
    "D": "batch statistics in evaluation",
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


def spectral(weight, u, v, training):
    """The rules, with the oracle of section 5."""
    if training:
        _, u, v = rounds(weight.flatten(1), u, 1)
    u, v = u.detach(), v.detach()
    return weight / (torch.outer(u, v) * weight.flatten(1)).sum(), u, v


def spectral_but(moves=lambda training: training, detached=False, divide=lambda w, s: w / s, old=False):
    def wrong(weight, u, v, training):
        _, new_u, new_v = rounds(weight.flatten(1), u, 1)
        used_u, used_v = (new_u, new_v) if moves(training) else (u.detach(), v.detach())
        if old:
            new_u, new_v, used_u, used_v = used_u, used_v, u.detach(), v.detach()
        else:
            new_u, new_v = used_u, used_v
        sigma = (torch.outer(used_u, used_v) * weight.flatten(1)).sum()
        return divide(weight, sigma.detach() if detached else sigma), new_u, new_v

    return wrong


def layers(d, training):
    o = d.int(3, 4)
    shape = d.choice([(o, 2), (o, 2, 1, 2), (o, 1, 3, 2)])
    size = math.prod(shape[1:])
    return case(weight=d.randn(*shape), u=unit(d.randn(o)), v=unit(d.randn(size)), training=training)


spectral_weight = Check(
    "spectral_weight(weight, u, v, training) -> (normalised, u, v)",
    oracle=spectral,
    groups=[
        Group("in training", 1, lambda d: layers(d, True), visible=2),
        Group("in evaluation", 1, lambda d: layers(d, False), visible=2),
        Group(
            "gradient of the weight",
            1,
            lambda d: layers(d, d.choice([True, False])),
            visible=2,
            hidden=4,
            gradients=True,
            compare=["gradient of weight"],
        ),
    ],
    mistakes=[
        Mistake(
            "moves in evaluation",
            spectral_but(moves=lambda training: True),
            "In evaluation u and v still move. They stay: the same weight must give the same result twice.",
        ),
        Mistake(
            "sigma cut off",
            spectral_but(detached=True),
            "sigma is cut off from the graph. It grows with the weight, and the gradient must know it: u and v are constants, sigma is not.",
        ),
        Mistake(
            "both",
            spectral_but(moves=lambda training: True, detached=True),
            "This is still the broken layer. What should happen in training only? And what must be in the graph?",
        ),
        Mistake(
            "never moves",
            spectral_but(moves=lambda training: False),
            "u and v never move: in training each use makes one round.",
        ),
        Mistake(
            "moves in evaluation only",
            spectral_but(moves=lambda training: not training),
            "u and v move in evaluation and stand still in training. It is the other way round.",
        ),
        Mistake(
            "old vectors used",
            spectral_but(old=True),
            "In training you divide by the sigma of the old u and v. First the round, then sigma.",
        ),
        Mistake(
            "multiplied",
            spectral_but(divide=lambda w, s: w * s),
            "You multiply by sigma. Divide.",
        ),
        Mistake(
            "not divided",
            spectral_but(divide=lambda w, s: w),
            "You return the weight as it came. Divide it by sigma.",
        ),
        Mistake(
            "as a matrix",
            spectral_but(divide=lambda w, s: w.flatten(1) / s),
            "You return the matrix. The weight keeps its own shape.",
        ),
    ],
    barred=OPEN,
)


assignment = Assignment(
    "a4_conditional",
    seed=41173,
    checks=[
        concat_class,
        conditional_batch_norm,
        projection_logit,
        hinge_discriminator_loss,
        hinge_generator_loss,
        power_iteration,
        self_attention,
        truncated_normal,
        diagnosis,
        spectral_weight,
    ],
)

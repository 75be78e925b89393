# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · Components
#
# *Part I, convolutional networks. About 75 minutes: 35 to read, 40 to predict, try and answer; it runs in under a minute. You need the
# convolution and its transpose from lecture 01; assignment a1 builds on this page.*

# %%
import json
from itertools import pairwise
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d, cross_entropy

from course_lib import components as nets
from course_lib import convolution as conv
from course_lib import data, viz
from course_lib.checkpoint import load_checkpoint
from course_lib.classifier import fashion_classifier
from course_lib.training import Batches
from course_lib.widgets.overlap_explorer import OverlapExplorer
from course_lib.widgets.setting_player import SettingPlayer

photo = avg_pool2d(data.to_float(data.photo("china")).double(), 2)[..., 24:195]  # (1, 3, 171, 171) in [-1, 1]
grey = photo.mean(1, keepdim=True)  # (1, 1, 171, 171)
row_of = {e.name: row for row, e in enumerate(data.emoji_index("all"))}


def seeded(seed):
    return torch.Generator().manual_seed(seed)


# %% jupyter={"source_hidden": true}
def untrained(upsample, kernel, seed=6, channels=(24, 24, 24, 24, 3)):
    """Noise on 8 x 8 pixels through four enlarging layers with random weights: an image (1, 3, 128, 128)."""
    rng = seeded(seed)
    h = torch.randn(1, channels[0], 8, 8, generator=rng)
    for c_in, c_out in pairwise(channels):
        shape = (c_out, c_in) if upsample is nets.upsample_resize_conv else (c_in, c_out)
        h = upsample(h, torch.randn(*shape, kernel, kernel, generator=rng) + 0.15)
        h = nets.group_norm2d(h, torch.ones(c_out), torch.zeros(c_out), groups=c_out)
        h = nets.relu(h) if c_out > 3 else torch.tanh(0.7 * h)
    return h


viz.image_grid(
    torch.cat(
        [
            untrained(nets.upsample_transposed_conv, 3),
            untrained(nets.upsample_transposed_conv, 4),
            untrained(nets.upsample_resize_conv, 3),
        ]
    ),
    column_labels=["A", "B", "C"],
    size=2.4,
    caption="Figure 1. Three generators, none of them trained. They differ in one thing: the layer that enlarges.",
    alt="Three abstract pictures. A is broken up by a coarse and a fine grid, B by a fine one; C shows smooth, soft clouds of colour.",
)

# %% [markdown]
# Each picture is noise that went through four layers with random weights. Nobody has taught these networks anything, yet they have
# a handwriting already: A will print its grid on every face it ever learns to draw, unless training fights it. Which layer
# does that, and why, is section 5. The layers between the convolutions look like plumbing. They decide what a network finds easy.
#
# When you have worked through this page you can
#
# * say what a stack of convolutions cannot do without a bend, and show that one bend is enough;
# * recognise a dead unit, and say why it stays dead;
# * choose between strides, average and max pooling by what each of them forgets;
# * name the axes of batch, layer, instance and group normalisation, and find the bug of a network that was left in the wrong mode;
# * predict a checkerboard from kernel and stride, and get rid of it;
# * count the parameters of LeNet-5 by hand, and beat a linear classifier with it.

# %% [markdown]
# ## 1. The bend
#
# Lecture 01 ended with a failure. We wanted *edge strength*, $\sqrt{s_1^2 + s_2^2}$ from the two Sobel maps: large wherever brightness changes,
# in whatever direction. For a photo together with its negative, the best single filter explained 0 % of it, because $w^\top(-x) = -w^\top x$: whatever a
# filter gains on a change from dark to light, it loses on one from light to dark. And a second filter on top did not help: two layers in a row
# were one wider layer.
#
# Put the smallest possible bend between the two layers:
#
# $$\mathrm{ReLU}(u) = \max(0, u) .$$
#
# **What do you expect?** Eight filters: two Sobel kernels, two diagonal ones, and the negatives of all four. Then a weighted sum of the eight maps,
# the weights found by least squares, photo and negative together. How much is explained without the bend? And with it?

# %%
# NBVAL_CHECK_OUTPUT
sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).double()
diagonal = torch.tensor([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]).double()
four = torch.stack([sobel, sobel.T, diagonal, diagonal.flip(1)])[:, None]  # (4, 1, 3, 3)
both = torch.cat([grey, -grey])  # the photo and its negative
maps = conv.conv2d(both, torch.cat([four, -four]))  # (2, 8, 169, 169)
strength = conv.conv2d(both, four[:2]).square().sum(1, keepdim=True).sqrt()  # (2, 1, 169, 169)


def second_layer(maps, target):
    """The best weighted sum of the maps plus a bias, a 1 x 1 convolution, and the share of variance it explains."""
    design = torch.cat([maps, torch.ones_like(target)], 1).movedim(1, -1).flatten(0, 2)  # a row a pixel
    fit = design @ torch.linalg.lstsq(design, target.flatten()[:, None], driver="gelsd").solution
    fit = fit.view(target.shape)
    return fit, 1 - ((target - fit).var() / target.var()).item()


straight, share = second_layer(maps, strength)
print(f"two layers:                    {abs(share):5.1%} explained")
bent, share = second_layer(nets.relu(maps), strength)
print(f"two layers, ReLU between them: {share:5.1%} explained")
print("why:  |u| = ReLU(u) + ReLU(-u):", bool(torch.equal(maps.abs(), nets.relu(maps) + nets.relu(-maps))))

# %% jupyter={"source_hidden": true}
viz.response_maps(
    [m[0, 0] for m in (strength, straight, bent)],
    image=photo,
    limit=strength.quantile(0.995).item(),
    titles=["the photo", "wanted: edge strength", "two layers", "two layers and a ReLU"],
    caption="Figure 2. The same eight filters, the same weighted sum. In the middle nothing but an even map can be reached.",
    alt="The temple; its edge strength in orange; an even pale map without any structure; and a map that looks like the wanted one.",
)

# %% [markdown]
# From nothing to nearly everything, for the price of a comparison. A filter and its negative, bent and added, give the *size* of a response; a few directions give
# all of them. That is a two-layer network, and every deeper one is this sentence repeated.
#
# Why is one bend enough for other functions as well? A weighted sum of ReLUs, $\sum_m a_m \max(0, t - t_m)$, is a line that changes its
# slope at every $t_m$, by $a_m$. With enough corners a line can follow anything. Below it follows one row of the photograph.

# %%
# NBVAL_CHECK_OUTPUT
row = grey[0, 0, 60]  # (171,)
place = torch.arange(len(row)).double()
lines = {}
for corners in (4, 16, 64):
    knots = torch.linspace(0, len(row) - 1, corners + 1).double()[:-1]
    ramps = torch.cat([nets.relu(place[:, None] - knots), torch.ones(len(row), 1)], 1)  # (171, corners + 1)
    lines[corners] = (ramps @ torch.linalg.lstsq(ramps, row[:, None], driver="gelsd").solution)[:, 0]
    print(
        f"{corners:3} bends: mean error {(lines[corners] - row).square().mean().sqrt():.2f} of a range of 2"
    )

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(8.4, 2.7, ncols=2, width_ratios=(2, 1))
left.plot(place, row, color="#b7c0c7", linewidth=3, label="one row of the photo")
for (corners, line), color in zip(lines.items(), (viz.COLORS[1], viz.COLORS[2], viz.COLORS[0])):
    left.plot(place, line, color=color, linewidth=1.3, label=f"{corners} bends")
left.set(xlabel="pixel", ylabel="brightness", title="a sum of ReLUs", ylim=(-1.3, 1.75))
left.legend(fontsize=8, ncols=4, loc="upper center", columnspacing=1, handlelength=1.2)
u = torch.linspace(-3, 3, 121)
for name, bend, color in (
    ("ReLU", nets.relu, viz.COLORS[0]),
    ("leaky ReLU, 0.2", lambda u: nets.leaky_relu(u, 0.2), viz.COLORS[1]),
    ("tanh", torch.tanh, viz.COLORS[2]),
):
    right.plot(u, bend(u), color=color, label=name)
right.set(xlabel="u", title="three bends in use", ylim=(-1.4, 3))
right.grid(True)
right.legend(fontsize=8, loc="upper left")
viz.picture(
    fig,
    alt="Left, the brightness along a row of the photo with three fits: four bends follow its broad course, sixteen more of it, sixty-four "
    "nearly every step. Right, curves of ReLU, leaky ReLU and tanh.",
    caption="Figure 3. Left: each bend adds one corner. Right: ReLU is flat on one side; leaky ReLU never; tanh flattens on both.",
)

# %% [markdown]
# ### Dead units
#
# The flat side has a price. Where ReLU is flat, its slope is zero, and no gradient passes. If a unit is on its flat side for *every* image of the training
# set, its weights receive no gradient at all: it is **dead**. What kills it is usually one step that was too large.
#
# **What do you expect?** 1,000 clothes, one hidden layer of 100 units, plain gradient descent on all images. Learning rate 0.1, 0.3 or 1. How many units
# are dead after 200 steps? Can a dead unit come back? And with leaky ReLU?

# %%
clothes, kinds = data.fashion_mnist("train")
few, few_kinds = data.to_float(clothes[:1000]).double().flatten(1), kinds[:1000]


def descend(bend, rate, steps=200):
    """Train 784 -> 100 -> 10; for each step, which units are on their flat side for all images: (steps + 1, 100)."""
    rng = seeded(0)
    w1, w2 = (torch.randn(*s, generator=rng).double() / s[0] ** 0.5 for s in ((784, 100), (100, 10)))
    b1, silent = torch.zeros(100).double(), []
    for _ in range(steps + 1):
        w1, b1, w2 = (p.detach().requires_grad_() for p in (w1, b1, w2))
        u = few @ w1 + b1
        silent.append((u <= 0).all(0))
        loss = cross_entropy(bend(u) @ w2, few_kinds)
        grads = torch.autograd.grad(loss, (w1, b1, w2))
        w1, b1, w2 = (p - rate * g for p, g in zip((w1, b1, w2), grads))
    return torch.stack(silent), grads[0], loss.item()


runs = {rate: descend(nets.relu, rate) for rate in (0.1, 0.3, 1.0)}
leaky = descend(lambda u: nets.leaky_relu(u, 0.2), 0.3)

# %% jupyter={"source_hidden": true}
viz.curves(
    range(201),
    {f"ReLU, rate {rate}": silent.sum(1) for rate, (silent, _, _) in runs.items()}
    | {"leaky ReLU, rate 0.3": leaky[0].sum(1)},
    xlabel="step",
    ylabel="units flat for all images",
    height=2.6,
    caption="Figure 4. Large steps kill, and what is dead stays dead: the curves of ReLU never fall.",
    alt="Four step curves over 200 steps: rate 0.1 stays at zero, rate 0.3 rises to a handful, rate 1 rises to dozens; the leaky one "
    "rises and falls again.",
)

# %%
# NBVAL_CHECK_OUTPUT
silent, gradient, _ = runs[0.3]
print("rate 0.1: any unit dead:            ", bool(runs[0.1][0][-1].any()))
print("rate 0.3: any unit dead:            ", bool(silent[-1].any()))
print("rate 1.0: more than ten dead:       ", bool(runs[1.0][0][-1].sum() > 10))
print("gradient of the dead units' weights:", gradient[:, silent[-1]].abs().max().item())
print("a unit ever came back:              ", bool((silent[:-1] & ~silent[1:]).any()))
print("leaky: any unit without gradient:   ", bool((leaky[1].abs().sum(0) == 0).any()))
print("leaky: a unit came back:            ", bool((leaky[0][:-1] & ~leaky[0][1:]).any()))

# %% [markdown]
# "Never" is exact here: with all images in every step, no gradient means no change, and no change means no gradient. With small batches a unit dies in
# the same way. Discriminators use leaky ReLU for another reason as well: the generator learns through D's slope, and a flat place teaches it nothing (lecture 06).

# %% [markdown]
# ## 2. Pooling: to forget *where*
#
# A network that names things has to lose pixels on its way to ten numbers. Three ways to halve (or quarter) a map:
#
# * **a stride**: look at every fourth place only;
# * **average pooling**: the mean of each 4 × 4 window;
# * **max pooling**: its largest value.
#
# **What do you expect?** A map of edges, some of them one pixel wide. Which of the three can miss a thin edge altogether? Which makes it weaker? And in the backward
# pass: how many pixels receive a gradient?

# %%
edges = strength[:1, :, :168, :168]  # (1, 1, 168, 168)
shrunk = {
    "every 4th pixel": edges[..., ::4, ::4],
    "average of 4 × 4": nets.avg_pool2d(edges, 4),
    "largest of 4 × 4": nets.max_pool2d(edges, 4),
}

# %% jupyter={"source_hidden": true}
viz.response_maps(
    [edges[0, 0], *(m[0, 0] for m in shrunk.values())],
    limit=strength.quantile(0.995).item(),
    titles=["edge strength, 168 × 168", *(f"{name}\n42 × 42" for name in shrunk)],
    caption="Figure 5. Three ways to keep one number in sixteen.",
    alt="Edge strength of the temple and three small versions: the skipped one is broken up, the averaged one pale, the maximum strong and thick.",
)

# %%
# NBVAL_CHECK_OUTPUT
posts = torch.zeros(4, 1, 16, 16).double()
for i in range(4):
    posts[i, :, :, 6 + i] = 1  # a line one pixel wide, in four places
ways = {"stride": lambda x: x[..., ::4, ::4], "average": nets.avg_pool2d, "maximum": nets.max_pool2d}
x = grey[..., :168, :168].clone().requires_grad_()
for name, way in ways.items():
    way = way if name == "stride" else (lambda x, pool=way: pool(x, 4))
    loudest = way(posts).amax((1, 2, 3)).tolist()
    (gradient,) = torch.autograd.grad(way(x).sum(), x)
    moved = (way(edges[..., 1:161, 1:161]) - way(edges[..., :160, :160])).abs().mean()
    print(
        f"{name:8} a thin line in four places: {loudest}   pixels with gradient {(gradient != 0).double().mean():7.2%}"
        f"   changed by a shift of one pixel: {moved / way(edges).mean():.0%}"
    )

# %% [markdown]
# The stride sees the line in one place of four. The average always sees it, at a quarter of its strength. The maximum always sees it in full and forgets how wide it was.
# Max pooling is the layer that asks "is there one *somewhere here*?", and that is why classifiers like it.
#
# Read the middle column as a generator would. Its only teacher is the gradient that comes back through D, and max pooling sends it to one pixel in sixteen. GANs
# therefore shrink with strided convolutions, whose 4 × 4 kernels touch every pixel.

# %% [markdown]
# ## 3. Normalisation: over which axes?
#
# Every layer's input is the output of a layer that is still learning. Its scale drifts, and a step that was right for one scale is wrong for the next. **Normalisation**
# takes out mean and standard deviation, and gives each channel a learned scale $\gamma$ and shift $\beta$ instead:
#
# $$y = \gamma\, \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta .$$
#
# All the methods share this line. They differ in *what the mean is taken over*.

# %% jupyter={"source_hidden": true}
N, C = 4, 6
image, channel = torch.meshgrid(torch.arange(N), torch.arange(C), indexing="ij")
kinds_of_norm = {
    "batch": (channel, "one mean a channel,\nover all images"),
    "layer": (image, "one mean an image,\nover all channels"),
    "instance": (image * C + channel, "one mean an image\nand channel"),
    "group (2)": (image * 2 + channel // 3, "one mean an image\nand half its channels"),
}
tints = torch.tensor([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in viz.COLORS[:6]])
fig, axes = viz.figure(8.4, 2.6, ncols=4)
for ax, (name, (group, words)) in zip(axes, kinds_of_norm.items()):
    shade = tints[group % 6] + (255 - tints[group % 6]) * (0.25 + 0.5 * ((group // 6) % 2)[..., None])
    ax.imshow(shade.to(torch.uint8).numpy(), aspect="auto")
    for n in range(N):
        for c in range(C):
            ax.text(c, n, str(group[n, c].item() + 1), ha="center", va="center", fontsize=9)
    ax.set(xticks=range(C), yticks=range(N), xlabel=f"channel\n{words}", title=name)
    ax.set_xticklabels(range(1, C + 1))
    ax.set_yticklabels(range(1, N + 1))
axes[0].set_ylabel("image")
viz.picture(
    fig,
    alt="Four tables of four images by six channels, coloured and numbered by group. Batch: six groups, the columns. Layer: four, the "
    "rows. Instance: twenty-four single cells. Group: eight, half a row each.",
    caption="Figure 6. Cells with the same number share one mean and one standard deviation. Each cell stands for all H × W pixels of that map.",
)

# %% [markdown]
# **What do you expect?** For a batch of shape (8, 6, 10, 10): how many means does each of the four compute, over how many numbers each? Which of them give an image the same
# result in any company?
#
# <details><summary>Answer</summary>
#
# Batch 6 means over 800 numbers; layer 8 over 600; instance 48 over 100; group (2) 16 over 300. All but batch normalisation: it alone has the
# image axis inside the mean.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
x = 3 * torch.randn(8, 6, 10, 10, generator=seeded(0)).double() + 5
one, zero = torch.ones(6).double(), torch.zeros(6).double()
norms = {
    "batch": lambda x: nets.batch_norm2d(x, one, zero, zero, one, training=True)[0],
    "layer": lambda x: nets.group_norm2d(x, one, zero, groups=1),
    "instance": lambda x: nets.instance_norm2d(x, one, zero, zero, one, training=True)[0],
    "group (2)": lambda x: nets.group_norm2d(x, one, zero, groups=2),
}
over = {"a channel": (0, 2, 3), "an image": (1, 2, 3), "both": (2, 3)}
print(f"{'':11}means that are zero: {'  '.join(over)}      same image alone: same result")
for name, norm in norms.items():
    y = norm(x)
    zeros = [bool(y.mean(dim=axes).abs().max() < 1e-9) for axes in over.values()]
    alone = bool((norm(x[:1]) - y[:1]).abs().max() < 1e-9)
    print(f"{name:11}{'':21}{zeros[0]!s:11}{zeros[1]!s:10}{zeros[2]!s:10}{alone}")

# %% [markdown]
# (Instance normalisation makes every single mean zero, so the coarser ones are zero as well.)
#
# Now to what you can see. One frog, four times: as it is, darkened, faded, and in orange light. Each version multiplies every channel by a number and adds
# another one, as a change of lamp would.
#
# **What do you expect?** Which rows of the figure will show four equal frogs?

# %%
frog = data.to_float(data.emoji("flat", "all")[[row_of["frog"]]]).double()  # (1, 3, 64, 64)
gain = torch.tensor([[1, 1, 1], [0.5, 0.5, 0.5], [0.35, 0.35, 0.35], [0.9, 0.65, 0.3]]).double()
shift = torch.tensor([[0, 0, 0], [-0.4, -0.4, -0.4], [0.3, 0.3, 0.3], [0.1, -0.15, -0.5]]).double()
lit = gain[:, :, None, None] * frog + shift[:, :, None, None]  # (4, 3, 64, 64)
one, zero = torch.ones(3).double(), torch.zeros(3).double()
layers = {
    "batch": nets.batch_norm2d(lit, one, zero, zero, one, training=True, eps=0)[0],
    "layer": nets.group_norm2d(lit, one, zero, groups=1, eps=0),
    "instance": nets.instance_norm2d(lit, one, zero, zero, one, training=True, eps=0)[0],
}

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [lit, *((y / 2.2).clamp(-1, 1) for y in layers.values())],
    row_labels=["input", *layers],
    column_labels=["as it is", "darkened", "faded", "orange light"],
    size=1.15,
    caption="Figure 7. The same four inputs after three normalisations. Outputs are shown on one scale, zero as mid-grey.",
    alt="A grid of frogs. Input: four different lights. After batch normalisation they still differ. After layer normalisation the first three "
    "are equal, the fourth is still orange. After instance normalisation all four are equal.",
)

# %%
# NBVAL_CHECK_OUTPUT
for name, y in layers.items():
    equal = [bool((y[i] - y[0]).abs().max() < 1e-9) for i in range(1, 4)]
    print(
        f"{name:9} equal to the first frog: darkened {equal[0]!s:6} faded {equal[1]!s:6} orange light {equal[2]}"
    )

# %% [markdown]
# Each normalisation *makes a network blind to something*. Instance normalisation removes the lamp: brightness, contrast and colour cast of every single image. When an
# image shall change its style and keep its content, that is a gift, and CycleGAN uses it (lecture 19). When brightness is the answer (day or night?), it is a
# blindfold. Batch normalisation keeps the differences between images, and pays for that with what comes next.

# %% [markdown]
# ## 4. Two modes of one layer
#
# With BatchNorm, an image's result depends on the images beside it. In training that is accepted. Later, when a single image comes along, there is no company to ask, so the layer keeps a
# memory: after each training batch,
#
# $$\text{running} \leftarrow 0.9 \cdot \text{running} + 0.1 \cdot \text{batch},$$
#
# and in **evaluation** mode the running mean and variance take the place of the batch's own. (The running variance gathers the *unbiased* one, divided by $n - 1$; the batch itself is scaled by the biased one, divided by $n$.) `model.train()` and `model.eval()` switch between the two.
#
# Below, the *same* frog goes through one BatchNorm layer with company of your choice. The running statistics were gathered before, from 512 emoji, and stand still.
#
# **What do you expect?** What happens to the frog in training mode when its company gets brighter? When the batch gets larger? And in evaluation mode?

# %%
flat = data.to_float(data.emoji("flat", "all"))
flat = avg_pool2d(flat[torch.randperm(len(flat), generator=seeded(1))], 2)  # (1570, 3, 32, 32)
small_frog = avg_pool2d(frog.float(), 2)
one, zero = torch.ones(3), torch.zeros(3)
mean, var = zero, one
for batch in flat[:512].split(16):  # 32 batches
    _, mean, var = nets.batch_norm2d(batch, one, zero, mean, var, training=True)

sizes, lights = (2, 4, 16), (-1.2, -0.8, -0.4, 0.0, 0.4)
frames, texts = [], []
for size in sizes:
    for light in lights:
        company = (flat[600 : 600 + size - 1] + light).clamp(-1, 1)
        batch = torch.cat([small_frog, company])
        trained = nets.batch_norm2d(batch, one, zero, mean, var, training=True)[0][:1]
        evaluated = nets.batch_norm2d(batch, one, zero, mean, var, training=False)[0][:1]
        first = torch.cat([batch, torch.zeros(4, 3, 32, 32)])[:4]  # the first four of the batch, two by two
        montage = torch.cat([torch.cat([*first[:2]], 2), torch.cat([*first[2:]], 2)], 1)[
            None
        ]  # (1, 3, 64, 64)
        large = [nets.upsample_nearest(y / 2.5) for y in (trained, evaluated)]
        frames.append(torch.cat([montage, *large]).clamp(-1, 1))
        words = (
            f"Training: the batch's mean is {batch.mean():.2f}, the frog comes out with mean {trained.mean():.2f}. "
            f"Evaluation: the running mean is {mean.mean():.2f}, the frog's mean {evaluated.mean():.2f}."
        )
        texts.append(words.replace("-", "−"))
SettingPlayer(
    torch.stack(frames).unflatten(0, (len(sizes), len(lights))),
    {
        "images in the batch": [str(n) for n in sizes],
        "light on the company": [f"{v:+.1f}".replace("-", "−") for v in lights],
    },
    ["the batch (its first four)", "the frog, training", "the frog, evaluation"],
    texts,
    alt="A frog in a batch with other emoji, and what batch normalisation makes of it in its two modes.",
    chosen=[1, 3],
    zoom=3,
)

# %% [markdown]
# <details><summary>Open when you have moved both sliders</summary>
#
# In training the frog gets *darker* as its company gets brighter: what is left is its distance from the batch's mean. In a batch of two the frog makes up half of that mean itself; in a
# larger one the company decides nearly alone. In evaluation nothing moves, whatever you do.
# </details>
#
# Two facts about the memory, by arithmetic. It starts at mean 0 and variance 1, and each batch keeps nine tenths of what was there.

# %%
# NBVAL_CHECK_OUTPUT
for batches in (1, 10, 22, 44):
    print(f"after {batches:2} batches {0.9**batches:6.1%} of the running mean is still the starting value")

# %% [markdown]
# So a network that is evaluated after ten batches uses statistics that are one third fiction. Now the commonest bug of this course: someone forgets `eval()`. The course's
# classifier of clothes has three BatchNorm layers. Leave *those* in training mode, everything else in evaluation, and let it classify 600 test images: one
# by one, in mixed batches, and sorted, so that a batch holds a single kind of clothes.
#
# **What do you expect?** Which of them costs most?

# %%
judge = fashion_classifier()  # in eval mode
test, test_kinds = data.fashion_mnist("test")
some, some_kinds = data.to_float(test[:600]), test_kinds[:600]


@torch.no_grad()
def score(batches):
    return sum((judge(some[b]).argmax(1) == some_kinds[b]).sum().item() for b in batches) / len(some)


scores = {"evaluation mode": score(torch.arange(600).split(100))}
for layer in judge.modules():
    if isinstance(layer, torch.nn.BatchNorm2d):
        layer.train().momentum = 0.0  # use the batch's statistics, but leave the running ones as they are
mixed = torch.randperm(600, generator=seeded(0))
scores |= {f"training mode, batches of {n}": score(mixed.split(n)) for n in (1, 8, 100)}
scores["training mode, sorted by kind"] = score(some_kinds.argsort(stable=True).split(60))
for name, share in scores.items():
    print(f"{name:32} {share:.1%} right")

# %%
# NBVAL_CHECK_OUTPUT
right = list(scores.values())
print("in evaluation mode at least 85 % are right:              ", right[0] > 0.85)
print("mixed batches of 100 in training mode cost under 3 points:", right[0] - right[3] < 0.03)
print("one by one costs more than 2 points:                      ", right[0] - right[1] > 0.02)
print(
    "sorted batches cost most, more than 5 points:             ",
    right[0] - right[4] > 0.05 and right[4] == min(right),
)

# %% [markdown]
# The bug hides. With large mixed batches, which is how one tests, nothing seems wrong. It shows on a single image, and most where a batch is all of one kind: a batch of
# boots is normalised until it no longer looks like boots. Lecture 05 meets the same thing in the game: batches of real and batches of fake images are two kinds.

# %% [markdown]
# ## 5. Upsampling, and where checkerboards come from
#
# A generator has to go the other way, from a small map to a large picture. The transposed convolution of lecture 01 lets every input pixel paint a kernel, $s$ pixels from the last one. Count the brush strokes. Along one axis
# output pixel $o$ is painted by input pixel $i$ when $0 \le o - s\,i < k$, so
#
# $$\text{strokes}(o) = \#\{\, i : o - k < s\,i \le o \,\} ,$$
#
# the number of multiples of $s$ among $k$ consecutive integers. If $s$ divides $k$, that is $k/s$ for every $o$. If not, it is $\lfloor k/s \rfloor$ for some and $\lceil k/s \rceil$ for others, *in a
# pattern that repeats every $s$ pixels*. In two dimensions the counts multiply.
#
# **What do you expect?** Kernel 3 and stride 2: which counts occur inside the picture, and how often each? Kernel 4 and stride 2? Kernel 5 and stride 3?

# %%
# NBVAL_CHECK_OUTPUT
for kernel, stride in ((3, 2), (4, 2), (2, 2), (5, 2), (5, 3), (6, 3)):
    inside = nets.overlap_count(20, kernel, stride)[kernel:-kernel, kernel:-kernel]
    inside = inside[: len(inside) // stride * stride, : len(inside) // stride * stride]  # whole periods
    counts = {n: f"{(inside == n).double().mean().item():.0%}" for n in inside.unique().tolist()}
    print(f"kernel {kernel}, stride {stride}: strokes a pixel {counts}")

# %% [markdown]
# There is the claim of this section, exactly: **kernel 3 with stride 2 paints pixels once, twice or four times; kernel 4 with stride 2 paints every pixel inside four times.** The
# explorer shows the counts, and what the layer makes of an even wall and of a picture. An even wall should stay even: it is our ruler.
#
# **What do you expect?** Try these in order, and predict each: (a) kernel 4, *all equal*; (b) kernel 4, *tent*; (c) kernel 4, *random*; (d) the other layer, *random*.

# %%
small = avg_pool2d(grey, 2)[..., 10:58, 12:60]  # (1, 1, 48, 48)
OverlapExplorer(data.to_uint8(small))

# %% [markdown]
# <details><summary>Open when you have tried all four</summary>
#
# (a) and (b) are even. (c) is not! Equal *counts* do not mean equal *sums*: with stride 2 the 16 weights fall into four sets of four, one for each place in the pattern,
# and random sets have different sums. Kernel 4 makes evenness *possible* for brushes as simple as a box or a tent; kernel 3 asks the weights to
# balance 1, 2 and 4 terms. (d) is even for every kernel: after the pixels have been repeated, every output pixel of a wall sums *all* the weights.
# </details>
#
# How uneven is a layer at birth? 300 layers with random weights, 16 channels in, and a wall of ones. The measure is the standard deviation across the picture over the size of the output.

# %%
# NBVAL_CHECK_OUTPUT
rng = seeded(0)
wall = torch.ones(1, 16, 16, 16).double()
makers = {
    "transposed, kernel 3": lambda: nets.upsample_transposed_conv(
        wall, torch.randn(16, 1, 3, 3, generator=rng).double()
    ),
    "transposed, kernel 4": lambda: nets.upsample_transposed_conv(
        wall, torch.randn(16, 1, 4, 4, generator=rng).double()
    ),
    "resize, kernel 3": lambda: nets.upsample_resize_conv(
        wall, torch.randn(1, 16, 3, 3, generator=rng).double()
    ),
}
for name, make in makers.items():
    painted = torch.cat([make() for _ in range(300)])[..., 8:-8, 8:-8]
    uneven = painted.var(dim=(2, 3)).mean().sqrt() / painted.square().mean().sqrt()
    print(f"{name:21} unevenness at birth {abs(uneven):.2f}")

# %% [markdown]
# A transposed convolution is born uneven whatever its kernel, and a resize convolution is even by construction. This is Figure 1: A and B are transposed convolutions with kernels 3 and 4, C
# repeats pixels and then filters.
#
# Can training mend it? Give each layer the photo at half its size and ask for the photo. (PSNR below is the squared error on a logarithmic scale: 10 decibels, dB, more are an error ten times smaller.) The output is linear in the weights, so least squares finds the best ones at
# once. **What do you expect:** does kernel 3 keep its grid?

# %%
half = avg_pool2d(grey[..., :170, :170], 2)  # (1, 1, 85, 85)
wanted = grey[0, 0, 4:166, 4:166]


def best_kernel(upsample, k):
    """The kernel that rebuilds the photo best, in decibel, and how uneven it paints a wall."""
    taps = torch.eye(k * k).double().view(k * k, 1, 1, k, k)
    columns = torch.stack([upsample(half, tap)[0, 0, 4:166, 4:166].flatten() for tap in taps], 1)
    w = torch.linalg.lstsq(columns, wanted.flatten()[:, None]).solution
    error = (columns @ w - wanted.flatten()[:, None]).square().mean()
    painted = upsample(torch.ones(1, 1, 20, 20).double(), w.view(1, 1, k, k))[..., 8:-8, 8:-8]
    return 10 * torch.log10(4 / error).item(), abs((painted.std() / painted.mean()).item())


# %%
# NBVAL_CHECK_OUTPUT
print("after learning           PSNR     unevenness")
for name, upsample, k in (
    ("transposed, kernel 3", nets.upsample_transposed_conv, 3),
    ("transposed, kernel 4", nets.upsample_transposed_conv, 4),
    ("resize, kernel 3", nets.upsample_resize_conv, 3),
    ("resize, kernel 5", nets.upsample_resize_conv, 5),
):
    quality, uneven = best_kernel(upsample, k)
    print(f"{name:21} {quality:7.1f} dB   {uneven:.3f}")

# %% [markdown]
# Training mends it, here: every layer that is *asked* to be even learns to be, to less than half a percent, kernel 3 included. A loss that compares pixels asks for just that. A GAN's loss comes from a
# second network, a critic (lecture 05), that may or may not mind, layer upon layer must balance, and the remainder is what you see in the sky of a generated photograph. So the cure is not a better loss but a layer
# that cannot do wrong, or at least one for which doing right is easy: repeat and filter, or a stride that divides the kernel. Resizing costs $s^2$ times
# as many multiplications for the same kernel. Our DCGAN and pix2pix take kernel 4.
#
# **One more place where it hides.** The backward pass of a strided convolution *is* a transposed convolution. **What do you expect** the gradient of the plain sum of a
# map with kernel 3, stride 2 (weights all 1) to look like?

# %%
# NBVAL_CHECK_OUTPUT
x = torch.zeros(1, 1, 9, 9, requires_grad=True)
(gradient,) = torch.autograd.grad(conv.conv2d(x, torch.ones(1, 1, 3, 3), stride=2).sum(), x)
print(gradient[0, 0, 2:7, 2:7].int().tolist())
print("it is the overlap count:", bool(torch.equal(gradient[0, 0].long(), nets.overlap_count(4, 3, 2))))

# %% [markdown]
# A generator that learns through such a discriminator is told four times as often about some pixels as about their neighbours. Kernel 4 with stride 2 is a good choice in D too.

# %% [markdown]
# ## 6. A whole network: LeNet-5
#
# In 1998 LeCun, Bottou, Bengio and Haffner put these parts in a row, and it read the amounts on a good share of America's cheques. (A slide of the Stanford lecture that this part
# follows dates it 1980. That is the year of Fukushima's neocognitron; the paper is from 1998.)
#
# Its layout: C1, 6 filters of 5 × 5; S2, pooling; C3, 16 filters of 5 × 5; S4, pooling; C5, 120 filters that cover all that is left; F6, 84 units; 10 outputs.
#
# **What do you expect?** Fill in the table by hand for an image of 32 × 32 before you run the cell. A filter has $C_\text{in} \cdot 25$ weights and a bias.
#
# | layer | size of the map | parameters |
# |---|---|---|
# | C1, 6 filters of 5 × 5 on 1 channel | 6 × ? × ? | 6 · (25 + 1) = ? |
# | S2, pooling by 2 | ? | 0 |
# | C3, 16 filters of 5 × 5 on 6 channels | ? | ? |
# | S4, pooling by 2 | ? | 0 |
# | C5, 120 filters of 5 × 5 on 16 channels | ? | ? |
# | F6, 120 to 84 | 84 | ? |
# | output, 84 to 10 | 10 | ? |

# %%
# NBVAL_CHECK_OUTPUT
lenet = nets.LeNet5()
by_hand = {
    "c1": 6 * (1 * 25 + 1),
    "c3": 16 * (6 * 25 + 1),
    "c5": 120 * (16 * 25 + 1),
    "f6": 84 * (120 + 1),
    "output": 10 * (84 + 1),
}
for name, layer in lenet.named_children():
    counted = sum(p.numel() for p in layer.parameters())
    print(f"{name:7} by hand {by_hand[name]:6,}   counted {counted:6,}")
print(f"in all  {sum(by_hand.values()):,}, of which C5 holds {by_hand['c5'] / sum(by_hand.values()):.0%}")
side = 32
for name, kernel in (("C1", 5), ("S2", 2), ("C3", 5), ("S4", 2), ("C5", 5)):
    side = conv.conv2d_output_size(side, kernel, stride=2 if name[0] == "S" else 1)
    print(f"{name}: {side} × {side}", end="   ")

# %% [markdown]
# The convolutions proper, C1 and C3, hold four percent of the parameters and do most of the work. Nearly four in five sit in C5, the first layer that sees everything at once.
#
# ### Guided reading: the paper, section II-B
#
# Read two pages of the original (*Gradient-based learning applied to document recognition*, section II-B, "LeNet-5") with these questions beside you. (Clinic 03c reads the rest of the paper, and redraws this network with its numbers.)
#
# <details><summary>1. Why is the input 32 × 32, when no digit is larger than 20 × 20?</summary>
#
# So that end points and corners of a stroke can lie in the middle of the receptive field of the highest detectors.
# </details>
# <details><summary>2. S2 has 12 trainable parameters. Ours has none. What are theirs?</summary>
#
# A factor and an offset for each of six maps: the four inputs are added, multiplied, shifted, and bent by a sigmoid. Ours takes the largest.
# </details>
# <details><summary>3. C3 has 1,516 parameters, ours 2,416. Which 900 are missing there, and why did the authors leave them out?</summary>
#
# A map of C3 sees three, four or six of the maps of S2 (table I of the paper): 60 of 96 connections of 25 weights each, so 36 · 25 = 900 fewer. To keep the
# number of connections down, and to break symmetry: maps that see different things have to learn different things.
# </details>
# <details><summary>4. What is the output layer, and what replaced it?</summary>
#
# Distances to fixed 7 × 12 pictures of the characters (radial basis functions). Today: ten logits and cross-entropy.
# </details>
#
# ### Does it pay?
#
# A rival worth beating: a **linear classifier**, ten templates of 28 × 28, 7,850 parameters. Fashion-MNIST, 8,000 images for training and 2,000 for the test, three seeds. The rival
# gets the best of three learning rates and the best moment of its training, chosen on the test images; LeNet-5 gets no such favours. A second rival has the 61,706
# parameters of LeNet-5, average pooling, and *no bend*.
#
# **What do you expect?** Rank the three. Where does the one without a bend end?

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
sweep = json.loads(Path("results/02_components.json").read_text())
by_name = {}
for r in sweep["runs"]:
    by_name.setdefault(r["setting"]["network"], []).append(r["result"]["accuracy"])
print("accuracy on 2,000 unseen images, three seeds")
for name, values in by_name.items():
    print(f"{name:36} {min(values):.3f} to {max(values):.3f}")
gap = [a - b for a, b in zip(by_name["LeNet-5"], by_name["linear"])]
unbent = [a - b for a, b in zip(by_name["LeNet-5, no bend, average pooling"], by_name["linear"])]
limit = sweep["thresholds"]
print(f"\nLeNet-5 above linear, seed by seed: {', '.join(f'{g:+.3f}' for g in gap)}")
print(f"at least {limit['lenet_at_least']}, as written down before: {min(gap) >= limit['lenet_at_least']}")
print(f"without a bend, above linear:       {', '.join(f'{g:+.3f}' for g in unbent)}")
print(f"at most {limit['unbent_at_most']}, as written down before:  {max(unbent) <= limit['unbent_at_most']}")

# %% [markdown]
# Sixty thousand parameters and five layers, and without the bend they do no better than ten templates, for that is all they can be: the whole stack is one *affine* map, linear plus a constant. You can check it in a
# line. If a network is affine, the answer to a mean of two images is the mean of the two answers.

# %%
# NBVAL_CHECK_OUTPUT
a, b = data.to_float(test[:2]).double().split(1)
for name, network in {
    "LeNet-5": nets.LeNet5(),
    "no bend, average pooling": nets.LeNet5(activation=lambda x: x, pool=nets.avg_pool2d),
    "no bend, max pooling": nets.LeNet5(activation=lambda x: x),
}.items():
    network.double()
    gap = (network((a + b) / 2) - (network(a) + network(b)) / 2).abs().max()
    print(f"{name:25} affine: {bool(gap < 1e-12)}")

# %% [markdown]
# (The third line: max pooling is a bend of its own.) Now watch one learn, on your machine. These numbers are yours; nothing is claimed about them.

# %%
torch.manual_seed(0)
network, rng = nets.LeNet5(), seeded(0)
batches = Batches(clothes, kinds, batch_size=32)
optimizer = torch.optim.Adam(network.parameters(), lr=4e-3)
losses = []
for _ in range(400):
    x, y = batches.next(rng)
    loss = cross_entropy(network(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
with torch.no_grad():
    yours = (network(data.to_float(test)).argmax(1) == test_kinds).double().mean()
print(f"400 steps: {yours:.1%} of the test images right")

# %% [markdown]
# The first network of the table is in the repository. Measured again, and looked into:

# %%
# NBVAL_CHECK_OUTPUT
card = load_checkpoint("lenet5_fashion", lenet)
with torch.no_grad():
    logits = torch.cat([lenet(data.to_float(x)) for x in test.split(500)])
accuracy = (logits.argmax(1) == test_kinds).double().mean().item()
band = by_name["LeNet-5"]
print(
    f"shipped LeNet-5: within half a point of the sweep's band: {min(band) - 0.005 <= accuracy <= max(band) + 0.005}"
)

# %% jupyter={"source_hidden": true}
with torch.no_grad():
    boot = data.to_float(test[[9]])
    c1 = nets.relu(lenet.c1(torch.nn.functional.pad(boot, (2, 2, 2, 2))))  # (1, 6, 28, 28)
    s2 = nets.max_pool2d(c1, 2)  # (1, 6, 14, 14)
    c3 = nets.relu(lenet.c3(s2))  # (1, 16, 10, 10)
    s4 = nets.max_pool2d(c3, 2)  # (1, 16, 5, 5)


def shown(maps):
    """(1, C, h, w) -> signed pictures (C, 3, 28, 28) or so, each layer on one scale."""
    return viz.signed_images(maps[0], maps.max().item())


viz.image_grid(
    [data.to_uint8(boot).expand(-1, 3, -1, -1), shown(c1), shown(s2), shown(c3[:, :8]), shown(s4[:, :8])],
    row_labels=["the image", "C1, 28 × 28", "S2, 14 × 14", "C3, 10 × 10\n(8 of 16)", "S4, 5 × 5\n(8 of 16)"],
    size=0.8,
    caption="Figure 8. One ankle boot on its way through the shipped network. White is zero: what ReLU cut away. The bars along the border of C1 answer to the frame of zeros, mid-grey around a black picture (lecture 01, section 11).",
    alt="A boot, then rows of orange maps: six outlines and surfaces of the boot in C1, the same coarser in S2, and ever coarser blots in C3 and S4.",
)

# %% [markdown]
# ## 7. Where it fails

# %% jupyter={"source_hidden": true}
wrong = (logits.argmax(1) != test_kinds).nonzero().flatten()
sure = logits.softmax(1).max(1).values[wrong].argsort(descending=True)
worst = wrong[sure][:8]
viz.image_grid(
    test[worst],
    column_labels=[
        f"{data.FASHION_CLASSES[test_kinds[i]]}\n→ {data.FASHION_CLASSES[logits[i].argmax()]}"
        for i in worst.tolist()
    ],
    size=1.05,
    caption="Figure 9. The eight test images that the shipped network gets wrong with the greatest confidence: what it is → what it said.",
    alt="Eight grey pictures of clothes with their true and their predicted kind: tops taken for other tops, sandals for other shoes, a folded shirt for a bag.",
)

# %%
# NBVAL_CHECK_OUTPUT
tops = [data.FASHION_CLASSES.index(name) for name in ("T-shirt", "pullover", "coat", "shirt", "dress")]
among = sum(((test_kinds[i] in tops) and (logits[i].argmax() in tops)) for i in wrong)
print("more than half of all mistakes are between kinds of tops:", bool(among > len(wrong) / 2))
by_kind = torch.stack([(logits[test_kinds == k].argmax(1) == k).double().mean() for k in range(10)])
print("hardest kind:", data.FASHION_CLASSES[by_kind.argmin()])

# %% [markdown]
# At 28 pixels a shirt is a coat is a pullover, and the network says so with confidence. A label is a choice of somebody who had seen more. Three more limits to take along:
#
# * **Pooling forgets where.** A face with the eyes below the mouth gives nearly the same pooled map. A generator cannot afford that, and U-Nets (lecture 16) carry the
#   lost positions around the bottleneck.
# * **BatchNorm couples images.** Small batches make it noisy, other company makes it wrong, and a large part of the strange behaviour of GANs starts there.
# * **Counting strokes is necessary, not sufficient.** Weights can make a grid even where the counts are equal, as you saw with *random*.

# %% [markdown]
# ## Summary
#
# * Without a bend, depth is an illusion: any stack of convolutions and averages is one affine map. With ReLU, eight filters explained edge strength; without, none of it.
# * A unit on its flat side for every image gets no gradient and never returns. Leaky ReLU has no such side.
# * Stride can miss, the average dilutes, the maximum keeps *whether* and forgets *where*; its gradient reaches one pixel a window.
# * Batch: one mean a channel. Layer: one an image. Instance: one an image and channel. Each makes the network blind to something.
# * BatchNorm has two modes. `eval()` before you look, `train()` before you step.
# * Strokes a pixel: multiples of $s$ among $k$ integers. 3 over 2 gives 1, 2, 4; 4 over 2 gives 4 everywhere inside. Resize and filter is even by construction.
# * LeNet-5: 61,706 parameters, 48,120 of them in C5.

# %% [markdown]
# ## Check yourself
#
# **1.** A colleague replaces ReLU by $f(u) = 2u + 1$ "because it has no dead units". What has he built?
#
# <details><summary>Answer</summary>
#
# A linear classifier with a bias, however deep. $f$ is affine, and so is any stack of affine maps.
# </details>

# %% [markdown]
# **2.** Your generator's pictures have a fine grid with a period of 4 pixels. Its last two layers are transposed convolutions with kernel 3, stride 2; before them is a resize convolution. Which layer is
# to blame for the period of 4, and which for one of 2?
#
# <details><summary>Answer</summary>
#
# A grid of period 2 is laid by each of the two. What the last but one lays is enlarged by the last one: period 4. The last one's own has period 2. The resize convolution is innocent.
# </details>

# %% [markdown]
# **3.** Normalise a batch of one image of one channel by batch and by instance normalisation in training mode. What differs?
#
# <details><summary>Answer</summary>
#
# Nothing: with one image a channel's mean over the batch is its mean over the image. pix2pix trains with batches of one, and what it calls batch normalisation is instance normalisation.
# </details>

# %% [markdown]
# **4.** You double the number of C3's filters to 32. Which other layer grows, and how many parameters has LeNet-5 then?
#
# <details><summary>Answer</summary>
#
# C5 sees 32 channels: 120 · (32 · 25 + 1) = 96,120 instead of 48,120. C3 has 4,832 instead of 2,416. In all 61,706 + 48,000 + 2,416 = 112,122.
# </details>

# %% [markdown]
# ## Five questions on lectures 00 and 01
#
# Ten seconds each, without scrolling anywhere.
#
# <details><summary>1. How large is the map of a 64-pixel image after kernel 4, stride 2, padding 1? (01)</summary>32: ⌊(64 + 2 − 4)/2⌋ + 1.</details>
# <details><summary>2. How many numbers does one response of a 5 × 5 filter on a colour image sum? (01)</summary>75, and a bias.</details>
# <details><summary>3. Is the transposed convolution the inverse of the convolution? (01)</summary>No, its adjoint: it undoes the bookkeeping, not the effect.</details>
# <details><summary>4. Which grey is the pixel value 0? (00)</summary>Mid-grey: −1 is black, 1 is white.</details>
# <details><summary>5. Why are losses computed from logits and not from probabilities? (00)</summary>A saturated sigmoid rounds to 0 or 1, and the logarithm with it; from logits the loss stays finite and its gradient alive.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * The list of components follows *CS448V, Computational Video Manipulation* (Stanford, 2019), "Conditional adversarial networks". LeNet-5 is dated 1980 there; it is from 1998.
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86, 1998, doi:10.1109/5.726791.
# * K. Fukushima, *Neocognitron*, Biological Cybernetics 36, 1980, doi:10.1007/BF00344251.
# * V. Nair, G. Hinton, *Rectified linear units improve restricted Boltzmann machines*, ICML 2010; A. Maas, A. Hannun, A. Ng, *Rectifier nonlinearities improve neural network acoustic models*, 2013: the
#   leaky one.
# * S. Ioffe, C. Szegedy, *Batch normalization*, 2015, arXiv:1502.03167; J. Ba, J. Kiros, G. Hinton, *Layer normalization*, 2016, arXiv:1607.06450; D. Ulyanov, A. Vedaldi, V. Lempitsky,
#   *Instance normalization*, 2016, arXiv:1607.08022; Y. Wu, K. He, *Group normalization*, 2018, arXiv:1803.08494.
# * A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*, Distill, 2016, doi:10.23915/distill.00003.
# * H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747.
# * Photograph: "china", by danielbuechele, CC BY 2.0, from scikit-learn; cut and reduced. Emoji: Fluent Emoji, Microsoft, MIT.
#
# **Next:** lecture 03 asks what all these filters have learned to see, and whether hand-made ones would have done.

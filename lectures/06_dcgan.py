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
# # 06 · DCGAN
#
# *Part II, generative modelling. About 60 minutes: 25 to read, 35 to predict, try and answer; it runs in about a minute. You need the game of lecture 05,
# and transposed convolution and BatchNorm from lectures 01 and 02.*

# %%
import json
import math
from copy import deepcopy
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d

from course_lib import data, dcgan, glo, latent, metrics, viz
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import checkpoint_card, load_checkpoint, load_snapshots, shipped
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.devices import adam, budget
from course_lib.gan import gan_step
from course_lib.training import Batches, Trainer
from course_lib.widgets.latent_grid import LatentGrid
from course_lib.widgets.latent_path import LatentPath
from course_lib.widgets.replay import TrainingReplay


def noise(n, dim, seed):
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))


clothes, faces = shipped("dcgan_fashion", dcgan.Generator), shipped("dcgan_faces", dcgan.Generator)

# %% jupyter={"source_hidden": true}
grey_rows = clothes(noise(7, clothes.z_dim, 36)).expand(-1, 3, -1, -1)
face_rows = faces(noise(14, faces.z_dim, 3))
viz.image_grid(
    [*face_rows.split(7), grey_rows],
    size=1.0,
    caption="Figure 1. Rows 1 and 2: faces. Row 3: clothes. Nothing is left out of a row, but the row is a good one; section 7 shows the bad.",
    alt="A grid of 21 small pictures: yellow cartoon faces with various eyes and mouths, and grey shirts, trousers, dresses, "
    "shoes and bags.",
)

# %% [markdown]
# Every picture above began as 64 random numbers. Two small networks played lecture 05's game: one turned numbers into
# pictures, the other called them out. When people first put convolutional networks into that game, it fell apart.
# Radford, Metz and Chintala (2015) changed no equation. They found an *architecture* in which it usually holds, and then
# looked at what lies between two codes. Both are on this page.
#
# When you have worked through it you can
#
# * draw DCGAN from $z$ to image, with every size, and count its parameters on paper;
# * give a reason for each rule of the recipe;
# * train one, and judge it by its pictures and a measured distance instead of its losses;
# * avoid the commonest bug in sampling code;
# * walk from one code to another, say where a Gaussian keeps its mass, and show that the walk is no cross-fade;
# * find codes *without* a discriminator, and beat principal components with them.

# %% [markdown]
# ## 1. From z to image
#
# The generator of the paper, for images of 64 × 64. A code $z$ of 100 numbers is treated as an image of one pixel with 100 channels.
# A transposed convolution spreads it over 4 × 4 pixels; four more double the side each time and halve the
# channels. The discriminator is the same staircase, walked down.

# %%
# NBVAL_CHECK_OUTPUT
original_g, original_d = (
    dcgan.Generator(),
    dcgan.Discriminator(),
)  # 100 numbers, 64 px, 64 base channels, colour


def trace(network, x):
    """Every convolution's name, its number of weights, and the shape it returns."""
    rows = []
    for layer in network.net:
        x = layer(x)
        if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
            rows.append((type(layer).__name__, layer.weight.numel(), tuple(x.shape[1:])))
    return rows


for name, network, x in (
    ("G", original_g, torch.zeros(2, 100, 1, 1)),
    ("D", original_d, torch.zeros(2, 3, 64, 64)),
):
    for kind, weights, shape in trace(network, x):
        print(f"{name}  {kind:16} {weights:9,} weights  -> {shape}")
    print(f"{name}  in all, with BatchNorm: {sum(p.numel() for p in network.parameters()):,} parameters")

# %% jupyter={"source_hidden": true}
from matplotlib.patches import Rectangle

stages = [(100, 1), (512, 4), (256, 8), (128, 16), (64, 32), (3, 64)]
fig, ax = viz.figure(8.2, 2.6)
x = 0.0
for i, (channels, side) in enumerate(stages):
    depth, height = 0.14 * math.log2(channels + 1), 0.3 + 0.55 * math.log2(side)
    for k in range(5):  # a few sheets stand for the channels
        corner = (x + k * depth / 5, -height / 2 - 0.05 * k)
        ax.add_patch(Rectangle(corner, height * 0.55, height, fc="white", ec=viz.COLORS[0], lw=1))
    middle = x + (height * 0.55 + depth) / 2
    ax.text(middle, -height / 2 - 0.4, f"{channels} × {side} × {side}", ha="center", va="top", fontsize=9)
    if i == 0:
        ax.text(middle, 0.55, "z", ha="center", fontsize=11, style="italic")
    x_next = x + height * 0.55 + depth + 1.35
    if i + 1 < len(stages):
        ax.annotate(
            "", (x_next - 0.15, 0), (x_next - 1.3, 0), arrowprops={"arrowstyle": "->", "color": viz.COLORS[1]}
        )
        k, s = (4, 1) if i == 0 else (4, 2)
        tail = "BN, ReLU" if i < 4 else "tanh"
        ax.text(
            x_next - 0.72,
            0.12,
            f"k{k} s{s}\n{tail}",
            ha="center",
            va="bottom",
            fontsize=8,
            color=viz.COLORS[1],
        )
    x = x_next
ax.set(xlim=(-0.4, x - 1.1), ylim=(-2.6, 2.0))
ax.set_axis_off()
viz.picture(
    fig,
    alt="Six stacks of sheets from left to right: z with 100 channels of one pixel, then 512 x 4 x 4, 256 x 8 x 8, 128 x 16 x 16, "
    "64 x 32 x 32 and the image 3 x 64 x 64. Arrows between them name kernel 4, stride 2, BatchNorm and ReLU; the last is tanh.",
    caption="Figure 2. The generator: channels × height × width. Arrows are transposed convolutions, kernel k, stride s. "
    "Read it backwards for the discriminator.",
)

# %% [markdown]
# **What do you expect?** Before you read the counts above in detail: which layer of G has the most weights, the one that makes the
# largest map? And why is kernel 4 with stride 2 used, when everything else in vision uses 3?
#
# <details><summary>Answers</summary>
#
# The second one, 512 · 256 · 4 · 4 = 2,097,152: more than half of the network turns 4 × 4 into 8 × 8. The last layer paints 12,288
# numbers with 3,072 weights. Convolution shares weights over places, so *places are free and channels are dear*.
#
# Kernel 4 with stride 2 covers every output pixel by the same number of taps; kernel 3 covers them by 1, 2 and 4 in turn and prints a
# checkerboard (lecture 01).
# </details>
#
# The two networks are so alike because they are adjoints in shape: where D has a convolution $A$, G has something of the shape of
# $A^\top$. A layer of G looks just like a step of D's backward pass.
#
# For this page everything is made smaller: clothes at 28 × 28 have the staircase 7, 14, 28, faces at 32 × 32 have 4, 8, 16, 32.

# %%
# NBVAL_CHECK_OUTPUT
for name in ("dcgan_fashion", "dcgan_faces"):
    card = checkpoint_card(name)
    sizes, width = dcgan.map_sizes(card["architecture"]["size"]), card["architecture"]["base_channels"]
    print(f"{name:13}: sides {sizes}, {width} base channels, {card['parameters']:,} parameters")

# %% [markdown]
# ## 2. The recipe, and a reason for each rule
#
# | rule | reason |
# |---|---|
# | no pooling: strides instead | G learns how to enlarge, D how to shrink; max pooling would pass G's gradient to one pixel in four |
# | no hidden fully connected layers | places share weights; the code is already the 1 × 1 image |
# | BatchNorm in both | keeps every layer's signal at one scale, see below; and a batch of look-alikes is stretched apart |
# | but not on G's output nor D's input | the picture's own brightness and contrast must survive |
# | ReLU in G, tanh at its end | images lie in $[-1, 1]$; half of all clothes' pixels are exactly $-1$, and tanh gets there |
# | LeakyReLU 0.2 in D | G learns only through D's slope; where ReLU is flat, G would hear nothing |
# | weights from N(0, 0.02) | with Adam's learning rate, this sets how fast a weight can change, see below |
# | Adam, $\beta_1 = 0.5$, rate 0.0002 | remembers about 2 steps of gradient instead of 10: the opponent moves, old advice is wrong |
#
# Two of these can be checked without training anything. Weights of standard deviation 0.02 are *small*. What happens to a signal that passes
# five such layers?
#
# **What do you expect?** Give G at its start codes from N(0, 1). How large is the contrast (standard deviation) of the images that come out? And if
# BatchNorm is left out?

# %%
# NBVAL_CHECK_OUTPUT
start = dcgan.Generator(rng=torch.Generator().manual_seed(0))
for with_norm in (True, False):
    h, spread = noise(64, 100, 0)[:, :, None, None], []
    for layer in start.net:
        if isinstance(layer, torch.nn.BatchNorm2d) and not with_norm:
            continue
        h = layer(h)
        if isinstance(layer, torch.nn.ConvTranspose2d):
            spread.append(f"{h.std().item():.2g}")
    print(
        f"{'with' if with_norm else 'without':7} BatchNorm, standard deviation after each convolution: {', '.join(spread)}"
    )
black = (data.fashion_mnist("train")[0] == 0).double().mean().item()
print(f"pixels of clothes that are exactly black, -1: {black:.0%}")
print("what one step of Adam, rate 0.0002, changes a weight by: about", f"{0.0002 / 0.02:.0%} of its size")

# %% [markdown]
# <details><summary>What it means</summary>
#
# Without BatchNorm every layer shrinks the signal, to between a fifth and about a half of what it was. The images start as even grey, all the same, and G's
# gradient shrinks by the same factors on its way back. With it, each stage starts anew at 1, and only the *relative* size of a
# weight matters. Then why 0.02? Because Adam moves each weight by about the learning rate, however small the gradient. A
# step of 0.0002 is 1 % of a typical weight: a hundred steps to make something new. Start ten times larger and
# learning is ten times slower; start ten times smaller and each step overturns the network.
# </details>

# %% [markdown]
# ## 3. Train one
#
# Here is the whole training. `gan_step` is the step of lecture 05: D learns from a batch of real and one of generated images, then G
# from the new D. `budget` chooses the size: half a minute on a laptop's CPU, a larger net on a GPU. One addition is younger than the paper: late in the
# game G's weights circle around a good place, and their running *average* sits nearer to it. The average draws the pictures, G plays.
#
# **What do you expect?** G gets better for as long as you watch. Does its loss fall?

# %%
b = budget({"steps": 800, "base_channels": 16}, {"steps": 6000, "base_channels": 48})
images = data.fashion_mnist("train")[0]  # (8000, 1, 28, 28) uint8

rng = torch.Generator().manual_seed(6)
generator = dcgan.Generator(z_dim=64, base_channels=b.base_channels, out_channels=1, size=28, rng=rng).to(
    b.device
)
discriminator = dcgan.Discriminator(in_channels=1, base_channels=b.base_channels, size=28, rng=rng).to(
    b.device
)
opt_g, opt_d = adam(generator, lr=2e-3), adam(discriminator, lr=1e-3)  # betas (0.5, 0.999)
average = weight_average(generator, decay=0.98)  # of the last 50 steps or so


def step(real, rng):
    z_d, z_g = (torch.randn(len(real), 64, generator=rng).to(b.device) for _ in range(2))
    scalars = gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g)
    average.update_parameters(generator)
    return scalars


fixed = noise(8, 64, 0).to(b.device)  # the same eight codes every time, to see them learn


def look():
    calm = refresh_batch_norm(deepcopy(average.module), noise(500, 64, 1).to(b.device).split(100))
    return calm.eval()(fixed)


trainer = Trainer(
    step,
    Batches(images, batch_size=32, device=b.device),
    {
        "generator": generator,
        "discriminator": discriminator,
        "opt_g": opt_g,
        "opt_d": opt_d,
        "average": average,
    },
    sample=look,
)
history = trainer.run(b.steps, sample_every=b.steps // 8)  # stop it when you like

# %% jupyter={"source_hidden": true}
seen = [trainer.snapshots[i] for i in (0, 2, 4, 8) if i < len(trainer.snapshots)]
viz.image_grid(
    [images for _, images in seen],
    row_labels=[f"step {at}" for at, _ in seen],
    size=0.62,
    caption="Figure 3. Your training, live. The same eight codes in every row.",
    alt="Four rows of eight pictures: even grey, then blobs, then rough shapes, then recognisable shirts, trousers and shoes.",
)

# %% [markdown]
# The same recipe, left alone for longer, was recorded. Move through it:

# %%
pictures, facts = load_snapshots("dcgan_fashion")
keep = list(range(0, len(pictures), 6))
calm = {name: torch.tensor(facts["history"][name]).unfold(0, 4, 4).mean(1) for name in ("d_loss", "g_loss")}
along = facts["history_every"] * (4 * torch.arange(len(calm["d_loss"])) + 2)
TrainingReplay(
    [(facts["steps"][i], pictures[i][:6]) for i in keep],
    {"loss, nats": (along, {"D": calm["d_loss"], "G": calm["g_loss"]})},
)

# %% [markdown]
# *To try: find the step at which you would first have recognised a shoe. Then cover the pictures and try to find it from the curves.*
#
# <details><summary>So, does G's loss fall?</summary>
#
# Hardly, and it tells you nothing when it does. It rises at first, while the pictures improve fastest, and then wanders near 1: lecture 05 warned that G's loss is a
# statement about *this* D, and D learns too. What helps is a look at the pictures, and a distance measured by a network that plays no part.
# </details>
#
# The distance that lecture 07 is about: take 128 features of every image from a classifier, fit a Gaussian to those of 2,000 real test
# images and one to those of 2,000 generated ones, and measure how far apart they are (Fréchet distance, 0 for equal). Its
# floor is what *real* training images get.


# %%
# NBVAL_CHECK_OUTPUT
eyes = fashion_classifier()
references = extract_features(eyes, data.fashion_mnist("test")[0])


def frechet(images):
    return metrics.frechet_feature_distance(references, extract_features(eyes, images)).item()


@torch.no_grad()
def sample(network, n, seed):
    return torch.cat([network(z) for z in noise(n, network.z_dim, seed).split(500)])


for stage in ("_00100", "_00300", "_01000", "_03000", ""):
    name = "dcgan_fashion" + stage
    distance = frechet(sample(shipped(name, dcgan.Generator), 2000, 1))
    k = checkpoint_card(name)["steps"]
    loss = calm["g_loss"][(along - k).abs().argmin()]  # the mean of about 50 steps
    print(f"after {k:5} steps: distance {float(f'{distance:.2g}'):3.0f}, G's loss {loss:.2f}")
print(f"2,000 real training images: {float(f'{frechet(images[:2000]):.2g}'):.0f}")

# %% [markdown]
# The distance falls at every stage; G's loss does not. The distance is not perfect either (lecture 07), but it is a statement about pictures.

# %% [markdown]
# ## 4. The commonest bug in sampling code
#
# BatchNorm has two lives. In **train** mode it normalises each channel by the mean and variance of *the batch at hand*, in **eval** mode by running
# averages collected during training. You have trained, `generator.train()` is still on, and you draw samples. They look fine.
#
# **What do you expect?** Put *one and the same code* into four batches: in company of 63 random codes, of 63 other random codes, of 63 codes close to its own, and alone.
# In which mode are the four pictures the same?


# %%
# NBVAL_CHECK_OUTPUT
@torch.no_grad()
def first_of(network, companions, mode):
    before = {
        k: v.clone() for k, v in network.state_dict().items()
    }  # train mode also moves the running averages
    network.train(mode == "train")
    picture = network(torch.cat([z_star, companions]))[0]
    network.load_state_dict(before)
    network.eval()
    return picture


rows = {"eval": [], "train": []}
z_all = noise(4, clothes.z_dim, 21)
for z_star in z_all.split(1):
    company = {
        "random": noise(63, clothes.z_dim, 1),
        "others": noise(63, clothes.z_dim, 2),
        "relatives": z_star + 0.3 * noise(63, clothes.z_dim, 3),
        "alone": z_star[:0],
    }
    for mode, row in rows.items():
        row.append(torch.stack([first_of(clothes, c, mode) for c in company.values()]))
same = {mode: torch.stack(row) for mode, row in rows.items()}  # (codes, companies, 1, 28, 28)
for mode, made in same.items():
    apart = (made - made[:, :1]).abs().flatten(2).mean(2).mean(0)  # mean difference from the first company
    print(
        f"{mode:5} mode, mean change of a pixel:", ", ".join(f"{n} {d:.1f}" for n, d in zip(company, apart))
    )

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [torch.cat([same[mode][i] for i in range(2)]) for mode in ("eval", "train")],
    row_labels=["eval mode", "train mode"],
    column_labels=["random", "others", "relatives", "alone"] * 2,
    size=0.66,
    caption="Figure 4. Two codes, each in four companies. In train mode a picture depends on what is drawn beside it.",
    alt="Two rows of eight pictures in two groups of four. In the upper row the four of a group are the same garment; in the "
    "lower row they differ, and the picture drawn alone or among relatives is distorted.",
)

# %% [markdown]
# In train mode $G$ is a function of the *batch*. Random company hides the bug: a large batch of random codes has statistics like those of training. It bites
# when you draw one image, a walk whose frames are all relatives, or a projection, where every step of an optimiser moves all its neighbours. And
# each such call silently changes the running averages.
#
# Rule: `generator.eval()` before you look. One exception waits in part V: the paper on pix2pix *keeps* train mode when it translates, one picture at a time, on
# purpose. (The shipped generators are averages over the last few hundred steps of training, which calms them; their running averages were therefore measured anew
# with `refresh_batch_norm`.)

# %% [markdown]
# ## 5. The space between two codes
#
# A slide of the TU Munich lecture that this course follows shows two generated pictures with the line between them, $G(z_0 + t\,(z_1 - z_0))$, after
# Radford et al. One formula, and the question that it answers is the most important of this page: *has G learned pictures, or a space
# of pictures?*
#
# **What do you expect?** $G(z_0)$ is a shoe and $G(z_1)$ a shirt. What is at $t = \tfrac12$? (a) A shoe and a shirt, both half
# transparent. (b) Still a shoe, until it jumps. (c) Something else.

# %%
path_rng = torch.Generator().manual_seed(8)
LatentPath(clothes, lambda n: torch.randn(n, clothes.z_dim, generator=path_rng), rows=1, rolls=3, steps=17)

# %% [markdown]
# *Drag, or use the arrow keys. "New codes" shows another pair. The two pictures in the middle go two ways between the same ends; the number beside each,
# ‖z‖, is the length $\lVert z \rVert_2$ of its code.*

# %% jupyter={"source_hidden": true}
ends = noise(400, clothes.z_dim, 30)
shoe, shirt = ends[[318, 244]]  # two of 400 draws, chosen by eye
t = torch.linspace(0, 1, 7)
fade = clothes(shoe[None]) + t.view(-1, 1, 1, 1) * (clothes(shirt[None]) - clothes(shoe[None]))
straight = clothes(latent.interpolate(shoe, shirt, t))
circle = clothes(latent.interpolate_spherical(shoe, shirt, t))
viz.image_grid(
    [fade, straight, circle],
    row_labels=["cross-fade", "straight", "great circle"],
    column_labels=[f"{v:.2f}" for v in t.tolist()],
    size=0.66,
    caption="Figure 5. Three ways from a shoe to a pullover; t above. Row 1 mixes pixels, rows 2 and 3 mix codes.",
    alt="Three rows of seven pictures. In the first the shoe fades out while a pullover fades in, both visible in the middle. In the "
    "others one garment changes shape gradually.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# (c). The frames change shape all the way, and each by itself is a picture that could be real, more or less. There is no natural object half-way between a shoe and a
# pullover; G goes through others. (a) would mean that G mixes pixels, (b) that it has learned pictures by heart with cliffs
# between them. Section 7 measures both.
# </details>
#
# ### Where a Gaussian keeps its mass
#
# The straight path looks harmless, but its middle is a place that G has hardly seen. In one dimension a Gaussian is densest at 0, and most draws are near 0. In $d$ dimensions
# the density is still highest at 0, but there is little *room* there: volume grows as $r^{d-1}$. The length of a draw is
# $\lVert z \rVert_2 \approx \sqrt{d}$, give or take about 0.7, in *every* dimension: $\lVert z \rVert_2^2$ is a sum of $d$ squares, each 1 on average with variance 2, so it is $d \pm \sqrt{2d}$, and its root $\sqrt d \pm 1/\sqrt2$. All draws lie in a thin shell, and two of them are nearly at right angles.
#
# **What do you expect?** How long is the midpoint of two codes of length $\sqrt{64} = 8$ at right angles? How many of a million draws are that short?

# %%
# NBVAL_CHECK_OUTPUT
million = torch.cat([noise(100_000, 64, seed).norm(dim=1) for seed in range(10)])
z0, z1 = noise(100_000, 64, 100), noise(100_000, 64, 101)
midpoints = ((z0 + z1) / 2).norm(dim=1)
angles = torch.rad2deg(torch.acos(torch.cosine_similarity(z0, z1)))
print(f"length of a draw: {million.mean():.1f}, standard deviation {million.std():.1f}")
print(f"angle between two draws: {angles.mean():.0f} degrees, standard deviation {angles.std():.0f}")
print(f"length of a midpoint: {midpoints.mean():.1f}")
share = (million < midpoints.mean()).double().mean().item()
print(f"draws shorter than that: fewer than 1 in a thousand: {share < 1e-3}, but not none: {share > 0}")

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.5, 2.5)
shells = {
    "a draw, d = 2": (2, 1),
    "a draw, d = 16": (16, 1),
    "a draw, d = 64": (64, 1),
    "a midpoint, d = 64": (64, 2**0.5),
}
for (name, (d, shrink)), color in zip(
    shells.items(), (viz.COLORS[5], viz.COLORS[2], viz.COLORS[0], viz.COLORS[1])
):
    r = torch.linspace(0.01, 12, 400, dtype=torch.float64)
    s = shrink * r  # a midpoint is a draw, divided by the root of two
    log_density = (d - 1) * s.log() - s**2 / 2 - (d / 2 - 1) * math.log(2) - math.lgamma(d / 2)
    ax.plot(r, shrink * log_density.exp(), color=color, label=name)
ax.set(xlabel="length of the code", ylabel="density", xlim=(0, 12))
ax.legend(fontsize=9)
viz.picture(
    fig,
    alt="Three bumps of about the same width at lengths 1.3, 4 and 8 for draws in 2, 16 and 64 dimensions; the midpoints of pairs in 64 "
    "dimensions make a bump at 5.7 that hardly touches the one at 8.",
    caption="Figure 6. The shell of a Gaussian moves out as the root of d and keeps its width. Midpoints of straight paths lie inside it.",
)

# %% [markdown]
# The straight path cuts through the hollow of the shell. The **great circle** stays on it:
#
# $$z(t) = \frac{\sin((1-t)\,\Omega)}{\sin \Omega}\, z_0 + \frac{\sin(t\,\Omega)}{\sin \Omega}\, z_1, \qquad \cos\Omega = \frac{z_0^\top z_1}{\lVert z_0 \rVert_2 \lVert z_1 \rVert_2} .$$
#
# Does G mind? Ask it: keep a code's direction, change its length only.

# %% jupyter={"source_hidden": true}
lengths = torch.tensor([0.0, 2.0, 4.0, 5.7, 8.0, 16.0])
chosen = noise(1, faces.z_dim, 40)
directions = chosen / chosen.norm(dim=1, keepdim=True)
clothes_too = (shirt / shirt.norm())[None]
viz.image_grid(
    [faces(lengths[:, None] * d) for d in directions]
    + [clothes(lengths[:, None] * d).expand(-1, 3, -1, -1) for d in clothes_too],
    column_labels=[f"{v:g}" for v in lengths.tolist()],
    size=0.8,
    caption="Figure 7. One direction a row, its length above. Training knew lengths from about 6 to 10; midpoints have 5.7.",
    alt="Two rows of six pictures: at length 0 a bland average; features grow clearer up to 8 "
    "and exaggerated beyond.",
)

# %% [markdown]
# Length is *strength*. At 0 stands one bland picture, the same for all directions; along a direction it becomes someone in particular, then a caricature. So the middle of
# a straight path is a little blander than its ends. With $d = 64$ the loss is mild, which is why the straight line of the slide works so well; section 7 puts a
# number on it.

# %% [markdown]
# ## 6. A sheet of codes
#
# Four codes span a sheet. Each of its edges is a great circle.

# %%
corners = ends[[148, 302, 136, 127]]  # a dress, trousers, a bag, a boot
side = 7
sheet = latent.grid(corners, side, side, latent.interpolate_spherical)
LatentGrid(clothes, sheet, side, down="top to bottom", across="left to right")

# %% [markdown]
# *To try: walk straight from one corner to the opposite one and count the kinds of garment you pass. Is there a cliff anywhere?*
#
# The classifier can count too, over many walks:

# %%
# NBVAL_CHECK_OUTPUT
t = torch.linspace(0, 1, 33)
pairs = noise(400, clothes.z_dim, 50).unflatten(0, (200, 2))
with torch.no_grad():
    walks = [clothes(latent.interpolate_spherical(a, b, t)) for a, b in pairs]
    called = torch.stack([eyes(w).argmax(1) for w in walks])  # (200, 33)
    lengths = torch.stack([w.flatten(1).diff(dim=0).norm(dim=1) for w in walks])  # (200, 32)
changes = (called.diff(dim=1) != 0).sum(1)
different = called[:, 0] != called[:, -1]
third = ((called != called[:, :1]) & (called != called[:, -1:])).any(1)
largest = (lengths.max(1).values / lengths.sum(1)).median().item()
print(
    f"walks between different kinds that pass through a third: {100 * third[different].double().mean():.0f} %"
)
print(f"largest of 32 steps, as a share of the path (even: {1 / 32:.2f}, a cliff: 1): {largest:.2f}")

# %% [markdown]
# No cliffs: the largest step of a typical walk is about twice the average one. G has learned a space, not a list.

# %% [markdown]
# ## 7. Is the middle real?
#
# "Looks real" has been your word against mine. Let somebody else judge: a **critic**, a network like D that returns a logit of *real*. To be fair, it must not
# know this generator, and it must know both kinds of failure that it is to compare. The protocol, fixed in
# `data_scripts/sweep_dcgan.py` before the final runs:
#
# * Half of the training images make generators, the other half critics.
# * The critic learns real images against samples of *another* generator and cross-fades of real images, equal parts.
# * 500 pairs of codes. Which does it hold for more real: $G(\tfrac12(z_0 + z_1))$, or the cross-fade $\tfrac12(G(z_0) + G(z_1))$? No effect is 50 %. Success is at least 80 % for each of three seeds; for the great circle over
#   the straight line at least 60 %.
# * Two partial critics show how much depends on the judge: one that has seen only the other generator's samples, one that has seen only cross-fades.

# %%
# NBVAL_CHECK_OUTPUT
results = json.loads(Path("results/06_dcgan.json").read_text())
protocol = results["protocol"]
runs = [r["result"] for r in results["runs"] if r["setting"]["experiment"] == "midpoints"]


def band(numbers, form):
    return f"{form.format(min(numbers))} to {form.format(max(numbers))}"


print(f"{len(runs)} seeds; lowest to highest\n")
print("critic has seen          midpoint over fade   circle over fade   circle over straight")
for name, words in (
    ("both", "both kinds of fake"),
    ("generated", "another G's samples"),
    ("faded", "cross-fades"),
):
    keys = ("linear_over_fade", "spherical_over_fade", "spherical_over_linear")
    print(
        f"{words:24}", "".join(f"{band([100 * r[name][k] for r in runs], '{:.0f}') + ' %':20}" for k in keys)
    )
enough = min(r["both"]["linear_over_fade"] for r in runs) >= protocol["midpoints_at_least"]
print(f"\nmidpoints over cross-fades, at least {protocol['midpoints_at_least']:.0%} for every seed: {enough}")
enough = min(r["both"]["spherical_over_linear"] for r in runs) >= protocol["circle_at_least"]
print(f"great circle over straight, at least {protocol['circle_at_least']:.0%} for every seed: {enough}")
print("largest of 16 steps (even: 0.06):", band([r["largest_step"] for r in runs], "{:.2f}"))

# %% [markdown]
# The critic that knows both kinds of fake prefers the midpoint in practically every pair. Trust the second row most: this judge has learned what gives *generators* away and has never met a
# cross-fade, which moreover hides half of each end's flaws. It still prefers the midpoint in 60 to 67 % of the pairs. (The third row flatters: a judge who hates only
# cross-fades.) Nor does G cheat by staying at one end and jumping: the largest of 16 steps is about one and a half times the even one.
#
# The great circle beats the straight line in 86 to 98 % of the pairs, whoever judges. The blandness of Figure 7 is hardly visible to you; to a network it is plain.
#
# One critic of the sweep is shipped. Let it judge the generator of this page, which it has never met either:

# %%
# NBVAL_CHECK_OUTPUT
critic = shipped("critic_fashion", dcgan.Discriminator)
half = torch.tensor([0.5])
z0, z1 = noise(1000, clothes.z_dim, 60).split(500)
with torch.no_grad():
    crossfades = (clothes(z0) + clothes(z1)) / 2
    middles = clothes((z0 + z1) / 2)
    circles = clothes(torch.cat([latent.interpolate_spherical(a, b, half) for a, b in zip(z0, z1)]))
    logit_fade, logit_middle, logit_circle = critic(crossfades), critic(middles), critic(circles)
print(f"midpoint over cross-fade:      {100 * (logit_middle > logit_fade).double().mean():.0f} %")
print(f"great circle over straight:    {100 * (logit_circle > logit_middle).double().mean():.0f} %")

# %% jupyter={"source_hidden": true}
worst = logit_middle.argsort()[:9]
best = logit_middle.argsort(descending=True)[:9]
viz.image_grid(
    [middles[best], middles[worst], crossfades[logit_fade.argsort(descending=True)[:9]]],
    row_labels=["best middles", "worst middles", "best cross-fades"],
    size=0.62,
    caption="Figure 8. Of 500 pairs: the midpoints that the critic finds most and least real, and the cross-fades that pass best.",
    alt="Three rows of nine pictures. Row 1: clean garments. Row 2: grey garments with soft edges. Row 3: cross-fades, mostly of two "
    "shoes or two pairs of trousers.",
)

# %% [markdown]
# Look at the failures, always. The worst midpoints are grey and soft at the edges, some with a second outline like a halo: G, too, has places where it does not know
# what should be there, and answers with an average. The cross-fades that pass join two garments of one kind, trousers with trousers: where the ends agree, mixing
# pixels is no bad idea.

# %% [markdown]
# ## 8. Learned by heart?
#
# A generator that stored its training set would pass every test so far but the walk. Put each sample beside the training
# image nearest to it.
#
# **What do you expect?** Real *test* images have nearest neighbours in the training set too. If G had memorised, would its samples be nearer
# to the training set than test images are, or farther?

# %%
# NBVAL_CHECK_OUTPUT
train_pixels = data.to_float(images).flatten(1)
test_pixels = data.to_float(data.fashion_mnist("test")[0][:300]).flatten(1)
made = sample(clothes, 300, 70)
distance_made, _ = metrics.nearest_neighbours(made.flatten(1), train_pixels)
distance_test, _ = metrics.nearest_neighbours(test_pixels, train_pixels)
print(
    f"median distance to the nearest training image: generated {distance_made.median():.1f}, test {distance_test.median():.1f}"
)
copies = (distance_made < distance_test.min()).sum().item()
print(f"generated images that are nearer than the nearest of the 300 test images: {copies} of 300")

# %% [markdown]
# The samples are *farther* from the training set than real clothes are. They are no copies; a part of the distance, to be honest, is their flaws.
#
# Faces allow a sharper test. They are composed of 32 pairs of eyes and 26 mouths, and some pairs of eyes and mouth were never shown together in training. A generator that copies whole
# faces cannot make such a pair. One that has understood *eyes* and *mouth* can, and makes them about as often as they would come up by chance.
# To read a generated face, take the composition nearest to it among all 3,328, shown or not.


# %%
# NBVAL_CHECK_OUTPUT
def at_16_px(x):
    return avg_pool2d(x, x.shape[-1] // 16).flatten(1)  # coarse enough to forgive grain


shown_faces, never_shown = (data.to_float(data.faces(split)[0]) for split in ("train", "test"))
compositions = at_16_px(torch.cat([shown_faces, never_shown]))


def reads_as_never_shown(x):
    return metrics.nearest_neighbours(at_16_px(x), compositions)[1][:, 0] >= len(shown_faces)


drawn_faces = sample(faces, 400, 80)
new = reads_as_never_shown(drawn_faces)
grain = 0.3 * torch.randn(200, 3, 64, 64, generator=torch.Generator().manual_seed(0))
control = reads_as_never_shown(shown_faces[::14][:200] + grain)
print(f"never shown in training: {100 * len(never_shown) / len(compositions):.0f} % of all compositions")
print(f"training faces with grain added that are read as never shown: {100 * control.double().mean():.0f} %")
print(f"generated faces that are read as never shown: {100 * new.double().mean():.0f} %")

# %% jupyter={"source_hidden": true}
newest = drawn_faces[new][:5]
twin = metrics.nearest_neighbours(at_16_px(newest), at_16_px(never_shown))[1][:, 0]
viz.image_grid(
    [newest, avg_pool2d(never_shown[twin], 2)],
    row_labels=["generated", "its twin"],
    size=0.9,
    caption="Figure 9. Generated faces, and below them the compositions they are read as. G has never seen those.",
    alt="Two rows of five faces; each generated face has, more or less, the eyes and the mouth of the composition below it.",
)

# %% [markdown]
# The last share is near the first: G puts eyes and mouths together that it has never seen together, nearly as often as chance would. It has learned parts, not a list of
# faces. The fine grain on them is no style: G has not quite learned to leave an even area even. (The D of the faces was also kept from becoming steep by R1, a penalty on its slope at real images: the $\gamma$ of lecture 05, section 9.)

# %% [markdown]
# ## 9. Codes without a discriminator
#
# Interpolation needs two codes. For a *generated* picture we have one; for a photo of your own shoe we have none. Bojanowski and colleagues asked in 2017 whether
# the smooth space is a gift of the discriminator at all, and removed it. **Generative latent optimisation** gives every training image $x_i$ a code $z_i$ of its own and
# learns codes and generator together, by reconstruction:
#
# $$\min_{G,\; z_1 \dots z_n} \;\frac1n \sum_i \lVert G(z_i) - x_i \rVert_2^2, \qquad \lVert z_i \rVert_2 \le 1 .$$
#
# No game, one loss, it falls. In code, a step is
#
#     loss = (generator(codes(index)) - images).square().mean()
#     loss.backward()
#     opt_g.step(); opt_z.step()
#     codes.project()            # back into the unit ball
#
# (`course_lib/glo.py`; the paper's loss adds differences at several scales, a Laplacian pyramid; we keep to squares to compare with what follows.)
#
# If $G$ were *linear*, $G(z) = \mu + Wz$, the solution would be known since 1901: the principal components, the $d$ directions along which the images vary most. So PCA, *principal component analysis*, with the same $d$ is the fair opponent. It has no way to
# bend.
#
# **What do you expect?** $d = 8$ numbers for 784 pixels. By how many dB does the bent generator win? (3 dB: half the squared error.) And on images that neither has
# seen?

# %%
# NBVAL_CHECK_OUTPUT
runs = [(r["setting"]["d"], r["result"]) for r in results["runs"] if r["setting"]["experiment"] == "glo"]
print("PSNR in dB, three seeds, lowest to highest; 1,000 training images and 200 unseen ones\n")
print("  d    PCA   GLO             gain             PCA unseen   GLO unseen      gain")
gains, gains_unseen = [], []
for d in sorted({d for d, _ in runs}):
    of_d = [r for dim, r in runs if dim == d]
    gain = [r["glo"] - r["pca"] for r in of_d]
    gain_unseen = [r["glo_unseen"] - r["pca_unseen"] for r in of_d]
    gains, gains_unseen = gains + gain, gains_unseen + gain_unseen
    print(
        f"{d:3}   {of_d[0]['pca']:.1f}  {band([r['glo'] for r in of_d], '{:.1f}'):15} {band(gain, '{:+.1f}'):16} "
        f"{of_d[0]['pca_unseen']:.1f}         {band([r['glo_unseen'] for r in of_d], '{:.1f}'):15} {band(gain_unseen, '{:+.1f}')}"
    )
print(
    f"\ngain of at least {protocol['glo_at_least']:.0f} dB everywhere: {min(gains) >= protocol['glo_at_least']}"
)
print(
    f"unseen, of at least {protocol['glo_unseen_at_least']:.0f} dB everywhere: {min(gains_unseen) >= protocol['glo_unseen_at_least']}"
)

# %% [markdown]
# The bend is worth 3 to 5 dB on images that both have seen: less than half of PCA's squared error, from the same numbers. Eight numbers through the generator say more than
# thirty-two through the plane. Part of that is memory, since the generator has more parameters to remember with. What remains on unseen images, 2 to 3 dB, is not: clothes
# do lie near a *curved* surface.
#
# Measure one case again, $d = 8$, seed 0:

# %%
# NBVAL_CHECK_OUTPUT
decoder = shipped("glo_fashion", dcgan.Generator)
codes = glo.Codes(torch.zeros(1000, 8))
load_checkpoint("glo_fashion_codes", codes)
codes = codes.weight.detach()
x = data.to_float(images[:1000])
mean, components = glo.principal_components(x, 8)
flat = glo.through_components(x, mean, components)
with torch.no_grad():
    bent = decoder(codes)
gain = (glo.psnr(bent, x) - glo.psnr(flat, x)).item()
in_band = [r["glo"] - r["pca"] for d, r in runs if d == 8]
print(f"PCA {glo.psnr(flat, x):.1f} dB, GLO {glo.psnr(bent, x):.1f} dB")
print("gain inside the sweep's band, to 0.05 dB:", min(in_band) - 0.05 <= gain <= max(in_band) + 0.05)
count = sum(p.numel() for p in decoder.parameters())
print(f"parameters: PCA {mean.numel() + components.numel():,}, GLO's generator {count:,}")

# %% jupyter={"source_hidden": true}
shown = slice(23, 32)
viz.image_grid(
    [x[shown], flat[shown], bent[shown]],
    row_labels=["real", "PCA, d = 8", "GLO, d = 8"],
    size=0.66,
    caption="Figure 10. Nine training images from eight numbers each.",
    alt="Three rows of nine garments: real ones, blurred ghosts of them by PCA with grey halos, and sharper ones by GLO with a black "
    "background.",
)

# %% [markdown]
# Now the walk between two *real* images is possible. With PCA's codes, what would the path look like?
#
# <details><summary>Answer before you look</summary>
#
# A cross-fade. PCA is linear: the picture of a mean of codes is the mean of the pictures. All that a straight line in code space can do beyond mixing pixels comes from the bends in G.
# </details>

# %% jupyter={"source_hidden": true}
a, c = 30, 31
t = torch.linspace(0, 1, 7)
real_fade = x[a] + t.view(-1, 1, 1, 1) * (x[c] - x[a])
flat_path = flat[a] + t.view(-1, 1, 1, 1) * (flat[c] - flat[a])
bent_path = decoder(latent.interpolate(codes[a], codes[c], t))
viz.image_grid(
    [real_fade, flat_path, bent_path],
    row_labels=["cross-fade", "PCA codes", "GLO codes"],
    column_labels=[f"{v:.2f}" for v in t.tolist()],
    size=0.72,
    caption="Figure 11. From one real garment to another. Row 3 starts and ends at reconstructions, not at the images.",
    alt="Three rows of seven pictures from a T-shirt to trousers. The first two fade; in the third the shirt loses its sleeves and parts into legs.",
)

# %% [markdown]
# ### So do we need D?
#
# GLO has codes for images, a loss that falls, no game to lose. What it lacks shows when you *sample*: fit a Gaussian to its codes and draw.

# %% jupyter={"source_hidden": true}
spread = torch.linalg.cholesky(torch.cov(codes.T) + 1e-6 * torch.eye(8))
drawn = decoder(glo.to_ball(codes.mean(0) + noise(2000, 8, 90) @ spread.T))
viz.image_grid(
    [drawn[:12], clothes(noise(12, clothes.z_dim, 36))],
    row_labels=["GLO", "DCGAN"],
    size=0.66,
    caption="Figure 12. Twelve draws each, as they came.",
    alt="Two rows of twelve garments; those of GLO are soft and some are blends of two kinds, those of DCGAN are crisper.",
)

# %%
# NBVAL_CHECK_OUTPUT
ratio = frechet(drawn) / frechet(sample(clothes, 2000, 1))
print("GLO's samples are more than twice as far from real images as DCGAN's:", ratio > 2)

# %% [markdown]
# The squared error prefers the mean of what could be there (lecture 04); D punishes exactly that. The two do different jobs: reconstruction knows *where* an image lives, the game knows
# *what* images look like. Lecture 09 puts them together and finds codes of real images for a generator that was trained by a game.

# %% [markdown]
# ## Summary
#
# * DCGAN: a staircase of transposed convolutions (k4 s2) up, of convolutions down. 3,576,704 and 2,765,568 parameters at 64 px, most of
#   them where channels are many and maps small.
# * The recipe keeps signals at one scale (BatchNorm), gradients alive (LeakyReLU, strides) and memory short ($\beta_1 = 0.5$).
# * Losses tell who is ahead. Pictures and distances tell how good it is.
# * `eval()` before sampling: in train mode a picture depends on its batch.
# * Draws of a Gaussian lie in a shell of radius $\sqrt d$; midpoints at $\sqrt{d/2}$ lie inside it, and the great circle keeps to the shell.
# * The walk $G(z_0 + t(z_1 - z_0))$ is no cross-fade: a critic that knows both prefers it.
# * GLO: codes and generator by reconstruction alone. Better than PCA of the same $d$, without a game; for samples you want D.

# %% [markdown]
# ## Check yourself
#
# **1.** You want images of 128 × 128 with 64 base channels. How many layers has G, how many channels its first map, and how many weights does the layer after it have?
#
# <details><summary>Answer</summary>
#
# The maps are 4, 8, 16, 32, 64, 128: six layers. The first map has 64 · 2⁴ = 1,024 channels, the next layer 1,024 · 512 · 16 = 8,388,608 weights: four times
# the largest one of the 64 px network.
# </details>
#
# **2.** Samples look good in the training script. In the web demo, which draws one at a time, they are washed out. What do you check first?
#
# <details><summary>Answer</summary>
#
# `eval()`. A batch of one in train mode is normalised by itself.
# </details>
#
# **3.** Two codes in 400 dimensions. How long are they, about? Their midpoint? Their difference?
#
# <details><summary>Answer</summary>
#
# 20; $20/\sqrt2 \approx 14$; $20\sqrt2 \approx 28$. Nearly orthogonal vectors: Pythagoras does the rest.
# </details>
#
# **4.** A friend shows you a walk in which nothing changes up to $t = 0.48$, then everything. What do you suspect, and how do you test it?
#
# <details><summary>Answer</summary>
#
# Memorised pictures with a cliff between them. Compare samples with their nearest training images, and those distances with the ones of test images.
# </details>
#
# **5.** Why does the critic of section 7 have to be trained with cross-fades *and* with another generator's samples?
#
# <details><summary>Answer</summary>
#
# A judge who knows only one kind of fake condemns that kind and waves the other through. Seeing both, and neither of the very things it will judge, is fair.
# </details>

# %% [markdown]
# ## Five questions on lecture 05
#
# Ten seconds each.
#
# <details><summary>1. What does the best D answer where real images are three times as dense as generated ones?</summary>p/(p + q) = 3/4.</details>
# <details><summary>2. What is the value of the game when G is perfect?</summary>−log 4: D answers ½ everywhere.</details>
# <details><summary>3. Where is the saturating loss of G flat?</summary>Where D is sure that the image is a fake: at the beginning, when G needs help most.</details>
# <details><summary>4. Why <code>detach</code>, or <code>no_grad</code>, in D's turn?</summary>So that G does not learn to make D's work easier, and no time is spent on its gradients.</details>
# <details><summary>5. Here D returns a logit. Of what?</summary>Of "real". Some slides let D score "fake"; then all signs turn.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * A. Radford, L. Metz, S. Chintala, *Unsupervised representation learning with deep convolutional generative adversarial networks*, 2015,
#   arXiv:1511.06434: architecture, recipe, walks. Their learning rate is 0.0002 for both networks, batch 128; those of the shipped clothes are 0.001 and 0.0005 (the live cell doubles both), because the networks are smaller and time is short.
# * P. Bojanowski, A. Joulin, D. Lopez-Paz, A. Szlam, *Optimizing the latent space of generative networks*, 2017, arXiv:1707.05776.
# * T. White, *Sampling generative networks*, 2016, arXiv:1609.04468: great circles.
# * M. Heusel et al., *GANs trained by a two time-scale update rule*, 2017, arXiv:1706.08500: the Fréchet distance of features.
# * Y. Yazici et al., *The unusual effectiveness of averaging in GAN training*, 2018, arXiv:1806.04498.
# * The thread from samples to the manifold and its walks follows L. Leal-Taixé and M. Nießner, *Conditional generative adversarial networks* (TU Munich), slides 3 to 6.
# * Clothes: Fashion-MNIST, Zalando, MIT. Faces: composed of parts of Fluent Emoji, Microsoft, MIT; they are compositions, not emoji that exist.
#
# **Next:** lecture 07 asks how to *measure* a generator, what its distance sees, and what it misses.

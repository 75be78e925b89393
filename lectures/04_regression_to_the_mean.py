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
# # 04 · Regression to the mean
#
# *Part II, generative modelling. About 55 minutes: 25 to read, 30 to predict, try and answer; it runs in half a minute. You need
# cross-entropy and gradients from lecture 00, resize convolution from 02, and feature maps from 03.*

# %%
import json
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d

from course_lib import colorization as color
from course_lib import data, glo, metrics, viz
from course_lib import superresolution as sr
from course_lib.checkpoint import checkpoint_card, shipped
from course_lib.features import feature_covariance, gram_matrix
from course_lib.regression import expected_loss, weighted_mean, weighted_median
from course_lib.widgets.strip import Strip
from course_lib.widgets.two_modes import TwoModes

sweep = json.loads(
    Path("results/04_regression_to_the_mean.json").read_text()
)  # three seeds of everything trained


names = [emoji.name for emoji in data.emoji_index("test")]
truth = color.rgb_to_lab(avg_pool2d(data.to_float(data.emoji("flat", "test")), 2))  # (224, 3, 32, 32)
lightness, true_ab = truth[:, :1], truth[:, 1:]  # what a network is given, and what it is asked for
bins = color.color_bins(checkpoint_card("colorization_rebalanced")["spacing"])  # (Q, 2) colours

l2_ab = 100 * shipped("colorization_l2", color.ColorNet)(lightness)
logits = shipped("colorization_rebalanced", color.ColorNet)(lightness)  # (224, Q, 32, 32)

# %% jupyter={"source_hidden": true}
SHOWN = [
    names.index(name)
    for name in (
        "keycap: 2",
        "mushroom",
        "admission tickets",
        "ping pong",
        "clapping hands",
        "key",
        "grapes",
        "party popper",
        "superhero",
        "check mark",
    )
]


def colored(ab, chosen=SHOWN):
    return color.recolor(lightness[chosen], ab[chosen])


viz.image_grid(
    [
        colored(0 * true_ab),
        colored(l2_ab),
        colored(color.annealed_mean(logits, bins, 0.1)),
        colored(true_ab),
    ],
    row_labels=["given", "squared\nerror", "classifi-\ncation", "truth"],
    size=0.82,
    alt="Four rows of the same ten emoji: grey; dull mauve, ochre and lilac; vivid red, violet, yellow and blue; and the true colours.",
    caption="Figure 1. The same network but for its last layer, the same emoji to learn from, the same number of steps. None of these ten was among them. What differs between rows two and three is the loss.",
)

# %% [markdown]
# Row two is the work of a network that did *exactly* what it was told. It was told to come as close as possible to the truth, in
# squared error, and no other row comes closer. It is also the one row that nobody would call coloured. The fault is not in
# the network, nor in the data. It is in the wish.
#
# When you have worked through this page you can
#
# * say what a distribution over images is good for, and why its mean is not one of its samples;
# * derive which answer squared and absolute error ask for when several are right, and predict it from a histogram;
# * turn a regression into a classification, and read a colour from a distribution with a temperature;
# * explain what a loss on features and on their covariances buys in super-resolution, and what it costs;
# * say why all of these repairs leave one thing to wish for, which lecture 05 then learns.
#
# **Write your predictions down, then open the fold.**

# %% [markdown]
# ## 1. What it means to sample p(x)
#
# A picture of 32 × 32 pixels in colour is one point $x$ in a space of 3,072 dimensions. Nearly all points of this space look like the snow of an
# untuned television. The pictures somebody would take or draw lie in some thin part of it, some of them often, others rarely. Call
# how often $p(x)$, the density of pictures.
#
# Nobody can write $p$ down. What we have is a heap of samples $x_1, \dots, x_n$, the training images. To have *learned* $p$ means to own a
# machine with a button: each press gives a new $x$, and the pictures it gives are as varied, and as plausible, as those of the heap. It is
# the button that the rest of this course builds.
#
# The oldest such machine is a Gaussian. Measure the mean picture and how every two pixels vary together, and draw from the normal distribution with this
# mean and covariance. Here with 800 faces composed of real eyes and mouths.
#
# **What do you expect?** Which single picture does this machine hold for the most probable of all? And what will its samples look like?
#
# <details><summary>Answer</summary>
#
# Its mean: a Gaussian is densest there. All eyes and all mouths on top of each other, and no face has them. Its samples get
# colour, outline and symmetry right (those are means and correlations), and each has the ghosts of several eyes at once. "Either this mouth
# or that one" is a statement that no covariance can make.
# </details>

# %%
some = torch.randperm(2812, generator=torch.Generator().manual_seed(0))[:800]
heap = avg_pool2d(data.to_float(data.faces("train")[0][some]), 2)  # (800, 3, 32, 32)
mean, directions = glo.principal_components(heap, 60)
spread = glo.encode(heap, mean, directions).std(0)
z = torch.randn(500, 60, generator=torch.Generator().manual_seed(1))
gaussian = (mean + z * spread @ directions).view(-1, 3, 32, 32).clamp(-1, 1)

# %% jupyter={"source_hidden": true}
picked = torch.randperm(len(heap), generator=torch.Generator().manual_seed(2))[:9]
viz.image_grid(
    [heap[picked], gaussian[:9], mean.view(1, 3, 32, 32)],
    row_labels=["the heap", "samples of\na Gaussian", "its mean"],
    size=0.85,
    alt="First row: nine yellow faces with clear eyes and mouths. Second row: nine yellow discs with smudged, overlapping eyes and mouths. "
    "Third row: one disc with a blurred band for eyes and a blurred patch for a mouth.",
    caption="Figure 2. The heap, nine presses of the Gaussian's button, and the picture it holds for the most probable.",
)

# %%
# NBVAL_CHECK_OUTPUT
unseen = avg_pool2d(data.to_float(data.faces("test")[0]), 2)


def to_nearest(images):
    """Distance from each picture to the nearest of the heap, root mean square a pixel; the median over pictures."""
    found, _ = metrics.nearest_neighbours(images.flatten(1), heap.flatten(1))
    return found.median().item() / 3072**0.5


print("distance to the nearest face of the heap, median, images in [-1, 1]")
for name, images in {
    "faces it does not hold": unseen,
    "samples of the Gaussian": gaussian,
    "the mean face": mean.view(1, 3, 32, 32),
}.items():
    print(f"  {name:24} {to_nearest(images):.2f}")

# %% [markdown]
# The most probable picture of a model need not look like anything at all, and *the mean of many good pictures is no good picture*. Keep that sentence; the
# next sections say who asks for the mean.
#
# Usually we want more than a random picture: the colour picture that belongs to this grey one. That is sampling too, from $p(y \mid x)$: given the input
# $x$, which outputs $y$ are plausible, and how often each? For a grey tomato the answer is narrow, for a grey balloon it is wide. A network
# trained by regression has to answer with *one* $y$.

# %% [markdown]
# ## 2. Many right answers, one reply
#
# Take the smallest case. One number is asked for, and two values are right: $+1$ in a share $p$ of the cases, $-1$ in the others. You must always reply with the same number
# $c$. Which?
#
# **Squared error.** The expected loss is $E\,(c - y)^2$. Its derivative, $2\,(c - E\,y)$, vanishes at
#
# $$c_{L2} = E\,y = p \cdot 1 + (1 - p) \cdot (-1) = 2p - 1 ,$$
#
# the **mean**. Nothing about two values was used: whatever the distribution, the square asks for its mean.
#
# **Absolute error.** Move $c$ a little to the right. It comes nearer to every $y$ on its right and farther from every $y$ on its left, so
#
# $$\frac{\mathrm{d}}{\mathrm{d}c}\, E\,\lvert c - y \rvert = P(y < c) - P(y > c) ,$$
#
# which changes its sign where half of the weight lies on either side: at the **median**. For two values this is the more frequent one.
#
# **What do you expect?** Let $p$ grow from 0 to 1. Describe the path of both answers. What happens to L1's at exactly $p = \frac12$?
#
# <details><summary>Answer</summary>
#
# L2's glides on a straight line from −1 to 1 and is hardly ever one of the right values. L1's stays at −1, and jumps to +1 when $p$ passes one half. At one half
# the slope is zero all the way from −1 to 1: every answer between is equally good, and which one you get is an accident.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
values = torch.tensor([1.0, -1.0], dtype=torch.float64)
tried = torch.linspace(-1.5, 1.5, 3001, dtype=torch.float64)
print("   p   search, L2   2p - 1   search, L1   median")
for p in (0.1, 0.3, 0.49, 0.51, 0.8):
    share = torch.tensor([p, 1 - p], dtype=torch.float64)
    found = [tried[expected_loss(tried, values, share, power).argmin()].item() for power in (2, 1)]
    exact = weighted_mean(values, share).item(), weighted_median(values, share).item()
    print(f"{p:5.2f}{found[0]:12.2f}{exact[0]:9.2f}{found[1]:13.2f}{exact[1]:9.0f}")
half = torch.tensor([0.5, 0.5], dtype=torch.float64)
between = expected_loss(torch.linspace(-1, 1, 5, dtype=torch.float64), values, half, 1)
print("p = 0.5, absolute error at -1, -.5, 0, .5, 1:", between.tolist())

# %% [markdown]
# The same with pictures, whose every pixel is such a number three times over. Twelve hearts of one outline are among the emoji; take two. In the player, a share $p$ of
# the hearts is yellow and the others are blue. *Play it slowly through one half.*

# %%
emoji_row = {emoji.name: row for row, emoji in enumerate(data.emoji_index("all"))}
flat = data.emoji("flat", "all")
yellow, blue = (flat[emoji_row[f"{c} heart"]][None] for c in ("yellow", "blue"))
TwoModes(yellow, blue, names=("yellow", "blue"))

# %% [markdown]
# A blend of yellow and blue is grey-green. There is no such heart in the set, and under the square it is the best answer of all.
#
# Absolute error looks like the better wish: its answer is crisp, and here it is a heart that exists. Look at more than two before you trust it.
#
# **What do you expect?** Eight hearts, each as frequent as the others. L1's answer: which of them?

# %%
palette = ["red", "orange", "yellow", "green", "light blue", "blue", "purple", "pink"]
hearts = data.to_float(flat[[emoji_row[f"{c} heart"] for c in palette]])  # (8, 3, 64, 64)
even = torch.full((len(hearts),), 1 / len(hearts))
mean_heart, median_heart = weighted_mean(hearts, even)[None], weighted_median(hearts, even)[None]

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [hearts, torch.cat([mean_heart, median_heart])],
    row_labels=["eight right\nanswers", "L2, L1"],
    size=0.85,
    alt="First row: eight hearts from red to pink. Second row: a dull greyish mauve heart and a muddy brownish one.",
    caption="Figure 3. The best single heart under squared error (left) and under absolute error (right).",
)

# %%
# NBVAL_CHECK_OUTPUT
inside = (slice(None), slice(None), slice(24, 40), slice(24, 40))  # a square in the middle of the heart
ab_of = {
    name: color.rgb_to_lab(x)[inside][:, 1:].mean((2, 3))
    for name, x in {"hearts": hearts, "L2": mean_heart, "L1": median_heart}.items()
}
print(f"mean distance from grey of the eight hearts: {color.chroma(ab_of['hearts']).mean():.0f} Lab units")
for name in ("L2", "L1"):
    away = (ab_of["hearts"] - ab_of[name]).norm(dim=1)
    print(
        f"{name}: distance from grey {color.chroma(ab_of[name]).item():.0f}, from the nearest of the eight {away.min():.0f} ({palette[away.argmin()]})"
    )

# %% [markdown]
# <details><summary>Which one?</summary>
#
# None. L1 takes the median of each channel by itself: the middle red, the middle green, the middle blue, each from another heart. (For pure red, green and blue in equal
# parts it would be black.) A median is one of the answers only where the majority agrees on one. Otherwise it is a compromise as well; a *different* one from the mean.
# </details>
#
# Is this a matter of exact mathematics which a trained thing would escape? Let gradient descent find the answers: one free picture for each loss, one heart at a time.
# And a third wish beside them. Do not name a colour, name *probabilities*: one logit for each of the eight, with cross-entropy.

# %%
rng = torch.Generator().manual_seed(0)
free = {name: torch.zeros_like(mean_heart).requires_grad_(True) for name in ("L2", "L1")}
free_logits = torch.zeros(len(hearts), requires_grad=True)
optimizer = torch.optim.SGD([*free.values(), free_logits], lr=1.0)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (5 + 0.5 * step))
for _ in range(3000):
    k = torch.randint(len(hearts), (1,), generator=rng)
    loss = (free["L2"] - hearts[k]).square().sum() / 2 + (free["L1"] - hearts[k]).abs().sum()
    loss = loss - free_logits.log_softmax(0)[k].sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()

# %%
# NBVAL_CHECK_OUTPUT
off = {"L2": (free["L2"] - mean_heart).abs().mean(), "L1": (free["L1"] - median_heart).abs().mean()}
print("found the mean, to 0.05 a pixel:", bool(off["L2"] < 0.05))
found_loss = (hearts - free["L1"]).abs().mean().item()
print(
    f"as good as the median, to 0.01: {abs(found_loss - (hearts - median_heart).abs().mean().item()) < 0.01}"
)
print(
    "probabilities between",
    ".05 and .20:",
    bool(((free_logits.softmax(0) > 0.05) & (free_logits.softmax(0) < 0.2)).all()),
)

# %% [markdown]
# The third wish lost nothing. From eight probabilities you can still compute the mean, if you want it; you can take the likeliest; you can press the button and *sample*. **Regression
# reports one number of the distribution. Classification reports the distribution.**

# %% [markdown]
# ## 3. Colour for a grey picture
#
# Now the real thing, as Zhang, Isola and Efros did it in 2016. A colour picture is split into three numbers a pixel, in CIE Lab: lightness $L$, which is the grey picture, and
# $(a, b)$, from green to red and from blue to yellow. Grey lies at $(0, 0)$, and the length of $(a, b)$, the **chroma**, says how colourful a pixel is. Distances in Lab are roughly those
# the eye sees.
#
# Given: $L$. Wanted: $(a, b)$. The data are 1,346 emoji, and 224 that the network never sees. A small hourglass learns it by the square: a network that halves the picture step by step, doubles it again, and on the way out
# also sees the maps of the way in (a *skip*; lecture 16 is about those). Its loss is
# $\lVert (a, b) - (\hat a, \hat b) \rVert_2^2$.
#
# **What do you expect?** Some things in Figure 1's top row have a colour that you know from their shape; others have not. Where will the network that learned by the square be colourful, and where grey?
#
# <details><summary>Answer</summary>
#
# Colourful where one colour dominates: hands, faces and keys are yellow, in this set as good as always. Dull where many are possible: shirts, tickets, signs. It is not that the network does not know; *it knows that it
# cannot know*, and reports the mean. Red, violet and blue of the same lightness are averaged to mauve.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
drawn = lightness[:, 0] < 97  # the pixels that count: not the white paper
ours = {
    "grey": 0 * true_ab,
    "squared error": l2_ab,
    "classification": color.annealed_mean(logits, bins, 0.1),
}
score = {name: color.color_scores(ab, true_ab, drawn, bins) for name, ab in ours.items()}
print("224 unseen emoji       saturation   error, Lab units")
for name, row in score.items():
    print(f"{name:20}{row['saturation']:12.2f}{row['error']:15.0f}")

# %% [markdown]
# *Saturation* is the mean chroma as a share of the true pictures'. The network of the square loses a good part of it. But now read the other column, the
# root mean squared distance from the true colours. **By the ruler it was trained on, the dull network is the best of the three.** Be careful what you wish for: the square
# was minimised, and you got the minimum.
#
# An objection comes to mind: *"Then multiply its colours by a constant, until the saturation is right."*
#
# **What do you expect?**
#
# <details><summary>Answer</summary>
#
# Mauve times a constant is pink. The saturation is right by construction, and the colours are still those between the real ones. The histogram of colours shows it, next.
# </details>

# %% jupyter={"source_hidden": true}
boosted_ab = l2_ab / score["squared error"]["saturation"]


def draw_plane(ax, ab, title):
    """How often each colour (a, b) occurs, as dots of that colour whose area is the share."""
    share = color.color_histogram(ab.permute(0, 2, 3, 1)[drawn], bins)
    tone = color.lab_to_rgb(torch.cat([torch.full((len(bins), 1), 62.0), bins], 1)[:, :, None, None])[
        ..., 0, 0
    ]
    ax.scatter(*bins.T, s=4, color="#d5dbe0", linewidths=0)
    ax.scatter(
        *bins.T,
        s=1500 * share.clamp(max=0.25),
        color=((tone + 1) / 2).numpy(),
        linewidths=0.4,
        edgecolors=viz.MUTED,
    )
    ax.set(
        title=title,
        xlabel="a: green to red",
        xticks=[-80, 0, 80],
        yticks=[-80, 0, 80],
        xlim=(-100, 110),
        ylim=(-120, 110),
        aspect="equal",
    )


fig, axes = viz.figure(9.2, 2.9, ncols=4, sharey=True)
for ax, (title, ab) in zip(
    axes,
    {
        "true colours": true_ab,
        "squared error": l2_ab,
        "the same, boosted": boosted_ab,
        "classification": ours["classification"],
    }.items(),
):
    draw_plane(ax, ab, title)
axes[0].set_ylabel("b: blue to yellow")
viz.picture(
    fig,
    alt="Four maps of the plane of colours with dots where colours occur. True: separate large dots at yellow, orange, red, blue, violet and grey. Squared error: "
    "a cloud of small dots around ochre and mauve, few far out. Boosted: the same cloud, larger. Classification: separate dots near the true ones.",
    caption="Figure 4. How often each colour occurs, as dot area; grey lies at (0, 0). Real emoji have a few definite colours. The square answers with what lies between them.",
)

# %%
# NBVAL_CHECK_OUTPUT
score["boosted"] = color.color_scores(boosted_ab, true_ab, drawn, bins)
print("share of pixels that would need another colour for the histogram to be the true one")
for name in ("squared error", "boosted", "classification"):
    print(f"  {name:16} {score[name]['histogram']:.2f}")

# %% [markdown]
# ## 4. Classification: the whole distribution, then a colour
#
# Section 2 showed the way out: ask for probabilities. Lay a grid over the plane $(a, b)$ and keep the cells that a screen can show; each is a class. The
# network has the same hourglass, and at its end one logit a class for every pixel. The loss is cross-entropy against the cell of the true colour, spread a little over its
# neighbours so that a near miss costs less than a far one.
#
# Look at one pixel of the ticket, which is red in truth.
#
# **What do you expect?** The network cannot know the ticket's colour. Sketch its probabilities over the plane. Where does their mean lie, and what did the network of the square
# answer at this pixel?

# %% jupyter={"source_hidden": true}
one, row, column = names.index("admission tickets"), 11, 16
probability = logits[one, :, row, column].softmax(0)
fig, (left, right) = viz.figure(8.4, 3.5, ncols=2, width_ratios=[1.15, 1])
tone = color.lab_to_rgb(
    torch.cat([lightness[one, :, row, column].expand(len(bins), 1), bins], 1)[:, :, None, None]
)[..., 0, 0]
tone = ((tone + 1) / 2).numpy()
left.scatter(*bins.T, s=4, color="#d5dbe0", linewidths=0)
left.scatter(*bins.T, s=2200 * probability, color=tone, linewidths=0.5, edgecolors=viz.MUTED)
marks = {
    "mean of the probabilities": (probability @ bins, "x"),
    "answer of the square": (l2_ab[one, :, row, column], "+"),
    "truth": (true_ab[one, :, row, column], "*"),
}
for (name, (place, mark)), c in zip(marks.items(), (viz.INK, viz.COLORS[0], viz.COLORS[2])):
    left.scatter(
        *place, marker=mark, s=110, color=c, label=name, zorder=4, linewidths=2 if mark != "*" else 0.5
    )
left.set(
    xlabel="a: green to red",
    ylabel="b: blue to yellow",
    title="one pixel of the ticket",
    aspect="equal",
    xlim=(-100, 110),
    ylim=(-120, 110),
)
fig.legend(fontsize=8, loc="outside lower left", ncols=3)
top = probability.topk(8)
right.barh(range(8), top.values.numpy(), color=tone[top.indices], edgecolor=viz.MUTED)
right.set(
    yticks=range(8),
    yticklabels=[f"({a:.0f}, {b:.0f})" for a, b in bins[top.indices].tolist()],
    xlabel="probability",
    title="its eight likeliest colours",
)
right.invert_yaxis()
viz.picture(
    fig,
    alt="Left: the plane of colours with dots of several sizes at violet, red, orange and blue; the mean of the probabilities and the answer of the square lie "
    "close together between them, where there are only small dots. Right: bars of the eight likeliest colours.",
    caption="Figure 5. Several colours are likely and the place between them is not. Its mean is what regression reports.",
)

# %% [markdown]
# The mean of the probabilities and the answer of the square are two ways to one place. A colour has to be read from the distribution in some other way. The likeliest cell is vivid, and noisy where two cells
# take turns in the lead. Zhang and his colleagues went between: raise the probabilities to the power $1/T$, renormalise, then take the mean,
#
# $$f_T(p) = \sum_q \frac{p_q^{1/T}}{\sum_r p_r^{1/T}} \; (a, b)_q .$$
#
# $T = 1$ is the mean. $T \to 0$ is the mode. This is the **annealed mean**; they settled on $T = 0.38$. Slide through it.
#
# **What do you expect?** Which pictures change most between $T = 1$ and $T = 0.05$, and which not at all?

# %%
temperatures = [1.0, 0.8, 0.65, 0.5, 0.38, 0.3, 0.2, 0.15, 0.1, 0.05]
annealed = {t: color.annealed_mean(logits, bins, t) for t in temperatures}
Strip(
    {
        "given": colored(0 * true_ab),
        "squared error": colored(l2_ab),
        "classification, annealed mean": torch.stack([colored(annealed[t]) for t in temperatures]),
        "truth": colored(true_ab),
    },
    values=[f"{t:.2f}" for t in temperatures],
    text="T",
    notes=[
        "saturation {saturation:.2f} of the true one, error {error:.0f} Lab units, histogram {histogram:.2f} off".format(
            **color.color_scores(annealed[t], true_ab, drawn, bins)
        )
        for t in temperatures
    ],
    frame=4,
)

# %% [markdown]
# <details><summary>What to see</summary>
#
# At $T = 1$ the row is as dull as that of the square: it is the same statistic. Hands and key hardly move, for there the probabilities have one peak. Tickets, shirts and signs pass from
# mauve to a definite colour. Definite, and not always the true one: the red ticket and the mushroom turn blue. The network still cannot know; it now *commits itself*. And look closely at the ticket: it is blue in one place and violet in the next. Each
# pixel takes its own likeliest cell, and nothing makes neighbours agree. Remember this for section 6.
# </details>
#
# ### The colourfulness term
#
# One more thing was wrong with the wish. In most pictures most pixels are nearly grey: paper, walls, sky. A loss that counts every pixel alike hears little of the rare, vivid ones. So each class $q$ gets a weight, the larger the
# rarer it is. With $\tilde p$ the share of class $q$ in the training pictures and $Q$ classes,
#
# $$w_q \propto \Big( (1 - \lambda)\, \tilde p_q + \frac{\lambda}{Q} \Big)^{-1}, \qquad \textstyle\sum_q \tilde p_q w_q = 1, \qquad \lambda = \tfrac12 .$$
#
# The share of grey paper here, and how far the weights reach:

# %%
# NBVAL_CHECK_OUTPUT
train_ab = color.rgb_to_lab(avg_pool2d(data.to_float(data.emoji("flat", "train")), 2))[:, 1:]
prior = color.color_histogram(train_ab.permute(0, 2, 3, 1).flatten(0, 2)[::7], bins)
weights = color.rebalancing(prior)
print(
    f"{len(bins)} classes; share of the grey one: {prior.max():.0%}, its weight {weights[prior.argmax()]:.2f}"
)
print(f"weight of a colour that hardly occurs: {weights.max():.1f}")
print(f"mean weight of a pixel: {(prior * weights).sum():.3f}")

# %% [markdown]
# Now the seeds, and the limits, which stood in the script before the runs: `data_scripts/sweep_regression.py`. Four rows answer objections, with one seed each.
#
# **What do you expect?** (a) Is the square only slow: what do 2.5 times the steps do to its saturation? (b) Absolute error: more colourful than the square, or less? (c) Classes *without* the
# colourfulness term: which of the three columns suffers?

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
table = {}
for entry in sweep["runs"]:
    table.setdefault((entry["setting"]["experiment"], entry["setting"]["loss"]), {})[entry["seed"]] = entry[
        "result"
    ]
seeds = sorted(set(table["colour", "L2"]) & set(table["colour", "rebalanced"]))


def band(experiment, loss, reading, ruler):
    """One number a seed."""
    return [
        result[reading][ruler] for seed, result in sorted(table[experiment, loss].items()) if seed in seeds
    ]


def spelled(numbers, digits):
    low, high = f"{min(numbers):.{digits}f}", f"{max(numbers):.{digits}f}"
    return low if low == high else f"{low} to {high}"


lines = {
    "squared error": ("L2", "plain"),
    "  longer, 2.5 times (one seed)": ("L2, longer", "plain"),
    "  boosted by a constant": ("L2", "boosted"),
    "absolute error (one seed)": ("L1", "plain"),
    "classes, T = 0.38 (one seed)": ("classes", "T = 0.38"),
    "  T = 0.1 (one seed)": ("classes", "T = 0.1"),
    "with the colourfulness term, T = 1": ("rebalanced", "T = 1"),
    "  T = 0.38": ("rebalanced", "T = 0.38"),
    "  T = 0.1": ("rebalanced", "T = 0.1"),
}
print(f"seeds {', '.join(map(str, seeds)):32}saturation      error, Lab      histogram")
for name, (loss, reading) in lines.items():
    if ("colour", loss) in table:
        columns = [
            spelled(band("colour", loss, reading, r), d)
            for r, d in (("saturation", 2), ("error", 0), ("histogram", 2))
        ]
        print(f"{name:38}{columns[0]:16}{columns[1]:16}{columns[2]}")

# %%
# NBVAL_CHECK_OUTPUT
limits = sweep["thresholds"]
l2, warm, cold = (
    band("colour", *which, "saturation")
    for which in (("L2", "plain"), ("rebalanced", "T = 0.38"), ("rebalanced", "T = 0.1"))
)
low, high = limits["rebalanced_cold_saturation"]
histograms = [
    band("colour", *which, "histogram")
    for which in (("L2", "plain"), ("L2", "boosted"), ("rebalanced", "T = 0.1"))
]
errors = [band("colour", *which, "error") for which in (("L2", "plain"), ("rebalanced", "T = 0.1"))]
print("squared error is dull, every seed:      ", max(l2) <= limits["L2_saturation_at_most"])
print(
    "classification restores, T = 0.38:      ",
    all(
        w >= limits["rebalanced_saturation_at_least"] and w - s >= limits["rebalanced_above_L2_by"]
        for w, s in zip(warm, l2)
    ),
)
print("and reaches the real one at T = 0.1:    ", all(low <= c <= high for c in cold))
longer = band("colour", "L2, longer", "plain", "saturation")
print("dull after 2.5 times the steps, one seed:", max(longer) <= limits["L2_longer_saturation_at_most"])
print(
    "its histogram is nearer than L2's:      ",
    all(a - c >= limits["histogram_below_L2_by"] for a, _, c in zip(*histograms)),
)
print(
    "and nearer than the boosted one:        ",
    all(b - c >= limits["histogram_below_boosted_by"] for _, b, c in zip(*histograms)),
)
print("yet squared error is better in error:   ", all(a < b for a, b in zip(*errors)))
mine = score["squared error"]["saturation"], score["classification"]["saturation"]
print(
    "the shipped networks lie in their bands:",
    all(min(s) - 0.02 <= m <= max(s) + 0.02 for m, s in zip(mine, (l2, cold))),
)

# %% [markdown]
# <details><summary>Answers</summary>
#
# (a) Training longer helps, and does not cure: from 0.61 (the same seed) to 0.71 of the true saturation, with an error smaller by one or two units. Part of the dullness was haste; some colours *can* be told from the shape, and
# they take time to learn. The histogram hardly moves: 0.63 is still wrong. (b) A little more colourful than the square, 0.66, and its histogram is nearer, 0.50: a median is crisp wherever one colour has the majority.
# (c) Saturation: 0.80 at $T = 0.1$ instead of 0.95 to 0.99. In return the histogram is *nearer* to the true one, 0.35. The term makes rare colours count, and overdoes it.
# </details>
#
# All limits hold in every seed. What the table does not promise: one seed of a row is a trial, not a band.

# %% [markdown]
# ## 5. The same story in space: super-resolution
#
# Shrink a photograph to a quarter of its side: every square of 4 × 4 pixels becomes its mean. Now undo it. Sixteen numbers are to be found for one that is given. Which hair lay where on the cat's cheek is gone for
# good, and *many* sharp pictures shrink to the same small one. So you know what the square will answer: the mean of them all. And the mean of many positions of a hair is no hair.
#
# Johnson, Alahi and Fei-Fei (2016) changed the ruler and left the task. Let a classifier look at both pictures, the enlarged and the true, and compare *its feature maps* instead of pixels:
#
# $$\ell_{\text{feature}} = \sum_l \frac{\lVert \phi_l(\hat y) - \phi_l(y) \rVert_2^2}{\lVert \phi_l(y) \rVert_2^2} .$$
#
# This forgives what the features do not see. But read it again: it is a squared error, in another space. Where a feature's place cannot be known, it too asks for a mean, of features this time.
#
# Texture needs a wish that does not say *where*. Take the maps $\phi$ of a layer, $C$ channels at $H \times W$ places, and ask only how strongly each two channels occur **together**, on average over all places:
#
# $$G_{cd} = \frac{1}{HW} \sum_{i,j} \phi_{cij} \, \phi_{dij} \qquad\text{(Gram matrix)}, \qquad \operatorname{cov}_{cd} = G_{cd} - \bar\phi_c \, \bar\phi_d .$$
#
# **What do you expect?** Shuffle all places of a feature map, as a jigsaw. What becomes of the Gram matrix? And of the feature loss?
#
# <details><summary>Answer</summary>
#
# A sum does not care about order: nothing changes. The feature loss changes a lot. That is the point: "this much fur, of this kind" can be demanded without a word about where each hair lies. The covariance leaves out the channels' means as well,
# which the pixels settle anyway.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
eyes = sr.shipped_eyes()
photos = data.to_float(
    data.photos("test", 256)
)  # a cat, a dahlia, a fig, mountains: not among the training photographs
maps = eyes.maps(photos[:1])
order = torch.randperm(maps[1][0, 0].numel(), generator=torch.Generator().manual_seed(0))
jigsaw = maps[1].flatten(2)[..., order].view_as(maps[1])
print("maps of the classifier:", [tuple(m.shape[1:]) for m in maps])
print(
    "shuffled, Gram matrix the same:    ",
    bool(torch.allclose(gram_matrix(jigsaw), gram_matrix(maps[1]), atol=1e-5)),
)
print(
    "shuffled, covariance the same:     ",
    bool(torch.allclose(feature_covariance(jigsaw), feature_covariance(maps[1]), atol=1e-5)),
)
print("shuffled, covariance loss below 1e-6:", bool(sr.covariance_loss([jigsaw], maps[1:2]) < 1e-6))
print("shuffled, feature loss above 0.5:    ", bool(sr.feature_loss([jigsaw], maps[1:2]) > 0.5))

# %% [markdown]
# We have no network trained on millions of photographs here, so the eyes are home-made: a small classifier that tells from the *local contrast* of a 32-pixel patch which of 20 photographs it was cut from. It is not good at it, but
# what it has to look at for this is texture. The enlarging network is the same in all three rows; its last two layers are resize convolutions (lecture 02), so that no checkerboard passes for detail.
#
# **What do you expect?** Put the rows in order, once by sharpness and once by squared error.

# %%
small = sr.shrink(photos)  # (4, 3, 64, 64)
enlarged = {"cubic interpolation": sr.enlarge(small).clamp(-1, 1)}
for name, title in {"l2": "squared error", "features": "+ features", "covariances": "+ covariances"}.items():
    enlarged[title] = shipped(f"superresolution_{name}", sr.SuperResolver)(small).clamp(-1, 1)

# %% jupyter={"source_hidden": true}
cut = (slice(None), slice(None), slice(64, 160), slice(64, 160))
given = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
viz.image_grid(
    [x[cut] for x in (given, *enlarged.values(), photos)],
    row_labels=["given", "cubic", "squared\nerror", "+ features", "+ cova-\nriances", "truth"],
    size=1.45,
    alt="Six rows of four photographs: coarse squares; two rows of soft blur; two rows in which fur, petals and rock have edges and short strokes again, though "
    "not the true ones; and the true photographs.",
    caption="Figure 6. Enlarged four times. The last two wishes bring strokes back to fur, petals and rock. Compare them with the truth: their strength is nearly right, their places are invented.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("four unseen photographs     PSNR, dB   finest detail, share of the real")
for name, x in enlarged.items():
    print(f"{name:26}{glo.psnr(x, photos):10.1f}{(sr.detail(x) / sr.detail(photos)).item():14.2f}")

# %% [markdown]
# *Finest detail* is the mean square of the Laplacian (lecture 01), as a share of the true photograph's. PSNR is the squared error on a logarithmic scale: a factor of ten is 10 dB. The columns disagree, as they did for colour: **the square wins its own
# race and looks softest**.
#
# <details><summary>And the other two?</summary>
#
# Both have more than three times the detail of the square and fewer decibels. That the feature loss alone would bring that much was not foreseen when the limits were written. A squared error in feature space asks for the mean of *rectified* features, and that is not the
# feature of a mean picture: a filter that is on at an unknown place has to be half on everywhere. The network obliges with a fine weave; you see it on the rocks. The covariances ask for fewer and coarser strokes, and their row has the least decibels of all: strokes in the wrong place cost more than no strokes.
# </details>
#
# There is a trivial repair again: sharpen. Add to the picture of the square as much of its own local contrast as gives the detail of the last row. The eyes' own rulers beside it:

# %%
# NBVAL_CHECK_OUTPUT
wanted = sr.detail(enlarged["+ covariances"])
soft = enlarged["squared error"]
contrast = sr.local_contrast(soft) / 4  # each pixel minus the mean of its 5 x 5 neighbours
amount = next(k / 20 for k in range(200) if sr.detail((soft + k / 20 * contrast).clamp(-1, 1)) >= wanted)
sharpened = (soft + amount * contrast).clamp(-1, 1)
print(
    f"sharpened by {amount:.1f}: detail {sr.detail(sharpened) / sr.detail(photos):.2f}, PSNR {glo.psnr(sharpened, photos):.1f} dB"
)

for name, x in {"sharpened": sharpened, **enlarged}.items():
    maps_of, true_maps = eyes.maps(x), eyes.maps(photos)
    print(
        f"{name:22} feature loss {sr.feature_loss(maps_of, true_maps):.2f}, covariance loss {sr.covariance_loss(maps_of, true_maps):.2f}"
    )

# %% [markdown]
# Sharpening is a serious rival. At the same detail it loses fewer decibels than the covariances do, since it only exaggerates what is there. By the covariance ruler it stays nearly twice as far from the truth: an edge made steeper is not fur. But the networks of this
# page are tiny, and see through eyes that know 20 photographs; do not take this table as a verdict on the method, which with a large classifier's features gave Johnson and his colleagues visibly sharper pictures.
#
# Three seeds, against the limits in the script:

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
seeds = sorted(set.intersection(*(set(table["detail", loss]) for loss in ("L2", "features", "covariances"))))
print(f"seeds {', '.join(map(str, seeds)):16}PSNR, dB        finest detail")
for name, loss in {"squared error": "L2", "+ features": "features", "+ covariances": "covariances"}.items():
    print(
        f"{name:22}{spelled(band('detail', loss, 'network', 'decibels'), 1):16}{spelled(band('detail', loss, 'network', 'detail'), 2)}"
    )
of = {loss: band("detail", loss, "network", "detail") for loss in ("L2", "covariances")}
decibels = {loss: band("detail", loss, "network", "decibels") for loss in ("L2", "covariances")}
print("squared error blurs, every seed:          ", max(of["L2"]) <= limits["L2_detail_at_most"])
print(
    "covariances bring detail back, every seed:",
    all(
        c >= limits["covariances_detail_at_least"] and c >= limits["covariances_detail_times_L2"] * a
        for a, c in zip(of["L2"], of["covariances"])
    ),
)
print(
    "and pay for it in decibels, every seed:   ",
    all(
        a - c >= limits["L2_decibels_above_covariances"]
        for a, c in zip(decibels["L2"], decibels["covariances"])
    ),
)

# %% [markdown]
# One limit is missed, and stays as it came out: the covariances were to bring back 0.15 of the finest detail in every seed, and one seed stops at 0.13. In all seeds it is more than twice what the
# square leaves, and the price in decibels is paid every time, most by that same seed. A finding that needs the right start is half a finding.

# %% [markdown]
# ## 6. Where it fails, and what all repairs have in common
#
# Look at the pictures of this page once more, as a critic who has no formula.
#
# * The cold end of the annealed mean paints one ticket in two colours. Each pixel has taken its own likeliest colour; **the loss never asked whether the picture holds together.** Every loss of sections 2 to 4 is a sum over pixels, and
#   a sum over pixels cannot see a pattern of pixels.
# * The strokes of Figure 6 lie in the wrong places. There are some on the smooth red bowl as well: the covariance is a mean over the whole patch and has forgotten where fur ends. And they all run the same way, as nothing natural does.
# * The weights $\lambda$, $T$, the width of the bins, the layers, $5 : \frac12 : 2$ between pixels, features and covariances: each is a number that somebody chose by looking at results. For another task, one begins anew.
# * And the numbers disagreed with the eye in both experiments. A ruler that prefers mauve to red is no judge of colour.
#
# **What do you expect?** Here are the three wishes of this page: *nearest to the truth in squared error*; *the right colours, as often as they occur*; *the right covariances of features*. Write down one sentence that all three are
# attempts at.
#
# <details><summary>One that would do</summary>
#
# *One should not be able to tell the result from the real thing.* The mauve ticket gives itself away: no real emoji has that colour. The blurred fur does, and the two-coloured ticket. What differs is only by which sign they are recognised.
# </details>
#
# The lecture that this page follows puts it as a question: deep learning got rid of hand-made features. Can we also get rid of the hand-made loss? Whoever can tell two piles of pictures apart is a *classifier*, and how one learns a classifier
# you know. **The loss itself has to be learned.** That is lecture 05.

# %% [markdown]
# ## Summary
#
# * To learn $p(x)$ is to own a button that gives new pictures, as varied and as plausible as the heap. The mean of the heap is not one of them.
# * Where several answers are right, squared error answers with their mean and absolute error with a median, number by number. With two values of shares $p$ and $1 - p$: $2p - 1$, and the more frequent one, with a jump at one half.
# * A median is crisp where the majority agrees. It is taken in each channel by itself, and can be a colour that none of the answers has.
# * Classification over quantised values keeps the distribution. Mean, mode and sample can be read from it; the annealed mean goes between mean ($T = 1$) and mode ($T \to 0$). The colourfulness term makes rare colours count.
# * Colour from squared error is dull *and* the best in squared error. A constant factor restores the saturation and not the colours.
# * A feature loss is a squared error in a kinder space. Gram matrix and covariance say which features occur together, and not where: right for texture, blind to places.
# * Every one of these is a sum made by hand. What they are all after is that nobody can tell.

# %% [markdown]
# ## Check yourself
#
# **1.** A pixel is 0 in 40 % of the plausible pictures, 0.2 in 15 % and 1 in 45 %. What does L2 answer, and what L1?
#
# <details><summary>Answer</summary>
#
# L2: $0.15 \cdot 0.2 + 0.45 = 0.48$, which never occurs. L1: the median. Below 0.2 lies 40 %, up to and with 0.2 it is 55 %: so 0.2, the *rarest* of the three.
# </details>
#
# **2.** Someone reads the colour of a classification at $T = 1$ and complains that it is as dull as regression. What has happened?
#
# <details><summary>Answer</summary>
#
# At $T = 1$ the annealed mean is the mean of the distribution, and so the very number that squared error asks for. The distribution had the colours; the way of reading it averaged them away.
# </details>
#
# **3.** You sample each pixel's colour from its own probabilities, independently. Is the histogram of colours right? Is the picture?
#
# <details><summary>Answer</summary>
#
# The histogram is (if the probabilities are); no statistic of single pixels can object. The picture is confetti: the shirt's pixels do not know of each other. Plausible *pixels* are not a plausible *picture*.
# </details>
#
# **4.** Which of these does the Gram matrix of a layer's maps notice: the picture is mirrored; the picture is moved by eight pixels; contrast is doubled; grass becomes gravel?
#
# <details><summary>Answer</summary>
#
# Contrast and gravel. A shift changes only what enters and leaves at the border. The mirror is noticed as far as the filters are one-sided: a filter for "/" answers to "\\" after it.
# </details>
#
# **5.** In a paper, method A has 29.1 dB and method B 27.8 dB. Which pictures do you expect to look sharper?
#
# <details><summary>Answer</summary>
#
# You cannot tell from this, and if both saw the same small pictures it may well be B. PSNR is the squared error: it rewards the mean.
# </details>

# %% [markdown]
# ## Five questions on lectures 00 to 03
#
# Ten seconds each.
#
# <details><summary>1. (00) What is the cross-entropy of a true distribution with a prediction, when both are equal?</summary>The entropy of the truth; it is the least it can be, and above it lies the KL divergence.</details>
# <details><summary>2. (01) Which kernel was behind "finest detail", and what do its weights sum to?</summary>The Laplacian; to 0, so an even patch gives nothing.</details>
# <details><summary>3. (02) Why do resize convolutions leave no checkerboard, and transposed convolutions with kernel 3 and stride 2 do?</summary>Nearest-neighbour enlargement treats all pixels alike; the transposed one covers its output pixels 1, 2 and 4 times.</details>
# <details><summary>4. (02) A network in eval mode: which statistics does BatchNorm use?</summary>The running means and variances gathered in training, not those of the batch.</details>
# <details><summary>5. (03) What did learned features need before they passed those made by hand?</summary>All 800 pictures of each kind, a wider network, longer training and shifted copies; with few pictures the hand-made ones were ahead.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * The thread of this page, from $\arg\min E[L(G(x), y)]$ to "be careful what you wish for", "degradation to the mean" and the two examples: *CS448V* (Stanford, 2019), "Conditional adversarial networks".
# * R. Zhang, P. Isola, A. Efros, *Colorful image colorization*, ECCV 2016, arXiv:1603.08511: quantised colours, the weights (their equations 3 and 4), the annealed mean (equation 5). They train on a million photographs with 313 colours; here it is
#   1,346 emoji and a grid of 20 Lab units.
# * J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*, ECCV 2016, arXiv:1603.08155: feature loss and Gram matrices from a classifier of a million photographs; theirs for super-resolution is the feature loss, the slide's caption says covariance.
# * L. Gatys, A. Ecker, M. Bethge, *Texture synthesis using convolutional neural networks*, 2015, arXiv:1505.07376: textures as Gram matrices.
# * All trained numbers: `data_scripts/sweep_regression.py`, its limits written before the runs; `lectures/results/04_regression_to_the_mean.json`.
#
# **Next:** lecture 05 lets a second network say what is wrong with the pictures of the first.

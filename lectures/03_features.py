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
# # 03 · Features
#
# *Part I, convolutional networks. About 60 minutes: 25 to read, 35 to predict, try and answer; it runs in half a minute. You need convolution (lecture 01), and
# pooling, ReLU and BatchNorm (lecture 02); assignment a1 follows.*

# %%
import json
from pathlib import Path

import torch
from torch import nn

from course_lib import data, features, handmade, viz
from course_lib.averaging import refresh_batch_norm
from course_lib.checkpoint import checkpoint_card
from course_lib.classifier import Classifier, extract_features, fashion_classifier
from course_lib.convolution import receptive_field
from course_lib.widgets.unit_explorer import UnitExplorer

clothes, labels = data.fashion_mnist("train")  # (8000, 1, 28, 28) uint8
unseen, unseen_labels = data.fashion_mnist("test")  # (2000, 1, 28, 28)
classifier = fashion_classifier()  # trained on the first, never on the second
layers = {"layer 1": 3, "layer 2": 7, "layer 3": 11}  # each ends in a ReLU
fronts = {name: classifier.net[:depth] for name, depth in layers.items()}
tops = {name: features.top_activations(front, unseen) for name, front in fronts.items()}


def patches(name, channel):
    """The nine patches of unseen images that excite one unit most, (9, 1, f, f)."""
    best = tops[name]
    return features.cut_windows(
        unseen,
        features.window_layers(fronts[name]),
        best.image[channel],
        best.row[channel],
        best.column[channel],
        0,
    )


# %% jupyter={"source_hidden": true}
viz.image_grid(
    [
        patches(name, k)
        for name, k in (("layer 1", 18), ("layer 2", 16), ("layer 3", 16), ("layer 3", 6), ("layer 3", 35))
    ],
    row_labels=["layer 1", "layer 2", "layer 3", "layer 3", "layer 3"],
    size=0.72,
    caption="Figure 1. A row is one unit of a small network, and the nine patches of 2,000 unseen pictures that excite it most.",
    alt="Five rows of nine patches. Row 1: an upright edge in 3 by 3 pixels, light on the right. Row 2: slanted bright bars. Row 3: the heels of "
    "shoes. Row 4: handles of bags and the bows of high-heeled sandals. Row 5: pairs of trouser legs.",
)

# %% [markdown]
# Nobody told this network what a heel is. It was shown 8,000 small pictures with ten labels, *bag*, *sandal*, *shirt* and so on, and asked to name new ones. On the way, some of
# its units have become detectors of heels, of arches, of legs. Until 2012 people wrote such detectors by hand, and were good at it. This
# page puts both ways side by side, counts who wins when, and then opens the network.
#
# When you have worked through it you can
#
# * build the classical pipeline: hand-made features, clustering, pooling, a linear classifier;
# * say with how much data learning the features pays, and what else it costs;
# * compute which pixels a unit sees, check it by a gradient, and name the layers that break the rule;
# * find what excites a unit, and send its activity back to the pixels, in two ways that differ in one line;
# * say what such pictures do *not* show.

# %% [markdown]
# ## 1. Vision before 2012
#
# A slide of Jun-Yan Zhu's lecture shows the recipe of those years as four boxes:
#
# $$\text{features} \;\to\; \text{clustering} \;\to\; \text{pooling} \;\to\; \text{classification} .$$
#
# Only the last box ever sees a label. The first three were thought out, or fitted to pictures without labels. We run all four on clothes; the code is
# `course_lib/handmade.py`, about a hundred lines.
#
# ### Features: which way do the edges run?
#
# The same shirt in another light has other pixels, and the same edges. So take the gradient of brightness at every pixel, and sort its *length* into eight maps by its *direction*. A direction and its
# opposite count as one: a dark shirt on a light ground has the same edges as a light one on a dark ground.
#
# **What do you expect?** Trousers hang down. In which map will they be brightest: gradients at 0° (brightness changes from left to right), at 45°, or at 90° (from top to
# bottom)?

# %%
trousers = data.to_float(unseen[tops["layer 3"].image[35, :1]])
maps = handmade.orientation_maps(trousers)[0]  # (8, 28, 28)
viz.response_maps(
    maps,
    image=trousers,
    titles=["image", *(f"{22.5 * k:g}°" for k in range(8))],
    columns=9,
    size=0.95,
    caption="Figure 2. One pair of trousers, and its gradient sorted by direction.",
    alt="A pair of trousers and eight maps. The map of 0 degrees shows the long sides of both legs; the map of 90 degrees only the waist "
    "and the hems; those between show little.",
)

# %%
# NBVAL_CHECK_OUTPUT
for name in ("trouser", "sandal", "T-shirt"):
    kind = data.FASHION_CLASSES.index(name)
    of_kind = handmade.orientation_maps(data.to_float(unseen[unseen_labels == kind])).sum((0, 2, 3))
    share = (100 * of_kind / of_kind.sum()).round().int().tolist()
    print(f"{name:8} share of the gradient in %, by direction from 0° in steps of 22.5°: {share}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# At 0°: the sides of the legs run *down*, so brightness changes from left to right. Three fifths of all gradient of trousers points that way. Sandals spread theirs over all directions: a histogram of eight
# numbers tells much already.
# </details>
#
# A histogram over the whole picture would forget where the edges were. So take one for each cell of 4 × 4 pixels, join 2 × 2 cells to a window of 8 × 8, and scale its 32 numbers to length 1: what light
# and contrast did is gone. This **descriptor** is the heart of SIFT (Lowe 2004) and of the *histograms of oriented gradients* (HOG) that found pedestrians in 2005. Windows stand two pixels
# apart: $11 \times 11$ descriptors a picture.
#
# ### Clustering: words
#
# Windows repeat themselves. Collect those of many pictures and run **k-means**: guess 64 centres, give every window to its nearest centre, move each centre to the mean of its windows, repeat. The centres are the **visual words**. No label is used.

# %%
rng = torch.Generator().manual_seed(0)
few = torch.cat([(labels == k).nonzero()[:, 0][torch.randperm(800, generator=rng)[:30]] for k in range(10)])
x, y = data.to_float(clothes[few]), labels[few]  # 30 of each kind
descriptors = handmade.local_descriptors(x)  # (300, 32, 11, 11)
words = handmade.learn_words(descriptors, 64, seed=0)  # (64, 32)

# %% jupyter={"source_hidden": true}
distance = torch.cdist(descriptors.movedim(1, -1).flatten(0, 2), words)  # (windows, 64)
often = torch.bincount(distance.argmin(1), minlength=64).argsort(descending=True)
rows = []
for word in often[2:44:7].tolist():
    near, seen = [], set()
    for window in distance[:, word].argsort().tolist():  # one window an image
        if window // 121 not in seen:
            near.append(window)
            seen.add(window // 121)
        if len(near) == 10:
            break
    near = torch.tensor(near)
    rows.append(features.cut_windows(clothes[few], [(8, 2, 0)], near // 121, near // 11 % 11, near % 11, 0))
viz.image_grid(
    rows,
    row_labels=[f"word {k + 1}" for k in range(len(rows))],
    size=0.62,
    caption="Figure 3. Six of the 64 words: the ten windows (8 × 8 pixels, from ten pictures) that are nearest to each.",
    alt="Six rows of ten tiny patches. Within a row the patches are alike: an upright edge, a slanted edge, a corner, a stripe; across "
    "rows they differ.",
)

# %% [markdown]
# Look along a row: brightness and contrast differ, the *shape* is the same. That is what the descriptor was made for.
#
# ### Pooling: which words, and roughly where
#
# Say for each window how much it has of each word, and average over the picture: 64 numbers that know *what* occurs, and nothing of *where*. Average over the quarters and sixteenths too, and join all
# of it: $64 \cdot (1 + 4 + 16) = 1344$ numbers, a **pyramid**.
#
# **What do you expect?** We cut a picture into its four quarters and swap them diagonally. Which of the three levels notices most?

# %%
# NBVAL_CHECK_OUTPUT
swapped = x.roll((14, 14), dims=(2, 3))  # the quarters change places
change = {}
for level in (1, 2, 4):
    before, after = (handmade.word_features(images, words, (level,)) for images in (x, swapped))
    change[level] = ((after - before).norm(dim=1) / before.norm(dim=1)).mean().item()
print("the finer the level, the more it notices:", change[1] < change[2] < change[4])
print("the coarsest changes less than half as much as the finest:", change[1] < change[4] / 2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The finest. The coarsest has no idea that anything happened, but for the windows on the seams. This is pooling as in lecture 02, taken to the end: what is gained in tolerance is lost in position.
# The pyramid keeps some of both.
# </details>
#
# ### Classification: the one box that sees labels
#
# A linear layer under cross-entropy, on 1,344 numbers of words and 1,152 of one more classic, the joined histograms of all cells. Against it, the same classifier on bare pixels: the trivial answer.


# %%
# NBVAL_CHECK_OUTPUT
def described(images):
    return torch.cat([handmade.word_features(images, words), handmade.hog(images)], dim=1)


x_unseen = data.to_float(unseen)
by_pixels = handmade.fit_linear(x.flatten(1), y)(x_unseen.flatten(1)) == unseen_labels
by_hand = handmade.fit_linear(described(x), y)(described(x_unseen)) == unseen_labels
print("numbers that describe a picture:", described(x[:1]).shape[1])
print("with 30 pictures of each kind:")
print("more than two of three right, by pixels alone:", by_pixels.double().mean().item() > 2 / 3)
print(
    "hand-made features add at least two in a hundred:",
    (by_hand.double() - by_pixels.double()).mean().item() >= 0.02,
)

# %% [markdown]
# ## 2. The same boxes, learned
#
# In 2012 a convolutional network won the ImageNet contest, naming photographs of a thousand kinds of things, by a wide margin. Nothing in it is foreign to the four boxes:
#
# | box | by hand | learned (lectures 01, 02) |
# |---|---|---|
# | features | gradients in eight directions | the first convolution and its ReLU |
# | clustering | a window's likeness to 64 words | the next convolution: likeness (a dot product) to 64 templates |
# | pooling | means over parts | max pooling |
# | classification | a linear layer | a linear layer |
# | fitted to the labels | the last box | **everything, at once** |
# | depth | one round | the first three boxes again and again |
#
# So the question is not whether learning can do it. It is whether the labels suffice to fit everything. The claim of one lecturer's slide has a condition in brackets: *learn the features from data
# instead of hand engineering them (if enough data is available)*. How much is enough?
#
# **What do you expect?** With 10, 30, 100, 300 and 800 labelled pictures of each kind: who is ahead, the pipeline above or a small convolutional network trained from scratch? Draw both curves.
#
# The protocol was fixed in `data_scripts/sweep_features.py` before the final runs: three draws of the training pictures, 2,000 test pictures; both ways end in a linear layer under
# cross-entropy. Success meant: hand-made at least 2 points above pixels everywhere; learned at least 1 point above pixels from 100 pictures on; hand-made ahead of learned at 10, 30 and 100 for every draw; and the
# gap at 800 smaller than at 100.

# %%
# NBVAL_CHECK_OUTPUT
results = json.loads(Path("results/03_features.json").read_text())
protocol = results["protocol"]
sizes, methods = (10, 30, 100, 300, 800), ("pixels", "handmade", "learned")
found = {(r["seed"], *r["setting"].values()): 100 * r["result"]["accuracy"] for r in results["runs"]}
draws = sorted({seed for seed, *_ in found})
accuracy = {  # (draws, sizes), in per cent
    method: torch.tensor([[found[draw, method, n] for n in sizes] for draw in draws], dtype=torch.float64)
    for method in methods
}


def band(numbers):
    return f"{numbers.min():.1f} to {numbers.max():.1f}"


print(f"accuracy in %, {len(draws)} draws, lowest to highest\n")
print("a class   pixels           hand-made        learned          hand-made minus learned")
lead = accuracy["handmade"] - accuracy["learned"]
for i, n in enumerate(sizes):
    print(f"{n:7}   " + "".join(f"{band(accuracy[m][:, i]):17}" for m in methods) + band(lead[:, i]))
print()
over_pixels = {m: accuracy[m] - accuracy["pixels"] for m in methods}
print(
    "hand-made over pixels everywhere:       ",
    bool((over_pixels["handmade"] >= 100 * protocol["handmade_over_pixels"]).all()),
)
print(
    "learned over pixels from 100 on:        ",
    bool((over_pixels["learned"][:, 2:] >= 100 * protocol["learned_over_pixels"]).all()),
)
print("hand-made ahead at 10, 30, 100:         ", bool((lead[:, :3] > 0).all()))
print("the gap at 800 is smaller than at 100:  ", bool((lead[:, 4] < lead[:, 2]).all()))
crossed = [n for i, n in enumerate(sizes) if (lead[:, i] < 0).all()]
print("sizes at which learned is ahead in every draw:", crossed or "none")

# %%
# NBVAL_CHECK_OUTPUT
patient = checkpoint_card("classifier_fashion")["metrics"]["test_accuracy_by_seed"]
with torch.no_grad():
    right = classifier.output(extract_features(classifier, unseen)).argmax(1) == unseen_labels
measured = 100 * right.double().mean().item()
print(f"the shipped network, 800 of each kind, trained longer: {measured:.0f} % right")
print(
    "inside the band of its three seeds:",
    100 * min(patient.values()) - 0.1 <= measured <= 100 * max(patient.values()) + 0.1,
)
print(
    "every seed of it is above every hand-made draw at 800:",
    100 * min(patient.values()) > accuracy["handmade"][:, 4].max().item(),
)

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.8, 3.4)
names = {"pixels": "bare pixels", "handmade": "hand-made features", "learned": "learned, small and short"}
for (method, name), color, marker in zip(names.items(), (viz.COLORS[6], viz.COLORS[0], viz.COLORS[1]), "so^"):
    runs = accuracy[method]
    ax.plot(sizes, runs.median(0).values, color=color, marker=marker, label=name)
    ax.fill_between(sizes, runs.min(0).values, runs.max(0).values, color=color, alpha=0.18, linewidth=0)
ax.scatter(
    [800] * len(patient),
    [100 * v for v in patient.values()],
    color=viz.COLORS[1],
    marker="*",
    s=90,
    zorder=3,
    label="learned, wide and long",
)
ax.set(
    xscale="log",
    xlabel="labelled pictures of each kind",
    ylabel="right on unseen pictures, %",
    title="ten kinds of clothes",
)
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.minorticks_off()
ax.grid(True)
ax.legend(fontsize=9, loc="lower right")
viz.picture(
    fig,
    alt="Three rising curves over 10 to 800 pictures a class. Hand-made features lie above the small learned network, which lies near bare pixels "
    "at first and pulls away from them. At 800 three stars, the wide network trained longer, lie above all curves.",
    caption="Figure 4. Median and range of three draws. Stars: the network of this page, three seeds.",
)

# %% [markdown]
# Between the small network and the hand-made features the curves do not cross. With ten pictures of each kind it is about as good as bare pixels: it has its own features to find, and nearly nothing to find them in. Its curve is the steeper
# one, and at 800 the gap has shrunk to one or two points.
#
# One of the four conditions above was missed: the second. At 100 pictures the network was to be a full point above pixels in every draw, and in one it is 0.9 above. It stays as it came out.
#
# The stars tell the other half. The same architecture with four times as many channels, shown shifted copies of its pictures, and trained for 1,500 steps instead of 800, passes the hand-made features, with the very same 800
# pictures; its weakest seed only just. *Enough data* is half the condition; enough width, enough training, and copies made by somebody who knows that a shirt moved by two pixels is a shirt (knowledge by hand, again) are the rest. What is compared here are two recipes, not two
# principles; and each has had its cooks.
#
# Where it went from here is history: with a million pictures learned features won by ten points, and since then nobody has written features for photographs by hand.

# %% [markdown]
# ## 3. Which pixels does a unit see?
#
# Figure 1 cut small patches for layer 1 and large ones for layer 3. How large exactly? A unit of the first convolution sees 3 × 3 pixels. A unit of the next layer sees 3 × 3 units of it, pooled: more pixels. In general, a layer with kernel $k$
# widens the view by $k - 1$ *steps*, and a step is as many pixels as all the strides before it multiply to:
#
# $$r = 1 + \sum_{l} (k_l - 1) \prod_{m < l} s_m .$$
#
# **What do you expect?** Our network is (convolution 3, pooling 2) three times. How many pixels wide is the view of a unit in its third convolution? Do the sum before you run the cell.

# %%
# NBVAL_CHECK_OUTPUT
for name, front in fronts.items():
    windows = features.window_layers(front)
    field = receptive_field([(k, s) for k, s, _ in windows])
    first, last = features.unit_window(windows, 3)
    print(f"{name}: {field:2} x {field:<2} pixels; the unit at row 3 sees rows {first} to {last}")

# %% jupyter={"source_hidden": true}
from matplotlib.patches import Rectangle

fig, axes = viz.figure(7.6, 2.2, ncols=4)
shown = [("layer 3", 16), ("layer 3", 6), ("layer 3", 35), ("layer 3", 30)]
for ax, (name, k) in zip(axes, shown):
    best = tops[name]
    image, row, column = (int(t[k, 0]) for t in best[1:])
    viz.draw_image(ax, viz.to_pixels(unseen[image][None])[0])
    for inner, depth, color in (
        ("layer 1", 4, viz.COLORS[4]),
        ("layer 2", 2, viz.COLORS[5]),
        ("layer 3", 1, viz.COLORS[1]),
    ):
        windows = features.window_layers(fronts[inner])
        place = [depth * p + depth // 2 for p in (row, column)] if depth > 1 else [row, column]
        (top, bottom), (left, right) = (features.unit_window(windows, p) for p in place)
        ax.add_patch(
            Rectangle(
                (left - 0.5, top - 0.5),
                right - left + 1,
                bottom - top + 1,
                fill=False,
                ec=color,
                lw=2,
                label=inner,
                clip_on=False,
            )
        )
axes[0].legend(fontsize=8, loc="upper right", bbox_to_anchor=(-0.05, 1.0))
viz.picture(
    fig,
    alt="Four garments, each with three nested squares of 3, 8 and 18 pixels. The largest encloses a heel, a handle, two trouser legs, the top of a bag; some reach beyond the picture.",
    caption="Figure 5. What a unit sees, one of each layer, around the place where a unit of layer 3 answered loudest. Beyond the border it sees padding.",
)

# %% [markdown]
# ### Ask the gradient
#
# There is a second way, which knows nothing of kernels and strides: **backpropagate from the unit to the pixels.** Where the gradient is zero, the unit does not look. The pixels where it is not are its *footprint*. Do the two agree?
#
# **What do you expect?** Six networks with the geometry of ours, on a picture of 64 × 64. In which does the footprint fill exactly the computed 18 × 18 square? Where is it smaller, where larger?
#
# | | between the convolutions |
# |---|---|
# | a | positive weights, average pooling, no normalisation |
# | b | as a, with BatchNorm in eval mode |
# | c | as a, with BatchNorm in train mode |
# | d | as a, with InstanceNorm |
# | e | as a, with max pooling |
# | f | as a, with weights of both signs |


# %%
# NBVAL_CHECK_OUTPUT
def tower(norm=None, pool=nn.AvgPool2d, positive=True):
    draw, stages, channels = torch.Generator().manual_seed(1), [], 1
    for width in (4, 4, 4):
        convolution = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        with torch.no_grad():
            convolution.weight.uniform_(0.1 if positive else -1, 1, generator=draw)
        stages += [convolution, *([norm(width)] if norm else []), nn.ReLU(), pool(2)]
        channels = width
    return nn.Sequential(*stages[:-2])  # without the last ReLU: a unit that is shut would show nothing


towers = {
    "a  average pooling": tower().eval(),
    "b  BatchNorm, eval": tower(nn.BatchNorm2d).eval(),
    "c  BatchNorm, train": tower(nn.BatchNorm2d).train(),
    "d  InstanceNorm": tower(nn.InstanceNorm2d).eval(),
    "e  max pooling": tower(pool=nn.MaxPool2d).eval(),
    "f  both signs": tower(positive=False).eval(),
}
noise = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(2))
first, last = features.unit_window(features.window_layers(towers["a  average pooling"]), 8)
window = torch.zeros(64, 64, dtype=torch.bool)
window[first : last + 1, first : last + 1] = True  # by arithmetic
print(f"by arithmetic: rows and columns {first} to {last}, {int(window.sum())} pixels\n")
footprints = {}
for name, network in towers.items():
    footprint = features.gradient_footprint(network, noise, 8, 8)
    footprints[name] = footprint / footprint.max()
    seen = footprints[name] > 1e-6
    inside = 100 * (seen & window).sum().item() / window.sum().item()
    print(
        f"{name:20} fills {inside:3.0f} % of the window; pixels outside it: {'none' if not (seen & ~window).any() else 'yes'}"
    )

# %% jupyter={"source_hidden": true}
viz.response_maps(
    [f[8:56, 8:56].sqrt() for f in footprints.values()],
    titles=list(footprints),
    columns=3,
    size=1.75,
    limit=1,
    caption="Figure 6. The footprint of one place, on each network's own scale (square root, so that faint pixels show). All windows are the same 18 × 18.",
    alt="Six square maps. a and b: a full soft-edged square, brightest in the middle. c and d: the same square on a faint speckle that covers the whole "
    "picture. e: a square with holes. f: a rough square.",
)

# %% [markdown]
# <details><summary>Answers</summary>
#
# a and b agree with the arithmetic to the pixel. In eval mode BatchNorm only rescales a channel, so it moves nothing. In train mode, and in InstanceNorm always, it divides by a standard deviation *over the whole picture*: every pixel of it now moves every unit, a little. e is smaller, because only
# the largest of four is passed on and the other three could change a little without effect. f: signs alone cut off little, but where ReLU is shut nothing passes.
# </details>
#
# So the receptive field is what a unit *can* see, an upper bound, and it holds as long as no layer takes statistics over places. CycleGAN's generators are full of InstanceNorm; whoever says *this unit sees 70 × 70 pixels* about
# such a network has forgotten row d. (Lecture 16 measures it on a discriminator.)
#
# Nor does a unit see all its pixels equally well. The middle of the window is reached by many paths, a corner by one:

# %%
# NBVAL_CHECK_OUTPUT
plain = footprints["a  average pooling"][first : last + 1, first : last + 1]
middle = plain[4:14, 4:14]
print(
    f"the middle {middle.numel()} of {plain.numel()} pixels: {100 * middle.numel() / plain.numel():.0f} % of the window,",
    end=" ",
)
print(f"{100 * (middle.sum() / plain.sum()).item():.0f} % of the gradient")
print(f"a corner pixel, compared with the largest: {100 * plain[0, 0].item():.1f} %")

# %% [markdown]
# ## 4. What does a unit answer to?
#
# In 2013 Matthew Zeiler and Rob Fergus asked this of every layer of an ImageNet network, with two pictures for each unit, and the field has copied them since.
#
# **The nine top patches.** Run all the pictures through, note where the unit is loudest in each, keep the nine loudest pictures, and cut out the window of section 3.
#
# **The projection.** The nine patches share what excites the unit, and much else: a background, a class. What did the unit *take* from each? Set all other activities of the layer to zero and send this one back to the pixels:
#
# * a convolution goes back through its transpose (lecture 01);
# * max pooling puts the value where the maximum had been found, and zeros elsewhere (lecture 02: so does its gradient);
# * BatchNorm in eval mode multiplies by its gain;
# * ReLU: *rectify again*, drop what has become negative on the way back.
#
# Compare with backpropagation, line by line. The first three *are* the layers' gradients. The only difference is ReLU, which by the chain rule passes what was positive on the way *forward*. In code:
#
#     def gradient_rule(x, signal):  return signal * (x > 0)            # backpropagation
#     def deconvnet_rule(x, signal): return signal.relu()               # Zeiler and Fergus
#     def guided_rule(x, signal):    return signal.relu() * (x > 0)     # both (Springenberg et al. 2015)
#
# `features.project_to_pixels` walks back through the layers with one of the three. We use the second.

# %%
chosen = {
    "layer 1": [18, 1, 0, 2, 3, 9, 10, 12, 15, 22, 23, 29],
    "layer 2": [16, 6, 12, 13, 9, 10, 25, 39, 48, 62, 57, 3],
    "layer 3": [16, 6, 49, 5, 3, 35, 28, 30, 51, 47, 63, 24],
}


def kinds(image):
    """What the nine pictures are: '5 sandals' counts first."""
    count = torch.bincount(unseen_labels[image], minlength=10)
    order = count.argsort(descending=True, stable=True)
    return "from " + ", ".join(
        f"{int(count[k])} {data.FASHION_CLASSES[k].lower()}" for k in order if count[k]
    )


UnitExplorer(classifier.net, unseen, layers, chosen, tops, kinds)

# %% [markdown]
# *Left, nine patches; right, their projections (orange: brighter excites, blue: darker excites). To try: in layer 1, find a unit for an upright edge, one for a corner, one that is loudest where there is nothing. In layer 2, a stripe, a rounded
# shoulder. In layer 3, cover the patches with your hand and guess the garment from the projections.*
#
# Three things to notice.
#
# 1. **A hierarchy.** 3 × 3 pixels hold an edge or a corner; 8 × 8 a stripe, a notch; 18 × 18 a heel, a handle, a pair of legs. Each layer is made of what the layer before it found.
# 2. **Growing tolerance.** The nine patches of a layer 1 unit are nearly equal pixel by pixel. The heels are high and low, dark and light.
# 3. **The projection is not the patch.** The heel unit takes the slanted line and the corner under it, not the shoe above.
#
# **What do you expect?** If units deep inside stand for parts of garments, their nine pictures should mostly come from one kind. Count, for each unit, how many of the nine belong to the commonest kind. By chance (ten kinds, nine draws) it is about 2.6. In which layer does it
# rise? And in a network that was never trained?


# %%
# NBVAL_CHECK_OUTPUT
def same_kind(best):
    kind = unseen_labels[best.image]  # (C, 9)
    return nn.functional.one_hot(kind, 10).sum(1).amax(1).double().mean().item()


with torch.random.fork_rng():
    torch.manual_seed(0)
    untrained = Classifier(**checkpoint_card("classifier_fashion")["architecture"]).eval()
refresh_batch_norm(untrained, data.to_float(clothes[:400]).split(200))  # statistics, but no learning
print("pictures of the commonest kind among a unit's nine, mean over the units")
for name, depth in layers.items():
    random_tops = features.top_activations(untrained.net[:depth], unseen)
    print(f"{name}: trained {same_kind(tops[name]):.1f}, never trained {same_kind(random_tops):.1f}")
lots = torch.randint(10, (20_000, 9), generator=torch.Generator().manual_seed(3))
print(f"by chance: {nn.functional.one_hot(lots, 10).sum(1).amax(1).double().mean():.1f}")

# %% [markdown]
# In the trained network the count rises from layer to layer: 3.7, 4.9, 6.0 of nine. Nobody asked the *layers* for that; only the output had labels.
#
# Look at the second column before you are pleased. A network that never learned anything reaches 3.9 to 4.5, well above chance: a random filter likes something too, bright cloth or busy cloth, and that already goes with the kind. Nine
# similar patches are no proof of learning. The *rise* is.

# %% [markdown]
# ### Does the projection tell the truth?
#
# It is a picture, and pictures persuade. Test it: paint over those pixels of the window that the projection marks most, one in five, and see what is left of the unit's activity. Against it: paint over as many pixels of the window drawn by lot.


# %%
# NBVAL_CHECK_OUTPUT
def left_over(rule, seed=0, share=0.2):
    """Activity left after painting, as a share, for every unit of layer 3 in its loudest picture: (marked, by lot)."""
    front, best = fronts["layer 3"], tops["layer 3"]
    units = best.value[:, 0] > 0
    channel = units.nonzero()[:, 0]
    image, row, column = (t[units, 0] for t in best[1:])
    x = data.to_float(unseen[image])
    window = (
        features.project_to_pixels(front, x, channel, row, column, lambda h, signal: signal)
        .abs()
        .sum(1)
        .flatten(1)
        > 0
    )
    marks = features.project_to_pixels(front, x, channel, row, column, rule).abs().sum(1).flatten(1)
    lot = torch.rand(marks.shape, generator=torch.Generator().manual_seed(seed))
    answers = []
    for order in (marks, lot):
        order = order.masked_fill(~window, -1)
        count = (share * window.sum(1)).long()
        rank = order.argsort(dim=1, descending=True).argsort(dim=1)
        mean = (x.flatten(1) * window).sum(1, keepdim=True) / window.sum(1, keepdim=True)
        painted = torch.where(rank < count[:, None], mean, x.flatten(1)).view_as(x)
        with torch.no_grad():
            after = front(painted)[torch.arange(len(x)), channel, row, column]
        answers.append((after / best.value[units, 0]).median().item())
    return answers


rules = {
    "gradient": features.gradient_rule,
    "deconvnet": features.deconvnet_rule,
    "guided": features.guided_rule,
}
left = {name: left_over(rule) for name, rule in rules.items()}
for name, (marked, by_lot) in left.items():
    print(f"{name:9}: left after painting what it marks {marked:.1f}, by lot {by_lot:.1f}")

# %% jupyter={"source_hidden": true}
front, best = fronts["layer 3"], tops["layer 3"]
units = [16, 6, 35, 30]
image, row, column = (t[units, 0] for t in best[1:])
x_best = data.to_float(unseen[image])
panels = {"picture": unseen[image].expand(-1, 3, -1, -1)}
for name, rule in rules.items():
    back = features.project_to_pixels(front, x_best, torch.tensor(units), row, column, rule)
    panels[name] = viz.signed_images((back / back.abs().amax((1, 2, 3), keepdim=True))[:, 0], 1)
viz.image_grid(
    [torch.stack([panel[k] for panel in panels.values()]) for k in range(len(units))],
    row_labels=[f"unit {k}" for k in units],
    column_labels=list(panels),
    size=1.15,
    caption="Figure 7. Four units of layer 3, the picture that excites each most, and its activity sent back by three rules.",
    alt="Four rows: a boot, a bag with a handle, trousers, another bag; beside each three maps in orange and blue that trace the part seen by the "
    "unit. The three rules give similar, not equal maps.",
)

# %% [markdown]
# All three tell the truth in this sense: painting over a fifth of the window, where they point, leaves 0.3 of a typical unit's activity; a fifth drawn by lot leaves 0.7. The three rules look different and point to much the same
# pixels. The gradient is the one that is *defined* by what we want to know, how the unit would change; the other two are tidier to look at.

# %% [markdown]
# ## 5. Where it fails
#
# **One unit, two meanings.** Leaf to the last unit of layer 3, number 24. Its nine pictures are trousers *and* bags: a dark gap under a bright arch, the gap between two legs and the hole under a handle. To the network they are one thing. Names such as *the heel
# unit* are ours.
#
# **Nine of two thousand.** The top patches show the extreme. What the unit does on ordinary pictures, where it is half excited by many things, they do not show.
#
# **Pictures that look like explanations.** A projection looks like an edge map, and an edge map looks like insight. Adebayo and colleagues (2018) replaced the weights of trained networks by random ones: guided projections stayed nearly the same. Test a
# picture before you believe it, as above.
#
# **Hand-made features do not die.** They need no labels, no training, and fail in ways one can understand. With few pictures they were ahead on this page.

# %% [markdown]
# ## Ready for assignment a1
#
# Parts of a1 and where each is explained:
#
# | you write | look at |
# |---|---|
# | `conv2d_output_size` | lecture 01, section 5 |
# | `conv2d` | lecture 01, sections 2 to 5 |
# | `conv2d_backward` | lecture 01, section 8 |
# | `max_pool2d` | lecture 02, section 2 |
# | `batch_norm2d` | lecture 02, sections 3 and 4 |
# | `conv_transpose2d` | lecture 01, section 8; lecture 02, section 5 |
# | `receptive_field` | this page, section 3 |
# | `diagnosis`, `learn_filter` | clinic 03c; lecture 01, section 10 |
#
# ## Summary
#
# * Before 2012: features by hand, clustering, pooling, and a linear classifier, the only part that learns from labels. A convolutional network has the same boxes, repeated, and fits them all.
# * Up to 800 pictures of each kind, a small and briefly trained network stays behind hand-made features, by less and less. A wider one, trained longer on shifted copies, passes them with the same pictures.
# * Receptive field: $r = 1 + \sum_l (k_l - 1) \prod_{m<l} s_m$. The gradient's footprint fills it exactly with positive weights, average pooling, and BatchNorm in eval mode or none.
# * InstanceNorm and BatchNorm in train mode spread the footprint over the whole picture; max pooling and ReLU make it smaller.
# * Top patches say what excites a unit; projections say what it takes from them. A deconvolutional network is backpropagation with another rule at ReLU.
# * Such pictures are hypotheses. Paint over what they mark, and measure.

# %% [markdown]
# ## Check yourself
#
# **1.** Layers (kernel, stride): (7, 2), (3, 2), (3, 1), (3, 1). How wide is the view of a unit at the end?
#
# <details><summary>Answer</summary>
#
# 1 + 6 · 1 + 2 · 2 + 2 · 4 + 2 · 4 = 27 pixels.
# </details>

# %% [markdown]
# **2.** You swap the order of the words in the codebook. What changes in the classifier's answers?
#
# <details><summary>Answer</summary>
#
# Nothing, once the linear layer is fitted again: its weights are swapped too. The number of a word means nothing, as the number of a channel means nothing.
# </details>

# %% [markdown]
# **3.** A friend measures the footprint of one unit of an image-to-image network and finds that it covers all 256 × 256 pixels, though the arithmetic says 70. Where do you look first?
#
# <details><summary>Answer</summary>
#
# For a normalisation over places: InstanceNorm, or a BatchNorm that is still in train mode. Then for anything else that mixes all places: global pooling, attention.
# </details>

# %% [markdown]
# **4.** In which layers do `gradient_rule` and `deconvnet_rule` send back different things, in a network of convolutions and max pooling only, without a ReLU?
#
# <details><summary>Answer</summary>
#
# In none: there is no ReLU to disagree about. Both are the gradient times the activity.
# </details>

# %% [markdown]
# ## Five questions on lectures 01 and 02
#
# Ten seconds each.
#
# <details><summary>1. (01) How large is the map of a 28 × 28 image after kernel 5, stride 1, no padding?</summary>24 × 24.</details>
# <details><summary>2. (01) What is the transpose of a convolution, as an operation on images?</summary>Every pixel paints its weighted kernel; overlaps add up. It is the gradient for the input, not the inverse.</details>
# <details><summary>3. (02) Why put a ReLU between two convolutions?</summary>Without it they are one convolution with a larger kernel: linear.</details>
# <details><summary>4. (02) Where does the gradient of max pooling go?</summary>To the largest pixel of each window alone.</details>
# <details><summary>5. (02) What does BatchNorm use in eval mode?</summary>The running mean and variance collected in training, so a picture's result does not depend on its batch.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * The four boxes: J.-Y. Zhu, *Learning to generate images*, slides "Computer vision before 2012" and "Computer vision now". *If enough data is available*, and the feature hierarchy: *CS448V, Computational Video
#   Manipulation* (Stanford, 2019), "Conditional adversarial networks".
# * D. Lowe, *Distinctive image features from scale-invariant keypoints*, 2004. N. Dalal, B. Triggs, *Histograms of oriented gradients for human detection*, CVPR 2005. S. Lazebnik, C. Schmid, J. Ponce, *Beyond bags of
#   features*, CVPR 2006: the pyramid. A. Coates, H. Lee, A. Ng, *An analysis of single-layer networks in unsupervised feature learning*, 2011: soft words.
# * A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural networks*, NeurIPS 2012: 15.3 % of errors (the right class not among the first five guesses) against 26.2 % of the best
#   entry with hand-made features.
# * M. Zeiler, R. Fergus, *Visualizing and understanding convolutional networks*, 2013, arXiv:1311.2901.
# * J. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller, *Striving for simplicity*, 2015, arXiv:1412.6806: guided backpropagation, and the three rules side by side.
# * W. Luo, Y. Li, R. Urtasun, R. Zemel, *Understanding the effective receptive field*, 2016, arXiv:1701.04128.
# * J. Adebayo et al., *Sanity checks for saliency maps*, 2018, arXiv:1810.03292.
# * Clothes: Fashion-MNIST, Zalando, MIT.
#
# **Next:** assignment a1 asks you to write the layers of part I yourself. Lecture 04 turns around: from naming pictures to making them, and why the squared error makes them grey. There, the features of this page become a *loss*.

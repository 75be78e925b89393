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
# # 16 · U-Net and PatchGAN
#
# *Part V, image to image with pairs. About 60 minutes: 30 to read, 30 to predict, move and answer; it runs in half a minute. You need lecture 14, the
# scores of lecture 15, and the receptive field of lecture 03.*

# %%
import json
from pathlib import Path

import torch
from torch import nn

from course_lib import data, viz
from course_lib.checkpoint import load_snapshots, shipped
from course_lib.features import bounding_box
from course_lib.histograms import color_histogram, texture_histogram, total_variation
from course_lib.patchgan import PatchDiscriminator, patch_footprint, patch_size
from course_lib.segmentation import segment, segmentation_scores, street_segmenter
from course_lib.translation import TASKS
from course_lib.unet import UNetGenerator
from course_lib.widgets.setting_player import SettingPlayer

RESULTS = Path("results")
task = TASKS["labels_to_street"]
labels, scenes = task.pairs("test")  # 200 held-out scenes, uint8 (N, 1, 64, 96) and (N, 3, 64, 96)
painted = data.paint_labels(labels, data.STREET_PALETTE)


def translate(generator, x):
    return torch.cat([data.to_uint8(generator(task.encode(part))) for part in x.split(50)])


shown = [3, 20, 71, 112]
NAMES = ("plain_l1", "plain_cgan", "unet_l1", "patch_1", "patch_16", "patch_34", "patch_whole")
nets = {name: shipped(f"street_{name}", UNetGenerator) for name in NAMES}  # seed 0 of the sweep below
made = {name: translate(net, labels[shown]) for name, net in nets.items()}

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [painted[shown], *(made[name] for name in ("plain_cgan", "unet_l1", "patch_16")), scenes[shown]],
    row_labels=["labels", "A", "B", "C", "truth"],
    size=1.25,
    caption="Figure 1. Three translators, trained on the same pairs for the same 400 steps. Between A and C only the generator's wiring differs; B is C without its discriminator.",
    alt="Five rows of four street scenes: label maps; A, scenes whose objects have lost their outlines; B, smooth scenes without grain; C, scenes with outlines and grain; the true scenes.",
)

# %% [markdown]
# Lecture 14 used a certain generator and a certain discriminator and did not say why. A has lost the outlines of its cars on the way through G. B has them, but no grain and no light:
# nobody asked for them. C has outlines and grain.
#
# A **U-Net** decides what can *reach* the output; a **PatchGAN** decides what is *asked* of it. Both are simple, both have one number to choose, and both
# choices can be tested. That is what this page does.
#
# When you have worked through this page you can
#
# * say what a shortcut carries, and measure it by cutting it;
# * compute a discriminator's patch size and its map by arithmetic, and check both by gradient;
# * name the mistake that makes that check fail;
# * say what a judge of single pixels can see and what it cannot, exactly;
# * read a table of patch sizes, or of $\lambda$ against training time, and not believe it too soon.

# %% [markdown]
# ## 1. The way around the bottleneck
#
# An **encoder-decoder** halves a picture until little is left, then doubles it back. The idea is old and good: what is left at the narrow place must be a summary, so
# the network has to understand. But a translator is asked for more than a summary. The outline of every car in $y$ *is* the outline in $x$, to the pixel, and all of it has to pass through the narrow place.
#
# The **U-Net** (Ronneberger, Fischer and Brox, 2015, for cells under the microscope) lays a way around it: the map of side $s$ on the way down is put beside the map of side $s$ on the way up, `torch.cat([skip, h], 1)`.
# The network drawn with its two arms looks like a U, hence the name.
#
# How narrow is narrow? Our scenes have 64 × 96 pixels; the networks learn from windows of 64 × 64 cut from them. The generators of Figure 1, on such a window:

# %%
# NBVAL_CHECK_OUTPUT
maps, h = [], task.encode(labels[:1, :, :, :64])
print(f"x: {tuple(h.shape[1:])}, {h.shape[2] * h.shape[3]:,} labels")
for i, down in enumerate(nets["patch_16"].downs):
    h = down(h)
    note = "the bottleneck" if i == 4 else "kept for the way up"
    print(f"down {i}: {tuple(h.shape[1:])!s:14} {h[0].numel():6,} numbers, {note}")
counts = {name: sum(p.numel() for p in nets[name].parameters()) for name in ("plain_l1", "unet_l1")}
print(f"parameters: {counts['plain_l1']:,} without shortcuts, {counts['unet_l1']:,} with them")
originals = [
    sum(p.numel() for p in UNetGenerator(num_downs=n, **o).parameters()) for n, o in ((8, {}), (7, {}))
]
print(f"the original for 256 px: {originals[0]:,}; for 128 px: {originals[1]:,}")

# %% [markdown]
# 4,096 labels have to fit into 256 numbers, if there is no other way. With the shortcuts the bottleneck is free to say what is *global*: how bright the day is, what stands next to what. (Whether ours does is tested below.)
#
# **What do you expect?** We train both on street labels, with L1 alone and with L1 and the game, and let lecture 15's segmenter read the results. By how much do the shortcuts raise the mean IoU? And does the game help the network without shortcuts as much as the one with them?

# %%
# NBVAL_CHECK_OUTPUT
runs = json.loads((RESULTS / "16_unet_and_patchgan.json").read_text())["runs"]


def values(name, what, step=400):
    """One number a seed."""
    found = [r["result"]["at"][str(step)][what] for r in runs if r["setting"]["name"] == name]
    assert len(found) == 3
    return found


def band(name, what, step=400, form="{:.2f}"):
    """Lowest to highest of three seeds."""
    low, high = (form.format(f(values(name, what, step))) for f in (min, max))
    return low if low == high else f"{low} to {high}"


PAPER = {
    "plain_l1": (0.35, 0.08),
    "plain_cgan": (0.29, 0.05),
    "unet_l1": (0.48, 0.13),
    "patch_16": (0.55, 0.14),
}
SAID = {
    "plain_l1": "encoder-decoder, L1",
    "plain_cgan": "encoder-decoder, L1 + cGAN",
    "unet_l1": "U-Net, L1",
    "patch_16": "U-Net, L1 + cGAN",
}
print(f"{'':28} ours, three seeds                    the paper's")
print(f"{'':28} pixel accuracy   mean IoU            pixel accuracy   IoU")
for name, line in SAID.items():
    pixel, iou = PAPER[name]
    print(f"{line:28} {band(name, 'pixel_accuracy'):16} {band(name, 'mean_iou'):19} {pixel:<16} {iou}")
gains = {
    loss: [u - p for u, p in zip(values(unet, "mean_iou"), values(plain, "mean_iou"))]
    for loss, unet, plain in (("L1", "unet_l1", "plain_l1"), ("L1 + cGAN", "patch_16", "plain_cgan"))
}
for loss, gain in gains.items():
    print(f"{loss}: shortcuts raise the mean IoU by at least .05 for every seed: {min(gain) >= 0.05}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The claim holds with room to spare, whichever loss. No loss can bring back what did not get through. (The game adds about .05 of mean IoU without shortcuts and .02 with them.)
# </details>
#
# Two warnings about the right half of the table. Their scores are lower for reasons that lecture 15 has listed: photographs, nineteen classes, another judge, absent classes counted as 0. And in the paper the game *harms* the encoder-decoder (.35 to .29), while ours gains by it in mean IoU. Why it harmed theirs is not explained there; that both
# tables agree on the rows that differ by a shortcut is what carries over.

# %% jupyter={"source_hidden": true}
two = [0, 2]
viz.image_grid(
    [painted[shown][two], *(made[name][two] for name in SAID), scenes[shown][two]],
    row_labels=["labels", "plain, L1", "plain, both", "U-Net, L1", "U-Net, both", "truth"],
    size=1.7,
    caption="Figure 2. Shortcuts and losses, seed 0. The rows of the table, in order.",
    alt="Six rows of two street scenes. Without shortcuts objects are blobs; with them outlines stand. With L1 alone areas are smooth, with the game they have grain.",
)

# %% [markdown]
# ### What does each shortcut carry?
#
# Cut one and see. In a trained network, replace the map of one shortcut by its mean over all scenes and places: it then says what it says on average, and nothing about *this* scene.
#
# **What do you expect?** Which cut costs most: the shortcut of side 32, next to the picture, or that of side 4, next to the bottleneck? And if the *bottleneck* itself is cut?


# %%
def cut(generator, x, level):
    """Translate with the map of one level, 0 the finest, replaced by its mean; None cuts nothing."""
    maps, h = [], x
    for down in generator.downs:
        h = down(h)
        maps.append(h)
    for place, up in zip(reversed(range(len(maps))), generator.ups):
        skip = maps[place]
        if place == level:
            skip = skip.mean((0, 2, 3), keepdim=True).expand_as(skip).clone()
        h = up(
            torch.cat([skip, h], 1) if place < len(maps) - 1 else skip
        )  # the way up begins at the bottleneck
    return data.to_uint8(h)


judge = street_segmenter()
some = slice(0, 48)
x = task.encode(labels[some])
cuts = {level: cut(nets["patch_16"], x, level) for level in (None, 0, 1, 2, 3, 4)}
iou_of_cut = {
    level: segmentation_scores(segment(judge, images), labels[some, 0], len(data.STREET_CLASSES))[2]
    for level, images in cuts.items()
}

# %%
# NBVAL_CHECK_OUTPUT
assert torch.equal(cuts[None], translate(nets["patch_16"], labels[some]))  # it is the network, uncut
costs = {level: iou_of_cut[None] - iou for level, iou in iou_of_cut.items() if level is not None}
for level, cost in costs.items():
    verdict = "costs more than .05 of mean IoU" if cost > 0.05 else "costs less than .05"
    print(f"without side {64 // 2 ** (level + 1):2}: {verdict}")

# %% jupyter={"source_hidden": true}
pair = [3, 20]
viz.image_grid(
    [cuts[level][pair] for level in (None, 0, 1, 2, 3, 4)],
    row_labels=["whole"]
    + [f"no side {64 // 2 ** (level + 1)}\nIoU {-costs[level]:+.2f}" for level in range(5)],
    size=1.6,
    caption="Figure 3. The U-Net with one of its maps cut; the last row is the bottleneck. IoU on 48 held-out scenes.",
    alt="Six rows of two street scenes: the whole network's, and its scenes without the map of side 32, 16, 8, 4 and 2.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The two finest shortcuts carry nearly everything that the segmenter reads. Without side 32 edges fray; without side 16 colour and object go too. Cutting any of the three coarser
# maps, the bottleneck among them, costs next to nothing *in IoU*. In the pictures the cars lose their red without side 8, which the segmenter forgives; the two innermost maps are hardly used at all. A small U-Net on a task where every pixel of $x$ says what belongs there is a *local* painter; perhaps 400 steps gave it no reason to be more.
# </details>
#
# (One network, one seed, one way to cut. A network trained *without* a shortcut would make do in another way; the table above says how well.)

# %% [markdown]
# ## 2. A judge of patches
#
# D of lecture 14 returned a *map* of logits. Each logit depends on a window of the picture only; the loss is the mean over the map. So D says "this patch looks real" for every patch, and never looks
# at two far places together. Isola and colleagues call it **PatchGAN**; it treats a picture as a Markov random field, where what is farther apart than a patch is independent.
#
# ### How large is a patch?
#
# From lecture 03: a stack of convolutions with kernels $k_l$ and strides $s_l$ sees
#
# $$ r = 1 + \sum_l (k_l - 1) \prod_{m < l} s_m . $$
#
# PatchGAN has $n$ convolutions of kernel 4 and stride 2, then two of kernel 4 and stride 1. For $n = 3$: from the end, $1 \to 4 \to 7 \to 16 \to 34 \to 70$. It had a second way too, which knows nothing of kernels: go back from one output to the pixels and see where
# the gradient is not zero. Do they agree?

# %%
# NBVAL_CHECK_OUTPUT
print("n   arithmetic   footprint    logits for 256 px   parameters (64 base channels)")
for n, side in enumerate((9, 40, 80, 160, 320, 640)):  # pictures with room for a whole patch
    seen = patch_footprint(PatchDiscriminator(1, 1, n), (1, side, side))
    top, bottom, left, right = bounding_box(seen)
    footprint = f"{bottom - top + 1} x {right - left + 1}"
    assert seen.sum() == patch_size(n) ** 2  # a full square
    rows = PatchDiscriminator(1, 1, n)(torch.zeros(2, 1, 256, 256)).shape[2]
    parameters = sum(p.numel() for p in PatchDiscriminator(6, 64, n).parameters())
    print(f"{n}   {patch_size(n):6}       {footprint:12} {f'{rows} x {rows}':19} {parameters:,}")

# %% [markdown]
# 1, 16, 34, 70, 142, 286: these are the numbers of the paper, and *70 × 70 PatchGAN* with its map of 30 × 30 is the one that became famous. $n = 0$ is a special case, three convolutions of 1 × 1: the **PixelGAN**. $n = 5$ sees more than
# a picture of 256 pixels has: the **ImageGAN**.
#
# The numbers belong to 256 pixels. Our windows have 64. What matters is how large a patch is beside the *things* in the picture, so our ladder is 1, 16, 34 and the whole window, and 16 plays the part of 70. (Lecture 14's network for 64 px had patches of 34.)

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(6.6, 3.1, ncols=2)
window = viz.to_pixels(scenes[20:21])[0][:, 16:80]
for ax, side, sizes in zip(axes, (256, 64), ((1, 16, 70, 142), (1, 16, 34))):
    ax.imshow(window, extent=(0, side, side, 0), alpha=0.55)
    for size in sizes:
        low = (side - size) / 2
        ax.plot(
            [low, low + size, low + size, low, low],
            [low, low, low + size, low + size, low],
            color="black",
            linewidth=1.6,
        )
        if size > 1:
            ax.text(
                low + size,
                low,
                f" {size}",
                va="bottom",
                ha="right",
                fontsize=9,
                color="black",
                backgroundcolor="#ffffffb0",
            )
    ax.set(xticks=[0, side // 2, side], yticks=[0, side // 2, side], title=f"{side} x {side} pixels")
viz.picture(
    fig,
    caption="Figure 4. The same scene with 256 and with 64 pixels a side, and patches to scale (1 is the dot in the middle; 34 and 286 are left out on the left). Beside the things in it, 16 of 64 is what 70 of 256 is.",
    alt="Two copies of one street scene with nested squares: 16, 70 and 142 pixels on the left, 16 and 34 on the right. The 16 on the right covers about as much of a car as the 70 on the left.",
)

# %% [markdown]
# Move it. Each setting is a discriminator, and one of its outputs: what lies in the dark has no influence on that logit. Near the border a patch hangs over the edge; what it sees there is padding.

# %%
PLACES = ("upper left", "left", "middle", "right", "lower right")
SHARES = ((0.0, 0.0), (0.5, 0.25), (0.5, 0.5), (0.5, 0.75), (1.0, 1.0))


def lit(n, share):
    """The scene with all that one logit does not see in the dark, and how many pixels it sees."""
    network = PatchDiscriminator(1, 1, n)
    height, width = network(torch.zeros(2, 1, 64, 96)).shape[2:]
    unit = round(share[0] * (height - 1)), round(share[1] * (width - 1))
    seen = patch_footprint(network, (1, 64, 96), unit)
    picture = torch.where(seen, scenes[20], scenes[20] // 5)
    text = f"logit at row {unit[0]}, column {unit[1]} of a map of {height} x {width}; it sees {int(seen.sum()):,} pixels"
    return picture, text


frames, texts = zip(*(lit(n, share) for n in range(4) for share in SHARES))
SettingPlayer(
    torch.stack(frames).view(4, len(PLACES), 1, 3, 64, 96),
    {"patch": [f"{patch_size(n)} px" for n in range(4)], "place": list(PLACES)},
    ["what one logit sees"],
    list(texts),
    "A street scene, dark but for the pixels that one output of the discriminator sees.",
    chosen=[1, 2],
    zoom=4,
)

# %% [markdown]
# *To try: with which patch can D notice that a car has three wheels? That it stands on the roof? That the two halves of the sky have different colours?*
#
# ### When the footprint is not the patch
#
# `patch_footprint` above was careful: weights made positive, BatchNorm in eval mode. **What do you expect** if the same 16-pixel D has InstanceNorm instead, or BatchNorm as it is in *training*?


# %%
# NBVAL_CHECK_OUTPUT
def share_seen(norm, training):
    """The share of a 64 x 64 picture that has a gradient from one logit, in pictures of noise."""
    rng = torch.Generator().manual_seed(0)
    network = PatchDiscriminator(1, 4, 1, norm=norm, rng=rng).double().train(training)
    noise = torch.randn(2, 1, 64, 64, generator=rng, dtype=torch.float64).requires_grad_()
    (gradient,) = torch.autograd.grad(network(noise)[0, 0, 15, 15], noise)
    return (gradient != 0).double().mean((1, 2, 3)).tolist()


print(f"a patch of 16 x 16 is {16 * 16 / 64**2:.4f} of the picture\n")
for line, norm, training in (
    ("BatchNorm, eval", nn.BatchNorm2d, False),
    ("InstanceNorm", nn.InstanceNorm2d, True),
    ("BatchNorm, training", nn.BatchNorm2d, True),
):
    own, other = share_seen(norm, training)
    print(f"{line:20} its own picture {own:.4f}   the other picture of the batch {other:.4f}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# A normalisation by the picture's own statistics lets *every* pixel into every logit: through a mean and a variance only, two numbers a channel, but that is enough to say how bright the whole is. BatchNorm in training even looks at the other pictures of the batch. "D judges
# patches" is true of the convolutions; the statistics are a thin wire around them.
# </details>

# %% [markdown]
# ## 3. What a judge can ask for
#
# Take the smallest judge. A PixelGAN shows each pixel, colour and label, to the same tiny network and averages. **What do you expect** if we shuffle all pixels of a picture, those of $x$ and $y$ alike?

# %%
# NBVAL_CHECK_OUTPUT
rng = torch.Generator().manual_seed(1)
xy = torch.cat([task.encode(labels[:4]), data.to_float(scenes[:4])], 1)  # what D is shown
order = torch.randperm(64 * 96, generator=rng)
shuffled = xy.flatten(2)[..., order].view_as(xy)
with torch.no_grad():
    for n in (0, 1, 2):
        d = PatchDiscriminator(xy.shape[1], 16, n, rng=rng).eval()
        change = (d(shuffled) - d(xy)).mean().abs() / d(xy).abs().mean()
        print(f"patches of {patch_size(n):2} px: shuffling changes D's mean answer: {bool(change > 1e-5)}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Not at all, and not only for this network: a mean over pixels cannot know their order.
# </details>
#
# All that a PixelGAN can see is the **joint histogram of labels and colours**. So it can ask for bright cars and green trees, for the *spread* of colours that
# the median of lecture 04 has lost. It cannot ask for a window to be square. A judge of patches sees the histogram of *patches*: everything that fits into one, and nothing about how patches far apart go together.
#
# This makes two predictions, and each needs its own ruler (`course_lib/histograms.py`):
#
# * **colour**: the joint histogram of red, green and blue of all pixels, against that of the true scenes;
# * **texture**: the histogram of the *steps* in grey value from each pixel to its neighbour.
#
# Both as total variation, half the sum of the differences: 0 is the same, 1 has nothing in common. Neither asks whether a pixel is where it should be.
#
# **What do you expect?** Four judges, each with L1: 1, 16 and 34 px, and one for the whole window, which halves it down to a single logit. Order them by colour, by texture, and by what the segmenter can read.

# %%
# NBVAL_CHECK_OUTPUT
LADDER = {
    "unet_l1": "no judge (L1)",
    "patch_1": "1 x 1",
    "patch_16": "16 x 16",
    "patch_34": "34 x 34",
    "patch_whole": "whole, 64 x 64",
}
print("three seeds, lowest to highest\n")
print("judge            mean IoU        pixel acc.      L1              colour          texture")
for name, line in LADDER.items():
    columns = [band(name, what) for what in ("mean_iou", "pixel_accuracy")]
    columns += [band(name, what, form="{:.3f}") for what in ("l1", "color", "texture")]
    print(f"{line:16} " + " ".join(f"{c:15}" for c in columns))
print("\nthe paper, 256 px, pixel accuracy / IoU: 1 px .39/.10, 16 px .65/.17, 70 px .66/.17, whole .42/.11")
colors = [p / r for p, r in zip(values("patch_1", "color"), values("unet_l1", "color"))]
textures = [p / r for p, r in zip(values("patch_16", "texture"), values("patch_1", "texture"))]
print("\n1 px: colour distance at most .8 of that of L1, every seed:", max(colors) <= 0.8)
print("16 px: texture distance at most .7 of that of 1 px, every seed:", max(textures) <= 0.7)

# %% [markdown]
# <details><summary>What it means</summary>
#
# The two predictions hold. Single pixels bring back a good part of the *colour* that L1 had averaged away, and patches of 16 bring the *texture*. Each judge gives what it can see.
#
# The order of the scores is **not** the paper's. There the PixelGAN is the poorest and the whole picture second to last. With us single pixels read about as well as patches of 16, and the larger the judge from there on, the lower the score. Two reasons come to mind. Our segmenter lives by colour: in section 5 flat colours alone
# score well, which on Cityscapes they would not. And 400 steps are few: a larger judge has more to learn, more to find fault with, and each of its logits speaks for more pixels. We have tested neither explanation. What the columns do show is that *whole* is not simply *more*: nothing it can see and 16 px cannot is worth anything in this table.
# </details>

# %% jupyter={"source_hidden": true}
corner = (slice(None), slice(None), slice(12, 60), slice(20, 84))
viz.image_grid(
    [made[name][two][corner] for name in LADDER] + [scenes[shown][two][corner]],
    row_labels=["L1", "1 px", "16 px", "34 px", "whole", "truth"],
    size=1.7,
    caption="Figure 5. The ladder, enlarged, seed 0.",
    alt="Six rows of two enlarged parts of street scenes: smooth with L1, more colourful with single pixels, with structured windows and grain for patches of 16 and 34, and the true ones.",
)

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(7.6, 2.9, ncols=2)
small = {"unet_l1": "L1", "patch_1": "1 px", "patch_16": "16 px"}
every = {name: translate(nets[name], labels[:100]) for name in small}
octaves = {line: texture_histogram(every[name]).view(8, 4).sum(1) for name, line in small.items()}
for (line, shares), color, style in zip(octaves.items(), viz.COLORS, ("o-", "s--", "^-.")):
    left.plot(range(8), shares, style, color=color, label=line, linewidth=1.6, markersize=4)
left.plot(
    range(8),
    texture_histogram(scenes[:100]).view(8, 4).sum(1),
    color="black",
    label="truth",
    linewidth=2,
    alpha=0.6,
)
left.set(
    xlabel="step to the neighbour, grey levels, from",
    ylabel="share of all steps",
    xticks=range(8),
    xticklabels=[2**k - 1 for k in range(8)],
    title="texture",
)
left.legend(fontsize=8)
left.grid(True)
for k, what in enumerate(("color", "texture")):
    for place, name in enumerate(LADDER):
        found = values(name, what)
        spot = place + 0.16 * (2 * k - 1)
        right.plot(
            [spot] * 3,
            found,
            "os"[k],
            color=viz.COLORS[k + 3],
            markersize=4,
            label=what.replace("color", "colour") if place == 0 else None,
        )
right.set(
    xticks=range(5),
    xticklabels=["L1", "1", "16", "34", "whole"],
    xlabel="judge, pixels",
    ylabel="distance from the truth",
    ylim=(0, None),
    title="three seeds each",
)
right.legend(fontsize=8)
right.grid(True)
viz.picture(
    fig,
    caption="Figure 6. Left, seed 0: which steps between neighbours occur. Right: distance of the colours and of the steps from the truth's.",
    alt="Left, four curves of the share of steps by size: L1 has too many small steps, 1 px fewer, 16 px lies close to the truth. Right, points for five judges: colour and texture distance fall from L1 to 1 px and again to 16 px, and rise a little for larger patches.",
)

# %% [markdown]
# ### Measured again
#
# One shipped network, on all 200 held-out scenes, against the band of its sweep:

# %%
# NBVAL_CHECK_OUTPUT
fakes = translate(nets["patch_16"], labels)
again = {
    "mean_iou": segmentation_scores(segment(judge, fakes), labels[:, 0], len(data.STREET_CLASSES))[2],
    "color": total_variation(color_histogram(fakes), color_histogram(scenes)),
    "texture": total_variation(texture_histogram(fakes), texture_histogram(scenes)),
}
for what, value in again.items():
    print(f"{what:9} within .01 of the sweep's seed 0:", abs(value - values("patch_16", what)[0]) < 0.01)

# %% [markdown]
# ## 4. How much L1, and for how long?
#
# $\lambda$ weighs the two wishes: be near the one true picture, be like *a* true picture. And training takes time. The two are not independent: L1 gives a clear direction from the first step on, the game only when D has learned something.
#
# So far $\lambda$ was 10 on this page; lectures 14 and 15 had 30, the paper 100.
#
# **What do you expect?** With $\lambda = 1$, 10 and 100, after 50, 100, 200 and 400 steps: where is the smallest L1, where the best texture, where the best score?

# %%
# NBVAL_CHECK_OUTPUT
LAMBDAS, STEPS = {"lambda_1": 1, "patch_16": 10, "lambda_100": 100}, (50, 100, 200, 400)
for what, title, form in (
    ("mean_iou", "mean IoU", "{:.2f}"),
    ("l1", "L1 to the truth", "{:.3f}"),
    ("texture", "texture distance", "{:.2f}"),
):
    print(f"{title:18}" + "".join(f"{f'{step} steps':16}" for step in STEPS))
    for name, value in LAMBDAS.items():
        print(f"  lambda {value:<9}" + "".join(f"{band(name, what, step, form):16}" for step in STEPS))
print(
    "after 400 steps, L1 with lambda 100 is below that with lambda 1, every seed:",
    all(a < b for a, b in zip(values("lambda_100", "l1"), values("lambda_1", "l1"))),
)
iou_at_end = zip(*(values(name, "mean_iou") for name in LAMBDAS))
print("and lambda 10 has the best mean IoU, every seed:", all(b > max(a, c) for a, b, c in iou_at_end))

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(7.8, 2.7, ncols=3)
for ax, (what, title) in zip(
    axes, (("mean_iou", "mean IoU"), ("l1", "L1 to the truth"), ("texture", "texture distance"))
):
    for (name, value), color, style in zip(LAMBDAS.items(), viz.COLORS, ("-", "--", "-.")):
        bands = torch.tensor([values(name, what, step) for step in STEPS])
        ax.plot(STEPS, bands.median(1).values, style, color=color, label=f"λ = {value}", linewidth=1.6)
        ax.fill_between(STEPS, bands.min(1).values, bands.max(1).values, color=color, alpha=0.18, linewidth=0)
    ax.set(xscale="log", xticks=STEPS, xticklabels=STEPS, xlabel="steps", title=title)
    ax.minorticks_off()
    ax.grid(True)
axes[0].legend(fontsize=8)
viz.picture(
    fig,
    caption="Figure 7. Median and range of three seeds along the runs.",
    alt="Three charts over 50 to 400 steps for lambda 1, 10 and 100: mean IoU, L1 to the truth, and texture distance.",
)

# %% [markdown]
# Look at it. Two held-out scenes, seed 0; both knobs by mouse or arrow keys.

# %%
sheets = {value: load_snapshots(f"16_lambda_{value}", RESULTS)[0] for value in LAMBDAS.values()}
one = {(name, step): values(name, "mean_iou", step)[0] for name in LAMBDAS for step in STEPS}
one_l1 = {(name, step): values(name, "l1", step)[0] for name in LAMBDAS for step in STEPS}
SettingPlayer(
    torch.stack([sheets[value][:, :2] for value in LAMBDAS.values()]),
    {"lambda": [str(value) for value in LAMBDAS.values()], "steps": [str(step) for step in STEPS]},
    ["one scene", "another"],
    [f"mean IoU {one[n, s]:.2f}, L1 {one_l1[n, s]:.3f} (seed 0, 200 scenes)" for n in LAMBDAS for s in STEPS],
    "Two street scenes as painted by a U-Net at some weight of L1 after some steps of training.",
    chosen=[1, 3],
    zoom=3,
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# Read the L1 chart first. With $\lambda = 1$ and 10 it *rises* after a hundred steps, while score and texture still improve. Whoever stops training by L1 stops there: early, with a picture that is near and dull. With $\lambda = 100$ it falls and stays down; texture is by far the worst of the three, and the score at the end is behind that of 10 for every seed.
#
# The best score is at the end of the run with $\lambda = 10$; $\lambda = 1$ has the best texture for most of the time and pays in score. After 50 and 100 steps the three scores hardly differ: a likely reason is that a weight matters only once D has learned something. So a weight that was found on short runs need not be the right one for long ones; the paper's 100 belongs to 256 px and some hundred thousand steps.
# </details>

# %% [markdown]
# ## 5. Where it fails, and what the tables do not say
#
# **The score can be had cheaply.** Paint every class in its mean colour, no network at all:

# %%
# NBVAL_CHECK_OUTPUT
train_labels, train_scenes = task.pairs("train")
means = torch.stack(
    [
        train_scenes.transpose(0, 1)[:, train_labels[:, 0] == k].float().mean(1)
        for k in range(len(data.STREET_CLASSES))
    ]
)
poster = means[labels[:, 0].long()].permute(0, 3, 1, 2).round().to(torch.uint8)
trivial = segmentation_scores(segment(judge, poster), labels[:, 0], len(data.STREET_CLASSES))[2]
truth = segmentation_scores(segment(judge, scenes), labels[:, 0], len(data.STREET_CLASSES))[2]
print(f"mean IoU: flat mean colours {trivial:.2f}, the true scenes {truth:.2f}")
print(
    f"colour distance of the flat colours {total_variation(color_histogram(poster), color_histogram(scenes)):.2f}"
)
print(f"texture distance {total_variation(texture_histogram(poster), texture_histogram(scenes)):.2f}")
for name, line in SAID.items():
    print(f"{line:28} above the flat colours, every seed: {min(values(name, 'mean_iou')) > trivial}")

# %% [markdown]
# This is lecture 15's warning again, in numbers. A poster without a single car *part* in it reads better than either encoder-decoder. The U-Nets beat it, and by texture and colour everything beats it. A score that reads labels says whether the labels can be read.
#
# **Things larger than a patch.** No 16-pixel judge minds a bus with the front of a taxi, and L1 does not mind much. Look at the cars in Figure 5: colours change along one car. The remedies came later: judges at several scales at once (pix2pixHD, 2018), attention (lecture 13).
#
# **Shortcuts carry what is unwanted too.** They hand on the place of every edge of $x$. Where $y$ should be *elsewhere* (another pose, another view), a U-Net tends to paint the old outline. (Lecture 19's translators have no shortcuts of this kind.)
#
# **One data set.** All this is on scenes that a program put together, at 64 pixels, for 400 steps. What carries over is what follows from arithmetic: what fits through, what is seen. The ranks of a table need their own sweep.

# %% [markdown]
# ## Ready for assignment a5
#
# Parts of a5 and where each is explained:
#
# | you write | look at |
# |---|---|
# | `UNetGenerator` | this page, section 1; transposed convolution: lecture 01, section 8, and lecture 02, section 5 |
# | `PatchDiscriminator` | this page, section 2 |
# | `pix2pix_discriminator_loss`, `pix2pix_generator_loss`, `pix2pix_step` | lecture 14, section 3 |
# | `segmentation_scores` | lecture 15, section 2 |
# | `bootstrap_interval` | lecture 15, section 3 |
# | `diagnosis`, `mean_distance` | clinic 16c |
#
# ## Summary
#
# * A U-Net lays each map of the way down beside the map of the same side on the way up. Outlines take the shortcut; the bottleneck is left for what is global, and ours hardly used it.
# * Cut a connection in a trained network and score: that is how one finds out what it carries.
# * PatchGAN's windows: 1, 16, 34, 70, 142, 286 pixels for $n = 0$ to 5, by arithmetic and by gradient; 30 × 30 logits for 256 px and $n = 3$.
# * The gradient's footprint is the patch only if no statistics mix the places: InstanceNorm and BatchNorm in training do.
# * A PixelGAN sees the joint histogram of labels and colours, exactly that. Patches add texture. What is larger than a patch is L1's business.
# * Choose the patch for the size of the things, not of the picture.

# %% [markdown]
# ## Check yourself
#
# **1.** You want patches of about 30 pixels and may use convolutions of kernel 4 only. Which strides?
#
# <details><summary>Answer</summary>
#
# 2, 2, 1, 1: from the end 4, 7, then 2 · 6 + 4 = 16, then 2 · 15 + 4 = 34.
# </details>
#
# **2.** A 70 × 70 PatchGAN is trained at 256 px and used on pictures of 1,024 px. What changes?
#
# <details><summary>Answer</summary>
#
# Nothing in the network: it is a convolution. The map has 126 × 126 logits instead of 30 × 30. But a patch now covers a sixteenth of what it covered of each *thing*: it judges finer texture and less shape.
# </details>
#
# **3.** Two pictures have the same joint histogram of labels and colours. What does a PixelGAN say of them? And one with InstanceNorm?
#
# <details><summary>Answer</summary>
#
# The same mean logit for both. With InstanceNorm too: mean and variance of 1 × 1 features do not depend on the order of the pixels either.
# </details>
#
# **4.** Your U-Net for *night to day* draws perfect outlines and leaves every lamp switched on. Which part of the network would you suspect, and how would you test it?
#
# <details><summary>Answer</summary>
#
# The finest shortcut, which hands on bright spots as they are. Cut it in the trained network and see whether the lamps go; look at what else goes with them.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# <details><summary>1. (03) Receptive field of two 3 × 3 convolutions, the first with stride 2?</summary>3, then 3 + 2 · 2 = 7.</details>
# <details><summary>2. (03) Why does max pooling make a gradient's footprint smaller than the receptive field?</summary>The gradient goes to the greatest value alone.</details>
# <details><summary>3. (04) Of which distribution does L1 return the median?</summary>Of y given x, number by number.</details>
# <details><summary>4. (14) Which of D's inputs makes it a judge of pairs?</summary>x, laid upon y as further channels.</details>
# <details><summary>5. (15) What does the FCN-score compare with what?</summary>What a segmenter reads in the generated picture with the labels that it was made from.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * O. Ronneberger, P. Fischer, T. Brox, *U-Net: convolutional networks for biomedical image segmentation*, 2015, arXiv:1505.04597.
# * P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, *Image-to-image translation with conditional adversarial networks*, 2017, arXiv:1611.07004: sections 3.2.2, 4.2 and 4.4, tables 2 and 3 (Cityscapes, labels to photo, 256 px). The same combination,
#   U-Net with L1 + cGAN and 70 px, has .55/.14 in one table and .66/.17 in the other: the comparisons were trained with different settings. Compare within a table.
# * C. Li, M. Wand, *Precomputed real-time texture synthesis with Markovian generative adversarial networks*, 2016, arXiv:1604.04382: patches before pix2pix.
# * T.-C. Wang and others, *High-resolution image synthesis and semantic manipulation with conditional GANs* (pix2pixHD), 2018, arXiv:1711.11585.
# * Streets: put together by this course's code. All runs: `data_scripts/sweep_skips_and_patches.py`, with seeds, time and hardware in `lectures/results/16_unet_and_patchgan.json`.
#
# **Next:** clinic 16c, with seven pix2pix that are ill; then assignment a5, where you build this.

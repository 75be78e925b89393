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
# # 15 · Evaluating translation
#
# *Part V, image to image with pairs. About 60 minutes: 25 to read, 35 to predict, take part in a study and answer; it runs in half a minute. You need lecture 14, and what
# lecture 04 says about medians.*

# %%
import csv
import json
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, one_hot

from course_lib import data, pix2pix, viz
from course_lib.checkpoint import shipped
from course_lib.segmentation import (
    STUDY_COLUMNS,
    binomial_interval,
    bootstrap_interval,
    bootstrap_scores,
    class_scores,
    confusion_matrix,
    nearest_class,
    pool_studies,
    read_studies,
    scores_of,
    segment,
    segmentation_scores,
    street_segmenter,
)
from course_lib.translation import TASKS, Translator
from course_lib.unet import UNetGenerator
from course_lib.widgets.forced_choice import ForcedChoice

LOSSES = ("L1", "GAN", "cGAN", "L1+GAN", "L1+cGAN")
CLASSES, PALETTE = data.STREET_CLASSES, data.STREET_PALETTE
K = len(CLASSES)


def half(images, labels):
    """Scenes at 32 x 48: colours averaged, labels of every second pixel."""
    return avg_pool2d(images.float(), 2).round().to(torch.uint8), labels[..., ::2, ::2].contiguous()


scenes, labels = half(*data.streets("photo", "day", "test"))  # 200, held out
painted = data.paint_labels(labels, PALETTE)


def trained_by(loss, task):
    """A generator of data_scripts/sweep_translation.py, seed 0, with its dropout, which holds no weights."""
    generator = shipped(f"losses_{task}_{loss.lower().replace('+', '_')}", UNetGenerator)
    for up in generator.ups[:2]:
        up.append(nn.Dropout(0.5))
    return generator.eval()


def translate(generator, task, x):
    return torch.cat([data.to_uint8(generator(TASKS[task].encode(part))) for part in x.split(100)])


makers = {loss: trained_by(loss, "labels_to_street") for loss in LOSSES}
fakes = {loss: translate(makers[loss], "labels_to_street", labels) for loss in LOSSES}

# %% jupyter={"source_hidden": true}
opening = [3, 20, 41, 71, 112]
viz.image_grid(
    [painted[opening], fakes["L1"][opening], fakes["L1+GAN"][opening], scenes[opening]],
    row_labels=["labels", "A", "B", "truth"],
    size=1.2,
    caption="Figure 1. Two networks paint street scenes from labels. The scenes are put together by a program, and so is the truth; no street is real.",
    alt="Four rows of five small street scenes: flat label maps; smooth, pale scenes painted by network A; grainier scenes with sharper cars and windows by network B; the "
    "true scenes.",
)

# %% [markdown]
# Which network is better, A or B? You have an opinion. So had everyone who wrote "our results look better" under a row of pictures that they had chosen
# themselves. This lecture is about saying it with a number, and about what the number then does not say.
#
# When you have worked through this page you can
#
# * say why the distance to the one true picture is a poor judge of translation;
# * score pictures by what a segmenter *reads* in them: per-pixel accuracy, class accuracy, IoU, and what becomes of absent classes;
# * put an interval on any such score, and say what it does not cover;
# * read the two tables of the pix2pix paper beside ours;
# * fool a score; and then run a study with people, pool a class's answers, and say what "18.9 %" means;
# * show that a translator knows only one answer.

# %% [markdown]
# ## 1. Near to the truth is not good
#
# There is a true picture for each label map. Why not measure the distance to it? A beside the truth, B beside the truth, and a third answer that needs no learning: paint each class in its mean colour.

# %%
# NBVAL_CHECK_OUTPUT
train_scenes, train_labels = half(*data.streets("photo", "day", "train"))
weights = one_hot(train_labels[:, 0].long(), K).float()
colors = torch.einsum("nhwk,nchw->kc", weights, train_scenes.float()) / weights.sum((0, 1, 2))[:, None]
poster = colors[labels[:, 0].long()].permute(0, 3, 1, 2).round().to(torch.uint8)


def l1(pictures):
    return (pictures.float() - scenes.float()).abs().mean().item() / 255


print(f"A {l1(fakes['L1']):.2f}   B {l1(fakes['L1+GAN']):.2f}   mean colours {l1(poster):.2f}")

# %% [markdown]
# A was trained on L1 alone, B on L1 and a game (section 4). A is nearer, and mean colours are as near as B. That is no accident. The truth shows *one* right answer out of many: this sky is blue, that car red, and no label said so. Whoever paints a
# blue sky under a white one pays in full; whoever paints the median of all skies always pays a little. Lecture 04 has the proof: the picture of least L1 is the
# median, and the median of many sharp pictures is not sharp.
#
# So the distance does not ask what we want to know. We want to know whether the picture shows *what it should*, and whether it looks like *a* scene. Two questions, two judges:
# a network for the first, people for the second.

# %% [markdown]
# ## 2. A judge that reads
#
# The idea of the pix2pix paper: do not ask whether the picture is *the* true one, ask whether one can recognise in it what should be there. Train a network
# on **real** scenes to say the class of every pixel (they took a fully convolutional network, hence **FCN-score**). Show it the generated scene. Compare its labels with the labels that the scene was painted from.
#
# Ours is a U-Net without the tanh at its end, trained by cross-entropy on 800 true scenes for a minute or two (`data_scripts/train_segmenter.py`).

# %%
judge = street_segmenter(half=True)
seen_in_truth = segment(judge, scenes)  # uint8 (N, H, W)

# %% jupyter={"source_hidden": true}
chosen = [3, 20, 41, 71, 112]
viz.image_grid(
    [
        scenes[chosen],
        data.paint_labels(seen_in_truth[chosen][:, None], PALETTE),
        painted[chosen],
    ],
    row_labels=["true scene", "segmenter", "labels"],
    size=1.2,
    caption="Figure 2. What the segmenter sees in true scenes that it was not trained on. It confuses animals (orange) and people (red), and has never a sharp edge.",
    alt="Three rows of five: street scenes; label maps read off them, rounded but mostly right; the true label maps.",
)

# %% [markdown]
# ### Three numbers from one matrix
#
# Count, over all pixels of all pictures, how often a pixel of class $i$ was called $j$: the **confusion matrix** $n_{ij}$. From it
#
# $$\text{per-pixel accuracy} = \frac{\sum_i n_{ii}}{\sum_{ij} n_{ij}}, \qquad
# \text{class accuracy} = \operatorname*{mean}_i \frac{n_{ii}}{\sum_j n_{ij}}, \qquad
# \text{class IoU} = \operatorname*{mean}_i \frac{n_{ii}}{\sum_j n_{ij} + \sum_j n_{ji} - n_{ii}} .$$
#
# The first is mostly a matter of sky, road and buildings. The second gives a traffic sign the weight of the sky. The third also punishes calling everything a car: it is
# the intersection of what *is* $i$ and what is *called* $i$, over their union. (Elsewhere, and in lecture 16, it is called *mean IoU*.)
#
# By hand: four pixels, true classes 0 0 0 1, called 0 0 1 1. The accuracies of the two classes are 2/3 and 1, the IoUs 2/3 and 1/2.

# %%
# NBVAL_CHECK_OUTPUT
truth, said = torch.tensor([0, 0, 0, 1]), torch.tensor([0, 0, 1, 1])
print(confusion_matrix(said, truth, 2).tolist())
print("{:.3f} {:.3f} {:.3f}".format(*segmentation_scores(said, truth, 2)), " by hand:", 3 / 4, 5 / 6, 7 / 12)

# %% [markdown]
# **What do you expect?** The same four pixels, but the list of classes has 19 names, as in Cityscapes. Do the three numbers change?
#
# <details><summary>Answer</summary>
#
# Here they do not: 17 classes occur neither in the truth nor in the answer, $0/0$, and are left out of the mean. A class that was only *called* counts 0 in the IoU.
# The paper's own script counts absent classes as 0: with 2 of 19 present its means would be 2/19 of ours. That alone cannot be seen in a table. It
# may be one reason (small classes that the network never finds are another) why the published class accuracies look so poor beside the pixel accuracies.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
ours = segmentation_scores(said, truth, 19)
print("absent classes left out: {:.3f} {:.3f} {:.3f}".format(*ours))
print(f"counted as 0:            {ours[0]:.3f} {ours[1] * 2 / 19:.3f} {ours[2] * 2 / 19:.3f}")

# %% [markdown]
# No judge is perfect, so measure the judge first, on the truth. What it misses there no generator can be blamed for.

# %%
# NBVAL_CHECK_OUTPUT
n_truth = confusion_matrix(seen_in_truth, labels[:, 0], K)
print("true scenes: {:.2f} {:.2f} {:.2f}".format(*scores_of(n_truth)))
accuracy, iou = class_scores(n_truth)
for name, a, share in zip(CLASSES, accuracy, n_truth.sum(1) / n_truth.sum()):
    print(f"{name:11} accuracy {a:.2f}   {share:4.0%} of the pixels")

# %% [markdown]
# ## 3. How sure is a score?
#
# 200 test scenes: had it been 200 others, the score would be another. How much? We have no others, but we can draw 200 *from the 200*, with replacement, a
# thousand times, and compute the score of each draw. Where 95 % of them lie is the **bootstrap** interval (Efron, 1979). What is drawn is pictures, not
# pixels: the pixels of one picture resemble each other, and a million of them are not a million facts.

# %%
# NBVAL_CHECK_OUTPUT
rng = torch.Generator().manual_seed(0)
draws = torch.randint(len(scenes), (1000, len(scenes)), generator=rng)


def each_matrix(said):
    """One confusion matrix a picture, (N, K, K)."""
    return torch.stack([confusion_matrix(a, b, K) for a, b in zip(said, labels[:, 0])])


matrices = {"truth": each_matrix(seen_in_truth)} | {
    loss: each_matrix(segment(judge, fakes[loss])) for loss in LOSSES
}
intervals = {name: bootstrap_scores(m, draws) for name, m in matrices.items()}
for name in ("L1", "L1+cGAN", "truth"):
    low, high = intervals[name][0]
    print(
        f"{name:8} per-pixel accuracy {scores_of(matrices[name].sum(0))[0]:.3f}, 95 % {low:.3f} to {high:.3f}"
    )

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(7, 2.5)
for name, color in zip(("L1", "L1+cGAN", "truth"), viz.COLORS):
    m = matrices[name].double()
    drawn = torch.stack([m[d].sum(0) for d in draws[:500]])
    values = drawn.diagonal(dim1=1, dim2=2).sum(1) / drawn.sum((1, 2))
    ax.hist(values.numpy(), bins=25, color=color, alpha=0.75, label=name)
ax.set(
    xlabel="per-pixel accuracy of 200 scenes drawn anew",
    ylabel="draws",
    title="A thousand test sets out of one",
)
ax.legend()
viz.picture(
    fig,
    alt="Three narrow heaps of bootstrap accuracies, of L1, L1+cGAN and the truth.",
    caption="Figure 3. How the score moves when the test scenes are drawn anew. Seeds, the other source of doubt, are not in it.",
)

# %% [markdown]
# The interval says what other *pictures* would have done. It says nothing about another *training*. For that there is only one way: train again. Everything below
# was trained with three seeds.

# %% [markdown]
# ## 4. Five losses
#
# The paper's first table: labels to photographs (Cityscapes, 256 px), five losses. Ours beside it: street scenes at 32 × 48, a U-Net of 260,000 parameters, $\lambda = 30$, 300 steps, three
# seeds (`data_scripts/sweep_translation.py`). The thresholds were written down before the final run.
#
# **What do you expect?** Order *L1*, *GAN* (D does not see the labels), *cGAN*, *L1 + GAN*, *L1 + cGAN*. Which reads best? And how well would a segmenter read the mean of all scenes, or some training
# scene that has nothing to do with the labels?

# %%
# NBVAL_CHECK_OUTPUT
results = json.loads(Path("results/15_evaluating_translation.json").read_text())
SCORES = ("pixel_accuracy", "class_accuracy", "mean_iou")
PUBLISHED = {
    "labels_to_street": {
        "L1": ".42 .15 .11",
        "GAN": ".22 .05 .01",
        "cGAN": ".57 .22 .16",
        "L1+GAN": ".64 .20 .15",
        "L1+cGAN": ".66 .23 .17",
        "truth": ".80 .26 .21",
    },
    "street_to_labels": {"L1": ".86 .42 .35", "cGAN": ".74 .28 .22", "L1+cGAN": ".83 .36 .29"},
}


def seeds_of(task, loss, score):
    """The score of each seed, (3,)."""
    runs = [r["result"] for r in results["runs"] if r["setting"] == {"task": task, "loss": loss}]
    assert len(runs) == 3
    return torch.tensor([r[score][0] for r in runs])


def row(task, loss):
    spans = (seeds_of(task, loss, score) for score in SCORES)
    return "  ".join(f"{s.min():.2f} to {s.max():.2f}" for s in spans)


print("             paper           ours, three seeds, lowest to highest")
print("             pix  cls  IoU   per-pixel     class         IoU")
for loss in LOSSES:
    print(f"{loss:12} {PUBLISHED['labels_to_street'][loss]}     {row('labels_to_street', loss)}")
truth = scores_of(n_truth)
print(
    f"{'truth':12} {PUBLISHED['labels_to_street']['truth']}     "
    + "          ".join(f"{s:.2f}" for s in truth)
)

# %%
# NBVAL_CHECK_OUTPUT
mean_scene = train_scenes.float().mean(0, keepdim=True).round().to(torch.uint8).expand_as(scenes)
some = torch.randperm(len(train_scenes), generator=torch.Generator().manual_seed(0))[: len(scenes)]
nearest = torch.stack([(train_labels[:, 0] == own[0]).sum((1, 2)).argmax() for own in labels])
TRIVIAL = {
    "mean scene": mean_scene,
    "some training scene": train_scenes[some],
    "nearest training scene": train_scenes[nearest],
    "mean colours": poster,
}
for name, pictures in TRIVIAL.items():
    said = segmentation_scores(segment(judge, pictures), labels[:, 0], K)
    print(f"{name:23}" + "  ".join(f"{s:.2f}" for s in said))

# %%
# NBVAL_CHECK_OUTPUT
pixels = {loss: seeds_of("labels_to_street", loss, "pixel_accuracy") for loss in LOSSES}
distance = {
    loss: torch.tensor(
        [
            r["result"]["l1"]
            for r in results["runs"]
            if r["setting"] == {"task": "labels_to_street", "loss": loss}
        ]
    )
    for loss in LOSSES
}
others = torch.stack([pixels[loss] for loss in LOSSES if loss != "GAN"])
verdicts = {
    "GAN reads worst": (pixels["GAN"] < others.min(0).values).all(),
    "cGAN at least .1 above GAN": (pixels["cGAN"] >= pixels["GAN"] + 0.1).all(),
    "L1+cGAN at least .8, above every trivial answer": (pixels["L1+cGAN"] >= 0.8).all(),
    "all below the true scenes": max(p.max() for p in pixels.values()) < truth[0],
    "distance to the truth: L1 < L1+cGAN < cGAN, GAN": (
        (distance["L1"] < distance["L1+cGAN"])
        & (distance["L1+cGAN"] < torch.minimum(distance["cGAN"], distance["GAN"]))
    ).all(),
}
print("written down before, for every seed:")
for claim, holds in verdicts.items():
    print(f"  {claim:50} {bool(holds)}")
again = {loss: scores_of(matrices[loss].sum(0))[0] for loss in LOSSES}
print(
    "seed 0's networks, measured again within .01:",
    all(abs(again[loss] - pixels[loss][0]) < 0.01 for loss in LOSSES),
)

# %% jupyter={"source_hidden": true}
shown = [20, 41, 112]
reading = {loss: data.paint_labels(segment(judge, fakes[loss][shown])[:, None], PALETTE) for loss in LOSSES}
reading["truth"] = data.paint_labels(seen_in_truth[shown][:, None], PALETTE)
pictures = {loss: fakes[loss][shown] for loss in LOSSES} | {"truth": scenes[shown]}
white = torch.full_like(painted[shown], 255)


def side_by_side(left, right):
    return torch.stack([left, right], 1).flatten(0, 1)


viz.image_grid(
    [side_by_side(white, painted[shown]), *(side_by_side(pictures[k], reading[k]) for k in pictures)],
    row_labels=["labels", *pictures],
    column_labels=["scene", "read as"] * 3,
    size=0.85,
    caption="Figure 4. Three label maps, what each loss made of them, and what the segmenter read in it.",
    alt="Seven rows, each scene beside the label map read in it. Label maps on top; L1 soft and pale; GAN and cGAN grainy and woven; L1+GAN and L1+cGAN soft with stronger colours; the truth. Most readings resemble the labels, least those of GAN.",
)

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(7.6, 2.9, 1, 2, sharey=True)
published = {k: float("0" + v.split()[0]) for k, v in PUBLISHED["labels_to_street"].items()}
order = [*LOSSES, "truth"]
axes[0].plot([published[k] for k in order], range(6), "D", color=viz.COLORS[1], ms=7)
for y_at, name in enumerate(order):
    if name == "truth":
        axes[1].plot(truth[0], y_at, "o", color=viz.COLORS[0])
        continue
    runs_of = [
        r["result"]["pixel_accuracy"]
        for r in results["runs"]
        if r["setting"] == {"task": "labels_to_street", "loss": name}
    ]
    for k, (score, low, high) in enumerate(runs_of):
        axes[1].plot([low, high], [y_at + 0.2 * (k - 1)] * 2, color=viz.COLORS[0], lw=1.5)
        axes[1].plot(score, y_at + 0.2 * (k - 1), "o", color=viz.COLORS[0], ms=3.5)
for name, pictures in (("mean scene", mean_scene), ("mean colours", poster)):
    at = segmentation_scores(segment(judge, pictures), labels[:, 0], K)[0]
    axes[1].axvline(at, color=viz.MUTED, ls=":", lw=1.2)
    axes[1].text(at - 0.01, 5.3, name, rotation=90, ha="right", va="bottom", fontsize=8, color=viz.MUTED)
axes[0].set(
    yticks=range(6),
    yticklabels=order,
    xlabel="per-pixel accuracy",
    title="paper: Cityscapes, 256 px",
    xlim=(0, 1),
)
axes[1].set(xlabel="per-pixel accuracy", title="here: streets, 32 x 48", xlim=(0, 1))
axes[0].invert_yaxis()
for ax in axes:
    ax.grid(True, axis="x")
viz.picture(
    fig,
    alt="Two panels of per-pixel accuracies by loss. Left, the paper: GAN .22, L1 .42, cGAN .57, L1+GAN .64, L1+cGAN .66, truth .80. Right, ours: GAN about .6 and scattered, cGAN .76, L1 .82, L1+cGAN .84, L1+GAN .86, truth .91; dotted lines at .57 for the mean scene and .79 for mean colours.",
    caption="Figure 5. Per-pixel accuracy: the paper's, and ours for three seeds, each with its bootstrap interval, hardly wider than the dot. Dotted: two answers that needed no training.",
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# All that was written down before has held. Three things to read off, and one surprise.
#
# **GAN is last, here and there.** Its D never sees the labels; nobody checks whether the scene is the one that was asked for. Conditioning D (*cGAN*), or tying G to the truth (*L1*), repairs it. Mind the seeds,
# too: the bootstrap interval of each dot is a hair's breadth, and the three trainings of GAN lie more than a tenth apart. One of them has a lower per-pixel accuracy than the mean scene. An interval over pictures alone would have told you nothing about that.
#
# **L1 reads far better here than in the paper.** There it lies well behind cGAN, here before it. Why? In our scenes a class nearly *has* a colour: roads are dark grey, trees green. A blur of the right
# colour can be read. In photographs of real streets a wall, a road and a coat share their greys, and what tells them apart is texture, just what L1 leaves out. Section 6 tests this explanation.
#
# **Do not compare digits across tables.** Other pictures, nine classes instead of Cityscapes' 19, another judge, absent classes treated otherwise. What can be compared is the order, and the distance to
# each table's own truth. (So lecture 19 will quote another table, with .71 .25 .18 for pix2pix.)
#
# **The surprise:** in the paper L1 + cGAN is a little above L1 + GAN. Here it is below it, for every seed, and Figure 4 agrees: the windows of L1 + GAN are the sharpest. Lecture 14 has met the reason that we would bet on: where L1 already ties the picture to $y$, the match tells D
# nothing, and our conditional D has nine more channels to learn from in 300 steps. It is a guess; a longer training of both would test it.
# </details>
#
# How far L1 + cGAN gets in minutes instead of seconds, at twice the size (and with L1 alone at first), the network that
# lecture 14 shipped can tell:

# %%
# NBVAL_CHECK_OUTPUT
full_scenes, full_labels = data.streets("photo", "day", "test")
full_judge, translator = street_segmenter(), Translator("labels_to_street")
full_fakes = translator(full_labels)
print(
    "64 x 96, as shipped: {:.2f} {:.2f} {:.2f}".format(
        *segmentation_scores(segment(full_judge, full_fakes), full_labels[:, 0], K)
    )
)
print(
    "true scenes:         {:.2f} {:.2f} {:.2f}".format(
        *segmentation_scores(segment(full_judge, full_scenes), full_labels[:, 0], K)
    )
)

# %% [markdown]
# ## 5. The other direction
#
# From scenes to labels there is one right answer, so no segmenter is needed: G paints the labels in their colours, and each pixel counts as the class whose colour is nearest.
#
# **What do you expect?** The same order of losses as before?

# %%
# NBVAL_CHECK_OUTPUT
most_frequent = weights.sum(0).argmax(-1).expand(len(scenes), -1, -1)
pixel_distance = torch.cdist(scenes.flatten(1).float(), train_scenes.flatten(1).float())
copied = train_labels[pixel_distance.argmin(1), 0]
print("                     paper           ours, three seeds, lowest to highest")
print("                     pix  cls  IoU   per-pixel     class         IoU")
for loss in ("L1", "cGAN", "L1+cGAN"):
    print(f"{loss:20} {PUBLISHED['street_to_labels'][loss]}     {row('street_to_labels', loss)}")
for name, said in (
    ("segmenter", seen_in_truth),
    ("most frequent class", most_frequent),
    ("nearest scene's", copied),
):
    ours = segmentation_scores(said, labels[:, 0].to(said.dtype), K)
    print(f"{name:20}                 " + "          ".join(f"{s:.2f}" for s in ours))
above = [
    (seeds_of("street_to_labels", "L1", s) > seeds_of("street_to_labels", "cGAN", s)).all().item()
    for s in SCORES
]
print("L1 above cGAN for every seed, in all three scores:", all(above))
back = {
    loss: translate(trained_by(loss, "street_to_labels"), "street_to_labels", scenes)
    for loss in ("L1", "cGAN", "L1+cGAN")
}
again = {loss: segmentation_scores(nearest_class(p, PALETTE), labels[:, 0], K)[0] for loss, p in back.items()}
close = [abs(a - seeds_of("street_to_labels", loss, "pixel_accuracy")[0]) < 0.01 for loss, a in again.items()]
print("seed 0's networks, measured again within .01:", all(close))

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [scenes[shown], *(pictures[shown] for pictures in back.values()), painted[shown]],
    row_labels=["scene", *back, "labels"],
    size=1.3,
    caption="Figure 6. Scenes to labels.",
    alt="Five rows of three: scenes; labels painted by L1, with muddy borders; by cGAN, noisy; by L1+cGAN, in between; the true labels.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# L1 first, L1 + cGAN behind it, cGAN last, as in the paper. In the first direction the game made L1 better; here it makes it worse. There is one right answer now. Nothing has to be hedged, the median *is* the answer, and the game only adds
# a wish to look like a label map. The authors drew the same conclusion: where the goal is to be near the truth, a distance is mostly enough. And whoever really wants labels trains with
# cross-entropy, as our segmenter was: it stands well above all three.
# </details>

# %% [markdown]
# ## 6. Fooling the judge
#
# Look at the table of trivial answers once more. *Mean colours* paints every class in one flat colour, the way a child fills in a map:

# %% jupyter={"source_hidden": true}
grainy = poster.float() + 20 * torch.randn(poster.shape, generator=torch.Generator().manual_seed(1))
grainy = grainy.clamp(0, 255).to(torch.uint8)
viz.image_grid(
    [poster[shown], grainy[shown], fakes["L1+GAN"][shown], scenes[shown]],
    row_labels=["mean colours", "with noise", "L1+GAN", "truth"],
    size=1.3,
    caption="Figure 7. Two answers without a network, one with, and the truth.",
    alt="Four rows of three: flat colour areas in the shape of a street; the same with grain; scenes by L1+GAN; true scenes.",
)

# %%
# NBVAL_CHECK_OUTPUT
contestants = {"mean colours": poster, "with noise": grainy, "L1": fakes["L1"], "L1+GAN": fakes["L1+GAN"]}
for name, pictures in contestants.items():
    said = segmentation_scores(segment(judge, pictures), labels[:, 0], K)
    print(
        f"{name:13} per-pixel accuracy {said[0]:.2f}, IoU {said[2]:.2f}, L1 to the truth {l1(pictures):.2f}"
    )

# %% [markdown]
# Flat paint, without any network, reads nearly as well as L1, and no worse than cGAN. And **noise** makes it read *better*, probably because the segmenter grew up on grainy pictures and smooth areas
# are strange to it. No one would take either for a scene. (And with colour alone worth so much, it is no wonder that L1 reads well in section 4.) A and B of Figure 1, for their part, are four hundredths apart
# for this judge; for you they were probably further.
#
# So an FCN-score answers one question: *can this segmenter read what was asked for?* It has a floor that costs nothing, it knows the habits of one network, and it can be trained against. Whether
# a picture looks real is the other question.

# %% [markdown]
# ## 7. Ask people
#
# So ask the judges that the pictures are for. In a **two-alternative forced choice** an observer sees a true picture and a generated one, side by side, for one second, and must
# say which is real. "I do not know" is not offered: it would mean something else for everybody.
#
# The paper's study, on maps and aerial photographs, ran on Amazon Mechanical Turk (AMT): about 50 people for each method, ten practice trials with a reply, then forty
# without. The share of pairs in which the *generated* picture was taken for real:
#
# | | photo → map | map → photo |
# |---|---|---|
# | L1 | 2.8 % ± 1.0 % | 0.8 % ± 0.3 % |
# | L1 + cGAN | 6.1 % ± 1.3 % | **18.9 % ± 2.5 %** |
#
# **What do you expect?** What share would a perfect translator get? And one whose pictures were taken for real in 70 % of the pairs?
#
# <details><summary>Answer</summary>
#
# 50 %: a coin toss. (Not 100 %.) So 18.9 % means: if people can either see the difference or guess, they saw it in 62 % of the pairs and guessed in 38 %, half of
# them wrongly. And 70 % is possible: the generated picture looks *more* real than the real one, cleaner, or better lit.
# </details>
#
# The two columns teach something else. Maps have flat colours and straight edges, and people catch the smallest error in them. An aerial photograph forgives: who knows how that tree should look?
# And L1's blur passes for a photograph in one of 125 pairs.
#
# How sure are such numbers? k of n trials, each a coin toss of unknown $p$: the interval holds all $p$ for which k is not too extreme (Clopper and Pearson, 1934).

# %%
# NBVAL_CHECK_OUTPUT
for k, n in ((3, 16), (9, 48), (378, 2000)):
    low, high = binomial_interval(k, n)
    print(f"{k:3} of {n:4}: {k / n:5.1%}, 95 % interval {low:5.1%} to {high:5.1%}")

# %% [markdown]
# Sixteen answers say nearly nothing, two thousand pin it to 1.7 %. The paper prints ± 2.5 % for as many answers. That is no contradiction: 2,000 answers of 50
# people are not 2,000 independent facts, since one person's answers resemble each other. Wait for the class below.
#
# Now it is your turn. Four pairs to practise, then sixteen that count.

# %%
study = torch.arange(0, 200, 10)
longer, _ = half(full_fakes, full_labels)  # the shipped network's, at the same 32 x 48
ForcedChoice(
    scenes[study],
    {
        "L1 + cGAN, 3200 steps": longer[study],
        "L1 + GAN, 300 steps": fakes["L1+GAN"][study],
        "L1": fakes["L1"][study],
    },
    practice=4,
    trials=16,
    title="street scenes",
)

# %% [markdown]
# *To try: all three methods, and the same method with the time that you like. Write your guesses down first.* The answers stay in your browser until you save them;
# the file holds a random code, no name.
#
# ### A whole class
#
# An instructor collects the files in a folder and pools them. No class was here when this page was made, so we let a program play one: 25 observers with 16
# trials each, who are fooled in 30 % of the pairs on average, some more, some less. And one who edited the file by hand.

# %%
# NBVAL_CHECK_OUTPUT
rng = torch.Generator().manual_seed(15)
folder = Path(tempfile.mkdtemp())
talents = 0.3 + 0.4 * (torch.rand(25, generator=rng) - 0.5)  # each one's own chance of being fooled: .1 to .5
for person, chance in enumerate(talents):
    with open(folder / f"{person:02}.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(STUDY_COLUMNS)
        for trial in range(1, 17):
            said = "right" if torch.rand((), generator=rng) < chance else "left"
            writer.writerow([f"simulated{person:02}", "L1+cGAN", 1, trial, trial, "left", said, 900])
with open(folder / "24.csv", "a") as file:
    file.write("simulated24,L1+cGAN,1,17,17,left,not sure,900\n")

answers, problems = read_studies(sorted(folder.glob("*.csv")))
print(*problems, sep="\n")
for (method, seconds), (result, shares) in pool_studies(answers).items():
    print(f"{method}, {seconds:g} s: fooled in {result.fooled} of {result.trials} pairs, {result.share:.1%}")
    print(f"trials as independent: 95 % interval {result.low:.1%} to {result.high:.1%}")
    people = torch.randint(len(shares), (2000, len(shares)), generator=rng)
    low, high = bootstrap_interval(shares, people)
    print(f"people drawn anew:     95 % interval {low:.1%} to {high:.1%}")

# %% [markdown]
# The line that cannot be an answer is named and left out. The second interval draws *people* anew, as section 3 drew pictures: whoever resembles himself must be drawn as a whole. It is the honest
# one whenever people differ. To pool your own class, put the files in a folder and call `read_studies` and `pool_studies` on it.

# %% [markdown]
# ## 8. One answer only
#
# Every score so far compared one picture with one label map. But the labels leave nearly everything open: the sky of our scenes is drawn from four kinds, *independently* of the labels, so one label map has grey, white
# and blue right answers, as often as the set of all scenes has. Does the translator know? Its only noise is dropout, left on when translating (lecture 14).
#
# **What do you expect?** Take one label map and translate it forty times with dropout on. Take forty different label maps. Take forty true scenes. How do the skies differ?
#
# (Below, `noise_on` leaves G's dropout on and all else in eval mode; the *spread* of the skies is the standard deviation of their mean colour.)


# %%
# NBVAL_CHECK_OUTPUT
def sky_colors(pictures, labels):
    """Mean colour of each picture's sky, (N, 3), 0 to 255."""
    sky = (labels == CLASSES.index("sky")).float()
    return (pictures.float() * sky).sum((2, 3)) / sky.sum((2, 3))


def spread(colors):
    """Standard deviation of a colour, root mean square over the channels: grey levels."""
    return colors.var(0).mean().sqrt().item()


one = labels[20:21].expand(40, -1, -1, -1)
torch.manual_seed(0)
with torch.no_grad(), pix2pix.noise_on(makers["L1+cGAN"]) as noisy:
    draws_of_one = translate(noisy, "labels_to_street", one)
skies = {
    "one label map,\n40 draws": sky_colors(draws_of_one, one),
    "40 label maps,\none draw each": sky_colors(fakes["L1+cGAN"][:40], labels[:40]),
    "40 true scenes": sky_colors(scenes[:40], labels[:40]),
}
runs = [
    r["result"]["sky"]
    for r in results["runs"]
    if r["setting"] == {"task": "labels_to_street", "loss": "L1+cGAN"}
]
for name in ("between_draws", "between_inputs", "between_truths"):
    values = [r[name] for r in runs]
    print(
        f"spread of the sky's colour {name.replace('_', ' '):15} {min(values):4.0f} to {max(values):.0f} grey levels, three seeds"
    )
of_l1 = [
    r["result"]["sky"]["between_inputs"]
    for r in results["runs"]
    if r["setting"] == {"task": "labels_to_street", "loss": "L1"}
]
print(f"for comparison, between inputs of L1       {min(of_l1):4.0f} to {max(of_l1):.0f} grey levels")
print(
    "draws at most a quarter of the truth for every seed:",
    all(r["between_draws"] <= 0.25 * r["between_truths"] for r in runs),
)

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(7.5, 1.9)
ax.imshow(torch.stack(list(skies.values())).round().to(torch.uint8).numpy(), aspect="auto")
ax.set(yticks=range(3), yticklabels=skies, xticks=[], title="mean colour of the sky")
ax.hlines([0.5, 1.5], -0.5, 39.5, color="white", lw=4)
viz.picture(
    fig,
    alt="Three rows of forty swatches. Forty draws for one label map: one and the same colour. Forty label maps: several colours. Forty true scenes: white, grey and blue.",
    caption="Figure 8. Skies of L1 + cGAN and of the truth. Each row has forty.",
)

# %% [markdown]
# <details><summary>What happened</summary>
#
# Forty draws for one label map give one sky; the spread of the right answers is ten times as large, or more. Dropout decides nothing that matters.
#
# But look at the middle row: different label maps *do* get different skies, at least twice as different as those of L1, although the labels say nothing about the sky. As we read it, D asks for skies of all kinds, G must
# supply them, and the only chance that it can find is the label map itself: no two are alike. So there is some variety, but not where a user would look for it: the same labels get the same sky.
# </details>
#
# No score of this lecture has noticed. A judge that is shown one picture for each input cannot see that it is the only one.
# To see it, one has to ask for several, and compare their spread with that of the right answers. BicycleGAN (Zhu and others, 2017, arXiv:1711.11586) does, and makes the noise count.

# %% [markdown]
# ## Summary
#
# * Distance to the one true picture rewards the blur that hedges between all right answers.
# * FCN-score: a segmenter trained on real pictures reads the generated ones; per-pixel accuracy, class accuracy, IoU come from one confusion matrix over the whole set. Say what becomes of absent classes.
# * The truth's own score is the ceiling; the mean picture and a training picture are the floor. Print both.
# * Bootstrap pictures (or people), not pixels (or trials). It covers other test sets, not other trainings: those need seeds.
# * A score measures what its judge reads. Flat colours can be read; that is not the same as looking real.
# * In a forced choice 50 % is perfect. Intervals of a few dozen trials are wide.
# * A translator with dropout as its noise gives one answer, and none of these scores sees it.

# %% [markdown]
# ## Check yourself
#
# **1.** A label set has 9 classes, a test set shows 6 of them, and the IoU of the true labels with themselves is printed as .67. What happened?
#
# <details><summary>Answer</summary>
#
# Nothing was misread: 6/9 is .67. The three absent classes were counted as 0.
# </details>
#
# **2.** The bootstrap intervals of two methods do not overlap. Is the *recipe* of the first the better one?
#
# <details><summary>Answer</summary>
#
# Its trained *network* is, on scenes like these. The recipe would have to be trained again: the interval knows nothing of seeds.
# </details>
#
# **3.** In a forced choice your method's pictures are taken for real in 31 % of 400 trials by 10 people, a rival's in 27 %. What do you write?
#
# <details><summary>Answer</summary>
#
# That they cannot be told apart. For independent trials each interval is about ± 4.5 %, and with 10 people it is wider still.
# </details>
#
# **4.** Somebody trains G with the segmenter's cross-entropy as an extra loss and reports a wonderful FCN-score. What do you ask for?
#
# <details><summary>Answer</summary>
#
# Another judge. G was trained to be read by this one, and may have learned its weak spots; a segmenter of another architecture, trained apart, or people, would tell.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (14) What does D see in L1 + cGAN, and what in L1 + GAN?</summary>x and y as one image; y alone.</details>
# <details><summary>2. (04) What does a network trained on L1 paint where half of the true values are black and half are white?</summary>The median: anything from black to white costs the same; usually a grey, or whichever has a pixel more.</details>
# <details><summary>3. (07) Which of Fréchet distance and FCN-score needs pairs?</summary>The FCN-score: it must know which labels belong to the picture. The Fréchet distance compares two sets.</details>
# <details><summary>4. (02) Why can a transposed convolution of kernel 4, stride 2 still weave a grid?</summary>It covers evenly, but the weights of the four phases are learned separately: nothing keeps them alike.</details>
# <details><summary>5. (05) What is log D at equality, and the value of the game?</summary>−log 2 for each part; −log 4 in all.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, *Image-to-image translation with conditional adversarial networks*, 2017, arXiv:1611.07004: both tables of scores, the study on maps, its protocol.
#   The tables are quoted as printed; slides of Stanford's CS448V and UIUC's lecture on conditional GANs show them too.
# * J. Long, E. Shelhamer, T. Darrell, *Fully convolutional networks for semantic segmentation*, 2015, arXiv:1411.4038: the scores, section 5.
# * B. Efron, R. Tibshirani, *An introduction to the bootstrap*, 1993. C. Clopper, E. Pearson, *The use of confidence or fiducial limits*, 1934.
# * R. Zhang, P. Isola, A. A. Efros, *Colorful image colorization*, 2016, arXiv:1603.08511: the forced choice for colours.
# * Streets: put together by this course's code (`course_lib/data/streets.py`) from sprites and textures named in `LICENSES`.
#
# **Next:** lecture 16 takes these tools to the two networks themselves: what the U-Net's shortcuts and the size of D's patches are worth.

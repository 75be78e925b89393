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
# # 03c · Clinic I: classifiers that do not learn
#
# *Part I, convolutional networks. About 60 minutes: 30 with the patients, 30 with a paper from 1998; it runs in half a minute. You need
# lectures 00 to 03; assignment a1 has questions of this kind.*

# %%
import json
import math
from pathlib import Path

import torch
from torch import nn

from course_lib import clinic, data, viz
from course_lib.training import Batches
from course_lib.widgets.ward import Ward

runs = clinic.load_runs(1)  # recorded by data_scripts/clinic_runs.py, three seeds each
HEALTHY = runs["healthy"][0]

# %% jupyter={"source_hidden": true}
PATIENTS = {  # do not look up the names before you have a diagnosis
    "A": runs["labels_apart"][0],
    "B": runs["zero_init"][0],
    "C": runs["no_zero_grad"][0],
    "D": runs["softmax_twice"][0],
    "E": runs["companions"][0],
    "F": runs["leaky_split"][0],
    "G": runs["healthy"][1],
}

fig, axes = viz.figure(9.6, 3.1, 2, 7, gridspec_kw={"height_ratios": (1.15, 1)})
for (name, run), top, bottom in zip(PATIENTS.items(), *axes):
    top.plot(run.x, run.curves["loss"], color=viz.COLORS[0])
    top.set(title=name, ylim=(0, 4), xticks=(0, 300), yticks=(0, 2, 4))
    top.grid(True)
    viz.draw_image(bottom, clinic.confusion_image(run.confusion[-1]).movedim(0, -1).numpy())
    bottom.set_xlabel(f"held out {run.held_out[-1]:.0%}", fontsize=9)
axes[0, 0].set_ylabel("training loss")
axes[1, 0].set_ylabel("true class")
viz.picture(
    fig,
    alt="Seven patients. Loss: A and B flat near 2.3, C leaves the picture upwards, D falls and stays near 1.7, E, F and G fall below one. Below, "
    "confusion matrices: A, B and C have one or a few filled columns, E is scattered, D, F and G show a diagonal.",
    caption="Figure 1. The waiting room. Above: training loss over 300 steps. Below: what the network says (columns) to each true class (rows) on "
    "held-out clothes; orange is right, blue is wrong.",
)

# %% [markdown]
# Seven small networks learned to name clothes, 300 steps each. In six of them one thing is wrong, often a single word of code. No error was raised and no
# warning printed: **a network with a bug trains anyway, only worse.** Finding out is a craft of its own, and it can be learned.
#
# When you have worked through this page you can
#
# * examine a run in a fixed order, from the first loss to the confusion matrix;
# * tell apart faults whose curves look alike, by the one measurement that separates them;
# * say what a number should be *before* you look at it;
# * read a classic paper in half an hour and keep what is left of it.
#
# Every patient is a real recording; `data_scripts/clinic_runs.py` made them and holds each fault as one changed line. The recipe: two convolutions with pooling, a linear
# layer, SGD with learning rate 0.05 and momentum 0.9, batches of 64.

# %% [markdown]
# ## 1. How to examine a run
#
# Doctors do not begin with the rare disease, they begin with the pulse. Here is an order that finds most faults within minutes.
#
# | | look at | it should be |
# |---|---|---|
# | 1 | the loss **before the first step** | $\log K$ for $K$ classes: a new network knows nothing and is not sure |
# | 2 | **what the network is fed**: a batch as pictures, with its labels; least and greatest value | what you think it is |
# | 3 | the **gradient** of the first layer | above zero, wandering, not growing |
# | 4 | **one batch**, again and again | learned by heart: a network that cannot do that has a fault, not too little data |
# | 5 | training against **held-out** accuracy | close at first, a gap later (*overfitting*: what is learned holds for the training images only); a held-out set that is *too* good is a symptom as well |
# | 6 | one image **alone and in company** | the same answer (`eval()`) |
# | 7 | the **confusion matrix** | a diagonal; empty columns are classes that are never said |
# | 8 | the level where a curve **stops** | one you can explain |
#
# Change one thing at a time, keep the seed, and write down what you expect before each test.
#
# **What do you expect?** Ten classes. Which loss has a network that has learned nothing? What has one that is sure, and wrong?
#
# <details><summary>Answer</summary>
#
# It gives each class about one tenth: $-\log \frac{1}{10} = \log 10 \approx 2.30$. One that is sure and wrong: any number, without limit. A loss *above* $\log K$ is worse than knowing nothing.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
print(f"log 10 = {math.log(10):.3f}")
print("patient   loss, first 5 steps   last 100   held out   first layer's gradient, last 100")
for name, run in {"healthy": HEALTHY, **PATIENTS}.items():
    print(
        f"{name:9}{run.curves['loss'][0]:14.2f}{clinic.end_of(run, 'loss'):15.2f}{run.held_out[-1]:11.0%}"
        f"{clinic.end_of(run, 'first_gradient'):18.3f}"
    )

# %% [markdown]
# ## 2. The ward
#
# Go from bed to bed. Move through a run with the slider, lay the healthy run beside it, and commit yourself: each answer gets a reply. (The matrix: rows are true classes, columns answers, from
# T-shirt to ankle boot.)

# %% jupyter={"source_hidden": true}
CHOICES = {
    "A": [
        (
            "the learning rate is too small",
            "Then the loss would creep downwards. This one has been at log 10 for 300 steps: a little less than nothing would be learned by then.",
            False,
        ),
        (
            "every image has another image's label",
            "There is nothing to learn: the best answer is one tenth for every class. The network moves, and gets nowhere.",
            True,
        ),
        (
            "all weights are zero",
            "Look at the gradient of the first layer: small, but alive. Weights of zero would keep it at exactly zero.",
            False,
        ),
        (
            "the network is too small",
            "The healthy run has the same network. A small network learns something; this one learns nothing.",
            False,
        ),
    ],
    "B": [
        (
            "every image has another image's label",
            "Then gradients would still reach the first layer. Here they are zero, not small.",
            False,
        ),
        (
            "the learning rate is too large",
            "Too large a rate gives jumps, at least at first. This curve never moved.",
            False,
        ),
        (
            "all weights started at zero",
            "Each layer's gradient is multiplied by the weights above it, and they are zero. Only the last bias can learn, and it has nothing to say.",
            True,
        ),
        (
            "the images are all black",
            "A black image still has a gradient on the biases; and the data are the ones that the healthy run has.",
            False,
        ),
    ],
    "C": [
        (
            "gradients of all steps are added up",
            "The second step uses the first gradient again, the tenth uses nine old ones. Nothing slows the weights down any more.",
            True,
        ),
        (
            "the learning rate is too large",
            "The nearest relative, and the first steps look alike. But then the gradient would change from step to step; here it stands at one value to the last digit. See section 4.",
            False,
        ),
        (
            "the labels are shuffled",
            "Shuffled labels hold the loss at log 10. This one is far above: the network is sure, and wrong.",
            False,
        ),
        (
            "too little data",
            "Too little data shows as a gap between training and held-out. Here training itself fails.",
            False,
        ),
    ],
    "D": [
        (
            "it needs more steps",
            "It would help a little. But ask where the curve can end at all: section 5.",
            False,
        ),
        (
            "a softmax too many",
            "cross_entropy expects logits and got probabilities. Between 0 and 1 it cannot become sure, so the loss has a floor well above zero.",
            True,
        ),
        (
            "the network is too small",
            "It is the same network as the healthy run's. One that is right far more often than it dares to say has a problem with its output, not with its size.",
            False,
        ),
        (
            "labels are noisy",
            "A good thought: noise would raise the floor. But these are the labels that the healthy run has.",
            False,
        ),
    ],
    "E": [
        (
            "overfitting",
            "Overfitting opens a gap of some points, late. This gap is there from the first look and reaches down to guessing.",
            False,
        ),
        (
            "test images are prepared differently",
            "A good thought, and worth a look at a batch: they are the same here. What differs is the company they are shown in.",
            False,
        ),
        (
            "evaluated in train mode, class by class",
            "BatchNorm takes mean and variance from the batch. In a batch of trousers, what all trousers have in common is subtracted.",
            True,
        ),
        (
            "labels of the test set are shuffled",
            "The curves could not tell. The test: run the same network in eval mode on the same images.",
            False,
        ),
    ],
    "F": [
        (
            "nothing: held-out is above 90 %",
            "Above the healthy run, with a fortieth of its images? When a number is better than it can be, look for the leak.",
            False,
        ),
        (
            "copies of training images are held out",
            "Every image was copied twenty times, moved and mirrored, and only then was the pile split. The held-out set tests memory.",
            True,
        ),
        (
            "overfitting",
            "Yes, but these curves cannot show it: that is the fault. Overfitting is seen on images that the network has not seen.",
            False,
        ),
        (
            "the test set is too easy",
            "By luck, 500 images do not become that easy. And look at the learning curve: held-out keeps step with training all the way.",
            False,
        ),
    ],
    "G": [
        (
            "the learning rate is too large",
            "The curve is noisy because every point is five batches of 64. The healthy run's is as noisy.",
            False,
        ),
        ("overfitting", "Training and held-out are within noise of each other.", False),
        (
            "nothing is wrong",
            "This is the recipe with another seed. It is good to know what health looks like.",
            True,
        ),
        (
            "two classes are mixed up",
            "T-shirt, pullover, coat and shirt are hard to tell apart at 28 pixels. The healthy run has the same blue spots.",
            False,
        ),
    ],
}


def training_accuracy(run):
    """Mean accuracy over the 25 steps before each look (the first five for the first look)."""
    ends = [max(1, look // run.every) for look in run.looks]
    return [run.curves["accuracy"][max(0, end - 5) : end].mean().item() for end in ends]


def admitted(run, choices=()):
    return {
        "looks": [(s, clinic.confusion_image(c)[None]) for s, c in zip(run.looks, run.confusion)],
        "charts": {
            "training loss (nats)": (run.x, {"loss": run.curves["loss"]}),
            "accuracy": (run.looks, {"training": training_accuracy(run), "held out": run.held_out}),
            "gradient of the first layer": (run.x, {"size": run.curves["first_gradient"]}),
        },
        "choices": list(choices),
    }


Ward(
    {name: admitted(run, CHOICES[name]) for name, run in PATIENTS.items()} | {"healthy": admitted(HEALTHY)},
    control="healthy",
    title="confusion matrix",
)

# %% [markdown]
# ## 3. Two flat lines: A and B
#
# Both losses lie at $\log 10$, both say one class to everything or nearly so. A resident would write "does not learn" on both charts. But they need
# different cures.
#
# **What do you expect?** Give each of them *one batch of 64*, again and again (test 4 of the list). Which of the two can learn it by heart? Write it down, then run the
# test, live.

# %%
images, labels = data.fashion_mnist("train")


def small_network():
    return nn.Sequential(
        *[nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)],
        *[nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)],
        *[nn.Flatten(), nn.Linear(16 * 7 * 7, 10)],
    )


def on_one_batch(network, x, y, steps=120):
    """The loss after learning the same batch again and again."""
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


with torch.random.fork_rng():
    torch.manual_seed(0)
    network_a, network_b = small_network(), small_network()
for p in network_b.parameters():
    nn.init.zeros_(p)
x = data.to_float(images[:64])
wrong = labels[:64].roll(7)  # patient A's labels belong to other images
after_a, after_b = on_one_batch(network_a, x, wrong), on_one_batch(network_b, x, labels[:64])

# %%
# NBVAL_CHECK_OUTPUT
print("A learns 64 wrong labels by heart:", after_a < 0.5)
print("B learns 64 right labels by heart:", after_b < 0.5)
for name in "AB":
    gradient = PATIENTS[name].curves["first_gradient"]
    print(f"{name}: first layer's gradient in the record: {gradient.min():.3f} to {gradient.max():.3f}")


# %% jupyter={"source_hidden": true}
def names_of(run):
    words = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
    return [words[k] for k in run.measures["labels_of_pictures"]]


run = PATIENTS["A"]
viz.image_grid(
    run.pictures[0, :9],
    column_labels=names_of(run)[:9],
    size=0.85,
    alt=f"Nine pictures of clothes under the words {', '.join(names_of(run)[:9])}; most words do not fit their picture.",
    caption="Figure 2. Test 2 on patient A: part of the last training batch, under the labels that it was trained on. Read the words in a row: in which order are they?",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | first layer's gradient | one batch by heart | a look at a batch |
# |---|---|---|---|
# | labels apart from images (**A**) | alive | yes: 64 fixed wrong pairs can be memorised | labels are wrong |
# | weights zero (**B**) | exactly 0 | no | fine |
# | learning rate far too small | alive | very slowly | fine |
# | all ReLUs dead | exactly 0 after some steps | no | fine |
#
# **A**: images were shuffled at each epoch, labels were not: they still come in the order of the file, which Figure 2 gives away. The line: `x, y = images[torch.randperm(n)], labels`. The cure: one permutation for both, `order = torch.randperm(n); x, y = images[order], labels[order]`.
#
# **B**: `nn.init.zeros_` on every parameter. The gradient of a layer is a product with the weights *above* it, and these are zero, so all layers but the last bias stay where they are. The cure: random
# weights, which is what torch draws when nobody interferes. Zeros are right for biases, and for nothing else.
# </details>

# %% [markdown]
# ## 4. A loss that climbs: C
#
# **What do you expect?** Two faults make a loss explode like this: a learning rate that is too large, and a forgotten `zero_grad()`. Which of the two leaves a gradient that does *not
# change any more* when the network has died?

# %%
# NBVAL_CHECK_OUTPUT
c = PATIENTS["C"]
print("loss at ten moments:     ", [f"{v:.1f}" for v in c.curves["loss"][::6].tolist()])
print("first layer's gradient:  ", [f"{v:.2f}" for v in c.curves["first_gradient"][::6].tolist()])
print("different values in the last 100 steps:", len(c.curves["first_gradient"][-20:].unique()))
print("classes it still says:", sum(n > 0 for n in c.measures["predicted"]), "of 10")

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | the gradient while the loss climbs | afterwards |
# |---|---|---|
# | rate too large | jumps, other at each step | 0, if all ReLUs have died |
# | no `zero_grad` (**C**) | grows: it is the sum of all so far | **constant and not 0**: new gradients are zero, the old sum stays |
# | not normalised inputs | huge at the very first step | and so is the first loss |
#
# The missing line stands before `loss.backward()`: `optimizer.zero_grad()`. `backward` *adds* to `.grad`; this is useful when one adds up several losses, and nothing else reminds you.
# With the sum of all old gradients in it, every step goes on in a direction that was right long ago. The units die, the new gradient is zero, and the weights walk on along the old sum, for ever.
# </details>

# %% [markdown]
# ## 5. A floor: D
#
# Patient D learns. It even answers quite well. But its loss stays high, and more steps hardly move it.
#
# **What do you expect?** Suppose `cross_entropy` gets *probabilities* where it expects logits. Probabilities lie in $[0, 1]$. What is the least loss that a perfect answer, $(1, 0, \dots, 0)$, can reach?

# %%
# NBVAL_CHECK_OUTPUT
perfect = torch.zeros(1, 10, dtype=torch.float64)
perfect[0, 0] = 1
floor = nn.functional.cross_entropy(perfect, torch.tensor([0]))
print(f"the least loss on probabilities: {floor:.4f}; log(1 + 9 / e) = {math.log(1 + 9 / math.e):.4f}")
for run in runs["softmax_twice"]:
    print(
        f"seed {run.seed}: lowest point of the recorded loss {run.curves['loss'].min():.3f}, held out {run.held_out[-1]:.0%}"
    )
print(
    "no point of any seed lies below the floor:",
    all(r.curves["loss"].min() > floor for r in runs["softmax_twice"]),
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | held-out accuracy | level of the loss |
# |---|---|---|
# | a softmax too many (**D**) | below healthy, far above guessing | never below $\log(1 + 9/e) = 1.461$ |
# | noisy labels | healthy or a little below | depends on the noise |
# | network too small | low | falls slowly, no fixed floor |
# | learning rate too small | rises slowly | still falling |
#
# The line: `nn.Softmax(dim=1)` at the end of the network, then `cross_entropy`, which applies a log-softmax of its own. The cure: return logits; turn them into probabilities when you *look* at them.
# A wrong loss often leaves a working network with a dent. That is why it is found late, or never. The same fault with a sigmoid before `binary_cross_entropy_with_logits` waits for you in Part II.
# </details>

# %% [markdown]
# ## 6. Excellent in training, lost in the test: E
#
# Training accuracy is healthy, held-out accuracy is little better than guessing, from the first look to the last. Before you say *overfitting*: that gap would open late, and not down to this.
#
# **What do you expect?** The network has BatchNorm, and the 500 held-out images are sorted: fifty T-shirts, fifty trousers, ... in batches of fifty. Somebody forgot `network.eval()`. What does a *mean over a batch of
# trousers* take away from a trouser?

# %%
# NBVAL_CHECK_OUTPUT
print("seed   train mode, sorted   train mode, shuffled   eval mode")
for run in runs["companions"]:
    m = run.measures
    print(f"{run.seed:4}{m['held_out']:17.0%}{m['train_mode_shuffled']:22.0%}{m['fresh']:17.0%}")

# %% jupyter={"source_hidden": true}
e = PATIENTS["E"]
fig, (left, middle, right) = viz.figure(8.8, 2.8, ncols=3, gridspec_kw={"width_ratios": (1.6, 1, 1)})
left.plot(e.looks, training_accuracy(e), color=viz.COLORS[0], label="training batches")
left.plot(e.looks, e.held_out, color=viz.COLORS[1], label="test, train mode, sorted")
left.plot(e.looks, e.fresh, color=viz.COLORS[2], label="test, eval mode")
left.axhline(0.1, color=viz.MUTED, linewidth=0.8, linestyle=":")
left.set(xlabel="step", ylabel="accuracy", ylim=(0, 1))
left.legend(fontsize=8, loc="center right")
left.grid(True)
for ax, run, title in ((middle, e, "E, train mode, sorted"), (right, HEALTHY, "healthy run")):
    viz.draw_image(ax, clinic.confusion_image(run.confusion[-1]).movedim(0, -1).numpy(), title)
    ax.set(xlabel="answer", ylabel="true class")
viz.picture(
    fig,
    alt="Left: training accuracy and test accuracy in eval mode rise together above 80 percent; test accuracy in train mode on sorted batches stays "
    "near 20. Middle: a confusion matrix of scattered blue cells. Right: a diagonal.",
    caption="Figure 3. The same weights, the same kind of images, another switch. Company decides what E answers.",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | the test that tells |
# |---|---|
# | train mode at the test (**E**) | shuffle the test set: the answer to an image must not change. Or feed one image twice in other company |
# | overfitting | compare with *training* images in eval mode |
# | other preprocessing at the test | least and greatest value, mean, a look |
# | test labels in another order | confusion matrix: a shuffled diagonal, or nothing |
#
# The line is one that is missing: `network.eval()` before the test (and `network.train()` after it). The shuffled column shows why the fault hides so well: with mixed batches train mode costs almost nothing.
# What subtracts the mean of a batch subtracts whatever the batch has in common, and here that was the answer.
# </details>

# %% [markdown]
# ## 7. Too good: F
#
# Patient F was trained on variations of only 200 images. It reaches a held-out accuracy above that of the healthy run, which had 8,000.
#
# **What do you expect?** Its data were made like this: 200 images, 20 shifted and mirrored copies of each, shuffled, *then* split into training and held-out. What
# does the held-out set measure? What will the network do with 500 images that nobody copied?

# %%
# NBVAL_CHECK_OUTPUT
print("seed   held out   new images   the healthy run, held out")
for run, healthy in zip(runs["leaky_split"], runs["healthy"]):
    print(f"{run.seed:4}{run.held_out[-1]:10.0%}{run.fresh[-1]:12.0%}{healthy.held_out[-1]:18.0%}")

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | held out | new images |
# |---|---|---|
# | a good network | high | high |
# | leak: near-copies on both sides (**F**) | high, keeps step with training | much lower |
# | the labels are among the inputs | close to 100 %, very early | close to chance |
#
# The line: `images = augment(images)` stood above `train, held_out = split(images)`. The cure: **split first, by what belongs together** (the image, the patient, the photographer), then augment (shift, mirror) the training part only. The emoji of this
# course are split by family for this reason: the same face in six skin tones is one face. The cure does not make the network better. It makes the number true.
# </details>
#
# **And G?** Nothing is wrong with G. A clinic that finds a fault in everybody is as useless as one that finds none; in Figure 1 its curve is as noisy as the others, and its matrix has blue spots
# where shirts meet pullovers and coats.

# %% [markdown]
# ## 8. Discharged
#
# For A to D the cure is one line, and the run after the cure *is* the healthy run with the same seed, since nothing else was changed. For E it is a switch at the test, for F an honest split.

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(9.2, 4.4, 2, 3, sharex=True, sharey=True)
before_after = {
    "A  labels follow their images": ("labels_apart", "held_out", "healthy", "held_out"),
    "B  random weights": ("zero_init", "held_out", "healthy", "held_out"),
    "C  zero_grad()": ("no_zero_grad", "held_out", "healthy", "held_out"),
    "D  logits into the loss": ("softmax_twice", "held_out", "healthy", "held_out"),
    "E  eval() at the test": ("companions", "held_out", "companions", "fresh"),
    "F  split, then augment": ("leaky_split", "held_out", "leaky_split", "fresh"),
}


def band(ax, key, what, color, label):
    values = torch.stack([getattr(run, what) for run in runs[key]])
    ax.fill_between(
        runs[key][0].looks, values.min(0).values, values.max(0).values, color=color, alpha=0.2, linewidth=0
    )
    ax.plot(runs[key][0].looks, values.median(0).values, color=color, label=label)


for ax, (title, (ill, of_ill, well, of_well)) in zip(axes.flat, before_after.items()):
    band(ax, ill, of_ill, viz.COLORS[1], "with the fault")
    band(ax, well, of_well, viz.COLORS[2], "after the cure")
    ax.set(title=title, ylim=(0, 1))
    ax.grid(True)
for ax in axes[1]:
    ax.set_xlabel("step")
for ax in axes[:, 0]:
    ax.set_ylabel("accuracy, held out")
axes[0, 0].legend(fontsize=8.5, loc="center right")
viz.picture(
    fig,
    alt="Six plots of held-out accuracy. A, B and C: near 10 percent with the fault, above 80 after the cure. D: somewhat lower and later. E: near 20, then "
    "above 80. F: above 90 with the fault, below 80 after the cure.",
    caption="Figure 4. Before and after, median and range of three seeds. F's number falls, and that is the cure.",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
shown = json.loads(Path("results/clinic_1.json").read_text())["symptom_shown"]
for key in (
    "labels_apart",
    "zero_init",
    "no_zero_grad",
    "softmax_twice",
    "companions",
    "leaky_split",
    "healthy",
):
    print(
        f"{key:16} shows its symptom, as written before the runs, in {sum(shown[key].values())} of {len(shown[key])} seeds"
    )

# %% [markdown]
# ### Your turn: break it, live
#
# This cell is the whole recipe, 120 steps of it, a few seconds. Choose a fault, or plant one of your own, and hand the curve to a neighbour.

# %%
FAULT = "no zero_grad"  # or "labels apart", "zero weights", "softmax twice", "none"

rng = torch.Generator().manual_seed(0)
with torch.random.fork_rng():
    torch.manual_seed(0)
    network = small_network()
if FAULT == "zero weights":
    for p in network.parameters():
        nn.init.zeros_(p)
optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
batches, losses = Batches(images, labels, batch_size=64), []
for _ in range(120):
    x, y = batches.next(rng)
    y = y[torch.randperm(64, generator=rng)] if FAULT == "labels apart" else y
    output = network(x).softmax(1) if FAULT == "softmax twice" else network(x)
    loss = nn.functional.cross_entropy(output, y)
    if FAULT != "no zero_grad":
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.2, 2.6)
ax.plot(
    HEALTHY.x[:24],
    HEALTHY.curves["loss"][:24],
    color=viz.MUTED,
    linestyle="--",
    label="the healthy run (recorded)",
)
ax.plot(losses, color=viz.COLORS[1], label=f"your run: {FAULT}")
ax.axhline(math.log(10), color=viz.INK, linewidth=0.8, linestyle=":", label="log 10")
ax.set(xlabel="step", ylabel="training loss (nats)", yscale="log")
ax.legend(fontsize=8.5)
ax.grid(True)
viz.picture(
    fig,
    alt="A live training loss over 120 steps on a logarithmic axis, beside the dashed curve of the healthy run, and a line at log 10.",
    caption="Figure 5. Live, on your machine.",
)

# %% [markdown]
# ### Symptoms side by side
#
# | symptom | think of | the test that tells |
# |---|---|---|
# | first loss far from $\log K$ | inputs in 0..255, huge initial weights | least and greatest input |
# | flat at $\log K$, gradient 0 | zero weights, dead ReLUs, frozen parameters | gradient layer by layer |
# | flat at $\log K$, gradient alive | labels apart from images, rate too small | a look at a batch; one batch by heart |
# | loss above $\log K$ and climbing | rate too large, no `zero_grad` | is the gradient a sum? does it stand still? |
# | learns, but stops at a level that can be computed | wrong input to the loss | feed the loss a perfect answer |
# | some classes are never said | ReLU on the logits, a class missing in training | columns of the confusion matrix; count labels |
# | training fine, test near chance at once | train mode, other preprocessing, labels of the test | one image alone and in company |
# | training fine, gap opens late | overfitting | more data, augmentation, fewer steps |
# | held out too good | leak | images of another origin |

# %% [markdown]
# ## 9. Guided reading: LeNet-5, 1998
#
# Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86 (11), 1998, pages 2278 to 2324. Forty-six pages, of which you need ten today.
# It gathers ten years of work: a network reads cheques for money. Lecture 02 read two pages of it, section II-B, with four questions; here is the whole, and what you know of those two pages may come back from memory.
#
# **Thirty minutes**
#
# | minutes | read | with this question |
# |---|---|---|
# | 3 | the abstract; then **Figure 2** | what enters, what leaves, where does the image become a vector? |
# | 4 | the figure with all misclassified digits (Figure 8) | how many would *you* get right? |
# | 10 | section II, A and B: convolutional networks, LeNet-5 | redo each layer's counts on paper |
# | 3 | II C, the loss | which of today's losses is its second term like? |
# | 5 | section III up to the comparison of methods | who are the rivals, and what do they cost in memory and time? |
# | 5 | close the paper | three sentences: problem, idea, evidence. Then redraw Figure 2 from memory |
#
# Leave out sections IV to X (graph transformer networks and cheques) the first time; skim Figure 6, error against the size of the training set, because lecture 03 drew its like.
#
# ### Redraw Figure 2, with its numbers
#
# A figure is understood when you can draw it again. All of its numbers follow from four facts: kernels of 5 × 5 without padding, subsampling by 2 with one factor and one offset a map, widths 6, 16, 120, 84, and a table that says which of the
# six maps each of the 16 sees (six see 3, nine see 4, one sees all 6).
#
# **What do you expect?** Which layer has most parameters, and which most *connections* (multiplications, near enough)? Are they the same?

# %%
# NBVAL_CHECK_OUTPUT
seen = 6 * [3] + 9 * [4] + [6]  # how many of S2's maps each map of C3 sees
layers = {  # name: (maps, side, parameters, connections)
    "C1": (6, 28, 6 * (25 + 1), 6 * (25 + 1) * 28**2),
    "S2": (6, 14, 6 * 2, 6 * (4 + 1) * 14**2),
    "C3": (16, 10, sum(25 * k + 1 for k in seen), sum(25 * k + 1 for k in seen) * 10**2),
    "S4": (16, 5, 16 * 2, 16 * (4 + 1) * 5**2),
    "C5": (120, 1, 120 * (25 * 16 + 1), 120 * (25 * 16 + 1)),
    "F6": (84, 1, 84 * (120 + 1), 84 * (120 + 1)),
}
for name, (maps, side, parameters, connections) in layers.items():
    print(
        f"{name}: {maps:3} maps of {side:2} x {side:2}   {parameters:7,} parameters   {connections:8,} connections"
    )
total = sum(layer[2] for layer in layers.values())
wires = sum(layer[3] for layer in layers.values())
print(
    f"together: {total:,} parameters, {wires:,} connections; with the 84 x 10 of the output {wires + 840:,}"
)

# %% jupyter={"source_hidden": true}
from matplotlib.patches import Rectangle

fig, (left, right) = viz.figure(10.2, 2.9, ncols=2, gridspec_kw={"width_ratios": (2.1, 1)})
place, scale = 0.0, 32
for name, (maps, side) in {
    "input": (1, 32),
    **{k: v[:2] for k, v in layers.items()},
    "output": (10, 1),
}.items():
    width, height = (side, side) if side > 1 else (2.5, max(6, maps / 4))
    for k in reversed(range(min(maps, 5) if side > 1 else 1)):
        left.add_patch(
            Rectangle(
                (place + 1.6 * k, -height / 2 + 1.6 * k),
                width,
                height,
                facecolor="#dcebf5",
                edgecolor=viz.COLORS[0],
                linewidth=0.8,
            )
        )
    left.text(
        place + width / 2,
        -21.5,
        f"{name}\n{maps}@{side}×{side}" if side > 1 else f"{name}\n{maps}",
        ha="center",
        va="top",
        fontsize=8,
    )
    place += width + (18 if side > 1 else 11)
left.set(xlim=(-3, place), ylim=(-31, 26), xticks=[], yticks=[], aspect="equal")
for side in left.spines.values():
    side.set_visible(False)
left.set_title("maps")
names = list(layers)
places = torch.arange(len(names))
right.bar(places - 0.2, [layers[k][2] / total for k in names], 0.4, color=viz.COLORS[0], label="parameters")
right.bar(places + 0.2, [layers[k][3] / wires for k in names], 0.4, color=viz.COLORS[1], label="connections")
right.set(xticks=places, ylabel="share of the network")
right.set_xticklabels(names)
right.legend(fontsize=8.5)
viz.picture(
    fig,
    alt="Left: LeNet-5 as stacks of squares that become smaller and more: input 32, C1 6 maps of 28, S2 14, C3 16 maps of 10, S4 5, C5 120, F6 84, output "
    "10. Right: bars; C5 has four fifths of the parameters, C1 and C3 four fifths of the connections.",
    caption="Figure 6. LeNet-5 redrawn. Parameters sit where the image has become a vector; the work is done where maps are large.",
)

# %% [markdown]
# The abstract figures of the paper, 60,000 trainable parameters and 340,908 connections, come out to the last unit, if the 840 connections of the fixed output layer are counted. A paper whose numbers you can recompute is a gift.
#
# ### Questions
#
# <details><summary>1. The input is 32 × 32, the digits fill at most 20 × 20 (in a 28 × 28 frame). Why the wide margin?</summary>So that the end of a stroke or a corner can lie in the centre of a 5 × 5 window of the highest layer too: kernels without padding eat the border, and what is near it is seen by few windows.</details>
#
# <details><summary>2. Why are inputs scaled so that background is −0.1 and ink 1.175?</summary>Mean near 0 and variance near 1: gradients of the first layer do not all share a sign, and learning is faster. Test 2 of our list, thirty years ago.</details>
#
# <details><summary>3. C3 does not connect every map with every map. Which two reasons does the paper give?</summary>It keeps the number of connections in bounds, and it breaks the symmetry: maps that get different inputs must become different. (Patient B knows what symmetry does. Random initial values break it too.)</details>
#
# <details><summary>4. How does the output layer differ from ours?</summary>Each class has a unit that measures the squared distance of the 84 numbers of F6 from a fixed pattern, a 7 × 12 picture of the character; the smallest wins. The targets are drawn by hand; ours are *one-hot*, a 1 for the true class and 0 for the others.</details>
#
# <details><summary>5. Test error is 0.95 %, and 0.8 % with distorted copies added. Added to which set, and when?</summary>To the training set; the test set stays as it is. The opposite of patient F.</details>
#
# <details><summary>6. Which evidence in section III would you ask for today, that is not there?</summary>Several seeds with a spread (differences of a tenth of a percent on 10,000 digits are about ten digits), and a validation set beside the test set.</details>
#
# ### What has stood the test of time, and what has not
#
# | still with us | gone or changed |
# |---|---|
# | local receptive fields, shared weights, maps that shrink while their number grows | subsampling with a learned factor and offset → max pooling or stride |
# | learning features and classifier together, from pixels | scaled tanh → ReLU |
# | moved and distorted copies as training data | distance to hand-drawn patterns → softmax and cross-entropy |
# | comparison of many methods on one public test set | the connection table of C3 → all to all, or groups |
# | systems of several modules, trained as one | a diagonal second-order method → SGD with momentum, Adam |
#
# Lecture 02 builds the same layout with today's parts (`course_lib.components.LeNet5`): more parameters, less craft.

# %% [markdown]
# ## Summary
#
# * Bugs in training raise no errors. They leave signs in numbers that you can predict: $\log K$, zero, a floor, a gap.
# * Examine in a fixed order: first loss, the batch, the gradient, one batch by heart, the gap, company, the confusion matrix.
# * Like curves, different faults: A and B are both flat, and the first layer's gradient tells them apart; C and too large a rate both explode, and the standing gradient tells.
# * A loss can be wrong and the network nearly right (D); a network right and its test wrong (E); a test good and the network not (F).
# * Change one thing, keep the seed, and compare with a healthy run.
# * LeNet-5: 60,000 parameters, four fifths of them where the image has become a vector.

# %% [markdown]
# ## Check yourself
#
# **1.** A network for 100 classes starts with a loss of 9.2. What do you check first?
#
# <details><summary>Answer</summary>
#
# $\log 100 = 4.6$: the first loss is twice what ignorance costs. The network is sure of something before it has seen anything: inputs in 0..255, or initial weights that are too large.
# </details>
#
# **2.** The loss is flat at $\log K$, the gradient of the *last* layer is alive, that of the first is exactly zero from step 40 on. Name two candidates and the test.
#
# <details><summary>Answer</summary>
#
# ReLUs that have died in between (rate too large at the start), or a `detach` / `no_grad` in the middle. Were the gradients alive before step 40? Then units died; count how many outputs of each ReLU are zero for *every* image.
# </details>
#
# **3.** Held-out accuracy is better than training accuracy all along. Must there be a leak?
#
# <details><summary>Answer</summary>
#
# No. Training accuracy is measured on augmented images, with dropout on, and averaged over steps at which the network was worse. Measure training images in eval mode, without augmentation; if they are still behind, look for the leak.
# </details>
#
# **4.** In the record of C, the gradient stands still at one value while the loss goes on climbing. How can the loss move?
#
# <details><summary>Answer</summary>
#
# The weights do: each step subtracts the same old sum again, so they walk on along a straight line, the last bias with them.
# </details>

# %% [markdown]
# ## Five questions on lectures 00 to 03
#
# <details><summary>1. (01) How large is the map of a 28-pixel image under a 5 × 5 kernel with padding 2, then 2 × 2 pooling?</summary>28, then 14.</details>
# <details><summary>2. (03) What do two 5 × 5 convolutions with 2 × 2 pooling after the first one see: the receptive field of one unit of the second?</summary>5 + 1 (the pooling window) + 4 · 2 = 14 pixels.</details>
# <details><summary>3. (02) Which two variances does BatchNorm use in training?</summary>The biased one to normalise the batch; the unbiased one goes into the running average.</details>
# <details><summary>4. (02) What is the gradient of ReLU at a negative input?</summary>0. If a unit is negative for all images, it learns no more.</details>
# <details><summary>5. (00) What is −log of the probability that softmax gives to the true class?</summary>The cross-entropy of that image, in nats.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86 (11), 1998, 2278–2324.
# * S. Ioffe, C. Szegedy, *Batch normalization*, ICML 2015, arXiv:1502.03167: two modes, patient E.
# * X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010: why initial weights matter.
# * The order of examination (first loss, one batch by heart, look at the data) is common craft; A. Karpathy wrote a well-known version of it, *A recipe for training neural networks*, 2019.
# * Clothes: Fashion-MNIST, Zalando, MIT. All runs: `data_scripts/clinic_runs.py`, recorded in `lectures/results/clinic_1.json`, one thread, three seeds.
#
# **Next:** Part II. Lecture 04 asks networks for pictures instead of names, and finds that the loss itself can be the fault.

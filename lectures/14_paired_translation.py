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
# # 14 · Paired translation
#
# *Part V, image to image with pairs. About 60 minutes: 25 to read, 35 to draw, predict and answer; it runs in half a minute. You need the game of lecture 05,
# its training in lecture 06, and what lecture 04 says about averages. Parts III and IV can wait.*

# %%
import json
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d

from course_lib import data, pix2pix, viz
from course_lib.checkpoint import checkpoint_card, load_snapshots, shipped
from course_lib.devices import adam, budget
from course_lib.hints import hinted, place_hints
from course_lib.patchgan import PatchDiscriminator, patch_size
from course_lib.strokes import wobble
from course_lib.training import Trainer
from course_lib.translation import TASKS, PairBatches, Task, Translator
from course_lib.unet import UNetGenerator
from course_lib.widgets.replay import TrainingReplay
from course_lib.widgets.sketchpad import Sketchpad

translators = {name: Translator(name) for name in TASKS}
pairs = {name: task.pairs("test") for name, task in TASKS.items()}  # held out: never trained on


def seen(name, x):
    """Inputs as pictures to look at: labels in their colours, everything else as it is."""
    palettes = {"labels_to_3d": data.COLOR_PALETTE, "labels_to_street": data.STREET_PALETTE}
    if name in palettes:
        return data.paint_labels(x, palettes[name])
    return x.expand(-1, 3, -1, -1)


# %% jupyter={"source_hidden": true}
opening = {
    "labels_to_3d": [1, 44, 60, 84, 98, 154, 168],
    "line_to_flat": [3, 20, 38, 61, 98, 126, 154],
}
rows = []
for name, chosen in opening.items():
    x = pairs[name][0][chosen]
    rows += [seen(name, x), translators[name](x)]
viz.image_grid(
    rows,
    row_labels=["labels", "3-D", "lines", "colour"],
    size=0.7,
    caption="Figure 1. What goes in, and below it what comes out: two networks of one recipe. No emoji here was in its training set.",
    alt="Four rows of seven emoji. Flat areas of colour, and below them shaded, rounded emoji made from them; black line drawings, "
    "and below them coloured ones.",
)

# %% [markdown]
# A colouring book fills itself in; a drawing of six felt pens becomes something one could pick up. Both networks above learned from nothing but
# *pairs*, this goes in, that should come out, and both learned by the same eleven lines of code. That was the news of **pix2pix** (Isola, Zhu, Zhou and
# Efros, 2017): not a better way to colour drawings, but one recipe for any task of which you have pairs.
#
# When you have worked through this page you can
#
# * climb from an unconditional GAN to pix2pix in four rungs, and say what each rung adds;
# * write the loss and one step of pix2pix, and say why both of its parts are needed;
# * test whether a discriminator really looks at the input, and tell when it has stopped to;
# * draw for a network and colourise for one, live, and read its habits from what it does;
# * say where it breaks.

# %% [markdown]
# ## 1. One problem, many tasks
#
# We are given pairs $(x, y)$ and want a function $G$ with $G(x) \approx y$. Colourising, drawing maps, painting scenes from
# labels, cleaning sketches: for a network these are all the same, an image goes in and an image of the same size comes out.

# %%
# NBVAL_CHECK_OUTPUT
for name, task in TASKS.items():
    x, y = pairs[name]
    print(f"{name:17} {task.line:56} {tuple(x.shape[1:])!s:12} -> {tuple(y.shape[1:])}")

# %% jupyter={"source_hidden": true}
shown = {
    "labels_to_3d": [10, 120],
    "line_to_flat": [45, 140],
    "flat_to_3d": [66, 150],
    "edges_to_line": [14, 160],
}
tops = torch.cat([seen(name, pairs[name][0][i]) for name, i in shown.items()])
bottoms = torch.cat([pairs[name][1][i].expand(-1, 3, -1, -1) for name, i in shown.items()])
viz.image_grid(
    [tops, bottoms],
    row_labels=["x", "y"],
    column_labels=[name.replace("_to_", "\nto ") if k == 0 else "" for name in shown for k in range(2)],
    size=0.72,
    caption="Figure 2. Pairs of four of the tasks, two of each. All are drawings of the same things by the same designers.",
    alt="Two rows of eight emoji. Above labels, line art, flat colour and automatic edges; below the same emoji in 3-D, in flat colour, in 3-D "
    "and as line art.",
)

# %% [markdown]
# **What do you expect?** In which of these tasks does $x$ leave only one sensible $y$, and in which could several people draw several right answers?
#
# <details><summary>Answer</summary>
#
# Scenes to labels leave one; the others differ widely. Flat to 3-D leaves the light and the gloss, and the designers always chose the same light: nearly one answer.
# Line art to colour leaves the colours: a heart is red by custom, a car may be anything. Grey photographs are in between: skies are blue, umbrellas are not.
# </details>
#
# Where several answers are right, lecture 04 has warned us: the network that minimises a squared error paints their *mean*, and L1 their median.
# A grey car. We need a loss that asks not only "how far from this answer?" but "does it look like *an* answer?". We know one: a discriminator.

# %% [markdown]
# ## 2. The ladder from G(z) to D(x, y)
#
# Take lecture 05's game and change one thing at a time.
#
# | rung | G sees | D sees | what is asked |
# |---|---|---|---|
# | noise | $z$ | $y$ | a picture that looks real, any picture |
# | picture | $x$ | $y$ | a picture that looks real; $x$ is offered, but nobody checks it |
# | pair | $x$ | $x, y$ | a picture that looks real *beside* $x$ |
# | both | $x$ | $x, y$ | that, and near the true $y$ |
#
# The third rung is the conditional GAN: D is shown input and picture together, laid upon each other as one image of more channels,
#
# $$\min_G \max_D\; E_{x,y}[\log D(x, y)] + E_x[\log(1 - D(x, G(x)))] .$$
#
# (Some slides write $\log D(x, G(x)) + \log(1 - D(x, y))$: there D scores *fake*. Here it returns a logit of "real", as always.)
#
# Where is $z$? The authors tried to feed it and found that G learned to ignore it. What is left of noise is dropout inside G, in training and in use. Section 7 measures how much it does.
#
# We trained every rung at 32 px on line art to colour, three seeds each (`data_scripts/sweep_pix2pix.py`). G is an encoder-decoder, halving the picture
# down to one pixel and doubling it back.
#
# **What do you expect** from rung *picture*? D is content with any good-looking emoji. G gets the lines. Will it use them?


# %%
def half(images):
    return avg_pool2d(images.float(), 2).round().to(torch.uint8)


LADDER = ("noise", "picture", "pair", "regression", "both", "unet")
lines, flat = (half(t) for t in data.pairs("line", "flat", "test"))
lines = lines[:, :1]
static = torch.randint(0, 256, lines.shape, generator=torch.Generator().manual_seed(7), dtype=torch.uint8)
ladder = {}
for rung in LADDER:
    network = shipped(f"ladder_{rung}", UNetGenerator)
    given = data.to_float(static if rung == "noise" else lines)
    ladder[rung] = torch.cat([data.to_uint8(network(part)) for part in given.split(56)])

# %% jupyter={"source_hidden": true}
chosen = [3, 20, 61, 77, 126, 154]
viz.image_grid(
    [lines[chosen].expand(-1, 3, -1, -1), *(ladder[rung][chosen] for rung in LADDER), flat[chosen]],
    row_labels=["x", *LADDER, "y"],
    size=0.56,
    caption="Figure 3. The rungs, and two more: *regression* is L1 without a game, *unet* is *both* with shortcuts from encoder to decoder.",
    alt="Eight rows of six small pictures. From noise: the same smear six times. Rung picture: four kinds of coloured shape that do not follow the lines. Rung pair: coloured shapes that "
    "follow the lines roughly. Regression: soft, pale shapes. Both: stronger colours. U-Net: sharp, coloured emoji close to the truth.",
)

# %%
# NBVAL_CHECK_OUTPUT
results = json.loads(Path("results/14_paired_translation.json").read_text())


def band(rung, what, form="{:.3f}"):
    """Lowest to highest of three seeds."""
    values = [r["result"][what] for r in results["runs"] if r["setting"]["rung"] == rung]
    assert len(values) == 3
    low, high = form.format(min(values)), form.format(max(values))
    return low if low == high else f"{low} to {high}"


print("three seeds, lowest to highest; 224 held-out pairs\n")
print("rung         L1 to the truth   Fréchet distance   saturation       finds its partner")
for rung in LADDER:
    columns = [band(rung, "l1"), band(rung, "frechet_distance", "{:.1f}"), band(rung, "saturation")]
    print(f"{rung:12} {columns[0]:17} {columns[1]:18} {columns[2]:16} {band(rung, 'retrieval', '{:.1%}')}")
mean_image = (flat.float().mean(0) - flat.float()).abs().mean().item() / 255
copied = (lines.float() - flat.float()).abs().mean().item() / 255
print(f"\nL1 of trivial answers: the mean emoji {mean_image:.3f}, the line art itself {copied:.3f}")
true = (flat.amax(1).float() - flat.amin(1).float()).mean().item() / 255
print(f"saturation of the true pictures {true:.3f}; partner found by chance {1 / len(flat):.1%}")

# %% [markdown]
# Read the table from top to bottom.
#
# * *Noise* makes one smear for every input: collapsed (lecture 05), and no wonder with 800 steps. *Picture* knows a handful of them. Both find the true partner about as often as chance. G had the lines before its eyes and made something
#   else of them: nobody asked.
# * *Pair* follows the lines, because D sees them too. There is no L1 in this row at all: the game alone has taught correspondence.
# * *Regression* has a smaller L1 than *both*, the same G, and the worst distance of all that see $x$: pale and soft, lecture 04's median.
# * *Both* pays little L1 for pictures that pass as emoji. And *unet* is better by L1 and by partners: where an edge lies need not be squeezed through one pixel.
#   Lecture 16 is about that.

# %% [markdown]
# ## 3. The loss, and one step
#
# $$\min_G \max_D\; \mathcal L_{cGAN}(G, D) + \lambda\, E\,\lVert y - G(x)\rVert_1 , \qquad \lambda = 100 \text{ in the paper, 30 here.}$$
#
# **L1**, $\lVert y - G(x)\rVert_1$, is here and in all that follows the *mean* absolute difference, over channels and pixels, not their sum: so $\lambda$ does not depend on the size of the pictures.
#
# By hand, once. D's logits are 2 for the true pair and −1 for the generated one; the pictures differ by 0.05 everywhere.

# %%
# NBVAL_CHECK_OUTPUT
x, y = torch.zeros(1, 1, 4, 4), torch.zeros(1, 3, 4, 4)


def judge(xy):  # a discriminator whose answer we fix: 2 where the picture is the true one, else -1
    return torch.where((xy[:, 1:] == 0).all(), 2.0, -1.0).view(1, 1, 1, 1)


d_loss = pix2pix.pix2pix_discriminator_loss(judge, x, y, y + 0.05)
total, adversarial, l1 = pix2pix.pix2pix_generator_loss(judge, x, y, y + 0.05, lambda_l1=30.0)
print(f"D: (log(1 + e^-2) + log(1 + e^-1)) / 2 = (.127 + .313) / 2 = {d_loss:.3f}")
print(f"G: log(1 + e^1) + 30 * .05 = {adversarial:.3f} + 30 * {l1:.2f} = {total:.3f}")

# %% [markdown]
# Three details of the original matter when you compare with other code:
#
# * D's loss is **halved**, to slow D down; lecture 05's was not.
# * D learns first, then G, on the **same** translation $G(x)$: it is computed once, detached for D.
# * D gets `cat([x, y])`. Whether $x$ or $y$ comes first changes nothing but old checkpoints.
#
# D is no judge of whole pictures. Its output is a *map* of logits, one for each patch of the picture, averaged at the end. Ours for 64 px sees patches of

# %%
# NBVAL_CHECK_OUTPUT
card = checkpoint_card("pix2pix_line_to_flat_discriminator")
d64 = shipped("pix2pix_line_to_flat_discriminator", PatchDiscriminator)
print(f"{patch_size(card['architecture']['n_layers'])} pixels a side;", end=" ")
print(f"a picture of 64 x 64 gets {tuple(d64(torch.zeros(1, 4, 64, 64)).shape[2:])} logits")

# %% [markdown]
# What a patch cannot see, D cannot judge: whether the *whole* fits together is left to L1. Texture to D, layout to L1: a division of labour.
#
# Now train one: the rung *unet*, at 32 px, for a quarter of a minute (longer where there is a GPU). `pix2pix_step` is the step above; everything else you know from lecture 06.

# %%
b = budget({"steps": 150, "base_channels": 16}, {"steps": 3000, "base_channels": 48})
rng = torch.Generator().manual_seed(14)
generator = UNetGenerator(
    1, 3, b.base_channels, num_downs=5, max_channels=4 * b.base_channels, resize=True, rng=rng
)
discriminator = PatchDiscriminator(1 + 3, b.base_channels, n_layers=1, rng=rng)
generator, discriminator = generator.to(b.device), discriminator.to(b.device)
opt_g, opt_d = adam(generator, lr=1e-3), adam(discriminator, lr=5e-4)


def step(batch, rng):
    return pix2pix.pix2pix_step(generator, discriminator, opt_g, opt_d, *batch, lambda_l1=30.0)


train_x, train_y = (half(t) for t in data.pairs("line", "flat", "train"))
task = Task("line art to colour", None, in_channels=1, out_channels=3)
batches = PairBatches(task, train_x[:, :1], train_y, batch_size=8, augmentation={"pad": 2}, device=b.device)
watched = data.to_float(lines[chosen]).to(b.device)


def look():
    with pix2pix.noise_on(generator):
        return generator(watched)


trainer = Trainer(step, batches, {"generator": generator, "discriminator": discriminator}, sample=look)
history = trainer.run(b.steps, sample_every=b.steps // 3)

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [lines[chosen].expand(-1, 3, -1, -1), *(images for _, images in trainer.snapshots[1:]), flat[chosen]],
    row_labels=["x", *(f"step {at}" for at, _ in trainer.snapshots[1:]), "y"],
    size=0.72,
    caption="Figure 4. Your training, live, on held-out drawings. First the shapes, then the colours that are always the same, last the rare ones.",
    alt="Rows of six small emoji at rising steps: first pale shapes that follow the lines, then coloured ones; the truth below.",
)

# %% [markdown]
# The shipped network had 64 px, twice the width and minutes instead of seconds. Here is its training; move through it.

# %%
pictures, facts = load_snapshots("pix2pix_line_to_flat")
keep = list(range(0, len(pictures), 4))
every, curves = facts["history_every"], {}
for name in ("d_loss", "adversarial", "l1"):
    values = torch.tensor(facts["history"][name])
    curves[name] = values[: len(values) // 4 * 4].unflatten(0, (-1, 4)).mean(1)
along = every * (4 * torch.arange(len(curves["l1"])) + 2)
TrainingReplay(
    [(facts["steps"][i], pictures[i][:4]) for i in keep],
    {
        "game, nats": (along, {"D": curves["d_loss"], "G": curves["adversarial"]}),
        "L1": (along, {"L1 to the truth": curves["l1"]}),
    },
    title="4 held-out drawings at every snapshot",
)

# %% [markdown]
# *To try: at which step would you stop if you had only the curve of L1? And if you had only the pictures?*

# %% [markdown]
# ## 4. Does D look at x?
#
# Here is a test that needs no generated picture at all. Show D *real* pairs $(x_i, y_i)$ and *mismatched* ones $(x_i, y_j)$: line art of a cat with the true colours
# of a boat. Both pictures are perfectly real. A D that judges only the picture cannot tell the two kinds apart. A D that judges the *pair* should.
# We measure the AUC: the chance that a matched pair gets the higher logit. Blind is .5, perfect is 1.
#
# **What do you expect?** For D of the rungs *picture*, *pair* and *unet*?

# %%
# NBVAL_CHECK_OUTPUT
for rung in ("picture", "pair", "both", "unet"):
    print(f"{rung:8} AUC, three seeds: {band(rung, 'auc')}")
of_pair = [r["result"]["auc"] for r in results["runs"] if r["setting"]["rung"] == "pair"]
of_picture = [r["result"]["auc"] for r in results["runs"] if r["setting"]["rung"] == "picture"]
print(
    "pair at least .85 for every seed:",
    min(of_pair) >= 0.85,
    "  picture exactly .5:",
    set(of_picture) == {0.5},
)

# %%
# NBVAL_CHECK_OUTPUT
d_pair = shipped("ladder_pair_discriminator", PatchDiscriminator)
x, y = data.to_float(lines), data.to_float(flat)
matched = d_pair(torch.cat([x, y], 1)).mean((1, 2, 3))
mismatched = d_pair(torch.cat([x, y.roll(len(y) // 2, 0)], 1)).mean((1, 2, 3))
auc = (matched[:, None] > mismatched).float().mean().item()
print("measured again on seed 0's D, within .01 of the sweep:", abs(auc - of_pair[0]) < 0.01)

# %% [markdown]
# <details><summary>What happened to <i>both</i> and <i>unet</i>?</summary>
#
# We did not expect it: the very D that pix2pix trains is nearly blind to a mismatch. Our reading: D only ever meets two kinds of pair: true ones, and $(x, G(x))$. In rung
# *pair*, G's early pictures do not fit $x$, so D learns to check, and by checking teaches G. With L1 in the loss, G's pictures fit from the first hundred
# steps on: the match no longer tells real from generated, D looks for what does, texture, and forgets $x$. A discriminator knows what it *needed* to know,
# nothing else.
#
# So D conditioned on $x$ matters where L1 is weak. With $\lambda = 30$ on well-aligned pairs a D of $y$ alone may do as well (lecture 15 tries); the paper's own
# table says so too, .64/.20/.15 for L1 + GAN against .66/.23/.17 for L1 + cGAN (lecture 15).
# </details>

# %% jupyter={"source_hidden": true}
ends = torch.linspace(
    min(matched.min(), mismatched.min()).item(), max(matched.max(), mismatched.max()).item(), 25
)
fig, ax = viz.figure(6.5, 2.6)
ax.hist(matched.numpy(), bins=ends.numpy(), color=viz.COLORS[0], alpha=0.75, label="matched, $(x_i, y_i)$")
ax.hist(
    mismatched.numpy(),
    bins=ends.numpy(),
    color=viz.COLORS[1],
    alpha=0.6,
    hatch="//",
    label="mismatched, $(x_i, y_j)$",
)
ax.set(xlabel='mean logit of "real"', ylabel="pairs")
ax.legend()
viz.picture(
    fig,
    caption="Figure 5. What the D of rung *pair* says of 224 matched and 224 mismatched real pairs. It was never shown a mismatched one.",
    alt="Two histograms of D's logits: matched pairs lie mostly to the right of mismatched ones.",
)

# %% [markdown]
# ## 5. One recipe, many tasks
#
# Nothing in the step knows what the pictures mean. So the same script, with other pairs, gives

# %% jupyter={"source_hidden": true}
gallery = {
    "flat_to_3d": [66, 84, 98, 168, 190],
    "edges_to_line": [30, 66, 84, 160, 182],
}
rows, labels = [], []
for name, i in gallery.items():
    x, y = pairs[name]
    rows += [seen(name, x[i]), translators[name](x[i]).expand(-1, 3, -1, -1), y[i].expand(-1, 3, -1, -1)]
    labels += [name.split("_to_")[0], "ours", "truth"]
viz.image_grid(
    rows,
    row_labels=labels,
    size=0.62,
    caption="Figure 6. Flat emoji to 3-D, and automatic edges to the designers' own line art; held out.",
    alt="Six rows of five emoji: flat ones, shaded versions of them, the true 3-D ones; computed edges, cleaned lines, the true line art.",
)

# %% jupyter={"source_hidden": true}
i = [3, 20, 71]
rows, labels = [], []
for name in ("labels_to_street", "street_to_labels"):
    x, y = pairs[name]
    rows += [seen(name, x[i]), translators[name](x[i]), y[i]]
    labels += ["labels" if name.startswith("labels") else "scene", "ours", "truth"]
viz.image_grid(
    rows,
    row_labels=labels,
    size=1.15,
    caption="Figure 7. Streets, both directions. The scenes are drawn by a program; no street is real. Which direction is easier is lecture 15's question.",
    alt="Six rows of three street scenes: label maps, scenes painted from them, true scenes; scenes, labels read off them, true labels.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("held-out pairs, as shipped            L1 to the truth           Fréchet distance        saturation")
print("                                      ours    mean    input     ours    mean    input   ours    true")
for name, task in TASKS.items():
    m = checkpoint_card(f"pix2pix_{name}")["metrics"]
    answers = [m.get(who, {}) for who in ("ours", "mean image", "the input itself")]
    l1 = "   ".join(f"{a['l1']:.3f}" if a else "  -  " for a in answers)
    distance = "  ".join(f"{a['frechet_distance']:6.2f}" if a else "   -  " for a in answers)
    print(
        f"{task.line[:34]:36}  {l1}   {distance}   {m['ours']['saturation']:.3f}   {m['truth']['saturation']:.3f}"
    )

# %% [markdown]
# All beat the mean image, on pictures they have never seen. The copied input is harder to beat, and in L1 *grey photographs to colour* does not: .105, where grey itself has .098. Twenty-four photographs are too few to know what is
# what, so the network dares little. And an umbrella has two plausible colours or ten: whoever names the wrong one pays more L1 than whoever names none. The Fréchet distance (times 1,000, in the features of an untrained classifier) says the opposite, 10.2 against 16.7:
# it does not ask whether the colours are *this* photograph's, only whether the set looks like colour photographs. Flat emoji are so near to 3-D ones that copying is almost as good in L1, though nobody would confuse
# the two. L1 is a poor judge (it prefers *regression* to *both*); lecture 15 has better ones. Edges to line art shows something else: whether an area is *filled* cannot be read off its edge, so
# the network guesses, patch by patch.
#
# **What the streets took.** The first network that painted them had both losses from the first step, as all the others here. It painted crumbs: no car whole, and after 3,500 steps its L1 in training was where it had begun, .13.
# To paint a car one must first see from its outline that it is one, and with D shouting from the start G never learned to. So the network above had 2,000 steps of L1 *alone*, and then 1,200 of the game, with a little static
# before D's eyes so that it does not judge by the camera's grain. Held out, L1 fell from .133 to .119, and lecture 15's segmenter recognises a little more of it (mean IoU .79 after .78). The Fréchet distance *rose*, from .35 to 1.56: it sees edges and colours, not things, and
# the crumbs, it seems, had the right grain. (The thresholds, written before the run, are in `data_scripts/train_pix2pix.py`; it is one seed.) Going up by interpolation instead, lecture 02's cure for a checkerboard, took the faint weave away and the windows with it.
#
# The way back gained more by the same recipe (1,200 steps alone, 600 of the game): L1 .054 to .041, and when every pixel is given to the nearest class, mean IoU .70 to .76.
# Where it cannot tell a person from a sign it used to speckle: 22 pixels in a thousand stood alone among other labels, now 7; in the truth one does. Its Fréchet distance rose as well, from .15 to 1.93.
#
# What stays poor: people and animals, skies that begin blue and end white, windows in rows without columns, the weave.

# %% [markdown]
# ## 6. Draw
#
# Your turn. Labels on the left, the network's emoji on the right, after every stroke. Begin from an example or press *clear*. (No mouse? Move over the pad with the arrow keys; space puts the pen down.)


# %%
def from_labels(drawing, example):
    """(H, W) indices of colours -> (3, H, W)."""
    return translators["labels_to_3d"](drawing[None, None].to(torch.uint8))[0]


Sketchpad(from_labels, data.COLOR_PALETTE, pairs["labels_to_3d"][0][[84, 44, 168]], pen=3, noun="3-D emoji")

# %% [markdown]
# *To try:*
#
# * *A brown disc, two black dots, a red line. Where does the network put the light?*
# * *Change one eye only. How far away does the picture change?*
# * *Something no emoji ever was: stripes of all colours, a single pixel, your name.*
#
# And with a pen alone:

# %%
INK = {"paper": (255, 255, 255), "ink": (0, 0, 0)}


def from_lines(drawing, example):
    """(H, W), 1 where there is ink -> (3, H, W)."""
    return translators["line_to_flat"](((1 - drawing) * 255)[None, None].to(torch.uint8))[0]


drawn = (pairs["line_to_flat"][0][[154, 38, 61]] < 128).long()
Sketchpad(from_lines, INK, drawn, pen=0, noun="coloured")

# %% [markdown]
# ### Colourise by clicks
#
# A grey picture leaves colours open. So let somebody *say* a few: Zhang and colleagues (2017) gave the network a second input, a sparse map of colour hints, and trained it on hints
# taken at random from the true picture, often none and sometimes many. The network learns to spread a dot of colour as far as the grey picture says it should go.
#
# **What do you expect?** By how many dB does the first hint help, and by how many the tenth?

# %%
# NBVAL_CHECK_OUTPUT
COUNTS = (0, 1, 3, 10, 30)
print("PSNR in dB, held-out emoji at 32 px, three seeds\n")
print("hints   network           the hints laid on the grey picture")
for n in COUNTS:
    print(f"{n:5}   {band('hints', f'psnr_{n}', '{:.1f}'):16}  {band('hints', f'laid_on_{n}', '{:.1f}')}")
of_hints = [r["result"] for r in results["runs"] if r["setting"]["rung"] == "hints"]
rises = all(r["psnr_0"] < r["psnr_1"] < r["psnr_3"] < r["psnr_10"] for r in of_hints)
gain = min(r["psnr_10"] - r["psnr_0"] for r in of_hints)
print(
    f"\nrises from 0 to 1, 3 and 10 for every seed: {rises}; from 0 to 10 by at least 1.5 dB: {gain >= 1.5}"
)

# %% [markdown]
# The first hint is worth about half a dB, the next two together as much, the seven after them a little more, the last twenty nothing. Note the right column: these small networks need a few hints before they are better than *no colour at all*. A guessed colour
# that is wrong costs more squared error than grey. Hints are how one gets out of the mean: they say which of the right answers is meant.

# %% jupyter={"source_hidden": true}
colourful, i = pairs["hints_to_color"][1], [-140, -100, -70]
truth = colourful[i]
rows = []
for n in (0, 10):
    x = hinted(truth, torch.Generator().manual_seed(3), n)
    rows += [
        torch.where(x[:, 1:2] > 0, x[:, 2:], x[:, :1].expand(-1, 3, -1, -1)),
        translators["hints_to_color"](x),
    ]
viz.image_grid(
    [*rows, truth],
    row_labels=["no hint", "", "10 hints", "", "truth"],
    size=0.8,
    caption="Figure 8. The grey picture with its hints, and below it what the network makes of them.",
    alt="Five rows of three emoji: grey ones and what the network colours without a hint, with ten, and the truth; the more hints, the "
    "nearer the colours.",
)

# %% [markdown]
# Now place your own. The paint stays a dot; the network does the spreading.

# %%
grey_pictures = hinted(truth, count=0)[:, :1]
PAINTS = {"no hint": (128, 128, 128)} | {
    name: data.COLOR_PALETTE[name]
    for name in (
        "red",
        "orange",
        "yellow",
        "green",
        "dark green",
        "sky blue",
        "blue",
        "purple",
        "pink",
        "brown",
        "tan",
        "white",
        "black",
    )
}
colors = list(PAINTS.values())


def from_hints(drawing, example):
    """(H, W) indices of paints over a grey picture -> (3, H, W)."""
    hints = [(int(r), int(c), colors[drawing[r, c]]) for r, c in drawing.nonzero()]
    return translators["hints_to_color"](place_hints(grey_pictures[example : example + 1], [hints]))[0]


Sketchpad(
    from_hints, PAINTS, torch.zeros(len(truth), 64, 64), grounds=grey_pictures, pen=0, noun="colourised"
)

# %% [markdown]
# *To try: how many dots does a picture need before you would show it to somebody? Then paint a dot of a wrong colour, a blue dot on skin. Whom does the network believe, you or its memory?*

# %% [markdown]
# ## 7. Where it fails
#
# **Hands that are not a program's.** The original edges2cats learned from edges that a *detector* drew, and met drawings by people. We did the same at 32 px: train on automatic
# edges, then test on those edges drawn by an unsteady hand, and on the designers' line art.

# %%
# NBVAL_CHECK_OUTPUT
of_edges = [r["result"] for r in results["runs"] if r["setting"]["rung"] == "edges"]
for what, said in (
    ("edges", "automatic edges"),
    ("wobbly", "the same, wobbly"),
    ("lines", "designers' line art"),
):
    print(f"{said:20} L1 {band('edges', what)}")
print("wobbly: worse by 1 % at least, every seed:", all(r["wobbly"] >= 1.01 * r["edges"] for r in of_edges))
print("line art: by 10 % at least, every seed:", all(r["lines"] >= 1.1 * r["edges"] for r in of_edges))

# %% jupyter={"source_hidden": true}
i = [3, 20, 38, 61, 126, 154]
x, y = (t[i] for t in pairs["line_to_flat"])
rows, labels = [], []
for amount in (0, 3):
    moved = wobble(x, float(amount), torch.Generator().manual_seed(1))
    rows += [moved.expand(-1, 3, -1, -1), translators["line_to_flat"](moved)]
    labels += [f"{amount} px" if amount else "steady", ""]
viz.image_grid(
    rows,
    row_labels=labels,
    size=0.75,
    caption="Figure 9. The 64 px network on line art, steady and displaced by 3 pixels.",
    alt="Four rows of six emoji: line art, steady and wobbly, and below each what the network paints.",
)

# %% [markdown]
# We had written down that a wobble would cost 1 % for every seed. It does not: convolutions do not mind *where* an edge lies, and the network follows an unsteady hand as
# gladly as a steady one. Another *kind* of line costs a fifth: thinner in places, thicker in others, with other things left out. Networks generalise over places for nothing, over styles only as far as
# their training pairs went. (The remedy of practice is to train on spoiled edges.)
#
# **One answer only.** Dropout was to be the noise. How much do two translations of one drawing differ, compared with how far they are from the truth?

# %%
# NBVAL_CHECK_OUTPUT
translator = translators["line_to_flat"]
some = data.to_float(pairs["line_to_flat"][0][:64])
torch.manual_seed(0)
with torch.no_grad(), pix2pix.noise_on(translator.generator):
    first, second = translator.generator(some), translator.generator(some)
between = (first - second).abs().mean().item() / 2
off = (first - data.to_float(pairs["line_to_flat"][1][:64])).abs().mean().item() / 2
print(f"two draws differ by {between:.2f}, each is {off:.2f} from the truth")

# %% [markdown]
# The truth is another colour, off by far more than two draws ever are: the noise stirs edges and textures, it never repaints the carrot. G has learned to ignore it where it would matter, as the authors
# reported too. BicycleGAN (2017) makes the noise count.
#
# **What it has never seen.** Press *clear* on the sketchpad and look at what an empty page becomes. Then fill it with one colour. There is no "I do not know" among the outputs of G.

# %% [markdown]
# ## Summary
#
# * Paired translation learns $G(x) \approx y$ from pairs; pix2pix is one recipe for all tasks that have them.
# * The ladder: G(z) makes any picture; G(x) with D(y) makes any *good* picture and may ignore $x$; D(x, y) asks for the one that fits; L1 says which.
# * L1 alone is pale, the game alone is loose; together each does what the other cannot.
# * D's loss is halved, D goes first, both use one translation, D judges patches.
# * A D that sees pairs *can* tell a mismatch (AUC near 1 without L1). Where L1 does the matching, it stops looking.
# * Colour hints are one more input; simulated at random in training, placed by you afterwards.
# * It breaks on other *kinds* of drawing, and it knows only one answer.

# %% [markdown]
# ## Check yourself
#
# **1.** You train G(x) against a D that sees only $y$, without L1, to turn photos into maps. After a day D is content. What may you have?
#
# <details><summary>Answer</summary>
#
# Beautiful maps of anywhere. Nothing asks for the map of *this* photo.
# </details>
#
# **2.** Somebody sets $\lambda$ to 10,000. What do the pictures look like, and what is D's loss?
#
# <details><summary>Answer</summary>
#
# Like rung *regression*: pale and soft. D, which is still trained, tells the two apart with ease, its loss goes to 0, and nobody listens.
# </details>
#
# **3.** Why is $x$ given to D, although G's L1 already ties the picture to $y$?
#
# <details><summary>Answer</summary>
#
# L1 ties it to *one* answer and is nearly blind to detail; D(x, y) asks for detail that *fits* $x$, whatever the colours. Section 4 shows how much of that D really does when $\lambda$ is large: little.
# </details>
#
# **4.** A colleague's D has an AUC of .5 on mismatched pairs. Name two causes.
#
# <details><summary>Answer</summary>
#
# D is never shown $x$ (a bug, or an unconditional D): then it is .5 exactly. Or D sees it but had no need of it, because generated pictures already fitted.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (04) Which value minimises the expected L1, which the expected squared error?</summary>The median; the mean.</details>
# <details><summary>2. (05) What does G's non-saturating loss look like as a function of the logit?</summary>softplus(−logit) = −log D.</details>
# <details><summary>3. (03) What is the receptive field of three 4 × 4 convolutions with strides 2, 1, 1?</summary>4, then 4 + 3 · 2 = 10, then 16: our 32 px discriminator.</details>
# <details><summary>4. (02) Why a resize convolution and not a transposed one of kernel 3, stride 2?</summary>The transposed one covers pixels 1, 2 or 4 times: a checkerboard.</details>
# <details><summary>5. (07) Why must two Fréchet distances be measured with equally many pictures?</summary>Its estimate falls with the number of pictures, whatever their quality.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, *Image-to-image translation with conditional adversarial networks*, 2017, arXiv:1611.07004: the ladder, the loss, the tasks.
#   Their $\lambda$ is 100 at 256 px, 200 epochs, batch 1.
# * R. Zhang, J.-Y. Zhu, P. Isola and others, *Real-time user-guided image colorization with learned deep priors*, 2017, arXiv:1705.02999: hints.
# * C. Hesse, *edges2cats*, 2017: the sketchpad that made the recipe famous.
# * The ladder follows the opening of the Stanford CS448V lecture *Conditional adversarial networks* and J.-Y. Zhu's *Learning to generate images*, whose D scores fake where ours scores real.
# * Emoji: Fluent, Microsoft, MIT, and LobeHub, MIT. Photographs: each named in `LICENSES`. Streets: drawn by this course's code.
#
# **Next:** lecture 15 asks whether any of this is good, and finds ways to say so that L1 cannot fool.

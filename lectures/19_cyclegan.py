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
# # 19 · CycleGAN
#
# *Part VI, image to image without pairs. About 60 minutes: 30 to read, 30 to predict, turn and answer; it runs in about a minute. You need the
# game of lecture 05, least squares included, and the recipe of lecture 14. Lecture 02's normalisation helps.*

# %%
import json
from pathlib import Path

import torch

from course_lib import cyclegan, data, viz
from course_lib.checkpoint import checkpoint_card, load_checkpoint, load_snapshots
from course_lib.classifier import extract_features, style_classifier
from course_lib.devices import adam, budget
from course_lib.gan import lsgan_generator_loss
from course_lib.patchgan import PatchDiscriminator, patch_size
from course_lib.resnet import InstanceNorm, ResnetGenerator
from course_lib.training import Trainer
from course_lib.unpaired import CYCLES, CycleTranslator, UnpairedBatches, l1_distance, retrieval, translate
from course_lib.widgets.replay import TrainingReplay
from course_lib.widgets.setting_player import SettingPlayer

emoji = CycleTranslator("emoji")
noto, flat = CYCLES["emoji"].domains("test")  # held out; here, and only here, row i belongs to row i
to_flat, to_noto = emoji.to_y(noto), emoji.to_x(flat)

# %% jupyter={"source_hidden": true}
shown = torch.arange(4, len(noto), len(noto) // 11)[:11]
viz.image_grid(
    [noto[shown], to_flat[shown], flat[shown], to_noto[shown]],
    row_labels=["Noto", "made flat", "flat", "made Noto"],
    size=0.62,
    caption="Figure 1. Rows 1 and 3 are drawn by designers, rows 2 and 4 by two networks. No network ever saw one emoji in both styles.",
    alt="Four rows of eleven emoji: Noto's drawings, their translations into Fluent's flat style, Fluent's flat drawings of the same things, "
    "and their translations into Noto's style.",
)

# %% [markdown]
# Two firms draw the same alphabet of little pictures, each in its own hand. Lecture 14 would ask for a table of pairs: this one corresponds to that
# one. Here there is no table. One network was given a pile of Noto's emoji, and a pile of Fluent's with *none of the same things* on it, and had to find
# out by itself what translating might mean. So does every task for which nobody can draw the pairs: horses and zebras, summer and winter,
# photographs and paintings by a man who died in 1890.
#
# When you have worked through this page you can
#
# * say why a GAN alone may ignore what it is given, and measure that it does;
# * write the loss of **CycleGAN** (Zhu, Park, Isola and Efros, 2017), its two small helpers, and one step of it;
# * judge a translation without pairs by three numbers at once, none of which is fooled by copying;
# * find out what a cycle does *not* forbid, and show it.

# %% [markdown]
# ## 1. Two piles
#
# Of every training emoji we kept one style, by a coin of its own: half of them in Noto's, the other half in Fluent's flat style.

# %%
# NBVAL_CHECK_OUTPUT
train_x, train_y = CYCLES["emoji"].domains("train")
print(
    f"X: {len(train_x)} emoji in Noto's style, Y: {len(train_y)} other emoji in Fluent's flat style, {train_x.shape[-1]} px"
)
print(f"test: {len(noto)} emoji, of which we know both; used for scoring, never for training")

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [train_x[40:52], train_y[40:52]],
    row_labels=["X", "Y"],
    size=0.62,
    caption="Figure 2. Twelve of either pile. What differs is the hand: Noto shades and outlines, Fluent's flat style does not and has other colours.",
    alt="Two rows of twelve unrelated emoji, the upper with shading and darker outlines, the lower in plain areas of colour.",
)

# %% [markdown]
# Pairs are gone, so L1 to the truth is gone, and D cannot be shown $x$ and $y$ side by side. What is left is the game: $G_{xy}$ paints, $D_y$ says whether
# it looks like the pile $Y$.
#
# **What do you expect?** Train $G_{xy}$ against $D_y$, and nothing else. Does the picture that comes out still show what went in?
#
# <details><summary>Answer</summary>
#
# Nothing asks for it. "Looks like $Y$" is true of *any* emoji of $Y$, the same one every time included. Lecture 14's rung *picture* was this, and it forgot its input. Section 5 measures it here.
# </details>

# %% [markdown]
# ## 2. There and back again
#
# Translate a sentence into French and back into English. If you get the sentence you started from, the French probably said the same thing. If you get another one,
# something was lost. You can check that without a word of French, and without ever having seen a sentence in both.
#
# So train *two* translators, $G_{xy}: X \to Y$ and $G_{yx}: Y \to X$, and ask for the way back, starting from either side:
#
# $$\mathcal L_{cyc} = \lambda\,\big( E_x \lVert G_{yx}(G_{xy}(x)) - x \rVert_1 + E_y \lVert G_{xy}(G_{yx}(y)) - y \rVert_1 \big), \qquad \lambda = 10 ,$$
#
# where $\lVert\cdot\rVert_1$ is, as in lecture 14, the *mean* absolute difference over pixels and channels. By hand, on one grey pixel a picture. Let $G_{xy}$ darken by 0.2 and $G_{yx}$ brighten by 0.1:


# %%
# NBVAL_CHECK_OUTPUT
def darken(x):
    return x - 0.2


def brighten(y):
    return y + 0.1


x, y = torch.tensor([[[[0.5]]]]), torch.tensor([[[[-0.3]]]])
print(f"x = .5 -> {darken(x).item():.1f} -> {brighten(darken(x)).item():.1f}: off by .1")
print(f"y = -.3 -> {brighten(y).item():.1f} -> {darken(brighten(y)).item():.1f}: off by .1")
print(
    f"cycle loss: 10 (.1 + .1) = {cyclegan.cycle_consistency_loss(darken, brighten, x, y, lambda_cycle=10.0):.1f}"
)

# %% [markdown]
# Is that enough? Take $G_{xy}$ and $G_{yx}$ both the identity: the cycle is perfect and nothing is translated. Take any map that can be undone, such as exchanging
# red and blue: perfect as well. The cycle alone knows nothing of styles. The game alone knows nothing of content. *Together* they leave far less room:
#
# $$\min_{G_{xy}, G_{yx}}\ \underbrace{E_x[(D_y(G_{xy}(x)) - 1)^2] + E_y[(D_x(G_{yx}(y)) - 1)^2]}_{\text{looks like the other pile}}\ +\ \underbrace{\mathcal L_{cyc}}_{\text{can be undone}}$$
#
# The game is lecture 05's with least squares, which the authors found steadier. (Two slips are often seen on slides: the bracket of $(D_y(G(x)) - 1)^2$ set one symbol too early, and
# no $\lambda$. Can you find both in the UIUC deck?)

# %% [markdown]
# ## 3. Two helpers
#
# **Identity loss.** A picture that *is* in $Y$ already needs no translation: $w\,(\lVert G_{xy}(y) - y\rVert_1 + \lVert G_{yx}(x) - x\rVert_1)$, with half of $\lambda$. It was added
# for paintings, where without it $G$ liked to turn noon into sunset: colours that D does not mind and the cycle can undo.
#
# **A pool of old translations.** D is shown one of 50 older translations instead of the newest, half of the time, so that G cannot win by running in circles around a D that only remembers yesterday.
# Watch it: a pool of 3, and pictures numbered in the order they come.

# %%
# NBVAL_CHECK_OUTPUT
pool = cyclegan.ImagePool(3, torch.Generator().manual_seed(1))
for number in range(1, 11):
    (seen,) = pool.query(torch.full((1, 1, 1, 1), float(number)))
    kept = [int(image) for image in pool.images]
    print(f"G makes {number:2}, D sees {int(seen):2}, the pool keeps {kept}")

# %% [markdown]
# One step, then, is this, G first and D second (pix2pix had it the other way round; it matters little, but checkpoints and logs differ):
#
# 1. $G_{xy}(x)$, $G_{yx}(y)$, and their ways back; adversarial + cycle + identity; one optimiser moves *both* translators.
# 2. Old and new translations from the pools; $D_x$ and $D_y$ learn, each loss halved.
#
# `course_lib/cyclegan.py` has it in thirty lines. The translators are *residual* networks: two halvings, blocks that add a small change to what they are given, two doublings.
# Norms are of the single image (InstanceNorm), since the original learns from one picture at a time.

# %%
# NBVAL_CHECK_OUTPUT
for blocks, side in ((9, 256), (6, 128)):
    count = sum(p.numel() for p in ResnetGenerator(num_blocks=blocks).parameters())
    print(f"the original with {blocks} blocks, for {side} px: {count:,} parameters")
card = emoji.card
print(f"ours for 64 px: {card['parameters']:,} each way, D judges patches of {patch_size(2)} px")

# %% [markdown]
# ## 4. Watch one learn, then go on yourself
#
# The shipped translators learned for an hour and a half on one processor core; the card says how. Move through it.
#
# **What do you expect?** In which order do these four come: the outline of what went in, its colours, the other firm's hand, the other firm's colours?

# %%
pictures, facts = load_snapshots("cyclegan_emoji")
keep = [1, 2, 10, len(pictures) - 1]
every, curves = facts["history_every"], facts["history"]


def coarse(name):
    values = torch.tensor(curves[name])
    return values[: len(values) // 5 * 5].unflatten(0, (-1, 5)).mean(1)


along = every * (5 * torch.arange(len(coarse("cycle"))) + 2.5)
TrainingReplay(
    [(facts["steps"][i], pictures[i][[0, 2, 4, 8, 10]]) for i in keep],
    {
        "game": (
            along,
            {"translators": coarse("adversarial"), "D of X": coarse("d_x"), "D of Y": coarse("d_y")},
        ),
        "ways back": (along, {"cycle": coarse("cycle"), "identity": coarse("identity")}),
    },
    title="held-out emoji: three made flat, two made Noto",
)

# %% [markdown]
# *To try: at which step would you have stopped? Two jumps in the curves, after steps 3,203 and 4,403, are ours: there the identity loss was dropped and the cycle made lighter, because the pictures had kept too much of the hand that drew them.*
#
# The order can be measured on the six emoji from Noto whose pictures were kept: how much of the ink covers the input's, how far the colours (without their brightness, on a grid of 8 × 8) are from the input's
# and from the true partner's, and how sure section 5's classifier of styles is that it sees flat.

# %%
# NBVAL_CHECK_OUTPUT
watched = torch.arange(0, len(noto), len(noto) // 6)[:6]
judge = style_classifier()


def ink_in_common(a, b):
    a, b = a.amin(1) < 235, b.amin(1) < 235
    return ((a & b).sum((1, 2)) / (a | b).sum((1, 2))).mean().item()


def colors_apart(a, b):
    a, b = (torch.nn.functional.avg_pool2d(t.float() - t.float().mean(1, keepdim=True), 8) for t in (a, b))
    return (a - b).abs().mean().item() / 255


def told(name, out):
    flatness = judge.output(extract_features(judge, out)).softmax(1)[:, 1].mean().item()
    kept, away, to_go = (
        ink_in_common(out, noto[watched]),
        colors_apart(out, noto[watched]),
        colors_apart(out, flat[watched]),
    )
    print(f"{name:>9} {kept:14.2f} {away:16.3f} {to_go:18.3f} {flatness:12.1f}")


print("     step   ink in common   input's colours   partner's colours   taken for flat")
for i in (1, 2, 6, 10, 16, 27, len(pictures) - 1):
    told(f"{facts['steps'][i]:,}", pictures[i][:6])
told("the input", noto[watched])

# %% [markdown]
# Outline and the input's own colours come first, within 400 steps: that is the cycle. The hand follows, between 400 and 2,000. The other firm's *colours* come last, when the identity loss no longer holds them back, after step 3,203. (Six
# pictures of one training, stored with loss: an order to look for in yours, and no law.)
#
# Now continue it. All four networks are shipped; only the memory of the optimisers is new. A few steps here, some hundreds where there is a GPU.


# %%
def shipped(name, network, **kwargs):
    module = network(**checkpoint_card(name)["architecture"], **kwargs)
    load_checkpoint(name, module)
    return module


b = budget({"steps": 6}, {"steps": 600})
g_xy, g_yx = (shipped(f"cyclegan_emoji_{way}", ResnetGenerator).to(b.device) for way in ("xy", "yx"))
d_x, d_y = (
    shipped(f"cyclegan_emoji_discriminator_{domain}", PatchDiscriminator, norm=InstanceNorm).to(b.device)
    for domain in "xy"
)
opt_g = adam(torch.nn.ModuleList([g_xy, g_yx]), lr=5e-5)
opt_d = adam(torch.nn.ModuleList([d_x, d_y]), lr=5e-5)
pools = cyclegan.ImagePool(50), cyclegan.ImagePool(50)


def step(batch, rng):
    return cyclegan.cyclegan_step(g_xy, g_yx, d_x, d_y, opt_g, opt_d, *batch, *pools)


trainer = Trainer(
    step,
    UnpairedBatches(train_x, train_y, batch_size=4, augmentation={"pad": 4}, device=b.device),
    {"g_xy": g_xy, "g_yx": g_yx, "d_x": d_x, "d_y": d_y},
)
history = trainer.run(b.steps)

# %% jupyter={"source_hidden": true}
some = shown[[0, 2, 4, 6, 8, 10]]
viz.image_grid(
    [noto[some], to_flat[some], translate(g_xy, noto[some])],
    row_labels=["Noto", "shipped", "after yours"],
    size=0.75,
    caption="Figure 3. The shipped translator and yours, a few steps on.",
    alt="Three rows of six emoji: Noto's, the shipped translations, and nearly the same ones after some steps more.",
)

# %% [markdown]
# ## 5. Is it any good?
#
# Without pairs in *training* there may still be pairs to *score* with; we have kept some. A good translation is three things at once, so we ask for three numbers:
#
# * **style**: how many a classifier of styles, trained on real drawings alone, takes for the target style;
# * **L1** to the true partner, from 0 to 1;
# * **retrieval**: for how many the true partner is the nearest of all partners.
#
# **What do you expect?** Handing the input back unchanged: which of the three does it pass? And the mean picture of the pile?


# %%
# NBVAL_CHECK_OUTPUT
def style(images, target):
    """Share of images taken for the target style: 0 Noto, 1 flat."""
    return (judge.output(extract_features(judge, images)).argmax(1) == target).float().mean().item()


def row(name, images, sources, partners, target):
    print(
        f"{name:26} {style(images, target):5.2f}   {l1_distance(images, partners):.3f}   {retrieval(images, partners):9.2f}"
        f"   {retrieval(images, sources):15.2f}"
    )


mean = train_y.float().mean(0, keepdim=True).round().to(torch.uint8).expand_as(flat)
print("Noto to flat               style   L1     retrieval   names its input")
row("the input itself", noto, noto, flat, 1)
row("the mean of the pile Y", mean, noto, flat, 1)
row("CycleGAN, shipped", to_flat, noto, flat, 1)
row("the true partner", flat, noto, flat, 1)
print("\nflat to Noto")
row("the input itself", flat, flat, noto, 0)
row("CycleGAN, shipped", to_noto, flat, noto, 0)
row("the true partner", noto, flat, noto, 0)

# %% [markdown]
# Copying has the content and none of the style; the mean picture, a pale blur without an edge, is taken for flat by everybody and is nobody's partner. One number alone can be had for nothing.
# The translations to flat pass nearly nine times of ten for flat, where the real ones pass 97 times of 100; they are nearer to the true partner than the input is, and more of them find it. Towards Noto it is harder: shading must
# be invented, and the three numbers are only a little on the right side of the copy.
#
# Before the sweep we wrote down what would count (`data_scripts/sweep_cyclegan.py`): style at least .9, L1 below that of the copied input, retrieval at least that
# of the copied input, all three, for every seed. The shipped pair took well over an hour to train, too long for a sweep; here are three seeds of translators with less than a third of its
# weights and a sixth of its pictures:

# %%
# NBVAL_CHECK_OUTPUT
claims = json.loads(Path("results/19_cyclegan.json").read_text())["runs"]
print("seed   style   L1 (copied)      retrieval (copied)")
for run in claims:
    ours, copied = run["result"]["x to y"], run["result"]["the input itself"]
    print(
        f"{run['seed']:4}   {ours['style']:5.2f}   {ours['l1']:.3f} ({copied['l1']:.3f})   {ours['retrieval']:.3f} ({copied['retrieval']:.3f})"
    )
pairs_of = [(run["result"]["x to y"], run["result"]["the input itself"]) for run in claims]
print("\nall three seeds: style at least .9:", all(o["style"] >= 0.9 for o, _ in pairs_of), end="; ")
print("L1 below the copy's:", all(o["l1"] < c["l1"] for o, c in pairs_of), end="; ")
print("retrieval at least the copy's:", all(o["retrieval"] >= c["retrieval"] for o, c in pairs_of))

# %% [markdown]
# One of three. The distance is below the copy's for every seed; style and retrieval are not where we wanted them, for any. We leave the thresholds where they were: at this size and this
# length CycleGAN has learned the other firm's colours and not yet its hand. What more of both buys, by the same three claims and both ways:

# %%
# NBVAL_CHECK_OUTPUT
full = json.loads(Path("results/19_full_size.json").read_text())["runs"]
print("full size      seed   style   L1 (copied)      retrieval (copied)   passed")
for way, word in (("x to y", "Noto to flat"), ("y to x", "flat to Noto")):
    for run in full:
        ours, copied = run["result"][way], run["result"][f"the input itself, {way}"]
        passed = (
            ours["style"] >= 0.9,
            ours["l1"] < copied["l1"],
            ours["retrieval"] >= copied["retrieval"],
        )
        print(
            f"{word:14} {run['seed']:4}   {ours['style']:5.2f}   {ours['l1']:.3f} ({copied['l1']:.3f})   "
            f"{ours['retrieval']:.3f} ({copied['retrieval']:.3f})        {sum(passed)} of 3"
        )

# %% [markdown]
# Two of three, either way, and for every seed the same two: nearer than the copy, found more often, and short of .9 in style, towards flat by .003 (seed 1) to .05, towards Noto by .09 to .12. A seed takes 100 minutes of one core and more. The recipe's stages were chosen while looking at seed 0
# and these very test emoji, so the shipped numbers flatter a little; seeds 1 and 2 followed it as it was. The script scores every seed you give it into the same file.

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.4, 3.0)
points = {
    "the input itself": (noto, viz.MUTED, "o"),
    "the mean of the pile": (mean, viz.MUTED, "s"),
    "shipped": (to_flat, viz.COLORS[0], "D"),
}
for word, (images, color, marker) in points.items():
    ax.plot(l1_distance(images, flat), style(images, 1), marker, color=color, label=word)
more = [run["result"]["x to y"] for run in full[1:]]
ax.plot(
    [o["l1"] for o in more],
    [o["style"] for o in more],
    "D",
    color=viz.COLORS[0],
    fillstyle="none",
    label="as shipped, seeds 1, 2",
)
small = [ours for ours, _ in pairs_of]
ax.plot(
    [o["l1"] for o in small],
    [o["style"] for o in small],
    "^",
    color=viz.COLORS[1],
    label="small, three seeds",
)
ax.axhline(0.9, color=viz.MUTED, linestyle=":", linewidth=1)
ax.axvline(l1_distance(noto, flat), color=viz.MUTED, linestyle=":", linewidth=1)
ax.set(xlabel="L1 to the true partner", ylabel="taken for flat", xlim=(0.12, 0.205), ylim=(0, 1.06))
ax.legend(loc="center right", fontsize=8)
viz.picture(
    fig,
    alt="Share taken for flat against L1. The input lies low on the right border of the wanted corner, the mean picture high and far to the right; the small networks are left "
    "of the input at .48 to .80, the shipped one and its two other seeds farther left and higher, just below the line at .9.",
    caption="Figure 4. Two of the three numbers. The corner that we asked for is above the one dotted line and left of the other.",
)

# %% jupyter={"source_hidden": true}
many = torch.arange(2, len(noto), len(noto) // 24)[:24]
viz.image_grid(
    [t[many[k : k + 12]] for k in (0, 12) for t in (noto, to_flat)]
    + [t[many[k : k + 12]] for k in (0, 12) for t in (flat, to_noto)],
    row_labels=["Noto", "made flat", "Noto", "made flat", "flat", "made Noto", "flat", "made Noto"],
    size=0.5,
    caption="Figure 5. Twenty-four held-out emoji both ways, evenly drawn, not chosen.",
    alt="Eight rows of twelve emoji: in turn Noto's drawings and their flat translations, flat drawings and their translations into Noto's style.",
)

# %% [markdown]
# ## 6. Which part does what?
#
# Take the loss apart, as the paper did: 400 steps from scratch a row. Rows compare with one another, not with section 5. *Itself* asks that the translation stay near its input pixel by pixel (SimGAN does so), *features*
# that it stay near in the features of a network; *CoGAN* trains two GANs that share most layers and translates through the code that best paints the input. *Pairs* is lecture 14 with all the true partners.
#
# **What do you expect?** Order these by retrieval before you look: GAN alone, cycle alone, both.

# %%
# NBVAL_CHECK_OUTPUT
ablation = json.loads(Path("results/19_ablation.json").read_text())["runs"]
rows = {run["setting"]["row"]: [] for run in ablation}
for run in ablation:
    rows[run["setting"]["row"]].append(run["result"]["x to y"])


def band(word, measure):
    """A row's least and greatest value over the seeds."""
    values = [scores[measure] for scores in rows[word]]
    return min(values), max(values)


print(f"Noto to flat, {len(rows['pairs'])} seeds: style      L1             retrieval      names its input")
for word in rows:
    style, l1, *found = (band(word, m) for m in ("style", "l1", "retrieval", "names its input"))
    print(f"{word:22}   {style[0]:.2f} - {style[1]:.2f}", *(f"  {a:.3f} - {b:.3f}" for a, b in (l1, *found)))
half = band("GAN alone", "retrieval")[1] < band("cyclegan", "retrieval")[0] / 2
others = min(band(word, "l1")[0] for word in rows if word != "pairs")
print(f"retrieval of GAN alone below half of CycleGAN's: {half}")
print(f"style of cycle alone below 0.9: {band('cycle alone', 'style')[1] < 0.9}")
print(f"L1 of pairs below every other row's: {band('pairs', 'l1')[1] < others}")

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(6.6, 2.9, ncols=2)
for ax, measure, title in zip(axes, ("retrieval", "style"), ("finds its partner", "taken for flat")):
    for k, (word, scores) in enumerate(rows.items()):
        color = viz.COLORS[0 if word == "cyclegan" else 1]
        ax.plot([score[measure] for score in scores], [k] * len(scores), "o", color=color, alpha=0.7)
    ax.set(yticks=range(len(rows)), yticklabels=list(rows) if ax is axes[0] else [], xlabel=title)
    ax.set_xlim(-0.02, 0.42 if measure == "retrieval" else 1.02)
    ax.grid(axis="y", linewidth=0.5)
    ax.invert_yaxis()
viz.picture(
    fig,
    alt="Two panels, a line of three points a row. Found partners: CycleGAN, with itself and with features about a third, without identity spread from .1 to .3, GAN alone and cycle alone near 0. "
    "Taken for flat: pairs above .87, all others below .45.",
    caption="Figure 6. The rows after 400 steps, three seeds each. Left: content is kept. Right: the hand is learned.",
)

# %% [markdown]
# * **GAN alone** names neither its partner nor its input: chance is 0.004. It paints emoji, any emoji.
# * **Cycle alone** need not copy, as one might think. For two seeds of three it finds *some* code that can be undone and writes that: the worst L1 of all, recognised by nobody but $G_{yx}$. The third stays nearer to its
#   input. That copying is the usual outcome is a habit of the networks, not a demand of the loss.
# * **CycleGAN** keeps what went in. Its identity loss holds on to colours (smaller L1, and steady over the seeds) and to the hand (less style): a brake, useful early, in the way later. *Without identity* retrieval falls to
#   anything between a third and nine tenths of CycleGAN's. The shipped pair trained with it first and without it after.
# * **One way only** is far behind: what nobody asks to undo drifts.
# * **Itself** and **features** keep the picture and hardly change the hand.
# * **Pairs** have the smallest L1 and the most style after the same 400 steps, and yet fewer find their partner: soft shapes in the right colours. The ceiling is not reached in 400 steps.
#
# The authors' tables, on street scenes with labels (Cityscapes), scored by how well a segmentation network reads the pictures (labels to photo), and by the share of pixels with the right label
# (photo to labels); lecture 15 explains both. Theirs is the verdict to trust: whole trainings, and a score that no copy passes.
#
# | | labels → photo: pixel, class, IoU | photo → labels: pixel, class, IoU |
# |---|---|---|
# | CoGAN | .40 .10 .06 | .45 .11 .08 |
# | BiGAN/ALI | .19 .06 .02 | .41 .13 .07 |
# | SimGAN | .20 .10 .04 | .47 .11 .07 |
# | feature loss + GAN | .06 .04 .01 | .50 .10 .06 |
# | **CycleGAN** | **.52 .17 .11** | **.58 .22 .16** |
# | pix2pix (with pairs) | .71 .25 .18 | .85 .40 .32 |

# %% [markdown]
# ## 7. What a cycle does not forbid
#
# Let somebody hand you these two translators: the shipped $G_{xy}$ followed by a change of channels (red becomes green, green blue, blue red), and $G_{yx}$ that first undoes it.
#
# **What do you expect?** Which of the losses notice: cycle, identity, the game?

# %%
# NBVAL_CHECK_OUTPUT
some_x, some_y = data.to_float(noto[:48]), data.to_float(flat[:48])
judge_y = shipped("cyclegan_emoji_discriminator_y", PatchDiscriminator, norm=InstanceNorm).eval()


def turned_xy(x):
    return emoji.g_xy(x)[:, [2, 0, 1]]


def turned_yx(y):
    return emoji.g_yx(y[:, [1, 2, 0]])


with torch.no_grad():
    print("translators   way back from x   identity on y   game of Y")
    for name, there, back in (("shipped", emoji.g_xy, emoji.g_yx), ("turned", turned_xy, turned_yx)):
        cycle = cyclegan.l1(back(there(some_x)), some_x).item()
        identity = cyclegan.l1(there(some_y), some_y).item()
        game = lsgan_generator_loss(judge_y(there(some_x))).item()
        print(f"{name:13} {cycle:15.2f}   {identity:13.2f}   {game:9.2f}")

# %% jupyter={"source_hidden": true}
with torch.no_grad():
    turned = data.to_uint8(turned_xy(data.to_float(noto[shown])))
    back = data.to_uint8(turned_yx(data.to_float(turned)))
viz.image_grid(
    [noto[shown], turned, back],
    row_labels=["x", "turned", "and back"],
    size=0.62,
    caption="Figure 7. A translation with all colours wrong, and its way back without a trace of it.",
    alt="Three rows of eleven emoji: Noto's; the same shapes with red, green and blue exchanged; and Noto's again in their own colours.",
)

# %% [markdown]
# The way back is as good as ever, to the last digit: whatever $G_{xy}$ does to the colours, $G_{yx}$ undoes. And D, which sees patches of 34 pixels and has met blue, green and red things in the pile, does not mind either. Only
# the identity loss notices. So this is how to see it: feed each translator a picture of its *target* domain, and look at what becomes of the colours. In training the identity loss does just that, which is why
# the first stage had it.
#
# **A second loophole.** The way back starts from $G_{xy}(x)$, and whatever $G_{xy}$ *hides* there, $G_{yx}$ can use. Noto's shading must not be visible in the flat picture; it can still be there, one grey level here,
# two there, where D does not look (Chu, Zhmoginov and Sandler, 2017, call it steganography). Two tests: go back from the *true* flat picture instead; and add a noise to the translation that you can hardly see.
#
# **What do you expect?** How much worse is the way back?

# %%
# NBVAL_CHECK_OUTPUT
with torch.no_grad():
    there = emoji.g_xy(some_x)
    noise = torch.randn(there.shape, generator=torch.Generator().manual_seed(0))
    print(
        f"way back from the translation             L1 {cyclegan.l1(emoji.g_yx(there), some_x).item() / 2:.3f}"
    )
    for sigma in (2, 5, 10):
        noisy = there + sigma / 127.5 * noise
        print(
            f"... with noise of {sigma:2} grey levels           L1 {cyclegan.l1(emoji.g_yx(noisy), some_x).item() / 2:.3f}"
        )
    print(
        f"way back from the designers' flat drawing L1 {cyclegan.l1(emoji.g_yx(some_y), some_x).item() / 2:.3f}"
    )

# %% [markdown]
# The first test says that something *is* carried along: back from the translation the error is half of what it is from a real flat drawing of the same thing. The second says that it is nothing subtle, for ten grey levels of noise
# cost next to nothing. What helps $G_{yx}$ is in plain sight: the outlines, folds and poses of Noto's drawing, which the translation kept and the designers' flat drawing does not have. Steganography was reported for large networks trained
# long with a heavy cycle; our second and third stage had a light one. It did not reproduce here, and that is what we report.
#
# Turn the knobs: what goes in, what comes out, what comes back, and what the designers drew.

# %%
picked = shown[1:7]
ways = []
for sources, translated, partners, back in (
    (noto, to_flat, flat, emoji.to_x(to_flat[picked])),
    (flat, to_noto, noto, emoji.to_y(to_noto[picked])),
):
    ways.append(torch.stack([sources[picked], translated[picked], back, partners[picked]], 1))
distances = [
    [
        f"L1 to the designers' drawing {l1_distance(t[1], t[3]):.3f}, way back {l1_distance(t[2], t[0]):.3f}"
        for t in way
    ]
    for way in ways
]
SettingPlayer(
    torch.stack(ways),
    {"way": ["Noto to flat", "flat to Noto"], "emoji": [str(i + 1) for i in range(len(picked))]},
    ["input", "translation", "back again", "the designers'"],
    distances[0] + distances[1],
    "An emoji, its translation, the way back, and the designers' own drawing in the other style.",
    chosen=[0, 0],
)

# %% [markdown]
# ## 8. Where it fails
#
# The twelve test emoji whose translation is farthest from the designers' drawing:

# %% jupyter={"source_hidden": true}
off = (to_flat.float() - flat.float()).abs().mean((1, 2, 3))
worst = off.argsort(descending=True)[:12]
viz.image_grid(
    [noto[worst], to_flat[worst], flat[worst]],
    row_labels=["Noto", "made flat", "designers'"],
    size=0.58,
    caption="Figure 8. The worst twelve. The networks kept the shape that they were given; the designers had drawn another one.",
    alt="Three rows of twelve emoji: Noto's, their translations with the same outlines, and Fluent's drawings, whose shapes, poses or colours are different.",
)

# %% [markdown]
# Look along the columns. The map without its sea, the skull where there was an X-ray, the superhero seen from near: the third row is *another drawing*, another pose, another crop, by another art director's taste. Nothing in two piles says so, and nothing in a cycle
# asks for it. This is the limit that the authors name: colours and textures, yes; shapes, no. Fine detail is the other weak spot: thin strokes fray, faces melt, for D judges patches and G works at a quarter of the side.

# %% [markdown]
# ## 9. Another pair: day and night
#
# The course's own street scenes, 64 × 96: 400 by day, 400 *others* by night. Here we know what night is, for a program draws it: everything is multiplied by one dark blue, then windows are lit, headlights go on and stars
# come out.
#
# **What do you expect?** Which of these can be learned from two piles, and which can nobody know?
#
# <details><summary>Answer</summary>
#
# The dark blue is easy: six numbers do it, the mean and the spread of every channel of the other pile. That a car has a light, and where, can be learned: D sees it on every car by night. *Which* windows are lit is a coin of its own; a
# translator can only light some, and pays in L1 for each.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
streets = CycleTranslator("streets")
day, night = CYCLES["streets"].domains("test")
made_night, made_day = streets.to_y(day), streets.to_x(night)
scored = json.loads(Path("results/19_streets.json").read_text())["runs"][0]["result"]
print("day to night           L1     retrieval   night to day: L1     retrieval   read by the segmenter")
for word, key in (
    ("the picture itself", "the input itself, "),
    ("mean of the pile", "mean image, "),
    ("six numbers", "six numbers, "),
    ("CycleGAN", ""),
):
    there, back = scored[f"{key}x to y"], scored[f"{key}y to x"]
    print(
        f"{word:20} {there['l1']:.3f}{there['retrieval']:12.2f}{back['l1']:21.3f}{back['retrieval']:12.2f}{back['mean IoU']:20.2f}"
    )
near = abs(l1_distance(made_night, night) - scored["x to y"]["l1"]) < 0.002
print("the shipped translator, measured again: the same to .002:", near)

# %% jupyter={"source_hidden": true}
scenes = [3, 40, 77, 120]
viz.image_grid(
    [t[scenes] for t in (day, made_night, night, made_day)],
    row_labels=["day", "made night", "night", "made day"],
    size=0.85,
    caption="Figure 9. Rows 1 and 3 show the same four scenes, which were in neither pile.",
    alt="Four rows of four street scenes: by day; translated to night, dark blue with glowing windows and headlights; the true night; and translated back to day, bright and grainy.",
)

# %% [markdown]
# Both ways the translator is nearer to the truth than the picture itself and the mean, and a segmenter that knows only days (lecture 15) reads the made day better than the night: what we had asked for beforehand. And the rule of six numbers beats
# it on all but retrieval. Its night has no lamp and no window, its day is full of stars and lit windows; but it does not fray, and ours does, the more so by day. One small network, five hundred seconds, one seed.
#
# What only the network can do is in the pictures: it lights windows, and gives cars a light. No score here pays for that; on the contrary, each window that glows where the true one is dark costs L1. The same script takes two folders of your own, or the paper's
# horses and zebras at 256 px, which `data_scripts/download.py` fetches.

# %% [markdown]
# ## Summary
#
# * Without pairs there is the game, and the game alone may ignore its input: its retrieval is near chance.
# * A cycle asks that the translation can be undone. Alone it is content with anything that can, copying included; together they are CycleGAN.
# * Least squares, $\lambda = 10$, identity loss with half of that, a pool of 50, G then D, both D losses halved, InstanceNorm.
# * Three numbers judge it: style, distance, retrieval. Copying passes no more than it should.
# * A cycle forbids neither a change of colours that can be undone nor details hidden where D does not look, and it never asks for another *shape*.
# * With pairs, use them: the smallest L1 here, and far ahead in the authors' tables.

# %% [markdown]
# ## Check yourself
#
# **1.** A translator from horses to zebras puts the same zebra into every picture, and D is content. Which term forbids it, and how?
#
# <details><summary>Answer</summary>
#
# The cycle: from one zebra $G_{yx}$ cannot know which of many horses to paint, so the way back is wrong for nearly all of them.
# </details>
#
# **2.** The identity loss asks $G_{xy}(y) = y$. Why is it computed on $y$, when $G_{xy}$ is used on $x$?
#
# <details><summary>Answer</summary>
#
# On $x$ it would ask that nothing be translated. On $y$ it says only: colours that are right already stay.
# </details>
#
# **3.** Somebody trains with $\lambda = 0$ and is pleased with D's loss and with the pictures. Which of the three numbers do you ask for?
#
# <details><summary>Answer</summary>
#
# Retrieval (or L1). The pictures may all be good, and none of them of what went in.
# </details>
#
# **4.** Cats and dogs differ in the shape of their heads. What will CycleGAN make of a cat?
#
# <details><summary>Answer</summary>
#
# A cat with a dog's fur. Residual blocks, a cycle and D's small patches all favour keeping every edge where it is. The authors name it as their method's limit.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (05) Write G's least-squares loss.</summary>E[(D(G(z)) − 1)²], D an unbounded score.</details>
# <details><summary>2. (14) Which comes first in a step of pix2pix, D or G?</summary>D, then G, on the same translation.</details>
# <details><summary>3. (02) What does InstanceNorm take its mean over?</summary>The places of one channel of one image.</details>
# <details><summary>4. (02) Why resize convolutions on the way up?</summary>A transposed convolution of kernel 3 and stride 2 covers pixels unevenly: a checkerboard.</details>
# <details><summary>5. (07) D's loss falls on training images and rises on held-out ones. What is that?</summary>D memorises.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, *Unpaired image-to-image translation using cycle-consistent adversarial networks*, 2017, arXiv:1703.10593: all of sections 2, 3 and 6, and the tables.
# * A. Shrivastava and others, *Learning from simulated and unsupervised images through adversarial training*, 2016, arXiv:1612.07828: the pool, and *itself*.
# * M.-Y. Liu, O. Tuzel, *Coupled generative adversarial networks*, 2016, arXiv:1606.07536. J. Johnson and others, 2016, arXiv:1603.08155: the residual translator.
# * C. Chu, A. Zhmoginov, M. Sandler, *CycleGAN, a master of steganography*, 2017, arXiv:1712.02950.
# * The lectures of UIUC, TUM, Stanford CS448V and J.-Y. Zhu on which this course is built; the tables are quoted after UIUC's.
# * Emoji: Noto, Google, Apache-2.0; Fluent, Microsoft, MIT.
#
# **Next:** lecture 20 asks why this works at all: what is easy to keep, what is easy to change, and what a cycle says in nats.

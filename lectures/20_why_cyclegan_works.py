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
# # 20 · Why CycleGAN works
#
# *Part VI, image to image without pairs. About 60 minutes: 30 to read, 30 to predict, move and answer; it runs in about a minute. You need lecture 19, the
# entropy and cross-entropy of lecture 00, and principal components as lecture 06 uses them.*

# %%
import torch
from torch.nn.functional import avg_pool2d

from course_lib import bilinear, clinic, data, gan, information, viz
from course_lib.devices import adam
from course_lib.patchgan import PatchDiscriminator
from course_lib.unpaired import CYCLES, CycleTranslator, retrieval
from course_lib.widgets.cycle_bound import CycleBound
from course_lib.widgets.setting_player import SettingPlayer

STYLES = ("Noto", "flat", "3-D", "line art")
NOTO, FLAT, SOLID, LINE = range(4)


def small(style, split):
    """Emoji of a style at 32 px, each one vector: (C, 3072) in [-1, 1]."""
    return avg_pool2d(data.to_float(data.emoji(style, split)), 2).flatten(1)


def pictures(vectors):
    return data.to_uint8(vectors.clamp(-1, 1).view(-1, 3, 32, 32))


train, test = (
    torch.stack([small(style, split) for style in ("noto", "flat", "3d", "line")])
    for split in ("train", "test")
)
model = bilinear.fit(train, n_dims=400)  # 1,346 emoji in four styles
found = bilinear.find_contents(
    model, test[[NOTO]], [NOTO], noise=1.0
)  # 224 others, seen in Noto's style alone
guessed = model.predict(found)

# %% jupyter={"source_hidden": true}
SEEN, NEW = [200, 420, 640, 860, 1100], [3, 67, 89, 132, 155]
viz.image_grid(
    [
        torch.cat([pictures(train[s][SEEN]), pictures((test if s == NOTO else guessed)[s][NEW])])
        for s in range(4)
    ],
    row_labels=list(STYLES),
    column_labels=["seen"] * 5 + ["new"] * 5,
    size=0.72,
    alt="A table of four styles by ten emoji. The five on the left are sharp in every style. Of the five on the right only the Noto row is sharp; the three "
    "other rows are coloured clouds of about the right shape.",
    caption="Figure 1. Styles downwards, contents to the right. The last five are known in the first row only; what stands below them was computed by the model of section 1, from 2000.",
)

# %% [markdown]
# An emoji has two things to say: *what* it shows, and *whose hand* drew it. Lecture 19 changed one and kept the other, without a single pair to
# tell them apart. Nothing in its loss says "style", nothing says "content". So why does it work?
#
# This page takes the question apart. It begins with the first answer that computers gave, when pairs were plenty; asks what in the newer answer does
# the work; and finds out what the cycle says exactly, in nats. Then it uses all three to predict where CycleGAN must fail, and looks.
#
# When you have worked through this page you can
#
# * write a table of styles and contents as a bilinear model, fit it by one singular value decomposition, and fill its holes;
# * say in which sense content is easy to keep and style easy to change, and give an example where neither is true;
# * derive that the cycle loss bounds the conditional entropy $H(x \mid z)$, and compute both;
# * name translators that have a cycle loss of exactly zero and are wrong, and the judge that notices each;
# * split the failures of a trained translator by factor and by direction.

# %% [markdown]
# ## 1. Two factors, and pairs to learn them from
#
# Tenenbaum and Freeman (2000) wrote the idea down in one line. Let $y^{sc}$ be the picture of content $c$ in style $s$, as a vector. Give each
# content a short vector $b^c$, the same in all styles, and each style a matrix $A^s$ that paints it:
#
# $$ y^{sc} = m^s + A^s\, b^c , $$
#
# with $m^s$ the mean picture of the style. With the styles known it is linear in the contents, with the contents known it is linear in the styles: **bilinear**. If
# the table is full, put all styles of one content side by side into one long row. The model says that these rows lie in a plane of $J$ dimensions, and
# the best plane is found by one singular value decomposition. If the table has holes, go back and forth: contents from styles, styles from contents.
#
# A world where this is *true*: two emoji side by side, any of four left and any of four right, under five coloured lamps. A lamp multiplies red, green and blue; that is a matrix.
#
# **What do you expect?** Two fifths of the 80 pictures are hidden. How far off will the model be there? And the answer "the mean of what I have seen under this lamp"?

# %%
lefts, rights = (data.emoji("flat", "train")[rows] for rows in ([10, 300, 777, 1000], [450, 620, 930, 1200]))
halves = [avg_pool2d(t.double() / 255, 4) for t in (lefts, rights)]  # (4, 3, 16, 16)
scenes = torch.stack([torch.cat([a, b], 2) for a in halves[0] for b in halves[1]])  # (16, 3, 16, 32)
lamps = torch.tensor([[1, 1, 1], [1, 0.55, 0.3], [0.3, 0.5, 1], [0.45, 1, 0.5], [0.9, 0.4, 0.8]]).double()
table = (lamps[:, None, :, None, None] * scenes).flatten(2)  # (5, 16, 1536)
known = torch.tensor([[(2 * c + s + c // 4) % 5 > 1 for c in range(16)] for s in range(5)])
holes = torch.where(known[..., None], table, torch.nan)
filled = bilinear.complete(holes, known, n_dims=6, rounds=60).predict()

# %%
# NBVAL_CHECK_OUTPUT
style_means = torch.stack([row[seen].mean(0) for row, seen in zip(table, known)])[:, None].expand_as(table)
print(
    f"{known.sum()} of {known.numel()} pictures known; error at the hidden ones, root mean square of a pixel in [0, 1]"
)
for name, answer in {"mean of the style": style_means, "bilinear, J = 6": filled}.items():
    off = (answer - table)[~known].square().mean().sqrt().item()
    print(f"  {name:18} {off:.3f}")
print("half a grey level is", round(0.5 / 255, 3))

# %% jupyter={"source_hidden": true}
shown = torch.where(known[..., None], table, 0.5).view(5, 16, 3, 16, 32)[:4, :8]
answer = filled.clamp(0, 1).view(5, 16, 3, 16, 32)[:4, :8]
viz.image_grid(
    [torch.cat([a, b]) * 2 - 1 for a, b in zip(shown, answer)],
    row_labels=["lamp 1", "lamp 2", "lamp 3", "lamp 4"],
    column_labels=["given", *[""] * 7, "filled"],
    size=0.62,
    alt="Left: four lamps by eight pairs of small emoji, some of the cells grey. Right: the same table without a hole, each hidden cell in the colours of its lamp.",
    caption="Figure 2. Grey: hidden. Where the world is bilinear, holes are no secret: a pair seen under one lamp is known under all.",
)

# %% [markdown]
# <details><summary>Why six numbers?</summary>
#
# Four left halves around their mean need three numbers, four right halves three more. The lamps may do whatever a matrix can. Only the product $A^s b^c$ is determined: turn all $b^c$ by some
# matrix and all $A^s$ back, and nothing changes. "Style" and "content" are names for the two sides of a table, not for something that was found inside.
# </details>
#
# Now styles that people drew. 1,346 emoji in four styles are the full part of the table. Each of 224 others is known in one style: find its content by least squares (with the spread of known contents
# as a prior), and paint it in another.
#
# **What do you expect?** Two answers need no learning: hand back the picture in the style you have, or the mean picture of the style you want. Which does the model beat, in squared error? And in
# *retrieval*, the share of answers that lie nearest to their own partner?


# %%
# NBVAL_CHECK_OUTPUT
def row(name, answer, truth):
    rms = (answer.clamp(-1, 1) - truth).square().mean().sqrt().item() / 2
    print(f"  {name:24} {rms:.3f}   {retrieval(pictures(answer), pictures(truth), 2):9.2f}")


def shortened(n_dims):
    """The model with fewer numbers a content: they are sorted."""
    return bilinear.Bilinear(model.means, model.styles[..., :n_dims], model.contents[:, :n_dims])


def translated(n_dims, known_style, wanted):
    short = shortened(n_dims)
    b = bilinear.find_contents(
        short, test[[known_style]], [known_style], noise=1.0 if known_style == NOTO else 0.2
    )
    return short.predict(b)[wanted]


for known_style, wanted in ((NOTO, FLAT), (SOLID, FLAT)):
    print(f"{STYLES[known_style]} to {STYLES[wanted]:18}  error   retrieval")
    row("the picture itself", test[known_style], test[wanted])
    row("mean of the style", model.means[wanted].expand_as(test[wanted]), test[wanted])
    for n_dims in (8, 32, 128, 400):
        row(f"bilinear, J = {n_dims}", translated(n_dims, known_style, wanted), test[wanted])

# %% [markdown]
# Read the two tables with lecture 04 in mind. From Noto the model wins its own race: the error is a good fifth below both trivial answers. Yet a *copy* of the input names its partner twice as often. What the model paints are
# mixtures of 1,346 emoji, with the ghosts of all; squared error likes that.
#
# From 3-D, whose drawings lie exactly where the flat ones do, it is plainer still. All the learning in the world of this model gets, at 400 numbers a picture, to about where copying
# *starts*. Move through it:

# %%
PLAYED, DIMS = [22, 67, 89, 111, 133, 155], (8, 32, 400)
player_frames, texts = [], []
for name, known_style in (("Noto", NOTO), ("3-D", SOLID)):
    by_dims = [translated(n_dims, known_style, FLAT)[PLAYED] for n_dims in DIMS]
    for i, at in enumerate(PLAYED):
        for n_dims, answer in zip(DIMS, by_dims):
            trio = torch.stack([test[known_style][at], answer[i], test[FLAT][at]])
            player_frames.append(pictures(trio))
            off = (answer[i].clamp(-1, 1) - test[FLAT][at]).square().mean().sqrt().item() / 2
            copied = (test[known_style][at] - test[FLAT][at]).square().mean().sqrt().item() / 2
            texts.append(
                f"from {name}, {n_dims} numbers: error {off:.3f}; a copy of the input has {copied:.3f}"
            )
SettingPlayer(
    torch.stack(player_frames).view(2, len(PLAYED), len(DIMS), 3, 3, 32, 32),
    {
        "known style": ["Noto", "3-D"],
        "emoji": [str(i + 1) for i in range(len(PLAYED))],
        "numbers a content": [str(j) for j in DIMS],
    },
    ["known", "painted in the flat style", "the truth"],
    texts,
    "An emoji in the style that is known, what the bilinear model paints, and the designers' flat drawing.",
    chosen=[1, 1, 2],
    zoom=4,
)

# %% [markdown]
# *To try: from 3-D, with how many numbers can you name the emoji? From Noto, does it get sharper with more?*

# %% [markdown]
# ## 2. Content is easy to keep, style is easy to change
#
# The model of 2000 makes two separate vectors and paints anew from them. Everything must pass through $b^c$: all that is not in the four hundred numbers is lost, the keyhole and the left eyebrow.
# Jun-Yan Zhu gives two assumptions on which CycleGAN rests instead, and calls them empirical:
#
# * **content is easy to keep.** A residual network does not paint anew. It *changes* what it is given: skip connections hand the picture on, convolutions have no way to forget where a thing stands. Keeping is what it does when in doubt.
# * **style is easy to change.** What tells two hands apart is local and the same everywhere: outlines, shading, a palette. A few filters see it, a few filters can put it in.
#
# Test the second. If style is simple, some *one number* should already tell styles apart. Ours: the share of ink whose neighbour to the right has the same colour (to two grey levels).
#
# **What do you expect?** How many of 100 held-out emoji does a threshold on that number sort rightly, flat against 3-D? Flat against Noto?


# %%
# NBVAL_CHECK_OUTPUT
def evenness(images):
    """Share of the ink whose right neighbour has the same colour, for each of uint8 (N, 3, H, W)."""
    x = images.int()
    same = (x[..., 1:] - x[..., :-1]).abs().amax(1) <= 2
    ink = x[..., 1:].amin(1) < 250
    return (same & ink).sum((1, 2)) / ink.sum((1, 2)).clamp(min=1)


cuts = torch.linspace(0, 1, 201)[:, None]
spread = {name: evenness(data.emoji(name, "test")) for name in ("flat", "3d", "noto")}
for other in ("3d", "noto"):
    flat_train, other_train = evenness(data.emoji("flat", "train")), evenness(data.emoji(other, "train"))
    cut = cuts[((flat_train >= cuts).float().mean(1) + (other_train < cuts).float().mean(1)).argmax()]
    right = ((spread["flat"] >= cut).float().mean() + (spread[other] < cut).float().mean()).item() / 2
    print(f"flat against {other:4}: {right:.0%} of held-out emoji on the right side of {cut.item():.2f}")

# %% [markdown]
# One number, 98 of 100: that style *is* easy. Noto against flat, the pair of lecture 19, is not: 72 of 100. Noto also has even areas, and differs by its shapes, its palette, its choice of what to draw.
# D finds more than we did by hand; but keep in mind that "style" may be more than filters, and that then the second assumption is strained.
#
# Now the first assumption, against the bilinear model on its own ground. Cut the pictures into patches of 6 × 6 and call each *patch* a content: a style is then a small matrix, the same at every place. Nothing has to say any more
# *where* something is; the picture stays where it stands.
#
# (It spends more numbers: 40 at each of 196 places. But it has one small rule to learn, and 400 numbers a picture had a rule for every pixel.)
#
# **What do you expect?** From 3-D and from Noto: which of the two keeps the content better, and which changes the style more?

# %%
SIDE, STEP = 6, 2


def patches(vectors):
    """Every second patch of 32 px pictures: (N * 196, 108)."""
    found = torch.nn.functional.unfold(vectors.view(-1, 3, 32, 32), SIDE, stride=STEP)
    return found.transpose(1, 2).flatten(0, 1)


def glued(rows):
    """Patches back into pictures; where they overlap, their mean."""
    columns = rows.view(-1, 196, 108).transpose(1, 2)
    sums, counts = (
        torch.nn.functional.fold(t, (32, 32), SIDE, stride=STEP) for t in (columns, torch.ones_like(columns))
    )
    return (sums / counts).flatten(1)


some = torch.randperm(1346 * 196, generator=torch.Generator().manual_seed(0))[:2500]
local = bilinear.fit(torch.stack([patches(style)[some] for style in train]), n_dims=40)


def locally(known_style, wanted):
    b = bilinear.find_contents(local, patches(test[known_style])[None], [known_style], noise=0.02)
    return glued(local.predict(b)[wanted])


# %%
# NBVAL_CHECK_OUTPUT
for known_style, wanted in ((SOLID, FLAT), (NOTO, FLAT)):
    print(f"{STYLES[known_style]} to {STYLES[wanted]:18}  error   retrieval")
    row("the picture itself", test[known_style], test[wanted])
    row("whole pictures, J = 400", translated(400, known_style, wanted), test[wanted])
    row("patches, J = 40", locally(known_style, wanted), test[wanted])

# %% jupyter={"source_hidden": true}
chosen = [67, 22, 89, 111, 155, 176]
viz.image_grid(
    [
        pictures(v[chosen])
        for v in (
            test[SOLID],
            translated(400, SOLID, FLAT),
            locally(SOLID, FLAT),
            test[FLAT],
            locally(NOTO, FLAT),
            test[NOTO],
        )
    ],
    row_labels=["3-D", "whole, 400", "patches, 40", "flat: truth", "patches, 40", "Noto"],
    size=0.72,
    alt="Six rows of six emoji. From 3-D: the whole-picture model gives clouded pictures with ghosts, the patch model clear ones. Then the flat truth. Below, from Noto: the patch model gives softened Noto pictures, and Noto's own.",
    caption="Figure 3. Rows 2 and 3 start from row 1, row 5 from row 6; row 4 is what all three should be.",
)

# %% [markdown]
# Where two styles keep every line in its place, the patch model keeps the content as well as a copy does, because it never takes it away; row 3 is sharp where row 2 has ghosts. It also keeps most of the shading: what is easy to keep is not yet changed, and a *linear* rule for
# 6 × 6 pixels is too poor to flatten. From Noto it can only soften: the designers moved the lines, and no patch knows where to.
#
# CycleGAN's generator makes the same bargain, *local changes on top of what is there*, with a rule that is deep instead of linear, and a learned loss in place of the square. It is why it works on horses and zebras, and why it does not make cats of dogs. (How far the habit of keeping goes, patient C of clinic 19c shows:
# a translator without any cycle that loses the colours and still keeps every outline.)

# %% [markdown]
# ## 3. What a cycle says, in nats
#
# The architecture favours keeping. The loss *asks* for it, and one can say exactly for what. Let a translator be allowed to throw dice: $p(z \mid x)$ is the probability that $x$ becomes $z$. With $p(x)$ that makes a joint
# table $p(x, z)$. How uncertain $x$ still is for somebody who has only $z$ is the **conditional entropy**
#
# $$ H(x \mid z) = -\sum_{x, z} p(x, z) \log p(x \mid z) . $$
#
# It is 0 if every $z$ comes from one $x$ alone, and $H(x)$ if $z$ says nothing. A GAN without a cycle may have any of these. Now take a way back $q(x \mid z)$, and ask how surprised it is at the $x$ that we had started from, which is the cycle loss as a log-loss:
#
# $$ -\sum_{x, z} p(x, z) \log q(x \mid z) = H(x \mid z) + E_z\, \mathrm{KL}\big(p(x \mid z) \,\Vert\, q(x \mid z)\big) \ \ge\ H(x \mid z) . $$
#
# Lecture 00's "cross-entropy is entropy plus divergence", for each $z$ in turn. So **the cycle loss is an upper bound of the conditional entropy**, exact when the way back is the true posterior. Pressing the cycle down
# presses $H(x \mid z)$ down: $z$ must go on naming its $x$ (Li and others, 2017).
#
# The smallest case: two pictures, equally frequent, and a translator that confuses them with chance $\delta$: $x_1$ becomes $z_2$ with probability $\delta$ and $z_1$ else, $x_2$ the other way round.
#
# **What do you expect?** Order $\delta = 0, .1, .25, .5, 1$ by $H(x \mid z)$. Mind the last.

# %%
# NBVAL_CHECK_OUTPUT
print("delta   H(x | z)   cycle loss of the posterior   of a way back that says 1/2")
for delta in (0, 0.1, 0.25, 0.5, 1):
    joint = torch.tensor([[1 - delta, delta], [delta, 1 - delta]], dtype=torch.float64) / 2
    best = information.cycle_log_loss(joint, information.posterior(joint))
    shrug = information.cycle_log_loss(joint, torch.full_like(joint, 0.5))
    print(f"{delta:5}   {information.conditional_entropy(joint):8.5f}   {best:27.5f}   {shrug:27.5f}")

# %%
CycleBound(delta=0.1, guess=0.4)

# %% [markdown]
# *The guess is what the way back believes of delta. To try: with the guess at 0.4, for which delta is the cycle loss smallest? What would a translator do that is free to choose delta? Then press "best guess", and let it choose again.*
#
# <details><summary>What happens, and why it matters</summary>
#
# The cycle loss is linear in $\delta$, a tangent of the entropy's arch, and slopes down to one side. At a guess of 0.4 that is to the left: the translator goes to $\delta = 0$, the best guess follows it, and both sit at zero. From a guess of 0.6 they end
# at $\delta = 1$. The bound presses towards *some* certainty. Which one, $x_1 \to z_1$ or always confused, $x_1 \to z_2$, it never says: both ends have $H = 0$. That is section 4.
# </details>
#
# CycleGAN's networks throw no dice, and its loss is an L1. Where is $q$? A way back $G_{yx}(z)$ with L1 loss is a log-loss with Laplace's density around it,
#
# $$ q(x \mid z) \propto e^{-\lvert x - G_{yx}(z) \rvert / b} \quad\Longrightarrow\quad -\log q(x \mid z) = \tfrac1b \lvert x - G_{yx}(z) \rvert + \text{const} , $$
#
# so L1 is a bound too, of one fixed shape. How loose? Let $x$ be one of 256 grey levels and let the translator keep only $k$ steps of grey, as a poster does.
#
# **What do you expect?** With 4 steps of 64 levels, $H(x \mid z) = \log 64 \approx 4.16$. Will the L1 bound be much above it?

# %%
# NBVAL_CHECK_OUTPUT
levels = torch.arange(256, dtype=torch.float64)


def poster(k):
    """The joint table (256, k) of grey levels and of the step that each falls into, and the way back, the step's middle."""
    step = (levels * k / 256).floor().long()
    return torch.eye(k, dtype=torch.float64)[step] / 256, (torch.arange(k).double() + 0.5) * 256 / k - 0.5


def laplace(middles, b):
    return (-(levels[:, None] - middles).abs() / b).softmax(0)


widths = torch.logspace(-1, 3, 200, dtype=torch.float64)
print("  k   mean |x - way back|   H(x | z)   best L1 bound   gap")
for k in (256, 64, 16, 4, 1):
    joint, middles = poster(k)
    h = information.conditional_entropy(joint).item()
    bound = min(information.cycle_log_loss(joint, laplace(middles, b)).item() for b in widths)
    away = (joint * (levels[:, None] - middles).abs()).sum().item()
    print(f"{k:3}{away:18.1f}{h:15.3f}{bound:14.3f}{bound - h:10.3f}")

# %% [markdown]
# The gap is a fraction of a nat: L1 overrates the loss a little, because a uniform doubt is not shaped like a Laplace. In exchange one trains it by gradient descent. For whole pictures it treats pixels as independent, and there the gap can be anything; the *direction* of the
# inequality stays.
#
# Note what the bound counts: *distinctions*, not looks. One grey level is enough to make a distinction. Hence lecture 19's hidden shading: $H(x \mid z)$ can be zero with $z$ looking as flat as one likes.

# %% [markdown]
# ## 4. Zero loss, and wrong
#
# Compose a perfect pair of translators with any map $h$ of $Y$ that can be undone: $G_{xy}' = h \circ G_{xy}$ and $G_{yx}' = G_{yx} \circ h^{-1}$. The cycle from $x$ does not notice, nor does the cycle from $y$. For $n$ pictures of either kind there are $n!$ one-to-one
# maps, all with cycle loss 0. *One* of them is meant.
#
# A place where the right one is known: flat emoji by day, and the same under a blue lamp, $G_{xy}(x)$ = lamp · $x$. Six translators, each with its exact way back:

# %%
day, night = (t.double() / 255 for t in clinic.day_and_night("test"))
lamp = torch.tensor(clinic.LAMP).double().view(3, 1, 1)
other = torch.randperm(len(day), generator=torch.Generator().manual_seed(0))
UNDO = {  # h on pictures by night, and its inverse
    "the right one": (lambda y: y, lambda y: y),
    "negative": (lambda y: lamp - y, lambda y: lamp - y),
    "colours turned": (lambda y: (y / lamp)[:, [2, 0, 1]] * lamp, lambda y: (y / lamp)[:, [1, 2, 0]] * lamp),
    "upside down": (lambda y: y.flip(2), lambda y: y.flip(2)),
    "mirrored": (lambda y: y.flip(3), lambda y: y.flip(3)),
    "another emoji": (lambda y: y[other], lambda y: y[other.argsort()]),
}
made = {name: h(lamp * day) for name, (h, _) in UNDO.items()}

# %% jupyter={"source_hidden": true}
columns = [0, 67, 89, 111, 133, 155, 176, 198]
viz.image_grid(
    [day[columns] * 2 - 1, *(images[columns] * 2 - 1 for images in made.values())],
    row_labels=["day", *made],
    size=0.72,
    alt="Seven rows of eight emoji: by day; under a blue lamp; as dark-on-light negatives in blue; with colours exchanged; upside down; mirrored; and night pictures of other emoji.",
    caption="Figure 4. Six translations of the first row. Each can be undone without a trace.",
)

# %% [markdown]
# **What do you expect?** Three judges: the cycle; the identity loss, $\lVert G_{xy}(y) - y\rVert_1$, a mean over pixels as ever (for maps that are not a table); and a *fresh* $D$ for each row, trained to tell real night pictures from these. Which rows does each object to?

# %%
# NBVAL_CHECK_OUTPUT
print("                 cycle, both ways   identity   L1 to the true partner")
for name, (h, undo) in UNDO.items():
    from_x = (undo(h(lamp * day)) / lamp - day).abs().max()
    from_y = (h(lamp * (undo(night) / lamp)) - night).abs().max()
    identity = "" if name == "another emoji" else f"{(h(lamp * night) - night).abs().mean():.3f}"
    away = (h(lamp * day) - night).abs().mean()
    print(f"{name:16} {max(from_x, from_y):16.3f}   {identity:>8}   {away:22.3f}")

# %%
train_day, train_night = clinic.day_and_night("train")
real, sources = (
    data.to_float(train_night[1::2]),
    train_day[::2].float() / 255,
)  # no emoji in both, as in lecture 19
held_real = data.to_float(clinic.day_and_night("test")[1][1::2])


def auc(real_scores, fake_scores):
    """How often a real picture gets the higher score: 1/2 for a judge that sees no difference."""
    return (real_scores[:, None] > fake_scores).double().mean().item()


def fresh_judge(name, steps=80):
    """A D trained on this row alone, scored on held-out pictures of both kinds."""
    h = UNDO[name][0]
    mapped = sources * lamp.float() if name == "another emoji" else h(sources * lamp).float()
    rng = torch.Generator().manual_seed(0)
    d = PatchDiscriminator(3, 16, 2, norm=torch.nn.Identity, rng=rng)
    optimizer = adam(d, 2e-3)
    for _ in range(steps):
        pick, pick_fake = (torch.randint(len(t), (16,), generator=rng) for t in (real, mapped))
        loss = gan.lsgan_discriminator_loss(d(real[pick]), d(mapped[pick_fake] * 2 - 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        scores = [d(t).mean((1, 2, 3)) for t in (held_real, made[name][::2].float() * 2 - 1)]
    return auc(*scores)


seen_by_d = {name: fresh_judge(name) for name in UNDO}

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.4, 2.4)
ax.barh(list(seen_by_d)[::-1], list(seen_by_d.values())[::-1], color=viz.COLORS[0], height=0.6)
ax.axvline(0.5, color=viz.INK, linewidth=1, linestyle=":")
ax.set(xlim=(0, 1), xlabel="how often D prefers the real picture (1/2: it sees no difference)")
viz.picture(
    fig,
    alt="Bars: how often a fresh D prefers the real picture, for the six translators.",
    caption="Figure 5. A fresh D for each row, 80 steps, held-out pictures; live on your machine.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("D sees the negative, more than 9 in 10:          ", seen_by_d["negative"] > 0.9)
print("D sees no difference in the right one, .35 to .65:", abs(seen_by_d["the right one"] - 0.5) < 0.15)
print("nor in another emoji:                             ", abs(seen_by_d["another emoji"] - 0.5) < 0.15)

# %% [markdown]
# The cycle objects to none of the six, as it must. The identity loss objects to *all*, and to the right one hardly less than to the negative: under this lamp the right translator darkens what is
# dark already. Identity is a wish, made for pairs of domains that share their colours; it is not a consequence of being right.
#
# $D$ sees the negative at once (no real night is black), and turned colours mostly (no real face is green). The mirror it does not see, since letters and shoes that point the wrong way are too rare to learn from in 80 steps; and *another emoji* it
# **cannot** see, with any training: that row *is* a draw from the real pictures. What forbids it is neither loss. A network that sends each picture to some other one would have to be a table of names, and residual convolutions make no such tables. So of the $n!$ maps
# the losses leave a handful, those that keep the *distribution*; the architecture's habit of keeping content picks among them. **Game, cycle, and habit: all three.** (Galanti, Wolf and Benaim, 2018, argue that the simplest map of them all is the one that gets learned.)
#
# **How to see an inversion** in a trained translator, when you have no partners: do not look at D or at the cycle. Feed it something whose colour you know (a red disc, a grey ramp, a picture of $Y$), and plot what comes out against what went in.

# %% jupyter={"source_hidden": true}
ramp = torch.linspace(0, 1, 24).double().view(1, 1, 1, 24).expand(1, 3, 24, 24)
fig, axes = viz.figure(8.2, 2.4, ncols=4, sharey=True)
for ax, name in zip(axes, ("the right one", "negative", "colours turned", "mirrored")):
    out = UNDO[name][0](lamp * ramp)[0, :, 12]
    for channel, color, word in zip(
        out, (viz.COLORS[1], viz.COLORS[2], viz.COLORS[0]), ("red", "green", "blue")
    ):
        ax.plot(ramp[0, 0, 12], channel, color=color, label=word)
    ax.set(title=name, xlabel="grey level in")
axes[0].set_ylabel("level out")
axes[0].legend(fontsize=8)
viz.picture(
    fig,
    alt="Four panels, the levels of red, green and blue out against the grey level in. The right translator and the one with turned colours rise in all channels; the negative and the mirrored one fall from left to right.",
    caption="Figure 6. A ramp through four translators. Falling lines betray the negative (and the mirror: a ramp is not symmetric). A grey ramp cannot show turned colours; a red disc would.",
)

# %% [markdown]
# ## 5. Where it fails: by factor, and by direction
#
# The three answers predict failures. A loss that asks for *undoing* will not mind a wrong colour. A generator whose habit is *keeping* will not move a line. A $D$ of small patches sees detail and no plan. And the two directions are not alike: flat must be *given* shading to become Noto, which
# needs invention, and Noto must *lose* it to become flat, which the way back will not like.
#
# Take the shipped translators of lecture 19 and the 224 test emoji, whose partners are known. Three rulers, each blind to the other two:
#
# * **shape**: the share of ink (pixels that are not white) that the translation does *not* have in common with the designers' drawing: 1 minus intersection over union;
# * **colour**: the distance of the mean colours of the ink, root of the mean square over red, green, blue, as a share of the range;
# * **detail**: the energy of the Laplacian (lecture 01) against the designers' drawing: $\lvert\log_2\rvert$ of the ratio, 1 for twice or half of what it should be.
#
# **What do you expect?** For each ruler, which part of the way from a copy of the input (0 %) to the designers' drawing (100 %) does CycleGAN go? Which ruler will it fail?


# %%
translators = CycleTranslator("emoji")
noto, flat = CYCLES["emoji"].domains("test")
to_flat, to_noto = translators.to_y(noto), translators.to_x(flat)


def ink(images):
    return images.amin(1) < 235  # (N, H, W)


def shape(images, partners):
    a, b = ink(images), ink(partners)
    return 1 - (a & b).sum((1, 2)) / (a | b).sum((1, 2)).clamp(min=1)


def mean_color(images):
    weight = ink(images)[:, None].float()
    return (images.float() * weight).sum((2, 3)) / weight.sum((2, 3)).clamp(min=1) / 255  # (N, 3)


def color(images, partners):
    return (mean_color(images) - mean_color(partners)).square().mean(1).sqrt()


def detail_energy(images):
    grey = images.float().mean(1, keepdim=True) / 255
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).view(1, 1, 3, 3)
    return torch.nn.functional.conv2d(grey, kernel).square().mean((1, 2, 3))


def detail(images, partners):
    return (detail_energy(images) / detail_energy(partners)).log2().abs()


RULERS = {"shape": shape, "colour": color, "detail": detail}
WAYS = {"Noto to flat": (noto, to_flat, flat), "flat to Noto": (flat, to_noto, noto)}
gone = {
    (way, ruler): 1 - (measure(out, truth).mean() / measure(source, truth).mean()).item()
    for way, (source, out, truth) in WAYS.items()
    for ruler, measure in RULERS.items()
}

# %%
# NBVAL_CHECK_OUTPUT
print("                        copy   translation   part of the way gone")
for (way, ruler), part in gone.items():
    source, out, truth = WAYS[way]
    before, after = (RULERS[ruler](images, truth).mean().item() for images in (source, out))
    print(f"{way:14}{ruler:8}{before:6.2f}{after:14.2f}{part:23.0%}")

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.4, 2.6)
for k, (way, color_of) in enumerate(zip(WAYS, viz.COLORS)):
    ax.bar(
        torch.arange(3) + 0.36 * k - 0.18,
        [100 * gone[way, r] for r in RULERS],
        width=0.34,
        color=color_of,
        label=way,
    )
ax.axhline(0, color=viz.INK, linewidth=0.8)
ax.set(xticks=range(3), xticklabels=list(RULERS), ylabel="% of the way gone")
ax.legend()
viz.picture(
    fig,
    alt="Bars for shape, colour and detail in both directions: the part of the way from a copy to the designers' drawing that the translation has gone.",
    caption="Figure 7. What the shipped translators change in the right direction, mean over 224 emoji. 0 is a copy of the input, below 0 is worse than a copy.",
)

# %% [markdown]
# Read the bars from left to right. **Shape** hardly moves, in either direction: nobody asked, and the architecture would rather not. **Colour** goes about a seventh of the way, in both directions. **Detail** is the surprise: the energy of fine structure is *no nearer* to the
# designers' than a copy's was, and to flat even farther off, though these translations look flat to the eye and to lecture 19's classifier. A style is not one number; and where $D$'s patches are content, dark outlines and small sparks may stay.
#
# Which emoji? Sort the test set by how far the *designers* moved the outline, into four parts.
#
# **What do you expect?** In which of the four does the translation's shape error fall below the copy's?
#
# <details><summary>Answer</summary>
#
# In all four, by one to four hundredths, and by no more where the designers moved the ink by far. The translators have learned what is true of every emoji (how an outline ends), and nothing about any one.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
moved = shape(noto, flat)
print("designers moved the ink by    copy   Noto to flat   flat to Noto")
for part in moved.argsort().chunk(4):
    both = [shape(out[part], truth[part]).mean().item() for _, out, truth in WAYS.values()]
    low, high = moved[part].min().item(), moved[part].max().item()
    print(f"{low:.2f} to {high:.2f}{moved[part].mean().item():23.2f}{both[0]:15.2f}{both[1]:15.2f}")

# %% jupyter={"source_hidden": true}
rows, labels = [], []
for ruler, measure in RULERS.items():
    off = measure(to_flat, flat)
    worst = off[detail_energy(flat) > 0.002].argsort(descending=True)
    rest = (detail_energy(flat) > 0.002).nonzero()[:, 0]
    pick = rest[worst][:8]
    rows += [noto[pick], to_flat[pick], flat[pick]]
    labels += [f"{ruler}: Noto", "made flat", "designers'"]
viz.image_grid(
    rows,
    row_labels=labels,
    size=0.62,
    alt="Nine rows of eight emoji: for shape, colour and detail in turn, the worst eight of the test set: Noto's drawing, its translation, the designers' flat drawing.",
    caption="Figure 8. The worst eight by each ruler. Above each translation what it was given, below it what the designers drew.",
)

# %% [markdown]
# Row by row these are no accidents of training. The saw points the other way, the hands sit elsewhere, Japan has no sea around it: for *shape* the designers disagreed about what to draw. For *colour* they disagreed about the thing's own colour, a purple sign for a blue one, a green shirt for a blue one, and no loss could know
# (conditional entropy again: $H(\text{flat} \mid \text{Noto})$ is not 0 in the *data*). The translation is plausible, and not theirs. Only *detail* is a fault of the network's own.
#
# **Outside its world.** The paper's best-known failure is a horse with a rider: no rider was in the training pictures, so he gets stripes too. Ours knows Noto emoji on white. Give it others.
#
# **What do you expect?** Black line art, a photograph, a negative, a page of noise: what will it make of each?

# %% jupyter={"source_hidden": true}
strange = torch.cat(
    [
        data.emoji("line", "test")[[67, 155]],
        data.emoji("3d", "test")[[67, 155]],
        255 - noto[[67, 155]],
        avg_pool2d(data.photos("all")[[0, 7]].float(), 4).round().to(torch.uint8),
        torch.randint(256, (1, 3, 64, 64), generator=torch.Generator().manual_seed(0), dtype=torch.uint8),
    ]
)
viz.image_grid(
    [strange, translators.to_y(strange), translators.to_x(translators.to_y(strange))],
    row_labels=["given", "made flat", "and back"],
    size=0.72,
    alt="Three rows of nine: two line drawings, two 3-D emoji, two negatives, two photographs and noise; their translations into the flat style; and the way back.",
    caption="Figure 9. Pictures from no domain it knows.",
)

# %% [markdown]
# Line art keeps its lines, and gets an ink that the flat style has. A 3-D emoji, near enough, is flattened. The negatives come out wrong in the way that matters: every picture of the training piles had a white ground, so a black ground becomes brown or orange, the shoe white, *and the way back cannot
# find them*: here the cycle is open, since it was only ever closed on those piles. A photograph loses its middle greys, as if it were an emoji badly drawn. No loss was there to object.
#
# The authors' own list of limits, as the UIUC lecture quotes it, now with a ruler beside each line:
#
# | limit | where you have measured it |
# |---|---|
# | cannot change shapes (dog to cat) | *shape*, and the last of the four parts |
# | is confused by what it was not trained on (horse with rider) | Figure 9 |
# | does not close the gap to training with pairs | lecture 19, row *pairs*, by L1 and style |
# | one direction may be harder, and the loss does not know | the two columns of Figure 7 |

# %% [markdown]
# ## Summary
#
# * Style and content as two factors of a table: $y^{sc} = m^s + A^s b^c$, one singular value decomposition, holes by alternating least squares. Exact where the world is bilinear; on real emoji it wins squared error and loses the content.
# * Content is easy to keep for a network that changes what it is given, and style easy to change where it is local. Both are assumptions about data and architecture, and both can be measured.
# * The cycle loss is an upper bound of $H(x \mid z)$, exact for the posterior; with L1 it is a Laplace's log-loss. Zero says that $z$ names its $x$, and not *which* name is right.
# * $n!$ translators have cycle loss zero. The game strikes out those that change the distribution, the architecture prefers those that keep content; identity loss helps where domains share colours, and is not a test of being right.
# * Failures follow: shape is kept when it should move, colours may be exchanged, detail is hidden or invented, and the two directions differ.

# %% [markdown]
# ## Check yourself
#
# **1.** A full table of 3 styles and 50 contents, each picture 1,000 numbers. How many numbers has the bilinear model with $J = 10$?
#
# <details><summary>Answer</summary>
#
# Means 3 · 1,000, matrices 3 · 1,000 · 10, contents 50 · 10: 33,500, for 150,000 in the table. (And 10 · 10 of them are free, since only products count.)
# </details>
#
# **2.** 8 equally likely pictures; the translator merges them in pairs, and the way back picks one of the two at random. $H(x \mid z)$? The cycle log-loss?
#
# <details><summary>Answer</summary>
#
# Both log 2 = 0.693 nats. The way back is the posterior, so the bound is tight; nothing it does can lower it. Only the translator can.
# </details>
#
# **3.** Your cycle loss is 0.01 and the translations show nothing of the input that you can see. Is the bound broken?
#
# <details><summary>Answer</summary>
#
# No: the input is in there, where you do not look. Add a little noise to the translation and go back again (lecture 19).
# </details>
#
# **4.** Somebody adds a strong identity loss between photographs by day and by night, to keep colours right. What do you warn of?
#
# <details><summary>Answer</summary>
#
# The right translator pays it too (section 4): it says that night pictures must not be darkened, on the same network that must darken day. It can hold everything back at the copy.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (00) Cross-entropy of p with q, as entropy and divergence?</summary>H(p) + KL(p‖q).</details>
# <details><summary>2. (04) Why do mixtures of many emoji win in squared error?</summary>The square asks for the mean of what may be right.</details>
# <details><summary>3. (05) The best D answers ½ everywhere. What does that say of p and q?</summary>They are equal.</details>
# <details><summary>4. (06) What do principal components minimise?</summary>The squared error of pictures rebuilt from that many numbers.</details>
# <details><summary>5. (19) Which three numbers judge a translation without pairs?</summary>Style, distance to the true partner, retrieval.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * J. B. Tenenbaum, W. T. Freeman, *Separating style and content with bilinear models*, Neural Computation 12 (2000), doi:10.1162/089976600300015349: the asymmetric model of section 1; their symmetric one ties the styles to each other too.
# * J.-Y. Zhu, *Learning to generate images* (lecture): style and content with and without pairs, the two assumptions, and the table with $\delta$.
# * C. Li and others, *ALICE: towards understanding adversarial learning for joint distribution matching*, 2017, arXiv:1709.01215: lemma 3, the bound. L. Tiao, E. Bonilla, F. Ramos, 2018, arXiv:1806.01771, reach it from Bayesian inference.
# * T. Galanti, L. Wolf, S. Benaim, *The role of minimal complexity functions in unsupervised learning of semantic mappings*, ICLR 2018, arXiv:1709.00074.
# * J.-Y. Zhu and others, 2017, arXiv:1703.10593, section 6: limits. UIUC's lecture lists them.
# * Emoji: Noto, Google, Apache-2.0; Fluent, Microsoft, MIT.
#
# **Next:** clinic 19c, where translators are ill, and assignment a6.

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
# # 13 · Attention and scale
#
# *Part IV, conditioning on a class. About 60 minutes: 30 to read, 30 to predict, try and answer; the cells run in about a minute. You need receptive fields (lecture 03), precision and recall
# (lecture 07), the class in gains and in a projection (lecture 11), hinge and spectral normalisation (lecture 12).*

# %%
import json
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from course_lib import biggan, captioned, data, dcgan, viz
from course_lib.attention import CopyNet, SelfAttention, far_letters, self_attention
from course_lib.checkpoint import load_snapshots, shipped
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.conditional import ConcatGenerator, truncated_normal
from course_lib.metrics import precision_recall
from course_lib.widgets import AttentionMap
from course_lib.widgets.setting_player import SettingPlayer

NAMES = data.FASHION_CLASSES
RECORD = json.loads(Path("results/13_attention_and_scale.json").read_text())["runs"]
judge = fashion_classifier()


def noise(n, d, seed):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def runs(part, **more):
    """The results of a part of the sweep, one for each seed."""
    return [r["result"] for r in RECORD if r["setting"] == {"part": part} | more]


def told_a_class(num_classes, dim, **size):
    return biggan.Generator(nn.Embedding(num_classes, dim), dim, **size)


def told_a_caption(dim, **size):
    return biggan.Generator(biggan.CaptionEmbedding(4, 4, dim), dim, **size)


G, painter = shipped("biggan_fashion", told_a_class), shipped("biggan_captions", told_a_caption)
copier = shipped("attention_letters", CopyNet)

# %% jupyter={"source_hidden": true}
z = truncated_normal(4, G.z_dim, 1.0, torch.Generator().manual_seed(11))
viz.image_grid(
    [G(row.expand(10, -1), torch.arange(10)) for row in z],
    column_labels=[name.replace(" ", "\n") for name in NAMES],
    size=0.66,
    caption="Figure 1. Drawn on demand: a column is a class, a row is one code z (truncated at 1; section 5 says what that is). Not one of these is a photograph.",
    alt="Four rows of ten generated grey pictures of clothes, one class a column, from T-shirt to ankle boot.",
)

# %% [markdown]
# In 2018 two papers, four months apart, took pictures by class from patches of dog texture to dogs. The first, *SAGAN*, added one layer that lets every place of a picture look at every other. The second, *BigGAN*, took
# everything that you have learned in this part and made it large. On ImageNet the first brought the Fréchet distance from 27.6 to 18.7, the second to 7.4.
#
# Their machines are out of reach, but you can take every device apart. When you have worked through this page you can
#
# * prove that a small convolutional network cannot solve a task, and solve it with one attention block;
# * compute attention by hand, and say why its gain $\gamma$ begins at 0;
# * say what a code that enters level by level may change at each level;
# * trade diversity for fidelity by truncation, and measure both sides of the bargain;
# * walk in the class with $z$ held fixed, and say which classes are difficult and why;
# * draw a picture from a caption of two words that never stood together in training.

# %% [markdown]
# ## 1. What a convolution cannot see
#
# Here is a small task. On the left edge of a picture stand six letters; on the right edge, eleven columns away, stand the same letters in *another order*, each beside a coin that shows 1 or −1. For every letter on the left, say what
# its coin shows. Order and coins are drawn anew for every picture.

# %% jupyter={"source_hidden": true}
INKS = (
    torch.tensor(
        [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [240, 228, 66], [86, 180, 233]]
    )
    / 255
)


def show_letters(x):
    """A picture for the eye: letters as colours, a coin 1 white, a coin -1 black, beside its letter."""
    n = len(x)
    image = torch.full((n, 3, 6, 12), 0.42)
    for first, column in ((0, 0), (6, 11)):
        image[:, :, :, column] = torch.einsum("nlr,lc->ncr", x[:, first : first + 6, :, column], INKS)
    image[:, :, :, 10] = ((x[:, 12, :, 11] + 1) / 2)[:, None]
    return 2 * image - 1


letters, answers = far_letters(3, torch.Generator().manual_seed(4))
viz.image_grid(
    show_letters(letters).repeat_interleave(16, 2).repeat_interleave(16, 3),
    column_labels=["picture 1", "picture 2", "picture 3"],
    size=2.3,
    caption="Figure 2. Three pictures of the task, letters drawn as colours. The left edge asks; at the right edge each letter has its coin beside it, white for 1 and black for −1.",
    alt="Three grey grids of 6 by 12 cells: six different colours down the left edge, the same colours in another order down the right edge, each with a white or black cell beside it.",
)

# %% [markdown]
# Our network has four convolutions of 3 × 3. Each sees one column farther, so the answer at the left edge knows four columns beyond it (lecture 03's footprint). The coins stand at column eleven.
#
# **What do you expect?** The network is trained on 51,200 such pictures. What share of its answers is right? And what if you turn every coin around: how many of its answers change?

# %%
# NBVAL_CHECK_OUTPUT
near = CopyNet("near", rng=torch.Generator().manual_seed(0)).double()
x = noise(8, 13 * 6 * 12, 1).double().view(8, 13, 6, 12).requires_grad_()
near(x).square().sum().backward()
sees = [column for column in range(12) if x.grad[..., column].abs().max() > 0]
turned = letters.clone()
turned[:, 12] *= -1
print("columns that its answers depend on:", sees)
print(
    "answers that move when all coins are turned:",
    int((near(turned.double()) != near(letters.double())).sum()),
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Half, and none. This is not a matter of training. Whatever the weights are, the answer is a function of columns 0 to 4, the coin is independent of all of them, so *no* such network is right more than half of the time, in the mean. There is
# nothing to learn.
# </details>
#
# The cure that you know is to stack layers, or to stretch them, until the field is wide enough. We try that as well. But a wide field is not yet a solution: the letter may be in any of six rows, and a fixed weight for "six rows down, eleven to the right" is
# right in one picture and wrong in the next. What is needed is a weight that *depends on what stands there*.

# %% [markdown]
# ## 2. Attention: ask, compare, fetch
#
# Let $x_i \in \mathbb R^C$ be the features at place $i$. Three matrices read each of them in three ways: as a **query** $q_i = W_q x_i$, what the place wants to know; as a **key** $k_j = W_k x_j$, what the place has to offer; and as a **value** $W_v x_j$, what is
# handed over. Query and key are compared by their dot product, a softmax makes shares of the scores, and the values are averaged with these shares:
#
# $$a_{ij} = \frac{\exp(q_i \cdot k_j)}{\sum_{j'} \exp(q_i \cdot k_{j'})}, \qquad out_i = x_i + \gamma \sum_j a_{ij}\, W_v x_j .$$
#
# Every place asks every other, near or far: an $HW \times HW$ table of shares, whose rows sum to 1. It costs $(HW)^2$ where a convolution costs $9\,HW$, so it stands where maps are small.
#
# **By hand.** Two places, one feature each: $x = (0, 1)$, with $W_q = \log 3$, $W_k = 1$, $W_v = 4$, $\gamma = \frac12$. The first asks 0, so both scores are 0 and its shares are $\frac12, \frac12$. The second asks $\log 3$: scores $0$ and $\log 3$, shares $\frac14, \frac34$.
# Values are 0 and 4. **What do you expect** for $out$?

# %%
# NBVAL_CHECK_OUTPUT
two = torch.tensor([[[[0.0, 1.0]]]]).double()
one = torch.ones(1, 1).double()
out, shares = self_attention(two, torch.log(3 * one), one, 4 * one, 0.5)
print("shares:", shares[0].round(decimals=6).tolist(), "  out:", out.flatten().round(decimals=6).tolist())

# %% [markdown]
# <details><summary>Answer</summary>
#
# $0 + \frac12 (\frac12 \cdot 4) = 1$ and $1 + \frac12 (\frac34 \cdot 4) = 2.5$.
# </details>
#
# Two facts follow from the formula alone. Places have no order: shuffle them and the answers are shuffled along. What the place knows about *where* it is must come from the convolutions before. And at $\gamma = 0$ the block is the identity, whatever its three matrices are.

# %%
# NBVAL_CHECK_OUTPUT
block, maps = SelfAttention(16).double(), noise(2, 16 * 12, 3).double().view(2, 16, 3, 4)
order = torch.randperm(12, generator=torch.Generator().manual_seed(0))
mixed = maps.flatten(2)[:, :, order].view_as(maps)
print("a new block changes its input by:", (block(maps) - maps).abs().max().item())
nn.init.constant_(block.gamma, 0.7)
print("at gamma = 0.7 it changes it:", bool((block(maps) - maps).abs().max() > 0.1))
same = torch.allclose(block(mixed).flatten(2), block(maps).flatten(2)[:, :, order])
print("shuffled places, shuffled answers:", same)

# %% [markdown]
# SAGAN starts every block at $\gamma = 0$. The network first learns what neighbours can tell, and *then* gives weight to what is far. How much, the gradient decides. Watch it decide: here are three trainings of the network with one attention block between its second
# and third convolution.

# %% jupyter={"source_hidden": true}
with_block = runs("copy", net="attention")
steps = torch.arange(1, len(with_block[0]["loss"]) + 1) * 25
fig, (left, right) = viz.figure(8.2, 2.9, 1, 2)
for seed, (run, color) in enumerate(zip(with_block, viz.COLORS)):
    left.plot(steps, run["loss"], color=color, label=f"seed {seed}")
    right.plot(steps, [abs(g) for g in run["gamma"]], color=color)
left.axhline(0.6931, color=viz.MUTED, linestyle=":", linewidth=1)
left.text(steps[-1], 0.70, "log 2: a coin guessed", ha="right", va="bottom", color=viz.MUTED, fontsize=9)
left.set(
    xlabel="step", ylabel="log-loss, nats", title="stairs: letter after letter is found", ylim=(-0.02, 0.78)
)
right.set(xlabel="step", ylabel="|γ|", title="the gain of the far, from 0", ylim=(0, None))
left.legend(loc="lower left")
viz.picture(
    fig,
    alt="Left: three losses fall from log 2 to a plateau at 0.6 and then in stairs towards 0. Right: the size of gamma grows from 0.",
    caption="Figure 3. Three trainings with an attention block. The plateau at 0.6 is the majority vote: uniform attention already tells how many coins show 1. Then queries and keys begin to tell letters apart. "
    "(The sign of γ is arbitrary: the value matrix may take the opposite one.)",
)

# %%
# NBVAL_CHECK_OUTPUT
print("                    share of right answers, seeds 0, 1, 2")
for net, text in (("near", "reach 4"), ("wide", "reach 11, dilated"), ("attention", "reach 4 and a block")):
    print(f"{text:24}", "   ".join(f"{run['right']:.3f}" for run in runs("copy", net=net)))
print("claim, near <= .55 in every seed:", all(run["right"] <= 0.55 for run in runs("copy", net="near")))
print("claim, attention >= .95 in every seed:", all(run["right"] >= 0.95 for run in with_block))
fresh, wanted = far_letters(1000, torch.Generator().manual_seed(77))
print(
    "the shipped one, measured here: ", ((copier(fresh) > 0) == wanted.bool()).double().mean().item() >= 0.95
)

# %% [markdown]
# The near network stays at a half, as it must. The wide one *sees* every coin and still gets no farther than 0.66. That number has a meaning: it is the **majority vote**. Of six coins, the one you are asked for agrees with the majority in
# $\frac12 + \frac1{12}\,\mathbb E|S| = 0.656$ of the cases, where $S$ is the sum of six coins and $\mathbb E|S| = 1.875$. Fixed weights can count coins. To match letters they would need a detector for each pair of rows and each letter; in these 1,600 steps they found none.
# Attention finds all six, with weights that are *made from the picture*: that, and not only the reach, is what it adds.

# %% [markdown]
# Now click. The widget shows the shipped network's attention on the three pictures of Figure 2. Choose a letter at the left edge, with the mouse or the arrow keys.
#
# **What do you expect?** Where does the left edge look? And where does a grey place in the middle look, that nobody asks about?

# %%
_, copying = copier.block.attend(copier.stem(letters))
AttentionMap(
    show_letters(letters),
    copying,
    (6, 12),
    ["picture 1", "picture 2", "picture 3"],
    "Coloured cells down the left and right edge of a grey grid, with coins beside those on the right.",
    row=1,
    zoom=44,
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# In picture 1 every letter of the left edge looks at its own letter on the right, or right beside it: within two columns, which the convolutions after the block bridge. (The widget counts rows and columns from 1: the right edge is column 12. A coin has the same place as its letter and is drawn beside it.) Three rows ask from column 1 (2, 5 and 6), three from column 2 (1, 3 and 4): the convolutions before the block had carried the letter there. Which place asks is the network's own choice.
#
# A picture that is orange all over asks *nothing*: its query is 0, all scores are equal, and each place gets 1 in 72. In the grey middle the maps are nearly so. What such places receive is used by nobody, and no gradient ever told them where to look.
#
# So read attention maps with care. A map says where a number was *fetched from*. Whether the number is *used* it does not say.
# </details>

# %% [markdown]
# ## 3. Everything you know, in one network
#
# A BigGAN is made of known parts. In D: residual blocks, weights divided by their largest singular value and the hinge (lecture 12), the class as a projection (lecture 11), one attention block. In G: residual blocks that double the side, BatchNorm whose gains and biases know
# the class, one attention block. Two things are new, and both concern how G is told:
#
# * **a shared embedding**: the class becomes one vector $e(y)$, learned once. Each BatchNorm takes its gains and biases from it by a matrix of its own. Without it every layer would need gains for each of a thousand classes; with it, one matrix;
# * **a hierarchical code**: $z$ is cut into chunks. The first becomes the smallest map, each further one enters one block, beside $e(y)$:
#
# $$\text{BN}_\ell(x) = \big(1 + W_g^\ell\, [e(y), z_\ell]\big)\, \hat x + W_b^\ell\, [e(y), z_\ell].$$
#
# Ours is small: 28 × 28, three chunks of 16, about a hundred thousand weights, trained for a few minutes on one processor. The original has some seventy million and a batch of 2,048.
#
# **What do you expect?** Change one chunk and keep the rest. Which chunk moves the picture most? Can the last one, which enters where the map has 14 × 14 places, change a sleeve into no sleeve?

# %%
z = truncated_normal(60, G.z_dim, 1.0, torch.Generator().manual_seed(2))
y = torch.arange(60) % 10
base = G(z, y)
moved = []
for chunk in range(3):
    other = z.clone()
    other[:, 16 * chunk : 16 * chunk + 16] = z.roll(10, 0)[:, 16 * chunk : 16 * chunk + 16]
    moved.append(G(other, y))
change = [(m - base).square().mean().sqrt().item() / 2 for m in moved]
outline = [((m > -0.6) != (base > -0.6)).double().mean().item() for m in moved]

# %% jupyter={"source_hidden": true}
pick = torch.tensor([40, 43, 47, 48, 32, 45])
viz.image_grid(
    [base[pick], *(m[pick] for m in moved)],
    row_labels=["one code", "chunk 1\nchanged", "chunk 2\nchanged", "chunk 3\nchanged"],
    size=0.7,
    caption="Figure 4. The same six codes and classes; below, one third of each code is exchanged.",
    alt="Four rows of six generated clothes: the first row's pictures, and the same with the first, second or third chunk of the code exchanged.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("chunk exchanged   1     2     3")
print("pixels      ", "".join(f"{c:6.2f}" for c in change))
print("outline     ", "".join(f"{c:6.2f}" for c in outline))

# %% [markdown]
# <details><summary>What it means</summary>
#
# The first chunk moves the outline most: it *is* the smallest map, so it decides where cloth is and where none. Later chunks only scale and shift whole feature maps, everywhere at once; they change how dark a dress is, how striped, and can hardly move a sleeve. "Hierarchical" means no more than
# that: what enters late has few layers left to act through. The class, on the other hand, enters everywhere.
# </details>
#
# ### Where G looks
#
# The attention block of G stands at 14 × 14. It too began at $\gamma = 0$; so did D's. Both gains were written down at every step of the training.

# %% jupyter={"source_hidden": true}
snapshots, story = load_snapshots("biggan_fashion")
curve = {name: torch.tensor(story["history"][name]) for name in ("gamma_g", "gamma_d", "d_loss", "g_loss")}
steps = (torch.arange(len(curve["gamma_g"])) + 0.5) * story["history_every"]
fig, (left, right) = viz.figure(8.2, 2.7, 1, 2)
left.plot(steps, curve["gamma_g"].abs(), label="G, at 14 × 14")
left.plot(steps, curve["gamma_d"].abs(), label="D, at 7 × 7")
left.set(xlabel="step", ylabel="|γ|", title="the gains of attention, from 0", ylim=(0, None))
left.legend()
smooth = curve["d_loss"].unfold(0, 15, 1).mean(1)
right.plot(steps[7:-7], smooth, color=viz.COLORS[2], label="D's hinge loss")
right.axhline(2, color=viz.MUTED, linestyle=":", linewidth=1, label="D tells nothing apart")
right.set(xlabel="step", ylabel="loss, mean of 15 points", title="the game", ylim=(0, 3))
right.legend(loc="lower right")
viz.picture(
    fig,
    alt="Left: the size of gamma in G and in D over the training, both from 0. Right: D's hinge loss, which stays below 2.",
    caption="Figure 5. The training of the shipped network. Both attention blocks start as nothing; how much of the far is let in is learned.",
)

# %% jupyter={"source_hidden": true}
stages = [s for s in (0, 1, len(snapshots) - 1) if s < len(snapshots)]
viz.image_grid(
    [snapshots[s][:10] for s in stages],
    row_labels=[f"step {story['steps'][s]}" for s in stages],
    column_labels=[name.replace(" ", "\n") for name in NAMES],
    size=0.66,
    caption="Figure 6. The same ten codes on the way; each picture is drawn with the averaged weights of its step.",
    alt="Three rows of ten pictures, from noise to clothes, one class a column.",
)

# %%
three = torch.tensor([7, 0, 8])
z3 = truncated_normal(3, G.z_dim, 1.0, torch.Generator().manual_seed(21))
drawn, looked = G.look(z3, three)
AttentionMap(
    drawn,
    looked,
    (14, 14),
    [NAMES[k] for k in three.tolist()],
    "Three generated clothes: a sneaker, a T-shirt and a bag.",
    row=6,
    column=3,
    zoom=14,
)

# %%
# NBVAL_CHECK_OUTPUT
rows, columns = torch.arange(14).repeat_interleave(14), torch.arange(14).repeat(14)
apart = torch.hypot((rows[:, None] - rows).double(), (columns[:, None] - columns).double())
_, many = G.look(z, y)
far = (many.double() * (apart > 4)).sum(2).mean().item()
favourite = many.mean(1).max(1).values.mean().item()
print(f"share of attention that goes farther than 4 places: {far:.2f}")
print(f"if it looked everywhere alike:                      {(apart > 4).double().mean().item():.2f}")
print(
    f"what the most looked-at place of a picture gets from all the others: {favourite:.2f} (alike: {1 / 196:.3f})"
)

# %% [markdown]
# **What do you expect?** Switch the block off in the finished network: set $\gamma$ back to 0 and leave the rest. Its $\gamma$ is about 0.1. Does anybody notice?

# %%
gamma = G.attention.gamma.item()
asked, tests = torch.arange(400) % 10, noise(400, G.z_dim, 51)
verdicts, drawings = [], []
for value in (gamma, 0.0):
    G.attention.gamma.data.fill_(value)
    drawings.append(G(tests, asked))
    verdicts.append(
        (judge.output(extract_features(judge, drawings[-1])).argmax(1) == asked).double().mean().item()
    )
_ = G.attention.gamma.data.fill_(gamma)

# %%
# NBVAL_CHECK_OUTPUT
print(f"|gamma|: {abs(gamma):.2f}")
print(f"recognised with the block {verdicts[0]:.2f}, without it {verdicts[1]:.2f}")
print(f"pixels move by {(drawings[0] - drawings[1]).square().mean().sqrt() / 2:.2f} (black to white is 1)")

# %% [markdown]
# <details><summary>What it means</summary>
#
# Look at the maps again: nearly every place of a picture looks at *the same* place, which gets more than half of all attention. This is no search for the matching sole of a shoe. The block has found a simpler use: it fetches one bundle of features from one distinguished place and hands it to all: a notice
# board for the whole picture. The test with $\gamma = 0$ says how much hangs on that board: shades, and two pictures in a hundred.
#
# The curve of Figure 5 adds a story. G's $\gamma$ rose in the first third of the training and then *fell* again; D's grew slowly and stayed. A guess, not measured: far agreement was the quickest way to be less wrong at first, and convolutions learned to do without.
# </details>

# %% [markdown]
# ## 4. Does it obey, and whom does it find difficult?
#
# The judge is lecture 07's classifier, which has never seen a generated picture. It is right on 89 % of *real* test images; more can hardly be asked of a generator. Its word by class:

# %%
labels = torch.arange(800) % 10
codes = noise(800, G.z_dim, 1)
made = torch.cat([G(a, b) for a, b in zip(codes.split(200), labels.split(200))])
said = judge.output(extract_features(judge, made)).argmax(1)
real, real_labels = (part[:800] for part in data.fashion_mnist("test"))
read = judge.output(extract_features(judge, real)).argmax(1)
on_fakes = torch.tensor([(said[labels == k] == k).double().mean() for k in range(10)])
on_real = torch.tensor([(read[real_labels == k] == k).double().mean() for k in range(10)])

# %% [markdown]
# **What do you expect?** Which class will be the hardest to draw? Which the easiest? Will they be those that are hard and easy to *recognise*?

# %% jupyter={"source_hidden": true}
order = on_fakes.argsort()
fig, ax = viz.figure(7.4, 2.9)
place = torch.arange(10)
ax.bar(place - 0.2, 100 * on_real[order], width=0.38, color=viz.COLORS[5], label="real test images")
ax.bar(place + 0.2, 100 * on_fakes[order], width=0.38, color=viz.COLORS[1], label="generated")
ax.set(
    xticks=place,
    xticklabels=[NAMES[k].replace(" ", "\n") for k in order],
    ylabel="recognised, %",
    ylim=(0, 100),
)
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
viz.picture(
    fig,
    alt="Bars by class: how many real and how many generated pictures the classifier names right, sorted by the generated ones.",
    caption="Figure 7. Difficult classes, sorted. Blue: the judge on real images. Orange: the judge on pictures that G was asked for.",
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"recognised, generated: {on_fakes.mean():.2f}, real: {on_real.mean():.2f}")
print("hardest to draw:", ", ".join(NAMES[k] for k in order[:3].tolist()))
print("hardest to recognise:", ", ".join(NAMES[k] for k in on_real.argsort()[:3].tolist()))
hard = int(order[0])
taken = torch.bincount(said[labels == hard], minlength=10).argsort(descending=True)
print(f"a {NAMES[hard]} is taken for:", ", ".join(NAMES[k] for k in taken[:3].tolist()))

# %% [markdown]
# <details><summary>What it means</summary>
#
# In the mean, the judge recognises as many of G's pictures as of real ones. (Not *more real*: a generator that draws only typical garments is easier to read than life. The next section is about that.) The classes are another matter. Shirt is hardest, for G as for the judge, and coat is among the three hardest of both; dress and pullover change places, with 80 pictures a class. What a bad shirt
# is taken for are its neighbours, pullover and T-shirt. At 28 pixels a shirt is *defined* by small things, a collar, a row of buttons, that D can reward only when they are nearly right. BigGAN's authors saw the same at
# their scale: dogs, which are largely texture and common in the data, come out far better than crowds and faces, whose structure our eyes know well; and attention did not change that.
# </details>

# %% [markdown]
# ### Width and batch
#
# BigGAN's title is about *scale*. Take the same game small: 8 or 16 channels, batches of 8 or 32, three seeds each. More pictures in a batch could be better because D and G see more kinds at once, or simply because they see more pictures.
#
# **What do you expect?** Order these three: 200 steps of 8, 200 steps of 32, 800 steps of 8 (as many pictures as 200 of 32, and four times the steps).

# %%
# NBVAL_CHECK_OUTPUT
scale = json.loads(Path("results/13_width_and_batch.json").read_text())["runs"]
sized = {}
for run in scale:
    sized.setdefault(tuple(run["setting"].values()), []).append(run["result"])
print("channels  batch x steps   agreement, three seeds   recall              processor seconds")
for (width, batch, steps), found in sized.items():
    words, recalls = (" ".join(f"{r[name]:.2f}" for r in found) for name in ("agreement", "recall"))
    print(f"{width:8} {batch:6} x {steps:3}       {words:22} {recalls:18} {found[0]['processor_seconds']:8}")


def better(name, one, other):
    """Is a setting's number larger than another's for every seed?"""
    return all(a[name] > b[name] for a, b in zip(sized[one], sized[other]))


print("claims, written down before the runs, for every seed:")
print(
    "batch 32 above batch 8 at 200 steps:", [better("agreement", (w, 32, 200), (w, 8, 200)) for w in (8, 16)]
)
print("16 channels above 8, at 200 of 32: ", better("agreement", (16, 32, 200), (8, 32, 200)))

# %% [markdown]
# <details><summary>What it means</summary>
#
# Both claims hold, the second narrowly for one seed. At equal steps the larger batch obeys better, and so do the wider networks. But look at the middle row of each width: the same pictures in four times as many *steps* are far ahead, in agreement and in recall. At this size, early in a training,
# a step is worth more than a calmer step. BigGAN trained for a hundred thousand steps and more, where one more step is worth little and the calmer gradient is what is left to gain: a reading, not a measurement of ours.
#
# (Agreement alone would crown a generator with one picture a class. That is why recall stands beside it.)
# </details>

# %% [markdown]
# ## 5. Truncation: buy fidelity, pay with diversity
#
# G was trained on codes from $\mathcal N(0, 1)$. Nobody forces you to *draw* from it. Each *number* of a code was most often near 0 in training (a whole code was not: lecture 06's shell), and a code with extreme numbers makes an unusual picture. So draw each number of $z$ again until $|z| \le$ a threshold: 2, 1, 0.5, 0.04, as in the paper's figure.
# No weight is changed.
#
# **What do you expect?** As the threshold falls, what happens to the judge's confidence, to recall (real pictures that G can make), and to the distance of two pictures of one class? Where does each end at 0.04?

# %%
THRESHOLDS = (None, 2.0, 1.0, 0.5, 0.04)


def draw(n, dim, threshold, seed=2):
    """n codes: normal, or truncated."""
    rng = torch.Generator().manual_seed(seed)
    return noise(n, dim, seed) if threshold is None else truncated_normal(n, dim, threshold, rng)


# %% jupyter={"source_hidden": true}
def contact_sheet(images, rows, columns, gap=2):
    """Images (rows * columns, C, H, W) as one, with black gaps: (C, rows * (H + gap), columns * (W + gap))."""
    padded = torch.nn.functional.pad(images, (0, gap, 0, gap), value=-1.0)
    return padded.unflatten(0, (rows, columns)).permute(2, 0, 3, 1, 4).flatten(3).flatten(1, 2)


SHOWN = (0, 3, 9)
sheets, texts = [], []
for threshold in THRESHOLDS:
    for k in SHOWN:
        tiles = G(draw(12, G.z_dim, threshold, seed=6), torch.full((12,), k))
        sheets.append(contact_sheet(tiles, 2, 6))
        spread = torch.pdist(tiles.flatten(1) / 2).mean().item() / 28
        texts.append(
            f"{NAMES[k]}, threshold {threshold or 'none'}. Mean distance of two of these pictures: {spread:.2f}."
        )
SettingPlayer(
    torch.stack(sheets).view(5, 3, 1, 1, 60, 180),
    {"threshold": ["none", "2", "1", "0.5", "0.04"], "class": [NAMES[k] for k in SHOWN]},
    ["twelve codes"],
    texts,
    "Twelve generated pictures of one class; the smaller the threshold, the more alike they are.",
    chosen=[0, 2],
    zoom=3,
)

# %% [markdown]
# Nothing in this bargain belongs to our G. So it is measured on three generators of clothes that this course ships, each of another make: this one, lecture 11's conditional GAN, and lecture 06's DCGAN, which knows no classes. Confidence is the judge's probability for its favourite class;
# distances (black to white is 1) are between two pictures that were asked for alike.

# %%
by_door, plain = shipped("cgan_fashion", ConcatGenerator), shipped("dcgan_fashion", dcgan.Generator)
MAKERS = {"this lecture": (G, 48), "lecture 11": (by_door, 32), "lecture 06": (lambda z, y: plain(z), 64)}
real_features = extract_features(judge, real[:400])
table = {}
for maker, (network, dim) in MAKERS.items():
    for threshold in THRESHOLDS:
        kinds = torch.arange(400) % 10
        pictures = network(draw(400, dim, threshold), kinds)
        features = extract_features(judge, pictures)
        precision, recall = precision_recall(real_features, features)
        groups = [kinds == k for k in range(10)] if maker != "lecture 06" else [kinds >= 0]
        apart = [torch.pdist(pictures[group].flatten(1) / 2).mean().item() / 28 for group in groups]
        table[maker, threshold] = {
            "confidence": judge.output(features).softmax(1).max(1).values.mean().item(),
            "precision": precision,
            "recall": recall,
            "distance": sum(apart) / len(apart),
        }

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(9, 2.7, 1, 4)
for ax, name in zip(axes, ("confidence", "precision", "recall", "distance")):
    for maker, color, mark in zip(MAKERS, (viz.COLORS[1], viz.COLORS[0], viz.COLORS[2]), "os^"):
        ax.plot(
            range(5),
            [table[maker, t][name] for t in THRESHOLDS],
            color=color,
            marker=mark,
            markersize=4,
            label=maker,
        )
    ax.set(
        xticks=range(5),
        xticklabels=["–", "2", "1", ".5", ".04"],
        xlabel="threshold",
        title=name,
        ylim=(0, None),
    )
for ax in axes[:2]:
    ax.set_ylim(0.4, 1)
axes[3].legend(fontsize=8.5)
viz.picture(
    fig,
    alt="Four panels over the threshold from none to 0.04, three generators each: confidence, precision, recall, and the distance between pictures asked for alike.",
    caption="Figure 8. The bargain, for three generators. The dash is no truncation.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("                        –     2     1    .5   .04")
for maker in MAKERS:
    for name in ("confidence", "precision", "recall", "distance"):
        print(f"{maker:13}{name:10}", "".join(f"{table[maker, t][name]:6.2f}" for t in THRESHOLDS))


# %%
# NBVAL_CHECK_OUTPUT
def gain(maker, name):
    return table[maker, 0.5][name] - table[maker, None][name]


falls = [
    all(table[m, a]["distance"] > table[m, b]["distance"] for a, b in pairwise(THRESHOLDS[1:]))
    for m in MAKERS
]
print("claims of each generator, written down before (in sweep_scale.py):")
print("confidence at .5 up by .02 or more:  ", [gain(m, "confidence") >= 0.02 for m in MAKERS])
print("recall at .5 down by .02 or more:    ", [gain(m, "recall") <= -0.02 for m in MAKERS])
print("distance falls at each of 2, 1, .5, .04:", falls)

# %% [markdown]
# <details><summary>What it means</summary>
#
# For the two generators that are told a class, it is the bargain of the paper. Precision rises by .06 and .07 down to a threshold of .5, and recall pays for it, to almost nothing: what is left at .5 is a catalogue, one kind of each garment. At 0.04 all pictures of a class are one picture, and for our G even precision turns back a
# little, perhaps because BatchNorm's statistics were measured for other codes.
#
# The DCGAN breaks the promise, and the claim about confidence fails for it. Its recall and its distances fall like the others'; its precision rises a little, and then collapses. At a threshold of 0.04 every code is nearly $z = 0$: precision is .90 for our G there, and .05 for
# the DCGAN, whose pictures the judge can hardly name (confidence .42). A guess at the reason: with a class, the centre of all codes is the typical *shirt*; without one it lies between shirts and shoes, where no picture is.
# BigGAN's authors also met generators that cannot be truncated, and trained theirs with a penalty to make them fit for it.
# </details>
#
# So a precision without its recall says nothing, and a threshold belongs in every caption of samples. (Figure 1 was drawn at 1.)

# %% [markdown]
# ## 6. Walks between classes
#
# A class is a vector $e(y)$, so there are points *between* classes that no training picture had. Walk in two ways: from one pair $(e, z)$ to another, or from one class to another with $z$ held still.
#
# **What do you expect?** If only the class moves, what stays?

# %% jupyter={"source_hidden": true}
t = torch.linspace(0, 1, 9)[:, None]
embedded = G.embedding.weight
ends = truncated_normal(4, G.z_dim, 1.0, torch.Generator().manual_seed(31))
strips, names = [], []
for k, (a, b) in enumerate(((0, 3), (7, 9))):
    c = (1 - t) * embedded[a] + t * embedded[b]
    strips += [G.draw((1 - t) * ends[k] + t * ends[k + 1], c), G.draw(ends[k].expand(9, -1), c)]
    names += [f"{NAMES[a]} to {NAMES[b]}\nclass and z", "class alone"]
viz.image_grid(
    strips,
    row_labels=names,
    size=0.66,
    caption="Figure 9. Two walks, each once with class and code, once with the class alone.",
    alt="Four rows of nine pictures: T-shirt to dress, sneaker to ankle boot; each pair of rows once with class and code moving, once with the class alone.",
)

# %%
pairs = [(a, b) for a in range(10) for b in range(10) if a != b]
start = truncated_normal(90, G.z_dim, 1.0, torch.Generator().manual_seed(41))
first, last = (torch.tensor(pairs)[:, k] for k in (0, 1))
path = torch.stack([G.draw(start, torch.lerp(embedded[first], embedded[last], s.item())) for s in t[:, 0]])
seen = judge.output(extract_features(judge, path.flatten(0, 1))).softmax(1).view(9, 90, 10)
of_first, of_last = (seen[:, torch.arange(90), k].mean(1) for k in (first, last))
third = 1 - of_first - of_last
step_size = (path[1:] - path[:-1]).square().mean((2, 3, 4)).sqrt().div(2)  # (8, 90)
jump = (step_size.max(0).values / step_size.sum(0)).mean().item()

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(5.6, 2.8)
for values, name in (
    (of_first, "class of departure"),
    (of_last, "class of arrival"),
    (third, "some third class"),
):
    ax.plot(t[:, 0], values, marker=".", label=name)
ax.set(xlabel="position on the walk in e(y), z fixed", ylabel="judge's probability", ylim=(0, 1))
ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.22), ncols=3, fontsize=9)
viz.picture(
    fig,
    alt="Mean probability of three groups of classes along a walk between two classes: departure falls, arrival rises, a third class lies highest in the middle.",
    caption="Figure 10. Ninety walks between two classes with z held still, as the judge reads them.",
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"a third class, at the ends {(third[0] + third[-1]) / 2:.2f}, in the middle {third[4]:.2f}")
print(f"largest of eight steps, share of the whole way: {jump:.2f} (even steps: {1 / 8:.2f})")

# %% [markdown]
# <details><summary>What it means</summary>
#
# With $z$ held still, the shade, the tilt and the width stay where they can: the light T-shirt becomes a light dress, the flat sneaker's toe the boot's. The two walks of a pair differ little: at a threshold of 1 the two codes are not far apart.
#
# The judge sees two plateaus with a crossing between them. In the middle neither of the two is likelier than the eight others together (.37): what lies between a sneaker and a coat is, for a judge of ten classes, something else. And the walk is not even: its largest step is a fifth of the way, where an eighth would be even. G learned ten points of the space of
# $e$, and nobody asked it to space out what lies between.
# </details>

# %% [markdown]
# ### What the class leaves to z
#
# Now the other way round: hold $z$ and flip the class. Handwritten digits have two properties that every class shares, and that can be computed from **moments** of the ink: the *slant*, how far a stroke leans across for each pixel that it goes down, and the *thickness*, twice the ink over the length of
# its edges. Lecture 11's generator of digits was told neither.
#
# **What do you expect?** Take one $z$ that makes a leaning, bold 7. Will its 3 lean, and be bold? For each class, the slant varies with $z$. What part of this variation is common to all ten classes?

# %%
digits = shipped("cgan_mnist", ConcatGenerator)


def slant_and_thickness(images):
    """Images (N, 1, S, S) -> slant and thickness (N,): from the first and second moments of the ink, and from its edges."""
    ink = (images[:, 0].double() + 1) / 2
    total, place = ink.sum((1, 2)), torch.arange(ink.shape[1]).double()
    down = place - ((ink.sum(2) @ place) / total)[:, None]  # from the centre of the ink, (N, S)
    across = place - ((ink.sum(1) @ place) / total)[:, None]
    mixed, tall = torch.einsum("nij,ni,nj->n", ink, down, across), torch.einsum("nij,ni->n", ink, down**2)
    edge = ink.diff(dim=1).abs().sum((1, 2)) + ink.diff(dim=2).abs().sum((1, 2))
    return -mixed / tall, 2 * total / edge


same_z = noise(200, 32, 0)
written = torch.stack([digits(same_z, torch.full((200,), k)) for k in range(10)])  # (class, z, 1, 28, 28)
measured = dict(
    zip(("slant", "thickness"), (m.view(10, 200) for m in slant_and_thickness(written.flatten(0, 1))))
)

# %% jupyter={"source_hidden": true}
lean, bold = (m.mean(0).argsort() for m in measured.values())
chosen = torch.stack([lean[5], lean[100], lean[-6], bold[5], bold[-6]])
viz.image_grid(
    list(written[:, chosen].movedim(1, 0)),
    row_labels=["leans least", "middle", "leans most", "thin", "bold"],
    size=0.62,
    caption="Figure 11. A row is one code z, asked for each of the ten digits.",
    alt="Five rows of the ten digits: upright, middle, leaning, thin and bold handwriting; within a row the hand is the same.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("part of the variation within a class that z explains alone (unrelated classes: 0.10)")
for name, table in measured.items():
    alike = table - table.mean(1, keepdim=True)
    alike = alike / alike.std(1, keepdim=True)  # each class on its own scale
    print(f"{name:10} {alike.mean(0).var() / alike.var(1).mean():.2f}")

# %% [markdown]
# <details><summary>What it means</summary>
#
# More than half, of both. Nobody asked for this: the simplest way to make ten kinds of digit from one code is to let the code mean the same thing in all of them. The class says *what*, $z$ says *how*. It is the separation of style and content that you will meet again, and there
# with the question what makes it come about (lecture 20). (If the ten classes used $z$ in unrelated ways, the mean of ten would keep a tenth of the variation.)
# </details>

# %% [markdown]
# ## 7. A picture from a caption
#
# *"a red circle"*. A caption is a condition like a class, only that it has parts. Reed and others (2016) drew birds and flowers from sentences; we draw coloured shapes from two words, so that every picture can be judged exactly: `captioned.read` names the colour of the light
# and the nearest silhouette.
#
# The embedding of a caption is the *sum* of one vector for each word, $e(\text{red}) + e(\text{circle})$, in G and in D's projection. Of the sixteen captions **four are never shown**: red circle, blue square, green triangle, yellow cross. Each of their words is seen, three times, in other company.
#
# **What do you expect?** The nearest thing that a memory could do for "red circle" is to show a red square or a blue circle: it has one word right, always, and both never. What will the generator do: (a) a red circle, (b) another red shape, (c) another circle, (d) a mess?

# %% jupyter={"source_hidden": true}
UNSEEN = [(0, 0), (1, 1), (2, 2), (3, 3)]
grid = torch.cartesian_prod(torch.arange(4), torch.arange(4))
code = noise(4, painter.z_dim, 8)
rows = [painter(row.expand(16, -1), grid) for row in code]
marked = []
for pictures in rows:
    large = data.to_uint8(pictures).repeat_interleave(3, 2).repeat_interleave(3, 3)
    framed = torch.full((16, 3, 54, 54), 255, dtype=torch.uint8)
    for k, (c, s) in enumerate(grid.tolist()):
        if (c, s) in UNSEEN:
            framed[k] = torch.tensor([213, 94, 0], dtype=torch.uint8).view(3, 1, 1)
    framed[:, :, 3:-3, 3:-3] = large
    marked.append(framed)
COLORS, SIGNS = list(captioned.COLORS), "●■▲✚"  # SHAPES, as signs
viz.image_grid(
    marked,
    column_labels=[f"{COLORS[c]}\n{SIGNS[s]}" for c, s in grid.tolist()],
    size=0.52,
    caption="Figure 12. Four codes, sixteen captions. Framed: the four captions of which G has never seen a picture.",
    alt="Four rows of sixteen small pictures of coloured shapes on black, a caption a column; the columns red circle, blue square, green triangle and yellow cross are framed.",
)

# %%
# NBVAL_CHECK_OUTPUT
trained = runs("captions")
print("                      colour   shape   both")
for which in ("seen", "unseen"):
    for seed, run in enumerate(trained):
        print(
            f"{which:7} seed {seed}{run[which]['color']:14.2f}{run[which]['shape']:8.2f}{run[which]['joint']:7.2f}"
        )
print(f"nearest seen picture{'':15}{trained[0]['nearest_seen']['joint']:14.2f}")
print(
    f"claim, unseen captions right at least a quarter of the time, every seed: {all(r['unseen']['joint'] >= 0.25 for r in trained)}"
)
print(
    f"above the nearest-seen baseline, every seed: {all(r['unseen']['joint'] > r['nearest_seen']['joint'] for r in trained)}"
)

# %%
# NBVAL_CHECK_OUTPUT
ask = torch.tensor(UNSEEN).repeat(100, 1)
color, shape, _ = captioned.read(painter(noise(400, painter.z_dim, 9), ask))
both = (color == ask[:, 0]) & (shape == ask[:, 1])
print(
    f"the shipped network on 400 unseen captions: colour {(color == ask[:, 0]).double().mean():.2f}, shape {(shape == ask[:, 1]).double().mean():.2f}, both {both.double().mean():.2f}"
)
for k, (c, s) in enumerate(UNSEEN):
    print(f"  {COLORS[c]} {captioned.SHAPES[s]:9} {both[k::4].double().mean():.2f}")

# %% jupyter={"source_hidden": true}
four = noise(4, painter.z_dim, 12)
frames, says = [], []
for c, s in grid.tolist():
    out = painter(four, torch.tensor([[c, s]]).expand(4, -1))
    frames.append(contact_sheet(out, 2, 2))
    got_c, got_s, _ = captioned.read(out)
    ok = int(((got_c == c) & (got_s == s)).sum())
    says.append(
        f"{COLORS[c]} {captioned.SHAPES[s]} ({'never seen' if (c, s) in UNSEEN else 'seen'}): read as asked in {ok} of 4."
    )
SettingPlayer(
    torch.stack(frames).view(4, 4, 1, 3, 36, 36),
    {"colour": COLORS, "shape": list(captioned.SHAPES)},
    ["four codes"],
    says,
    "Four generated pictures of one coloured shape on black.",
    chosen=[0, 1],
    zoom=7,
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# A bit of each, and not by chance. Red circles and green triangles are drawn nearly always, though G never saw one: it has put together what two words mean. More than half of the blue squares are not read as blue squares: in Figure 12 their colour drifts and their corners go. And the yellow cross fails every time: to the eye it turns *orange*, which is no colour of
# the training at all, and its arms melt. The sum of the two words fell where the layers behind it were never asked to be right.
#
# The claim holds in all three seeds, and the spread between seeds is wide. A memory has 0 and a guess of both words 1 in 16. Seen captions stand far above. So: composition, partly, out of sixteen captions and two words. With more words each is seen in more company, which is how the systems of Reed and of those who came later get farther.
# </details>

# %% [markdown]
# ## 8. Where it fails
#
# * **Attention can be a detour.** On the letters it was the only way. In our clothes G uses it, but the numbers above do not show that it *needs* it: a few 3 × 3 layers reach across 14 × 14 as well. SAGAN's gain came at 128 × 128, where dogs have legs far from each other.
# * **A map is not an explanation.** It shows where a number was fetched from, before the next layer decided what to do with it.
# * **Truncation mends nothing.** It hides unusual codes. Where G is bad at the centre of the codes too, as with the hard classes, a threshold cannot help. And BatchNorm's running statistics belong to codes from $\mathcal N(0, 1)$: at 0.04 every layer sees activations for which they were not measured. (What that costs we did not measure.)
# * **Scale is a hint here.** BigGAN's largest claims are about batches of 2,048 and networks hundreds of times ours; so is its collapse late in training, which we have not seen at this size. Section 4 doubles a width and quadruples a batch, no more.
# * **A sum of words binds nothing.** Two words, each with its own job, are the easiest captions there are.

# %% [markdown]
# ## Ready for assignment a4
#
# Parts of a4 and where each is explained:
#
# | you write | look at |
# |---|---|
# | `concat_class` | lecture 11, section 1 |
# | `conditional_batch_norm` | lecture 11, section 3 |
# | `projection_logit` | lecture 11, section 2 |
# | `hinge_discriminator_loss`, `hinge_generator_loss` | lecture 12, section 2 |
# | `power_iteration` | lecture 12, section 3 |
# | `self_attention` | this page, section 2 |
# | `truncated_normal` | this page, section 5 |
# | `diagnosis`, `spectral_weight` | clinic 13c; lecture 12, section 4 |
#
# ## Summary
#
# * A convolutional network knows what its field covers. On the letters no training of a small one exceeds a half; a wide one learned the majority vote; one attention block finds the letter, because its weights are made from the picture.
# * Attention: queries, keys, values, a softmax over places, a gain $\gamma$ that starts at 0, where the block is the identity. Cost $(HW)^2$. It knows no order of places, and its maps show what is fetched, not what is used.
# * BigGAN's generator is told at every level: one shared embedding of the class, one chunk of $z$ a level. What enters early decides the outline; what enters late has few layers to act through.
# * Truncation raises precision and lowers recall, where the class holds the centre of the codes together; without a class the centre is between things. Report both numbers, and the threshold.
# * Among the difficult to draw are the difficult to recognise: shirts and coats. Between classes lie pictures that no class owns. With the class fixed, $z$ carries what all classes share: slant and thickness are mostly its.
# * A caption as a sum of words gives a code to pairs never seen. That is the beginning of drawing them, not the whole of it.

# %% [markdown]
# ## Check yourself
#
# **1.** A network has six 3 × 3 convolutions and no pooling. How far apart may two places be for one to know of the other? And with one attention block anywhere among them?
#
# <details><summary>Answer</summary>
#
# Six places in each direction. With the block: any distance, because each place of its map reads all others.
# </details>
#
# **2.** An attention block at 14 × 14 costs some effort. What does it cost at 28 × 28, and at 56 × 56?
#
# <details><summary>Answer</summary>
#
# The table has $(HW)^2$ entries: sixteen times as many at twice the side, 256 times at four times the side. That is why it stands at one middle size.
# </details>
#
# **3.** A colleague reports truncation at 0.3 and a precision that beats yours. What do you ask for?
#
# <details><summary>Answer</summary>
#
# Recall, or any measure of diversity, at the same threshold. Precision alone is bought: one typical picture a class would have a precision near 1.
# </details>
#
# **4.** Why may the embedding of captions be a sum of words, and when would that not do?
#
# <details><summary>Answer</summary>
#
# A sum gives every pair of words a vector, even those never seen together, and here each word does its own thing. It fails where order or binding matters: "red circle on blue square" and "blue circle on red square" have the same sum.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (02) What does BatchNorm do in eval mode that it does not do in training?</summary>It uses the running statistics, so a picture no longer depends on its batch.</details>
# <details><summary>2. (03) Why is a receptive field measured with positive weights or gradients in double precision?</summary>So that nothing cancels and every pixel that can matter leaves a trace.</details>
# <details><summary>3. (07) Recall is .2 and precision .9. What has the generator learned?</summary>To make some of the real pictures well, and most of them not at all.</details>
# <details><summary>4. (11) Between two classes, by what does a projection discriminator's logit differ?</summary>By (e_y − e_y′) · φ(x), linear in the embedding.</details>
# <details><summary>5. (12) A real image has the logit 1.3. How much gradient does it add to D's hinge loss?</summary>None: it is outside the margin.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * H. Zhang, I. Goodfellow, D. Metaxas, A. Odena, *Self-attention generative adversarial networks*, 2018, arXiv:1805.08318: the block, $\gamma$ from 0, 27.62 to 18.65 in Fréchet distance. X. Wang and others, *Non-local neural networks*, 2018, arXiv:1711.07971.
# * A. Brock, J. Donahue, K. Simonyan, *Large scale GAN training for high fidelity natural image synthesis*, 2019, arXiv:1809.11096: everything that is large, truncation with 2, 1, 0.5, 0.04, walks in the class, difficult classes. Theirs also normalises G's weights, and trains with batches of 2,048.
# * S. Reed and others, *Generative adversarial text to image synthesis*, 2016, arXiv:1605.05396: captions, seen and unseen.
# * T. Kynkäänniemi and others, 2019, arXiv:1904.06991: precision and recall, and what truncation does to them.
# * UIUC, *Conditional GANs* (lecture): the order of this page.
# * Clothes: Fashion-MNIST, Zalando, MIT. Coloured shapes: this course.
#
# **Next:** clinic 13c, with generators that do not listen, and assignment a4, where you write these blocks. Lecture 14 replaces the class by a picture.

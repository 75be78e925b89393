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
# # 00 · Start
#
# *Before part I. About 75 minutes: 40 to read, 35 to try and answer; it runs in half a minute. You need Python, a little linear algebra and a little
# probability. In a hurry? Do the quiz in section 9 first: it tells you which sections to read.*

# %%
import math
from itertools import pairwise
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from course_lib import data, dcgan, viz
from course_lib.checkpoint import load_snapshots, shipped
from course_lib.grading import check
from course_lib.information import entropy, js_divergence, kl_divergence
from course_lib.machine import look_around
from course_lib.widgets.diagnostic import diagnostic_quiz
from course_lib.widgets.divergences import Divergences

# %% jupyter={"source_hidden": true}
pictures, facts = load_snapshots("dcgan_faces")  # (snapshots, samples, 3, 32, 32)
stages = torch.linspace(0, len(pictures) - 1, 8).round().long()


def drawn(name, seed):
    """Eight pictures by a network that this course has trained."""
    network = shipped(name, dcgan.Generator)
    return network(torch.randn(8, network.z_dim, generator=torch.Generator().manual_seed(seed)))


place = {e.name: i for i, e in enumerate(data.emoji_index("all"))}
chosen = [place[name] for name in ("frog", "sunflower", "robot", "rainbow")]
lines, solid = data.emoji("line", "all")[chosen], data.emoji("3d", "all")[chosen]
pairs = torch.stack([lines.expand(-1, 3, -1, -1), solid], 1).flatten(0, 1)  # (8, 3, 64, 64)
viz.image_grid(
    [pictures[stages, 2], drawn("dcgan_faces", 3), drawn("dcgan_fashion", 36), pairs],
    row_labels=[
        "one face,\nwhile a network\nlearns to draw",
        "faces,\ndrawn from noise",
        "clothes,\ndrawn from noise",
        "part V:\nfrom this, make this",
    ],
    size=0.85,
    caption="Figure 1. Rows 1 to 3 are by small networks of the kind you will train, on an ordinary laptop. Row 4 is a task of part V: given the line drawing, paint the picture.",
    alt="Four rows of eight small pictures: a yellow face emerging from grey noise; eight cartoon faces; eight grey pieces of clothing; and four pairs of a line drawing with its picture in three dimensions, a frog, a sunflower, a robot, a rainbow.",
)

# %% [markdown]
# Nobody drew the first three rows. They began as random numbers, and a small network turned them into pictures. By the end of this course you will
# have built that network from its first dot product, trained it, found out how it cheats, steered it, and taught others like it to colour drawings and to repaint
# pictures without ever having seen a pair.
#
# When you have worked through *this* page you can
#
# * find your way around: lectures, predictions, widgets, assignments;
# * say what your machine can do, and how long things take on it;
# * read a shape such as (16, 3, 64, 64), and avoid the two accidents that damage images without an error message;
# * say what a gradient is, and cut it where it must not flow;
# * explain why losses are computed from logits, and compute entropy, KL and JS by hand;
# * tell which of these you should refresh.

# %% [markdown]
# ## 1. How the course works
#
# **Every lecture has one rhythm: predict, run, move, check.**
#
# 1. **Predict.** Before an experiment you are asked *What do you expect?* Write an answer down, in a word or a sketch. Being wrong on paper is the cheapest way to learn.
# 2. **Run.** The pages come with their results, so you can read them anywhere. To run a cell, click it and press Shift + Enter.
# 3. **Move.** Widgets answer at once; most of them need no running Python. Everything works by keyboard: Tab to a control, arrow keys to change it.
# 4. **Check.** Answers are folded. Open them *after* you have one of your own.
#
# <details><summary>This is a fold. Open it.</summary>
#
# Just so. Cells that only draw are folded as well: click the blue bar or the three dots to see how a picture was made.
# </details>
#
# **Assignments** come after each part: `assignments/a1_convolution` and so on. You write functions, and after each of them the notebook asks `check(...)`. It tries your function and
# answers with a table. Here is one in action, on a function with a typical slip in it:


# %%
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (
        math.ceil((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
    )  # there is a mistake in here


points = check(conv2d_output_size, Path("../assignments/a1_convolution/reference.safetensors"))

# %% [markdown]
# A row is a kind of case. Where an answer is wrong in a way that has been seen before, there is a hint at the *cause*; mend the first one, run again, as often as you like. When you hand in, the
# same checks run on more cases.
#
# To hand in: *Kernel → Restart and run all*, then *Validate*, then submit in the way your instructor names. The course is open book. Talk to each other, read the library; write what you
# hand in yourself.
#
# You need no talent for this and no large computer. You need to be willing to be wrong a few hundred times. All of us were.

# %% [markdown]
# ## 2. Your machine
#
# One call looks around. The table stored here is from the machine that built this page; run the cell for yours.

# %%
look_around()

# %% [markdown]
# Everything in this course runs on two processor cores without a GPU. Notebooks ask for a **budget** and get a size that fits: *quick* on a CPU, *class* on a
# GPU. The code stays the same, and the text says which figures belong to which. Where something takes longer than a cup of tea, trained weights are in the
# repository, and you measure those.

# %% [markdown]
# ## 3. Tensors: a batch of images
#
# All images in this course have four axes, in this order, and this range:
#
# $$(N, C, H, W): \text{ image, channel, row, column} \qquad x \in [-1, 1]: \; -1 \text{ black}, \; 0 \text{ mid-grey}, \; 1 \text{ white}.$$
#
# On disk a pixel is a byte, 0 to 255 (`uint8`). `data.to_float` divides by 127.5 and subtracts 1; `data.to_uint8` goes back.
#
# **What do you expect?** 16 colour emoji of 64 × 64 pixels: which shape? Which shape has the mean over the colours, `x.mean(1, keepdim=True)`, and which the mean colour of each image,
# `x.mean((2, 3))`?

# %%
# NBVAL_CHECK_OUTPUT
x = data.to_float(data.emoji("flat", "all")[:16])
print("images          ", tuple(x.shape), x.dtype, f"from {x.min():.0f} to {x.max():.0f}")
print("grey            ", tuple(x.mean(1, keepdim=True).shape))
print("mean colours    ", tuple(x.mean((2, 3)).shape))
print(
    "bytes 0, 127, 255 as floats:",
    [round(v, 3) for v in data.to_float(torch.tensor([0, 127, 255]).byte()).tolist()],
)

# %% [markdown]
# **Broadcasting.** Shapes are compared from the right; a missing axis or an axis of size 1 is repeated. A tint of shape (3, 1, 1) therefore multiplies all images, a column of shape (64, 1) all
# columns. No loop, no copy.

# %%
frog = data.to_float(data.emoji("flat", "all")[[place["frog"]]])  # (1, 3, 64, 64)
red, green, blue = (torch.eye(3)[c].view(3, 1, 1) for c in range(3))  # (3, 1, 1) each
warm = torch.tensor([1.0, 0.7, 0.4]).view(3, 1, 1)
fade = torch.linspace(0, 1, 64).view(64, 1)  # one number a row


def scaled(x, factor):
    """Multiply light, not deviation from grey: 0 is black here."""
    return (x + 1) * factor - 1


# %% jupyter={"source_hidden": true}
viz.image_grid(
    torch.cat([frog, *(scaled(frog, f) for f in (red, green, blue, warm, fade))]),
    column_labels=["(1, 3, 64, 64)", "its red", "its green", "its blue", "× (3, 1, 1)", "× (64, 1)"],
    size=1.25,
    caption="Figure 2. One image, its three channels, and two products by broadcasting.",
    alt="A green frog; its red, green and blue parts on black; the frog in warm light; the frog fading from black at the top to full light at the bottom.",
)

# %% [markdown]
# **Two accidents.** Both happen to everybody, and neither gives an error.
#
# *Views.* `small = x[..., :32]` copies nothing: it is a window on the same memory. A change *in place* (`small[...] = ...`, `add_`, `*=`) changes the image behind it.
#
# *Bytes.* `uint8` counts like an odometer: after 255 comes 0.
#
# **What do you expect?** (a) Someone blackens the left third of a "copy", made by slicing. Whose pixels change? (b) Someone brightens a byte image with `x + 100`. What happens to a pixel of 200?

# %%
# NBVAL_CHECK_OUTPUT
original = frog.clone()
part = original[..., :21]  # a view
part[...] = -1  # in place
print("the original's left third is black now:", bool((original[..., :21] == -1).all()))
print(
    "a slice, then clone(), would not share: ", frog[..., :21].clone().data_ptr() != frog[..., :21].data_ptr()
)
bytes_ = data.to_uint8(frog)
print("200 + 100 as bytes:", (torch.tensor([200]).byte() + 100).item())

# %% jupyter={"source_hidden": true}
viz.image_grid(
    torch.cat(
        [
            data.to_uint8(frog),
            data.to_uint8(original),
            bytes_ + 100,
            data.to_uint8((frog + 0.78).clamp(-1, 1)),
        ]
    ),
    column_labels=[
        "before",
        "(a) a view,\nchanged in place",
        "(b) bytes + 100",
        "floats + 0.78,\nthen clamp",
    ],
    size=1.5,
    caption="Figure 3. Two silent accidents, and the cure for the second.",
    alt="The frog; the frog with its left third black; the frog with wrong colours on a dark background, where bright pixels have wrapped round; the frog properly brightened.",
)

# %% [markdown]
# <details><summary>Rules to live by</summary>
#
# (a) `clone()` before you change. Our library never changes its arguments; assignments check that yours does not. (b) Calculate in float, convert last. 200 + 100 = 300 = 256 + 44.
# </details>

# %% [markdown]
# ## 4. Autograd: who is to blame?
#
# A loss is one number. The **gradient** tells, for every number that went into it, how much the loss would change per unit of change. PyTorch notes each operation on tensors
# with `requires_grad` in a *graph*, and `backward()` walks it from the loss to the leaves by the chain rule.
#
# By hand, once: $w = 3$, $x = 2$, target 5, loss $(w x - 5)^2$. The loss is 1. Its slope in $w$ is $2\,(w x - 5)\,x = 4$.
#
# **What do you expect** in `w.grad` after `backward()`? And after a second `backward()` on the same loss, computed anew?

# %%
# NBVAL_CHECK_OUTPUT
w = torch.tensor(3.0, requires_grad=True)
for turn in ("first", "second"):
    ((w * 2 - 5) ** 2).backward()
    print(f"after the {turn} backward: w.grad = {w.grad.item():g}")
w.grad = None  # what optimizer.zero_grad() does
((w * 2 - 5) ** 2).backward()
print(f"after forgetting, and a third: w.grad = {w.grad.item():g}")

# %% [markdown]
# It *adds up*. That is why every training step calls `zero_grad()`.
#
# Pixels can have gradients, too. Here the loss is half the squared distance between a frog and a panda; one step against the gradient moves the frog towards the panda. This trick, *change the
# image and leave the network alone*, returns in lectures 04, 09 and 10.

# %%
panda = data.to_float(data.emoji("flat", "all")[[place["panda"]]])
canvas = frog.clone().requires_grad_()
loss = (canvas - panda).square().sum() / 2
loss.backward()  # the gradient is canvas - panda
steps = [frog - rate * canvas.grad for rate in (0.25, 0.5, 0.75, 1.0)]

# %% jupyter={"source_hidden": true}
viz.image_grid(
    torch.cat([frog, canvas.grad / canvas.grad.abs().max(), *steps]),
    column_labels=["image", "its gradient", "step 0.25", "0.5", "0.75", "1"],
    size=1.25,
    caption="Figure 4. Gradient descent on pixels. In the gradient mid-grey is zero: there frog and panda agree.",
    alt="A frog, the gradient image with both animals' outlines on grey, and four pictures in which the frog turns into a panda.",
)

# %% [markdown]
# ### From a gradient to training: six words
#
# What the frog did to its pixels, a network does to its weights. `optimizer.step()` takes the step, and its names recur on every page.
#
# * **Learning rate**: the length of the step, $w \leftarrow w - \text{rate} \cdot \text{gradient}$.
# * **SGD**, stochastic gradient descent: the gradient is that of a small **batch** of images, not of all. It points roughly the right way, and is cheap.
# * **Momentum**: step along a running sum of past gradients. What they agree on adds up, what they disagree on cancels.
# * **Adam**: besides, divide each weight's step by the usual size of its own gradient. Steep and flat directions then move at a like pace. (AdamW also shrinks the weights a little.)
# * **Epoch**: once through all training images.
# * **Held out**: images that no step has ever seen. Only they tell what was learned, and what was memorised.

# %% [markdown]
# ### detach: cut the graph
#
# In a generative adversarial network (GAN, lecture 05), one network, the generator G, makes an image; another one, the discriminator D, judges it. D learns from G's image *as data*. G must not be told in that moment, or it would learn to help D. `fake.detach()` is the
# same image without a past: values go through, gradients stop.

# %% jupyter={"source_hidden": true}
from matplotlib.patches import FancyBboxPatch

fig, axes = viz.figure(8.2, 3.3, 2, 1)
boxes = [("z", 0.0), ("G", 1.6), ("fake", 3.2), ("D", 5.2), ("logit", 6.8), ("loss", 8.4)]
for ax, cut in zip(axes, (False, True)):
    for name, x0 in boxes:
        network = name in "GD"
        ax.add_patch(
            FancyBboxPatch(
                (x0 - 0.42, -0.28),
                0.84,
                0.56,
                boxstyle="round,pad=0.03",
                fc="#dbe9f4" if network else "white",
                ec=viz.INK,
                lw=1,
            )
        )
        ax.text(x0, 0, name, ha="center", va="center", fontsize=10.5, weight="bold" if network else "normal")
    for (_, a), (_, b) in pairwise(boxes):
        ax.annotate(
            "",
            (b - 0.48, 0.13),
            (a + 0.48, 0.13),
            arrowprops={"arrowstyle": "->", "color": viz.COLORS[0], "lw": 1.4},
        )
        if not cut or a >= 5.2:
            ax.annotate(
                "",
                (a + 0.48, -0.13),
                (b - 0.48, -0.13),
                arrowprops={"arrowstyle": "->", "color": viz.COLORS[1], "lw": 1.4},
            )
    if cut:
        ax.plot([4.2, 4.2], [-0.75, 0.62], color=viz.INK, lw=1.6, linestyle=(0, (4, 3)))
        ax.text(4.2, 0.68, "detach", ha="center", va="bottom", fontsize=10)
    ax.text(
        1.6,
        -0.62,
        "gets a gradient" if not cut else "gets nothing",
        ha="center",
        color=viz.COLORS[1] if not cut else viz.MUTED,
        fontsize=9.5,
    )
    ax.text(5.2, -0.62, "gets a gradient", ha="center", color=viz.COLORS[1], fontsize=9.5)
    ax.text(
        -0.75,
        0,
        "discriminator(fake.detach())" if cut else "discriminator(fake)",
        ha="right",
        va="center",
        fontsize=9.5,
        family="monospace",
    )
    ax.set(xlim=(-4.4, 9.0), ylim=(-0.85, 1.05))
    ax.set_axis_off()
viz.picture(
    fig,
    alt="Two chains z, G, fake, D, logit, loss. Blue arrows of values run to the right in both. Above, orange arrows of gradients run all the way back to z; "
    "below, a dashed cut marked detach stands between fake and D, and the gradients end at D.",
    caption="Figure 5. Values (blue) go forwards, gradients (orange) come back. Below, the graph is cut in two.",
)

# %%
# NBVAL_CHECK_OUTPUT
G, D = (
    torch.tensor(0.5, requires_grad=True),
    torch.tensor(2.0, requires_grad=True),
)  # the smallest networks there are
z = torch.tensor(3.0)
for name, fake in (("fake", G * z), ("fake.detach()", (G * z).detach())):
    loss = D * fake
    print(
        f"D({name:13}): loss {loss.item()}, slopes (G, D):",
        torch.autograd.grad(loss, (G, D), allow_unused=True),
    )

# %% [markdown]
# The loss is the same; only the blame differs. `None` means that there is no path. Lecture 05 shows what happens when the word is forgotten.
#
# ## 5. train and eval
#
# Two layers behave differently while learning: **dropout** (switches units off at random) and **batch normalisation** (uses the batch's own mean). `model.train()` and `model.eval()` choose; gradients flow in
# both. To do without the *graph*, and its memory, there is another switch, `torch.no_grad()`. They are not the same thing.
#
# **What do you expect?** Dropout with probability one half, on eight ones. What comes out in training mode, and what in evaluation?

# %%
# NBVAL_CHECK_OUTPUT
layer = torch.nn.Dropout(0.5)
with torch.random.fork_rng():
    torch.manual_seed(0)
    out = layer.train()(torch.ones(10_000))
print("training:   values", sorted(set(out.tolist())), f"mean about 1: {abs(out.mean().item() - 1) < 0.05}")
print("evaluation: values", sorted(set(layer.eval()(torch.ones(10_000)).tolist())))

# %% [markdown]
# Survivors are doubled, so that the mean stays. The habit to form: `eval()` before you look at results, `train()` before the next step.

# %% [markdown]
# ## 6. Logits, and a loss that cannot overflow
#
# A classifier with two answers returns one number that may be anything, the **logit** $l$. The *sigmoid* makes a probability of it:
#
# $$\sigma(l) = \frac{1}{1 + e^{-l}} , \qquad l = \log \frac{p}{1 - p} .$$
#
# A logit is the logarithm of the odds: 0 is even, $\log 3 \approx 1.1$ is three to one, and a change of sign swaps the classes, $\sigma(-l) = 1 - \sigma(l)$. In this course D
# returns a logit of **"real"**.
#
# The loss is the **surprise** at the true answer: $-\log \sigma(l)$ if it is yes, $-\log \sigma(-l)$ if it is no. Its mean is *binary cross-entropy* (BCE).
#
# **What do you expect?** A network is wrong and very sure: $l = -200$, and the answer is yes. The loss should be 200. What do you get from `-torch.log(torch.sigmoid(l))`, and what is the
# gradient?

# %%
# NBVAL_CHECK_OUTPUT
for value in (-2.0, -50.0, -200.0):
    logit = torch.tensor(value, requires_grad=True)
    for name, loss in {
        "-log(sigmoid(l))": -torch.log(torch.sigmoid(logit)),
        "-logsigmoid(l)": -logsigmoid(logit),
        "BCE with logits": binary_cross_entropy_with_logits(logit, torch.ones(())),
    }.items():
        (slope,) = torch.autograd.grad(loss, logit)
        print(f"l = {value:6.0f}  {name:17} loss {loss.item():8.3f}   slope {slope.item():6.2f}")

# %% jupyter={"source_hidden": true}
logits = torch.linspace(-130, 20, 601)
fig, (left, right) = viz.figure(8.2, 2.7, ncols=2)
near = torch.linspace(-6, 6, 121)
left.plot(near, torch.sigmoid(near), color=viz.COLORS[0])
left.scatter([0, math.log(3), -math.log(3)], [0.5, 0.75, 0.25], color=viz.INK, s=18, zorder=3)
for v, p, words in ((0, 0.5, "even"), (math.log(3), 0.75, "3 : 1"), (-math.log(3), 0.25, "1 : 3")):
    left.annotate(words, (v, p), xytext=(8, -12), textcoords="offset points", fontsize=9)
left.set(xlabel="logit", ylabel="probability", title="from logit to probability")
left.grid(True)
naive = -torch.log(torch.sigmoid(logits))
right.plot(logits, -logsigmoid(logits), color=viz.COLORS[0], linewidth=4, alpha=0.45, label="−logsigmoid(l)")
right.plot(logits[naive.isfinite()], naive[naive.isfinite()], color=viz.COLORS[1], label="−log(sigmoid(l))")
right.scatter(
    [logits[naive.isfinite()].min()],
    [naive[naive.isfinite()].max()],
    color=viz.COLORS[1],
    marker="x",
    s=50,
    zorder=3,
)
right.annotate(
    "infinite from here on",
    (logits[naive.isfinite()].min(), naive[naive.isfinite()].max()),
    xytext=(10, 4),
    textcoords="offset points",
    fontsize=9,
)
right.set(xlabel="logit, the answer being yes", ylabel="loss (nats)", title="the same loss, computed twice")
right.legend(fontsize=8.5, loc="lower left")
right.grid(True)
viz.picture(
    fig,
    alt="Left, the S-shaped sigmoid with the points even, 3 to 1 and 1 to 3. Right, the loss falls along a line towards logit 0; the naive version ends with a cross "
    "near logit minus 88 to minus 104, beyond which it is infinite.",
    caption="Figure 6. A probability near 0 rounds to 0 and its logarithm to minus infinity. The logit still knows how wrong it was.",
)

# %% [markdown]
# The naive loss is infinite and its slope is not a number: one such image, and all weights are lost. From the logit, the loss is 200 and the slope $-1$, which is exactly what a badly wrong
# network needs. **Losses take logits.** Probabilities are for people to read.
#
# With $K$ classes a network returns $K$ logits, and the **softmax** makes probabilities of them: $p_k = e^{l_k} / \sum_j e^{l_j}$. The loss is once more the surprise at the true class $y$, $-\log p_y$. For
# two classes with logits $l$ and 0 this is the sigmoid again.

# %% [markdown]
# ## 7. Entropy, KL and JS
#
# Three numbers compare what could happen with what does. All are means of surprise, $-\log(\text{probability})$, in **nats** (natural logarithm; $\log 2 = 0.693$ nats are one bit).
#
# * **Entropy** $H(p) = -\sum_k p_k \log p_k$: the mean surprise of someone who knows $p$.
# * **Cross-entropy** $-\sum_k p_k \log q_k$: the mean surprise of someone who believes $q$ while $p$ is true. This is the loss of every classifier.
# * The difference, what the wrong belief costs: **Kullback-Leibler divergence** $\mathrm{KL}(p \| q) = \sum_k p_k \log \frac{p_k}{q_k} \ge 0$.
#
# By hand, with weather: in truth sun, clouds and rain have $p = (\frac12, \frac14, \frac14)$; a forecaster believes $q = (\frac14, \frac14, \frac12)$.
#
# | | sun | clouds | rain | sum |
# |---|---|---|---|---|
# | $p$ | 1/2 | 1/4 | 1/4 | 1 |
# | $q$ | 1/4 | 1/4 | 1/2 | 1 |
# | $-p \log p$ | $\frac12 \log 2$ | $\frac14 \log 4$ | $\frac14 \log 4$ | $H(p) = 1.5 \log 2$ |
# | $p \log (p/q)$ | $\frac12 \log 2$ | 0 | $-\frac14 \log 2$ | $\mathrm{KL}(p \| q) = \frac14 \log 2$ |
#
# **What do you expect?** $\mathrm{KL}(q \| p)$ by the same table. And if the forecaster calls rain *impossible*, $q = (\frac12, \frac12, 0)$: $\mathrm{KL}(p \| q)$? $\mathrm{KL}(q \| p)$?

# %%
# NBVAL_CHECK_OUTPUT
p, q, sure = (torch.tensor(d).double() for d in ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.5, 0.5, 0.0]))
bit = math.log(2)
print(f"H(p) = {entropy(p):.3f} nats = {entropy(p) / bit:.2f} bits")
print(
    f"KL(p||q) = {kl_divergence(p, q):.3f} = {kl_divergence(p, q) / bit:.2f} log 2,  KL(q||p) = {kl_divergence(q, p):.3f}"
)
print(f"no rain, ever: KL(p||q) = {kl_divergence(p, sure):.3f},  KL(q||p) = {kl_divergence(sure, p):.3f}")
cross = -(p * q.log()).sum()
print("cross-entropy = entropy + KL:", bool(torch.isclose(cross, entropy(p) + kl_divergence(p, q))))

# %% [markdown]
# <details><summary>The three answers, worked out</summary>
#
# $\mathrm{KL}(q \| p) = \frac14 \log \frac12 + 0 + \frac12 \log 2 = \frac14 \log 2$. Rain impossible: $\mathrm{KL}(p \| q)$ has the term $\frac14 \log \frac{1/4}{0}$, infinite.
# $\mathrm{KL}(q \| p) = 0 + \frac12 \log 2 + 0 = 0.347$, for what $q$ never says costs it nothing.
# </details>

# %% [markdown]
# Here both directions happened to agree, by the symmetry of the example. In general they do not: one "impossible" that happens after all costs infinitely much in one direction, and nothing special in
# the other. A *symmetric* number that is never infinite is the **Jensen-Shannon divergence**: compare both with their mean $m = \frac12(p + q)$,
#
# $$\mathrm{JS}(p, q) = \tfrac12 \mathrm{KL}(p \| m) + \tfrac12 \mathrm{KL}(q \| m), \qquad 0 \le \mathrm{JS} \le \log 2 .$$
#
# It is 0 for $p = q$ and $\log 2$ when the two have nothing in common. Lecture 05 shows that a GAN's game is about this number.
#
# **What do you expect?** $p$ has two hills, $q$ can only be one. Find the $q$ with the lowest $\mathrm{KL}(p \| q)$, then the one with the lowest $\mathrm{KL}(q \| p)$. Will they look alike? (The
# table keeps your records. Arrow keys make small steps.)

# %%
Divergences()

# %% [markdown]
# <details><summary>Open when your records no longer fall</summary>
#
# $\mathrm{KL}(p \| q)$ asks *where p is, is q there?* and wants to miss nothing: wide, in the middle, although hardly anything happens there. $\mathrm{KL}(q \| p)$ asks *where q is, is p
# there?* and wants to say nothing wrong: it settles on one hill and forgets the other. The measured optima stand below. "Cover everything and blur" and "be sharp and drop modes" are the two
# temptations of every generative model; you will meet them as blurred pictures in lecture 04 and as lost modes in lecture 05.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
means, stds = torch.linspace(0, 19, 191).double(), torch.linspace(0.5, 10, 96).double()
k = torch.arange(20).double()
bells = (-(((k - means[:, None, None]) / stds[:, None]) ** 2) / 2).softmax(
    -1
)  # (191, 96, 20): every q on the sliders
p = Divergences().distributions[0]
for name, values in {
    "KL(p||q)": kl_divergence(p, bells),
    "KL(q||p)": kl_divergence(bells, p),
    "JS(p, q)": js_divergence(p, bells),
}.items():
    lowest = (
        values.round(decimals=9) == values.round(decimals=9).min()
    )  # both hills are equally good: the first one
    m, s = lowest.nonzero()[0].tolist()
    print(f"lowest {name} = {values.min():.3f} at mean {means[m]:.1f}, std {stds[s]:.1f}")
apart = torch.eye(2).double()
print(f"nothing in common: JS = {js_divergence(apart[0], apart[1]):.4f}, log 2 = {bit:.4f}")

# %% [markdown]
# ## 8. Notation
#
# One vocabulary for all lectures. Come back here whenever a letter is in your way.
#
# | sign | in code | what it is |
# |---|---|---|
# | $x$ | `x` | an input or source image, (N, C, H, W), in [−1, 1] |
# | $y$ | `y` | a target image, a class, or the output of a layer |
# | $z$, $w$ | `z`, `w` | latent code, usually drawn from N(0, 1), (N, d); intermediate code. In parts I and II, $w$ is also a weight |
# | $G$ | `generator` | makes images: $G(z)$, $G(x)$ |
# | $D$ | `discriminator` | judges images; returns a logit of "real" |
# | $l$ | `..._logits` | a number before the sigmoid, any size; log-odds |
# | $D(x) = \sigma(l)$ | `..._prob` | a probability after it, in (0, 1): $D(x)$ in a formula means this, `discriminator(x)` in code the logit. Where a formula takes $D$ for the logit (least squares, hinge, softplus), the page says so |
# | real, fake | `real`, `fake` | images from the data, images from G |
# | $p$, $q$ | `p`, `q` | distribution of the data, of what G makes |
# | $E_x[\cdot]$ | `.mean()` | expectation: the mean over draws of $x$ |
# | $\lambda$ | `lambda_l1`, ... | the weight of one term of a loss |
# | $\mathrm{KL}$, $\mathrm{JS}$, $H$ | `kl_divergence`, ... | divergences and entropy, in nats |
# | $G_{XY}$, $G_{YX}$ | `g_xy`, `g_yx` | from domain X to Y, and back (part VI) |
# | $D_X$, $D_Y$ | `d_x`, `d_y` | judges images *of* that domain |
# | $N, C, H, W$ | `x.shape` | images, channels, rows, columns |
# | $k, s, p, d$ | `kernel`, `stride`, ... | kernel, stride, padding, dilation of a layer, in pixels |
# | $\star$, $*$ | `conv2d` | cross-correlation (what layers do), true convolution |
# | $\langle a, b \rangle$ | `(a * b).sum()` | the sum of products |
# | $\lVert x \rVert_2$, $\lVert x \rVert_1$ | `x.norm()`, `x.abs().sum()` | norms of a vector: its length, the root of the sum of squares; the sum of absolute values. In the loss of an image both come as a mean over its numbers |
# | $\lvert a \rvert$ | `a.abs()` | the absolute value of a number |
#
# Slides elsewhere often let D score *fake*, and call things by other names. Lecture 05 puts the two conventions side by side, once.

# %% [markdown]
# ## 9. Check yourself
#
# Twelve questions, and no marks. Choose an answer and you get a reply at once; the first choice counts. Nobody sees your score but you. At the end you learn what to refresh.

# %%
diagnostic_quiz()

# %% [markdown]
# <details><summary>Which bits of Python does the course use?</summary>
#
# Functions, classes with `__init__` and a method or two, list comprehensions, f-strings, slices, `with`, `zip`. If a line such as `[x for x in xs if x > 0]` or `a[1:-1]` is unclear, the official
# tutorial (docs.python.org, sections 3 to 5 and 9) takes two hours and is worth it.
# </details>

# %% [markdown]
# ## Summary
#
# * Predict, run, move, check. Answers are folded, drawing cells too.
# * Images are (N, C, H, W) in [−1, 1]; mid-grey is 0. Slices are views; bytes wrap round; calculate in float.
# * `backward()` adds to `.grad`. `detach()` lets values through and stops gradients. `eval()` changes two kinds of layer and no gradient.
# * A logit is log-odds. Losses take logits. The softmax is the sigmoid for more than two classes.
# * Entropy is mean surprise; KL is the price of a wrong belief, not symmetric, sometimes infinite; JS is symmetric, at most $\log 2$.
#
# Every later lecture ends with five questions on earlier ones, ten seconds each. Here there is nothing to look back on yet. So look ahead: which picture of Figure 1 do you want to make first?

# %% [markdown]
# ## Sources and what comes next
#
# * I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016 (free online): chapters 2 to 4 for everything on this page.
# * M. Deisenroth, A. Faisal, C. S. Ong, *Mathematics for Machine Learning*, Cambridge 2020 (free online).
# * T. Cover, J. Thomas, *Elements of Information Theory*, 2nd edition 2006, chapter 2; J. Lin, *Divergence measures based on the Shannon entropy*, 1991, doi:10.1109/18.61115.
# * A. Paszke and others, *PyTorch: an imperative style, high-performance deep learning library*, 2019, arXiv:1912.01703.
# * Emoji: Fluent Emoji, Microsoft, MIT. Clothes: Fashion-MNIST, Zalando, MIT.
#
# **Next:** lecture 01 slides a filter of 75 numbers over a photograph. Everything else in this course is made of that.

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
# # 05 · The minimax game
#
# *Part II, generative modelling. About 60 minutes: 25 to read, 35 to predict, try and answer; it runs in half a minute. You need logits and
# cross-entropy as in lecture 00, and what lecture 04 says about losses; assignment a2 builds on this page.*

# %%
import base64
import json
import math
from pathlib import Path

import torch
from torch import nn

from course_lib import gan, viz
from course_lib.checkpoint import load_checkpoint
from course_lib.mixtures import Mixture, Perceptron, modes_covered, plane_points, ring
from course_lib.widgets.minimax import LineGame, line_game
from course_lib.widgets.replay import TrainingReplay

sweep = json.loads(Path("results/05_minimax_game.json").read_text())  # 20 seeds of every experiment
runs = {run["setting"]["experiment"]: run["result"] for run in sweep["runs"]}
REAL = ring()  # the "real images" of this page: points around eight places on a circle of radius 2

# %% jupyter={"source_hidden": true}
REACH = 3.0


def unpacked(picture):
    """Points (n, 2) and D's logits (n, n) of a stored picture."""
    raw = {name: bytearray(base64.b64decode(picture[name])) for name in ("points", "logits")}
    points = torch.frombuffer(raw["points"], dtype=torch.int16).view(-1, 2) / 100
    logits = torch.frombuffer(raw["logits"], dtype=torch.int8) / 10
    return points, logits.view(math.isqrt(len(logits)), -1)


def draw_game(ax, points, logits, title=""):
    """D's answers as colour (orange: real, blue: generated), the eight real places as rings, G's points as dots."""
    answers = 2 * torch.sigmoid(logits) - 1
    ax.imshow(
        viz.signed_images(answers, 1.6).movedim(0, -1),
        extent=(-REACH, REACH, -REACH, REACH),
        origin="lower",
        interpolation="bilinear",
    )
    ax.scatter(*REAL.means.T, s=150, facecolors="none", edgecolors=viz.MUTED, linewidths=1.2)
    ax.scatter(*points.T, s=5, color=viz.INK, linewidths=0)
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[], title=title, aspect="equal")


def draw_games(rows, alt, caption, size=1.65):
    fig, axes = viz.figure(5 * size, len(rows) * (size + 0.3), len(rows), 5, squeeze=False)
    for line, (label, pictures) in zip(axes, rows.items()):
        for ax, picture in zip(line, pictures):
            draw_game(ax, *unpacked(picture), f"step {picture['step']}")
        line[0].set_ylabel(label)
    return viz.picture(fig, alt=alt, caption=caption)


draw_games(
    {"": runs["balanced, non-saturating"]["pictures"]},
    alt="Five maps of a plane with eight rings on a circle. At step 0 all generated points lie in the middle; they spread, "
    "reach some rings, and at the last step lie in and near all of them. The background colour changes with them.",
    caption="Figure 1. One game. Rings: where real points come from. Dots: what G makes. Colour: what D answers, orange for "
    "“real”, blue for “generated”.",
)

# %% [markdown]
# Nobody told the dots where the rings are. G, the generator, has never seen a real point. It was told one thing only, by a
# second network: *how could you be less easy to tell from the real ones?* That second network, D, was learning
# the question at the same time. This page takes the game apart, in two dimensions, where everything can be drawn and the best
# possible D is known. The same lines of code make pictures in lecture 06 and colour line drawings in lecture 14.
#
# When you have worked through this page you can
#
# * say why a loss should be learned, and which class D scores on any slide that you meet;
# * derive the best discriminator, and what the game minimises when D is best;
# * choose between saturating, non-saturating and least-squares losses by looking at one curve;
# * write the alternating loop without gradient leaks;
# * look at a broken run and name the fault.
#
# **Write your predictions down, then open the fold.**

# %% [markdown]
# ## 1. The last part made by hand
#
# Lecture 04 ended with washed-out pictures. Nobody had asked for them, nobody but the loss. Where several answers
# are right, the squared error asks for their mean, and gets it.
#
# **What do you expect?** A network without input has to name *one point* for all the real points of Figure 1. Which answer has the
# least mean squared error, and how likely is a real point there?
#
# <details><summary>Answer</summary>
#
# The mean of all real points: the centre of the circle, where there are none. The cell says how rare they are.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
places = {"centre of the circle": torch.zeros(2).double(), "one of the eight places": REAL.means[0].double()}
for name, place in places.items():
    squared = (REAL.means - place).square().sum(1).mean() + 2 * REAL.std**2
    rarity = math.log10(REAL.density(place) / REAL.density(places["one of the eight places"]))
    print(f"{name:24} mean squared error {squared:.2f}, relative density 10^{rarity:.0f}")

# %% [markdown]
# The point that wins is the one that never happens. Repairs exist: weights for rare colours, losses on features and on their
# covariances (lecture 04). Each is made by hand, for one task, by someone who had looked at the failures.
#
# Lecture 03 told how hand-made *features* went: a network learned better ones. The loss is the last hand-made part, and the
# same cure applies, provided that we can say what every such repair was after. It was this: **the output should not
# be distinguishable from the real thing.** And to distinguish two piles of images is a problem we know how to hand to a network:
# classification. Train a classifier **D** on *real* against *generated*. Then let the generator **G** move its images to where D takes them
# for real. From G's point of view, D is a loss function, one that nobody wrote.
#
# When G has moved, D's lesson is out of date, so D learns again. This is the game.

# %% [markdown]
# ## 2. Which class does D score?
#
# Before any formula: two conventions are in use, and mixing them is the most expensive sign error of this field.
# **In this course D returns a logit of "real"**: large for real images, $D(x) = \sigma(\text{logit}) \in (0, 1)$. Three of
# the lectures that this course follows (Stanford's, Munich's and Zhu's) print the game with a D that scores *fake*. Here are both, once:
#
# | | this course, and the paper of 2014 | those slides |
# |---|---|---|
# | D answers | $D(x)$: how real? | $\tilde D(x) = 1 - D(x)$: how fake? |
# | a real photograph gets | near 1 | near 0 |
# | $\min_G \max_D$ of | $E_y[\log D(y)] + E_z[\log(1 - D(G(z)))]$ | $E_z[\log \tilde D(G(z))] + E_y[\log(1 - \tilde D(y))]$ |
#
# Same game, same networks, other sign of the logit. You can see at a glance which one you have before you: *what stands inside the
# logarithm with the real image?*

# %%
# NBVAL_CHECK_OUTPUT
rng = torch.Generator().manual_seed(0)
real_logits, fake_logits = torch.randn(2, 1000, generator=rng, dtype=torch.float64)
ours = gan.value(real_logits, fake_logits)
d_of_fake_kind = torch.sigmoid(-fake_logits)  # "how fake?" is sigmoid(-logit)
d_of_real_kind = torch.sigmoid(-real_logits)
slides = d_of_fake_kind.log().mean() + (1 - d_of_real_kind).log().mean()
print("both forms give one number:", bool(torch.isclose(ours, slides)))

logit = torch.zeros(1, requires_grad=True)
for name, loss in {
    "ours, log(1 - D)": torch.log(1 - torch.sigmoid(logit)),
    "the slides' log D, with our D": torch.log(torch.sigmoid(logit)),
}.items():
    (slope,) = torch.autograd.grad(loss.sum(), logit)
    print(f"G minimises {name:31} -> the logit of 'real' goes {'up' if slope < 0 else 'down'}")

# %% [markdown]
# The last line is the bug: D from one convention, G's loss from the other. G then learns to look as fake as it can, and
# D agrees happily. No error, no warning, and both losses fall.
#
# **Something is missing on the slide.** Zhu's talk builds the formula in two steps; the first reads
# $\min_G \max_D E[\log D(G(z))]$, with D scoring fake. Suppose someone stopped there and trained. What would D learn?
#
# <details><summary>Answer</summary>
#
# To say "fake" to everything: nothing in that objective mentions a real image. Such a D is constant, so it has
# no gradient for G. The second term is what makes D *look*.
# </details>

# %% [markdown]
# ## 3. The best discriminator
#
# Let $p$ be the density of real images and $q$ that of G's images. From here on $x$ is any image, real or made (section 2 wrote $y$ for a real one, as the slides do), and
# $x \sim p$ means that it is drawn from $p$. The value of the game is one integral:
#
# $$V(G, D) = E_{x \sim p}[\log D(x)] + E_{x \sim q}[\log(1 - D(x))] = \int p(x) \log D(x) + q(x) \log(1 - D(x)) \; \mathrm{d}x .$$
#
# If D may answer anything anywhere, each $x$ is a problem of its own: choose $D \in (0, 1)$ to make
# $p \log D + q \log(1 - D)$ as large as possible. It is concave; set its derivative to zero:
#
# $$\frac{p}{D} - \frac{q}{1 - D} = 0 \quad\Longrightarrow\quad D^*(x) = \frac{p(x)}{p(x) + q(x)} .$$
#
# Read it as odds. If at some place there are three real points to one generated, the best answer is 3/4. Its logit is $\log p(x) -
# \log q(x)$: **a classifier that tells two piles apart has learned the ratio of their densities**, without knowing either.
#
# Put $D^*$ back into the integral. With $m = (p + q)/2$ the two logarithms are $\log \frac{p}{m} - \log 2$ and $\log \frac{q}{m} - \log 2$, so
#
# $$V(G, D^*) = \mathrm{KL}(p \| m) + \mathrm{KL}(q \| m) - 2 \log 2 = 2\, \mathrm{JS}(p, q) - \log 4 .$$
#
# JS is the Jensen-Shannon divergence: 0 exactly when $p = q$, and $\log 2$ when the two share no point. So against the best
# D, G minimises a distance between its images and the real ones. When nothing is left to tell apart, $D = \frac12$
# everywhere and the value is $-\log 4$.
#
# **What do you expect?** Three numbers, before you run the cell: $D^*$ where $p = 0.3$ and $q = 0.1$; the value when $p = q$; the value when
# $p$ and $q$ have nothing in common.

# %%
# NBVAL_CHECK_OUTPUT
tried = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
for p, q in ((0.3, 0.1), (0.2, 0.2), (0.05, 0.4)):
    searched = tried[(p * tried.log() + q * (1 - tried).log()).argmax()]
    print(f"p = {p}, q = {q}: best of 999 answers {searched:.3f}, p / (p + q) = {p / (p + q):.3f}")

p = torch.tensor([0.5, 0.5, 0.0, 0.0], dtype=torch.float64)  # four kinds of image, two of them real
for name, q in {
    "q = p": p,
    "half in common": torch.tensor([0.0, 0.5, 0.5, 0.0]).double(),
    "nothing in common": p.flip(0),
}.items():
    print(
        f"{name:18} JS {gan.jensen_shannon(p, q):.4f}   value against the best D {gan.optimal_value(p, q):.4f}"
    )
print(f"{'':18} log 2 {math.log(2):.4f}   -log 4 {-math.log(4):.4f}")

# %% [markdown]
# Now move a generator yourself. In the explorer below $p$ (blue) stands still, G makes points from $q$ (orange), and D is at
# every moment the best one (dashed). The second plot shows how hard each generated point is pushed, and where to, by
# two losses of G that section 5 explains. For now: *pink* is the game as written above.
#
# **What do you expect?**
#
# 1. Put $q$ exactly on $p$. What does D answer, and who is pushed?
# 2. Drag $q$ to the far right. Which of the two pushes dies, pink or green?
# 3. Choose *two hills*, put $q$ on the left one (mean −2, std 0.6). Half of the real points are at +2. Does any push say so?
#
# <details><summary>Answers</summary>
#
# 1. One half everywhere, and nobody: value −1.386, which is −log 4.
# 2. Pink. D is certain there, its answer is 0 all around, and a flat answer has no slope. JS is flat as well, at log 2.
# 3. Hardly. Around −2 the real density is half of $q$, so D answers 1/3 *everywhere G has points*, and flat again
#    means no push. D knows very well that something is missing: look at its answer at +2. But G is told only about the places where it
#    already is. This is why generators lose **modes**, as the hills of $p$ are called.
# </details>

# %%
LineGame()

# %% [markdown]
# The three answers, measured, and one surprise: with the best D the mean push of the minimax loss equals the downhill slope of
# $2\,\mathrm{JS}$, to every digit that a difference quotient gives.

# %%
# NBVAL_CHECK_OUTPUT
print("target     mean   value    JS      D at the mean   push: minimax  non-saturating   slope of 2 JS")
for target, mean, std in (
    ("one hill", 0.0, 0.8),
    ("one hill", 1.0, 0.8),
    ("one hill", 3.5, 0.5),
    ("two hills", -2.0, 0.6),
):
    now = line_game(target, mean, std)
    left, right = (line_game(target, m, std)["js"] for m in (mean - 1e-4, mean + 1e-4))
    slope = -2 * (right - left) / 2e-4
    at_mean = now["d"][(now["x"] - mean).abs().argmin()]
    print(
        f"{target:10}{mean:5.1f}{now['value']:9.3f}{now['js']:8.3f}{at_mean:13.3f}"
        f"{now['mean_saturating'] + 0.0:16.3f}{now['mean_non_saturating'] + 0.0:14.3f}{slope + 0.0:16.3f}"
    )

# %% [markdown]
# ## 4. Does a real D get there?
#
# $D^*$ was allowed to answer anything, knew both densities and needed no training. A network has samples and gradient descent. On the plane we can
# check how close it comes. For $p$ take the eight places with a wider spread, and for $q$ *a generator that has lost three of these
# eight modes*. D is a perceptron, linear layers with ReLU between them, here two hidden ones of 64 units; it is trained on nothing but points.
#
# How to compare two functions? By their mean difference *where points occur*, real or generated:
#
# $$\text{error}(D) = \int \lvert D(x) - D^*(x) \rvert \; \tfrac12 \big(p(x) + q(x)\big) \, \mathrm{d}x .$$
#
# **What do you expect?** $D^*$ at a mode that G has kept, and at one that it has lost? Where will the network be most wrong, and does
# the error notice?
#
# <details><summary>Answer</summary>
#
# Kept: an eighth of the real points against a fifth of the generated, $\frac{1/8}{1/8 + 1/5} = 5/13$. Lost: 1. Most wrong where no
# point ever comes, in the corners and in the centre; the error gives these places no weight, and neither did training.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
p = ring(std=0.25)
q = Mixture(p.means[:5], 0.25)
grid, cell = plane_points(3.5, 101)
best = gan.optimal_discriminator(p.density(grid), q.density(grid))  # (101, 101)
weight = (p.density(grid) + q.density(grid)) / 2 * cell

d = Perceptron(2, 64, 64, 1)
card = load_checkpoint("minimax_best_discriminator", d)  # seed 0 of the sweep
with torch.no_grad():
    learned = torch.sigmoid(d(grid.view(-1, 2))).view_as(best)
kept, lost = (gan.optimal_discriminator(p.density(m), q.density(m)) for m in (p.means[2], p.means[6]))
print(f"best D at a kept mode {kept:.3f} (5/13 = {5 / 13:.3f}), at a lost one {lost:.3f}")
print(f"error of D = 1/2 everywhere: {((0.5 - best).abs() * weight).sum():.3f}")
print(
    f"error of the learned D:      {((learned - best).abs() * weight).sum():.3f}, after {card['steps']} steps"
)

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.6, 2.7, ncols=4)
rng = torch.Generator().manual_seed(1)
axes[0].scatter(*p.sample(500, rng).T, s=4, color=viz.COLORS[0], label="real, p", linewidths=0)
axes[0].scatter(*q.sample(500, rng).T, s=4, color=viz.COLORS[1], label="generated, q", linewidths=0)
axes[0].set(xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), xticks=[], yticks=[], aspect="equal")
axes[0].set_title("what D is shown")
axes[0].legend(loc="upper left", fontsize=7.5, markerscale=3, handletextpad=0.1, ncols=2, columnspacing=0.8)
seen = (weight / weight.max()).clamp(max=0.1) * 10
for ax, answers, title in (
    (axes[1], best, "the best D"),
    (axes[2], learned, "the learned D"),
    (axes[3], 0.5 + (learned - 0.5) * seen, "… where points occur"),
):
    viz.draw_image(ax, viz.signed_images(answers.flip(0) - 0.5, 0.5).movedim(0, -1), title)
viz.picture(
    fig,
    alt="Left, real points at eight places and generated ones at five. Then three maps of D's answers: the best D is deep orange at "
    "the three lost places and pale blue at the five kept ones; the learned D agrees there and differs in the corners.",
    caption="Figure 2. Orange: D says real; blue: generated; white: one half. The learned D agrees with p / (p + q) where points "
    "occur, and says what it likes elsewhere.",
)

# %% [markdown]
# One D is an anecdote. Here are 20, from 20 seeds; and 20 more that were given *the same* $p$ on both sides, where the best they can do is to
# shrug. The limits were written into `data_scripts/sweep_minimax.py` before these runs.

# %% jupyter={"source_hidden": true}
error, equal = runs["d_error"], runs["equal_value"]


def band(ax, x, values, label, color):
    values = torch.tensor(values)
    ax.plot(x, values.median(0).values, color=color, label=label)
    ax.fill_between(x, values.min(0).values, values.max(0).values, color=color, alpha=0.2, linewidth=0)


fig, (left, right) = viz.figure(8.2, 2.8, ncols=2)
band(left, error["steps"], error["error"], "D, median and range of 20 seeds", viz.COLORS[0])
left.axhline(error["error_of_half"], color=viz.MUTED, linestyle="--", label="D = 1/2")
left.axhline(
    sweep["thresholds"]["d_error"]["at_most"], color=viz.COLORS[1], linestyle=":", label="limit set before"
)
left.set(xlabel="step of D", ylabel="weighted error", yscale="log", title="distance from p / (p + q)")
left.legend(fontsize=8)
band(right, error["steps"][1:], [v[1:] for v in error["value"]], "p against q", viz.COLORS[0])
band(right, equal["steps"][1:], [v[1:] for v in equal["value"]], "p against p", viz.COLORS[2])
for exact in (error["optimal_value"], -math.log(4)):
    right.axhline(exact, color=viz.INK, linewidth=0.8, linestyle="--")
right.set(xlabel="step of D", ylabel="value V (nats)", title="value on unseen points (dashed: 2 JS − log 4)")
right.legend(fontsize=8)
viz.picture(
    fig,
    alt="Left, the weighted error falls within 200 steps far below that of a constant one half, in a narrow band. Right, the value rises to "
    "the dashed line of its optimum for p against q, and stays at minus log 4 for p against p.",
    caption="Figure 3. Twenty discriminators learn the density ratio; twenty others learn that there is nothing to learn.",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
limit = sweep["thresholds"]
last = torch.tensor(error["error"])[:, -1]
ok = (last < limit["d_error"]["at_most"]) & (last < limit["d_error"]["of_half"] * error["error_of_half"])
early = torch.tensor(error["error"])[:, error["steps"].index(200)].median()
print(f"error after 200 steps, median: {early:.3f}, {early / error['error_of_half']:.0%} of the constant's")
print(f"error at the end: {last.min():.3f} to {last.max():.3f}; constant 1/2: {error['error_of_half']:.3f}")
print(f"below {limit['d_error']['at_most']} and a quarter of the constant's: {ok.sum()} of {len(ok)} seeds")
for name, run, exact in (
    ("p against q", error, error["optimal_value"]),
    ("p against p", equal, -math.log(4)),
):
    value = torch.tensor(run["value"])[:, -1]
    print(f"{name}: value {value.min():.3f} to {value.max():.3f}, best possible {exact:.3f}")
off = (torch.tensor(equal["value"])[:, -1] + math.log(4)).abs()
print(
    f"within {limit['equal_value']['within']} of -log 4: {(off < limit['equal_value']['within']).sum()} of {len(off)} seeds"
)

# %% [markdown]
# D finds the ratio, and finds it quickly: after 200 of its 1,000 steps the error is a tenth of a shrug's. Figure 2 also shows the trap of question 3 above in full: D is deep orange at the three lost modes, and G, whose points sit
# in the five others, cannot feel it.

# %%
# NBVAL_CHECK_OUTPUT
x = torch.cat(
    [q.means.double(), (q.means[:1] + p.means[7:]).double() / 2]
)  # five kept modes; the gap beside the first
x.requires_grad_(True)
log_ratio = p.density(x).log() - q.density(x).log()  # the logit of the best D
(slope,) = torch.autograd.grad(log_ratio.sum(), x)
print("pull on a point in the middle of a kept mode:", [f"{s:.2f}" for s in slope[:5].norm(dim=1)])
print(f"pull on a point half-way to the lost neighbour:  {slope[5].norm():.2f}")

# %% [markdown]
# A point half-way over would be pulled across with force. There is just no point half-way over.

# %% [markdown]
# ## 5. What should G minimise?
#
# The game says: G lowers $E_z[\log(1 - D(G(z)))]$. Follow one generated point. Its logit is $l$, so $D = \sigma(l)$, and
#
# $$\frac{\partial}{\partial l} \log(1 - D) = -D .$$
#
# At the start of training D tells the two apart with ease, $D \approx 0$ for everything G makes, and the gradient is zero just when
# G has most to learn. The loss **saturates**. The paper of 2014 says so itself and offers another loss in the same breath:
# minimise $-\log D(G(z))$, the **non-saturating** loss,
#
# $$\frac{\partial}{\partial l} \big( -\log D \big) = -(1 - D) .$$
#
# Same sign, same fixed point, other strength. Per sample the ratio of the two gradients is exactly $(1 - D)/D$: equal at
# $D = \frac12$, a factor 99 at $D = 0.01$.

# %%
# NBVAL_CHECK_OUTPUT
logits = torch.linspace(-8, 8, 1001, dtype=torch.float64, requires_grad=True)
(minimax,) = torch.autograd.grad(gan.generator_loss(logits, saturating=True), logits)
(other,) = torch.autograd.grad(gan.generator_loss(logits), logits)
answer = torch.sigmoid(logits.detach())
gap = (other / minimax / ((1 - answer) / answer) - 1).abs().max()
print("gradient ratio equals (1 - D) / D to 1e-12, over 1001 logits:", bool(gap < 1e-12))
for i in (0, 250, 500, 750):
    print(f"D = {answer[i]:.5f}: non-saturating / saturating = {other[i] / minimax[i]:9.3f}")

# %% [markdown]
# Two more losses are in daily use. Both let D return any number, with no sigmoid.
#
# * **Least squares** (LSGAN): D learns $(D(x) - 1)^2 + D(G(z))^2$, G learns $(D(G(z)) - 1)^2$. At each $x$ the best number is again $p/(p+q)$. Lecture 19's
#   CycleGAN uses it.
# * **Hinge**: D learns $\max(0, 1 - D(x)) + \max(0, 1 + D(G(z)))$, G learns $-D(G(z))$. Lecture 12 returns to it.
#
# **What do you expect?** Sketch the *size of the gradient* against D's output for all four generator losses. Which one pushes a sample that D
# is already fooled by? Which pushes it *back*?

# %% jupyter={"source_hidden": true}
out = torch.linspace(-5, 5, 401, requires_grad=True)
each = {
    "saturating": lambda u: gan.generator_loss(u, saturating=True),
    "non-saturating": gan.generator_loss,
    "least squares": gan.lsgan_generator_loss,
    "hinge": gan.hinge_generator_loss,
}
fig, (left, right) = viz.figure(8.4, 3.0, ncols=2)
for (name, loss), color in zip(each.items(), viz.COLORS):
    values = torch.vmap(loss)(out)
    (slope,) = torch.autograd.grad(values.sum(), out)
    left.plot(out.detach(), values.detach(), color=color, label=name)
    right.plot(out.detach(), -slope, color=color, label=name)
for ax in (left, right):
    ax.axvline(0, color=viz.MUTED, linewidth=0.7)
    ax.grid(True)
left.set(xlabel="D's output for a generated point", ylabel="G's loss", ylim=(-5, 8), title="the loss")
right.set(
    xlabel="D's output for a generated point", ylabel="push towards “real”", ylim=(-1.5, 4), title="its push"
)
right.annotate("D is sure\nit is fake", (-4.8, 2.6), color=viz.MUTED, fontsize=9)
right.annotate("D is\nfooled", (3.4, 2.6), color=viz.MUTED, fontsize=9)
left.legend(fontsize=8.5, loc="lower left")
viz.picture(
    fig,
    alt="Two plots over D's output from minus 5 to 5. The push of the saturating loss is zero on the left and one on the right, that of the "
    "non-saturating loss the mirror image; hinge is one throughout; least squares falls along a line and is negative beyond 1.",
    caption="Figure 4. The saturating loss pushes the samples that are already good, the non-saturating one those that are not. Least "
    "squares pushes the harder the worse the sample, and back again beyond its target 1.",
)

# %% [markdown]
# **Find the error on the slide.** A lecture of the University of Illinois prints the least-squares loss of G as $E[D_Y(G(x) - 1)^2]$. What does
# it say, and what should it say?
#
# <details><summary>Answer</summary>
#
# As printed, one is subtracted from the *image*, then D looks at it, and the answer is squared. It should be $(D_Y(G(x)) - 1)^2$: the
# distance of D's answer from "real". Count brackets before you count on a formula.
# </details>
#
# How bad is saturation? Let G stand still as it was born, train D against it, and measure the gradient that arrives at G's weights.

# %% jupyter={"source_hidden": true}
vanish = runs["vanishing"]
fig, ax = viz.figure(6.6, 2.9)
for (name, norms), color in zip(vanish["norms"].items(), viz.COLORS):
    band(ax, vanish["steps"], norms, name, color)
ax.set(yscale="log", xlabel="steps that D has learned, G standing still", ylabel="size of G's gradient")
ax.set_title("what arrives at the generator (20 seeds: median and range)")
ax.grid(True)
ax.legend()
viz.picture(
    fig,
    alt="On a logarithmic axis the saturating gradient falls over many powers of ten within 500 steps of D; the non-saturating one rises.",
    caption="Figure 5. A better D teaches the minimax generator nothing.",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
ok = torch.ones(20, dtype=torch.bool)
for name, norms in vanish["norms"].items():
    ratio = torch.tensor(norms)[:, -1] / torch.tensor(norms)[:, 0]
    print(f"{name:15} last / first gradient, 20 seeds: {ratio.min():.1e} to {ratio.max():.1e}")
    ok &= (
        ratio < limit["vanishing"]["saturating_below"]
        if name == "saturating"
        else ratio > limit["vanishing"]["non_saturating_above"]
    )
print(f"saturating below 1 %, non-saturating above 10 %: {ok.sum()} of 20 seeds")

# %% [markdown]
# Keep this picture, and keep a doubt: does a gradient that is a million times smaller mean a step that is a million times smaller? Section 9
# has the answer, and it is not the one in most textbooks.

# %% [markdown]
# ## 6. The loop
#
# Both networks learn in turns, a step each. This is all of it:


# %%
def one_step(generator, discriminator, opt_g, opt_d, real, z):
    fake = generator(z)

    loss = gan.discriminator_loss(discriminator(real), discriminator(fake.detach()))
    opt_d.zero_grad()
    loss.backward()  # D's turn: raise the logits of real points, lower those of fake ones
    opt_d.step()

    loss = gan.generator_loss(discriminator(fake))
    opt_g.zero_grad()
    loss.backward()  # G's turn: the gradient runs through D, back into the points, into G
    opt_g.step()


# %% [markdown]
# The course's own `gan.gan_step` does the same with fresh noise for G's turn, and without wasting work on gradients that nobody uses.
#
# **What do you expect?** Somebody deletes `.detach()`. What happens in D's turn, and what in G's? (Hint: for a fake point, D minimises
# $-\log(1 - D(G(z)))$.)
#
# <details><summary>Answer</summary>
#
# In D's turn the gradient runs on into G: it is G's own minimax gradient *with the opposite sign*, because this G would be helping D. In G's turn PyTorch
# raises an error: the graph of `fake` has been used up. The advice that you will find for this error, `retain_graph=True`, silences it and keeps the leak. Then `opt_g.zero_grad()` is
# all that saves you. Without that line too, leak and gradient add up; with the minimax loss and the same D they cancel exactly, and G stands still.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
with torch.random.fork_rng():
    torch.manual_seed(0)
    generator, discriminator = Perceptron(2, 16, 2).double(), Perceptron(2, 16, 1).double()
    z, real = torch.randn(32, 2).double(), REAL.sample(32, torch.Generator().manual_seed(0)).double()


def gradient_of_g(loss):
    generator.zero_grad()
    loss.backward()
    return [p.grad for p in generator.parameters()]


fake = generator(z)
detached = gan.discriminator_loss(discriminator(real), discriminator(fake.detach()))
print("D's turn with detach: G's gradients are", set(gradient_of_g(detached)))
leak = gradient_of_g(gan.discriminator_loss(discriminator(real), discriminator(fake)))
print(f"D's turn without: G's gradient has the size {sum(g.square().sum() for g in leak).sqrt():.3f}")
try:
    gan.generator_loss(discriminator(fake)).backward()
except RuntimeError as error:
    print("G's turn after that:", type(error).__name__, "-", str(error).split(" (")[0])
wanted = gradient_of_g(gan.generator_loss(discriminator(generator(z)), saturating=True))
print("leak + minimax gradient = 0:", all(torch.allclose(a, -b) for a, b in zip(leak, wanted)))

# %% [markdown]
# The leak runs the other way too. G's turn sends its gradient *through* D, and leaves some in D's own `.grad`. Nothing goes wrong as long as `opt_d.zero_grad()`
# comes before D's next `backward()`; `gan_step` does not compute it in the first place.
#
# Four switches sound alike and do four different things:
#
# | | what it does | where in the game |
# |---|---|---|
# | `fake.detach()` | cuts the graph at this tensor: G gets nothing | D's turn |
# | `p.requires_grad_(False)` | no gradient for this weight, but gradients still pass through the layer | D's weights in G's turn |
# | `opt.zero_grad()` | forgets what earlier calls of `backward` left behind | before each `backward` |
# | `model.eval()` | BatchNorm and dropout change their behaviour; **gradients flow as before** | when you *look* at samples |
#
# The last one matters from lecture 06 on, where both networks contain BatchNorm: in training mode an image depends on the other images of its batch.
#
# **What do you expect?** One code $z_0$, in a batch with two different sets of companions. In which mode is its image the same both times?

# %%
# NBVAL_CHECK_OUTPUT
with torch.random.fork_rng():
    torch.manual_seed(0)
    with_norm = nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2))
    z0, friends, others = torch.randn(1, 2), torch.randn(7, 2), torch.randn(7, 2)
for mode in ("train", "eval"):
    getattr(with_norm, mode)()
    first, second = (with_norm(torch.cat([z0, company]))[0] for company in (friends, others))
    print(
        f"{mode:5} mode: same image in both batches: {bool(torch.allclose(first, second))!s:5}  gradients flow: {first.requires_grad}"
    )

# %% [markdown]
# Hence two habits: `eval()` before you show or score samples, `train()` again before the next step; and never one joint batch of real and
# generated images through a D with BatchNorm, because then each kind's statistics colour the other.

# %% [markdown]
# ## 7. Play
#
# Now the whole game, live, on your processor. G and D are perceptrons with two hidden layers of 64; a step takes a few milliseconds. The numbers and pictures of *this* section are
# your machine's own; after some hundred steps no two kinds of processor agree on a GAN, and nothing is claimed here.

# %%
STEPS, BATCH, EVERY = 1200, 64, 50
rng = torch.Generator().manual_seed(5)
with torch.random.fork_rng():
    torch.manual_seed(5)
    generator, discriminator = Perceptron(2, 64, 64, 2), Perceptron(2, 64, 64, 1)
opt_g, opt_d = (
    torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.5, 0.9), fused=True)
    for net in (generator, discriminator)
)
codes = torch.randn(2000, 2, generator=rng)
plane, _ = plane_points(REACH, 41)
history, looks = {"D": [], "G": []}, []
for step in range(STEPS + 1):
    if step % EVERY == 0:
        with torch.no_grad():
            looks.append((step, generator(codes), discriminator(plane.view(-1, 2)).view(41, 41)))
    z_d, z_g = torch.randn(2, BATCH, 2, generator=rng)
    scalars = gan.gan_step(generator, discriminator, opt_g, opt_d, REAL.sample(BATCH, rng), z_d, z_g)
    history["D"].append(scalars["d_loss"].item())
    history["G"].append(scalars["g_loss"].item())

# %% jupyter={"source_hidden": true}
SIZE = 156  # pixels of a replayed picture


def pixels_at(points):
    """Rows and columns of points of the plane in a picture of SIZE pixels, the second coordinate upwards."""
    place = ((points + REACH) / (2 * REACH) * SIZE).long().clamp(1, SIZE - 2)
    return SIZE - 1 - place[:, 1], place[:, 0]


def as_image(points, logits):
    """One snapshot as a uint8 image (1, 3, SIZE, SIZE): D's answers, the real places, G's points."""
    answers = nn.functional.interpolate(
        (2 * torch.sigmoid(logits) - 1).flip(0)[None, None], SIZE, mode="bilinear", align_corners=True
    )[0, 0]
    image = viz.signed_images((answers * 8).round() / 8, 1.6)  # few colours: a small file
    circle = torch.linspace(0, 2 * math.pi, 120)
    around = 0.25 * torch.stack([circle.cos(), circle.sin()], 1)
    for mean in REAL.means:
        row, column = pixels_at(mean + around)
        image[:, row, column] = torch.tensor([[91], [103], [112]], dtype=torch.uint8)
    row, column = pixels_at(points)
    image[:, row, column] = torch.tensor([[28], [39], [51]], dtype=torch.uint8)
    return image[None]


covered = [modes_covered(points, REAL)[0] for _, points, _ in looks]
TrainingReplay(
    [(step, as_image(points[:600], logits)) for step, points, logits in looks],
    {
        "loss (nats)": (range(STEPS + 1), history),
        "modes covered": ([step for step, _, _ in looks], {"modes": torch.tensor(covered).double()}),
    },
    title="dots: G's points; orange: D says real; blue: D says generated",
)

# %% [markdown]
# *To try: move the slider slowly. Who moves first, the colour or the dots? Find a moment at which dots cross a gap, and look at the colour just before. Then change the seed,
# or the loss (`generator_loss=lambda logits: gan.generator_loss(logits, saturating=True)` as the last argument of `gan_step`), and run the two cells again.*

# %% [markdown]
# ## 8. Twenty seeds
#
# A single game proves nothing: another seed, another story. So every loss played 20 games, and after every 100 steps 2,000 generated points were counted. A mode
# is *covered* when at least a tenth of its fair share of points lie within three standard deviations of its middle.
#
# **What do you expect?** Rank the four losses by the number of modes after 500 steps. Which will be last?

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
balanced = {name.split(", ")[1]: run for name, run in runs.items() if name.startswith("balanced")}
at_500, at_1000 = (balanced["saturating"]["steps"].index(k) for k in (500, 1000))
print(f"{'':16}modes covered, median (range), after      at the end")
print(f"{'loss':16}{'500 steps':>12}{'1000':>12}{'2000':>12}   near a mode   7 or 8 modes")
for name, run in balanced.items():
    modes = torch.tensor(run["modes"])  # (20 seeds, looks)
    cells = [
        f"{m.median()} ({m.min()}-{m.max()})" for m in (modes[:, at_500], modes[:, at_1000], modes[:, -1])
    ]
    near = torch.tensor(run["near"])[:, -1]
    enough = int((modes[:, -1] >= limit["balanced"]["modes"]).sum())
    print(f"{name:16}" + "".join(f"{c:>12}" for c in cells) + f"{near.median():>14.0%}{enough:>9} of 20")
calmest = min(min(losses) for losses in balanced["saturating"]["d_loss"])
print(
    f"\nsaturating: the lowest mean of D's loss over any 100 steps of any game is {calmest:.2f} (0: D is sure)"
)

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.6, 2.5, ncols=4, sharey=True)
for ax, (name, run), color in zip(axes, balanced.items(), viz.COLORS):
    modes = torch.tensor(run["modes"]).double()
    low, middle, high = modes.quantile(torch.tensor([0.25, 0.5, 0.75]).double(), dim=0)
    ax.fill_between(
        run["steps"], modes.min(0).values, modes.max(0).values, color=color, alpha=0.13, linewidth=0
    )
    ax.fill_between(run["steps"], low, high, color=color, alpha=0.3, linewidth=0)
    ax.plot(run["steps"], middle, color=color)
    ax.set(title=name, xlabel="step", ylim=(-0.2, 8.3), yticks=range(0, 9, 2))
    ax.grid(True)
axes[0].set_ylabel("modes covered, of 8")
viz.picture(
    fig,
    alt="Four plots of modes covered against step, from 0 to 8, one a loss, each with a median line and two bands over 20 seeds. All medians "
    "reach 7 or 8; they differ in how early and how widely the seeds scatter.",
    caption="Figure 6. Median (line), middle half (dark band) and range (pale band) of 20 seeds.",
)

# %% [markdown]
# Did you put the saturating loss last? It finds all eight modes *sooner* than the non-saturating one, and so does least squares, which on the other hand goes on losing one now
# and then. Two reasons. In this game D is never far ahead (last line of the table), so there is little to saturate. And against the best D the non-saturating push is not that of JS, but of
# $\mathrm{KL}(q \| p) - 2\,\mathrm{JS}$ (Arjovsky and Bottou, 2017): it punishes points where nothing real is, and hardly minds what is missing. That fits the long wait at two modes in Figure 6; the hinge loss waits as long, so it cannot be the whole story.
#
# By the end nearly every game of every loss covers seven or eight, as was promised before the runs. But read the next column as well: a mode counts with a tenth of its share, and of the non-saturating games' points only
# half lie near any mode. The rest are in between, on the bridges that you saw in Figure 1: G is continuous, and it is hard for a continuous map to tear one cloud of codes into eight.
#
# The checkpoint of one of these games is in the repository. Count for yourself:

# %%
# NBVAL_CHECK_OUTPUT
trained_g, trained_d = Perceptron(2, 64, 64, 2), Perceptron(2, 64, 64, 1)
card = load_checkpoint("minimax_ring_generator", trained_g)
load_checkpoint("minimax_ring_discriminator", trained_d)
with torch.no_grad():
    points = trained_g(torch.randn(20_000, 2, generator=torch.Generator().manual_seed(3)))
    unseen = REAL.sample(20_000, torch.Generator().manual_seed(4))
    value = gan.value(trained_d(unseen), trained_d(points))
modes, near = modes_covered(points, REAL)
print(
    f"non-saturating, seed 0: {modes} modes, {near:.0%} near a mode; the sweep counted {card['metrics']['modes']}"
)
print(f"value of the game {value:.2f}; at equality {-math.log(4):.2f}")

# %% [markdown]
# ## 9. Where it fails
#
# **It goes in circles.** The smallest GAN there is: the only real point is 0, G is a single number $\theta$ (the point it makes), and $D(x) = \sigma(\psi x)$ has a single weight. At
# $\theta = \psi = 0$ nothing is left to win. Does gradient descent end there?
#
# **What do you expect?** Both start at 1 and move by gradient descent on the game. Three variants: both at once; in turns; in turns, with a small
# penalty on D's slope, $\frac{\gamma}{2}\psi^2$. Which of them reaches (0, 0)?


# %%
def smallest_gan(together, penalty=0.0, rate=0.2, steps=600):
    """The path of (theta, psi): gradient descent of G, ascent of D, on log(1/2) + log(1 - sigmoid(psi theta))."""
    theta, psi, path = 1.0, 1.0, [(1.0, 1.0)]
    for _ in range(steps):
        push = 1 / (1 + math.exp(-psi * theta))  # D of the generated point
        new_psi = psi - rate * (push * theta + penalty * psi)
        if not together:
            push = 1 / (1 + math.exp(-new_psi * theta))  # G answers the new D
        theta += rate * push * (psi if together else new_psi)
        psi = new_psi
        path.append((theta, psi))
    return torch.tensor(path, dtype=torch.float64)


paths = {
    "both at once": smallest_gan(together=True),
    "in turns": smallest_gan(together=False),
    "in turns, penalty 0.3": smallest_gan(together=False, penalty=0.3),
}

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.2, 2.9, ncols=3)
for ax, (name, path), color in zip(axes, paths.items(), (viz.COLORS[1], viz.COLORS[0], viz.COLORS[2])):
    ax.plot(*path.T, color=color, linewidth=1)
    ax.scatter(*path[0], color=viz.INK, s=22, zorder=3)
    ax.scatter(0, 0, marker="+", color=viz.INK, s=60, zorder=3)
    reach = max(2.0, 1.05 * path.abs().max().item())
    ax.set(
        xlim=(-reach, reach),
        ylim=(-reach, reach),
        title=name,
        xlabel="θ, the generated point",
        aspect="equal",
    )
axes[0].set_ylabel("ψ, the slope of D")
viz.picture(
    fig,
    alt="Three paths in the plane of theta and psi from the point (1, 1): the first spirals outwards, the second stays on a closed "
    "ring around the origin, the third spirals into it.",
    caption="Figure 7. The smallest GAN, 600 steps: it flees its solution, circles it, or finds it.",
)

# %%
# NBVAL_CHECK_OUTPUT
for name, path in paths.items():
    size = path.norm(dim=1)
    print(
        f"{name:22} distance from the solution: start {size[0]:.2f}, last 100 steps {size[-100:].min():.2f} to {size[-100:].max():.2f}"
    )

# %% [markdown]
# Slopes lead down to a minimum. They do not lead to a saddle between two players, where each one's best reply moves the other. Both at once, the smallest GAN spirals outwards until it gets stuck far away, where D is sure and the
# minimax loss is flat. In turns it circles for ever. Large GANs do the same among millions of weights, and what you see is a generator that visits one mode after the other. Damping D helps; lecture 12 is about that.
#
# ### Clinic: name the fault
#
# Four broken runs on the ring, and one thing wrong with each. **Write down a diagnosis for each row before you open the fold**: which
# network is ahead, what does G feel, what would you change?

# %% jupyter={"source_hidden": true}
draw_games(
    {
        "1": runs["G fast"]["pictures"],
        "2": runs["D ahead, saturating, descent"]["pictures"],
        "3": runs["D fast"]["pictures"],
        "4": runs["wrong sign"]["pictures"],
    },
    alt="Four rows of five maps. 1: all points in one clump, at another place in every map. 2: a clump in the middle that never moves, in a "
    "blue disc on an orange plane. 3: points at two of the rings, the same two in every map; the other six lie in orange. 4: a single dot "
    "in the middle that never moves, in a blue disc on an orange plane.",
    caption="Figure 8. Four patients, the last five looks at each.",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
patients = {
    "1": "G fast",
    "2": "D ahead, saturating, descent",
    "3": "D fast",
    "4": "wrong sign",
}
print("   modes at the last five looks   D's loss   G's loss")
for row, name in patients.items():
    run = runs[name]
    seed = run.get("pictured_seed", 0)
    print(
        f"{row}  {run['modes'][seed][-5:]!s:30}{run['d_loss'][seed][-1]:9.2f}{run['g_loss'][seed][-1] + 0.0:11.2f}"
    )

# %% [markdown]
# <details><summary>Diagnoses</summary>
#
# **1, G is too fast** (its learning rate is ten times D's). It puts all its points on the place that D likes best today; D learns to dislike it; G moves on. No place is right for long: the circle of Figure 7. *Slow G down, or give D more steps.*
#
# **2, D is too good, and the loss saturates.** D had 500 steps before G began. It is certain, its answers are flat, its loss is zero, and G learns by plain gradient descent on the minimax loss: nothing arrives (Figure 5). *Use the non-saturating loss.*
#
# **3, mode collapse.** D's learning rate is ten times G's. G holds two modes well and lacks the others, look after look. Its points sit where D's answers are even, and the orange beyond is not felt (section 4). *Start
# again with other rates; lectures 07 and 12 say more.*
#
# **4, the wrong sign.** D scores real, and G minimises the slides' $\log D$ (section 2). All its points have gone to the place where D is surest that they are fake. It looks like patient 2, but read the last column: G's loss is far below zero
# and falling. G calls that success. *Check which class your D scores.*
# </details>
#
# Patients 1 and 2 in 20 seeds each; and the doubt of section 5: was it the loss alone that stopped patient 2?

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
fast = torch.tensor(runs["G fast"]["modes"])[:, -1]
print(f"G fast, 20 seeds: modes at the end: median {fast.median()}, range {fast.min()} to {fast.max()}")
print("\nD 500 steps ahead; loss and method of G:  games that ever reach a mode   modes at the end, median")
for name in ("saturating, descent", "non-saturating, descent", "saturating, Adam"):
    modes = torch.tensor(runs[f"D ahead, {name}"]["modes"])
    print(f"{name:38}{(modes > 0).any(1).sum():>16} of 20{modes[:, -1].median():>25}")

# %% [markdown]
# With plain gradient descent, the saturating loss never reaches a single mode in 20 games, and the non-saturating loss always gets moving. But look at the last line: *the same saturating loss, the same head start for D, and Adam*. Adam divides each
# gradient by its own recent size, so one that is a million times smaller makes nearly the same step, as long as it stays above Adam's floor of $10^{-8}$. The textbook failure is real, and the optimiser that everybody uses hides most of it.

# %% [markdown]
# ## 10. What losses tell, and what they do not
#
# In other lectures a falling loss is good news. **What do you expect here?** G's loss rises for 500 steps. Is G getting worse? And D's loss ends at $\log 4$, the value of a
# finished game. Is G perfect?

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(8.2, 3.0, ncols=2, sharey=True)
games = {"balanced": balanced["non-saturating"], "G ten times faster": runs["G fast"]}
for (name, run), color in zip(games.items(), (viz.COLORS[0], viz.COLORS[1])):
    modes = torch.tensor(run["modes"])[:, -1] + 0.25 * (
        torch.rand(20, generator=torch.Generator().manual_seed(0)) - 0.5
    )
    for ax, which in ((left, "d_loss"), (right, "g_loss")):
        ax.scatter(
            torch.tensor(run[which])[:, -1], modes, s=24, color=color, label=name, alpha=0.8, linewidths=0
        )
left.axvline(math.log(4), color=viz.INK, linewidth=0.8, linestyle="--", label="log 4: D cannot tell")
right.axvline(math.log(2), color=viz.INK, linewidth=0.8, linestyle="--", label="log 2: D answers one half")
left.set(
    xlabel="D's loss at the end (nats)", ylabel="modes covered, of 8", title="20 + 20 games, non-saturating"
)
right.set(xlabel="G's loss at the end (nats)", title="the same games")
for ax in (left, right):
    ax.grid(True)
    ax.legend(fontsize=7.5, loc="center left" if ax is left else "center right")
viz.picture(
    fig,
    alt="Two scatter plots of modes covered against the final loss of D and of G. Games with one mode have losses near log 4 and log 2, the values of "
    "a perfect generator; games with eight modes lie on both sides.",
    caption="Figure 9. Each dot is a game. The loss of a perfect game and that of a collapsed one are the same number. (Dots are jittered vertically.)",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
for name, run in games.items():
    d_loss, modes = torch.tensor(run["d_loss"])[:, -1], torch.tensor(run["modes"])[:, -1]
    off = (d_loss - math.log(4)).abs()
    print(
        f"{name:20} D's loss {d_loss.min():.2f} to {d_loss.max():.2f}, on average {off.mean():.2f} from log 4; modes: median {modes.median()}"
    )

# %% [markdown]
# Neither. Each loss is measured against an opponent who changes. G's loss rises when D gets better, and that may be the best news of the day. D's loss stands near $\log 4$ when D cannot tell the two apart, for
# one of two reasons: G is perfect, or *D has not caught up*. The collapsed games are closer to $\log 4$ than those with eight modes.
#
# What the losses do tell:
#
# * D's loss at 0 and staying there: D has won, G learns nothing (patients 2 and 4). Act.
# * a loss that is not finite: a bug. Act.
# * anything between, wandering: no news. **Look at samples, and measure them with something that is not playing**: here the count of modes, in lecture 07 the Fréchet distance.

# %% [markdown]
# ## Summary
#
# * D is a loss that nobody wrote: a classifier of real against generated, learned along with G.
# * **D returns a logit of "real".** Slides with $\log(1 - D(y))$ on the real image score fake; never mix the two.
# * The best D is $p/(p+q)$, its logit the log-ratio of the densities; the value is then $2\,\mathrm{JS}(p, q) - \log 4$, and $-\log 4$ when nothing is left to learn. Twenty perceptrons out of twenty got there.
# * G is pushed only where it has points. A lost mode that no point is near to is not felt.
# * Saturating against non-saturating: the gradients of a sample differ by $(1 - D)/D$. It matters when D is far ahead and the optimiser is plain; in an even game the saturating loss was not slower.
# * In turns: D on detached images, G through D, each gradient cleared before its own backward pass; `eval()` to look, `train()` to learn.
# * The game can circle, collapse, or end by D's victory. Losses show only the last of these.

# %% [markdown]
# ## Check yourself
#
# **1.** On a slide you read $\max_D E[\log(1 - D(y))] + E[\log D(G(x))]$ with $y$ a photograph. (This G is fed an image $x$ in place of $z$, as in part V.) Your D has the course's convention. Which loss does G minimise, in the slide's D and in yours?
#
# <details><summary>Answer</summary>
#
# The slide's D scores fake: G minimises $\log D(G(x))$. With $D \to 1 - D$ that is $\log(1 - D(G(x)))$, the minimax loss. What you would use is $-\log D(G(x))$ in *your* D: `gan.generator_loss(logits)`.
# </details>
#
# **2.** The best D answers 0.2 at some image. How many real images are there to one generated, at that place? What is the logit?
#
# <details><summary>Answer</summary>
#
# $p/(p+q) = 1/5$: one real to four generated, a quarter. The logit is $\log \frac14 \approx -1.39$.
# </details>
#
# **3.** A friend freezes D and trains G for an hour. What will G's images look like?
#
# <details><summary>Answer</summary>
#
# All alike: G goes where this one D answers highest, real or not. The value is a distance between *distributions* only while D follows.
# </details>
#
# **4.** In `one_step`, someone swaps `loss.backward()` and `opt_g.zero_grad()` in G's turn. What does G learn from?
#
# <details><summary>Answer</summary>
#
# From nothing: the gradient is computed, thrown away, and the step that follows finds none. (The optimiser skips weights without gradient: G stands still, and no error is raised.)
# </details>
#
# **5.** After 20,000 steps D's loss is 1.38 and G's is 0.70. Your colleague wants to stop, because the game is "at equilibrium". What do you ask to see?
#
# <details><summary>Answer</summary>
#
# Samples, from many codes, next to real images, and a measure that does not play. The two numbers are $\log 4$ and $\log 2$: D cannot tell, which is what you see at a perfect end and also in a game where all samples are alike and on the move.
# </details>

# %% [markdown]
# ## Five questions on lectures 00 to 04
#
# Ten seconds each, without scrolling anywhere.
#
# <details><summary>1. Which constant has the least mean squared error to a set of numbers, and which the least mean absolute error?</summary>The mean; the median.</details>
# <details><summary>2. Why is log(sigmoid(x)) a bad line of code?</summary>For x far below zero the sigmoid is rounded to 0 and its logarithm is minus infinity; <code>logsigmoid(x)</code> is finite.</details>
# <details><summary>3. A layer of 4 × 4 kernels with stride 2 and padding 1: how large is its map of a 64-pixel image?</summary>32 pixels: ⌊(64 + 2 − 4)/2⌋ + 1.</details>
# <details><summary>4. What does ReLU do that no stack of convolutions can?</summary>It bends: without it, many layers are one linear layer.</details>
# <details><summary>5. What is KL(p‖q) when q is zero somewhere and p is not?</summary>Infinite. (JS, which compares both with their mean, never exceeds log 2.)</details>

# %% [markdown]
# ## Sources and what comes next
#
# * I. Goodfellow and others, *Generative adversarial nets*, NeurIPS 2014, arXiv:1406.2661: the game, the best D (proposition 1), JS (theorem 1), the loop (algorithm 1) and the non-saturating loss (section 3).
# * The thread of section 1, from hand-made losses to a learned one, and a D that scores fake: *CS448V* (Stanford, 2019), "Conditional adversarial networks". The same form of the game: L. Leal-Taixé and M. Nießner (TUM), "Conditional GANs";
#   J.-Y. Zhu, "Learning to generate images", where it is built in two steps. The least-squares slide of section 5: "Conditional GANs", University of Illinois (UIUC).
# * M. Arjovsky, L. Bottou, *Towards principled methods for training generative adversarial networks*, ICLR 2017, arXiv:1701.04862: the vanishing gradient of Figure 5; what the non-saturating loss descends (theorem 2.5).
# * X. Mao and others, *Least squares generative adversarial networks*, ICCV 2017, arXiv:1611.04076. J. H. Lim, J. C. Ye, *Geometric GAN*, 2017, arXiv:1705.02894: the hinge.
# * L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein, *Unrolled generative adversarial networks*, ICLR 2017, arXiv:1611.02163: the ring of eight Gaussians.
# * L. Mescheder, A. Geiger, S. Nowozin, *Which training methods for GANs do actually converge?*, ICML 2018, arXiv:1801.04406: the smallest GAN of Figure 7.
# * All runs with 20 seeds: `data_scripts/sweep_minimax.py`, its limits written before the runs, its numbers in `lectures/results/05_minimax_game.json`.
#
# **Next:** lecture 06 puts convolutions into both players and lets them play for pictures.

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
# # 07 · Evaluating a generator
#
# *Part II, generative modelling. About 75 minutes: 35 to read, 40 to predict, try and answer; the cells run in under a minute. You need the DCGAN of lecture
# 06, means and covariances as in lecture 04, and the eigenvalues of a symmetric matrix.*

# %%
import json
import math
from itertools import pairwise
from pathlib import Path

import torch

from course_lib import damages, data, dcgan, metrics, mixtures, viz
from course_lib.checkpoint import checkpoint_card, load_snapshots, shipped
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.widgets.damage_explorer import DamageExplorer
from course_lib.widgets.replay import TrainingReplay


def sample(generator, n, seed):
    z = torch.randn(n, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    return torch.cat([generator(part) for part in z.split(500)])


train, test = (data.to_float(data.fashion_mnist(split)[0]) for split in ("train", "test"))
clothes = shipped("dcgan_fashion", dcgan.Generator)

# %% jupyter={"source_hidden": true}
mystery = {
    "A": sample(clothes, 9, 4),
    "B": damages.add_noise(train[90:99], 0.15, torch.Generator().manual_seed(0)),
    "C": sample(clothes, 9, 36)[[0, 3, 1, 0, 1, 3, 3, 0, 1]],
    "D": train[90:99],
    "E": sample(shipped("dcgan_fashion_00300", dcgan.Generator), 9, 4),
}
viz.image_grid(
    list(mystery.values()),
    row_labels=list(mystery),
    size=0.66,
    caption="Figure 1. Nine samples from each of five generators. Rank them. One of them is a photocopier.",
    alt="Five rows of nine garments. A: varied and slightly soft. B: crisp with grain. C: the same three garments over and over. "
    "D: crisp and varied. E: blurred shapes.",
)

# %% [markdown]
# Which of these five generators is the best? Write your ranking down. D looks best, and D is a loop that hands out the training set. C is sharp, and knows
# three pictures. B has learned everything but how to hold its hand still. Your eye sees the single picture; a generator is a *distribution*, and
# no single picture shows one.
#
# The losses of training will not help: they say who is ahead in the game (lecture 06). So this page builds measures for the
# distribution itself. When you have worked through it you can
#
# * derive the Fréchet distance between two Gaussians, work it out by hand in one dimension, and compute it safely in many;
# * say why two numbers compare only at the same $N$, and which measure does not care;
# * draw precision and recall in the plane, and say what each overlooks;
# * damage a generator on purpose and predict which number will notice;
# * tell whether the discriminator, or the generator, has learned its training set by heart;
# * choose a checkpoint without fooling yourself.

# %% [markdown]
# ## 1. What is the question?
#
# Two clouds of points: real images and generated ones, each point a picture. We would like to know
#
# * **fidelity**: are the generated points where real ones are?
# * **coverage**: are there generated points wherever real ones are?
# * **novelty**: are they *new* points, or the training set again?
#
# No measure on this page answers all three. Most published numbers answer a mixture of the first two.
#
# Distances between pixels are poor judges: a shirt shifted by two pixels is far from itself. So each picture is first replaced by its **features**, the last hidden
# layer of a classifier (lecture 03): 128 numbers that had to be useful for telling clothes apart. Papers use an Inception network trained on ImageNet,
# 2,048 numbers; for 28-pixel clothes a small network of our own sees more.

# %%
# NBVAL_CHECK_OUTPUT
eyes = fashion_classifier()
real = extract_features(eyes, test)  # (2000, 128), what all else is compared with
fake = extract_features(eyes, sample(clothes, 2000, 1))
print("features:", tuple(real.shape), "- at least 0, they come out of a ReLU:", bool((real >= 0).all()))
print("features that are 0 for all 2,000 test images:", int((real == 0).all(0).sum()))

# %% [markdown]
# Remember the second line: half of the features are never switched on by this data. The covariance of such features has rows of zeros. It will
# come back in section 2.
#
# ## 2. The distance between two Gaussians
#
# Summarise each cloud by its mean $\mu$ and covariance $\Sigma$, that is, by a Gaussian. How far is one Gaussian from another? Think of moving earth: every point $x$ of the first heap goes to
# a point $y$ of the second, and a move costs its squared length. The cheapest plan is the squared **2-Wasserstein distance**,
#
# $$W^2 = \min\; E\,\lVert x - y \rVert_2^2 ,$$
#
# where the minimum runs over all ways to pair the two, and it is also the squared **Fréchet distance**. Start in one dimension. Multiply out:
#
# $$E(x-y)^2 = (\mu_1 - \mu_2)^2 + \sigma_1^2 + \sigma_2^2 - 2\operatorname{Cov}(x, y) .$$
#
# The plan enters in one place only, the covariance, and that is at most $\sigma_1\sigma_2$ (a correlation is at most 1). It is reached when $y$ is a straight
# line of $x$: the leftmost grain goes to the left end, and so on. So
#
# $$W^2 = (\mu_1 - \mu_2)^2 + (\sigma_1 - \sigma_2)^2 .$$
#
# **What do you expect?** By hand, before you run the cell: the distance from $N(1, 4)$ to $N(4, 25)$ (the second number is the variance). And if we *pair at random*
# instead of in order, how much does moving cost?

# %%
# NBVAL_CHECK_OUTPUT
d1 = torch.tensor
formula = metrics.frechet_distance(d1([1.0]), d1([[4.0]]), d1([4.0]), d1([[25.0]]))
rng = torch.Generator().manual_seed(0)
x, y = 1 + 2 * torch.randn(200_000, generator=rng), 4 + 5 * torch.randn(200_000, generator=rng)
in_order = (x.sort().values - y.sort().values).square().mean()
print(
    f"formula {formula:.0f}; 200,000 grains paired in order {in_order:.0f}, at random {(x - y).square().mean():.0f}"
)

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(7, 2.5)
grid = torch.linspace(-8, 18, 400)
for mu, std, color, up, name in ((1, 2, viz.COLORS[0], 1, "N(1, 4)"), (4, 5, viz.COLORS[1], -1, "N(4, 25)")):
    density = (-((grid - mu) ** 2) / (2 * std**2)).exp() / (std * math.sqrt(2 * math.pi))
    ax.fill_between(grid, 0.06 * up, 0.06 * up + up * density, color=color, alpha=0.35, lw=0)
    ax.text(mu + 1.9 * std, up * 0.12, name, color=color, va="center")
for u in (-1.6, -0.8, 0, 0.8, 1.6):
    ax.annotate(
        "", (4 + 5 * u, -0.06), (1 + 2 * u, 0.06), arrowprops={"arrowstyle": "->", "color": viz.MUTED}
    )
ax.set(yticks=[], xlabel="x", xlim=(-8, 18))
ax.spines["left"].set_visible(False)
viz.picture(
    fig,
    alt="A narrow bump above the axis and a wide one below, joined by five arrows that spread out and do not cross.",
    caption="Figure 2. The cheapest plan keeps the order: x in standard deviations stays the same. No two arrows cross.",
)

# %% [markdown]
# <details><summary>By hand</summary>
#
# $(1-4)^2 + (2-5)^2 = 18$. At random the covariance is 0: $9 + 4 + 25 = 38$.
# </details>
#
# ### In many dimensions
#
# The same step in $d$ dimensions gives $\lVert\mu_1-\mu_2\rVert_2^2 + \operatorname{tr}\Sigma_1 + \operatorname{tr}\Sigma_2 - 2\operatorname{tr} C$, with the cross-covariance $C = E[(x-\mu_1)(y-\mu_2)^\top]$.
# How large can $\operatorname{tr} C$ be? "A correlation is at most 1" now reads $C = \Sigma_1^{1/2} K\, \Sigma_2^{1/2}$ with a matrix $K$ that lengthens no vector. In a trace factors may be
# moved round, so $\operatorname{tr} C = \operatorname{tr}(KM)$ with $M = \Sigma_2^{1/2}\Sigma_1^{1/2}$. The best such $K$ undoes the rotations in $M$ and leaves its **singular values**, the factors by which $M$ stretches: the roots of
# the eigenvalues of $M^\top M = \Sigma_1^{1/2}\Sigma_2\Sigma_1^{1/2}$. Their sum is $\operatorname{tr}\,(\Sigma_1^{1/2}\Sigma_2\Sigma_1^{1/2})^{1/2}$, so
#
# $$W^2 = \lVert\mu_1-\mu_2\rVert_2^2 + \operatorname{tr}\left(\Sigma_1 + \Sigma_2 - 2\,(\Sigma_1^{1/2}\,\Sigma_2\,\Sigma_1^{1/2})^{1/2}\right) .$$
#
# With features of a network this is the **Fréchet inception distance**, FID (Heusel et al. 2017). If both covariances are diagonal, it is the one-dimensional formula, summed.
#
# $\Sigma^{1/2}$ is a **matrix square root**: the symmetric matrix whose *product with itself* is $\Sigma$. It is not the root of each entry. A symmetric $\Sigma$ has eigenvalues
# $\lambda_i \ge 0$ and perpendicular eigenvectors, $\Sigma = V \operatorname{diag}(\lambda)\, V^\top$; take the roots of the $\lambda_i$ and keep $V$:


# %%
# NBVAL_CHECK_OUTPUT
def matrix_sqrt(cov):
    values, vectors = torch.linalg.eigh(cov)  # eigenvalues of a symmetric matrix: real, sorted
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T  # rounding can make a zero slightly negative


cov = torch.tensor([[5.0, 4.0], [4.0, 5.0]], dtype=torch.float64)
print("root:", matrix_sqrt(cov).round(decimals=4).tolist())
print("root @ root:", (matrix_sqrt(cov) @ matrix_sqrt(cov)).round(decimals=4).tolist())
print("root of every entry, multiplied:", (cov.sqrt() @ cov.sqrt()).round(decimals=2).tolist())

# %% [markdown]
# In full, it is five lines (`metrics.frechet_distance` adds checks of shapes). You will write it yourself in assignment a2.


# %%
# NBVAL_CHECK_OUTPUT
def frechet(a, b):
    mu1, mu2, cov1, cov2 = a.mean(0), b.mean(0), torch.cov(a.T), torch.cov(b.T)
    root = matrix_sqrt(cov1)
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return (mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * cross


a, b = real.double(), fake.double()
print(f"clothes of lecture 06 against test images: {frechet(a, b):.0f}")
print(
    "the library agrees:",
    math.isclose(frechet(a, b), metrics.frechet_feature_distance(real, fake), rel_tol=1e-9),
)
print(f"its card says: {checkpoint_card('dcgan_fashion')['metrics']['frechet_distance']:.0f}")

# %% [markdown]
# ### How it goes wrong
#
# Many implementations take the root of the plain product $\Sigma_1\Sigma_2$: on paper the trace is the same. But that product is not symmetric, and in float32 its
# zero eigenvalues come out as small numbers of either sign.
#
# **What do you expect?** Take 60 images. Their covariance in 128 dimensions has rank 59 at most. What does the plain formula in float32 return?

# %%
# NBVAL_CHECK_OUTPUT
few_real, few_fake = real[:60], fake[:60]
product = torch.cov(few_real.T) @ torch.cov(few_fake.T)  # float32
eigenvalues = torch.linalg.eigvals(product).real  # of a matrix that is not symmetric
print("plain product in float32, sum of roots:", eigenvalues.sqrt().sum().item())
print(f"symmetric form in float64: {frechet(few_real.double(), few_fake.double()):.0f}")

# %% [markdown]
# <details><summary>What happened</summary>
#
# The root of a small negative number is not a number, and one of them spoils the sum. Adding a small multiple of the identity to both covariances, a common
# repair, hides the symptom and changes the distance. Keep to symmetric matrices, cut rounding off at 0, compute in float64. With features that are never on, *every* covariance on this page
# is singular, however many images you take.
# </details>

# %% [markdown]
# ## 3. The number that depends on N
#
# Real against real must be 0. Draw $N$ test images and $N$ training images and measure.
#
# **What do you expect?** At $N = 100$, how far are real clothes from real clothes? (The DCGAN had 61 at $N = 2000$.)

# %%
# NBVAL_CHECK_OUTPUT
real_train = extract_features(eyes, train[:2000])
counts, repeats = (50, 100, 200, 500, 1000), 8
order = torch.Generator().manual_seed(7)


def draws(features, n):
    """Several independent draws of n rows."""
    return [features[torch.randint(len(features), (n,), generator=order)] for _ in range(repeats)]


curves = {}
for name, other in (("real", real_train), ("DCGAN", fake)):
    pairs = [list(zip(draws(real, n), draws(other, n))) for n in counts]
    for measure in (metrics.frechet_feature_distance, metrics.kernel_distance):
        curves[name, measure] = torch.tensor([[measure(p, q) for p, q in at_n] for at_n in pairs])
fid, kid = metrics.frechet_feature_distance, metrics.kernel_distance
print("N, mean of 8 draws     " + "".join(f"{n:8}" for n in counts))
for name in ("real", "DCGAN"):
    print(f"Fréchet, {name:14}" + "".join(f"{v:8.0f}" for v in curves[name, fid].mean(1)))
print("\n2 tr(cov) / N, real   " + "".join(f"{2 * torch.cov(a.T).trace() / n:8.0f}" for n in counts))

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8, 2.9, 1, 2)
for ax, measure, title in zip(axes, (fid, kid), ("Fréchet distance", "kernel distance (section 4)")):
    for name, color in (("real", viz.COLORS[0]), ("DCGAN", viz.COLORS[1])):
        values = curves[name, measure]
        ax.plot(counts, values.mean(1), "o-", color=color, label=f"{name} against test images", ms=4)
        ax.fill_between(counts, values.min(1).values, values.max(1).values, color=color, alpha=0.18, lw=0)
    ax.axhline(0, color=viz.MUTED, lw=0.8)
    ax.set(xscale="log", xlabel="images in each set, N", title=title, xticks=counts, xticklabels=counts)
    ax.minorticks_off()
axes[0].legend(fontsize=8.5)
viz.picture(
    fig,
    alt="Left: both Fréchet curves fall as N grows, the one of real images from about 140 to 7. Right: the kernel distances scatter widely at small N "
    "around constant means, 0 for real images and about 18 for the DCGAN.",
    caption="Figure 3. Mean and range of eight draws. The Fréchet distance leans upwards at small N; the kernel distance is noisy there, but has no lean.",
)

# %% [markdown]
# Real clothes at $N = 100$ look as bad as the DCGAN at $N = 2000$. The squared difference of two sample means is $2\sigma^2/N$ on average in every direction, $2\operatorname{tr}\Sigma / N$ in all: the last line of the table. That part
# can be computed on paper; the covariances, off as well, add the larger part. So the Fréchet distance is **biased**: upwards, by an amount that shrinks as $1/N$.
#
# The bias does not cancel between papers. Somebody who quotes FID at $N = 50{,}000$ looks better than you at $10{,}000$, with the same generator. Even the ranking can turn round:

# %%
# NBVAL_CHECK_OUTPUT
weaker = extract_features(eyes, sample(shipped("dcgan_fashion_03000", dcgan.Generator), 2000, 1))
careless = metrics.frechet_feature_distance(real[:100], fake[:100])
print(f"after 3,000 steps, measured with 2,000 images: {metrics.frechet_feature_distance(real, weaker):.0f}")
print(f"after 5,000 steps, measured with   100 images: {careless:.0f}")
print(f"after 5,000 steps, measured with 2,000 images: {metrics.frechet_feature_distance(real, fake):.0f}")

# %% [markdown]
# Rule: the same $N$, the same real images, the same network, the same preprocessing; and write all four down beside the number. And multiply
# every feature by two: the distance is four times as large. It has *units*, squared features. Our 61 and the FID of a paper have nothing to say to each other.
#
# ### What a Gaussian cannot see
#
# Only $\mu$ and $\Sigma$ enter. Build the perfect cheat: draw from the Gaussian itself, and correct the draw until mean and covariance are *exactly* those of the test images.

# %%
# NBVAL_CHECK_OUTPUT
mu, cov = metrics.feature_statistics(real)
z = torch.randn(2000, 128, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
z = torch.linalg.solve_triangular(torch.linalg.cholesky(torch.cov(z.T)), (z - z.mean(0)).T, upper=False)
cheat = mu + (matrix_sqrt(cov) @ z).T  # (2000, 128): vectors, no features of any picture
precision, recall = metrics.precision_recall(real[:1000], cheat[:1000])
print(f"Fréchet distance of the cheat: {metrics.frechet_feature_distance(real, cheat):.1f}")
print(f"features below zero, which no picture has: {(cheat < -1e-6).double().mean():.0%}")
print(
    f"kernel distance {metrics.kernel_distance(real, cheat):.0f}, precision {precision:.2f}, recall {recall:.2f} (next sections)"
)

# %% [markdown]
# Distance 0 means: *equal mean and covariance*. No more.

# %% [markdown]
# ## 4. A distance without a lean
#
# Another way to compare clouds: similarity. Let $k(x, y)$ be large when $x$ and $y$ are alike. If the two clouds are one distribution, then a pair within the first, a pair within the second and a
# pair across are alike equally often, and
#
# $$\mathrm{MMD}^2 = E\,k(x, x') + E\,k(y, y') - 2\,E\,k(x, y)$$
#
# is 0 (*maximum mean discrepancy*). The **kernel Inception distance**, KID (Bińkowski et al. 2018), takes $k(x, y) = (x^\top y / d + 1)^3$ on features.
#
# Estimating it has one trap. $x$ and $x'$ are two *different* draws. In the table of all $k(x_i, x_j)$ the diagonal compares each image with itself: leave it out and divide by $N(N-1)$. Then
# every term is the plain mean of what it estimates, so there is no bias at any $N$; the price is that single values scatter, below 0 too.
#
# **What do you expect?** By hand, one feature: real images 0 and 1, generated ones 2 and 0, $k = (xy + 1)^3$. Draw the three tables. (Two images are far too few: do not be surprised by the sign.)

# %%
# NBVAL_CHECK_OUTPUT
p, q = torch.tensor([[0.0], [1.0]]), torch.tensor([[2.0], [0.0]])
for name, (u, v) in {"real, real": (p, p), "fake, fake": (q, q), "real, fake": (p, q)}.items():
    print(name, ((u @ v.T + 1) ** 3).tolist())
print(f"unbiased: 1 + 1 - 2 * 30/4 = {metrics.kernel_distance(p, q):.0f}")

# %% [markdown]
# <details><summary>What a cube of products compares</summary>
#
# Multiply out $(s + 1)^3 = 1 + 3s + 3s^2 + s^3$ with $s = x^\top y/d$. The term in $s$ compares means, $s^2$ second moments, $s^3$ third moments. So KID, too, is a comparison of moments, of three
# orders instead of two. It caught the cheat of section 3 by its skewness: features out of a ReLU lean to one side, a Gaussian does not.
# </details>
#
# The right half of Figure 3 shows both properties: no lean, wide scatter at small $N$. A KID without its spread is half a statement.

# %% [markdown]
# ## 5. Two numbers instead of one
#
# A distance of 60: are the pictures poor, or is something missing? **Precision and recall** (Kynkäänniemi et al. 2019) split the question. Around every real point draw a ball that reaches to its
# $k$-th nearest real neighbour, $k = 3$. The union of the balls is taken for the *real manifold*. Then
#
# * **precision**: the share of generated points inside the real manifold;
# * **recall**: the share of real points inside the *generated* manifold, built in the same way.
#
# In two dimensions you can see it. The real data is a ring of eight modes.
#
# **What do you expect?** Precision and recall, roughly, of three generators: one that has found three of the eight modes, one that covers the ring but with a spread four times too large, and one that puts everything in a place beside the ring. Then *one real point* moves far out.

# %% jupyter={"source_hidden": true}
from matplotlib.collections import EllipseCollection

ring = mixtures.ring(8, 2.0, 0.1)
plane = torch.Generator().manual_seed(3)
truth = ring.sample(120, plane)
three = mixtures.Mixture(ring.means[:3], 0.1).sample(120, plane)
wide = mixtures.ring(8, 2.0, 0.4).sample(120, plane)
beside = torch.tensor([3.6, 1.0]) + 0.15 * torch.randn(120, 2, generator=plane)
outlier = torch.cat([truth[:-1], torch.tensor([[5.6, 1.8]])])
cases = {
    "three modes of eight": (truth, three),
    "four times too wide": (truth, wide),
    "beside the ring": (truth, beside),
    "beside the ring, and\none real point far out": (outlier, beside),
}
fig, axes = viz.figure(9.2, 4.5, 2, 4)
for column, (name, (p, q)) in enumerate(cases.items()):
    precision, recall = metrics.precision_recall(p, q)
    for row, (of, others, color, dots) in enumerate(
        ((p, q, viz.COLORS[0], viz.COLORS[1]), (q, p, viz.COLORS[1], viz.COLORS[0]))
    ):
        ax = axes[row, column]
        radius = metrics.nearest_neighbours(of, of, k=4)[0][:, 3]
        wide_as, flat = (2 * radius).numpy(), torch.zeros(len(of)).numpy()
        balls = EllipseCollection(
            wide_as,
            wide_as,
            flat,
            units="xy",
            offsets=of.numpy(),
            transOffset=ax.transData,
            facecolors=color,
            alpha=0.14,
            edgecolors="none",
        )
        ax.add_collection(balls)
        ax.scatter(*others.T.numpy(), s=4, color=dots)
        ax.set(xlim=(-3.4, 6.2), ylim=(-3.9, 3.9), xticks=[], yticks=[], aspect="equal")
        word = f"precision {precision:.2f}" if row == 0 else f"recall {recall:.2f}"
        ax.set_xlabel(word)
    axes[0, column].set_title(name)
axes[0, 0].set_ylabel("balls: real\ndots: generated")
axes[1, 0].set_ylabel("balls: generated\ndots: real")
viz.picture(
    fig,
    alt="Two rows of four panels. Upper row: blue balls around real points on a ring, orange generated points; lower row: orange balls, blue points. "
    "In the last panel one real point far to the right carries a ball so large that it covers all generated points.",
    caption="Figure 4. Above, the real manifold and the share of generated points in it; below, the other way round.",
)

# %% [markdown]
# Left to right. **Three modes:** precision is high, recall counts the loss. **Too wide:** the other way round; the generated balls are large, and every
# real point is inside one. **Beside the ring:** neither. And then one real point moves far out: its ball must reach three neighbours, covers half the plane, and precision jumps to 1 without any change of the generator.
#
# The measure inherits the weakness of nearest neighbours: one outlier on either side flatters. And fewer images mean larger balls, so here, too, **the same $N$ and the same $k$**, or no comparison.
#
# ### What your generator looked like along its training

# %%
# NBVAL_CHECK_OUTPUT
print("clothes, 1,000 test and 1,000 generated images\n")
print("after   Fréchet   kernel   precision   recall")
for stage in ("_00100", "_00300", "_01000", "_03000", ""):
    name = "dcgan_fashion" + stage
    made = extract_features(eyes, sample(shipped(name, dcgan.Generator), 1000, 1))
    precision, recall = metrics.precision_recall(real[:1000], made)
    print(
        f"{checkpoint_card(name)['steps']:5} {metrics.frechet_feature_distance(real[:1000], made):9.0f} "
        f"{metrics.kernel_distance(real[:1000], made):8.0f} {precision:11.2f} {recall:8.2f}"
    )
precision, recall = metrics.precision_recall(real[:1000], real_train[:1000])
print(
    f" real {metrics.frechet_feature_distance(real[:1000], real_train[:1000]):9.0f} "
    f"{metrics.kernel_distance(real[:1000], real_train[:1000]):8.0f} {precision:11.2f} {recall:8.2f}"
)

# %% [markdown]
# **Look at the first row before you read on.** After 100 steps G paints grey blobs, and precision is 1. Why?
#
# <details><summary>Answer</summary>
#
# All blobs are alike, so they sit in one spot of feature space, and that spot lies inside the ball of some unusual garment. Every single blob is "inside the
# manifold". Precision alone can be had for nothing by one picture; read it only together with recall, which is 0.
# </details>
#
# ## 6. Damage on purpose
#
# A thermometer is tested in ice and in boiling water. Here is the ice: six ways to spoil a set of images, each by a known amount (`course_lib/damages.py`).
#
# | damage | what is done | hurts |
# |---|---|---|
# | noise, blur, grey veil | to every picture | fidelity |
# | kinds missing | 1 to 6 of the ten kinds of garment never come | coverage |
# | few pictures | a share of the pictures, over and over, down to 2 % | coverage |
# | training copies | a share is replaced by training images | novelty |
#
# **What do you expect?** For each damage: which of the four numbers will notice first? Is there one that none of them notices? Write it down, then move.

# %%
small = shipped("evaluation_8000", dcgan.Generator)  # seed 0 of the sweep, 1,000 steps
results = json.loads(Path("results/07_evaluation.json").read_text())
protocol = results["protocol"]
ladders = [r["result"] for r in results["runs"] if r["setting"]["experiment"] == "damages"]
pool = sample(small, 4 * protocol["n"], 5)
kinds = eyes.output(extract_features(eyes, pool)).argmax(1)
rungs = {}
for damage, _, images in damages.ladder(pool, kinds, train, protocol["n"], seed=0):
    rungs.setdefault(damage, []).append(images)
mix = torch.arange(6) * 83 % protocol["n"]  # six from all over the set
DamageExplorer(
    [(d.name, d.unit, d.strengths, torch.stack([x[mix] for x in sets])) for d, sets in rungs.items()],
    {
        f"{words}": torch.tensor([[rung[key] for rung in ladders[0][d.name]] for d in rungs])
        for key, words in (
            ("frechet", "Fréchet distance"),
            ("kernel", "kernel distance"),
            ("precision", "precision"),
            ("recall", "recall"),
        )
    },
    damage=0,
    level=2,
)

# %% [markdown]
# *To try: find a damage that lowers recall to nothing while precision does not move. Then one that both distances hardly see. Then one that all four **like**.*
#
# The numbers belong to one generator. The protocol in `data_scripts/sweep_evaluation.py` was fixed before its final run: three generators, six strengths of each damage, so 15 pairs of strengths; a distance is right
# about a pair when it puts the severer one farther away. Guessing gives 7.5; success is at least 13 for each of the five real damages and each generator.

# %%
# NBVAL_CHECK_OUTPUT
cheat_name = damages.COPIES.name


def in_order(values):
    """How many of the pairs rise."""
    return sum(a < b for i, a in enumerate(values) for b in values[i + 1 :])


def band(numbers, form="{:.0f}"):
    low, high = form.format(min(numbers)), form.format(max(numbers))
    return low if low == high else f"{low} to {high}"


print("pairs of 15 in the right order, three generators   Fréchet        kernel")
worst = 15
for d in rungs:
    counts_by = {k: [in_order([r[k] for r in lad[d.name]]) for lad in ladders] for k in ("frechet", "kernel")}
    if d.name != cheat_name:
        worst = min(worst, *counts_by["frechet"])
        print(f"{d.name:50} {band(counts_by['frechet']):14} {band(counts_by['kernel'])}")
print(
    f"\nFréchet, at least {protocol['ordered_at_least']} everywhere: {worst >= protocol['ordered_at_least']}"
)

# %%
# NBVAL_CHECK_OUTPUT
print("from none to severe, three generators; lowest to highest\n")
print(f"{'':16} {'Fréchet, times':18} {'precision':18} {'recall':18}")
change = {}
for d in rungs:
    ends = [(lad[d.name][0], lad[d.name][-1]) for lad in ladders]
    change[d.name] = {k: [b[k] - a[k] for a, b in ends] for k in ("precision", "recall")}
    times = [b["frechet"] / a["frechet"] for a, b in ends]
    change[d.name]["times"] = times
    print(
        f"{d.name:16} {band(times, '{:.2f}'):18} {band(change[d.name]['precision'], '{:+.2f}'):18} "
        f"{band(change[d.name]['recall'], '{:+.2f}'):18}"
    )
seen, gone, soft = protocol["seen"], change["kinds missing"], change["blur"]
print(f"\nkinds missing: recall falls by {seen} or more: {max(gone['recall']) <= -seen};", end=" ")
print(f"precision changes by less: {max(map(abs, gone['precision'])) < seen}")
fifth = [lad["few pictures"][2]["frechet"] / lad["few pictures"][0]["frechet"] for lad in ladders]
print(f"a fifth of the pictures, five times each: Fréchet times {band(fifth, '{:.2f}')}")
print(f"blur: precision falls by {seen} or more: {max(soft['precision']) <= -seen}")
limit = protocol["copies_at_most"]
print(f"copies: Fréchet below {limit} of the generator's: {max(change[cheat_name]['times']) <= limit}")

# %% [markdown]
# The Fréchet distance puts nearly every pair in order, and the kernel distance too, but for *few pictures*, where it does little better than guessing: repeating pictures shifts no mean in any one direction, it only makes all means noisier.
# (The pair that both get wrong, three kinds missing and four, is a lesson too: leaving out the shirts as well brings the rest nearer to the average garment.)
#
# The second table says what the two numbers see:
#
# * **noise**: recall falls to nothing, precision hardly moves. Grain makes all pictures unusual in the same way; they gather in a corner that the balls of a few unusual real images reach.
# * **blur, veil**: precision and recall both fall.
# * **kinds missing**: recall alone. This is what it was made for.
# * **few pictures**: a fifth of the pictures, five times each, and the distances hardly stir (the slider shows it). Recall drops to 0, but for a shabby reason: a picture that is there five times has its third neighbour at
#   distance 0, its ball is a point.
# * **training copies**: everything improves. By these four numbers the photocopier, D of Figure 1, is the best generator of this course.
#
# Measure three rungs again, here:

# %%
# NBVAL_CHECK_OUTPUT
n = protocol["n"]
judges = real[1000 : 1000 + n]  # the half of the test images that reports
for d, i in ((damages.NOISE, 0), (damages.MISSING, 5), (damages.COPIES, 5)):
    again = metrics.frechet_feature_distance(judges, extract_features(eyes, rungs[d][i])).item()
    stored = [lad[d.name][i]["frechet"] for lad in ladders]
    inside = 0.97 * min(stored) <= again <= 1.03 * max(stored)
    print(
        f"{d.name}, {d.strengths[i]:g} {d.unit}: measured again here, inside the band of the sweep: {inside}"
    )

# %% [markdown]
# ## 7. Along training
#
# The second half of the claim: the distances fall while G learns. Three runs from three seeds, 8,000 training images each; and three more, shorter, on **100 images** only, which we need in a moment.

# %%
# NBVAL_CHECK_OUTPUT
runs = {
    size: [r["result"] for r in results["runs"] if r["setting"].get("images") == size] for size in (8000, 100)
}
stages = protocol["stages"]
falling = True
for key, words in (
    ("frechet", "Fréchet"),
    ("kernel", "kernel"),
    ("precision", "precision"),
    ("recall", "recall"),
):
    form = "{:.0f}" if key in ("frechet", "kernel") else "{:.2f}"
    columns = [[run["curve"][i][key] for run in runs[8000]] for i in range(len(stages))]
    print(f"{words:10}" + "".join(f"{band(c, form):>14}" for c in columns))
    if key in ("frechet", "kernel"):
        falling &= all(b < a for run in zip(*columns) for a, b in pairwise(run))
print("step      " + "".join(f"{k:14}" for k in stages))
print("\nboth distances lower at every stage than at the one before, every seed:", falling)

# %% [markdown]
# Look at the lower two rows as well. Precision is there from the start; what grows is recall. In this game progress means *coverage*: G first paints the average garment, and then learns that there are others.
#
# ## 8. Learned by heart, and by whom?
#
# Damage number six was the alarming one: a generator that hands out training images beats every honest one, on all four numbers. So novelty needs tests of its own.
#
# **D first.** D sees the training images again and again. If it learns *what clothes look like*, it gives the same logits to clothes it has never seen. If it learns *these images*, it does not. So compare D's mean logit on training images with
# that on held-out ones: the **gap**. Brock and colleagues did this with BigGAN's D in 2018: above 98 % right on the training set, 50 to 55 % on the validation set. D had memorised ImageNet.
#
# **What do you expect?** With 8,000 images, 1,000 steps of 32 are four passes over the data. With 100 images, 400 steps are 128 passes. How large is the gap in each case? And which logit will D give to *unseen real* clothes, compared with *generated* ones?

# %%
pictures, facts = load_snapshots("evaluation_100")


def along(value):
    """Series for the replay: (runs, stages), not a number where a run had ended."""
    rows = {f"{size:,} images": [[value(p) for p in r["curve"]] for r in rs] for size, rs in runs.items()}
    return {
        k: torch.tensor([row + [math.nan] * (len(stages) - len(row)) for row in v]) for k, v in rows.items()
    }


gap_curves = along(lambda p: p["logit_training"] - p["logit_unseen"])
distance_curves = along(lambda p: p["frechet"])
TrainingReplay(
    [(k, p[:9]) for k, p in zip(facts["steps"], pictures)],
    {
        "D's gap, training minus unseen, logits": (stages, gap_curves),
        "Fréchet distance": (stages, distance_curves),
    },
    title="G trained on 100 images: nine samples",
)

# %%
# NBVAL_CHECK_OUTPUT
print(
    f"D at the end, {len(runs[100])} seeds, lowest to highest (8,000 images: step 1000; 100 images: step 400)"
)
print(f"{'':14} {'logit: training':18} {'unseen':18} {'generated':18} gap")
gaps = {}
for size, rs in runs.items():
    last = [r["curve"][-1] for r in rs]
    gaps[size] = [p["logit_training"] - p["logit_unseen"] for p in last]
    logits = [band([p[f"logit_{k}"] for p in last], "{:.1f}") for k in ("training", "unseen", "generated")]
    print(f"{size:6,} images {logits[0]:>16} {logits[1]:>18} {logits[2]:>18}   {band(gaps[size], '{:.2f}')}")
print(
    f"\ngap with 100 images at least {protocol['gap_at_least']:.0f}, every seed: {min(gaps[100]) >= protocol['gap_at_least']}"
)
print(
    f"gap with 8,000 at most {protocol['gap_at_most']}, every seed: {max(gaps[8000]) <= protocol['gap_at_most']}"
)
called = {k: [100 * r["curve"][-1][f"called_real_{k}"] for r in runs[100]] for k in ("training", "unseen")}
print(
    f"100 images, called real by D: training {band(called['training'])} %, unseen {band(called['unseen'])} %"
)

# %% [markdown]
# With 8,000 images D treats unseen clothes exactly as those it has trained on. With 100 it prefers its own hundred to other real clothes by more than a logit, in every run, and in the worst run it calls most other real clothes *fake*: it drifts from "is this a garment?" to "is this on my list?". And the
# lower chart of the player does not notice: at step 400 the pictures are about as far from real ones as those of the large run. D memorises first; G suffers later, if at all, when the only advice it gets is "be on the list".
#
# **Now G.** It never sees a training image, only D's gradient. Has it found the hundred nevertheless? The test of lecture 06: the distance from a sample to the nearest training image, compared with the distance from unseen real images to theirs. A copier has 0.

# %%
# NBVAL_CHECK_OUTPUT
ratio = [r["nearest_pixels"] for r in runs[100]]
print("G, 100 images: distance to the nearest training image, over that of test images")
print(
    f"pixels {band(ratio, '{:.2f}')}, features {band([r['nearest_features'] for r in runs[100]], '{:.2f}')}"
)
print(f"no copier, at least {protocol['no_copy']} for every seed: {min(ratio) >= protocol['no_copy']}")

# %% jupyter={"source_hidden": true}
hundred = shipped("evaluation_100", dcgan.Generator)
drawn = sample(hundred, 200, 1)
few_train = train[:100]
near_pixels = metrics.nearest_neighbours(drawn.flatten(1), few_train.flatten(1))
near_features = metrics.nearest_neighbours(extract_features(eyes, drawn), extract_features(eyes, few_train))
shown = near_pixels[0][:, 0].argsort()[:200:20]
viz.image_grid(
    [drawn[shown], few_train[near_pixels[1][shown, 0]], few_train[near_features[1][shown, 0]]],
    row_labels=["generated", "nearest, pixels", "nearest, features"],
    size=0.7,
    caption="Figure 5. The generator of 100 images. Left: its samples nearest to a training image; right: the farthest. Below each, its neighbours.",
    alt="Three rows of ten pictures: generated shapes, rough after 400 steps, and below each the training image nearest in pixels and the one nearest in features. "
    "No pair is the same picture.",
)

# %% [markdown]
# So D had the list, and G did not copy from it: the same verdict as the BigGAN paper's, on a very small scale. (It is a verdict about 400 steps. Keep measuring.)
#
# Neighbours in pixels and in features answer different questions: pixels find the same silhouette, features the same kind of thing. And both can be fooled. Move a perfect copy by two pixels:

# %%
# NBVAL_CHECK_OUTPUT
moved = train[:200].roll(2, dims=3)  # copies, two pixels to the right
for name, look in (("pixels", lambda x: x.flatten(1)), ("features", lambda x: extract_features(eyes, x))):
    library = look(train[:2000])
    near = {
        k: metrics.nearest_neighbours(look(x), library)[0].median()
        for k, x in (("moved", moved), ("unseen", test[:200]))
    }
    print(
        f"{name:8}: moved copies have {float(near['moved'] / near['unseen']):.1f} of the distance of unseen clothes"
    )

# %% [markdown]
# Two pixels are enough to pass for new: in pixels a moved copy is *farther* from the training set than a garment nobody has seen, and even in features it is as far. (For our eye it is the same picture.) A neighbour that
# is near proves a copy; a neighbour that is far proves nothing. So move the copies about, mirror them, look at the pictures, and say what you tried.

# %% [markdown]
# ## 9. Which checkpoint do you keep?
#
# BigGAN's runs *collapsed*: after long improvement the pictures went to pieces within a short time. The authors stopped before it and reported the best checkpoint; the slides that this
# course follows say that good results come "just before collapse". So the last checkpoint need not be the best, and only a measure along the way finds the best one.
#
# Our runs of section 7 are too short for that, as the first line below says. For runs that pass their best, go back to the plane and lecture 05's
# ring of eight modes: 20 seeds a setting, the modes counted along the way.
#
# **What do you expect?** In how many of the 20 runs does the end have fewer modes than the best moment: with both learning rates equal, with D ten times as fast?

# %%
# NBVAL_CHECK_OUTPUT
end_is_best = [
    r["curve"][-1]["choose"] == min(p["choose"] for p in r["curve"]) for rs in runs.values() for r in rs
]
print(f"runs of section 7 whose last stage is the best: {sum(end_is_best)} of {len(end_is_best)}")
ring_runs = {
    r["setting"]["experiment"]: r["result"]
    for r in json.loads(Path("results/05_minimax_game.json").read_text())["runs"]
}
print("modes of 8, mean of 20 runs     best moment   end   runs that end below their best")
for name in ("balanced, non-saturating", "balanced, least squares", "D fast", "G fast"):
    modes = torch.tensor(ring_runs[name]["modes"], dtype=torch.float64)  # (20 runs, moments)
    top, end = modes.max(1).values, modes[:, -1]
    print(f"{name:32} {top.mean():10.1f} {end.mean():6.1f} {int((end < top).sum()):20} of 20")

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(7, 2.6)
modes = torch.tensor(ring_runs["D fast"]["modes"], dtype=torch.float64)
moments = ring_runs["D fast"]["steps"]
lost = (modes.max(1).values - modes[:, -1]).argsort(descending=True, stable=True)
for rank, (run, color) in enumerate(zip(lost[:3].tolist(), viz.COLORS)):
    ax.plot(moments, modes[run] + 0.07 * (rank - 1), color=color)
    top = int(modes[run].argmax())
    ax.plot(moments[top], modes[run, top] + 0.07 * (rank - 1), "o", color=color, ms=8, mfc="white", mew=2)
ax.set(xlabel="training step", ylabel="modes covered", ylim=(-0.3, 8.4), yticks=(0, 2, 4, 6, 8))
viz.picture(
    fig,
    alt="Three curves of modes covered against training step: each climbs, jumps up and down, and ends one or two modes below its highest point, which is marked by a ring.",
    caption="Figure 6. The three runs of 'D fast' that lose most. A ring marks the checkpoint to keep.",
)

# %% [markdown]
# Where the game is balanced the end is as good as anything before it. Where one player is too fast, more than half of the runs end below their best. Nobody told you beforehand which kind of
# run you have: measure along the way, and keep the checkpoints. (The "best moment" flatters a little, for the reason that comes next.)
#
# ### The winner's curse
#
# Picking the best of many noisy numbers picks the luckiest noise too. Here nothing differs but the luck: *one* generator, twenty draws of 100 of its pictures, as if they were twenty checkpoints.
#
# **What do you expect?** The best of the twenty, compared with their mean? And the same twenty, measured on other test images?

# %%
# NBVAL_CHECK_OUTPUT
luck = torch.Generator().manual_seed(11)
sets = [fake[torch.randperm(2000, generator=luck)[:100]] for _ in range(20)]
chooser, reporter = (
    real[torch.randperm(1000, generator=luck)[:100]],
    real[1000 + torch.randperm(1000, generator=luck)[:100]],
)
chosen_by = torch.tensor([metrics.frechet_feature_distance(chooser, s) for s in sets])
fresh = [fake[torch.randperm(2000, generator=luck)[:100]] for _ in range(20)]  # new pictures of the "winner"
again = torch.tensor([metrics.frechet_feature_distance(reporter, s) for s in fresh]).mean()
print(f"mean of twenty {chosen_by.mean():.0f}, best of twenty {chosen_by.min():.0f}")
print(f"the winner on fresh pictures and other test images, mean of twenty draws: {again:.0f}")

# %% [markdown]
# The same happens with seeds: "our best run" is the luckiest. So
#
# * choose the checkpoint on one set of real images, report on *another*, with fresh samples;
# * run several seeds, show all of them (lowest to highest, as here), and say how many there were;
# * decide the protocol before the final run, and leave it alone afterwards.
#
# ## 10. Six traps
#
# **What do you expect?** Our reference number is 61. Each line of the next cell makes one mistake that raises no error. Which way does the number move?

# %%
# NBVAL_CHECK_OUTPUT
blind = fashion_classifier().train()  # the network that measures, left in train mode


@torch.no_grad()
def features_in_train_mode(images):
    return torch.cat([blind.features(part) for part in images.split(100)])


right = metrics.frechet_feature_distance(real, fake)
made = sample(clothes, 2000, 1)
mistakes = {
    "network in train mode": metrics.frechet_feature_distance(
        features_in_train_mode(test), features_in_train_mode(made)
    ),
    "and only for one of the two sets": metrics.frechet_feature_distance(real, features_in_train_mode(made)),
    "images in [0, 1], not [-1, 1]": metrics.frechet_feature_distance(
        real, extract_features(eyes, (made + 1) / 2)
    ),
    "200 images": metrics.frechet_feature_distance(real[:200], fake[:200]),
    "against the training images": metrics.frechet_feature_distance(real_train, fake),
    "features divided by ten": metrics.frechet_feature_distance(real / 10, fake / 10),
}
print(f"{'as it should be':34} {right:6.0f}")
for name, value in mistakes.items():
    print(f"{name:34} {float(f'{value:.2g}'):6g}")

# %% [markdown]
# | trap | what to do |
# |---|---|
# | different $N$ | fix it, print it |
# | different features, resizing, pixel range | one function from uint8 to features, used for both sets; first measure real against real |
# | classifier in train mode | its features then depend on the batch (lecture 06); `eval()`, checked in code |
# | training images as reference | a copier gets 0; use images that neither G nor the choice of checkpoint has seen |
# | singular covariance, float32 | symmetric form, float64, clamp |
# | the best of many | choose and report on different images; show every seed |
#
# The first check of any evaluation costs a minute: put *real* images through the whole pipeline as if they were generated. If real test images do not come out near 0, the ruler is broken.

# %% [markdown]
# ## Name the fault
#
# Four reports from colleagues. What went wrong, and which experiment would prove it?
#
# **A.** "FID fell from 61 to 4 in one afternoon. Precision .87, recall .89."
#
# <details><summary>Answer</summary>
#
# As good as real images: copies, or training images mixed into the samples. Nearest neighbours in the training set prove it: the distances are 0.
# </details>
#
# **B.** "Precision 1.00! But all my samples look alike."
#
# <details><summary>Answer</summary>
#
# One spot inside one large ball. Recall will be near 0. Take away the outlier of the real set that carries the ball, and precision falls as well.
# </details>
#
# **C.** "Our KID is −0.5, so we beat the real data."
#
# <details><summary>Answer</summary>
#
# An unbiased estimate of 0 is often below 0. Give the spread over several draws; the interval will contain 0.
# </details>
#
# **D.** "D says .98 real on training images, and on held-out ones .17. The samples look fine."
#
# <details><summary>Answer</summary>
#
# D has memorised its training set, as in section 8. G may still be fine; more images, augmentation or a weaker D help, and stopping by a distance on held-out images.
# </details>
#
# ## Guided reading
#
# Brock, Donahue and Simonyan 2018, arXiv:1809.11096, section 4 and figure 3. Twenty minutes, with these questions in hand:
#
# 1. Which quantity do they watch in G's and D's weights, and which of the two shows collapse coming?
# 2. They can prevent collapse by constraining D. What does it cost, and in which number?
# 3. What is their test for D's memory, and what for G's? Which of ours is which?
# 4. Their FID is measured with how many images? Could you compare it with lecture 06's?
#
# <details><summary>What to look for</summary>
#
# 1. The largest singular values of the weights: those of G grow steadily and explode at collapse, those of D jump. 2. Strong regularisation of D (R1 and its relatives: penalties on D's slope) keeps training stable
# and costs a good part of the Inception score (an older measure of quality by a classifier's answers; higher is better). 3. D: accuracy on the validation set. G: interpolation, and nearest neighbours in pixels and in features of a
# network. 4. With 50,000, and other features: no.
# </details>

# %% [markdown]
# ## Ready for assignment a2
#
# Parts of a2 and where each is explained:
#
# | you write | look at |
# |---|---|
# | `discriminator_loss`, `generator_loss`, the least-squares pair | lecture 05: value, saturation, logits |
# | `Generator`, `Discriminator` | lecture 06, sections 1 and 2 |
# | `gan_step` | lectures 05 and 06: who learns when, and why `detach` |
# | `interpolate` | lecture 06, section 5 |
# | `frechet_distance` | this page, section 2: the five lines, and how they go wrong |
# | `diagnosis`, `training_loop` | lecture 05, sections 6 and 9; clinic 07c |
#
# ## Summary
#
# * Between Gaussians, $W^2 = \lVert\mu_1-\mu_2\rVert_2^2 + \operatorname{tr}(\Sigma_1+\Sigma_2-2(\Sigma_1^{1/2}\Sigma_2\Sigma_1^{1/2})^{1/2})$; in one dimension $(\mu_1-\mu_2)^2 + (\sigma_1-\sigma_2)^2$.
# * Only mean and covariance enter. It is biased upwards, by an amount that shrinks as $1/N$, and has units.
# * The kernel distance has no bias, compares three moments, and scatters.
# * Precision asks whether the generated is real-like, recall whether the real is generated. One outlier flatters either.
# * Distances fall along training and order real damages; they *love* copies of the training set.
# * The gap of D between training and held-out images says whether D has memorised; neighbours say whether G has.
# * Choose on one set, report on another; show every seed.
#
# ## Check yourself
#
# **1.** $N(0, 1)$ and $N(0, 9)$ in one dimension; the same in ten dimensions with covariances $I$ and $9I$. Both distances?
#
# <details><summary>Answer</summary>
#
# $(1-3)^2 = 4$; ten times that, 40.
# </details>
#
# **2.** $\operatorname{tr}\Sigma = 641$ for our features. How large is the part of the bias that comes from the means alone, at $N = 100$ and at $N = 50{,}000$?
#
# <details><summary>Answer</summary>
#
# $2 \cdot 641/100 \approx 13$, and 0.03.
# </details>
#
# **3.** A generator makes perfect images of nine of ten kinds. What do precision and recall say, roughly?
#
# <details><summary>Answer</summary>
#
# Precision as for real images; recall lower by about a tenth. (Some of the missing kind are covered by their neighbours' balls.)
# </details>
#
# **4.** Why does leaving out the diagonal make KID unbiased, and why does the plain mean over all pairs not?
#
# <details><summary>Answer</summary>
#
# The diagonal holds $k(x, x)$, an image with itself, which is larger than between two independent images. It adds about (E k(x,x) − E k(x,x'))/N for each set.
# </details>
#
# ## Five questions on lectures 01 to 06
#
# <details><summary>1. Lecture 06: why is a distance more telling than G's loss?</summary>G's loss speaks about the present D, which learns too; the distance compares pictures with a fixed judge.</details>
# <details><summary>2. Lecture 06: how long is a typical code of N(0, I) in 64 dimensions?</summary>About 8, the root of 64.</details>
# <details><summary>3. Lecture 05: what does the best D return where p = q?</summary>One half, logit 0.</details>
# <details><summary>4. Lecture 04: which single picture minimises the squared error to many possible ones?</summary>Their mean: a blur that is none of them.</details>
# <details><summary>5. Lecture 01: output size for a 28 px image, kernel 4, stride 2, padding 1?</summary>(28 + 2 − 4)/2 + 1 = 14.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * M. Heusel, H. Ramsauer, T. Unterthiner, B. Nessler, S. Hochreiter, *GANs trained by a two time-scale update rule*, 2017, arXiv:1706.08500: FID.
# * D. Dowson, B. Landau, *The Fréchet distance between multivariate normal distributions*, 1982.
# * M. Bińkowski, D. Sutherland, M. Arbel, A. Gretton, *Demystifying MMD GANs*, 2018, arXiv:1801.01401: KID, and the proof that FID is biased.
# * T. Kynkäänniemi, T. Karras, S. Laine, J. Lehtinen, T. Aila, *Improved precision and recall metric*, 2019, arXiv:1904.06991.
# * A. Brock, J. Donahue, K. Simonyan, *Large scale GAN training*, 2018, arXiv:1809.11096: collapse, D's memory; the slides of the University of Illinois on conditional GANs (BigGAN) put both in two lines.
# * The question "learn p(x) from data so that we can sample from it" opens the generative part of Stanford's CS448V slides.
# * Runs: `data_scripts/sweep_evaluation.py`, `lectures/results/07_evaluation.json`. Clothes: Fashion-MNIST, Zalando, MIT.
#
# **Next:** clinic 07c and assignment a2, then part III: lecture 08 gives the code $z$ names for what it controls.

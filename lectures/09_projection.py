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
# # 09 · Projection
#
# *Part III, control through the latent code. About 55 minutes: 25 to read, 30 to predict, try and answer; the cells run in under a minute. You need
# the generator of lecture 06, the gradient of lecture 00, and means and medians from lecture 04.*

# %%
import json
from itertools import islice
from pathlib import Path

import torch
from torch.nn.functional import avg_pool2d

from course_lib import data, dcgan, viz
from course_lib.checkpoint import checkpoint_card, shipped
from course_lib.classifier import faces_classifier
from course_lib.encoder import code_loss, shipped_encoder
from course_lib.projection import descend, feature_loss, pixel_loss, project_by_optimization, project_hybrid
from course_lib.widgets.setting_player import SettingPlayer

G = shipped("dcgan_faces", dcgan.Generator)  # in eval mode, and it learns nothing more: only codes move today
E = shipped_encoder("faces")


def faces_at_32(split):
    return data.to_float(avg_pool2d(data.faces(split)[0].float(), 2).round().to(torch.uint8))


def noise(n, seed):
    return torch.randn(n, G.z_dim, generator=torch.Generator().manual_seed(seed))


held_out = faces_at_32("test")
x = held_out[[43, 86, 129, 215, 301, 473]]  # six pictures that will stay with us

# %% jupyter={"source_hidden": true}
first_look, _ = project_hybrid(G, E, x, 60)
viz.image_grid(
    [x, G(first_look)],
    row_labels=["a picture", "G's nearest"],
    size=1.05,
    caption="Figure 1. Above: six faces that G has never seen nor made. Below: the nearest pictures that G can make, each from 64 numbers.",
    alt="Two rows of six cartoon faces. The lower ones repeat the eyes, mouths and tears of the upper ones, slightly grainy.",
)

# %% [markdown]
# In lecture 06 you drew a code and looked at what came out. You could walk between two draws, but the walk began wherever the dice fell. Anyone who wants
# to *edit* asks the opposite question: here is a picture; where does it live?
#
# The generator runs one way only, $z \to G(z)$. Its inverse is nowhere written down, and for most pictures there is none. So we ask for less, for the **projection**,
# the nearest picture that G can make:
#
# $$z^* = \arg\min_z L\big(G(z), x\big)$$
#
# Zhu, Krähenbühl, Shechtman and Efros (2016) gave three answers in one page of their paper *iGAN*. You will run all three. Afterwards you can
#
# * project a picture by descent through a fixed network, for a whole batch at once without letting the pictures disturb each other;
# * say why such a descent gets stuck, and what restarts and L-BFGS do about it;
# * train a network to invert G, and explain why its codes are too short;
# * put both together, and decide from measured budgets which one to use;
# * say what projection does to a picture that does not belong, and why that matters when the pictures are of people.

# %% [markdown]
# ## 1. Descend
#
# Take the squared error, averaged over the $n$ numbers of a picture: $L(z) = \frac1n \lVert G(z) - x \rVert_2^2$. The chain rule gives its slope,
#
# $$\nabla_z L = \frac2n\, J(z)^\top \big(G(z) - x\big),$$
#
# with the Jacobian $J = \partial G / \partial z$, the matrix of every pixel's slope in every number of the code. That product is one backward pass through G, which the framework knows how to do. Everything that you know about training holds, with
# the roles exchanged: **the weights are fixed and the input learns.**
#
# A batch of pictures is a batch of separate problems. Three habits keep them separate:
#
# * G in `eval()` mode, or BatchNorm would let the pictures share statistics (lecture 06, section 4);
# * losses summed over the batch, not averaged, or a picture's step would shrink with the size of its company;
# * an optimiser that scales every number by its own history. Adam does; its step for one code does not depend on another.

# %%
# NBVAL_CHECK_OUTPUT
z, loss = project_by_optimization(G, x, noise(6, seed=0), steps=15)
alone, loss_alone = project_by_optimization(G, x[2:3], noise(6, seed=0)[2:3], steps=15)
print("codes and losses:", tuple(z.shape), tuple(loss.shape))
print("the third picture alone ends where it ended in company:", torch.allclose(alone[0], z[2], atol=1e-3))

# %% [markdown]
# **What do you expect?** The picture has 3,072 numbers, the code 64. Descend from eight different random codes towards *one* picture, 120 steps each. Do all eight arrive (a) at the same
# code, (b) at different codes with the same picture, (c) at different pictures?

# %%
one = x[3:4]
starts = noise(8, seed=5)
ends, end_loss = project_by_optimization(G, one.expand(8, -1, -1, -1), starts, steps=120)
order = end_loss.argsort()

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [torch.cat([one, G(starts[order])]), torch.cat([one, G(ends[order])])],
    row_labels=["start", "end"],
    column_labels=["target", *[f"{v:.3f}" for v in end_loss[order].tolist()]],
    size=0.82,
    caption="Figure 2. Eight descents to one picture, sorted by their final loss, which stands above them.",
    alt="The target face, eight random faces, and the eight faces after 120 steps. The first ones look like the target; "
    "the last ones kept other eyes or another mouth.",
)

# %%
# NBVAL_CHECK_OUTPUT
apart = torch.cdist(ends[order[:4]], ends[order[:4]])
print(
    "the worst of eight ends above 1.5 times the loss of the best:",
    bool(end_loss.max() > 1.5 * end_loss.min()),
)
print("the four best codes are more than 5 apart:", bool(apart[apart > 0].min() > 5))

# %% [markdown]
# <details><summary>What it means</summary>
#
# (b) and (c). The best ends show nearly the same picture at codes far apart: G has many codes for about the same face, and nothing in $L$ prefers one of them.
# The worst ends are *stuck*: a mouth of the wrong kind is in place, and every small change of it makes the error larger before
# it could become smaller.
# </details>
#
# The ground on which this happens can be drawn. Three of the codes above span a plane; compute the loss on it.

# %% jupyter={"source_hidden": true}
corner, best, stuck = starts[order[-1]], ends[order[0]], ends[order[-1]]
a, b = torch.meshgrid(torch.linspace(-0.4, 1.4, 25), torch.linspace(-0.4, 1.4, 25), indexing="ij")
on_plane = corner + a.reshape(-1, 1) * (best - corner) + b.reshape(-1, 1) * (stuck - corner)
height = pixel_loss(G(on_plane), one.expand(len(on_plane), -1, -1, -1)).view(25, 25)
fig, ax = viz.figure(4.6, 3.7)
drawn = ax.contourf(b.numpy(), a.numpy(), height.numpy(), levels=18, cmap="viridis")
for (u, v), name in zip([(0, 0), (0, 1), (1, 0)], ["start", "best", "stuck"]):
    ax.plot(u, v, "o", color="white", markeredgecolor="black", ms=7)
    ax.annotate(
        name, (u, v), xytext=(7, 6), textcoords="offset points", color="white", fontsize=10, weight="bold"
    )
ax.set(
    xlabel="towards the stuck end", ylabel="towards the best end", title="loss on a plane through three codes"
)
fig.colorbar(drawn, label="mean squared error")
viz.picture(
    fig,
    alt="Contour map of the loss. A deep basin around the point 'best', a shallower separate basin around 'stuck', and a ridge between them.",
    caption="Figure 3. Two basins with a ridge between them. The start lies outside both; which one it rolls into is luck.",
)

# %% [markdown]
# ### Steps, or steps that know the curvature
#
# The original used **L-BFGS** instead of Adam. It remembers the last few pairs (step taken, change of gradient). From them it guesses the curvature, as Newton's method would
# have it, without ever forming a 64 × 64 matrix. And it has no learning rate: a step that does not lower the loss is halved and tried again.
#
# Here is a trap. `torch.optim.LBFGS` takes a batch for *one* long vector, with one search for the step length (a *line search*) for all: pictures would wait for each other. `course_lib.lbfgs` gives every row a
# memory and a step length of its own, and is worth reading: 60 lines. We count *passes*, forward and back through G, which is what costs time.
#
# ## 2. Ask a network
#
# Hundreds of passes for one picture are slow, and most of them relearn the same thing: how a mouth in pixels corresponds to numbers in the code. A network can learn this once, for all pictures.
# The **inverting network** $E$ is DCGAN's discriminator with 64 outputs instead of one. G stays fixed behind it; the two form an *autoencoder*, picture to code
# and back, whose second half was made by a game ($\mathbb E$ is the expectation here, since $E$ is the network):
#
# $$\min_E \; \underbrace{\mathbb E_x\, L\big(G(E(x)), x\big)}_{\text{real pictures, codes unknown}} \;+\; 0.1\; \underbrace{\mathbb E_z\, \tfrac1d \big\lVert E(G(z)) - z \big\rVert_2^2}_{\text{pictures of G, codes known}}$$
#
# **What do you expect?** For a picture that G made, the right code exists. How much of it will E find? On the scale of the second term, answering $0$ to everything
# costs exactly 1, because the numbers of $z$ have variance 1. And how long will $E(x)$ be, when $\lVert z \rVert_2 \approx \sqrt{64} = 8$?

# %%
# NBVAL_CHECK_OUTPUT
codes = noise(300, seed=9)
print(f"code loss on 300 pictures that G made: {code_loss(G, E, codes):.2f}")
print(f"length of z: {codes.norm(dim=1).mean():.1f}, of E(x): {E(held_out[:100]).norm(dim=1).mean():.1f}")
reconstructed = pixel_loss(G(E(held_out[:100])), held_out[:100]).mean().item()
constant = held_out[:100].mean(0, keepdim=True).expand(100, -1, -1, -1)
print(f"loss of G(E(x)) on 100 held-out faces: {reconstructed:.3f}")
print(f"loss of the best constant picture:     {pixel_loss(constant, held_out[:100]).mean():.3f}")

# %% [markdown]
# <details><summary>What it means</summary>
#
# E finds very little of the code and yet most of the picture. Both are consequences of Figure 2: many codes show the same face, so the code *cannot* be read off the face. Asked for one
# number under squared error, E answers what lecture 04 says it must: the mean of all codes that fit. Means are shorter than what they are means of. The best E can say about a
# direction that G does not show is 0.
#
# So $E(x)$ lies well inside the shell where G was trained, and $G(E(x))$ is decent anyway. (The second term has a small
# weight because most of what it asks for cannot be known.)
# </details>

# %% [markdown]
# ## 3. Ask, then descend
#
# The third way is the obvious one: start the descent at $E(x)$. The network chooses the basin, the descent finds its bottom. This is the **hybrid**.
#
# One detail decides whether it works. Adam's first steps have the size of the learning rate in *every* component, however good the start. A start that is near wants small steps:

# %%
# NBVAL_CHECK_OUTPUT
for lr in (0.1, 0.03):
    after = [v.mean().item() for _, v in islice(descend(lambda z: pixel_loss(G(z), x), E(x), lr), 11)]
    print(
        f"hybrid, rate {lr}: after 10 passes the loss is {'above' if after[10] > after[0] else 'below'} where it started"
    )

# %% [markdown]
# **What do you expect?** Rank the three ways after 25 passes, and after 200. Does the optimisation from a random code catch up with the network alone, and when?

# %%
MARKS = [0, 5, 10, 25, 50, 100, 200]


def objective(z):
    return pixel_loss(G(z), x)


def marked(descent):
    """Codes and losses after each number of passes in MARKS: (7, 6, 64) and (7, 6)."""
    seen = [pair for k, pair in enumerate(islice(descent, MARKS[-1] + 1)) if k in MARKS]
    return [torch.stack(part) for part in zip(*seen)]


z_descent, loss_descent = marked(descend(objective, noise(6, seed=2), lr=0.1))
z_hybrid, loss_hybrid = marked(descend(objective, E(x), lr=0.03))

# %%
shown = [G(z.flatten(0, 1)).view(7, 6, 3, 32, 32) for z in (z_descent, E(x).expand(7, -1, -1), z_hybrid)]
frames = torch.stack([x.expand(7, -1, -1, -1, -1), *shown], dim=2).transpose(
    0, 1
)  # (picture, passes, panel, ...)
readouts = [
    f"loss: optimisation {loss_descent[k, i]:.3f}, network {loss_hybrid[0, i]:.3f}, hybrid {loss_hybrid[k, i]:.3f}"
    for i in range(6)
    for k in range(7)
]
SettingPlayer(
    frames,
    {"picture": [str(i + 1) for i in range(6)], "passes through G": [str(k) for k in MARKS]},
    ["the picture", "optimisation", "inverting network", "hybrid"],
    readouts,
    "A face and its projections in three ways.",
    chosen=[1, 3],
    zoom=5,
)

# %% [markdown]
# *Move the passes from 0 to 200 for each picture. For which of them does the optimisation find the right mouth, and when? Is there one where it never does?*
#
# Six pictures are an anecdote. The script `data_scripts/sweep_projection.py` projected 16 held-out faces from each of three draws, with the thresholds written down first.

# %%
# NBVAL_CHECK_OUTPUT
stored = json.loads(Path("results/09_projection.json").read_text())
runs = [r["result"] for r in stored["runs"] if r["setting"]["name"] == "faces"]


def at(method, passes):
    """The mean loss over images of each run, (seeds,)."""
    return torch.tensor([r[method]["mean"][r["passes"].index(passes)] for r in runs])


network, budgets = at("hybrid", 0), (25, 50, 100, 200)
print(
    f"{len(runs)} draws; the inverting network alone: {network.median():.4f} ({network.min():.4f} to {network.max():.4f})"
)
for name, method in (
    ("optimisation, Adam", "optimization"),
    ("optimisation, L-BFGS", "lbfgs"),
    ("hybrid, Adam", "hybrid"),
    ("hybrid, L-BFGS", "lbfgs_hybrid"),
):
    print(f"{name:21}", "   ".join(f"{k}: {at(method, k).median():.4f}" for k in budgets))
print(
    "hybrid below optimisation at every budget, every draw:",
    all(bool((at("hybrid", k) <= 0.98 * at("optimization", k)).all()) for k in budgets),
)
print(
    "hybrid below the network at every budget, every draw:",
    all(bool((at("hybrid", k) <= 0.98 * network).all()) for k in budgets),
)
print(
    "hybrid at 25 below optimisation at 200, every draw:",
    bool((at("hybrid", 25) <= at("optimization", 200)).all()),
)

# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.8, 3.4)
passes = runs[0]["passes"]
for (name, method), color in zip(
    (
        ("optimisation, Adam", "optimization"),
        ("optimisation, L-BFGS", "lbfgs"),
        ("hybrid, Adam", "hybrid"),
        ("hybrid, L-BFGS", "lbfgs_hybrid"),
    ),
    viz.COLORS,
):
    rows = torch.tensor([r[method]["mean"] for r in runs])
    style = "--" if "lbfgs" in method else "-"
    ax.plot(passes, rows.median(0).values.numpy(), style, color=color, label=name)
    ax.fill_between(
        passes, rows.min(0).values.numpy(), rows.max(0).values.numpy(), color=color, alpha=0.15, linewidth=0
    )
ax.axhline(network.median().item(), color="#46525b", lw=1, ls=":", label="network alone")
ax.set(
    xlabel="passes forward and back through G",
    ylabel="mean squared error",
    yscale="log",
    title="16 held-out faces a draw, three draws",
)
ax.grid(True)
ax.legend(fontsize=8)
viz.picture(
    fig,
    alt="Loss against passes on a log scale. Both hybrid curves start near the dotted line of the network and fall below it; both optimisation curves start ten times "
    "higher and stay above the dotted line on average up to 200 passes.",
    caption="Figure 4. Mean over pictures; the bands span three draws.",
)


# %%
# NBVAL_CHECK_OUTPUT
def first_below(row, level):
    """The first budget in the list at which a curve is at or below a level."""
    return next((str(k) for k, v in zip(passes, row) if v <= level), "not within 200")


for kind in ("mean", "median"):
    for method in ("optimization", "lbfgs"):
        found = [first_below(r[method][kind], r["hybrid"][kind][0]) for r in runs]
        print(f"{kind:6} of {method:12} passes the network's at:", ", ".join(found))
restarts = torch.tensor([r["restarts_4_of_50"] for r in runs]).median()
print(
    f"four restarts of 50 passes, best of each: {restarts:.4f};  one descent of 200: {at('optimization', 200).median():.4f}"
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# The hybrid leads at every budget, and after 25 passes it is better than 200 passes from a random code. Mean and median of the pure optimisation differ
# because a few pictures are stuck in a wrong basin; they weigh on the mean and no number of further steps frees them. The median picture is not stuck.
# </details>
#
# The slides of the TU Munich lecture show this comparison on three pictures, after the paper. Their numbers beside ours, which are another generator's, another loss's and another data set's. What can be
# compared is the *order*, and the gain:
#
# | | slide, picture 1 | picture 2 | picture 3 | ours, faces, 200 passes |
# |---|---|---|---|---|
# | optimisation | .196 | .238 | .332 | .032 |
# | inverting network | .218 | .242 | .336 | .019 |
# | hybrid | **.153** | **.167** | **.268** | **.011** |

# %%
# NBVAL_CHECK_OUTPUT
slide = torch.tensor([[0.196, 0.238, 0.332], [0.218, 0.242, 0.336], [0.153, 0.167, 0.268]])
print(
    "hybrid / optimisation   slide:",
    [round(v, 2) for v in (slide[2] / slide[0]).tolist()],
    "  ours:",
    f"{(at('hybrid', 200) / at('optimization', 200)).median():.2f}",
)
print(
    "hybrid / network        slide:",
    [round(v, 2) for v in (slide[2] / slide[1]).tolist()],
    "  ours:",
    f"{(at('hybrid', 200) / network).median():.2f}",
)
print(
    "network / optimisation  slide:",
    [round(v, 2) for v in (slide[1] / slide[0]).tolist()],
    "  ours:",
    f"{(network / at('optimization', 200)).median():.2f}",
)

# %% [markdown]
# The hybrid wins in both. One thing came out the other way: on the slide optimisation beats the network, here the network beats optimisation. Our faces are put together from 32 pairs of eyes and 26 mouths;
# a network can learn them all, and a wrong *kind* of mouth is a trap. Theirs are photographs, which no list exhausts. That is a guess, and clothes will put it to the test.
#
# The shipped networks, measured again, and two further trainings of the inverting network:

# %%
# NBVAL_CHECK_OUTPUT
rng = torch.Generator().manual_seed(1000)
again = held_out[torch.randperm(len(held_out), generator=rng)[:16]]  # the sweep's first draw
_, by_network = project_hybrid(G, E, again, steps=0)
_, by_hybrid = project_hybrid(G, E, again, steps=25)
print(
    "network within 3 % of the stored run:",
    abs(by_network.mean().item() / runs[0]["hybrid"]["mean"][0] - 1) < 0.03,
)
print("hybrid at 25 within 5 %:", abs(by_hybrid.mean().item() / at("hybrid", 25)[0].item() - 1) < 0.05)
by_seed = checkpoint_card("encoder_faces")["metrics"]["held_out_reconstruction_by_seed"]
print("the network alone on 500 held-out faces, three seeds of its training:", *by_seed.values())

# %% [markdown]
# ### Clothes, which no list exhausts
#
# If parts from a list are the reason, then a set without such parts should turn the order round. Fashion-MNIST is one: 28 pixels, grey, and no two shirts are cut alike. We take its generator
# from lecture 06 and train it an inverting network of its own, with the same loss.
#
# Two trivial answers belong beside the three ways: the best constant picture, and the **nearest training picture**, looked up among 8,000. Whoever does not beat the look-up has not learned more than a list.
#
# **What do you expect?** Rank the look-up, the network alone, and optimisation and hybrid after 100 passes. Does optimisation pass the network this time?

# %%
G_clothes, E_clothes = shipped("dcgan_fashion", dcgan.Generator), shipped_encoder("fashion")
garments, kinds = data.fashion_mnist("test")
clothes = data.to_float(torch.stack([garments[kinds == k][4] for k in (0, 1, 3, 5, 8, 9)]))
seen = data.to_float(data.fashion_mnist("train")[0])
looked_up = seen[torch.cdist(clothes.flatten(1), seen.flatten(1)).argmin(1)]
searched, _ = project_by_optimization(G_clothes, clothes, noise(6, seed=3), steps=100)
both, _ = project_hybrid(G_clothes, E_clothes, clothes, steps=100)

# %% jupyter={"source_hidden": true}
answers = [looked_up, G_clothes(E_clothes(clothes)), G_clothes(searched), G_clothes(both)]
viz.image_grid(
    [clothes, *answers],
    row_labels=["picture", "look-up", "network", "optimisation", "hybrid"],
    size=0.9,
    caption="Figure 5. Held-out clothes and four answers. The look-up is sharp and another garment; the network's is blurred; prints and straps are lost by all.",
    alt="Six garments in five rows: a T-shirt, trousers, a dress, a sandal, a bag and a boot, then the nearest training pictures and three projections, the last row nearest to the first.",
)

# %%
# NBVAL_CHECK_OUTPUT
of_clothes = [r["result"] for r in stored["runs"] if r["setting"]["name"] == "fashion"]


def ways(name, measure="loss"):
    """A measure of one way over the draws, (seeds,); for clothes every draw has another training of the network."""
    return torch.tensor([r["ways"][name][measure] for r in of_clothes])


def band(values, digits):
    return f"{values.median():.{digits}f} ({values.min():.{digits}f} to {values.max():.{digits}f})"


print(
    f"{len(of_clothes)} draws of 16 clothes            loss                        PSNR, dB                 L1"
)
for words, name in (
    ("constant picture", "constant"),
    ("look-up", "nearest"),
    ("network", "network"),
    *((f"optimisation, {k}", f"optimization_{k}") for k in (25, 100, 200)),
    *((f"hybrid, {k}", f"hybrid_{k}") for k in (25, 100, 200)),
):
    print(f"{words:18}", *(f"{band(ways(name, m), d):>25}" for m, d in (("loss", 3), ("psnr", 1), ("l1", 3))))


def clothes_at(method, passes):
    return torch.tensor([r[method]["mean"][r["passes"].index(passes)] for r in of_clothes])


alone = clothes_at("hybrid", 0)
crossings = [first_below(r["optimization"]["mean"], r["hybrid"]["mean"][0]) for r in of_clothes]
print("optimisation passes the network at:", ", ".join(crossings))
for words, verdict in (
    (
        "hybrid below optimisation at every budget",
        [clothes_at("hybrid", k) <= 0.98 * clothes_at("optimization", k) for k in budgets],
    ),
    ("hybrid below the network at every budget", [clothes_at("hybrid", k) <= 0.98 * alone for k in budgets]),
    ("hybrid at 50 below optimisation at 100", [clothes_at("hybrid", 50) <= clothes_at("optimization", 100)]),
    ("optimisation at 100 below the network", [clothes_at("optimization", 100) < alone]),
    (
        "network at most 0.9 of the look-up, hybrid at 200 at most 0.5",
        [alone <= 0.9 * ways("nearest"), ways("hybrid_200") <= 0.5 * ways("nearest")],
    ),
):
    print(f"{words}, every draw:", all(bool(v.all()) for v in verdict))
again_clothes = data.to_float(garments[torch.randperm(len(garments), generator=rng.manual_seed(1000))[:16]])
_, again_loss = project_hybrid(G_clothes, E_clothes, again_clothes, steps=25)
print(
    "the shipped networks, hybrid at 25 within 5 % of the stored run:",
    abs(again_loss.mean() / ways("hybrid_25")[0] - 1).item() < 0.05,
)

# %% [markdown]
# <details><summary>What it means</summary>
#
# The order is the slide's: optimisation passes the network (which it has done at 75 passes in every draw), and the hybrid leads them both at every budget. The guess survives this test: what the faces have and clothes have not is a short list of parts. (One
# test of two data sets is no proof; the generators differ, too.)
#
# Beside the look-up the network alone is a modest thing: in the squared error, which it was trained for, it wins by a fifth, in L1 hardly at all. (PSNR is the squared error again, on a logarithmic scale: $10 \log_{10}(2^2 / L)$, since the pixels span a range of 2; the mean over pictures.)
# Descending is what makes the difference: the hybrid's loss is less than half of the look-up's.
# </details>

# %% [markdown]
# ## 4. Near in which sense?
#
# Pixels count every yellow dot like every dot of an eye. The paper adds a *feature* loss, the distance in a layer of a classifier (lecture 07 used one to compare sets of pictures):
# $L(z) = \frac1n\lVert G(z) - x \rVert_2^2 + \lambda\,\lVert\phi(G(z)) - \phi(x)\rVert_2^2$.
#
# **What do you expect?** With features in the loss: does the pixel error rise or fall? Will the classifier, asked to name the eyes and the mouth, agree more often with the original?


# %%
judge = faces_classifier()


def parts(images):
    """Which eyes and which mouth the classifier sees: (N, 2)."""
    logits = judge(images)
    return torch.stack([logits[:, :32].argmax(1), logits[:, 32:58].argmax(1)], dim=1)


twelve = held_out[20:500:40]
by_pixels, _ = project_hybrid(G, E, twelve, 40)
by_features, _ = project_hybrid(G, E, twelve, 40, loss=feature_loss(judge.features, 0.01))

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [twelve, G(by_pixels), G(by_features)],
    row_labels=["picture", "pixels", "pixels and\nfeatures"],
    size=0.62,
    caption="Figure 6. Hybrid projections, 40 passes, under two losses.",
    alt="Three rows of twelve faces: originals, projections under the pixel loss, and projections under pixels and features.",
)

# %%
found = {}
for name, codes_found in (("pixels", by_pixels), ("pixels and features", by_features)):
    y = G(codes_found)
    found[name] = pixel_loss(y, twelve).mean(), (parts(y) == parts(twelve)).sum(0)
    error, (eyes, mouth) = found[name]
    print(f"{name:20} pixel error {error:.4f}, same eyes {eyes} of 12, same mouth {mouth} of 12")

# %%
# NBVAL_CHECK_OUTPUT
(error, same), (error_with, same_with) = found.values()
print("with features the pixel error is larger:", bool(error_with > error))
print("and the judge names the original's eyes and mouth more often:", bool(same_with.sum() > same.sum()))

# %% [markdown]
# <details><summary>What it means</summary>
#
# The pixel error rises, and the judge agrees with the original more often: you pay in pixels for what you gain in features. But mind who judges: here the judge's own features were in the loss, and a network can be *pleased* without the picture becoming right (a metric that one optimises
# stops being a metric; lecture 06 took its judge from outside the game). To prove a gain you would need a second classifier, trained apart. Our pictures are simple enough for the pixel loss, which the next lecture keeps.
# </details>

# %% [markdown]
# ## 5. What does not belong
#
# A projection always answers. G can show nothing but its own kind, so whatever you put in, a yellow face comes out.
#
# **What do you expect?** Six pictures that no training face resembled: two faces with brown skin, one upside down, one moved to the right, one in grey, one in negative colours. Which
# will be answered with the right eyes? Which property of the first two will be lost?

# %%
disc = (held_out.amin(1, keepdim=True) < 0.9).float()
brown = (
    disc * ((held_out + 1) * torch.tensor([0.62, 0.52, 0.62]).view(1, 3, 1, 1) - 1) + (1 - disc) * held_out
)
odd = torch.stack(
    [
        brown[43],
        brown[172],
        held_out[43].flip(1),
        held_out[86].roll(5, 2),
        held_out[129].mean(0, keepdim=True).expand(3, -1, -1),
        -held_out[172],
    ]
)
z_odd, loss_odd = project_hybrid(G, E, odd, 60)

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [odd, G(z_odd)],
    row_labels=["picture", "G's nearest"],
    column_labels=[f"{v:.2f}" for v in loss_odd.tolist()],
    size=0.95,
    caption="Figure 7. What G makes of pictures that are not of its kind; the loss stands above.",
    alt="Six faces, two brown, one upside down, one shifted, one grey and one in negative, and below each a yellow, upright, centred face; the last ones are broken.",
)

# %%
# NBVAL_CHECK_OUTPUT
belongs = project_hybrid(G, E, again, steps=60)[1]
print(
    "every one of the six loses more than the worst of 16 faces that belong:",
    bool(loss_odd.min() > belongs.max()),
)
skin = [images[:2, :, 26, 16].mean(0) for images in (odd, G(z_odd), held_out[[43, 172]])]  # the chin
as_bytes = [
    [round(v) for v in ((s + 1) * 127.5).div(10).round().mul(10).clamp(max=255).tolist()] for s in skin
]
print(
    f"skin of the first two, R G B to the nearest ten: {as_bytes[0]}, projected: {as_bytes[1]}, of the training faces: {as_bytes[2]}"
)

# %% [markdown]
# The loss rises at once, which makes projection a detector of what is strange to G (this is how some systems look for defects in products). But without the loss beside it the
# picture looks *sure of itself*.

# %% [markdown]
# ### Faces are not just another data set
#
# The first two columns show something that has happened. PULSE (Menon et al. 2020) sharpens a blurred portrait by exactly this lecture's method: find the code of a face generator whose blurred picture agrees. In June 2020 people gave it a
# pixelated picture of Barack Obama, and it answered with a white man. The method did what it was asked; the generator's data had decided what a face is, and the output did not say so. Whoever uses such a system to "recognise" somebody turns the training set's
# frequencies into a statement about a person.
#
# So for this part of the course:
#
# * **The faces here are nobody.** They are compositions of emoji parts under a free licence; everything about projection can be learned on them, and every attribute is known exactly.
# * Collections of real faces were mostly gathered without asking the people in them, and labelled with words like "attractive". We ship none.
# * To project a person's photograph is to prepare its manipulation. Ask that person first, say in the result that it was made, and never use it to identify.
# * Report the loss with the picture, and results *by group*: a mean over all faces would hide two brown ones among two hundred.

# %% [markdown]
# ## Summary
#
# * Projection: $\arg\min_z L(G(z), x)$ with G fixed. One backward pass a step; each picture of a batch is a problem of its own.
# * The ground is not convex. Descents from different codes end in different basins; restarts help, more steps do not.
# * L-BFGS needs no learning rate; for a batch, each picture needs a line search of its own.
# * The inverting network answers in one pass. Its codes are means of what is possible, hence short.
# * The hybrid starts there and wins at every budget, on faces and on clothes, if its steps are small enough not to lose the start.
# * A projection always answers in G's own language. Show the loss with it.

# %% [markdown]
# ## Check yourself
#
# **1.** You project 64 pictures with the *mean* of their losses under plain gradient descent, then one picture alone with the same rate. Which is faster, and by how much? And with Adam?
#
# <details><summary>Answer</summary>
#
# The mean divides each picture's gradient by 64, so alone it moves 64 times as far a step. Adam divides by the gradient's own size and hides the factor (except where it is as small as Adam's epsilon). The sum is right for both.
# </details>
#
# **2.** G is linear, $G(z) = Az + b$. Write $z^*$ down. Are there basins?
#
# <details><summary>Answer</summary>
#
# $z^* = (A^\top A)^{-1}A^\top(x - b)$: least squares, one basin. If columns of $A$ depend on each other, a whole plane of codes is best. All trouble of section 1 comes from the bends in G. Assignment a3 judges you on such generators.
# </details>
#
# **3.** Your hybrid is worse than its own starting point after ten passes. Which two things do you check?
#
# <details><summary>Answer</summary>
#
# The learning rate: Adam's first steps have its full size in every component. And modes: if G or E is in train mode, the loss that the descent sees is not the one that E was trained for.
# </details>
#
# **4.** E reaches a code loss of 0.87 and your colleague wants to train it longer, "until it reaches 0". What do you say?
#
# <details><summary>Answer</summary>
#
# That it cannot: different codes show nearly the same picture, so the code is not a function of the picture. 0.87 is not a bad network but mostly missing information. Judge it by the reconstruction.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# <details><summary>1. (00) What does <code>requires_grad_(False)</code> on G's parameters save, and what does it not prevent?</summary>It saves their gradients; gradients still pass through G to its input.</details>
# <details><summary>2. (04) Which number minimises the mean squared distance to a set of numbers? The mean absolute one?</summary>The mean; the median.</details>
# <details><summary>3. (05) Why is G's loss in the game no measure of quality?</summary>It says how G does against this D, and D learns too.</details>
# <details><summary>4. (06) How long is a code drawn from N(0, 1) in 64 dimensions, and the midpoint of two?</summary>About 8; about 5.7.</details>
# <details><summary>5. (06) Why must a metric's classifier not be one that took part in training?</summary>What was optimised to please it says nothing any more about the pictures.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * J.-Y. Zhu, P. Krähenbühl, E. Shechtman, A. A. Efros, *Generative visual manipulation on the natural image manifold*, 2016, arXiv:1609.03552: section 3 has the three projections.
# * L. Leal-Taixé and M. Nießner, *Conditional generative adversarial networks* (TU Munich), slides 8 to 12, from which the three columns of losses are taken; ShanghaiTech's *Variants of GANs* lists them as methods 1, 2 and 3.
# * D. C. Liu, J. Nocedal, *On the limited memory BFGS method for large scale optimization*, 1989.
# * S. Menon, A. Damian, S. Hu, N. Ravi, C. Rudin, *PULSE: self-supervised photo upsampling via latent space exploration of generative models*, 2020, arXiv:2003.03808; its authors added a section on bias afterwards.
# * Faces: composed of parts of Fluent Emoji, Microsoft, MIT.
#
# **Next:** now the picture has a code. Lecture 10 paints on it.

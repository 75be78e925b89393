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
# # 07c · Clinic II: games that go wrong
#
# *Part II, generative modelling. About 70 minutes: 40 with the patients, 30 with the paper of 2014. You need lectures 05 to 07; the order of
# examination continues that of clinic 03c, and assignment a2 has a question of this kind.*

# %%
import json
import math
from pathlib import Path

import torch
from torch.nn.functional import logsigmoid

from course_lib import clinic, data, dcgan, gan, viz
from course_lib.devices import adam
from course_lib.training import Batches
from course_lib.widgets.ward import Ward

runs = clinic.load_runs(2)  # recorded by data_scripts/clinic_runs.py
PATIENTS = {  # do not look up the names before you have a diagnosis
    "A": runs["sorted_loader"][0],
    "B": runs["d_too_slow"][0],
    "C": runs["sigmoid_output"][0],
    "D": runs["same_noise"][0],
    "E": runs["uniform_codes"][0],
    "F": runs["leftover_gradient"][0],
    "G": runs["healthy"][1],
}
HEALTHY = runs["healthy"][0]


def samples(run):
    """The last look at a run: 16 samples from the same codes in every run. The two rows below it are D's last turn."""
    return run.pictures[-3]


def seen_real(run):
    return run.pictures[-2]


def seen_fake(run):
    return run.pictures[-1]


# %% jupyter={"source_hidden": true}
viz.image_grid(
    [samples(run)[:6] for run in PATIENTS.values()],
    row_labels=list(PATIENTS),
    size=0.42,
    alt="Seven rows of six samples. A: dark, with fragments of sandals. B: black and white grain. C: even grey. D: torn clothes. E: six much alike. F and G: "
    "rough clothes of several kinds.",
    caption="Figure 1. The waiting room: samples after 400 steps, from the same six codes.",
)

# %% [markdown]
# Seven small DCGANs learned clothes for 400 steps each. (So few steps make rough clothes, even for the healthy: compare patients with the healthy run, not with a shop window.) In six of them one thing is wrong.
# A classifier has a loss that falls when things go well. A game has not: **its losses say who is ahead, not how good the pictures are.** So other things have to be looked at.
#
# When you have worked through this page you can
#
# * examine a GAN in a fixed order, and read what its numbers *can* say;
# * tell mode collapse from a loader's fault, and a weak generator from a wrong way of sampling;
# * compute what D should answer under a faulty loss, and recognise it in a curve;
# * read the paper that began it, and say which of its parts are still standing.
#
# Every patient is a real recording (`data_scripts/clinic_runs.py`). The recipe: lecture 06's DCGAN with 16 base channels and 32-dimensional codes, batches of 32, Adam with 0.01 for G and 0.002 for D, non-saturating loss.

# %% [markdown]
# ## 1. How to examine a game
#
# | | look at | it means |
# |---|---|---|
# | 1 | **what D sees**: its last real batch and its last generated batch, as pictures; least and greatest value of both | the two must have the same range, and the real batch all kinds |
# | 2 | D's mean answer to real and to generated | near 1 and 0: D has won. Both near ½: a draw, or D is asleep. Both on one side of ½: something other than the game pulls at D |
# | 3 | losses against **log 4 = 1.39** (D's at a draw) and **log 2 = 0.69** (G's) | both near 0, or G's far below 0, is impossible in a game: the two agree, so a target or a sign is wrong |
# | 4 | the gradient that reaches G | 0: nothing is learned; huge: the next step undoes the last |
# | 5 | samples from **the same fresh codes** over time, `eval()` | do they change from look to look, all together? |
# | 6 | many samples: their kinds, their mean distance | few kinds or small distance: collapse, or poor data |
# | 7 | samples made **as in training** beside samples made **as in sampling** | if only the first are good, do not touch the training |
# | 8 | another seed | a game is an anecdote |
#
# **What do you expect?** D's answers are 0.99 to real images and 0.01 to generated ones, step after step. Which loss of G still has a gradient, and how large are D's and G's losses?
#
# <details><summary>Answer</summary>
#
# D's loss is $-2\log 0.99 \approx 0.02$. The non-saturating loss of G is $-\log 0.01 \approx 4.6$ and its push on the logit nearly 1; that of the saturating loss is 0.01. But even a full push may point nowhere useful: see patient C.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
print("mean over the last 100 steps; samples: 1,000 from fresh codes at the end\n")
print("           D's loss  G's loss   D(real)  D(fake)   gradient of G   spread   commonest kind")
for name, run in {"healthy": HEALTHY, **PATIENTS}.items():
    d_loss, g_loss, real, fake, size = (
        clinic.end_of(run, key) for key in ("d_loss", "g_loss", "d_real", "d_fake", "g_gradient")
    )
    m = run.measures["samples"]
    print(
        f"{name:8}{d_loss:10.2f}{g_loss:10.2f}{real:10.2f}{fake:9.2f}{size:13.2f}{m['spread']:12.2f}{max(m['kinds']):13.0%}"
    )
m = HEALTHY.measures["real"]
print(
    f"\nreal clothes: spread {m['spread']:.2f}, commonest kind as the same classifier sees it {max(m['kinds']):.0%}"
)

# %% [markdown]
# *Spread*: the mean distance of two samples, root mean square over pixels. *Kind*: what lecture 07's classifier says. Both are cheap, and neither plays in the game.
#
# ## 2. The ward
#
# Move through each game (the nine samples have the same codes at every look), lay the healthy one beside it, commit yourself. Some tests cannot be done from here; where your answer needs one, say which, then read on.

# %% jupyter={"source_hidden": true}
CHOICES = {
    "A": [
        (
            "mode collapse",
            "The samples are all of one kind, and a collapse would look like that. But they change their kind together from look to look. Which picture would tell? Test 1.",
            False,
        ),
        (
            "the loader is sorted by class",
            "At each moment D has seen one class for many steps. G follows it, 25 steps a class.",
            True,
        ),
        (
            "D has won",
            "D's loss goes up and down far from 0, and G follows what D teaches. D is not the problem; what D is shown is.",
            False,
        ),
        (
            "G's learning rate is too large",
            "Then the samples would run away from D, not follow it. The rate is the healthy run's.",
            False,
        ),
    ],
    "B": [
        (
            "D is too slow",
            "D does not move, so it is a fixed loss; G finds what this D likes best, clothes or not, and puts everything there.",
            True,
        ),
        (
            "the loader is sorted by class",
            "Then the samples would be clothes of one class, and change. These are no clothes, and D hardly answers them differently.",
            False,
        ),
        (
            "the noise is the same in every step",
            "Then G would still have a full batch of different codes, and different pictures.",
            False,
        ),
        (
            "D has won",
            "Look at the answers to generated images: they are near 1. It is G who has won, over a D that does not learn.",
            False,
        ),
    ],
    "C": [
        (
            "the learning rate of D is too large",
            "It is the healthy run's. D wins for another reason: it needs to look at one thing only.",
            False,
        ),
        (
            "G cannot make black",
            "Real images are black at the border, −1. The darkest that this G makes is 0, so D needs no more than one pixel.",
            True,
        ),
        (
            "the loss saturates",
            "It is the non-saturating one, and a gradient arrives. But no step that G can make takes it below 0.",
            False,
        ),
        (
            "mode collapse",
            "All samples are alike, true. Ask why: they all press against the same wall.",
            False,
        ),
    ],
    "D": [
        (
            "training was too short",
            "As long as the healthy run's. And look at D's answers: a draw, at an early step.",
            False,
        ),
        (
            "the noise is drawn once, before the loop",
            "G has practised 32 codes. Fresh codes are new to it. Test 7 shows it.",
            True,
        ),
        (
            "statistics of BatchNorm are wrong",
            "A good candidate: training pictures fine, samples not. The test: the training codes through the sampling path. See section 5.",
            False,
        ),
        (
            "D is asleep",
            "D's answers near one half are a draw here: it cannot tell 32 well-made pictures from real ones.",
            False,
        ),
    ],
    "E": [
        (
            "training failed",
            "Compare the curves with the healthy run's: they are the same to the last digit. Training is not the patient.",
            False,
        ),
        (
            "sampled with rand, trained with randn",
            "Codes between 0 and 1 lie in one small corner of the cloud that G was trained on: alike, and too short.",
            True,
        ),
        (
            "mode collapse",
            "The generator is the healthy run's, weight for weight. Test 7: what did D see?",
            False,
        ),
        (
            "the noise is drawn once, before the loop",
            "Then D would have met the same few pictures again and again, and its curves would not be the healthy ones.",
            False,
        ),
    ],
    "F": [
        (
            "nothing is wrong",
            "The pictures say so. But a D that calls most generated images real, while G's loss is below log 2: who taught it that?",
            False,
        ),
        (
            "D is too slow",
            "A slow D would not answer 0.7 to real images after a few steps. It learns; it learns something else.",
            False,
        ),
        (
            "G's turn also teaches D",
            "zero_grad of D stands in the wrong place: what G's turn leaves in D is added to D's next gradient. Section 6 computes the answer: 2/3.",
            True,
        ),
        (
            "labels of real and generated are swapped",
            "Then D would answer below one half to real images.",
            False,
        ),
    ],
    "G": [
        (
            "mode collapse",
            "Ten kinds of clothes, though not in equal parts. The healthy run's are no better spread.",
            False,
        ),
        ("D is too strong", "Its answers differ by little: 0.55 and 0.45 are an even game.", False),
        ("nothing is wrong", "This is the recipe with another seed.", True),
        (
            "it has not converged",
            "Nor has any game here, if that means still. It is an even game that goes on.",
            False,
        ),
    ],
}


def admitted(run, choices=()):
    return {
        "looks": [(run.looks[k], run.pictures[k, :9]) for k in (0, 2, 5, 9)],
        "charts": {
            "loss (nats)": (run.x, {"D": run.curves["d_loss"], "G": run.curves["g_loss"]}),
            "D's mean answer": (
                run.x,
                {"to real": run.curves["d_real"], "to generated": run.curves["d_fake"]},
            ),
        },
        "choices": list(choices),
    }


Ward(
    {name: admitted(run, CHOICES[name]) for name, run in PATIENTS.items()} | {"healthy": admitted(HEALTHY)},
    control="healthy",
    title="samples",
)

# %% [markdown]
# ## 3. One kind of thing: A and B
#
# Both make one kind of thing, and no clothes to wear. The word that comes to mind is *mode collapse*. It describes a symptom, and two causes lie here under one name.
#
# **What do you expect?** Test 1, *look at what D sees*, and test 2, *D's answers*. Which of the two clears up A, which B?

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [
        seen_real(PATIENTS["A"])[:6],
        seen_fake(PATIENTS["A"])[:6],
        seen_real(PATIENTS["B"])[:6],
        seen_fake(PATIENTS["B"])[:6],
    ],
    row_labels=["A, real", "A, generated", "B, real", "B, generated"],
    size=0.42,
    alt="Four rows of six. A's real images are all sandals; its generated ones are dark fragments of them. B's real images are of all classes; its generated ones are "
    "black and white grain.",
    caption="Figure 2. What D was shown in its last turn.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("patient B: D's answers, first 25 steps and last 100")
b = PATIENTS["B"]
for key, word in (("d_real", "real"), ("d_fake", "generated")):
    print(f"  to {word:10} {b.curves[key][:5].mean():.2f}   {clinic.end_of(b, key):.2f}")
print(
    f"G's loss {clinic.end_of(b, 'g_loss'):.3f}; D's loss {clinic.end_of(b, 'd_loss'):.2f}, a coin would have {math.log(4):.2f}"
)
for key in ("sorted_loader", "d_too_slow", "healthy"):
    print(
        f"{key:14} spread of the samples, by seed: {[run.measures['samples']['spread'] for run in runs[key]]}"
    )

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | what D sees as real | D's answers | from look to look |
# |---|---|---|---|
# | loader sorted by class (**A**) | **one class** | go up and down as classes change | samples change kind together, in the order of the folder |
# | D too slow (**B**) | all kinds | **generated near 1**: G has won | samples stand still |
# | G too fast | all kinds | swing | samples jump together, in no order |
# | collapse in an even game | all kinds | near ½ | a few kinds, which may wander |
#
# **A**: `Batches(images)` without shuffling, over a folder sorted by class. Each class lasts 25 steps, and G forgets faster than it learns. The cure: shuffle. In torch, `DataLoader(..., shuffle=True)`, which is *not* the default.
#
# **B**: `lr_d = 2e-5` where `2e-3` was meant. Section 3 of lecture 05 says that G descends a distance between distributions *if D is the best reply*. A D that stands still is a function with a highest point, and G goes there with all its
# codes. The cure: D's rate. No "anti-collapse" trick would have helped.
# </details>

# %% [markdown]
# ## 4. D has won: C
#
# D's loss near 0, its answers near 1 and 0. Lecture 05 had two patients like this: a saturated loss, a wrong sign. Neither is the case here.
#
# **What do you expect?** Compare *ranges*. Real images are in $[-1, 1]$. What is the least pixel that this G can make, and how many pixels of a real image are below it?

# %%
# NBVAL_CHECK_OUTPUT
print("seed   least pixel   black pixels (below -0.9)   D's loss at the end   its generator's last layer")
for name, layer in (("sigmoid_output", "sigmoid"), ("healthy", "tanh")):
    for run in runs[name]:
        m = run.measures["samples"]
        print(
            f"{run.seed:4}{m['least']:12.2f}{m['black']:19.0%}{clinic.end_of(run, 'd_loss'):27.2f}{'':14}{layer}"
        )
m = HEALTHY.measures["real"]
print(f"real{m['least']:12.2f}{m['black']:19.0%}")

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(8.4, 2.7, ncols=2)
bins = torch.linspace(-1, 1, 41)
for pictures, color, word in (
    (seen_real(PATIENTS["C"]), viz.COLORS[0], "real"),
    (seen_fake(PATIENTS["C"]), viz.COLORS[1], "generated, C"),
    (seen_fake(HEALTHY), viz.COLORS[2], "generated, healthy"),
):
    counts = torch.histogram(data.to_float(pictures).flatten(), bins).hist
    left.stairs(counts / counts.sum(), bins, color=color, label=word, linewidth=1.6)
left.set(xlabel="pixel value", ylabel="share of pixels", yscale="log", title="what D sees")
left.legend(fontsize=8)
clinic.draw_curves(
    [right], PATIENTS["C"], [("D's mean answer", {"d_real": "to real", "d_fake": "to generated"}, 0.5)]
)
right.set_title("patient C")
viz.picture(
    fig,
    alt="Left: histograms of pixel values; real and healthy generated images pile up at minus 1, those of C begin at 0. Right: D's answers of patient C go to 1 and 0 and stay.",
    caption="Figure 3. Half of a real picture is a value that this generator cannot produce.",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | ranges | gradient at G | cure |
# |---|---|---|---|
# | G's range is not the data's (**C**) | differ | arrives, and pushes against a wall | same range for both |
# | D far ahead, saturating loss | equal | tiny | non-saturating loss |
# | D's rate too large, D too wide | equal | arrives | slower D; lecture 12 |
# | wrong sign of G's loss | equal | arrives, **both losses fall** | targets |
#
# The line: the last layer is `nn.Sigmoid()`, the data are in $[-1, 1]$. (The other way round, `tanh` with data in $[0, 1]$, is milder: G *can* make those values.) D learns to look at one black pixel. G's pictures sink to their darkest,
# 0, all of them; and there the sigmoid is flat. The cure: `tanh`, or data in $[0, 1]$. And test 1, before the first step: print least and greatest value of both.
# </details>

# %% [markdown]
# ## 5. D is content, you are not: D and E
#
# The answers of D lie near one half: a draw. And yet the samples are poor: torn, or all alike. There are two ways into a picture: the one *in training*, and the one you use to look.
#
# **What do you expect?** Below are pictures that D was shown as *generated* in its last turn, above the samples. If these look better, is something wrong with the training?

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [
        seen_fake(PATIENTS["D"])[:6],
        samples(PATIENTS["D"])[:6],
        seen_fake(PATIENTS["E"])[:6],
        samples(PATIENTS["E"])[:6],
    ],
    row_labels=["D, shown to D", "D, samples", "E, shown to D", "E, samples"],
    size=0.42,
    alt="Four rows of six. What patient D's discriminator was shown are clothes, its samples are torn mixtures. What patient E's discriminator was shown are clothes of several kinds, its "
    "samples are much alike.",
    caption="Figure 4. Test 7. Odd rows: made as in training. Even rows: made as in sampling.",
)

# %%
# NBVAL_CHECK_OUTPUT
same = all(torch.equal(PATIENTS["E"].curves[key], HEALTHY.curves[key]) for key in HEALTHY.curves)
print("E's curves are the healthy run's, to every digit:", same)
print("Frechet distance of 1,000 samples, by seed (lecture 07; lower is better)")
for key in ("healthy", "same_noise", "uniform_codes"):
    print(f"  {key:14}{[run.measures['samples']['distance'] for run in runs[key]]}")
for name, draw in {"randn": torch.randn, "rand": torch.rand}.items():
    codes = draw(2000, 32, generator=torch.Generator().manual_seed(0))
    cosine = torch.nn.functional.cosine_similarity(codes[:1000], codes[1000:]).mean()
    print(
        f"{name:5} length of a code in 32 dimensions {codes.norm(dim=1).mean():.1f}, cosine of two codes {cosine:.1f}"
    )

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | training codes, as in training | training codes, `eval()` | fresh codes from `randn`, `eval()` |
# |---|---|---|---|
# | noise drawn once (**D**) | good | good | **poor** |
# | sampled with other codes (**E**) | good | good | good |
# | BatchNorm's running statistics stale | good | **poor** | **poor** |
# | G itself is poor | **poor** | **poor** | **poor** |
#
# **D**: `z = torch.randn(32, z_dim)` stands *above* the loop. G has learned 32 pictures by heart, and between their codes it was never asked. The cure: draw inside the loop, anew for D's turn and for G's.
#
# **E**: the weights are the healthy run's. The sampling script says `torch.rand(n, z_dim)`, one letter short of `randn`. Codes in $[0, 1]$ are all positive, so any two of them point nearly the same way (lecture 06: two honest
# codes are nearly orthogonal), and they are too short for the shell that G knows. Like codes, like pictures. In training nothing was wrong, and nothing there should be changed.
#
# A relative that we tried as a patient, and that was none: drawing pictures one at a time *in train mode*, so that BatchNorm normalises over a single picture. Lecture 06 shows it washing samples out; with this small generator the distance
# hardly changed. A fault need not show in every network; it is one all the same.
# </details>

# %% [markdown]
# ## 6. Fair pictures, odd numbers: F
#
# F's samples are clothes, a little rougher than the healthy run's. But its D answers well above one half *to both kinds*, and G's loss is below $\log 2$. In an honest game this cannot last: a D that calls most generated images real would learn better in a few steps.
#
# Unless somebody else teaches it. Suppose `opt_d.zero_grad()` is called *after* D's step and not before D's backward pass. G's turn, which comes next, sends its gradient through D and leaves it in D's `.grad`. D's next step then descends
#
# $$-\log D(x) - \log(1 - D(G(z))) \;-\; \log D(G(z)) .$$
#
# **What do you expect?** At a point with densities $p$ and $q$, which $D$ is best for $-p \log D - q \log(1 - D) - q \log D$? And at a draw, $p = q$?

# %%
# NBVAL_CHECK_OUTPUT
tried = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
for p, q in ((0.2, 0.2), (0.3, 0.1), (0.1, 0.3)):
    best = tried[(p * tried.log() + q * (1 - tried).log() + q * tried.log()).argmax()]
    print(
        f"p = {p}, q = {q}: best of 999 answers {best:.3f}, (p + q) / (p + 2q) = {(p + q) / (p + 2 * q):.3f}, honest {p / (p + q):.3f}"
    )
print(
    f"where p = 0, only generated images: best answer 1/2\nat a draw: D = 2/3, D's loss {-math.log(2 / 3) - math.log(1 / 3):.2f} instead of 1.39, G's {-math.log(2 / 3):.2f} instead of 0.69"
)
print("recorded, last 100 steps, by seed:")
for run in runs["leftover_gradient"]:
    real, fake, d_loss, g_loss = (clinic.end_of(run, key) for key in ("d_real", "d_fake", "d_loss", "g_loss"))
    print(f"  {run.seed}: to real {real:.2f}, to generated {fake:.2f}; losses {d_loss:.2f} and {g_loss:.2f}")

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(7.0, 2.4, ncols=2)
f = PATIENTS["F"]
for ax, key, level, word in (
    (axes[0], "d_fake", 2 / 3, "D's answer to generated"),
    (axes[1], "g_loss", -math.log(2 / 3), "G's loss (nats)"),
):
    ax.plot(HEALTHY.x, HEALTHY.curves[key], color=viz.COLORS[2], label="healthy")
    ax.plot(f.x, f.curves[key], color=viz.COLORS[1], label="F")
    ax.axhline(level, color=viz.INK, linewidth=0.8, linestyle="--", label="computed for a draw")
    ax.set(xlabel="step", ylabel=word)
    ax.grid(True)
axes[1].legend(fontsize=8, loc="upper right", bbox_to_anchor=(1, 0.52))
viz.picture(
    fig,
    alt="Two plots against step. D's answer to generated images: healthy near one half, F near two thirds, where a dashed line lies. G's loss: F near the dashed line at 0.41, healthy well above.",
    caption="Figure 5. A fault with a number of its own.",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | D(real) | D(generated) at a draw |
# |---|---|---|
# | honest game | ½ | ½ |
# | G's turn also teaches D (**F**) | ⅔ | ⅔ |
# | one-sided label smoothing, real target 0.9 | 0.45 | 0.45 |
# | labels swapped in D's turn | below ½ | above ½ |
#
# The line: `opt_d.step(); opt_d.zero_grad()`, where it should be `opt_d.zero_grad(); d_loss.backward(); opt_d.step()`. Forgetting it altogether, or giving D's weights to G's optimiser, are relatives. `gan.gan_step` freezes D in G's turn, so there is
# nothing to leave behind.
#
# Why are the pictures still fair? $D^*$ still rises where real images are denser, so G is pushed the right way. Only less: the best answer runs from ½ (no real image anywhere near) to 1, so this D cannot say "fake", and its slopes are flatter. A fault need not ruin the pictures to be a fault.
# </details>
#
# **And G?** Healthy, the second seed of the recipe.

# %% [markdown]
# ## 7. Discharged
#
# Each cure changes one line, and after it the run is the healthy one of the same seed. So one row shows what all of them get back, and the distances say by how much: three seeds each.
# Read the last column too. Patient A's symptom, as we had written it down, shows in two of three games. The fault was there in all three.

# %% jupyter={"source_hidden": true}
keys = ("sorted_loader", "d_too_slow", "sigmoid_output", "same_noise", "uniform_codes", "leftover_gradient")
viz.image_grid(
    [*[samples(runs[key][0])[:4] for key in keys], samples(HEALTHY)[:4]],
    row_labels=[
        "A shuffled?",
        "B D's rate?",
        "C tanh?",
        "D fresh noise?",
        "E randn?",
        "F zero_grad?",
        "after the cure",
    ],
    size=0.42,
    alt="Six rows of samples of the patients, and a last row of the healthy run, rough clothes of several kinds.",
    caption="Figure 6. With the fault, and, in the last row, after any of the six cures: same seed, same codes.",
)

# %% jupyter={"source_hidden": true}
# NBVAL_CHECK_OUTPUT
shown = json.loads(Path("results/clinic_2.json").read_text())["symptom_shown"]
print(
    "                    Frechet distance by seed           shows its symptom, as written before the runs, in"
)
for key in (*keys, "healthy"):
    distances = ", ".join(f"{run.measures['samples']['distance']:.0f}" for run in runs[key])
    print(f"{key:20}{distances:35}{sum(shown[key].values())} of {len(shown[key])} seeds")

# %% [markdown]
# ### Your turn: break it, live
#
# A smaller game, 150 steps, some seconds. Choose a fault, hand the curves to a neighbour.

# %%
FAULT = "sigmoid output"  # or "sorted", "same noise", "leftover gradient", "none"

rng = torch.Generator().manual_seed(0)
g, d = dcgan.Generator(32, 8, 1, 28, rng=rng), dcgan.Discriminator(1, 8, 28, rng=rng)
make = (lambda z: (g(z) + 1) / 2) if FAULT == "sigmoid output" else g
opt_g, opt_d = adam(g, 1e-2), adam(d, 2e-3)
images, labels = data.fashion_mnist("train")
batches = Batches(images, batch_size=32)
in_order = images[labels.argsort(stable=True)].split(32)
kept = torch.randn(32, 32, generator=rng)
answers = []
for step in range(150):
    real = data.to_float(in_order[step]) if FAULT == "sorted" else batches.next(rng)
    z_d, z_g = (kept, kept) if FAULT == "same noise" else torch.randn(2, 32, 32, generator=rng)
    real_logits, fake_logits = d(real), d(make(z_d).detach())
    if FAULT != "leftover gradient":
        opt_d.zero_grad()
    gan.discriminator_loss(real_logits, fake_logits).backward()
    opt_d.step()
    opt_d.zero_grad()
    opt_g.zero_grad()
    gan.generator_loss(d(make(z_g))).backward()
    opt_g.step()
    answers.append([torch.sigmoid(logits).mean().item() for logits in (real_logits, fake_logits)])
with torch.no_grad():
    g.eval()
    live = make(torch.randn(12, 32, generator=torch.Generator().manual_seed(1)))

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.6, 2.5, ncols=2, gridspec_kw={"width_ratios": (1.3, 1)})
for values, color, word in zip(zip(*answers), viz.COLORS, ("to real", "to generated")):
    axes[0].plot(values, color=color, label=word)
axes[0].axhline(0.5, color=viz.MUTED, linewidth=0.8, linestyle=":")
axes[0].set(xlabel="step", ylabel="D's mean answer", ylim=(0, 1), title=f"your run: {FAULT}")
axes[0].legend(fontsize=8.5)
tiles = torch.from_numpy(viz.to_pixels(live)).view(2, 6, 28, 28, 3).transpose(1, 2).reshape(56, 168, 3)
viz.draw_image(axes[1], tiles.numpy(), "samples")
viz.picture(
    fig,
    alt="D's answers to real and to generated images over 150 live steps, and twelve samples.",
    caption="Figure 7. Live, on your machine.",
)

# %% [markdown]
# ### Symptoms side by side
#
# | symptom | think of | the test that tells |
# |---|---|---|
# | D's loss → 0, answers 1 and 0 | ranges differ; D too fast; saturating loss | least and greatest values of real and generated |
# | **both** losses → 0, or G's far below 0 | G's sign or targets: the two agree | which class does D score? |
# | D's answer to generated → 1 | D too slow, frozen, or never stepped | do D's weights change? |
# | both answers on one side of ½ | D gets another gradient; smoothed labels; a sigmoid too many | compute D's best answer under that loss |
# | all samples of one kind, changing together | loader not shuffled; G too fast | one real batch |
# | all samples of one kind, standing still | D too slow; data of one class; collapse | one real batch, D's answers |
# | samples poor, D at a draw, training pictures good | noise fixed; other codes when sampling; train mode; stale statistics | train and eval path, old and fresh codes |
# | samples poor, D at a draw, training pictures poor | D too weak to see it | a wider D; a held-out critic |
# | a loss is `nan` | log of a probability that was rounded to 0 or 1; rate too large | logits with `logsigmoid`; the trainer names the layer |
# | curves wander, pictures improve | health | patience |
#
# The last row but one, in numbers: why this course computes losses on logits.

# %%
# NBVAL_CHECK_OUTPUT
logit = torch.tensor([20.0], requires_grad=True)  # D takes a generated image for real, and is sure
for name, loss in {
    "log(1 - sigmoid(l))": (1 - torch.sigmoid(logit)).log(),
    "logsigmoid(-l)": logsigmoid(-logit),
}.items():
    (slope,) = torch.autograd.grad(loss.sum(), logit)
    print(f"{name:20} value {loss.item():6.1f}   gradient {slope.item():6.1f}")

# %% [markdown]
# ## 8. Guided reading: the paper of 2014
#
# I. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. Courville, Y. Bengio, *Generative adversarial nets*, NeurIPS 2014, arXiv:1406.2661. Nine pages. You know its theory from lecture 05; read it now as a *paper*: what was
# claimed, what was shown.
#
# **Thirty minutes**
#
# | minutes | read | with this question |
# |---|---|---|
# | 3 | abstract, first paragraph of section 3 | what does the new method do without, that others of its time need? |
# | 6 | **Figure 1** and its caption | what do the arrows mean? Redraw it (below) |
# | 6 | section 3 and Algorithm 1 | where is the non-saturating loss? how many steps of D? |
# | 7 | section 4 | mark each *if*. Which of them hold in your notebook? |
# | 5 | section 5 with Table 1 and Figures 2 and 3 | which evidence is about quality, which about memorising? |
# | 3 | section 6, close the paper | three sentences: problem, idea, evidence |
#
# ### Redraw Figure 1
#
# Its four panels tell the story of one game on a line: real density, generated density, D, and below them the codes with arrows to where G sends them. **What do you expect?** In which panel is D's curve steepest at the generated points, and what is its value in the last one?

# %% jupyter={"source_hidden": true}
x = torch.linspace(-5, 5, 1001, dtype=torch.float64)  # the tails count: sums must be 1
p = torch.exp(-((x - 1) ** 2) / 0.98) / math.sqrt(0.98 * math.pi)  # mean 1, standard deviation 0.7
fig, axes = viz.figure(8.0, 2.7, ncols=4, sharey=True)
stages = (
    ("D not trained", -1.0, 1.0, False),
    ("D at its best", -1.0, 1.0, True),
    ("G has moved", 0.3, 0.8, True),
    ("the end", 1.0, 0.7, True),
)
values = {}
for ax, (title, mean, std, trained) in zip(axes, stages):
    q = torch.exp(-((x - mean) ** 2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))
    best = gan.optimal_discriminator(p, q)
    values[title] = gan.optimal_value(p, q, cell=0.01).item()
    ax.plot(x, p, color=viz.INK, linestyle=":", label="real, p")
    ax.plot(x, q, color=viz.COLORS[2], label="generated, q")
    ax.plot(
        x,
        best if trained else 0.5 + 0.25 * torch.sin(2.2 * x),
        color=viz.COLORS[0],
        linestyle="--",
        label="D",
    )
    for z in torch.linspace(0.05, 0.95, 9).double():
        end = (
            mean + std * math.sqrt(2) * torch.erfinv(2 * z - 1).item()
        )  # G sends the code z to the z-quantile of q
        start = -3.5 + 7 * z.item()
        ax.annotate(
            "",
            (end, -0.12),
            (start, -0.55),
            arrowprops={"arrowstyle": "->", "color": viz.MUTED, "linewidth": 0.7},
        )
    ax.axhline(-0.12, color=viz.MUTED, linewidth=0.8)
    ax.axhline(-0.55, color=viz.MUTED, linewidth=0.8)
    ax.set(title=title, xlim=(-4, 4), ylim=(-0.62, 1.5), xticks=[], yticks=(0, 0.5, 1))
    ax.spines["bottom"].set_visible(False)
axes[0].text(-3.9, -0.5, "z", color=viz.MUTED)
axes[0].text(-3.9, -0.08, "x", color=viz.MUTED)
axes[0].legend(fontsize=7.5, loc="upper left")
viz.picture(
    fig,
    alt="Four panels. Dotted real density, solid generated density to its left, a dashed D that is wavy in the first panel, a falling-then-rising step from 0 to 1 in the second and third, and flat at one half in the last, where the densities "
    "agree. Below, arrows from evenly spaced codes to points that crowd where the generated density is high.",
    caption="Figure 8. The paper's Figure 1, redrawn with computed curves. Arrows: where G sends evenly spaced codes z.",
)

# %%
# NBVAL_CHECK_OUTPUT
for title, v in values.items():
    print(f"{title:15} value against the best D {v:.3f}")
print(f"{'':15} -log 4 = {-math.log(4):.3f}")

# %% [markdown]
# ### Questions
#
# <details><summary>1. What does the method do without, and what is the price that section 6 names?</summary>No Markov chain, no approximate inference, only backpropagation. The price: no explicit density to evaluate, and D has to be kept in step with G; otherwise too many codes end in one image, for which the authors have a joke name.</details>
#
# <details><summary>2. Which ifs does the convergence result (proposition 2) need?</summary>Enough capacity, D at its best for the current G in each step, and updates of the density q itself. We update weights, with one step of D.</details>
#
# <details><summary>3. How many steps of D for each of G did the experiments use, and why is that remarkable?</summary>One (k = 1), the cheapest choice: far from the "D at its best" of the theory. It works anyway; lecture 05 shows when not.</details>
#
# <details><summary>4. What does Table 1 measure, and why would nobody print it today?</summary>The log-likelihood of test images under a Parzen window (Gaussian bumps) on generated samples. In hundreds of dimensions it needs far more samples than anyone draws, and it can rank poor generators above good ones (Theis, van den Oord and Bethge 2016).</details>
#
# <details><summary>5. Which column of Figure 2 is evidence against memorising, and what would you add?</summary>The nearest training image beside the samples. Add distances, and the same for held-out real images, as lectures 06 and 07 do.</details>
#
# <details><summary>6. Which of the patients of this page could have produced a good Table 1?</summary>D, if its samples are drawn with the kept codes: a generator that knows a few good pictures by heart is what such a table may praise. And E could not, although its generator is the best of the six.</details>
#
# ### What has stood the test of time, and what has not
#
# | still standing | gone or changed |
# |---|---|
# | the game, D as a learned loss | perceptrons with maxout and sigmoid layers → convolutions (Radford and others, 2016) |
# | $D^* = p/(p+q)$ and the Jensen-Shannon view | Parzen-window likelihoods → distances of features (lecture 07) |
# | one step each, the non-saturating loss | momentum SGD and dropout in D → Adam, normalisation |
# | neighbours beside samples, walks in z (its Figure 3) | convergence in function space as comfort → analysis of the dynamics (Mescheder and others, 2018) |
#
# **Ten more minutes?** A. Radford, L. Metz, S. Chintala, 2016, arXiv:1511.06434, section 3: cover the right half of each guideline and finish it from memory of lecture 06. Then ask of each: which patient does it prevent? (`tanh` at the end: C. BatchNorm, on the other hand, makes question 3 below possible.)

# %% [markdown]
# ## Summary
#
# * Look at what D sees before you look at anything else. It found A and C, and cleared the training of E.
# * D's two mean answers say more than the two losses: won (1, 0), lost (1, 1), draw (½, ½), or pulled (⅔, ⅔).
# * "Mode collapse" is a symptom. A sorted loader and a sleeping D look like it and are cured in one line.
# * There is a training path and a sampling path. If the first makes good pictures, repair the second.
# * Some faults leave good pictures: compute what D should answer.
# * A game is an anecdote; run three.

# %% [markdown]
# ## Check yourself
#
# **1.** Both losses fall to 0 within 50 steps and stay there. What is it?
#
# <details><summary>Answer</summary>
#
# D and G agree: G minimises what D minimises, so G learns to look fake. The target in G's loss is wrong. (With a wrong sign D's loss looks the same, and G's falls below 0 without end: lecture 05, patient 4.)
# </details>
#
# **2.** D's answers: 0.45 to real, 0.45 to generated. The code smooths labels: real images have the target 0.9. Ill?
#
# <details><summary>Answer</summary>
#
# No: with targets 0.9 and 0 the best answer at a draw is $0.9\,p / (p + q) = 0.45$. A draw.
# </details>
#
# **3.** Samples during training (drawn in train mode, 64 at once) are good; those of the saved checkpoint in eval mode are washed out. Name the organ.
#
# <details><summary>Answer</summary>
#
# BatchNorm's running statistics: not saved, not updated (an averaged copy of the weights with old buffers), or measured with other inputs. Lecture 06 measures them anew: `refresh_batch_norm`.
# </details>
#
# **4.** A colleague "cures" patient A by training ten times longer. What will the samples look like?
#
# <details><summary>Answer</summary>
#
# The same parade, ten times: T-shirts, trousers, pullovers, ... each for 25 steps. At whichever step you stop, one kind.
# </details>

# %% [markdown]
# ## Five questions on lectures 03c to 07
#
# <details><summary>1. What is the first loss of a new classifier of ten classes?</summary>log 10, about 2.30.</details>
# <details><summary>2. What is left after a softmax too many: how low can the loss get with ten classes?</summary>log(1 + 9/e), about 1.46.</details>
# <details><summary>3. D's loss and G's loss at a perfect draw?</summary>log 4 and log 2 (non-saturating).</details>
# <details><summary>4. Why is a midpoint of two Gaussian codes in many dimensions unusual?</summary>It lies inside the shell: its length is about √(d/2), and draws have √d.</details>
# <details><summary>5. What does recall measure that precision does not?</summary>How much of the real variety is generated; a collapsed generator can have high precision.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * I. Goodfellow and others, *Generative adversarial nets*, NeurIPS 2014, arXiv:1406.2661.
# * A. Radford, L. Metz, S. Chintala, *Unsupervised representation learning with deep convolutional generative adversarial networks*, ICLR 2016, arXiv:1511.06434.
# * L. Theis, A. van den Oord, M. Bethge, *A note on the evaluation of generative models*, ICLR 2016, arXiv:1511.01844.
# * T. Salimans and others, *Improved techniques for training GANs*, NeurIPS 2016, arXiv:1606.03498: one-sided label smoothing.
# * L. Mescheder, A. Geiger, S. Nowozin, *Which training methods for GANs do actually converge?*, ICML 2018, arXiv:1801.04406.
# * Clothes: Fashion-MNIST, Zalando, MIT. All runs: `data_scripts/clinic_runs.py`, recorded in `lectures/results/clinic_2.json` with seeds, time and hardware.
#
# **Next:** Part III. The generator works; now its codes are made to obey.

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
# # 19c · Clinic VI: translators that are ill
#
# *Part VI, image to image without pairs. About 65 minutes: 35 with the patients, 30 with the paper of 2017. You need lectures 19 and 20; the order of
# examination continues that of clinics 03c and 07c, and assignment a6 has a question of this kind.*

# %%
import json
from pathlib import Path

import torch

from course_lib import clinic, viz
from course_lib.cyclegan import ImagePool, cyclegan_step
from course_lib.devices import adam
from course_lib.patchgan import PatchDiscriminator
from course_lib.unpaired import UnpairedBatches, l1_distance, translate
from course_lib.widgets.ward import Ward

runs = clinic.load_runs(6)  # recorded by data_scripts/clinic_runs.py
PATIENTS = {  # do not look up the names before you have a diagnosis
    "A": runs["heavy_cycle"][0],
    "B": runs["swapped_judges"][0],
    "C": runs["no_cycle"][0],
    "D": runs["wrong_home"][0],
    "E": runs["one_way"][0],
    "F": runs["blue_for_red"][0],
    "G": runs["healthy"][1],
}
HEALTHY = runs["healthy"][0]
day, night = clinic.day_and_night("test")
SHOWN = [0, 66, 88, 110, 154, 176]  # the test emoji of the pictures
FOUR = [0, 1, 3, 4]  # of these, in the ward


def last_look(run):
    """There, back, there from the other side, back: (4, 6, 3, 24, 24) at the end of a run."""
    return run.pictures[-4:]


# %% jupyter={"source_hidden": true}
viz.image_grid(
    [
        torch.cat([day[SHOWN][FOUR], night[SHOWN][FOUR]]),
        *(torch.cat([last_look(r)[0, FOUR], last_look(r)[2, FOUR]]) for r in PATIENTS.values()),
    ],
    row_labels=["given", *PATIENTS],
    column_labels=["day to night", *[""] * 3, "night to day"],
    size=0.52,
    alt="Eight rows of eight small emoji. The first: four by day on white, the same four under a blue lamp. Below, what each of the seven patients makes of them: day to night on the left, night to day on the right.",
    caption="Figure 1. The waiting room. First row: what each translator was given; the other rows: what it made of it after 300 steps.",
)

# %% [markdown]
# Seven pairs of translators learned the same easy task without pairs: flat emoji by day, and *other* emoji under a blue lamp. The lamp multiplies red, green and blue by .25, .35 and .65, so the truth is known to the last pixel. In six of them one thing is wrong.
#
# A CycleGAN has four networks and at least three losses, and its losses say less than those of any system so far: the game says who is ahead, the cycle says that something can be undone, and **no loss says whether a translation is right**.
#
# When you have worked through this page you can
#
# * examine an unpaired translator in a fixed order, and say what each number can and cannot exclude;
# * tell *too much cycle* from *judges mixed up*, which look alike and differ in one curve;
# * find faults in the data that no loss can see;
# * read the CycleGAN paper as a paper: what was claimed, what was shown, by which ruler.
#
# Every patient is a real recording (`data_scripts/clinic_runs.py`). The recipe: translators $x + f(x)$ with four small convolutions, patch judges without normalisation, least squares, $\lambda = 2$ and no identity loss (under a lamp it would be the wrong wish: lecture 20), a pool of 50, batches of 8, Adam with 0.002.
#
# ## 1. How to examine a translator
#
# | | look at | it means |
# |---|---|---|
# | 1 | **one training batch of either pile**, as pictures | do both have the right colours and range, and are they the right way round? |
# | 2 | input and translation side by side; the **change** $\lvert G_{xy}(x) - x \rvert$ | near 0: it copies. About what the piles differ by: it does something |
# | 3 | the adversarial loss: each way $(D - 1)^2$, so **2** if both judges see through, **½** at a draw, **0** if both are taken in | |
# | 4 | each judge's loss, halved: **¼** at a draw, 0 if it has won | judge *and* translator near 0 cannot be: they want opposite things. Then they are not looking at the same picture |
# | 5 | **both** ways back, measured by yourself, not by the loss that is minimised | a loss can be small because it compares the wrong things |
# | 6 | does the translation still name its input? retrieval, on pictures with partners, or by eye | high cycle *and* low retrieval: content is hidden; low cycle and high retrieval: health or copying |
# | 7 | something whose translation you **know** (a grey ramp, a red disc, a picture of Y) | the only test of colour |
# | 8 | another seed | as always |
#
# **What do you expect?** A translator pair copies its input perfectly, both ways. Its cycle loss? The adversarial loss, if the judges are any good? The judges' own losses?
#
# <details><summary>Answer</summary>
#
# Cycle 0. Judges tell day from night at a glance, so adversarial 2 and both judges' losses 0. If the adversarial loss is *not* 2, ask who is judging what.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
print("mean over the last 100 steps; pictures in [-1, 1]\n")
print("          adversarial   D of day   D of night   way back, day   way back, night   change of day")
for name, run in {"healthy": HEALTHY, **PATIENTS}.items():
    adversarial, d_x, d_y, back_x, back_y, change = (
        clinic.end_of(run, key) for key in ("adversarial", "d_x", "d_y", "cycle_x", "cycle_y", "change")
    )
    print(f"{name:10}{adversarial:11.2f}{d_x:11.2f}{d_y:13.2f}{back_x:16.2f}{back_y:18.2f}{change:16.2f}")
print(f"\nthe truth changes a day picture by {2 * l1_distance(day, night):.2f}")

# %% [markdown]
# Compare down a column, not across: under the lamp all distances are small, so night's way back is the smaller one in every healthy run.
#
# ## 2. The ward
#
# Move through each run, lay the healthy one beside it, commit yourself. In each picture: the first row is four translations of day into night, the second their way back; the third night into day, the fourth its way back. What they were given stands in the first row of Figure 1. (Blue signs come out pale even in the healthy run: under a blue lamp, white paper is blue too.)

# %% jupyter={"source_hidden": true}
CHOICES = {
    "A": [
        (
            "the cycle weighs too much",
            "It copies, the judges see through it (adversarial near 2), and nothing happens: every step towards night costs more cycle than it gains.",
            True,
        ),
        (
            "the judges are mixed up",
            "A copy too; but then the judges would be taken in, and the adversarial loss near 0. Here it is near 2.",
            False,
        ),
        (
            "the translators' learning rate is far too small",
            "A good candidate: it would copy as well, since they start near the identity. Test: the ways back are all but exact at the end, far better than at the start. Something has been learned: to copy.",
            False,
        ),
        (
            "both piles are the same pictures",
            "Then no judge could tell them apart: adversarial near ½, judges near ¼. These see through the copies without any trouble.",
            False,
        ),
    ],
    "B": [
        (
            "the cycle weighs too much",
            "It copies, yes. But the adversarial loss says that the judges are content with the copies. Real judges of night would not be.",
            False,
        ),
        (
            "the judges are mixed up",
            "The translation into night is judged by the judge of day, and a copy of day pleases it. Judge and translator both near 0: they do not look at the same pictures.",
            True,
        ),
        ("nothing is wrong", "All losses are near 0, and nothing has been translated.", False),
        (
            "the judges do not learn",
            "Their own losses fall to 0, so they do learn: D of day tells real days from copied nights. It is asked about something else when the translators learn.",
            False,
        ),
    ],
    "C": [
        (
            "the cycle is missing",
            "The translations content the judges (a draw), and neither way back comes home. In the first fifty steps they leave the range of pictures altogether.",
            True,
        ),
        (
            "the cycle compares with the wrong picture",
            "Then the way back would be pressed towards an average. Here nothing presses at all.",
            False,
        ),
        ("the judges are too strong", "Their losses are those of the healthy run, near a draw.", False),
        (
            "the night pile has wrong colours",
            "Compare with the night row of Figure 1: the background is the lamp's.",
            False,
        ),
    ],
    "D": [
        ("mode collapse", "Translations of different emoji do differ, and so do their ways back.", False),
        (
            "the cycle is missing",
            "Close: the way back misses. But it misses less than patient C's, and it is pressed somewhere: away from the emoji's own colours. Towards whose?",
            False,
        ),
        (
            "the cycle compares with another picture",
            "The way back is asked for the neighbour in the batch, whom it cannot know. What all neighbours have in common it learns: white ground, and ink of an average colour.",
            True,
        ),
        (
            "the learning rate is too large",
            "Then the curves would jump. These are level, and stop high.",
            False,
        ),
    ],
    "E": [
        (
            "the cycle counts in one direction only",
            "The way back from night: far above the healthy run's in the first fifty steps, a little above it at the end. The hardest of the ward: on an easy task half a cycle nearly does.",
            True,
        ),
        (
            "nothing is wrong",
            "At the end, nearly. Lay the healthy run beside, and compare the way back from night in the first fifty steps.",
            False,
        ),
        (
            "the cycle weighs too little",
            "Then both ways back would suffer alike. Day's keeps close to the healthy run's from the first step on; night's does not.",
            False,
        ),
        ("the judge of night has won", "Both judges are near a draw.", False),
    ],
    "F": [
        (
            "nothing is wrong",
            "No loss says otherwise. Look at the night it makes, and at the night it was given.",
            False,
        ),
        (
            "the night pile is read with red and blue exchanged",
            "The judge of night has only ever seen nights by an orange lamp. Every loss is healthy, since every loss was given the same pictures. Rows three and four begin with a true night, which nobody here has seen before.",
            True,
        ),
        (
            "colours inverted by the translators",
            "They could have done that (lecture 20), but then the *judge* would object. It does not. What does the judge hold for real?",
            False,
        ),
        (
            "the cycle weighs too little",
            "In training both ways back come home as well as the healthy run's.",
            False,
        ),
    ],
    "G": [
        ("the cycle weighs too little", "Both ways back are as good as the healthy run's.", False),
        ("nothing is wrong", "The recipe with another seed.", True),
        ("one judge has won", "Both are near ¼: a draw.", False),
        ("it copies", "The change is what it should be.", False),
    ],
}


def in_tens(values):
    """Means of ten steps instead of five, to three decimals: enough for a small chart."""
    return values.view(-1, 2).mean(1).double().round(decimals=3)


def admitted(run, choices=()):
    looks = []
    for k in (0, 2, 3, 5):
        rows = run.pictures[4 * k : 4 * k + 4, FOUR]  # there, back, there, back: (4, 4, 3, 24, 24)
        looks.append((run.looks[k], rows.flatten(0, 1)))
    return {
        "looks": looks,
        "charts": {
            "the game": (
                in_tens(run.x),
                {
                    "translators": in_tens(run.curves["adversarial"]),
                    "D of day": in_tens(run.curves["d_x"]),
                    "D of night": in_tens(run.curves["d_y"]),
                },
            ),
            "ways back and change, cut at 2": (
                in_tens(run.x),
                {
                    word: in_tens(run.curves[key]).clamp(max=2)
                    for word, key in (("day", "cycle_x"), ("night", "cycle_y"), ("change", "change"))
                },
            ),
        },
        "choices": list(choices),
    }


Ward(
    {name: admitted(run, CHOICES[name]) for name, run in PATIENTS.items()} | {"healthy": admitted(HEALTHY)},
    control="healthy",
    title="there, back, there, back",
)

# %% [markdown]
# ## 3. Two that copy: A and B
#
# **What do you expect?** Both hand back what they are given. Which single number of the table in section 1 tells them apart, and why?

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.4, 2.4, ncols=3)
for ax, (key, label) in zip(
    axes, (("adversarial", "adversarial loss"), ("d_y", "loss of D of night"), ("change", "change of day"))
):
    for (word, run), c in zip(
        {"A": PATIENTS["A"], "B": PATIENTS["B"], "healthy": HEALTHY}.items(), viz.COLORS
    ):
        style = "--" if word == "B" else "-"  # B lies on A in two of the charts
        ax.plot(run.x, run.curves[key], style, color=c, label=word, linewidth=1.5)
    ax.set(xlabel="step", title=label, ylim=(0, None))
    ax.grid(True)
axes[0].legend(fontsize=8)
viz.picture(
    fig,
    alt="Three charts over 300 steps for A, B and the healthy run: the adversarial loss, the loss of the judge of night, and the change of a day picture.",
    caption="Figure 2. Both copy (right), and their judges know it (middle; B, dashed, lies on A). The left chart tells whom the copies please.",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | change | adversarial | judges' losses |
# |---|---|---|---|
# | cycle too heavy (**A**: 200 where 2 was meant; a sum over pixels where a mean was meant does the same) | 0 | **2**: seen through | 0 |
# | judges mixed up (**B**: `d_x(fake_y)`) | 0 | **0**: the wrong judge is pleased | 0 |
# | both folders are the same pile | 0 | ½ | ¼ |
# | translators do not learn | 0 | 2 | 0, and the ways back do not get better than at the start |
#
# B's losses are all *better* than the healthy run's. A loss near 0 in a game is a reason to look, not to celebrate: clinic 07c, question 1.
# </details>

# %% [markdown]
# ## 4. Three faults of the cycle: C, D and E
#
# **What do you expect?** No cycle; a cycle to another picture; a cycle in one direction. Order them by how much of the content survives in day to night (retrieval on 224 test emoji; chance is under 1 %).

# %%
# NBVAL_CHECK_OUTPUT
print("three seeds       retrieval by day      by night              way back, day         way back, night")
for key in ("healthy", "no_cycle", "wrong_home", "one_way"):
    columns = []
    for way, what in (("xy", "retrieval"), ("yx", "retrieval"), ("xy", "cycle"), ("yx", "cycle")):
        columns.append(" ".join(f"{run.measures[way][what]:.2f}" for run in runs[key]))
    print(f"{key:18}" + "".join(f"{c:22}" for c in columns))
print("(at the end, test pictures; ways back as a share of a pixel's range)")
print("\ngreatest way back from night during training, pictures in [-1, 1]")
for key in ("healthy", "no_cycle", "wrong_home", "one_way"):
    print(f"{key:18}" + " ".join(f"{run.curves['cycle_y'].max():5.2f}" for run in runs[key]))

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [day[SHOWN], *(last_look(PATIENTS[p])[1] for p in "CDE"), last_look(HEALTHY)[1]],
    row_labels=["day", "C: back", "D: back", "E: back", "healthy: back"],
    size=0.55,
    alt="Five rows of six emoji: by day; the ways back of patients C, D and E; and that of the healthy run.",
    caption="Figure 3. From day to night and back.",
)

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.0, 2.5, ncols=3, sharey=True)
for ax, key, title in zip(axes, ("no_cycle", "wrong_home", "one_way"), "CDE"):
    for run in runs["healthy"]:
        ax.plot(run.x, run.curves["cycle_y"], color=viz.MUTED, linewidth=0.9, linestyle="--")
    for run, color in zip(runs[key], viz.COLORS):
        ax.plot(run.x, run.curves["cycle_y"], color=color, linewidth=1.4, label=f"seed {run.seed}")
    ax.set(xlabel="step", title=f"fault of {title}", yscale="log", ylim=(0.01, 100))
    ax.grid(True)
axes[0].set_ylabel("way back from night")
axes[0].legend(fontsize=8)
viz.picture(
    fig,
    alt="Three charts on a logarithmic scale: the way back from night over 300 steps for three seeds of each fault, healthy runs dashed in grey. C rises above 10 at once and ends near 0.3; D lies at 0.15 to 0.2 nearly from the start; E rises above 1 in the first hundred steps and ends near the healthy runs.",
    caption="Figure 4. The way back from night, healthy runs dashed. C is lost and stays out, D is pressed to a wrong level, E is lost early and comes home late.",
)

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | | content there | way back | because |
# |---|---|---|---|
# | **C**, no cycle | outlines survive, colours do not | far out of range at first, wrong colours at the end | two games and nothing that ties them; the outlines are the habit of residual networks (lecture 20) |
# | **D**, compared with the neighbour in the batch | by day less than C's in two seeds of three, by night more | white ground, ink drawn to one colour | the cycle asks for what cannot be known, and gets lecture 04's median; what a translation tells of its *own* input costs |
# | **E**, day's cycle alone | as the healthy run's | the forgotten one above 1 early, a little worse at the end | day's cycle makes the pair inverses where *day* goes; nothing watches the nights that it never makes, until the made nights are like the real ones |
#
# Patient D is the surprise: a wrong cycle kept *less* by day than no cycle did, in two seeds, and in the third nearly the same. In patient D the loss that is *minimised* would have told you too: it cannot fall much below the distance of two different emoji. But a measure of one's own, the way back against its **own** input, is the better habit; it needs no guess at what was minimised.
#
# E is a lesson in honesty. What we had written down was a worse way back at the *end*; the last table says how seldom that showed. The early peak we noticed afterwards, in the same three runs: before it may be called a symptom it has to be found again, in other seeds. The authors found half a cycle unstable on their harder tasks.
# </details>

# %% [markdown]
# ## 5. All losses healthy: F
#
# **What do you expect?** Which of the eight tests of section 1 finds it?

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [night[SHOWN], last_look(HEALTHY)[0], *last_look(PATIENTS["F"])[:3]],
    row_labels=["true night", "healthy's", "F's night", "F: back", "F's day"],
    size=0.55,
    alt="Five rows of six emoji: the true night; the healthy run's night; patient F's night, which is brownish orange; F's way back, by day again on white; and the day that F makes of the true night, bright blue all over.",
    caption="Figure 5. F's night and its way back; last row: the day that F makes of the *true* night.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("mean colour (red, green, blue)")
print(f"  true night      {[round(v) for v in night.float().mean((0, 2, 3)).tolist()]}")
for key in ("healthy", "blue_for_red"):
    for run in runs[key]:
        print(f"  {key:13} {run.seed} {[round(v) for v in run.measures['xy']['mean_color']]}")

# %% [markdown]
# <details><summary>Why no loss can see it</summary>
#
# One library reads colours as red, green, blue, another as blue, green, red. The night pile was read by the other. Judge, translators and cycle have never seen anything else, and translate perfectly well into *that* night. No curve shows it: **look at a batch of
# each pile before you train** (test 1). Afterwards only test 7 is left: give it a true night, and its day is blue. If only one pile is exchanged, the translators learn the exchange; if both are, even the pictures look consistent, until somebody compares them with the files.
# </details>

# %% [markdown]
# ## 6. After the cure
#
# Every cure is one line: $\lambda$ back to 2; the judges to their places; the cycle in, with the right picture, both ways; the channels in order.

# %%
# NBVAL_CHECK_OUTPUT
shown = json.loads(Path("results/clinic_6.json").read_text())["symptom_shown"]
print("                  L1 to the truth, by seed                       shows its symptom, as written")
print("                  day to night        night to day               before the runs, in")
for key in ("heavy_cycle", "swapped_judges", "no_cycle", "wrong_home", "one_way", "blue_for_red", "healthy"):
    there, other = (" ".join(f"{run.measures[way]['l1']:.3f}" for run in runs[key]) for way in ("xy", "yx"))
    print(f"{key:18}{there:20}{other:27}{sum(shown[key].values())} of {len(shown[key])} seeds")
print(f"{'a copy':18}{l1_distance(day, night):.3f}{'':15}{l1_distance(night, day):.3f}")

# %% [markdown]
# The symptoms were written down, with their thresholds, before the runs. Two came out weaker than we had expected. **D** was to lose half of the healthy run's retrieval by day: seed 0, the one in the ward, lost not quite a third. **E** was to end with a way back from night half as bad again as the healthy run's: that held in seed 2 alone. So for E the ward shows a run
# *without* its written symptom, and whoever answered "nothing is wrong" read its last hundred steps as we would have.

# %% [markdown]
# ### Your turn: break it, live
#
# Sixty steps of the recipe, some seconds. Choose a fault, hand the pictures to a neighbour.

# %%
FAULT = "judges mixed up"  # or "heavy cycle", "no cycle", "none"

rng = torch.Generator().manual_seed(0)
g_xy, g_yx = clinic.SmallTranslator(16, rng), clinic.SmallTranslator(16, rng)
d_x, d_y = (PatchDiscriminator(3, 16, 1, norm=torch.nn.Identity, rng=rng) for _ in range(2))
opt_g, opt_d = (adam(torch.nn.ModuleList(nets), 2e-3) for nets in ((g_xy, g_yx), (d_x, d_y)))
judges = (d_y, d_x) if FAULT == "judges mixed up" else (d_x, d_y)
weight = {"heavy cycle": 200.0, "no cycle": 0.0}.get(FAULT, 2.0)
train_day, train_night = clinic.day_and_night("train")
batches = UnpairedBatches(train_day[::2], train_night[1::2], 8)
pools = ImagePool(50, rng), ImagePool(50, rng)
record = []
for _ in range(60):
    scalars = cyclegan_step(
        g_xy,
        g_yx,
        *judges,
        opt_g,
        opt_d,
        *batches.next(rng),
        *pools,
        lambda_cycle=weight,
        lambda_identity=0.0,
    )
    record.append([scalars["adversarial"].item(), scalars["d_y"].item()])
live = translate(g_xy, day[SHOWN]), translate(g_yx, night[SHOWN])
print("adversarial {:.2f}, D of night {:.2f} (last ten steps)".format(*torch.tensor(record[-10:]).mean(0)))

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [day[SHOWN], live[0], night[SHOWN], live[1]],
    row_labels=["day", "made night", "night", "made day"],
    size=0.55,
    alt="Four rows of six emoji: by day, your run's translation, by night, your run's translation.",
    caption="Figure 6. Live, on your machine.",
)

# %% [markdown]
# *One thing is different from patient B: here judges are exchanged in **both** turns, in `cyclegan_step`'s arguments. Work out what each of them learns, before you look at `record`.*
#
# <details><summary>Answer</summary>
#
# Nothing is ill. Whoever is called `d_x` is shown real nights and judges translations into night, in both turns: the two have exchanged their names and nothing else. In patient B only the translators' turn is exchanged, so that judge and translator no longer look at the same pictures.
# </details>
#
# ### Symptoms side by side
#
# | symptom | think of | the test that tells |
# |---|---|---|
# | translation = input, adversarial 2 | cycle or identity too heavy; losses summed instead of averaged | $\lambda$ down by ten |
# | translation = input, adversarial 0 | judges exchanged | feed each judge one real picture of each pile |
# | translation = input, adversarial ½ | both folders the same; lists exchanged by a sort | one batch of each |
# | way back wrong, judges at a draw | no cycle | both ways back, measured |
# | one way back wrong at first, later nearly right | cycle in one direction only (seen here; try other seeds) | the whole curve, not its end |
# | way back pale, colours alike | cycle compared with another picture, or with the other domain | L1 of the way back to its *own* input |
# | all losses healthy, colours wrong | channel order; range; colours inverted or exchanged (lecture 20) | a batch; a picture whose colours you know |
# | all losses healthy, small specks and patterns | hidden detail; checkerboard of transposed convolution | noise on the translation (lecture 19); resize convolution |
# | colours wander from step to step | no identity loss, small batches | identity on; another seed |
# | a nan | as in clinic 07c | the trainer names the layer |

# %% [markdown]
# ## 7. Guided reading: the paper of 2017
#
# J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, *Unpaired image-to-image translation using cycle-consistent adversarial networks*, ICCV 2017, arXiv:1703.10593. Read it as a *paper*: what is claimed, and by which ruler is it shown?
#
# **Thirty minutes**
#
# | minutes | read | with this question |
# |---|---|---|
# | 3 | abstract, Figures 1 and 3 | which sentence says why a GAN is not enough? |
# | 4 | section 2, *cycle consistency* | in which two fields was the idea old? |
# | 7 | section 3, with equations 1 to 3 | write them in this course's letters; which of them carries $\lambda$? |
# | 4 | section 4 | mark each number that lecture 19 uses, and each that it changed |
# | 8 | section 5.1, Tables 1 to 5 | which claim needs people, which needs pairs, which needs neither? |
# | 4 | section 6 and the figure of failures | give each failure its section of lecture 20 |
#
# ### Redraw Figure 3
#
# Its middle and right panels draw the two cycles: $x \to G(x) \to F(G(x)) \approx x$, and from $y$. Here with pictures, by the healthy run. **What do you expect?** Which of the two ways back has to *invent* something, and which has not?
#
# <details><summary>Answer</summary>
#
# Under a lamp, hardly either: a multiplication can be undone, except that red has only a quarter of its levels left by night. With photographs and label maps it is the way back from the labels, which has to invent every leaf.
# </details>

# %% jupyter={"source_hidden": true}
there_x, back_x, there_y, back_y = last_look(HEALTHY)
fig, axes = viz.figure(6.6, 2.9, nrows=2, ncols=3)
titles = (
    ("x", "G(x), judged by D of Y", "F(G(x)), compared with x"),
    ("y", "F(y), judged by D of X", "G(F(y)), compared with y"),
)
for line, names, trio in zip(axes, titles, ((day[SHOWN], there_x, back_x), (night[SHOWN], there_y, back_y))):
    for ax, name, images in zip(line, names, trio):
        viz.draw_image(ax, viz.to_pixels(images[4:5])[0], name)
    for right in line[1:]:
        right.annotate(
            "",
            (-0.05, 0.5),
            (-0.6, 0.5),
            xycoords="axes fraction",
            arrowprops={"arrowstyle": "->", "color": viz.INK},
        )
viz.picture(
    fig,
    alt="Two rows of three pictures with arrows between: an emoji by day, its night, its day again; and an emoji by night, its day, its night again.",
    caption="Figure 7. The paper's Figure 3, with pictures. G is this course's $G_{xy}$, F its $G_{yx}$.",
)

# %% [markdown]
# ### Questions
#
# <details><summary>1. Why is the adversarial loss not enough, in the authors' own argument?</summary>With enough capacity, a network can map the same set of inputs to any random permutation of the target pictures, and each of them gives the right distribution. So it cannot guarantee that an input goes to the output that is meant (their section 3.2).</details>
#
# <details><summary>2. Which number multiplies the identity loss, and where is it used?</summary>Half of λ, in the experiments with paintings (section 5.2, "photo generation from paintings"); there it keeps day from becoming sunset.</details>
#
# <details><summary>3. Which of the tables can be computed only because pairs exist after all?</summary>Tables 3 and 5, labels from photographs on Cityscapes: they compare with the label map that belongs to the photograph. The FCN scores of Tables 2 and 4 compare with the label map that was the *input*; only the network that reads the pictures was trained with pairs. The study with people (Table 1) needs real pictures and no pairs.</details>
#
# <details><summary>4. In the ablation, is the cycle in one direction enough?</summary>No: it often makes training unstable and collapse, above all for the direction that is left out. Compare with patient E, who is small and has an easy task.</details>
#
# <details><summary>5. What does section 6 name as the reason why pairs still win, and what would close the gap?</summary>Ambiguity: for photographs to labels the outputs for tree and building are sometimes exchanged, and nothing in unpaired data says so. Weak or partial supervision would help.</details>
#
# <details><summary>6. Which of our patients would have passed the study with people, where they see one real and one translated picture?</summary>F, if they are shown its night without the true one: a night by an orange lamp looks as real as one by a blue lamp. Realism is not correctness.</details>
#
# ### What has stood the test of time, and what has not
#
# | still standing | gone or changed |
# |---|---|
# | the cycle as a way to learn from unpaired sets | pixel L1 as its ruler → features, contrastive losses of one direction only (Park and others, 2020, arXiv:2007.15651) |
# | residual translators, patch judges | a network for each pair of domains → one for many (StarGAN, 2018, arXiv:1711.09020) |
# | the honest list of failures | one answer an input → several (MUNIT, 2018, arXiv:1804.04732) |
# | scoring with hidden pairs | studies with people as the main ruler → distances of features beside them |

# %% [markdown]
# ## Summary
#
# * No loss of a CycleGAN says that a translation is right. Look at batches, at both ways back, at something whose translation you know.
# * Copies have several causes; the adversarial loss tells them apart: 2 seen through, 0 the wrong judge, ½ no difference between the piles.
# * The cycle has two directions and a home. Measure both yourself, against their own inputs, over the whole run.
# * A symptom counts if it was written down before the runs; what is noticed afterwards is a question for new seeds.
# * A fault in the data gives healthy losses.

# %% [markdown]
# ## Check yourself
#
# **1.** The cycle loss is 0.00 from the first step, and stays. Well trained?
#
# <details><summary>Answer</summary>
#
# Translators that start near the identity have a cycle near 0 before they have learned anything. Look at the change.
# </details>
#
# **2.** Adversarial loss ½, both judges ¼, the translation equals the input. What is it?
#
# <details><summary>Answer</summary>
#
# The piles are the same, to the judges' eyes: the same folder read twice, or domains that differ by nothing that a patch shows.
# </details>
#
# **3.** You go from 64 to 128 px, and *sum* the L1 over pixels instead of averaging. By how much has $\lambda$ changed?
#
# <details><summary>Answer</summary>
#
# By the number of values in a picture: 3 · 128 · 128 = 49,152. Patient A with interest.
# </details>
#
# **4.** A translator's ways back are perfect, and D is at a draw. Name two faults that are still possible.
#
# <details><summary>Answer</summary>
#
# Wrong colours that can be undone (data or inversion), detail that is hidden instead of translated, the wrong emoji altogether.
# </details>

# %% [markdown]
# ## Five questions on lectures 07c to 20
#
# <details><summary>1. (07c) Both losses of a game fall to 0. What is wrong?</summary>The two agree: a target or a sign, or they look at different pictures.</details>
# <details><summary>2. (14) In pix2pix, what does D see besides the output?</summary>The input.</details>
# <details><summary>3. (19) How large is the pool, and who draws from it?</summary>50; the judges, not the translators.</details>
# <details><summary>4. (20) H(x | z) for two pictures that are always exchanged?</summary>0: the exchange can be undone.</details>
# <details><summary>5. (04) What does L1 answer where several pictures are right?</summary>Their median, number by number: patient D's pale ways back.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, ICCV 2017, arXiv:1703.10593.
# * A. Shrivastava and others, 2016, arXiv:1612.07828 (the pool); X. Mao and others, *Least squares generative adversarial networks*, 2016, arXiv:1611.04076.
# * T. Park, A. A. Efros, R. Zhang, J.-Y. Zhu, *Contrastive learning for unpaired image-to-image translation*, 2020, arXiv:2007.15651; Y. Choi and others, StarGAN, arXiv:1711.09020; X. Huang and others, MUNIT, arXiv:1804.04732.
# * Emoji: Fluent, Microsoft, MIT. All runs: `data_scripts/clinic_runs.py`, recorded in `lectures/results/clinic_6.json` with seeds, time and hardware.
#
# **Next:** assignment a6, where you build one and repair one.

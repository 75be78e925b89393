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
# # 10c · Clinic III: codes that go astray
#
# *Part III, control through the latent code. About 60 minutes: 30 with the patients, 30 with the paper of 2016; the cells run in about a minute. You need lectures 08 to 10; the order of
# examination continues that of clinics 03c and 07c, and assignment a3 has a question of this kind.*

# %%
import math

import torch
from torch.nn.functional import avg_pool2d

from course_lib import attributes, clinic_latent, data, dcgan, gan, infogan, viz
from course_lib.checkpoint import shipped
from course_lib.classifier import faces_classifier
from course_lib.devices import adam
from course_lib.training import Batches
from course_lib.widgets.ward import Ward

generator = shipped("dcgan_faces", dcgan.Generator)
held_out = data.faces("test")[0]


def targets(seed, n=6):
    """n faces that G has never seen, 32 px, in [-1, 1]."""
    chosen = torch.randperm(len(held_out), generator=torch.Generator().manual_seed(100 + seed))[:n]
    return data.to_float(avg_pool2d(held_out[chosen].float(), 2).round().to(torch.uint8))


PATIENTS = {  # do not look up the names before you have a diagnosis
    "A": "train_mode",
    "B": "prior_too_heavy",
    "C": "half_range",
    "D": "reshuffled",
    "E": "far_start",
    "F": "from_zero",
    "G": "not_the_leaf",
    "H": "rate_too_large",
}


def ward(seed):
    """Every patient of a seed, with six faces of its own."""
    return {key: clinic_latent.watch(generator, targets(seed), seed, key) for key in clinic_latent.PATIENTS}


runs = {1: ward(1)}
HEALTHY = runs[1]["healthy"]
ILL = {letter: runs[1][key] for letter, key in PATIENTS.items()}

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [x[:4] for x in (targets(1), HEALTHY.pictures[-1], *[run.pictures[-1] for run in ILL.values()])],
    row_labels=["wanted", "healthy", *ILL],
    size=0.55,
    caption="Figure 1. The waiting room. Row 1: four of six held-out faces. Below: what each projection made of them after 80 steps.",
    alt="Ten rows of four small faces. The first row is clean; the healthy row resembles it roughly; the patients' rows are garish (A, E), ghosts on a veil (B), pale (C), other faces (D, G) or yellow and saturated (H); row F is nearer to the first than the healthy one.",
)

# %% [markdown]
# Eight projections onto lecture 06's generator of faces, computed while this page was run. Each looks for the codes of six held-out faces by 80 steps of Adam, as in lecture 09. In most of them one line is wrong. (80 steps make rough faces even
# for the healthy one: compare with row 2, not with row 1.)
#
# In part I a network learned, in part II two played. Here *nothing learns*: G is fixed, a code moves. So when it goes wrong, ask first: **is the problem that the optimiser solves the one I meant?**
#
# When you have worked through this page you can
#
# * examine a projection by two losses and a length;
# * tell a bad start from a bad problem, and know which of them more steps can cure;
# * recognise an attribute vector that is noise, by its length;
# * tell an InfoGAN that is not asked from one that is not read;
# * read the paper of 2016 on InfoGAN, and redraw its first figure.

# %% [markdown]
# ## 1. How to examine a projection
#
# | | look at | it means |
# |---|---|---|
# | 1 | the loss **as the optimiser sees it** | does it fall at all? if it is constant to the last digit, nothing moves |
# | 2 | the **honest** loss: the same codes, `eval()`, the picture that you meant | where 1 and 2 part, the optimiser works on another problem |
# | 3 | the length $\lVert z \rVert_2$, beside $\sqrt d = 8$ | far from 8: a place that G seldom saw. Near 0: something pulls it there |
# | 4 | pictures on the way, all images of the batch | all pale? all ghosts? other faces? one fault in all means the *problem*; one in one image means the *start* |
# | 5 | a target whose code you know: $x = G(z)$ | its loss can reach 0. If it does not, stop looking at the data |
# | 6 | another start | a projection is an anecdote, too |
#
# **What do you expect?** Before the ward: which of these can be seen in the loss that the optimiser prints? (a) a target in the wrong range, (b) G left in train mode, (c) a learning rate that is too large.
#
# <details><summary>Answer</summary>
#
# (c) only: it rises at the first step. (a) and (b) have curves that fall and settle. They are curves of another problem, and only test 2 shows it.
# </details>

# %%
print("                seen by the optimiser     honest              length of z")
print("           first       last      last                first   last")
for name, run in {"healthy": HEALTHY, **ILL}.items():
    first, last = ({k: f(run, k) for k in run.curves} for f in (clinic_latent.start, clinic_latent.end))
    print(
        f"{name:8}{first['seen']:8.3f}{last['seen']:11.3f}{last['honest']:10.3f}{first['length']:21.1f}{last['length']:7.1f}"
    )

# %% [markdown]
# ## 2. The ward
#
# Look at each patient from step 0 to 80, lay the healthy one beside it, commit yourself.

# %% jupyter={"source_hidden": true}
CHOICES = {
    "A": [
        (
            "the learning rate is too large",
            "Then the loss that is seen would rise at first. It falls as the healthy one does.",
            False,
        ),
        (
            "G works in train mode",
            "The optimiser sees pictures that G makes of these codes only in this company. Alone, in eval mode, it makes others: the two losses part.",
            True,
        ),
        (
            "the target has another range",
            "Then the losses would part, yes, but the pictures would be pale. These are, if anything, too colourful.",
            False,
        ),
        (
            "too few steps",
            "The loss that is seen has settled. More steps lower it, not the other one.",
            False,
        ),
    ],
    "B": [
        (
            "a bad start",
            "All six are ghosts on the same veil. Six bad starts would be bad in six ways.",
            False,
        ),
        (
            "the pull towards 0 is too strong",
            "The codes shrink from length 8 to less than 1. So near to 0, G paints little more than its face of length 0; a ghost of each target is left.",
            True,
        ),
        (
            "the learning rate is too small",
            "The codes have travelled from length 8 to nearly 0: they move enough.",
            False,
        ),
        (
            "the targets come in another order at every step",
            "Then nothing would shorten the codes; look at the length.",
            False,
        ),
    ],
    "C": [
        (
            "the target is in [0, 1]",
            "The optimiser lowers its own loss, towards a face that is half as dark. Pale pictures, and an honest loss that stays high.",
            True,
        ),
        ("G is too small for these faces", "The healthy run has the same G and the same faces.", False),
        ("too few steps", "Both curves have settled, apart from one another.", False),
        ("the pull towards 0 is too strong", "The length stays near 8.", False),
    ],
    "D": [
        ("mode collapse", "G is fixed; it makes all faces for the other patients.", False),
        (
            "the pull towards 0 is too strong",
            "The codes keep their length. Nothing pulls.",
            False,
        ),
        (
            "the targets come in another order at every step",
            "Each code is drawn to another face every time and arrives at none. The loss trembles about the distance of two different faces.",
            True,
        ),
        (
            "the learning rate is too small",
            "The pictures change from look to look: the codes move, only not to where they should.",
            False,
        ),
    ],
    "E": [
        (
            "a start far outside the shell",
            "Nearly 50 long at the first step. Out there everything is saturated, and 80 steps of a tenth each do not lead home.",
            True,
        ),
        (
            "the learning rate is too large",
            "It makes codes long, too, but from 8 on; this one was long at step 0.",
            False,
        ),
        (
            "nothing, it needs more steps",
            "It does fall. But every step costs a pass through G; a better start costs nothing.",
            False,
        ),
        (
            "the target has another range",
            "Then it would settle at pale faces; these are garish, and seen and honest loss are one.",
            False,
        ),
    ],
    "F": [
        (
            "all codes started equal: it can make one face only",
            "They started equal and have different targets, so different gradients from the first step on.",
            False,
        ),
        (
            "a dead start: gradients vanish at 0",
            "A ReLU network with BatchNorm is not flat at 0. Look at the curve.",
            False,
        ),
        (
            "nothing is wrong",
            "It starts at length 0, G's bland face, and does better than the healthy run. A good start, in fact.",
            True,
        ),
        ("the pull towards 0 is too strong", "It begins at 0 and leaves; nothing holds it.", False),
    ],
    "G": [
        (
            "the learning rate is too small",
            "A small rate makes small steps. These are none: the loss is constant to the last digit.",
            False,
        ),
        (
            "the optimiser moves another tensor",
            "G is given a copy of the codes; the optimiser holds the original, which has no gradient.",
            True,
        ),
        ("a local minimum", "Six random codes in six minima at step 0? And Adam would still tremble.", False),
        ("gradients vanish", "Adam divides by their size: however small, they would move the codes.", False),
    ],
    "H": [
        ("a bad start", "It started where the healthy one did; compare step 0.", False),
        (
            "the learning rate is too large",
            "Adam moves every number by about its rate: 4 a step, in a cloud where most numbers lie between −2 and 2.",
            True,
        ),
        ("the target has another range", "Then seen and honest loss would part.", False),
        ("G works in train mode", "Seen and honest loss are the same, so it does not.", False),
    ],
}


def admitted(run, choices=()):
    return {
        "looks": list(zip(run.looks, run.pictures[:, :4])),
        "charts": {
            "loss (mean square)": (
                run.x[::2],
                {"seen": run.curves["seen"][::2].clamp(max=0.6), "honest": run.curves["honest"][::2]},
            ),
            "length of z": (run.x[::2], {"mean of six": run.curves["length"][::2].clamp(max=60)}),
        },
        "choices": list(choices),
    }


Ward(
    {name: admitted(run, CHOICES[name]) for name, run in ILL.items()} | {"healthy": admitted(HEALTHY)},
    control="healthy",
    title="four of the six projections",
)

# %% [markdown]
# *(Losses above 0.6 and lengths above 60 are drawn at the edge.)*
#
# ## 3. Another problem: A, B, C and D
#
# Four curves that show nothing alarming. In all four the optimiser does its work, on a problem that nobody meant.
#
# **What do you expect?** Test 5 gives every patient a target that G itself made, $x = G(z^*)$. For which of the four is 0 no longer the least possible loss, even at $z = z^*$?

# %%
# NBVAL_CHECK_OUTPUT
z_star = torch.randn(6, generator.z_dim, generator=torch.Generator().manual_seed(9))
with torch.no_grad():
    x = generator(z_star)
    in_company = shipped("dcgan_faces", dcgan.Generator).train()
    print(f"healthy: loss at z* {(generator(z_star) - x).square().mean():.3f}")
    print(
        f"A, train mode:          {(in_company(z_star) - x).square().mean():.2f}, though the weights and codes are the same"
    )
    length = z_star.square().sum(1).mean()
    print(f"B, 0.1 ‖z‖² beside a mean over pixels: {0.1 * length:.0f}, so z* is a poor place to be")
    print(f"C, target (x + 1) / 2:  {(generator(z_star) - (x + 1) / 2).square().mean():.1f}")
    print(f"D, targets in another order: {(generator(z_star) - x.roll(1, 0)).square().mean():.1f}")

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | seen = honest? | length | pictures | the line |
# |---|---|---|---|---|
# | train mode (**A**) | no | near 8 | depend on the batch | `generator.eval()` is missing (lecture 06, section 4) |
# | prior too heavy (**B**) | no (the prior is counted) | **→ 0** | ghosts on a veil | a sum over $z$ beside a *mean* over pixels |
# | range (**C**) | no | near 8 | **pale** | `x / 255` instead of `x / 127.5 - 1` |
# | wrong pairs (**D**) | no | near 8 | faces, but not these; seen loss **trembles** | `shuffle=True` in the loader of targets |
#
# B deserves a second look. A prior $\lambda\lVert z \rVert_2^2$, a wish about the code itself, is a good idea (lecture 10 needs it), the fault is the *scale*: squares are summed over 64 numbers on one side and averaged over 3,072 on the other. The penalty of an ordinary code is 0.1 · 64 = 6.4, the whole
# pixel loss is less than 1. Before you choose a $\lambda$, print both terms at the start.
# </details>
#
# Two relatives have no bed here, but assignment a3 names them. **What do you expect?** What would the two losses do if somebody (a) left out the minus sign and went *uphill*; (b) gave the optimiser G's parameters, too?
#
# <details><summary>Answer</summary>
#
# (a) Both rise together from the first step on and never turn, and the codes get longer and longer. A rate that is too large rises, too, but in one leap. (b) The seen loss falls *lower* than any healthy run's, towards 0: with all its weights to bend, G can
# learn six pictures by heart. But the codes now belong to a G that nobody else has. Through the shipped one they show other faces, and the honest loss, measured with a fresh copy, stays high.
# </details>

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8.4, 2.6, ncols=4, sharey=True)
for ax, letter in zip(axes, "ABCD"):
    run = ILL[letter]
    ax.plot(HEALTHY.x, HEALTHY.curves["honest"], color=viz.MUTED, linewidth=1, label="healthy")
    ax.plot(run.x, run.curves["seen"].clamp(max=0.5), color=viz.COLORS[0], linestyle="--", label="seen")
    ax.plot(run.x, run.curves["honest"], color=viz.COLORS[1], label="honest")
    ax.set(xlabel="step", title=f"patient {letter}", ylim=(0, 0.45))
    ax.grid(True)
axes[0].set_ylabel("mean square")
axes[0].legend(fontsize=8)
viz.picture(
    fig,
    alt="Four plots of loss against step. In each the dashed loss that the optimiser sees and the honest loss part; the honest one stays above the grey healthy curve.",
    caption="Figure 2. Two losses. The dashed one is what the program prints.",
)

# %% [markdown]
# ## 4. Another way: E, F, G and H
#
# Here seen and honest loss agree. The problem is the right one; the way to its solution is not.
#
# **What do you expect?** E and H both end with codes that are much too long, and F began at length 0. Which of the three would be cured by ten times as many steps?

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(8.2, 2.7, ncols=2)
for (name, run), color in zip(
    {"healthy": HEALTHY, **{k: ILL[k] for k in "EFGH"}}.items(), (viz.MUTED, *viz.COLORS)
):
    left.plot(run.x, run.curves["honest"], color=color, label=name)
    right.plot(run.x, run.curves["length"].clamp(min=0.1), color=color)
right.axhline(8, color=viz.INK, linewidth=0.8, linestyle=":")
left.set(xlabel="step", ylabel="honest loss", ylim=(0, 0.6))
right.set(xlabel="step", ylabel="length of z", yscale="log")
left.legend(fontsize=8, ncols=2)
for ax in (left, right):
    ax.grid(True)
viz.picture(
    fig,
    alt="Left: honest losses; F falls lowest, below the healthy run, E falls slowly from above, G is a flat line, H leaps up at the first step and stays high. Right: lengths on a logarithmic scale; E stays near 45, H grows beyond 100, F rises from 0 to about 4, G is constant at 8.",
    caption="Figure 3. Four ways. Dotted: the length of an ordinary code.",
)

# %%
runs[2] = ward(2)

# %%
runs[3] = ward(3)
shown = {
    key: [bool(clinic_latent.SYMPTOMS[key](of_seed[key], of_seed["healthy"])) for of_seed in runs.values()]
    for key in clinic_latent.PATIENTS
}
print("seeds 1, 2, 3, six other faces each; the symptom as written down before these runs\n")
print("                    honest loss by seed       shows its symptom in")
for key, found in shown.items():
    losses = ", ".join(f"{clinic_latent.end(of_seed[key], 'honest'):.3f}" for of_seed in runs.values())
    print(f"{key:18}{losses:26}{sum(found)} of {len(found)}")

# %% [markdown]
# <details><summary>Differential diagnosis</summary>
#
# | candidate | first step | length | curve | cure |
# |---|---|---|---|---|
# | start outside the shell (**E**) | long already | stays | falls slowly | start from N(0, 1), from 0, or from an encoder |
# | start at 0 (**F**) | 0 | grows | falls fast | **none needed** |
# | optimiser holds another tensor (**G**) | ordinary | constant | **constant** | give it the leaf: `optimizer = Adam([z])` *after* the last `clone()` or `to(device)` |
# | rate too large (**H**) | ordinary | grows beyond 100 | **rises at the first step** | a rate that is small beside the cloud: 0.1 |
#
# Steps cure E, in principle, and nothing else. And F is the surprise of the ward: it had no fault, and it is the best of all nine. From a random code the optimiser first has to *unmake* a face that nobody asked for. From 0 it starts at G's most bland face, half-way
# to everything. (All three seeds agree, above. With restarts, which need different starts, zero is no help.)
#
# Read the last column as it comes out. Some of the symptoms that we had written down do not show in every seed. The fault was there in all of them.
# </details>

# %% [markdown]
# ## 5. A vector that is noise
#
# Attribute vectors do not diverge and print no loss. They simply do not work, and one looks for the reason in G. Three colleagues computed a vector for *tear* from the same 2,000 codes. **What do you expect?** How long is each, and what does each do?

# %%
# NBVAL_CHECK_OUTPUT
classifier = faces_classifier()  # its last logit: a tear


def tears(images):
    return classifier(images)[:, 59] > 0


z = torch.randn(2000, generator.z_dim, generator=torch.Generator().manual_seed(5))
with torch.no_grad():
    pictures = torch.cat([generator(part) for part in z.split(250)])
    labels = tears(pictures)
three = {
    "first": attributes.attribute_vector(z, labels),
    "second": attributes.attribute_vector(z, labels.roll(1)),
    "third": -attributes.attribute_vector(z, labels),
}
start = torch.randn(100, generator.z_dim, generator=torch.Generator().manual_seed(6))
for name, v in three.items():
    flips, _ = attributes.sweep_strength(
        generator, lambda x: tears(x)[:, None], start, v, 0, torch.tensor([3.0])
    )
    print(
        f"{name:7} length {v.norm():.1f}   faces that gain a tear at strength 3: {10 * round(10 * flips[0].item())} %"
    )
by_chance = math.sqrt(64 * (1 / labels.sum().item() + 1 / (~labels).sum().item()))
print(f"\nlength expected of labels that have nothing to do with the codes: {by_chance:.1f}")

# %% [markdown]
# <details><summary>Diagnosis</summary>
#
# The **second** has the labels of the picture *before*: off by one, or shuffled apart from the codes. Its length is that of pure chance. Compute $\sqrt{d\,(1/N_1 + 1/N_0)}$ before you look at any picture.
#
# The **third** is long enough and useless: mean without minus mean with. One picture tells.
# </details>

# %% [markdown]
# ## 6. Not asked, or not read
#
# Four small InfoGANs, 200 steps each, live; one is healthy. **What do you expect?** For each fault: does the bound rise, and do the pictures become strokes?
#
# * *only Q is asked*: the information term stands in D's turn, and was forgotten in G's;
# * *targets shuffled*: Q is graded against codes of other pictures of the batch;
# * *weight 100*: the information term drowns the game.


# %%
def play(fault, steps=200, seed=0):
    rng = torch.Generator().manual_seed(seed)
    g = dcgan.Generator(32 + 10, 8, 1, 28, rng=rng)
    d = infogan.InfoDiscriminator(10, 0, base_channels=8, hidden=32, rng=rng)
    opt_g, opt_d = adam(g, 4e-3), adam(d, 2e-3)
    batches = Batches(data.mnist("train")[0], batch_size=32)
    weight = 100.0 if fault == "weight 100" else 1.0
    history = []
    for _ in range(steps):
        one, two = (infogan.draw_latent(32, 32, num_continuous=0, rng=rng) for _ in range(2))
        graded = [
            c[torch.randperm(32, generator=rng)] if fault == "targets shuffled" else c
            for c in (one.code, two.code)
        ]
        fake_logits, code_logits, _ = d.read(g(one.joined(10)).detach())
        d_loss = gan.discriminator_loss(d(batches.next(rng)), fake_logits)
        opt_d.zero_grad()
        (d_loss + weight * infogan.infogan_loss(code_logits, graded[0])).backward()
        opt_d.step()
        logits, code_logits, _ = d.read(g(two.joined(10)))
        asked = 0.0 if fault == "only Q is asked" else weight
        opt_g.zero_grad()
        (gan.generator_loss(logits) + asked * infogan.infogan_loss(code_logits, graded[1])).backward()
        opt_g.step()
        bound = infogan.information_bound(code_logits.detach(), two.code)
        history.append((bound.item(), torch.sigmoid(logits.detach()).mean().item()))
    shown = infogan.Latent(
        torch.randn(1, 32, generator=rng).expand(10, -1), torch.arange(10), torch.empty(10, 0)
    )
    with torch.no_grad():
        return torch.tensor(history), g.eval()(shown.joined(10))


FAULTS = ("none", "only Q is asked", "targets shuffled", "weight 100")
games = {fault: play(fault) for fault in FAULTS}

# %% jupyter={"source_hidden": true}
fig, (left, right) = viz.figure(8.2, 2.8, ncols=2)
for (fault, (history, _)), color in zip(
    games.items(), (viz.COLORS[2], viz.COLORS[0], viz.COLORS[1], viz.COLORS[3])
):
    smooth = history.view(-1, 10, 2).mean(1)
    x = 10 * torch.arange(len(smooth)) + 5
    left.plot(x, smooth[:, 0].clamp(min=-1.0), color=color, label=fault)
    right.plot(x, smooth[:, 1], color=color)
left.axhline(math.log(10), color=viz.MUTED, linestyle=":", linewidth=1)
left.set(xlabel="step", ylabel="bound (nats)", title="information, at least", ylim=(-1.05, 2.5))
right.set(xlabel="step", ylabel="D's mean answer to generated", title="the game", ylim=(0, 1))
left.legend(fontsize=8)
for ax in (left, right):
    ax.grid(True)
viz.picture(
    fig,
    alt="Left: the bound of four runs; none and weight 100 rise towards log 10, only Q is asked and targets shuffled stay low. Right: D's answers to generated images; with weight 100 they are lower than in the others for long.",
    caption="Figure 4. The dotted line is log 10. Green against blue is Figure 1 of the paper that you read below.",
)

# %% jupyter={"source_hidden": true}
viz.image_grid(
    [made for _, made in games.values()],
    row_labels=list(games),
    column_labels=[f"c = {k}" for k in range(10)],
    size=0.5,
    caption="Figure 5. One noise, ten codes, after 200 steps.",
    alt="Four rows of ten pictures. Where the code was asked for, the ten differ; where it was not, they are nearly one picture.",
)

# %% [markdown]
# <details><summary>Diagnosis</summary>
#
# | fault | bound | pictures along a row | the test that tells |
# |---|---|---|---|
# | none | rises to near log 10 | differ | |
# | only Q is asked | stays low, and is *tight*: Q is as good as can be | nearly equal | does G get a gradient from Q? |
# | targets shuffled | stays at about 0: Q learns to shrug | nearly equal | Q's accuracy on one batch against the codes that made it |
# | weight 100 | highest, first | grey patterns that only Q can tell apart | D's answers; halve the weight until the pictures are as good as without it |
#
# The second and third look alike. The difference is *who* fails: in one nobody writes, in the other nobody can read. Give Q a batch whose codes are painted on as ten fixed pictures: a healthy Q learns them within seconds.
# </details>

# %% [markdown]
# ## 7. Guided reading: InfoGAN, 2016
#
# X. Chen, Y. Duan, R. Houthooft, J. Schulman, I. Sutskever, P. Abbeel, *InfoGAN: interpretable representation learning by information maximizing generative adversarial nets*, NeurIPS 2016, arXiv:1606.03657. Nine pages. You know the bound from lecture 08.
#
# **Thirty minutes**
#
# | minutes | read | with this question |
# |---|---|---|
# | 3 | abstract, introduction | what is meant by *disentangled*, and is it defined? |
# | 5 | sections 4 and 5 to equation 4 | redo the bound on paper; which KL was dropped? |
# | 4 | section 5, lemma 5.1 to the end | why can the expectation be taken over codes that *we* draw? |
# | 3 | section 6 | what does Q cost? which weight, and for which codes another? |
# | 5 | section 7.1 and **Figure 1** | what is the second curve, exactly? (section 6 of this page has it) |
# | 7 | section 7.2, Figures 2 to 6 | which claims have a number, which a row of pictures? |
# | 3 | close the paper | three sentences: problem, idea, evidence |
#
# ### Questions
#
# <details><summary>1. In Figure 1 the plain GAN also has a Q. Why, and what is it trained on?</summary>To have a bound to plot: its Q is trained to read the codes, but G is not asked to write them. That is "only Q is asked". It shows that the information does not come by itself.</details>
#
# <details><summary>2. What is the largest value in that figure, and why?</summary>About 2.30 = log 10: the entropy of a uniform code of ten values. The bound reaches it when Q is always sure and right.</details>
#
# <details><summary>3. Which number supports "codes are digits", and what would you ask about it?</summary>An error of 5 % when each category is matched with a digit. From how many runs? Matched by whom? Lecture 08 chooses the best matching and reports each seed.</details>
#
# <details><summary>4. On faces and chairs, what is the evidence?</summary>Rows of pictures along a code: pose, lighting, width. They were chosen, from several runs and codes. You know how to count instead: flip rate and leakage.</details>
#
# <details><summary>5. Why does nothing in the theory promise that codes match what people see?</summary>The bound is about information, and any relabelling or smooth mixing of what G does has as much of it. Locatello et al. (2019, arXiv:1811.12359) prove that without further assumptions no unsupervised method can promise it.</details>
#
# ### What has stood the test of time, and what has not
#
# | still standing | gone or changed |
# |---|---|
# | a classifier's cross-entropy as a bound on information | unsupervised disentangling as a promise |
# | Q on D's body: one pass, two answers (auxiliary classifiers, part IV) | DCGAN at 28 and 32 px |
# | a control run with Q and without the term | rows of pictures as the only evidence |

# %% [markdown]
# ## Summary
#
# * Nothing learns here. Ask first whether the optimiser's problem is yours: print the honest loss beside the one it sees.
# * $\lVert z \rVert_2$ beside $\sqrt d$: a second opinion for the price of a norm.
# * Seen and honest part: the problem. They agree and are high: the way. Constant to the last digit: the wrong tensor.
# * A vector as long as chance is chance.
# * A bound that stays low: nobody writes (G not asked) or nobody reads (Q not taught).

# %% [markdown]
# ## Check yourself
#
# **1.** The loss falls from 0.22 to 0.03 and the saved pictures, made one by one, are worse than those on the screen. What do you look at first?
#
# <details><summary>Answer</summary>
#
# Whether G was in train mode while the codes moved: then each picture depended on its batch.
# </details>
#
# **2.** A projection ends with $\lVert z \rVert_2 = 0.4$. Name the suspect, and the number that you print.
#
# <details><summary>Answer</summary>
#
# The prior's weight; print both terms of the objective at the first step.
# </details>
#
# **3.** An edit with $\lambda_z = 0$ satisfies the brush perfectly, and the face is another person. Ill?
#
# <details><summary>Answer</summary>
#
# The objective is: nothing in it says "the same face". $\lambda_z$ does (lecture 10). It is patient B's prior with another centre, $z_0$ in place of 0.
# </details>
#
# **4.** Q's bound is 2.2 nats and purity .3. Ill?
#
# <details><summary>Answer</summary>
#
# No fault follows. The codes are written and read; they just mean something else than the classes. Look at a column of pictures.
# </details>

# %% [markdown]
# ## Five questions on earlier lectures
#
# Ten seconds each.
#
# <details><summary>1. (04) What does the squared error make of two faces that are equally likely?</summary>Their mean.</details>
# <details><summary>2. (05) What is G's loss at a draw?</summary>log 2 = 0.69 nats, with the non-saturating loss.</details>
# <details><summary>3. (06) Why is a midpoint of two codes shorter than both?</summary>In many dimensions two draws are nearly orthogonal: Pythagoras gives the root of d/2.</details>
# <details><summary>4. (07) You report the best of twenty runs. What is missing?</summary>The other nineteen: the best is partly luck.</details>
# <details><summary>5. (08) Why must two directions be compared at one flip rate?</summary>A direction that does nothing leaks nothing.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * X. Chen et al., *InfoGAN*, 2016, arXiv:1606.03657. F. Locatello et al., *Challenging common assumptions in the unsupervised learning of disentangled representations*, 2019, arXiv:1811.12359.
# * J.-Y. Zhu, P. Krähenbühl, E. Shechtman, A. Efros, *Generative visual manipulation on the natural image manifold*, 2016, arXiv:1609.03552: the projections that fell ill here.
# * The patients: `course_lib/clinic_latent.py`. Faces: composed of parts of Fluent Emoji, Microsoft, MIT. Digits: MNIST, CC BY-SA 3.0.
#
# **Next:** part IV gives G the class, and D too.

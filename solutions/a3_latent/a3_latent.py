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
# # Assignment 3 · The hand on the code
#
# A trained generator is a map: behind every picture lies a code, and whoever can find and move codes can edit pictures. You will write the parts of such an editor: a loss that gives codes
# a meaning, a direction that adds an attribute, three ways to find the code of a picture, the objective that a brush stroke minimises, and the step
# that carries an edit over to the original in its full sharpness.
#
# *After lectures 08 to 10; clinic 10c helps with section 5. About seven hours: one evening for section 1 and the beginning of section 2, one for the rest of section 2, one for sections 3 and 4, one for the rest. 40 points.*
#
# | section | what you write | points | minutes |
# |---|---|---|---|
# | 1 | `infogan_loss`, `attribute_vector` | 5 | 45 |
# | 2 | `project_by_optimization` | 8 | 100 |
# |   | `encoder_loss`, `project_hybrid` | 7 | 70 |
# | 3 | `edit_objective` | 5 | 45 |
# | 4 | `warp`, `fit_color_transfer`, `apply_edit` | 10 | 100 |
# | 5 | a clinic: `diagnosis`, `edit_codes` | 3 | 40 |
# | 6 | an experiment and a question | 2 | 30 |
#
# **How a section works**, as in assignments 1 and 2: redo the small example on paper, replace `raise NotImplementedError()` by your code, try it in the cell that follows,
# then run `check(...)`. The table says what was tried and what you get for it. One cause can fail many rows: read the first hint, mend that, and run it again, as often as you like. When you hand in, the same check
# runs on more cases of the same kinds. A row named *inputs, types and random generator left alone* is for manners.
#
# **Open book.** *Barred* everywhere is what would be the answer itself: `course_lib.infogan`, `attributes`, `encoder`, `projection`, `lbfgs`, `editing` and `transfer` may be read, not imported.
# All of torch is allowed, `grid_sample`, `lstsq` and the optimisers too.
#
# Before you hand in: *Kernel → Restart and run all*, then *Validate*.

# %%
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy, softplus

from course_lib import data, viz
from course_lib.checkpoint import shipped
from course_lib.classifier import faces_classifier
from course_lib.dcgan import Discriminator, Generator
from course_lib.grading import check
from course_lib.progress import counted

G, D = shipped("dcgan_faces", Generator), shipped("dcgan_faces_discriminator", Discriminator)
originals = data.to_float(data.faces("test")[0][5::60][:8])  # (8, 3, 64, 64): faces that G has never seen
faces = avg_pool2d(originals, 2)  # (8, 3, 32, 32), as small as what G makes
rng = torch.Generator().manual_seed(3)
viz.image_grid(
    [faces, G(torch.randn(8, 64, generator=rng))],
    row_labels=["to be edited", "made by G"],
    size=0.9,
    alt="Two rows of eight small emoji faces: composed ones with clean lines, and generated ones, most of them nearly as clean.",
    caption="Above, faces that you will look for behind G. Below, faces whose codes are known.",
)

# %% [markdown]
# ## 1. Codes that mean something
#
# ### A code that must be read back
#
# *Lecture 08, InfoGAN.* G gets, beside its noise, a code $c$ of $K$ values, and would happily ignore it. So a second network Q looks at G's picture and guesses $c$: it returns $K$ logits, and $Q(c\mid x)$
# is their softmax. Both G and Q minimise Q's surprise,
#
# $$L = -E\big[\log Q(c \mid G(z, c))\big],$$
#
# a mean over the batch, in nats. The information $I(c; G(z, c))$ is at least $H(c) - L$.
#
# **By hand.** Four values, all logits 0: Q shrugs, and $L = \log 4 = 1.386$; the bound is $\log 4 - L = 0$. Two values, logits $(\log 3, 0)$, code 0: $Q = \frac34$ and $L = -\log\frac34 = 0.288$.
#
# As in assignment 2, logits may be thousands, and the loss and its gradient must be right there, too.
#
# **Write** `infogan_loss`. About 1 line.


# %% nbgrader={"grade": false, "grade_id": "infogan_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def infogan_loss(code_logits, code):
    """How surprised Q is by the code that G was given.

    Args:
        code_logits: Q's logits of the K values, (N, K)
        code: the values that G was given, (N,), integers 0 ... K - 1

    Returns:
        scalar tensor, in nats, differentiable
    """
    ### BEGIN SOLUTION
    return cross_entropy(code_logits, code)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the two examples above
(
    infogan_loss(torch.zeros(1, 4), torch.tensor([2])),
    infogan_loss(torch.tensor([[1.0986, 0]]), torch.tensor([0])),
)

# %% nbgrader={"grade": true, "grade_id": "check_infogan_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(infogan_loss)

# %% [markdown]
# ### A direction
#
# *Lecture 08, attribute vectors.* Nobody has to plan for meaning before training. Draw many codes, let somebody say of each picture whether it has an attribute, and take
#
# $$v = \text{mean of the codes with it} \;-\; \text{mean of the codes without it}.$$
#
# Then $G(z + v)$ is the picture of $z$ with more of the attribute. (Lecture 08 wrote the step as $z + s\,v / \lVert v \rVert_2$, with its length $s$ as a knob. A step by all of $v$ is the same with $s = \lVert v \rVert_2$; so your
# function returns $v$ as it is, not divided by its length.) **By hand.** Codes $(3, 0)$ and $(1, 2)$ have it, $(0, 0)$ and $(-2, 2)$ lack it: the means are $(2, 1)$ and $(-1, 1)$, so $v = (3, 0)$.
#
# **Write** `attribute_vector`. 1 line. At least one code has the attribute and one lacks it, but the two groups may differ much in size.


# %% nbgrader={"grade": false, "grade_id": "attribute_vector", "locked": false, "schema_version": 3, "solution": true, "task": false}
def attribute_vector(z, attribute):
    """The direction in which pictures gain an attribute.

    Args:
        z: codes, (N, d)
        attribute: whether the picture of each has it, bool, (N,)

    Returns:
        (d,), as long as the means are apart
    """
    ### BEGIN SOLUTION
    return z[attribute].mean(0) - z[~attribute].mean(0)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the vector of *a tear*, which a classifier finds in the pictures of 400 codes. How does the picture change if you go further?
z_drawn = torch.randn(400, 64, generator=rng)
with torch.no_grad():
    has_tear = faces_classifier()(G(z_drawn))[:, -1] > 0
tear = attribute_vector(z_drawn, has_tear)
dry = z_drawn[~has_tear][:6]
viz.image_grid(
    [G(dry + strength * tear) for strength in (0, 1, 2)],
    row_labels=["as drawn", "+ v", "+ 2 v"],
    size=0.75,
    alt="Three rows of six generated faces: as drawn, with the attribute vector of the tear added once, and twice.",
    caption="Six faces without a tear, moved along the vector.",
)

# %% nbgrader={"grade": true, "grade_id": "check_attribute_vector", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(attribute_vector)

# %% [markdown]
# ## 2. From a picture to its code
#
# ### By going downhill
#
# *Lecture 09.* Given a picture $x$, look for $z^* = \arg\min_z L(z)$ with the mean squared error over all channels, rows and columns,
#
# $$L(z) = \frac{1}{CHW} \sum_{c,h,w} \big(G(z) - x\big)_{chw}^2 .$$
#
# G stays as it is; its *input* learns. Start at `z_init` and take `steps` steps of length `lr`, with Adam (`torch.optim.Adam([z], lr=lr)`) or plain gradient descent. You are judged by where you arrive,
# not by how: the generators of the check are small, their best codes are known, and the steps suffice.
#
# **By hand.** $G(z) = (z, 2z)$ and $x = (1, 3)$. Then $L = \frac12\big((z - 1)^2 + (2z - 3)^2\big)$ is least at $z = 1.4$, where it is 0.1: this G cannot do better. At $z = 0$ the slope is $-7$: gradient descent with rate 0.1 goes
# to 0.7, Adam with rate 0.1 to 0.1, since its first step has the length `lr` whatever the slope.
#
# Four things to be careful about:
#
# * **Many pictures, many problems.** The code of one picture must not depend on what else is in the batch. Let the batch minimise the *sum* of its losses: then every code gets the gradient of its own loss, as if alone.
# * **BatchNorm.** In train mode G mixes the pictures of a batch, whatever you do. G may come in train mode: use it in eval mode, and give it back in the mode in which it came.
# * **G is only lent.** Its parameters, their `.grad` and their `requires_grad` are afterwards as they were. `loss.backward()` fills the `.grad` of every parameter on its way; `torch.autograd.grad(loss, z)` returns z's gradient alone.
# * **Which loss?** That of the codes you return, not of those before the last step. With `steps` 0 or `lr` 0 you return `z_init` itself (a copy) and its loss.
#
# **Write** `project_by_optimization`. About 12 lines.


# %% nbgrader={"grade": false, "grade_id": "project_by_optimization", "locked": false, "schema_version": 3, "solution": true, "task": false}
def project_by_optimization(generator, x, z_init, steps, lr):
    """The codes whose pictures are nearest to x, found by going downhill from z_init.

    Args:
        generator: module, codes (N, d) -> images; it may come in train mode, and is left as it came
        x: pictures, (N, C, H, W), in [-1, 1]
        z_init: where to begin, (N, d)
        steps, lr: how many steps, and their length

    Returns:
        z (N, d) and its loss (N,), the mean squared error of each picture; both detached
    """
    ### BEGIN SOLUTION
    mode = generator.training
    generator.eval()
    z = z_init.detach().clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = (generator(z) - x).square().flatten(1).mean(1).sum()
        z.grad = torch.autograd.grad(loss, z)[0]
        optimizer.step()
    with torch.no_grad():
        loss = (generator(z) - x).square().flatten(1).mean(1)
    generator.train(mode)
    return z.detach(), loss
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the example above, and then four faces. What does G get right first, what not at all?
pair = nn.Linear(1, 2, bias=False)
pair.weight.data = torch.tensor([[1.0], [2.0]])
print(project_by_optimization(pair, torch.tensor([[1.0, 3.0]]), torch.zeros(1, 1), steps=200, lr=0.1))
z_start = torch.randn(4, 64, generator=rng)
z_found, losses = project_by_optimization(G, faces[:4], z_start, steps=60, lr=0.1)
viz.image_grid(
    [faces[:4], G(z_start), G(z_found)],
    row_labels=["x", "start", "60 steps"],
    column_labels=[f"{loss:.3f}" for loss in losses],
    size=0.9,
    alt="Three rows of four faces: the targets, the pictures of random codes, and the pictures after 60 steps. Above each column its loss.",
    caption="Four faces, and how near 60 steps come from random codes.",
)

# %% nbgrader={"grade": true, "grade_id": "check_project_by_optimization", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check(project_by_optimization)

# %% [markdown]
# ### By a network
#
# *Lecture 09, the inverting network.* An encoder E answers in one pass what the descent searches for. It learns from two kinds of picture:
#
# * of a **real** picture $x$ nobody knows the code, but $G(E(x))$ should look like $x$;
# * of **G's own** picture $G(z)$ the code is known: $E(G(z))$ should be $z$.
#
# $$L = \operatorname{mean}\big(G(E(x)) - x\big)^2 + 0.1 \cdot \operatorname{mean}\big(E(G(z)) - z\big)^2,$$
#
# the first mean over all pictures and pixels, the second over all codes and components. **By hand.** One pixel, $G(z) = 2z$, $E(x) = x$. For $x = 1$: $G(E(x)) = 2$, error 1. For $z = 1$: $E(G(z)) = 2$, error 1. $L = 1 + 0.1 = 1.1$.
#
# G is not to learn, but in the first part the gradient has to pass *through* G to reach E. In the second part $G(z)$ is data. There may be more or fewer codes than pictures.
#
# **Write** `encoder_loss`. About 3 lines.


# %% nbgrader={"grade": false, "grade_id": "encoder_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def encoder_loss(generator, encoder, x, z):
    """What the inverting network minimises.

    Args:
        generator: module, codes (M, d) -> images; the optimiser that follows does not hold its parameters
        encoder: module, images -> codes
        x: real pictures, (N, C, H, W)
        z: codes, (M, d)

    Returns:
        scalar tensor, differentiable by the encoder's parameters
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        fake = generator(z)
    return (generator(encoder(x)) - x).square().mean() + (encoder(fake) - z).square().mean() / 10
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_encoder_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(encoder_loss)

# %% [markdown]
# ### By both
#
# The network is fast and rough, the descent slow, fine, and at the mercy of its first code. The **hybrid** lets the network choose the first code: `z_init` is $E(x)$.
#
# **By hand.** $G(z) = |z|$, $x = 2$. From $z = 1$ the descent ends in $2$, from $-1$ in $-2$, and at $0$ it sticks, for there the slope is 0 (as torch has it). Whoever chooses the valley, chooses the answer.
#
# Everything that holds for G in `project_by_optimization` holds for both networks here: either may come in train mode and answers in eval mode; both are left as they came.
#
# **Write** `project_hybrid`. About 6 lines; call your `project_by_optimization`.


# %% nbgrader={"grade": false, "grade_id": "project_hybrid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def project_hybrid(generator, encoder, x, steps, lr):
    """As project_by_optimization, from the encoder's answer.

    Args:
        generator, encoder: modules, codes -> images and images -> codes; either may come in train mode, and is left as it came
        x: pictures, (N, C, H, W), in [-1, 1]
        steps, lr: of the descent; with steps = 0 the encoder's answer is returned

    Returns:
        z (N, d) and its loss (N,); both detached
    """
    ### BEGIN SOLUTION
    mode = encoder.training
    encoder.eval()
    with torch.no_grad():
        z_init = encoder(x)
    encoder.train(mode)
    return project_by_optimization(generator, x, z_init, steps, lr)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_project_hybrid", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(project_hybrid)

# %% [markdown]
# ## 3. What a brush stroke minimises
#
# *Lecture 10.* A stroke becomes a **constraint** $U$: a function that takes images and says of each how far it is from what was painted, (N, C, H, W) → (N,). The edit is the code that minimises
#
# $$U(G(z)) \;+\; \lambda_z\, \lVert z - z_0 \rVert_2^2 \;+\; \lambda_d\, \operatorname{softplus}(-l), \qquad l = D(G(z)),$$
#
# where $z_0$ is the code before the edit, $\lVert z - z_0 \rVert_2^2$ the *sum* over the components of the squared differences, and $l$ D's logit of “real”. The second term keeps the picture the one it was; the third, which is $-\log\sigma(l)$, keeps it a picture.
#
# Every image is a problem of its own: the objective is one number an image, (N,). Logits may be thousands, as ever.
#
# **By hand.** $z = (1, 2)$, $z_0 = (1, 0)$, $\lambda_z = \frac12$, $\lambda_d = 1$. The constraint says 3, D says 0. The drift is 4, so the objective is $3 + 2 + \log 2 = 5.693$.
#
# **Write** `edit_objective`. About 3 lines.


# %% nbgrader={"grade": false, "grade_id": "edit_objective", "locked": false, "schema_version": 3, "solution": true, "task": false}
def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    """How bad an edit is: far from the stroke, far from the picture before, or not like a picture.

    Args:
        generator: module, codes (N, d) -> images
        discriminator: module, images -> logits of "real", (N,)
        z, z0: the code to judge and the code before the edit, (N, d)
        constraint: function, images -> (N,)
        lambda_z, lambda_d: weights, numbers

    Returns:
        (N,), differentiable by z
    """
    ### BEGIN SOLUTION
    image = generator(z)
    drift = (z - z0).square().sum(1)
    return constraint(image) + lambda_z * drift + lambda_d * softplus(-discriminator(image))
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: a brush of dark red where the mouth is. What do the weights do? Try 0 for each, and ten times as much.
rows, columns = torch.meshgrid(torch.arange(32), torch.arange(32), indexing="ij")
stroke = (((rows - 22) / 4) ** 2 + ((columns - 16) / 5) ** 2 < 1).float()  # (32, 32), an ellipse
dark_red = torch.tensor([0.3, -0.8, -0.6])[:, None, None]


def painted(images):
    """The mean squared difference from dark red under the stroke, (N,)."""
    return (stroke * (images - dark_red).square()).sum((1, 2, 3)) / (3 * stroke.sum())


z0 = z_drawn[[0, 3, 8, 14, 20]]
z = z0.clone().requires_grad_(True)
brush = torch.optim.Adam([z], lr=0.1)
for _ in range(50):
    z.grad = torch.autograd.grad(edit_objective(G, D, z, z0, painted, 0.002, 0.01).sum(), z)[0]
    brush.step()
viz.image_grid(
    [G(z0), torch.where(stroke > 0, dark_red, G(z0)), G(z)],
    row_labels=["G(z0)", "the stroke", "G(z)"],
    size=0.9,
    alt="Three rows of five faces: before, with a dark red ellipse painted over the mouth, and what G makes of it.",
    caption="A stroke, and the faces that satisfy it.",
)

# %% nbgrader={"grade": true, "grade_id": "check_edit_objective", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(edit_objective)

# %% [markdown]
# ## 4. Back to the original
#
# *Lecture 10, edit transfer.* $G(z)$ has 32 pixels a side and is never quite the picture you started from. So the editor does not show it. It measures what the edit *did*, where pixels went and how colours changed, and does the same to
# the original, in its own resolution. You write the three parts that do it.
#
# ### Where pixels come from
#
# A **flow** $f$ gives each pixel of the result a displacement in pixels: channel 0 counts rows (downwards), channel 1 columns (to the right), in the order in which tensors are indexed. (Papers that write $(u, v)$ mostly name the column
# first.) The warp is **backward**: the flow says where a pixel of the result is *read*,
#
# $$y_{nc}[i, j] = x_{nc}\big[\,i + f_{n0}[i, j],\; j + f_{n1}[i, j]\,\big].$$
#
# Between pixels $x$ is **bilinear**: the four neighbours, each weighted by how near it is. A position outside the image is moved to the nearest one inside first, so the border's pixels go on for ever.
#
# **By hand.** The image $\begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}$. With $f = (0, 1)$ everywhere it becomes $\begin{pmatrix}2&3&3\\5&6&6\end{pmatrix}$: the picture moves to the *left*. A pixel at $(0, 0)$ with $f = (0.5, 0.25)$
# reads $\frac12(1 \cdot 0.75 + 2 \cdot 0.25) + \frac12(4 \cdot 0.75 + 5 \cdot 0.25) = 2.75$.
#
# `grid_sample` may do the reading for you. It wants positions as (column, row) between −1 and 1, and `align_corners` says what −1 means: read its page twice.
#
# **Write** `warp`. About 8 lines.


# %% nbgrader={"grade": false, "grade_id": "warp", "locked": false, "schema_version": 3, "solution": true, "task": false}
def warp(x, flow):
    """Read every pixel where the flow points (backward warp, bilinear, border pixels continued).

    Args:
        x: images, (N, C, H, W)
        flow: displacements in pixels, (N, 2, H, W); flow[:, 0] counts rows (down), flow[:, 1] columns (to the right)

    Returns:
        (N, C, H, W)
    """
    ### BEGIN SOLUTION
    n, c, h, w = x.shape
    row = (torch.arange(h).to(flow)[:, None] + flow[:, 0]).clamp(0, h - 1)  # (N, H, W)
    column = (torch.arange(w).to(flow) + flow[:, 1]).clamp(0, w - 1)
    top, left = row.floor().long(), column.floor().long()
    down, right = (
        (row - top)[:, None],
        (column - left)[:, None],
    )  # (N, 1, H, W), shares of the farther neighbours

    def pixels(i, j):
        index = (i.clamp(max=h - 1) * w + j.clamp(max=w - 1)).flatten(1)[:, None].expand(n, c, h * w)
        return x.flatten(2).gather(2, index).view(n, c, h, w)

    upper = (1 - right) * pixels(top, left) + right * pixels(top, left + 1)
    lower = (1 - right) * pixels(top + 1, left) + right * pixels(top + 1, left + 1)
    return (1 - down) * upper + down * lower
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: a flow that grows towards the sides of the lower half. Which way do the corners of the mouth go, and if you turn the sign?
i, j = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
sides = (((j - 32) / 24) ** 2).clamp(max=0.6)  # 0 in the middle
bend = torch.stack([14 * sides * ((i - 28) / 12).clamp(0, 1), torch.zeros(64, 64)])[None]
viz.image_grid(
    [
        originals[:5],
        warp(originals[:5], bend.expand(5, -1, -1, -1)),
        warp(originals[:5], -bend.expand(5, -1, -1, -1)),
    ],
    row_labels=["x", "flow", "-flow"],
    size=0.9,
    alt="Three rows of five faces: as they are, and with the outer parts of the lower half pulled up and pushed down.",
    caption="The lower half of five faces, bent by a flow.",
)

# %% nbgrader={"grade": true, "grade_id": "check_warp", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(warp)

# %% [markdown]
# ### How colours change
#
# The change of colour is taken to be one affine map for the whole picture, a 3 × 4 matrix $A$: the new colour is $A$ times the old one with a 1 appended,
#
# $$\begin{pmatrix} r' \\ g' \\ b' \end{pmatrix} = A \begin{pmatrix} r \\ g \\ b \\ 1 \end{pmatrix}.$$
#
# From $P$ pairs of colours, `source` before and `target` after, take the $A$ with the least sum of squared errors. Each new channel may depend on all three old ones.
#
# **By hand.** If $(0, 0, 0)$ becomes $(0.5, 0, 0)$, the last column is $(0.5, 0, 0)^\top$. If moreover $(1, 0, 0)$ becomes $(0.5, 1, 0)$, the first column is the difference, $(0, 1, 0)^\top$: the old red is the new green. Four colours that lie in
# no plane determine all twelve numbers; more make it a least-squares problem, which `torch.linalg.lstsq(a, b)` solves: it finds the $X$ with $aX \approx b$, rows against rows.
#
# **Write** `fit_color_transfer`. About 2 lines. The colours do not all lie in one plane.


# %% nbgrader={"grade": false, "grade_id": "fit_color_transfer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_color_transfer(source, target):
    """The affine map of colours that fits best.

    Args:
        source, target: colours before and after, (P, 3), one pair a row, P >= 4

    Returns:
        (3, 4): target is about color[:, :3] @ source + color[:, 3], for each pair
    """
    ### BEGIN SOLUTION
    ones = torch.ones_like(source[:, :1])
    return torch.linalg.lstsq(torch.cat([source, ones], 1), target).solution.T
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_fit_color_transfer", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(fit_color_transfer)

# %% [markdown]
# ### Both at once
#
# **Write** `apply_edit`: warp the picture, change its colours, and clamp the result to $[-1, 1]$ at the very end. About 3 lines. (Does it matter whether the warp or the colours come first? The four weights of the bilinear mixture sum to 1: what does that mean for an affine map?)


# %% nbgrader={"grade": false, "grade_id": "apply_edit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def apply_edit(x, flow, color):
    """Carry an edit over to a picture.

    Args:
        x: pictures, (N, 3, H, W), in [-1, 1]
        flow: (N, 2, H, W), as in warp
        color: (3, 4), as from fit_color_transfer; one for all pictures

    Returns:
        (N, 3, H, W), clamped to [-1, 1]
    """
    ### BEGIN SOLUTION
    moved = warp(x, flow)
    mixed = torch.einsum("ck,nkhw->nchw", color[:, :3], moved)
    return (mixed + color[:, 3, None, None]).clamp(-1, 1)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: an edit of colours in G's world (by hand here: orange to pink, white stays white), fitted there at 32 px, and carried to the originals at 64 px
before = G(z_found)
mixing = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.6, 0.4]])
after = torch.einsum("ck,nkhw->nchw", mixing, before)
color = fit_color_transfer(*(image.movedim(1, 3).reshape(-1, 3) for image in (before, after)))
viz.image_grid(
    [before, after, apply_edit(originals[:4], bend.expand(4, -1, -1, -1), color)],
    row_labels=["G(z0)", "G(z), edited", "the original,\nedited"],
    size=1.0,
    alt="Three rows of four faces: projections, the same pink instead of orange, and the sharp originals in pink with a bent mouth.",
    caption="What G lost in the projection, the transfer never touched.",
)

# %% nbgrader={"grade": true, "grade_id": "check_apply_edit", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(apply_edit)

# %% [markdown]
# ## 5. The clinic
#
# *Clinic 10c* has the order of examination. Five people have projected the same six faces, from the same random codes, with 200 steps of Adam. Before the first step the loss was 0.227; a healthy run ends at 0.055. Each has made one mistake.
#
# The first row shows the six targets. For each patient you see, from left to right: the six pictures **as the run shows them** at its end; its final codes **through a fresh copy of the shipped G, one by one**; and
# the curves of the mean loss that the run reports, and of the mean length $\lVert z \rVert_2$ of its codes, each point a mean over ten steps. The dotted line is the loss of the fresh pictures.
#
# The next cell holds pictures and curves, packed. Nothing in it tells the faults.

# %% jupyter={"source_hidden": true}
# patients: begin
# fmt: off
CURVES = {
    '0': {'loss': [0.181, 0.168, 0.159, 0.156, 0.153, 0.151, 0.15, 0.15, 0.149, 0.149, 0.149, 0.148, 0.148, 0.148, 0.148, 0.147, 0.147, 0.147, 0.147, 0.147], 'length': [8.57, 8.75, 8.87, 8.99, 9.15, 9.31, 9.39, 9.43, 9.48, 9.53, 9.58, 9.65, 9.7, 9.74, 9.8, 9.85, 9.89, 9.93, 9.95, 9.95], 'anew': 0.147},
    'A': {'loss': [0.227, 0.203, 0.193, 0.186, 0.179, 0.172, 0.164, 0.154, 0.144, 0.136, 0.131, 0.126, 0.122, 0.118, 0.113, 0.112, 0.109, 0.107, 0.105, 0.104], 'length': [7.68, 7.93, 7.98, 7.84, 7.6, 7.38, 7.2, 6.96, 6.71, 6.53, 6.43, 6.32, 6.15, 5.98, 5.81, 5.78, 5.89, 5.95, 5.95, 5.99], 'anew': 0.137},
    'B': {'loss': [0.11, 0.032, 0.015, 0.009, 0.006, 0.004, 0.003, 0.002, 0.002, 0.002, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.0], 'length': [7.81, 8.14, 8.16, 8.1, 8.05, 8.02, 8.03, 8.05, 8.08, 8.11, 8.14, 8.17, 8.2, 8.23, 8.25, 8.28, 8.3, 8.32, 8.35, 8.36], 'anew': 0.14},
    'C': {'loss': [0.17, 0.166, 0.173, 0.193, 0.215, 0.221, 0.233, 0.249, 0.256, 0.257, 0.259, 0.266, 0.271, 0.276, 0.28, 0.281, 0.282, 0.285, 0.287, 0.289], 'length': [8.15, 11.18, 15.76, 21.11, 26.99, 33.08, 39.22, 45.38, 51.51, 57.57, 63.61, 69.67, 75.77, 81.89, 88.01, 94.13, 100.26, 106.4, 112.54, 118.68], 'anew': 0.291},
    'D': {'loss': [0.171, 0.137, 0.129, 0.124, 0.121, 0.113, 0.108, 0.106, 0.105, 0.105, 0.104, 0.104, 0.104, 0.103, 0.103, 0.102, 0.102, 0.101, 0.101, 0.1], 'length': [7.94, 8.71, 9.27, 9.68, 9.94, 10.08, 10.24, 10.37, 10.45, 10.5, 10.52, 10.54, 10.55, 10.57, 10.59, 10.6, 10.62, 10.65, 10.68, 10.71], 'anew': 0.123},
}
# fmt: on
SHEET = """
UklGRvpOAABXRUJQVlA4IO5OAACQ5ACdASqAAcAAPqVIl0umJKGhvV4wwBSJbADV6xL8B8V9uXuE1V/K/2X/H/9v/Ce5nkF8s/w3
7NehF5h+//pH2Yf1T9m/cD+k//V/UP8X///oB/qn94/aj/M+2L+r3uK/Zr9h/cF/Nf9f+53vBf5r9z/e3+wv7Y/AN/U/+V1on70e
wH/sP/B6dP7z///5Tf7f/xv3W/9XyH/4L/K//z95fgA/9XqAf/n1AP//5d/Vr9bv//69fND9/4V+bT6v7rcrfsPzZ/mn58zzf3Xe
r84tQX2V55X5PZi8F/v/QR9nvw3oK/l+fPiCfzv+6+kf/m8O38l/xPYA/nX+S/83+L93H/X//H+s/1fq/+tP2o+Ab+c/3n06f//7
Zv3W/9Hum/sT/4f5S1oelGSpxkG9S6fbyyyt0TxoXf6OFFSRkIEeFWoUimG9phy1ncLz4x+rclJu0R16Fn5OVAW27fDLz8HfsjFq
mFtu5yTftUPTAlXCBwRST1mH9y2s2QzNgt1WGwLaJ4pqeWuWQzQa5ZKUnrMMvA/hv47VfhzcJ6u9nr2FE0ctAqYiML9jB8Zj5V0U
iDvFBf3SuiFXtMdTadKxYqAbmEwDMBWKcc0b7oa8WvZmwW6rDYFtL5HEUnuTKfa1A8VbEJ6IkTV0Z/5d7yE6M8kEHk7rdP3C6P28
0DbrPvI6UV/BFmeupCkZPIToWsz5aHtwaAWquR6kWD1wrMJqaUQeCR4LsCfLCf6tdY5I8F2BPlhKxnS1HI34RdiKFXZKzuYAvv6g
BxFHCAXFEsAAas7w9uZVs2qmenkZvdnZYOiTHGx/ybxpHnWytB+vCswNvssbSTyHenaTZDmn30xjK8VUd42WrdqZ2yVUTvm1KZrW
7PHQS1ERg1tVGTTFTCTok6Lb1w55dUq2vZ0H4+cBBvXVdTwziw9AvTIr4C6ojo0L16tHvCNPCpMgafc/cDP9OmZCZRxgLhUpVRFl
8fR5OuZODNTv5yYPB3/dup0KQxPmNZ/H0YGKv7Y01TcParoZp3X8Rmw/kPcXAVteU49GYmTdAoyVwXb5TgzMIhb0aOBHe313yQLC
RyKMqWIBbZj/nvFkYrdT37/uwScIdyXSZJ1Bmea6HTvoMjCBJnA5lUYiBQVwLEmMsdWtDmSuXGUri65Vdp3GrIM1GFED55n0wguH
HYKThx5XoHc9ur/Mal6EVbRnKhNf9hpO1L4/4v0H1vXw3dX58kZj6wBHKg7ML10djOR8IY+8ETlyzy6+Y4df06Nz/L/weR3tBR2v
IEw8XgDONjecynrdA/c21uJBzGNs9bNP8fZOHSHRrx8F2Et4GL7EZFhhGDPy1Hom1q+QZ24j0ZqL7TgVfKTP5dGD5+z90PjIXJjU
Ubw5R0ba6iOZkxae/z00WFf6LLTekh+e1XqYg6pYfASOU8xpjnYeh7Ld97RpyoSTypnXOBnSby9y4FutZPqmdaDibHEVjXGhEL8h
z1CIfHmDyTBzuBs+C/wvuLU6GdcLNLfoYXR0TE2fFRgCzbgqfCVh3+04AlJVQVS9TtYPpM71g9GkeUaRg3fO1NI38ga7OVFfh13O
Qbk0qTTu1Xy5/95fVaSmMhINEy1qZJlCn6zGRoApiXsJ9oP4fSu7hfZ8SwQo00fSeOr1qBUlrt0pIjuhizIqyR+smtWh4DtpLBVR
/ZeA3/3zcb2U88iJOJJ+8fCNPhrHq9KAaBQiGLApqytntg8HzkG3uY/o7I35s4bTsQtoc93Jx4msrMvZK2d4YIAmlBGi/ZI3iKq7
1mi5hLpjvYfSyjW0vcokuGKX9ERaRB9LuUUrYwtpVB7xABfqJ4Zp4Z+tORwOT0/rGwUsBSmk8gmM5GEiouQ4JsQid3+IhbuJKTmw
jHrYplHmxEUr8poteykDgkC7wfwU7tS8RFXmTjT5IntblH2F5xxLE6S0akR32MAcO2S6/C/rOdSIx/1CAlHW7zSqawveCk2+95Hh
Mp05RLn7PeW7/zMivmVo2v+IOmDKzm1osl+NUgZCS77oYGhy8qAJImDCAqvIuDWd+df9NgO3u0VaKAiY4tuUi9pSiyRX2cM8Yrgc
MjAE+aJ1kyjQuWyyG6T1Q+geQeO+p8t72rtEZ5ZB3CqusEGG54gBTwB7w2ON3EcsPchuXvMLPQ2RBc9ACO7sS+h+p/X0z+vCDGr2
PkN2ZYVxWbmCInpXqfudp5zJgQRkJ/2teN0BLEpYB8WYZtjBMPZMIlBrst9tbzD6blhoWeyLcKZdA3Drr2pe2DpT+LpsoB55JRdo
B00UepW6PHWD5L5ot/2oNbcTfTdRp578IkuBZd9s8Y1KkT89yfZ8L1Tvv0qetoqFG7Jn38Mx0Rq1NyNrwvDWJfLMod64j7gGLoUV
IjGPBzSPa3vbJ53dA4lbxVErWCAGYbf6b9N0zMjpXCpRidSfiPooJDgfZlpGS6WqVHgY/WyJ5qYAAP7Wb152XCdv60f3eS287T7J
Dt180fScqFcamLHtBGaGjBT5Afsegpz7tevZSkQYkhfyhEQxSrg0h0Oq+nZ3OqzOUZlzqa+scOl13VMhKWSjNYv6iLaf7y2/K/BW
AIXwX2UXiw5ZXc/slNL0pZSUr6RtQFA7U1GwoAVdzr4wDV2Lzc5Yeo1tdmmWBl/XVTIdMN4njw73y6g+xyWuikZeCC/n9SQVWyjM
7Z1LlVok+AT57H+FkXg9KuH+ebwRWHhi2DCVrnE4xO4ZSVU0m0Cb/3Velak5lB2bkVylg/+JJ4joRTqbnTirwD8WhUOcoLfPtDst
yLtqY2nzpdbpgS3tf5+bcNmQ6/426mzPFuNai69oBiCJuI8u2/+rK6lItUTxmZhg952riDbsR3o21H5dG9eS1u1D3fC65n3g2Qa5
K8dN949LSM9a972D2LxvGj8RMVFyPEzJRPEpK9wbvMauvdHmGSJ/vw6zdnZIJnDGHOD7I8cm4buWRaqYDB+RjUXgo+7pf2o2fzxw
O6j0Ec5zjf7Fj3Syedl50gAe/c1GHNjEra/JfS++K3bTKuDSGS3uf9T0A47u87Q56mtAO57NgsOjgS31PjunC8RjpuaQVGpvDT1a
PE0iwagcp1EpNmY/BZnpezM5OjXAux8LlvHnpymEd37eqVPk0HSf9seD+MbhBGfFxlZvxI90nGwSSw/4EJMGWAhBAqfq8nYagGkY
yHz2UHIJSyUZrcLAG9fF1iQ7NGZtd2ua8/83efDUfvw9LtFxKj22CqniZbI/KywlFQSCYxdx7a/HmxGg7JSagpWfkL0Nr6NAd7Hv
fehLvIV7p5vJ62ShDky+/Bhi9LgkGJs2T3lc856PKpBOeBYRN+qvNHaGKO3T2DB09bfS69Gv0qW451JlZXNRhJWGQ9NIc1vt0i2A
1VLIV8By7GgLEr1Pvs9lJObziv2AYntye8pQc/pyt4rgKSUOB89B6mXDnsUjXGv0aENArYyF+e6v+6CS0Dt+UeZWzwm3EewCYFYF
1dIhwyAAAwUIOD7WX/Q/K6VB68IFQfJpYkQLYcD/Rz6hefQNMaKGdiSzjfUIc8RJc338tu6W4ZDkT/fLemVAp7AP02fJEMeU/UFF
YabwTMDsKcv1s6Wox4Fz+XAH8AZUBud99NYy595GDc68KSoXjkuSMt1H4WVZohCWwlOuXnHce98Spwih3w0xW1ZitPssxJ7MBaj9
3DCQgJgzBOTDk3cstaG/haYnbflmflvMzriJsWSfw7OjmsevuQ0MK6XAniyQzpcy0iaSAlI/LcE9L8waWIOurN3mDREnno288xvA
kTYQlg2/rFZnbay3YAIq7a6PshoQ31W6tt43FtCrHVlH2YeiOBTJy4C8rp8XxgusHJPl8Fei1JTO0efrGWQS1m+CQC4gCmvuNsUA
ALjCe+gdcXE4BAcRy16Rwrn5eS41eZoi1Ygv0HoNY5rGAFO0yAmp/Ky5/6nvCGAK7HvYV0S2vhmEnoQdyXBRx6d/6OyZvyEenhDJ
u72590Oed+8liqvdAG7wF1S5xZ/E2cKp0gCSLfrs78PEbMxI1mdgtKSlypmgYTCxm9NX0EA7WSC/aZ0Pt21xyVa0xqRIvO/HX6AW
48IoNkQCc50dFMnUnW2cpS59A0aCPtyytcPa6FjrYuADvk7bcxrwrxC3J4q0E+AOlWjxyMzITgxL4HXca1V+WCmUCAfxkMPHuXc0
C7dt4iRqbyBOBpB2VZWvEF4u2OuPk8SgVNa1DhTRG6OlLGgMs2k6L8neIOd9WibwP0RCWMZJFHi5h7TJkVVQl/kW5hICSNfnKV0e
ZRGrZrgE3KK82OF3uIEMGQvpqYlKOu6mbfNwVLBztPtG3yfWytlT/1ykob16cCTZKCm324c5sEMlLd/0611nQWXVwXfcO65r//5e
1Dudu1c2ldi+ttji2uWyCxjYIvNBzxVIkdJvStICG8aB44I7pBJRH15XyQAAAxHhAAC9cAAR59HdMv/42zisQtLnCrle6k5tlgm7
Jm+X3YbcZlM2ArbfjFdJ1VRKl3Mav/bJ/Ept1TO39++fS8s4nONpSQkGrzjSDjAwU3jiRvkCupwGSYJk1SyKX+FauOADNDOVgv2y
xYAoOeYqnH8pqXZPS+dul8IS+FXK91JzZywk0ASD8ukTTwnMBwjbOv07564RAefMlHclEi/nFvAQdrjcE3WT4MZ12AMVn0ny4VhR
CbSJrSQi+Nfs8JJomUgaxD/wAa5NW9jXMs5wDcCHTC9BiX4zMnut/jbOKw7d64L5s45Lh/WxqdDdtMBB30FcOeEWx1YrpJLm7DAo
X4G5KJF/OMLkN9EGGJ3Suw9uVKpvI4gZt5ayTXcgjPqeVawP6DL2InTCUFhSVLhTOlCr/sbztsOmUyihlMbhN2Xh8bGe9oOSsj3q
yqyZVHTqBOV6Icj8zOqCd2EH6SGFTq2uSLNEpYaFi8Bm9mhYPcGrEKGjZldaGsnSOQIhj3cCXIYoCT23GdZpR3Dd7aXn+mT897ad
foJFaqTlCeLrcf4W6FSK46goTcQCifNHvVlVkypSus0ASD8ukTTwnMBwjbOv07564RAefMlJSfNaBkIr4SmM5UjNvKYMjJaKz6T5
cKwohNpE1pIRfGv2eEk0TKQNX157pCe3YmX+8nSNI9SsyfbeQAbNu2glCo6VdScCZCPIteyPEV1UZaG0nMSzHhXOkKglVcfgMz/+
zUT9aoPW8fcM5CZ53auFsNMOets+nKJTPVdUA0ifQTm67J+JFZszix9Gpc9y5DmZUVnoxUuRODoKbX+rOs6cYF4/opgNCACRy71X
iJrXyVqi5xHYkJ7czlqSSPAe1UDpcjkI3RRkn+PapTe+HxNktBeDPEEGlZyvI6uJQrA+oZ4ejjAwaAKlemLcuLmW3xwJQvdGgY/3
9rAPbiDdYjOm8S/PYpG+j9WzcwNPOW5aeC9nueIb5aLMc5QFDRGp2eBJ/zEfdqKcWzJKPJlb3X/1UKinROE0DIRXwlpez7MH/StI
v9ZgdRcdZKL8KBEMe8c1hN1d63gzRcZ/qTuy/Yv5xa4dTZtVdJNAUkIIdML0GOJdz/0xCaOlXUnAgcslgCWOTQ3Gd6lJvgjfqR4V
zpgrumq/bVbz/AQ+ZKYKLNL7OT+Qws6CQHCMSvXGhG0JMLqDktstTXvKEYI+c2MJ9csRUsRcDk7sv2L+cWuHU2bVXSTQFJCCHTC9
BliPSLaU9MnIn/Y8NXwhr07OS4f9kzpHAkuVS9lpQEPKk5GXLlP/BBPVVCop0ThNAyEV8JaXs+zB/0r1xoRtCTC6L6ERqtAaQAU1
Uw3SYVN0jbIyMzl3TVxZgIon1RBKIce+9o6sIwiE2kP5jXnad96r2Br+g5afkJ5zbGJs2Im/ZoAkH5dImnhOYFh7cVRyYSspE4fy
iRIeF7wGb2aFf52rNVwNIIDTXxZ7ArOmsM28tY/4M5GfsikFDQWihZM4ZCrsb8/0yfnwDgS1RObhVISNT7byGC3VpdRxsoONYR0i
0g/RDK7YIT6xcRcLxjdbHEzX4jioKOcZgdtVEqXcxq/9tJbMm3VM7xVy/+kgo2hptwalJkkrE/hQIhj3RS2AXo40hF8aO4p1fnXP
ZPBzffbsTL/eUf1qpSwseUUNuoSeujnvu/R/tk4lEMdLdyAit0NnfNgJAHlZo1PUilLRhcdMUQgUIPsnobFJAw1fz93mpJc1HikJ
3UCO5J1n8M3T2VWLNTkUpCYhBz+zZY8sGD6qNQLFYOWJ8zvYitBUZHhLIX8TPyM/vZzPkE4AZMDCFQH0P0xBI2n6SgEiBAUNCY2p
ORgtUY55FJI8LnEI99/l3eT+iL9fhUg1uDdxhD5MV+5zwXGgO6beReJsi2djdSQKsGYc0zSli8pHyKUe4C+pBjG4I48qLd7+cq4D
23wcsthrhVuCIPTHm8+qUXoS3dBmuYH9XZ+tVefeakR9cSaPYm29JQMsnzrwucu7yf0Rfr8KmCtVAPosgKzKsTo1790RUlnF4nSK
0o0DEgVYM08UbO6ohPgGbd1ggoNx8v4qnP9MsqlgfdFreOLWNQe14TJHZGN733Slm6SiDRn67I1FyhMwqjPVaXUtRXS1eD2b3GCi
eDBmkouNOgg2phG+jkxi7rS7tx4BJC4IleX0m2cHyTvq7/d7jGxtsuAqwZp4o2d1RCfAM27rDSriTdQC8cK1SoU028Hy/iZ+Rn9u
Rs2kk4HtDfORJbvyAPzCIfHHWrX5DOj1LUV0tXgYYN5TB+pwN1cmRo2phG+jkxi7rS7tx4BJC4IleX0m2P4ZEZVgZZ3SbwwhHeb7
HcpbrfDLYDVLoMv/B6Osr86sG2dSwPui2Jeyy2GuFW4Ig9BTwayF/9/rWfSyxDHS27P1tlPvyf6+Ife50qkTNaEfkWPDoZibOWyJ
q3WhcmMXdaXduPAJGHMqBvn9GU4srb4Z7Mfuk3hkRXFsTGYn/7HuSNVaFtYUw0q4k3UAvHCtUqFNMxR8GAkx4Mt8l7H5G9AgWSgV
15hOmdYqigtYUoXVGIz34COF4/d/LfSZS1GxwjJFXOWyJq3WhcmMXdaXduPAJIXBEqvjaEFi29HF4myLZ2P1hG59FMHSK5CoXG/I
8f/cBSACEL5Wxl0TJBSP2TXN4jqWWw2ARaJ23SZdo2DBUdxhiMQSNp+l/ReENcO+nG1JyMFqmjJiHpkoGWT514XOXd5P6Iv1+FTB
WqgH0WQFZlKFV9bOw+jRdiG5U9Y2jRcfPtQPrFDp1Y9BoS10aWrM4rT0mFza2+NOm7d4z9Km6DGxFWQVq1i/8StmlXx3hAwjm0/S
/ovB/m199eviH3udI8nkUkjwucQj33+Xd5P6Iv1+FTBWqgH0WQFZlKFV9bOw/DXz7ENyp6xtstpNBBg6RXLuSg0Q+oUCfbXj5fxV
OfeYtp99k49t8Gp2sf3I2bSScEfXeOaVSW75V2lgf1dn625Ywy+pEfXEmkQKyiJp0tN63U+WVA5sYbpCAXBL8DMmytSxyUN/ORC3
5nmzldLRiG5U9Y22XOH8QIhTggknD+B3zf/bkM0gxjcEceVFu9/OVcB7b4NTtY/uRs2kkyIcH1clu/6L1H81INUxiM9+AjheP3fy
5FCy1aWm9bqfLKgc2MN0hALgl+BmTZWpY5KG/oFqyhBaWc0zmP8bxko45mlrn0RgnnkRJhykDWkqsPailBaxXh/9t4dEmByRIUqE
aC8P8Npx1m5VF+xiiJbvlVYgCzTVMYl2N7TVtScjBapoy9RbYzNcQBPllQObGG6QgFwS/AzJsrUsclDfzkQt+Z5s5XS0YhvhIsGG
srm9XfBtYa6YLKSTqApTi1x8v4qnP9MsqlgfdFreN3zX52CtwRB6wI7LVMoPoeZErBgnz+1reAne3b/cOU1fTmggCioeeQVDHVqP
aGOXOKeuMIhf6oFvOSHDFjSMI+7mQnb4XYl7j7Mo3Meq05Fe6gk9eS3VTqcAsgXCBbY50qO1/5xgIJvyMwBxOZ4qBV+JA2iJoBpj
eRMXH/pwautqpVTaXEiA5WDB3DpVRSPEnLWnU0+F8vncCtloHPsUrrwciFo63nbeWwFqO75+WODewKOOleAtkW8InVRVPRQKxj4K
Rz/LpPaoBI3hrl0sKknDPaMeCJmZhoNHmsnzcTtNoLy+7TS4tMxX21Zmx7C6ljFmXKZzbAm/firwnT2u9f9SYTSRf+otKmWa5Y6X
V1yM6Bwtak8o45yX32FOuloqtRz5WvJFpFZ1IEaMCgouGwRM9sLHu15VmQmr75RdF6Y/yaWenNClVT7YGIGtglKK8PlQHETbsykf
nrAgPn3dCR9U9UQVbkcQS6Q7BcKiyC1k7pj+YTXOqK6J5DfIaTg1+IkOFI4TgpRDYh1uLJ4W+9IHZPSfEA+Fao7hfOrl8OPtiDnU
4/VTzCna6Mu+UmSgiRCuNaSPeClBvY07OfUdCPSuSzUVQWJhwfNwzbxn8a2y/oUokwz9Iz1A0R/mcGKtmEiTDD91/+ZKw/5Uzc9L
bGQyjUq/44Wx51Q548Vq2JQ/DpytEDYCwuUeCvc4wyfxtvLTiLgLPYEQPtd4KMfXXklsWgbRyf6BL+yY4mj3NRGZ0vfvbRRPw7+p
N9IIpDySLOKAuIYtpB4Ou1fkL4uD2hasOnYtYA+96uImxy+K9m5+X1Uota1Q5Q16npsnZ2Gi0dmFTy2AOFb9CIF+D1N6+qlHyvZV
zkqp3ZlbJO7bwZQu8dbErmrdYxSTJbITJ8jNhNtKzVWQh0/MlBv3z3XLhaxnb5OfCgqWrxbbJpMqYxn7LCnoycgNfFpFw6AwFXmi
rIpCvt74GAeb3iCJGEHzUqp3rlyXnCJIvnjmEQXRORDHY+1QouCbjBDE7GlmpRFlg66US/pG49mjMBA1b9icCCWx3tF2DaTYgsKO
jMsOaweDB3DpVRSPEnLWnU09BOHrN9mqTZjGaNgmng2oj/EaB2z0GnE66XT0A8FDeOPknEEInVRVPRQKxj4KR29QM6jTW1wD1T4K
vrcWnrRhZZ4gelZKR2UUsYrU7y9hHdQQK11q7XqkLU4Vp6rhzaQnHAXaxzyUrz3W189B5fbmv5FtcyF+ki1yx0urrkPSG9qX4Ajj
nJffYU66mUHhlVWa81/3okgzz0vPM7E3OljN7CTwagmZhLlF5qWnPAVS+Jt9GHVghe1XlBQKgSlEtoXOAA0rDlJkt+EJwwPeDPSo
JxK6j4Wy+l04pJZoSA9D3GcBxrFW8g9pO+l2bvJh3M1EplWO5BQ8pBABVOfFvRsWEOoucY6wiLrSF0a7JgL3jZHXIh+qnmFOzqW6
uF9Kk57SMGJpiZnizDD3gknEbffhpqwki4SxstMKuAkJGV2nNdcUT2ptA8XArC42A8YrpKhCCesyVh/ypm56W2MgVJhfK4ju31Bi
wWfhVWsTPLYRmQzr9yPBXFKSPp5egfTYpBky0Z1pneYXxqLNEln982eLWLgdvScIEpmaVLlSpMHaNbTQBV03hY6TRP5rJICxCWoi
G2KUls/IiLxA2I1ZJOpBhX6nP8GAflEYfFwhqw9trfpWamQVekOaXESoRjmB0C1u25s4PiDyTF1OEMlXzY3Hy06T6g2HNj5Ee242
y+gfkEfFdo553N8Khd/GmcYnojthbTBKx6g6K6Q0VcP1XkxNwy+vrTMgNbYRLvcUS0J/ihU/jVwj78QzN78M8TJtlLovjRQUqBFc
U8dSbEoDRpEOf4PYb4HRhpjDFYpidSbDAUk3DfXB6UywdvdMrGHgkDsLmeWkBvCV79epf59hqjQrBF4/DQpKWMlaUcbs4h9uK2Ku
f00KxOfu8F2RHjdRtz2beC4BcAiasgp34novZBizCJCi/whbh0T8e5doAxrhaDfYnfcORJ0Q+d+DfuPJKOLL5deXb7BMHZhZsWX2
t+nmBoTCwOGhArMhch5I8Mdb+bs5kBIIR7zjigJj98wia9xWXm5wKwy9TajduD/7/UaPeolkieyaP9/o59ZoxOG1iHOFXBBkLbpj
rPE55hZDHur2qrVOdgCE0YHErQO90kLKVgslmqXeEYPzRU9sbZrFfH870lYLrVO83UKp4AeN2iVq5aySvAyeSiPfjGL6tPoMQf4W
z7aKFyNSZYGOMN0B035LNdI7we2foU6budJ4kRe/VQ0F541WtBfvZBwxi6bgxvek32nZdQEgYrUKYBJu9f2x5TWFGsh3PqZVHool
Zw72rsnnZXPLzNQll5HtgEEj9ioz+3Q+wdmy5KsuQXiUIVnUErZIDgla9FcwF0+XlDkBKeXVAXM8hr1fKa3hqIGv8YC1AGX/xlHr
l1xNHcvDG7NQNlpRZrJ2Pud1mX/jiYbexG5lNGF7sdzVK/FMOL32cqQLd3qbciYCuS8y2CujwW1U1hW/RkFCwYfaejgYBdABcmPi
x4jid2mEf73WGvxp2xl1yg1Vb6BVXMnkrJ73HIBC/JPk9M65oPdVX9cjRbp5nzFc8huRYriF8naoq/wYeDkywKSWzDu0KFRLne8D
sVuOKFipDKS9LtSCR8LUrA0nSm7j1qhkUuZ0GVR5ShVJtkMfBas+k4WXFcSwYsaXjEWSLW2+vl5As/+7QPalTWkQqGeoQ4ZVNeWn
vq77ywZrwpY3GGQyle8VfRrsDjL/HGn+HK2yHVwe2xIxWpVg78nyYBJ3LvJS/ampHWmeEIKrRSBMbbwXAg/iEbwMVXZlu5QpZp7H
fJbBN4gBjrfEu4V4LEDi6rZPlJ4/jXpHNUfXNZ9UA1zSJVwM/IAk+vay3lWDqWhMLA4aEBhUkVROSJYkGoK4ZX1DOpSDZn2sRBG5
xe+lqfkeyLss3qjgDLJO2x0/w42QOnWGJCs8x//KDQNueJIVqEShGzbC9iKlCOb7TQcMtjyL0bZ5wCnGaehNAPKmxvoXl4ug7eAa
0IOrCcFal/1Y5rzObMXW44UZ4IBHIY19BPwTp1HJa1+P6uU0LSDTAwJFzTQ/XhW6X8zsUMLU46QzWhsEe2ytS0gIJz871UyFptCM
kckqdnTLXLKLzj3+CcYum4Mb3pU+amQAgl5uzSUlQbYigtuowrWPO6VJAD8Kf18ieN4JmUueXl98aNgpnJT+G4+0nabVlnw0oKYO
0BjwhS6CcTiWOyDeMdYQSe8DCE6MNTEO+3Z8HH0055xtFUwUb+7wKQAp+hbPyzz2gwrMQ0HagZL14p5hQhW18EEfzsGf+L05i5dv
Q2QCMz151WhQqQA26t2UCCuNaZFQZBUZSa7lT+QpMUryBpcTUgwC6AC5MfFjxHE7owCPid3mJ/KhLhjHNE+mCiU9zAii2hgCmxK6
nn65aTw87K1LuxGgB3xeYywUxsxuE4uxwkgCgIJsEwl06vNy0bxJu/pKDFm07NE9KanvbA3e/k4+PJUFj1eXZ7OVi0B6wzMEIoCP
Ts7Sf9C1KOCilFNUQLBFVmYMg3ro2D3/v71I6xk3R6PyCHhheMqbb4kqU95yzQgf2YDjYseqkEkSgwzUUV1QDlVsJAMzxuiCct1a
yYZaOwl5is+nyLZ2hVZ/S/Fh+HsbNM+qWoQD6rE/4mISCG276Ceq178taIsTTxVOgBidq23paMCvU6x9uma/VTeWW/api+YZn0Yv
AeAtG/FW3CLelbt/eQdQseovDwIA5+rp3y8VWAfG9JjvxVXy+d6G+53y9ucWTxtxMFw7/xp/Kw4kIn0xXogF7Ruht0H31473pnoJ
oQ2CS2y8z0CityG9WEO2RTeNBxu2sLmERB/HgMebGcvkYkn5ndb1kWJO7QuB5WnWvTGGi+ohALApGPkbvmlhZ7zcO91t58gsX6kT
ClG69T8p/0HTisAOqWRS/wIhspX7deaz1nW7pnmWngN3iewsIEv4hLYoQOwtw7gfzzuJvmZ/Mwk2AOtfAS3uf9TzkHt+a+xDeeDJ
0Y02GwV1bldG5S/pkWvb4ugiAGf8guWbEGoG07D+6eTGGLNNG2pID34DG1E7AtDGAX1fdVDMKf+ngBoXXX57/Zqu7PWZGfFxlZvx
I8A+HbN74Roz1wyO0wgVPx97BqtLNiz32tJbhbLWXa/rHbC9T431Wrom4cOreHBuQBgQo8DL+9ntEUEM9pw97aXoAgXkgZcgMP5D
Ox9dAkdeX4m3tLbQ1XCMH0hn/ZlGLElkM31l7DPabp1tBYVP1hwFprq0SHO6sB0AZ+aVRAzsLuP5HniqnKFfNpYvRsHmRzKc4WsR
79hWYmQXQtYCBewBq6SWRfW/F5Uds3c9S7u0m93bjDZtfySXRwbEylPfAsFSokJo1iSuV7FZPlcGF7GgkOPjDy0fTnVfHjvDA24P
g5fIxKjqiV+fwJysepjvVg/aY6UKNg4yQHxJ2HefbcjDx4u9EKEfIaoHkvAwJgwqrSKrwId/Uzbaqinz9oIR87U8wF8qwu+nHMBX
va30XSAOeRMZ84MMXp73XA/jp5L87+RcMuxBqBwz8hlnSEf5a1Q1etCdA4aBpJG1gsYcOHmOvdqzLx8uhJE0XkisdpHRJl98vx1J
eEb4N55FSj4OhOjllx9MP60UwunpdJXru72CnsIv98ADLJPUzmpUFDWDlqKJ6E1zb8UwFPSYSl8ff6rUvN+Egysj/+fL1AVg8MlI
CaWg2bW59l+1MI3/JsLWRUKVB5uQaCUtGHFEl+YqI5W2ECvq+UNfr4WwtTqnmmx3AhbofOvp7udkI8isk+h2flUJ9q4uHgRB3PTk
LkMXyv9dFQEOXm0uarMJnPx3SH/hj/toONSr+4RmXKustHa9B1E3EsXlMt+CUqL8mVtrhbYeKbmDLxnFdKQ0iKujZGjGshBx+A5u
f6cm3Gaa0Y53FXULf5lVJLkXP3AWDobvawS9VXf4rlgJmnvXuK5msZzsqUYbEhUmMS2FC6irN53iTvGIISgzFVcV4nua1IOYXOd1
eXZcWPc9xTVSyQgM+mAuu5IQq/7EjRndHngEeA7KNJtjFM7p/Thcy7QuSqKU6qzqxUwQJrlDZfAoV7j/kv7cS/w9seozCDd529KC
QW6VtV7nMj7EebL/9lQIXbhqpB0UTpUCJZCim2aaF+xNC9zD54HoKrD/9FdNuuVEBx664Yeh0BjZbhQiVd2vPxFzswAIVJkrMpe0
EtkmJxBKU5jD5VJpEA7IbWRqAfzS7MKhGRfvYheVWSsd9xUNECF2XfQYt+UWjrz7fx9Wra2fJfD23JNUmLcIVF6st0CI1vlqYvJy
l1Z/35oqHIrlbbkNWR42qrxqhlN8OQGAitdXLdR9zpTwThqyG6nAUGmalmkMMGoETTko+SZmKkrYzqB7lHA+iJg5dqzq7J/TCfoi
LQ1xiD2nHDbLBYqgf9kJ4/7Gy4MXA/0cvJJPwXFzfiDecPnbQ+UKyN1BiD39I7PgCZchGWgcnTHUfzJazYu3bNI0HX4JmEqozIfr
ZhWMRR7fZ4uKCy1VHLYN2nwFT36znyh1PHushW9ltVskBDWLOzT1brvQI72DPssD3PRXxArAkUCPd7akg/WNJeNwxqmSNkPNjyv2
ih/6DbinhPqv4BI2TpN1aAnIzywC+QiNWjMjfYPL+FQ3O0aTMVNOtJC+MThTekbabn1jcX4lecWgFbrKBOeus+nlKZfsdWs3AhBF
tdH2Q0Ib6rgFXC37BF8lR0+yWSc8jYjQ6k6gQLW2Umz97p1mQMnsq9g5Ty6E8/cXMoMNyL2UqBDCNW2L53dndUSx4XPP2jcJHqiU
e6Kc873Cd8fVbjpT1vS2zs7QWkBNGEkd63fM8B7CgmA4klbiAIkRhtGPR3OhLwQIely2cKJl26pPURCjO+xJcoFjq7Ayw4tNs+08
GGk55zGjJJGTiZNrQaHs68kYRH/CctdALJ0m6s2SiBFUdpfaF8L0h47LJBftMx6Pi9m3KicFW/o2uA2VR6wNEixwBiyd6sCW7my3
bvEUiukPoPUPK1w9roWUO7dGq/FLZp90EC0n7PPAao1mtuxMK8NIB6/4DCwlp67htHLVIK/mPs4c4krghpmJwhDrWXU3ymmwTw4M
i6GK7sR+iDpFGVjEHHOdvxfcWCYIv2Q4o0m008sThSmd8/SYZ7vcEUBw87ftrJ0DYO+zRLocQ7h04NN8dVf3iMCDWKUsbT9DCgVG
345xr3SYvorMhxaQV725DhEUEqukwzjslG5+5u+WpaiXppTLxWg5TN5StcIs5oZOIzcxZC2biJatLLgFaxgE+LrKPO2OKfS/oOEw
Fr5H38fyo3dQXvm7y7f3kXMu631dwRFKUj/Ym+2YKkw0aegCxqxRnwi/jeVgsKTbMOiFUi4X9iG5TS+7oteG3aZ3YIYobpB04J7t
jKeeL/lRIAzN+bUhHtaBwR2N8Lp4oVQnJ/IUEAGumsWEsa9xvMJltQ6XOIVxnWQPK9Np1zLwu8LlQnu+AlyeV/TKVkw/KE21uwEY
TCgVqKytCkd9X7GeKwLfdVznS2YHSymUu+apsNRFh748KImK7ys9JHR33hRwvStDTzXz9+dree57I534X7i5nTL12g+jy4NZHh6/
Tu/ire973Nhs/pngHF0C43jcyMPlTIKLC38xhzSLaeQSRXncqFy9speNEvH78WvJ3BnXq+iQ0RpFtQ27vgTYtf4xESrdCS8vQyFw
O6RvsjUu+odZQAoUKeiGQ8wBpARVv8JraCsg1+64lOhKsa0Em6OXxfs7LTj2VrjXZW9tqQ9RZYJVUR0mvqypzATKesC3hvFNnlOo
+vvJhno7JkbN0PwFoZ3GhA50bVhRjmKmDVqSttHQBkWpNsVzTlQnGKQbCx4P8PGrXAcsgUPLeEEQUP3RBz+jVvU/lllMkg9Grmwo
gnY/K+JS8aodKFH2bYDMOW/aQeWp1OkESIS8zXT5GkIWcSpADjabrxBwFlRQ7SZFssH/ATOaeFa0cr9O27O7EfdiChI4V2L+ELJL
lIwPxm3S+0zCxrNJGf3MJcV6gdA5INQ3R1hoEY3MGaJ3y6lTCf8+NpWV1Ka7BU6XYH5WD7kX13cqJPBMhCODn76thbJ8papGT99a
fNOLD5YrbPdVKJowtBG/J/uc+7jVeF7JFxgvqN/PcfgWygEgCqo8Lt4xAAwBGHnC9hcrAEETd7Kmf4gUGMJXOP4e/ntmoKeky1X6
+jBrJ1gId1dWEKM4amnicWPKNq2l953F9RrhZ3HmVUrRGIQLkW2iVV6vZrI41mTRVrKBP/gMKKIxuBu/gqwI8qory51x3Exc20hB
8hyrwYNOKAEPrai53r3UfdIlft1FBERs1TupZMhIw7wOXNBAwHZ+19jd8qWvIuRZB6vflDDfKNn3aDI1qZQKn2mwblpi2c5AxYKI
Gh0ltVjwm9zOuQWl1o/EaGs98z1KruTpZdoOcd1D+D8wJdEnE++VyHJag2Iou5ZZvXziDV8Zq5X2wNqTBpPZGJK7zv/TZMJ910Sr
DEo/RhqkCsSr2VrDOEIXa9pxEpY2B1HT0Nuer7KUE9Ee9ZDPM4W5WknIPBas1bEzYjGbYt8ejdD+M4cs++kkdxKblNR5V1J4/vpz
er1vnYlYgkr8lF02ysaV5myyVEFkR1C2G94tkNf317jcGywvQDtDZ0ZEJ2TJ1pcYlDY/Xv6fG2r1yvXwB/Lzgb0w9lGNKnJ8AmPF
IV6/w4/SEQTaLr+zqG1INmEn4FZDDRrdrlrfajRtZZkNngfU4vf+CufAGux1cjEcd7hfPXqNdYdzPD8YqxfpV2aI72pcQqYJoU/N
QANJSDfDPhZSmwMNWyU3+X9J63iRup+AJa7Ox6HoGtzTKVyTIzUxtKj0ACF4l27j6p+UI+QH7Vjy01phafCRJ13f5lOzS1Pe/Gkv
jQGyYnEzYnraztOFYeFIvnp4plv18RKeNk3QuF7aUItl4qzwX3DQ/fafdsK0W662cWCUITl0ZBVOzmM04ogpXYWFAY3EnyseCH/b
QC7dKO+tunv4uNi/mRRc/c8fXuPnoae4KTE9m4uuYd9BUjP5lop5+jWT8rvGekjoNE7yVAuPtz8Jw2hxkt3jxq16/t3QHy8IXy2z
8Bh9ZzUl+lviOMXiKK7xUCtR4uAOXGkxjJpjVs023Ga4ZifGXHdMC8gX7Z3miWohaY7g9NxXeOyAskYgSXmtQcw0Y1mmTPlTsaEu
XLL1ZtteD74ZRhq/2CpKlADMzu9ufg3nco8aODabYBh3coaDcPGAkYLnXBMaQ6eSP8sq+TaGKnds6MkAGx7yrmFjipZrcOuhxr7Z
WakX4DwSG6VokOOzGbOaWLRwQ4W3oL+5I8rpIOUbQkuhC0fOrYpPofFgAI1vySwb6/9ocynSgiByf9Fa6Y0cyl5d/sJQOt41vnUs
6KI54wt1LTbvXHd75ivDX+lEThmvYTo8OfWGOv7cTZU/OQ496g3zl5bbXZA56caj4LJvRUXEDS6crptoVdtURY6ViZZhy54Nc0u4
fwEAdS0fasRd5zQVnwWxv/EDDafP+dcbl4GezYJpaaUGh3Qo6MkDxqNn9j/jgSN5fF9BYivGmk1fTvF8skiVtz+MprUTnBVDP3LJ
6wAhHw3pz/uZktWIEgiNa8Pqa/jRF3Cyvdkbq0McIbP60jH5laXV1FNADYubsawsxR9d6VOh0ErsPL3QHd4opp5EZEObgtO6qgjF
UJH8FGV7KtLwtiwDXwYgTBi/lXCmnY0iHXQ5yARI/y0TsPmgzG1nA9AnHtM4LyIYs7A5PC9Iy3A7ecQT0V99NZ/ggzUPU7L6EQ1k
EKS8Mp3STDXuxsLM0oec+3ATKPhpQvSVdxS7DT5W+RzG+hrrs8n+Nd2qoqv97lc7KdyG6r8KOd/2TU/df2A+GsZQRtAEIfWqatp3
qTg2jC/6oSWxt1rrlkEh5IqufHNIYsnxJZ51kH3AwOiKrupMajnDwrkJJdV6A/xI9PCAnu2+fDpMTq/Qyv+Qu3O0L4ksXMf/VIxz
aez+AZx2TPLqECMc7pgIrPcSDLdma5VseUzciSYRPOxNcxqxSE4ODrtVudQ7X4OVaOW0uWqAe3++c44g7elq3BUgdF5kESOg5ghD
OyhrodVgv2nx4aEuMt5mUhIZKeX7GWW5rxQry8v80d1YVeSGfUFVCfxybMbEimvsbPwnLmDcpz2JLGM/FSnctOWIY0Ow+oa7QTXH
hLAA8nh/oEiBiwUQNDpLarHhN7mdcgtLrR+I0NZ75nqSP84TupvIave5psfOuhg3MOTyXsRHHhfrMss3r5xBq+KPMtSLsFROLqD/
r7BhvwN/uHVOPBjHEAufx+jIYHy8hyc0YXbDQlB0pdQYkN3BV2xTFxkf75pzvvNjECnrGXrNyjAzyG1N1mud+nz2O2lUrZ8pnf5P
AKEyO5rl75+v76c3q9b52JWIJK/JRdFHgLSdVx6X5jAYsAoSknEzEqrsI9mLTSFmpx4ppCIg99rSOA9q6/hqU2+8bIFkPB8W/5ec
DemHseaBffFpPoY39uTxOk0CwsUbsfyb8keZoE9qdBCT8tsFBuLe8w4zsq32i2pQTU/l/3zZuEoiXsxFEKjviu3YfssrXPPCsB1n
9KuzRHe1LiFTBNCn5qABpKQb4Z8LKU3Aaun6RaOfpBLURLMMKZ6TQxVL4iqXtUFNQE4qqcBWKjjyNwY7DKXdzyOjJ1h1sSzLLuJU
XnO4SdOAc/Gzmn54fWt0BsmJyR4Oj1rdx6UGqfB0+1w06mrcyb8tGDuWQfvMDHCUxvObFMQXGycX2wrRbYkS7gp/n3refTtsL5Pe
myOQ2OFGzFWCeHFM+rQLauhENzcfXH/Fxq6u2Z9X6M4be3w3cD1LZkUXJ8VguuhYoGvtAp28kzbnZXeM9JHQYO6NgQU7zZ/CIfLf
Ry2k0U0wRQ7CGq+GIdLqHCgwtkP3/esoN60fiUoJRbKt6aUsoeDD1MJdzz5dAcnwmNqTCfCCyYEmoBNpyh8nPeEVUOYzdG/1pPw0
0QkAHu+pm2eUTeNN8Wwx0n8UkR7W2H3wyjDV/sFSVKAGZnd7c/BvO5R40cG02wDDu5Q0G4eMBIwXOuCY0h08kf5ZV8m0MVO7Z0ZI
ANj3nfuHQyyrMCRaifL1R+N8kJg2a/BO2goFoq7nNLFpt3pCmjRepqtxF6ADMl0jJojozJ0OOI3kmOykgxHciZi22ylf12blDbNj
mgzVFse7RpOl4HN/vIsN3tRNyKWG4zgfYP+XlHXJBvxQnowOOQs2wzjMmGDseCfXfoyjmHRUsoaV40HHBp5sgjuajH2dGyrc/44B
bjw7K9zvLnakrGIqIHO8hK/D2yx29z3J8Ig6M/YFyiViHZZEoNc74rF1B+S9Akls2pEnaFvXaYrzQzvYEDK5z1e/w5lXk8vrfmtU
0QSXOl7N414nv0+I5ldHTeJ7wKhXWzbbHXX8064Ou4hzn2BIbgB7Glb3T/jaJJxpnCu8shaLqaf3NtfhfEKvQTlkAgvX5kyHYBlA
+ruC5xzSOHh1tede1pH5/3j3JW2DrMpIoN0oAkq4asoydf8q4U07GkQ66HOQCJH+Lwhbh6eci5eaOGzrH7If2MCMfIhty/jjrSe1
W49FffTWf4TEg4Snf6l2Hr/aTMIPp4P35iYeq5PngjHATKDW2rSwRkBz1stDDb1xq3h8TiAHL6nKQzyrM+TCDbfLExvBUC4t3qlT
qEiwaezuOsKPdSF7lemDP7s+EWzmoczzOQ07NO2gTvwRunodCqY+1K4USowaPweY0HHK88KHSSFQStrOatV6A/xI9PCBmhlVziQ6
VuR1y+NH8wul7z/nI8TOHSPgKncahziZu5JnnngG49rLjvo0VxQMKo0yhZJmOcB6S9fY/wZmlQzWNquxjK9oOO9lMZRiLZFZgCwd
cnwqfRq+OdE+y7jvklls45fnvP7KGuh1WC/afHhoS4y3mZSEhkp5fsZZbmvFCvLy/zR3VhV5IZ9QVUJ/HJsxsSKa+xs/cgK2Jyw/
1EsXvCArikmxVYLNT9xEC1KhZmzdkP+Tzmq7CT0+Do0PtVbz1swRudQgDaZ/fNQVLfi9TX7/JbeHJcXOviAZ6zTtLM8Rw8IswwoV
eQjrc+dCfGbXh+/X1fDAmknaM/wCGn0eR4E5x9hXLJbtPK8GXbWEBpi0QfF1BU3IaOx/4/J0DC8BOj8rFCP0Rw60Ywa98W7xteAd
gEkw3xRldA/iCr3ScFZkKPK+Gt6ExmzBfFbkOAWAenJqbPgowf8yjx3Pagq9JiQLHwgLi4rf0SuVpbELm6wXfgrPzDcI0KXb60rd
DohG0zgIh1VwlccNnaresYE0Yna5dK9gt51rjro7UJoiCdPZNaanA+knbF3tJrUeLM2hAxV0R16LM3fkbW+C6sDtEFML52Pdu1Df
7bu63bWw8Guk+YLWZKHsRg90/zk+RULqyBMnklMiy75XSYYaMPHfz++jcRjf8RHojk1DFjKli30Tdua8IjdMxdTBAtvOAF9QwLfD
uyHtbj1hmXB7cS44Q6cDrr7vUXbmEHY93ROYAAj0fjRR9xq3qOMedORWWJfbVKoTD1fWdirT3uDbuCEbLSG20SEDYP7Jt532BWwn
5DHVEzmhNLzpHK4zmUjCewWGDPJz3MQKdAj/UAmmMJOd+KvpkGbIOjuiNJ9OZGR5WiNYyoBfzQadC8Stn+80aUyLysL7lFfycs6h
+QAYBA4WQLUwXfeknz479TAUbLrxGfZjkTKGRD/mwvDC6lTEDF9J7baUxDgWbUIDc17u1WDtW66zo5A64klJ/FVtfr5W/BBJSPgN
WdGb6HVtqxuOaJZrDbVrTY/zyd/0LKHvw989Fo6MpUBgKxsWu5phW3ir5F/w/BXtrJOtnpiTUQD7G9U8qEDif0iElYjuS/K12ZMJ
5idakfxk+2OSpIHq01o1PFCPeCCh3mvwop40AD7ocTun4yvtxdg1l36+9uMKLgAjLMKDMtbmp9EZpCKOHAF0cgua9B8n463fbpT5
2OWyFaNlQcG53Vrp1hjnv3TF77I/sWcUZw2WKvsrK1BbHbjs+ch25pqIB4ZzHZUL/cvB45r0g8ebGOk+4ZYw/UF9q0JEk+qX03rr
fALIHP1uIuW9kTpqag1enAW+gH6Zso8crB3ebazo8qdiVQg/nT0X1/4FJFufLpwwLklcG0368yoQQYQp87tlmAUdm1dAHfvgqY3F
Ix6K/IgP2Brv0tI063zm+l3Cj81dSDdPThL3TvhwUdAk0pyX1bf1EISQXGrYQEbFCVQ6hKssEbk2T3PxYHdRz0KfaGqJgEdgdDGB
aK/JTrZIfv20lSWCK2795+BQmaqkppw2hqKvUMZZocih81Wal//Vrqu7wwRKKExUdj8XJpyfYuMluaYZjbemm+Fqum4U+kndELov
+yTJ71xzSpPt/dUCAJr9IQY8NXonVAJqiT8hX1mSgCBKGFmI4SZdrED/3b0hXllXyvolqVDRzocxtCSsA9vQzBmC8ybTy1TxVert
UdHLQSoXCoYdFwbPZJeGpFPyKZ6VamayEi6eM2TnitX6HcrpIUQ8fopfX4a/yQ3cuL9zbFCSSYaKS9tz38nd477AyIJZ7pVjt14F
ILZHLW9JaSPRHzhU/CHLdP0Aw3BOZ7IeQYIbeADXR/dMmApuJqu9kCFQXiWGNCJ778BVKTQDuv52Zi1dc3YZxJYxH+tQw8s54GR+
AaKmxTvT2Cd61+/fTKxk09820T8DGWs2eC49RDKh/vncjB6PBf90KhYzdu66GvrzQ+Au4tbtIjhAjsAbQPIE6evs1ekF7fa3PQfv
vNcDtN3Df8to9gG8pQXJeC5Ced7dq8zoxG+U1iQHWVDFHa/rBZG012FbdTxwsPxQEqN3l4NQcIAZx8ykclDKGfrr7WS0feeQ8ez3
I/JYaxZqXv9AVF1ydbe07upSzpqdSR1ufOwxU+MZfZ/U1tV4aNdcN/AIafR6zkIkInOox+6ksj2LvE1D5eupUL9CNsdvmz9eDR2h
4Q3FalPHnvrSGx7zW+7TMDhL4lYyZJV+NAi19zyXHoxqmy8g0xSpAsUc01owQYawS+v8wILTU2fBRg/5lHjue1BV6TEgWPhAXFxW
/olcrS2IXN1gu/BWfmG4RoUu31pW6HRCNpnARDqrhK44bMirzh4AIoV1D2uoUj4jDF3MjxG3wL5C6qadsaDraoklq537sBLJuOCm
1MGXwCR42/xck7xBmkYCUCE1pWItmUUKxQUafsNcBH/lrMlD2Iwe6f5ygZyQBhn7lndMcSI/Q61wQVW9nEg9s42Bs9YU2qXX0Y6u
zTVeDbWSur1yKiB7Mu7vZBdg6oI1vTVAlpVujAeAK1NnZPtERUirLqrmoBSLc5xGQtcPlYNPRShrkMXkLhnXVdTxACPKEYo67ei/
fD1wHoKNy0httEhA2D+ybed9gVsJ+Qx1RM5oTS9dsUFyW6peuCqAyhOZoAb0SoFVu2LTGCN70x52eRmhXdGuKDvObbbQdfYAe+CF
JTR6L8NSDmmF4SM2Abrhbp1n2Omb4NDUg+57Pehu4XPAEvAuGE8Mcb/f6kRRtji6erq0iUcBPlEqYgYvpPbbSmIcCzahAbmwMpxT
pvEat+Tsgfl2uD8otyeSknEIv4zpbRrlmtIcaR4xH7XYzFIa9NuE3y5t/zhxx/w989Fo6MpUBTtjYtdzUhYs7UyjPEMbdYWmYMM3
oF5bdxSVLOCnff6RCSsRv7301c+YDPB2oyxeDYbPZpLbZA5beAZgYZZqHET3HMIbiCy1Rc3/1MuZoa1Fcf3v0a7OFhmYL6Eb1Rfa
3NT6IzSD57z5wWTM48OvD0buRQ2XS9zAkY1YyLA4/jwA3mLT/RnaSnYT/zcd84FDHItRVChqo/SC0xdNNiahrowtzPwEiftgAPUX
nulPqknyglk4ZYw/UF9q0JEk+qX03rrfALIHP1uIuW9TTJNFlRquGj0A/TNlHjlYO7zbWdHlTsSr7D9tMt4vozDnGMiXHWQeIaLM
7455SuXyMSjH+EP4Jxow5w6HOD6jyDCEK0L8iA/YGu/S0jXsGxX+bE+oHhxEpbCs0yPbl0T8MbrIjt+MxCYVmpTnD36Y8rwINKXz
sWR4+zaf069PmsNyQTze/OSmtdgdDGBaL/+XVw59fvlAWr/zyOyPZWXWCoOiph1123dMg7kZysWOPNVmpf/1Z2yuj8Q8j6nVA4zn
dkjwnsQPl9QYIth1J3Zv4dyDG0ZZAhCg3g0G3CU6WB+vdnaHEJsxGz1o41eidh+xMil9wN8rGLRvLgqWHT3phoXiRPCPLOIxSBH1
1beZDgo5Lr+EJLcO7baLUErENENtYgvqU89R90kjDdsKY2mV9qJkoTbmJLQwlIwsskaOMwk9Qlv/Uh8gRqdTKCzT5yci2L2sHOMy
GNDoIiP0tKWlpGKDZORGUhWJRqSoeuWENPVMX6e/re1SuLfQjdC4bvTx9eNyjbYLh607j7W2TpK996uq+EGHziw9RDnD3PlbmNCJ
778BVKTQJftmn/qH0JTDWnyeWAjmNM+MJeGE+zrSmyhOYsrSx0HanjxPT2cdzwy/79LcJNN1YclyG/AkQYXMs/Clvb1StZh1yPLu
jkcaqs1zM07M5Bowt4ENr3nKhoae6hK4tH9mq5FXmb3fxRtHsA3cyUelFHITzvbtXmdGI3ymsEbGYGXVzRrQQPHJmI6KIQG/pXOA
D2hKSyNcW5IJIb7Hv2sICjtYHS6O8/wFXOjXRa/oPpSAQEUO2ZR1U1A5m/AFpHuYyTIrFX+N1HdtI8kqc+78ZW3tN0mvytd9+xLV
Ru/qP8071vC2l0xS9kZHnpCioYo12iSrduY6z9b8Wx7p+eccMQhwRINoikMMys6sq7Huc3+E9jGvaPJY5EX0fEFvlkZ4IWOJQa3h
e52xJc/Y9kGDqv5UFWmb8OFhRG0/+ea5cNSTYe3hJp3INk/XqfPFrl+0qTwnTxvKndgvZSwJ+Xs33pqwJgrwZSQ8Gve3T8GZggsy
OYEl3501uLqv/HT6NacNdfan9HQdZM6BFU0Qsl/DZLBTDfq+w7hWRSrQg10LJSfCV6cnu4lZXoUAqxDxcViSsf8JJAT/jv0xXmVW
7zqf59V7fG9sr+gRDJBXfOGBOsrXetQa2T0eFNEqu70a0GNlvcBHq8ZTVTQEBWzfPr3jJtpDHSFFz/pcziUIqvSvWhRNYSbnEx1m
5iIhZDo7myaIxTb0Z4qDOcgUML2ozgu5XcXcIYMjN338E9BpUlpGWBlwlPAh98OG05dMAqgHWO2pPKH5welDX+0bw2Lxdmi0k4pN
RS1TguszHqMdXMQlZ5xssjYwdO4deDpoOe6eWmgj0KX7OM5Mul+9eaM4uyTatoSk1zwZdRNbz9J05WK7H3cNhtnd/EVhrVWaElK7
eHHty8UDYnXa6rW4k22O0nCrtKPQlkLJ3xfihIOfAIw3CE89C6w36y5Wg03Mv1+DciRXJgK+k+cDoEG0OwdV4P6b2ku1M/eQw+yg
Hp8Yi1u163H3AkcBQqUyeX+vT3lsg/qSPUp0TD38A/P19KUsCaVUKHKIZhvJFWjCb3rYWpo/9Q7pvCupIB7P2FZK5g5+TInWc5vz
yhfhj5hsZNPx+KEY2KBlia+Eg0E4TBEUGUp2VShbKlGvX1IWiMqwvGHwm3s6LNa83nEPQaYNdEXyskjSOnLDlwz3jyg43AbkBYhK
WEjbceuS8DAfr6jmZAji++5qWJlpj69Cv52PiRu2lGhtAol5GDwxEpzCTL6iKXB483JRcKI5RaIeR5ghFMYb6WxvRPXsr7/knN0z
vMGgyDTyYts69pbRFGErg8Hgj4upATM900wY5vWcbMhs3AXYapkuCT/pZn6Rw+DO+7spGu+zEYtkiyRwhRn7gc1Fs3Y0ByEWJY1A
9f07CEaeo2vOUbO3D81ajZj1vceVkQM3LZF/CT9jpnBSq8cPdX7hC1PwF75lv4J0+DLTW13Ud8uQ86mdQkgirqRXYFK9GP/Ggmr9
KadrhWxUKkOR+GcI4ovRShCN4WNWV6+ypTcWKzSlun6sE4KZWuoAunOH+NC1bZWLoE0Kjd37ON31YMhsuXyj23+ozDkDdR2ILRKL
9yGDgx71s3waNZtgFSk8hMJvLv/UtVdwLWk9JLC9dUEPKotgRLRnLiTb6YKVfqXXS19hj1FUR55XmoFqsRpcMVfqyIFCj02K8nz2
A37zDB8nu/UNcRZRaatIdU8+heRPQFd70LgmHPnKJ+Tj8FMtRIRep6lDVla4yjNCFcbcLvPjRCKrkgKuU+U3HnY26xctVTwUCO5s
OWBa949oXfZOoDKrGdKjP5T0Br1XW9Bc3yzGfIU2nlEG+W5eGnW6x0WY+klu96+XIWgtqlNILQwAmCir0747mQqggYi+fYkQzs5w
i560FdOkwiz2EOOam5eiLWOmEXQRwZfxMPOhrQqReHsMODsd0zCnDIZL5mMhnzpofqvd1cJMnAS3TPZAb47DTo1yHBWZX2hyV8Pw
5QSgudd4GAh9XJEwKNTHGJhtemS58NjJ527e9E36E7TDPey5/xrdr42EIMuSjoJ/05V86iwdKSLfeQ+Ry61UyF3t1GT+NtJuQaHc
n3ErCZuLJ7Xj5d/S6WRAjCcbxpR4yXP3Dyj8PdzcScRsubPNGkcQ+Ua8ksK4uDxiWJ6cLEGiYCy+2uFem90Oy4ogd6nju5BEPKtm
JRljGnlCpe48F7gPRO8IxApREkn6RvHhgstSkOQRD5FcbSESNUz5EBQWLDvKeW5+EssG9tv862s4NUvAOjgIN17O1K3Z0woWbZ0+
LjmwYrIcyXsW+nkn/jxQb/YYgCwTIBRT10W4wEIifRpopPIHKJ7D5OvJI/Xiw6dhXIUIwiVYKP/8nZhVxolEosbcnF4rJL87DObJ
D2QJ8VboY4RpqD1iOsDk0qWaZn2bKSHgMJFZ4xs3lTTADaakYvFXI7+4uTGRaWrhYx31f+bJQfGNK0j94ABWNZUvrGVKY+Ukk0/8
OZzCoc9qzN/1zzQMx1puqk8ODJbqAvIx51U0CUirDQQQDiVy+XLb+LOZsD+gzV4ilayQmLakYZpBQ83Y96VlhEeHsrjSOZBngZkL
Cn/smOPE2wk66vdNIfXA9g5knWcvlsfuMPV8cNzMX4xo3xNVKfqgFdX2nERllJe6T6MnGiGN2tPjjjRa9JDtnpLqpgJnfu2oEh1Y
SotPELuXQkovW7Bz5ongZaWf82NoMcz5e4xjspBnYSamHpnyOOxxqOBJbbzUfA7/2mPID65tr9GRx0wcrFZqpynlX/aE00PIQbdK
omIcuW1vN6krJTPxovkiKznh/tx1HaxMG4akD87bex3MspN6tjSUnP4ZdrG8+W+bwbO/nDC+UACBA745Vu5pwb01Ha2NWKytX3w+
TT4oelD/JASbi35hb36/j9IL+S3jAoIj2i8S0V6+DHL0mXT5Edq6wPyeCz38grgLzj4GahuxV8844kV/USV308Jwc+3hUDqIn4fJ
1oZIzFIhFMn+hx7zaDQmAFSrE7ic36Ypvdj5SVpEWvjYVKr2JxAxAp5uqc3Ietqionj4toMZlWzxoDSJ/mv1egZ40hBesGg6S3w6
LGZ8x4OUVOLVEeopYB5iOLprluG0XpCPYhmtPnqWjnyR9W0w3kk7XUllTEi+PSYd5hQlfXo2xOET7k6J1sTZirVD54ecN1FVHhOx
2eYZQE14IWwf4uF5D/5jGCbBaY1f0o83Wt9hhYP8BE39anIXcrasURHBucT3beFc5ChXTwRQL7FFUx3hAm1QA5rhs8AfnjPutAmI
mZ4hswwL8pyQIF6hQf2VUVzBDQZ2xnoOFJhB2OHnQ3Y9XEGHcKpyOKjNxP6Q8M9xMOXKXW6dw+79tXl37OQ1rjFc/sRRT5lhM/FJ
WnmFGw4HLYfKObh46cGYFOZEDDLWVJZkIF8sPVrFuIKYihdTdH6Ef677JsVRYnPZFhg6yn6TSimumqGCyIvlGFyVZyta3IcgQ2hF
KwBNzOC5hBbApP4OK5RWU3g54OgtHI4+I+eU9pkkanzPSBq038Mf3CtkiOBddI72Dr6IfTFivVdybEKBoqxt25S+wR7dPWNkXAM4
L2Z1y/2xfHYqI6OdMljw30O4jwQwZHK02tQjxcHF+r6h35bteuCRKojZ3FQUBtBsv8FWxLPdoosxrvu7Q2SReJ2z7NT4HVoZf94f
ksQBX6+qtmRS891O/r3WA+pw0Jn4wR6mHi39XZSi96mJm+xARvqdu/Tv0uB3rFVOcAxyQbAqVC0yRbd9qbBOuC/VXTlJ5kYeF61M
sJZ+lEJ+lGin/e+7AYb14OiKeid7l+jnDkJwOx8G2H18iKR8LErNxQJdQPhWAgXN2XX8Osh6cItlgWOIWlWR4HGirKRn834Pt6Gm
ab86GpfQd4Q7R4pgcoYOEposCQaPgCMzRw1q7Fl2oqKVbfg/E2F+H5wC021BaWG3ZrjLGW0zN2pWW1uGb5fYuHFKdMsl6vah/mqW
UmNT51AbbMum+3Vd2W3Q8mffkIwpLt/2KkI50hvNXSNaSpl+ejlM+BlyQEm5ZDXHdcRNgsGW1zZRTju4fgXtQl5pGWE7ebMAEN1p
Pl+dDZTYN2RiVkQeBrQQC+sDGZdI0uGrrBexbbk+uhm5rvprEWMhGLRO3BbHf0bqm283mpXpXf54wkQV0Lfvh4Jkxbgf7Mnu4pRq
UNoaT7q9SRD+FB1ZKPP1daLiCatqd4DiR5WXMAGnCV+z5S4yxE4NG/Fu7TbS7F/d51ntiazLRt01NZZztYgobdgQNR6Y+1d0Nukn
3oQvNQdSphhrqkt58YYSBS1OIBmhPi5NnFNjROPTi1jqFiiFvHkayJjspEycq7A4YxTLSySy2VKnURobx9jiMt1J22mEtJLDtl1n
sE4FFTMdjwqcI+CSohfuCZIij56OYxaeNFGcvXQPgZE845Vxofcjt+8KBp7ePdjEngH39yptAqiuv4qFX9483NMYlE6xuoHYxelh
KMSTaOM+CwWgklFBcKEGosm3xGjNhbqZDjw3cTu7uB6BtdXzLwiuC57ynMH3FjsjqFgA
"""
# patients: end


# %% jupyter={"source_hidden": true} tags=["demo"]
def draw_ward():
    """One row a patient: what the run shows, the same codes anew, loss, length."""
    import base64
    import io

    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(SHEET))) as sheet:
        wide, high = sheet.size
        pixels = torch.tensor(list(sheet.convert("RGB").tobytes()), dtype=torch.uint8).view(high, wide, 3)
    fig, axes = viz.figure(9.4, 1.05 * len(CURVES) + 0.9, len(CURVES) + 1, 4, width_ratios=(1.7, 1.7, 1, 1))
    steps = range(5, 200, 10)
    for i, name in enumerate(["the targets", *CURVES]):
        row = pixels[32 * i : 32 * i + 32]
        halves = (row[:, : wide // 2], row[:, wide // 2 :])
        for ax, half in zip(axes[i], halves if i else halves[:1]):
            viz.draw_image(ax, half)
        axes[i, 0].set_ylabel(f"Patient {name}" if i else name, fontweight="bold", fontsize=8.5)
        if not i:
            for ax in axes[0, 1:]:
                ax.set_axis_off()
            continue
        curves = CURVES[name]
        for ax, which, color in zip(axes[i, 2:], ("loss", "length"), viz.COLORS):
            ax.plot(steps, curves[which], color=color)
            ax.grid(True)
            ax.tick_params(labelsize=8)
            ax.set_ylim(0, 1.15 * max(*curves[which], curves["anew"]))
        axes[i, 2].axhline(curves["anew"], linestyle=":", color=viz.INK, linewidth=1.2)
    axes[1, 0].set_title("as the run shows them", fontsize=9.5)
    axes[1, 1].set_title("the same codes, fresh G, one by one", fontsize=9.5)
    axes[1, 2].set_title("loss; dotted: fresh", fontsize=9.5)
    axes[1, 3].set_title("length of z", fontsize=9.5)
    axes[-1, 2].set_xlabel("step")
    axes[-1, 3].set_xlabel("step")
    return viz.picture(
        fig,
        alt="Six target faces, and five patients, one a row: the run's pictures, the pictures of the same codes by a fresh G, the loss, the length of z. The cell below prints the numbers.",
        caption="The ward.",
    )


draw_ward()

# %%
for (
    name,
    curves,
) in CURVES.items():  # the same in numbers: means over steps 1-10, 11-20, 51-60, 101-110, 191-200
    told = {which: [curves[which][k] for k in (0, 1, 5, 10, 19)] for which in ("loss", "length")}
    print(
        f"Patient {name}:",
        ", ".join(f"{which} {values}" for which, values in told.items()),
        f"fresh {curves['anew']}",
    )

# %% [markdown]
# The faults to choose from (some fit nobody):
#
# | fault | what was written |
# |---|---|
# | `"uphill"` | the gradient was followed, not opposed |
# | `"codes stuck"` | the optimiser held a copy of z |
# | `"one code for all"` | z was (1, d), shared by all pictures |
# | `"train mode"` | G was in train mode |
# | `"G learns, too"` | G's parameters were given to the optimiser beside z |
# | `"never zeroed"` | gradients were never set to zero, and added up |
# | `"wrong range"` | the targets were scaled to [0, 1] instead of [-1, 1] |
# | `"steps too long"` | `lr` was 3 instead of 0.1 |
#
# **Patient 0, as an example.** All six pictures are one and the same, a compromise between the targets, and the loss stays high although the codes move smoothly. The fault is `"one code for all"`.
#
# **Write** `diagnosis`. The check here can only tell whether you named a fault of the list. Whether it is the right one you learn with your marks.


# %% nbgrader={"grade": false, "grade_id": "diagnosis", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnosis(patient):
    """The fault of a patient of the ward.

    Args:
        patient: "A", "B", "C" or "D"

    Returns:
        one of the faults in the table, a string
    """
    ### BEGIN SOLUTION
    return {"A": "wrong range", "B": "G learns, too", "C": "never zeroed", "D": "train mode"}[patient]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnosis", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(diagnosis)

# %% [markdown]
# ### Mend it
#
# The editing loop below is a colleague's. It runs without a complaint, and its owner says: “*Whatever I set `lambda_z` to, nothing changes. And when I edit eight pictures at once instead of one, they hardly move.*”
#
# Two things are wrong, one for each sentence.


# %%
def broken_edit(generator, constraint, z0, lambda_z, steps, lr):
    z = z0.requires_grad_(True)
    optimizer = torch.optim.SGD([z], lr=lr)
    for _ in range(steps):
        objective = constraint(generator(z)) + lambda_z * (z - z0).square().sum(1)  # (N,)
        optimizer.zero_grad()
        objective.mean().backward()
        optimizer.step()
    return z.detach()


# %% [markdown]
# **By hand.** $G(z) = z$, one component, $U(x) = x$, $z_0 = 0$, $\lambda_z = 1$, rate ¼. The slope is $1 + 2(z - z_0)$: the first step goes to $-\frac14$, the second to $-\frac38$. (The broken loop goes to $-\frac12$, and $z_0$ with it.)
#
# **Write** `edit_codes`, the mended loop. Change as little as you can: it is gradient descent with rate `lr`, and stays so. `z0` is left alone.


# %% nbgrader={"grade": false, "grade_id": "edit_codes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def edit_codes(generator, constraint, z0, lambda_z, steps, lr):
    """Gradient descent on U(G(z)) + lambda_z ||z - z0||_2^2, each picture as if it were alone.

    Args:
        generator: module, codes (N, d) -> images
        constraint: function, images -> (N,)
        z0: codes before the edit, (N, d)
        lambda_z: weight of the drift
        steps, lr: of gradient descent

    Returns:
        codes after the last step, (N, d), detached
    """
    ### BEGIN SOLUTION
    z = z0.detach().clone().requires_grad_(True)
    for _ in range(steps):
        drift = (z - z0).square().sum(1)
        total = (constraint(generator(z)) + lambda_z * drift).sum()
        z.data -= lr * torch.autograd.grad(total, z)[0]
    return z.detach()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_edit_codes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(edit_codes)

# %% [markdown]
# ## 6. Is the network worth its training?
#
# An encoder takes time to train, the descent from a random code takes none. Measure what you get for it: with clothes, because their G is small. One question: **how many steps of the descent is a short training of the encoder worth?**
#
# Predict first: two curves over the number of steps, one from random codes, one from the encoder's. Where does each begin? Do they meet?
#
# Fill in `measure`. About 9 lines; both seeds together take well under a minute on a laptop. Train a new `Encoder` for `TRAINING` steps of `encoder_loss`, each on 32 clothes (`batch(rng)`) and 32 new codes. Then project `held_out`, once for each number in
# `BUDGETS`, with `lr` 0.1: from random codes (draw them once) and by the hybrid. Note the mean loss of each.
# Train over `counted(n)` where you would write `range(n)`, as in assignment 2: a bar, and the stop button ends the training after the step under way.

# %%
clothes, held_out = (data.to_float(data.fashion_mnist(split)[0]) for split in ("train", "test"))
held_out = held_out[::60][:32]  # (32, 1, 28, 28)
tailor = shipped("dcgan_fashion", Generator)


class Encoder(nn.Sequential):
    """Clothes (N, 1, 28, 28) -> codes (N, 64)."""

    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 16, 4, 2, 1),  # (N, 16, 14, 14)
            nn.LeakyReLU(0.2),
            nn.Conv2d(16, 32, 4, 2, 1),  # (N, 32, 7, 7)
            nn.BatchNorm2d(32),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(32 * 49, 64),
        )


def batch(rng):
    """32 clothes, drawn at random."""
    return clothes[torch.randint(len(clothes), (32,), generator=rng)]


BUDGETS, TRAINING = (0, 5, 10, 25, 50, 100), 200

# %% tags=["experiment"] nbgrader={"grade": false, "grade_id": "experiment_budget", "locked": false, "schema_version": 3, "solution": true, "task": false}
examples = {}


def measure(seed):
    """Train an encoder, then project. Returns two lists, one mean loss for each of BUDGETS: from random codes, and by the hybrid."""
    rng = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        encoder = Encoder()
    optimizer = torch.optim.Adam(encoder.parameters(), lr=2e-3)
    ### BEGIN SOLUTION
    for _ in counted(TRAINING):
        loss = encoder_loss(tailor, encoder, batch(rng), torch.randn(32, 64, generator=rng))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    z_init = torch.randn(32, 64, generator=rng)
    alone, hybrid = [], []
    for steps in BUDGETS:
        z_alone, loss_alone = project_by_optimization(tailor, held_out, z_init, steps, 0.1)
        z_hybrid, loss_hybrid = project_hybrid(tailor, encoder, held_out, steps, 0.1)
        alone.append(loss_alone.mean().item())
        hybrid.append(loss_hybrid.mean().item())
        examples[steps] = z_alone, z_hybrid
    return alone, hybrid
    ### END SOLUTION


fig, ax = viz.figure(6.4, 3.2)
for seed, style in ((0, "-"), (1, "--")):
    for losses, name, color in zip(measure(seed), ("from random codes", "hybrid"), viz.COLORS):
        ax.plot(BUDGETS, losses, style, marker="o", markersize=4, color=color, label=f"{name}, seed {seed}")
        print(f"{name}, seed {seed}:", ", ".join(f"{loss:.4f}" for loss in losses))
ax.set(xlabel="steps of the descent", ylabel="mean squared error", yscale="log")
ax.grid(True, which="both")
ax.legend()
viz.picture(
    fig,
    alt="The loss on held-out clothes over the steps of the descent: from random codes and from the encoder's, two seeds each. The numbers are printed above.",
    caption="What the encoder saves.",
)

# %% tags=["experiment"]
viz.image_grid(
    [held_out[:8], *(tailor(z[:8]) for z in (*examples[0], *examples[25], *examples[100]) if z is not None)],
    row_labels=["x", "random code", "encoder", "25 steps", "hybrid, 25", "100 steps", "hybrid, 100"],
    size=0.7,
    alt="Seven rows of eight clothes: the targets; a random code and the encoder's answer; both after 25 steps; both after 100.",
    caption="The last seed's first eight clothes. (Keep the codes in `examples[steps]`, those from random codes first.)",
)

# %% [markdown]
# **Question (2 points).** How many steps from a random code does it take to be as good as the encoder alone, and as the hybrid after 10 steps? Does the hybrid's lead last: what is left of it after 100 steps, compared with the difference between
# the two seeds? And when would you train an encoder, when not? Four or five sentences, with numbers from your plot.
#
# *Rubric: 1 point for both step counts, read from the plot, with the seeds' spread beside the lead that remains; 1 point for a decision that follows from them: what the training costs is paid once, what the descent costs for every picture.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_budget", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# From random codes it takes between 10 and 25 steps to be as good as the encoder alone (0.19 and 0.18; 10 steps leave 0.22 and 0.20, 25 leave 0.13), and about 50 steps to be as good as the hybrid after 10 (0.080 and 0.076
# against 0.074 and 0.083). The lead shrinks but lasts: after 100 steps it is 0.012 and 0.019, where the two seeds differ by 0.006 from random codes and by 0.001 in the hybrid, so it is no accident of the seed, as far
# as two seeds can say. Its training costs 200 steps with a backward pass through G and E, once; it then saves about 40 steps with every picture. So I would train one wherever many pictures are to be projected or somebody is waiting for the answer, as
# in an editor; for a handful of pictures, or for a G that will be thrown away, the descent alone is cheaper, and gets nearly as far if it may take a hundred steps.

# %% [markdown]
# ## When you are done
#
# Restart the kernel, run everything, and read the eleven tables once more: if every row passes you have 38 points or, if a diagnosis is wrong, half a point less for each; the two of section 6 are for your
# sentences. Then click *Validate*, save, and hand in.
#
# **Your own picture.** Nothing is asked of you here. Put the path of a picture into `PATH`, of a face, an emoji, whatever you like, and see what G of the faces takes it for. G knows emoji faces alone: the answer says as much about G as about the picture. (Use pictures of yourself or of people who agree. The picture
# stays on this computer; set `PATH` back to `None` before you hand in.)

# %%
PATH = None  # for example "me.jpg"

own = None
if PATH:
    from PIL import Image, ImageOps

    with Image.open(PATH) as file:
        square = ImageOps.fit(ImageOps.exif_transpose(file).convert("RGB"), (32, 32))
    own = data.to_float(
        torch.tensor(list(square.tobytes()), dtype=torch.uint8).view(32, 32, 3).movedim(2, 0)[None]
    )
    starts = torch.randn(8, 64, generator=torch.Generator().manual_seed(0))
    codes, distances = project_by_optimization(G, own.expand(8, -1, -1, -1), starts, steps=150, lr=0.1)
    order = distances.argsort()
    own = viz.image_grid(
        [torch.cat([own, G(codes[order])])],
        column_labels=["yours", *(f"{loss:.3f}" for loss in distances[order])],
        alt="Your picture at 32 pixels, and eight projections of it, the nearest first, with their losses.",
        caption="Your picture, and the nearest faces that G can make, from eight first codes.",
    )
own

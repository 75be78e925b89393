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
# # Assignment 4 · Draw me a seven
#
# You will write the blocks that turn a GAN into one that draws what it is told, and those that let such a network grow: ways to tell G and D the class, the hinge, the largest singular
# value by power iteration, attention, truncated codes. Each block is a function with its weights as arguments, a handful of lines. At the end you examine four broken networks, mend a layer, and see what
# happens when only one of the two players knows the class.
#
# *After lectures 11 to 13; clinic 13c helps with section 8. About seven hours: an evening for sections 1 to 4, one for sections 5 to 7, one for the rest. 40 points.*
#
# | section | what you write | points | minutes |
# |---|---|---|---|
# | 1 | `concat_class` | 4 | 35 |
# | 2 | `conditional_batch_norm` | 6 | 70 |
# | 3 | `projection_logit` | 4 | 40 |
# | 4 | `hinge_discriminator_loss`, `hinge_generator_loss` | 5 | 40 |
# | 5 | `power_iteration` | 5 | 60 |
# | 6 | `self_attention` | 6 | 70 |
# | 7 | `truncated_normal` | 3 | 25 |
# | 8 | a clinic: `diagnosis`, `spectral_weight` | 5 | 50 |
# | 9 | an experiment and a question | 2 | 40 |
#
# **How a section works**, as before: redo the small example on paper, replace `raise NotImplementedError()` by your code, try it in the cell that follows, then run `check(...)`. One cause can fail many rows:
# read the first hint, mend that, and run it again, as often as you like. When you hand in, the same check runs on more cases of the same kinds.
# A row named *inputs, types and random generator left alone* is for manners.
#
# **Open book.** *Barred* everywhere is what would be the answer itself: `course_lib.conditional`, `course_lib.stabilising`, `course_lib.attention` and `course_lib.gan` may be read, not imported.
# All of torch is allowed, and so are your own functions of assignments 1 and 2.
#
# Before you hand in: *Kernel → Restart and run all*, then *Validate*.

# %%
import torch
from torch import nn
from torch.nn.functional import batch_norm, normalize, one_hot, pixel_unshuffle, relu

from course_lib import data, mixtures, viz
from course_lib.grading import check
from course_lib.progress import counted

clothes, kinds = data.fashion_mnist("train")
viz.image_grid(
    [clothes[kinds == k][:10] for k in (1, 5, 8)],
    row_labels=["class 1", "class 5", "class 8"],
    size=0.7,
    alt="Three rows of ten small grey pictures: a row of trousers, a row of sandals, a row of bags.",
    caption="What a class-conditional generator promises: one row, one class; along a row the code z varies.",
)

# %% [markdown]
# ## 1. Say it at the door
#
# *Lecture 11, section 1.* The oldest way to tell a network the class $y$: append it to what goes in, as a one-hot vector $\mathbf{1}_y$, which has a place for each of the $K$ classes, 1 at its own and 0 elsewhere.
# A code $z$ becomes $[z, \mathbf{1}_y]$. An image of $C$ channels becomes one of $C + K$: each new channel is constant, all ones or all zeros.
#
# **By hand.** $z = (0.5, -1)$ and class 2 of 3: $(0.5, -1, 0, 0, 1)$.
#
# Why not the number 2 itself? A linear layer would then have to treat class 2 as twice class 1. With one-hot it adds one of $K$ columns of its weight: every class has a bias of its own.
#
# **Where it breaks.** A batch may lack some classes, even the last one. How many places the vector has is `num_classes`, not what the batch happens to show.
#
# **Write** `concat_class`, for codes and for images. About 3 lines. Classes count from 0.


# %% nbgrader={"grade": false, "grade_id": "concat_class", "locked": false, "schema_version": 3, "solution": true, "task": false}
def concat_class(z, y, num_classes):
    """Append the class, as one-hot numbers behind a code or as constant channels behind an image.

    Args:
        z: codes (N, d), or images (N, C, H, W)
        y: classes, (N,) integers from 0 to num_classes - 1

    Returns:
        (N, d + num_classes), or (N, C + num_classes, H, W)
    """
    ### BEGIN SOLUTION
    code = one_hot(y, num_classes).to(z)
    if z.ndim == 4:
        code = code[:, :, None, None].expand(-1, -1, *z.shape[2:])
    return torch.cat([z, code], dim=1)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: as by hand; and the shape for two pictures of clothes and ten classes
print(concat_class(torch.tensor([[0.5, -1.0]]), torch.tensor([2]), 3))
concat_class(data.to_float(clothes[:2]), kinds[:2], 10).shape

# %% nbgrader={"grade": true, "grade_id": "check_concat_class", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(concat_class)

# %% [markdown]
# ## 2. Say it at every layer
#
# *Lecture 11, section 3; BatchNorm: lecture 02 and assignment 1.* Batch normalisation ends with a gain and a bias for each channel. Make them depend on the class, and every layer of G is told:
#
# $$out[n, c] = gain[y_n, c]\;\frac{x[n, c] - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + bias[y_n, c], \qquad \varepsilon = 10^{-5}.$$
#
# Only gain and bias know the class. The statistics $\mu_c, \sigma_c^2$ are common, one pair a channel:
#
# * **in training** those of the batch, over images, height and width, with the variance divided by their number $m$. Returned are the moved statistics, $0.9 \cdot \text{old} + 0.1 \cdot \text{batch}$, where the variance
#   of the batch is the unbiased one, divided by $m - 1$ (as in assignment 1);
# * **in evaluation** the running ones, which are returned as they came.
#
# **By hand.** One channel, two images of one pixel, 1 and 3, of class 0 and class 1. Gains 2 and 10, biases 0 and 5. Mean 2, variance 1, so the pixels become $-1$ and $1$ (but for $\varepsilon$), and then $-2$ and $15$.
# From a running mean 0 and variance 1: $0.9 \cdot 0 + 0.1 \cdot 2 = 0.2$, and $0.9 \cdot 1 + 0.1 \cdot 2 = 1.1$.
#
# `gain[y]` is (N, C): a row for each image. Broadcasting aligns shapes from the right, where an image has its height and width.
#
# **Write** `conditional_batch_norm`. About 8 lines, or 5 with torch's `batch_norm`: it normalises without gain and bias if you give it none, and it moves the running statistics *in place*. Yours must leave those
# it is given alone, and those it returns carry no gradient: `.detach().clone()` first.


# %% nbgrader={"grade": false, "grade_id": "conditional_batch_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    """Normalise over the batch, then scale and shift each image by the numbers of its class.

    Args:
        x: (N, C, H, W)
        y: classes, (N,) integers
        gain, bias: a row for each class, (K, C)
        running_mean, running_var: (C,)
        training: True or False

    Returns:
        (out, new_mean, new_var): (N, C, H, W), (C,), (C,)
    """
    ### BEGIN SOLUTION
    new_mean, new_var = running_mean.detach().clone(), running_var.detach().clone()
    plain = batch_norm(x, new_mean, new_var, None, None, training, 0.1, 1e-5)
    out = gain[y][:, :, None, None] * plain + bias[y][:, :, None, None]
    return out, new_mean, new_var
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: as by hand. Then exchange the two classes: what changes, and what does not?
pixels = torch.tensor([1.0, 3.0]).view(2, 1, 1, 1)
gain, bias = torch.tensor([[2.0], [10.0]]), torch.tensor([[0.0], [5.0]])
for y in ([0, 1], [1, 0]):
    out, *moved = conditional_batch_norm(
        pixels, torch.tensor(y), gain, bias, torch.zeros(1), torch.ones(1), True
    )
    print("classes", y, "out", out.flatten().tolist(), "statistics", moved)

# %% nbgrader={"grade": true, "grade_id": "check_conditional_batch_norm", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(conditional_batch_norm)

# %% [markdown]
# ## 3. Ask whether it fits
#
# *Lecture 11, section 2.* D sees an image and a class, and must say whether the image is real **and** of that class. The projection discriminator adds two judgements of the same features $\varphi(x) \in \mathbb R^d$:
#
# $$l(x, y) = \underbrace{w \cdot \varphi(x) + b}_{\text{real at all?}} + \underbrace{e_y \cdot \varphi(x)}_{\text{of this class?}}$$
#
# with a learned row $e_y$ of the embedding for each class. The logit for two classes differs by $(e_y - e_{y'}) \cdot \varphi(x)$: it depends on the image. If the embedding were *added* to the features instead, it would not.
#
# **By hand.** $\varphi = (1, 2)$, $w = (\frac12, \frac14)$, $b = -1$, $e_y = (3, -1)$: $\frac12 + \frac12 - 1 + 3 - 2 = 1$.
#
# **Write** `projection_logit`. About 1 line.


# %% nbgrader={"grade": false, "grade_id": "projection_logit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def projection_logit(features, y, embedding, weight, bias):
    """D's logit of "real, and of this class".

    Args:
        features: (N, d)
        y: classes, (N,) integers
        embedding: a row for each class, (K, d)
        weight, bias: (d,) and a scalar tensor

    Returns:
        logits, (N,)
    """
    ### BEGIN SOLUTION
    return features @ weight + bias + (features * embedding[y]).sum(dim=1)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: as by hand (class 1), and the same image as class 0
features, embedding = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 1.0], [3.0, -1.0]])
[
    projection_logit(features, torch.tensor([y]), embedding, torch.tensor([0.5, 0.25]), torch.tensor(-1.0))
    for y in (1, 0)
]

# %% nbgrader={"grade": true, "grade_id": "check_projection_logit", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(projection_logit)

# %% [markdown]
# ## 4. Enough is enough
#
# *Lecture 12, section 2.* The hinge asks D for a margin, and for no more than the margin:
#
# $$L_D = -E_x[\min(0, D(x) - 1)] - E_z[\min(0, -D(G(z)) - 1)], \qquad L_G = -E_z[D(G(z))],$$
#
# where $D$ stands for what D returns, without a sigmoid. Turned around, $-\min(0, a) = \max(0, -a)$: D pays $\max(0, 1 - l)$ for a real image with logit $l$ and $\max(0, 1 + l)$ for a generated one. Outside the margin it pays nothing,
# and its gradient is exactly 0: D does not go on to become surer of what it knows.
#
# **By hand.** Real logits 2 and ½: $\frac{0 + 0.5}{2} = 0.25$. Generated ones $-3$ and 0: $\frac{0 + 1}{2} = 0.5$. Together $L_D = 0.75$; and $L_G = 1.5$.
#
# **Write** both. 1 line each. Logits come in any shape, real and generated ones not always equally many; means are over all logits.


# %% nbgrader={"grade": false, "grade_id": "hinge_discriminator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hinge_discriminator_loss(real_logits, fake_logits):
    """What D minimises: real logits above 1, generated ones below -1.

    Args:
        real_logits, fake_logits: what D returns, any shapes

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean()
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the push on three real logits. Which of them is left alone? (times 3, because the loss is a mean of three)
real_logits = torch.tensor([-2.0, 0.5, 1.5], requires_grad=True)
3 * torch.autograd.grad(hinge_discriminator_loss(real_logits, torch.zeros(1)), real_logits)[0]

# %% nbgrader={"grade": true, "grade_id": "check_hinge_discriminator_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(hinge_discriminator_loss)


# %% nbgrader={"grade": false, "grade_id": "hinge_generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hinge_generator_loss(fake_logits):
    """What G minimises: it wants large logits, however large they are.

    Args:
        fake_logits: what D returns for generated images, any shape

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    return -fake_logits.mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_hinge_generator_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(hinge_generator_loss)

# %% [markdown]
# ## 5. How much can a layer stretch?
#
# *Lecture 12, section 3.* A layer $W$ makes a vector longer by at most its largest singular value $\sigma$. Divide $W$ by it, in every layer, and D cannot become arbitrarily steep. A decomposition of each weight
# in each step would cost too much. **Power iteration** needs two products a round:
#
# $$v \leftarrow \frac{W^\top u}{\lVert W^\top u \rVert_2}, \qquad u \leftarrow \frac{W v}{\lVert W v \rVert_2}, \qquad\text{and after $n$ rounds}\qquad \sigma = u \cdot W v.$$
#
# The estimate is never above the true value. In a training one round a step is enough, because $u$ is kept: the rounds add up while the weight moves slowly.
#
# **By hand.** $W = \operatorname{diag}(3, 4)$, $u = (1, 1)/\sqrt 2$, one round: $W^\top u \propto (3, 4)$, so $v = (0.6, 0.8)$; $W v = (1.8, 3.2)$ has length 3.67, so $u = (0.49, 0.87)$ and $\sigma = 3.67$. The truth is 4.
#
# **What is a constant?** $u$ and $v$ are found without a graph (`torch.no_grad()`) and then held fixed; $\sigma$ is computed from $W$ *with* a graph. Its gradient is then $u v^\top$, the matrix that says which stretch to reduce.
#
# **Write** `power_iteration`. About 5 lines.


# %% nbgrader={"grade": false, "grade_id": "power_iteration", "locked": false, "schema_version": 3, "solution": true, "task": false}
def power_iteration(weight, u, n):
    """Estimate the largest singular value.

    Args:
        weight: (o, i)
        u: where to start, (o,), of length 1
        n: rounds, at least 1

    Returns:
        (sigma, u, v): a scalar tensor with the gradient u v^T, and vectors of length 1, (o,) and (i,), without one
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for _ in range(n):
            v = normalize(weight.T @ u, dim=0)
            u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u, v
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: a random layer. How many rounds until the estimate is within 1 %? And is it ever above the truth?
layer = torch.randn(64, 128, generator=torch.Generator().manual_seed(0))
start = normalize(torch.ones(64), dim=0)
truth = torch.linalg.svdvals(layer)[0]
{n: round((power_iteration(layer, start, n)[0] / truth).item(), 4) for n in (1, 2, 5, 10, 20, 50)}

# %% nbgrader={"grade": true, "grade_id": "check_power_iteration", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(power_iteration)

# %% [markdown]
# ## 6. Look anywhere
#
# *Lecture 13, section 2.* A convolution sees its neighbourhood. In an attention block every place of a map asks a question, offers a key, and holds a value; each by a 1 × 1 convolution, which is a matrix applied
# to the channels of each place. With $i$ and $j$ running over the $HW$ places, row by row:
#
# $$q_i = W_q x_i, \quad k_j = W_k x_j, \quad a_{ij} = \frac{\exp(q_i \cdot k_j)}{\sum_{j'} \exp(q_i \cdot k_{j'})}, \quad out_i = x_i + \gamma \sum_j a_{ij}\, W_v x_j.$$
#
# Row $i$ of the attention says where place $i$ looks, and sums to 1. The scores are *not* divided by $\sqrt d$ (Transformers divide them). The scalar $\gamma$ starts a training at 0: the block begins as the identity and is let in slowly.
#
# **By hand.** Two pixels of one channel, $x = (0, 1)$; $W_q = \log 3$, $W_k = 1$, $W_v = 4$, $\gamma = \frac12$. The scores of pixel 0 are 0 and 0, its attention is $(\frac12, \frac12)$. Those of pixel 1 are 0 and $\log 3$: $(\frac14, \frac34)$.
# The values are 0 and 4, so $out = (0 + \frac12 \cdot 2,\; 1 + \frac12 \cdot 3) = (1, 2.5)$.
#
# **Where it breaks.** Scores of several hundred do occur, and $e^{800}$ is infinite: `softmax` knows how. And from (N, C, H, W) to places and back, only `flatten(2)` and its inverse keep the numbers of a place together.
#
# **Write** `self_attention`. About 5 lines.


# %% nbgrader={"grade": false, "grade_id": "self_attention", "locked": false, "schema_version": 3, "solution": true, "task": false}
def self_attention(x, w_query, w_key, w_value, gamma):
    """Add to each place what it finds elsewhere.

    Args:
        x: (N, C, H, W)
        w_query, w_key: (D, C)
        w_value: (C, C)
        gamma: scalar tensor

    Returns:
        (out, attention): (N, C, H, W), and (N, HW, HW), whose entry [n, i, j] is what place i takes from place j
    """
    ### BEGIN SOLUTION
    places = x.flatten(2)
    scores = (w_query @ places).mT @ (w_key @ places)
    attention = scores.softmax(dim=2)
    found = w_value @ places @ attention.mT
    return x + gamma * found.reshape(x.shape), attention
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: a shirt in patches of 4 × 4 pixels, 7 × 7 places of 16 channels; question and key are the patch itself
shirt = data.to_float(clothes[kinds == 0][:1])
_, attention = self_attention(
    pixel_unshuffle(shirt, 4), 0.5 * torch.eye(16), torch.eye(16), torch.eye(16), torch.tensor(0.0)
)
fig, axes = viz.figure(7.2, 2.1, 1, 4)
axes[0].imshow(shirt[0, 0], cmap="gray")
axes[0].set(title="the shirt", xticks=[], yticks=[])
for ax, (row, column) in zip(axes[1:], ((3, 3), (0, 0), (2, 1))):
    ax.imshow(attention[0, 7 * row + column].view(7, 7), cmap="viridis")
    ax.plot(column, row, "o", mfc="none", mec="white", ms=9)
    ax.set(title=f"place {row}, {column}", xticks=[], yticks=[])
viz.picture(
    fig,
    alt="A shirt, and three maps of 7 by 7 places that say where the marked place looks: places with a similar patch are bright.",
    caption="Where three places look: shirt at shirt and background at background, near or far. (Scores are scalar products, so strong patches weigh more.)",
)

# %% nbgrader={"grade": true, "grade_id": "check_self_attention", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(self_attention)

# %% [markdown]
# ## 7. Typical codes only
#
# *Lecture 13, section 5.* When a trained BigGAN draws, the numbers of $z$ may be kept small: an entry with $|z| > t$ is **drawn again**, until it fits. The smaller the threshold $t$, the more typical the images,
# and the more alike.
#
# So that all of us get the same codes from the same generator: the first draw is `torch.randn(n, d, generator=generator)`. Then, as long as any entry is outside, draw *exactly as many* new numbers as there are entries outside,
# with one `torch.randn(count, generator=generator)`, and put them in their places in order, row by row.
#
# **By hand.** $t = 1$; the first draw is $(0.3, -1.4, 0.9, 2.2)$: the second and fourth are outside. Two new numbers come, $1.7$ and $-0.2$: $(0.3, 1.7, 0.9, -0.2)$. One is still outside, one new number comes, $0.5$. Done:
# $(0.3, 0.5, 0.9, -0.2)$.
#
# **Write** `truncated_normal`. About 4 lines; `z[outside] = ...` with a tensor of True and False fills in order.


# %% nbgrader={"grade": false, "grade_id": "truncated_normal", "locked": false, "schema_version": 3, "solution": true, "task": false}
def truncated_normal(n, d, threshold, generator):
    """Codes of which no entry is larger than the threshold.

    Args:
        n, d: number of codes, numbers in a code
        threshold: above 0
        generator: torch.Generator

    Returns:
        (n, d), float32
    """
    ### BEGIN SOLUTION
    z = torch.randn(n, d, generator=generator)
    while (outside := z.abs() > threshold).any():
        z[outside] = torch.randn(int(outside.sum()), generator=generator)
    return z
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: largest entry and standard deviation. With a small threshold the codes are nearly uniform, t / √3 wide: why?
for threshold in (2.0, 1.0, 0.5, 0.04):
    z = truncated_normal(200, 50, threshold, torch.Generator().manual_seed(0))
    print(f"threshold {threshold}: largest {z.abs().max():.3f}, standard deviation {z.std():.3f}")

# %% nbgrader={"grade": true, "grade_id": "check_truncated_normal", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(truncated_normal)

# %% [markdown]
# ## 8. The clinic
#
# ### Name the fault
#
# *Clinic 13c* has the order of examination. Five pairs of networks were built from these blocks for pictures of 4 × 4 pixels and three classes: G has a linear layer, conditional batch normalisation, attention and a convolution; D has one layer of features and a projection.
# Each pair has **one line wrong**. They were put into evaluation mode and examined, in the order of the rows:
#
# | row | what was done |
# |---|---|
# | 1, 2, 3 | D's logit of a picture when it is said to be of class 0, 1, 2; three pictures |
# | 4 | G, one code: the picture of class 2 against that of class 0, largest difference of a pixel |
# | 5 | G, one code of class 2: drawn alone, against drawn as the last of eight codes of *all* classes |
# | 6 | the same, as the last of eight codes of class 2 |
# | 7 | the same batch of eight, drawn twice |
# | 8 | largest singular value, by full decomposition, of D's two weights after spectral normalisation |
# | 9, 10 | sums of the rows, and of the columns, of the attention: smallest and largest |
#
# A healthy pair shows a difference in row 4, none in rows 5 to 7, and 1.00 in rows 8 and 9.

# %% jupyter={"source_hidden": true}
# patients: begin
# fmt: off
SHEETS = {
    "0": ["  0.08   0.65  -0.66", " -0.58  -0.32  -1.73", "  0.23  -0.36  -0.76", "0.0000", "0.0000", "0.0000", "0.0000", "1.00 1.00", "1.00 to 1.00", "0.03 to 7.88"],
    "A": [" -0.37  -0.05   0.08", " -0.04   0.50   0.12", "  0.10  -0.04   0.42", "1.5637", "0.0142", "0.0116", "0.0083", "1.00 1.00", "1.00 to 1.00", "0.09 to 12.16"],
    "B": ["  1.01  -0.40   0.46", "  1.08   0.77   0.68", " -0.72  -0.48   0.29", "1.3252", "1.3252", "0.0000", "0.0000", "1.00 1.00", "1.00 to 1.00", "0.00 to 15.31"],
    "C": [" -0.14   1.14  -0.11", "  0.48   1.76   0.52", "  0.17   1.45   0.20", "1.3912", "0.0000", "0.0000", "0.0000", "1.00 1.00", "1.00 to 1.00", "0.00 to 12.44"],
    "D": [" -1.33   1.70  -2.67", " -0.59  -0.88   2.36", " -0.26   0.19  -0.23", "1.3233", "0.4156", "0.4156", "0.0000", "1.00 1.00", "1.00 to 1.00", "0.16 to 6.70"],
}
# fmt: on
# patients: end
EXAMINED = "D, picture 1; D, picture 2; D, picture 3; G, class 2 or 0; G, alone or with all; G, alone or with own; G, twice; singular values; rows; columns"
print(" " * 26 + "".join(f"{'Patient ' + name:>23}" for name in SHEETS))
for i, what in enumerate(EXAMINED.split("; ")):
    print(f"{i + 1:2}  {what:22}" + "".join(f"{sheet[i].strip():>23}" for sheet in SHEETS.values()))

# %% [markdown]
# The faults to choose from (some fit nobody):
#
# | fault | what was written |
# |---|---|
# | `"class not given to G"` | G uses class 0 for every image |
# | `"class not given to D"` | the projection is missing from the logit |
# | `"embedding added"` | D computes $w \cdot (\varphi(x) + e_y) + b$ |
# | `"first class for all"` | G uses gain and bias of the first image's class for the whole batch |
# | `"batch statistics in evaluation"` | normalisation uses the batch's mean and variance in evaluation, too |
# | `"power iteration in evaluation"` | every use of a weight makes another round, in evaluation, too |
# | `"Frobenius norm"` | weights are divided by the root of the sum of their squares |
# | `"softmax over the queries"` | the columns of the attention sum to 1 |
#
# **Patient 0, as an example.** Row 4 is 0: the same code makes the same picture whatever the class. D tells the classes apart (rows 1 to 3), and nothing depends on the company (rows 5 to 7). The fault is
# `"class not given to G"`.
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
    return {
        "A": "power iteration in evaluation",
        "B": "first class for all",
        "C": "embedding added",
        "D": "batch statistics in evaluation",
    }[patient]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnosis", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(diagnosis)

# %% [markdown]
# ### Mend it
#
# The layer below is a colleague's. It runs without a complaint, and its owner says: “*In evaluation the same image gets another logit each time I ask. And when I compare the gradient of the weight with finite differences, it is off.*”
#
# Two things are wrong. What should happen in training only? And of $u$, $v$ and $\sigma$: which are constants?


# %%
def broken_spectral_weight(weight, u, v, training):
    rows = weight.reshape(len(weight), -1)  # a convolution's weight, too, as one row an output
    with torch.no_grad():
        largest, u, v = power_iteration(rows, u, 1)
    return weight / largest, u, v


# %% [markdown]
# **Write** `spectral_weight`: copy the layer, and change as little as you can. In training it makes one round from the `u` it is given and divides by the new σ. In evaluation it leaves `u` and `v` as they are, and divides by $u \cdot W v$. About 4 lines.
# (No `power_iteration` yet? Write the round in place.)


# %% nbgrader={"grade": false, "grade_id": "spectral_weight", "locked": false, "schema_version": 3, "solution": true, "task": false}
def spectral_weight(weight, u, v, training):
    """A weight divided by the estimate of its largest singular value.

    Args:
        weight: (o, ...), of a linear layer or a convolution
        u, v: the vectors of the last step, (o,) and (product of the other sizes,)
        training: True or False

    Returns:
        (normalised, u, v): as weight, and the vectors that were used
    """
    ### BEGIN SOLUTION
    matrix = weight.flatten(1)
    if training:
        _, u, v = power_iteration(matrix, u, 1)
    return weight / (u @ matrix @ v), u, v
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_spectral_weight", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(spectral_weight)

# %% [markdown]
# ## 9. Who must know the class?
#
# A game small enough to see through: the “images” are points of the plane, the classes four clouds. G gets a code and the class. D gets a point, and **either the class too, or not**. Each is played with two seeds.
#
# Predict first: G is always told the class. Will its points of class 0 lie in cloud 0, when D does not know what was ordered?
#
# Fill in `run`. About 16 lines, and less than a minute for all four games on a laptop. G is `generator(concat_class(z, y, 4))`. D's logits are `projection_logit(features(x), y, embedding, weight, bias)`; a D that is not told has an embedding of zeros that never learns, the cell takes care of that.
# Per step: one turn of D with the hinge loss on a batch of real points with their classes and a batch of generated ones with the classes they were ordered to have, then one turn of G. Before step 1 and after every 50 steps note the step and the **agreement**:
# `agreement(generator)`. Loop over `counted(n)` where you would write `range(n)`, as in assignment 2: a bar, and the stop button ends that run after the step under way.

# %%
CLOUDS = mixtures.ring(4, radius=2.0, std=0.2)
STEPS, EVERY, BATCH = 600, 50, 64


def real_points(rng):
    """Points of the clouds and their classes: (BATCH, 2), (BATCH,)."""
    y = torch.randint(4, (BATCH,), generator=rng)
    return CLOUDS.means[y] + CLOUDS.std * torch.randn(BATCH, 2, generator=rng), y


@torch.no_grad()
def ordered(generator, n=250):
    """n points of each class, from fixed codes: (4n, 2), and the classes ordered (4n,)."""
    z = torch.randn(4 * n, 2, generator=torch.Generator().manual_seed(99))
    y = torch.arange(4).repeat_interleave(n)
    return generator(concat_class(z, y, 4)), y


def agreement(generator):
    """The share of points that lie nearest to the cloud of the class that was ordered."""
    points, y = ordered(generator)
    return (CLOUDS.nearest(points)[0] == y).double().mean().item()


# %% tags=["experiment"] nbgrader={"grade": false, "grade_id": "experiment_class", "locked": false, "schema_version": 3, "solution": true, "task": false}
played = {}


def run(told, seed):
    """Play one game. Returns two lists: steps, and the agreement at each."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    generator = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))
    features = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
    embedding = torch.zeros(4, 32, requires_grad=told)
    weight, bias = nn.Parameter(0.1 * torch.randn(32)), nn.Parameter(torch.zeros(()))
    learned = [*features.parameters(), weight, bias] + ([embedding] if told else [])
    opt_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.0, 0.9))
    opt_d = torch.optim.Adam(learned, lr=4e-3, betas=(0.0, 0.9))
    ### BEGIN SOLUTION
    steps, shares = [], []
    for step in counted(STEPS + 1):
        if step % EVERY == 0:
            steps.append(step)
            shares.append(agreement(generator))
        x, y = real_points(rng)
        y_fake = torch.randint(4, (BATCH,), generator=rng)
        fake = generator(concat_class(torch.randn(BATCH, 2, generator=rng), y_fake, 4))
        real_logits = projection_logit(features(x), y, embedding, weight, bias)
        fake_logits = projection_logit(features(fake.detach()), y_fake, embedding, weight, bias)
        opt_d.zero_grad()
        hinge_discriminator_loss(real_logits, fake_logits).backward()
        opt_d.step()
        opt_g.zero_grad()
        logits = projection_logit(features(fake), y_fake, embedding, weight, bias)
        hinge_generator_loss(logits).backward()
        opt_g.step()
    ### END SOLUTION
    played[told, seed] = generator
    return steps, shares


fig, ax = viz.figure(6.4, 3.0)
for told, color in ((True, viz.COLORS[0]), (False, viz.COLORS[1])):
    for seed, style in ((0, "-"), (1, "--")):
        name = f"D {'is' if told else 'is not'} told, seed {seed}"
        ax.plot(*run(told, seed), style, color=color, label=name)
ax.axhline(0.25, color="gray", lw=0.8)
ax.set(
    xlabel="step",
    ylabel="agreement",
    ylim=(-0.03, 1.03),
    title="points that lie in the cloud that was ordered",
)
ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))
viz.picture(
    fig,
    alt="Agreement over the step, four curves: two games in which D is told the class, two in which it is not. A grey line marks one quarter.",
    caption="Four games. The grey line is chance.",
)

# %% tags=["experiment"]
fig, axes = viz.figure(8.4, 2.6, 1, 4)
for ax, ((told, seed), generator) in zip(axes, played.items()):
    points, y = ordered(generator)
    for k, mark in enumerate("osv^"):
        ax.scatter(*points[y == k].T, s=4, marker=mark, color=viz.COLORS[k], label=f"class {k}")
        ax.text(
            *(1.6 * CLOUDS.means[k]), str(k), color=viz.COLORS[k], ha="center", va="center", fontweight="bold"
        )
    ax.set(title=f"{'told' if told else 'not told'}, seed {seed}", xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
    ax.set(xticks=[], yticks=[])
viz.picture(
    fig,
    alt="Four plots of generated points in the plane, coloured by the class that was ordered; numbers mark where the cloud of each class lies.",
    caption="What was drawn at the end, coloured by the class that was ordered. The numbers stand beside the clouds of the real classes.",
)

# %% [markdown]
# **Question (2 points).** What does the agreement come to with a D that is told the class, and with one that is not, compared with chance and with the difference between two seeds? G was told the class in all four games: why does it
# obey in some only? Four or five sentences, with numbers from your plot.
#
# *Rubric: 1 point for the comparison, with the agreement of all four games read from the plot, and chance beside them; 1 point for saying that G learns through D only: a D that does not see the class gives a point
# the same logit whatever was ordered, so obeying earns G nothing.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_class", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# With a D that is told, all points end in the cloud that was ordered: the agreement at step 600 is 1.00 with both seeds. The seeds differ in how long it takes (step 300 and step 550), not in where it
# ends. With a D that is not told it is about 0.24 and 0.26, and chance is 0.25. G was told the class in all four games, but it learns only what D's gradient tells it. A D that does not see the class gives a
# point the same logit whatever was ordered, so a point in the wrong cloud earns as much as one in the right cloud, and G has no reason to use the class it is given. The points agree: in the
# two games without the class the four colours lie on top of each other.

# %% [markdown]
# ## When you are done
#
# Restart the kernel, run everything, and read the ten tables once more: if every row passes you have 38 points or, if a diagnosis is wrong, half a point less for each; the two of section 9 are for your
# sentences. Then click *Validate*, save, and hand in.
#
# If you liked section 9: give the class to D and not to G. What must happen now, and what can G still do?

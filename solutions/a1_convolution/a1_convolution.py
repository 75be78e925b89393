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
# # Assignment 1 · Convolution, by hand
#
# You will write the layers of a convolutional network yourself: forward, backward, pooling, normalisation, and the way back
# up in resolution. None of them takes more than about twenty lines. At the end you will have filtered, shrunk and enlarged a
# photograph with them, and you will know what `nn.Conv2d` does when you call it, because you will have done it.
#
# *After lectures 01 to 03. About seven hours: plan two evenings for sections 1 to 3 and two for the rest. 40 points.*
#
# | section | function | points | minutes |
# |---|---|---|---|
# | 1 | `conv2d_output_size` | 4 | 30 |
# | 2 | `conv2d` | 8 | 90 |
# | 3 | `conv2d_backward` | 6 | 100 |
# | 4 | `max_pool2d` | 4 | 35 |
# | 5 | `batch_norm2d` | 6 | 60 |
# | 6 | `conv_transpose2d` | 5 | 50 |
# | 7 | `receptive_field` | 2 | 25 |
# | 8 | a clinic: `diagnosis`, `learn_filter` | 3 | 30 |
# | 9 | an experiment and two questions | 2 | 30 |
#
# **How a section works.** It says what to compute, with an example small enough to redo on paper. Redo it: most bugs in this
# assignment are index bugs, and paper finds them. Replace `raise NotImplementedError()` by your code. The cell after it
# is yours to try things in (it is handed in as you leave it, and run again for your marks only if other cells use what it defines). Then run `check(...)`. It calls your function on a few cases and prints a table: what was tried,
# what you get for it, and, when an answer is wrong in a way we have seen before, a hint at the cause. One cause can fail many rows:
# read the first hint, mend that, and run it again, as often as you like. When you hand in, the same check runs on more cases of
# the same kinds.
#
# The last row of each table is for manners: a function must not change its inputs, must return the dtype it was given,
# and must not touch the global random generator. A slip of that kind costs one point here, and a day in a training loop.
#
# **Open book.** Use the lectures, the library's source, papers, and each other for ideas; write and understand every line you
# hand in. What is *barred* in a section is what would be the answer itself, such as `torch.nn.functional.conv2d` in section 2.
# Barred everywhere: importing these functions from `course_lib`. Reading them there is fine. `check` tells you when it sees something
# barred; that takes no points, but your instructor sees it, too. All else in torch is allowed: slicing, `einsum`, `unfold`, FFT.
# Two good solutions of one section often look nothing alike.
#
# Before you hand in: *Kernel → Restart and run all*, then *Validate*.

# %%
import torch
from torch.nn.functional import pad

from course_lib import data, viz
from course_lib.grading import check

photo = data.to_float(data.photo("china"))[:, :, ::2, ::2]  # (1, 3, 171, 256), in [-1, 1]

# %% tags=["demo"]
viz.image_grid(
    [photo],
    size=3.5,
    alt="A Chinese temple with curved roofs in front of a blue sky.",
    caption="The photograph you will filter, shrink and enlarge with your own layers.",
)

# %% [markdown]
# ## 1. How large is the output?
#
# Every shape error you will ever debug in a convolutional network is this formula, applied wrongly. A filter of `kernel`
# taps slides along a line of $n$ pixels:
#
# * $p$ zeros are put at **both** ends first, so the line has $n + 2p$ pixels;
# * with dilation $d$ the taps stand $d$ pixels apart, so the filter covers $d\,(k - 1) + 1$ pixels;
# * it starts at the left end and moves $s$ pixels at a time, as long as it fits.
#
# $$n_\text{out} = \left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1$$
#
# **By hand.** $n = 7$, $k = 3$, $s = 2$: the filter can start at 0, 2 and 4, so $n_\text{out} = 3$. With $n = 8$ it could start at 6
# only if there were a pixel 8, but the last pixel is number 7: still 3. That is what rounding down means.
#
# **Write** `conv2d_output_size`. About 1 line. Return an `int`.


# %% nbgrader={"grade": false, "grade_id": "conv2d_output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    """Number of positions of a filter along one axis.

    Args:
        n: pixels of the image along this axis.
        kernel, stride, padding, dilation: of the layer along this axis.

    Returns:
        int
    """
    ### BEGIN SOLUTION
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: which padding keeps the size for kernel 5? For kernel 4?
(
    [conv2d_output_size(64, 5, padding=p) for p in range(4)],
    [conv2d_output_size(64, 4, padding=p) for p in range(4)],
)

# %% nbgrader={"grade": true, "grade_id": "check_conv2d_output_size", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(conv2d_output_size)

# %% [markdown]
# ## 2. The layer itself
#
# One output number is one dot product: a filter against the chunk of the image under it, over all channels. The layer repeats it at
# every position, for every filter, for every image of the batch:
#
# $$y[n, f, i, j] = b[f] + \sum_{c, u, v} w[f, c, u, v] \; x[n, c,\; s\,i + u - p,\; s\,j + v - p]$$
#
# where $x$ is zero outside the image. There is no flip in this formula: it is a cross-correlation, although everybody calls it a
# convolution.
#
# **By hand.** One image, one channel, one filter, no bias:
#
# $$x = \begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 9 \end{pmatrix}, \quad
# w = \begin{pmatrix} 1 & 0 \\ 0 & -1 \end{pmatrix}, \quad y[0, 0] = 1 \cdot 1 + 5 \cdot (-1) = -4.$$
#
# The other three positions give $2 - 6$, $4 - 8$ and $5 - 9$. All four are $-4$, since one step down the diagonal of this image adds 4
# everywhere. A filter of these two taps is a derivative along the diagonal.
#
# | argument | shape | |
# |---|---|---|
# | `x` | (N, C, H, W) | images |
# | `weight` | (F, C, kH, kW) | F filters (the lecture's C_out), not always square |
# | `bias` | (F,) or `None` | one number a filter |
# | returns | (N, F, H_out, W_out) | sizes as in section 1 |
#
# **Write** `conv2d`. About 10 lines, with two loops. *Barred:* torch's convolutions (`conv2d`, `nn.Conv2d` and their
# relatives). `pad(x, [left, right, top, bottom])` surrounds
# the last two axes with zeros. A way in: do not loop over the output, loop over the *taps*. (Work the sizes out in place: then a slip in section 1 cannot follow you
# here.) For one tap $(u, v)$ all the pixels it ever meets are one slice
# of the padded image, `x[:, :, u : u + stride * H_out : stride, ...]`, and what it contributes is one `einsum`.


# %% nbgrader={"grade": false, "grade_id": "conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d(x, weight, bias, stride=1, padding=0):
    """Cross-correlate a batch of images with a bank of filters.

    Args:
        x: (N, C, H, W)
        weight: (F, C, kH, kW)
        bias: (F,) or None
        stride, padding: ints, the same for both axes

    Returns:
        (N, F, H_out, W_out), differentiable
    """
    ### BEGIN SOLUTION
    x = pad(x, [padding] * 4)
    f, _, k_h, k_w = weight.shape
    h_out, w_out = (x.shape[2] - k_h) // stride + 1, (x.shape[3] - k_w) // stride + 1
    y = x.new_zeros(len(x), f, h_out, w_out)
    for u in range(k_h):
        for v in range(k_w):
            rows, columns = slice(u, u + stride * h_out, stride), slice(v, v + stride * w_out, stride)
            y = y + torch.einsum("ncij,fc->nfij", x[:, :, rows, columns], weight[:, :, u, v])
    return y if bias is None else y + bias[:, None, None]
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: what does this filter see? What if you turn it by 90 degrees?
edge = torch.tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
weight = edge.expand(1, 3, 3, 3) / 24  # the same taps for red, green and blue
viz.response_maps(
    conv2d(photo, weight, None, padding=1)[0],
    image=photo,
    titles=["photograph", "your filter's answer"],
    size=3.2,
    alt="The temple beside the response of an edge filter: vertical edges light up in two colours, by their direction.",
)

# %% nbgrader={"grade": true, "grade_id": "check_conv2d", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check(conv2d)

# %% [markdown]
# ## 3. The way back
#
# A network learns because the loss's gradient comes back through every layer. You are handed
# `grad_output` $= \partial L / \partial y$, one number for each output, and return $\partial L / \partial x$,
# $\partial L / \partial w$ and $\partial L / \partial b$.
#
# Nothing new is needed. Look at the sum in section 2 and ask of each input: *in which outputs do I appear, and with which factor?* Then
# add up factor × gradient over all of them.
#
# * $b[f]$ appears in every output of map $f$, with factor 1.
# * $w[f, c, u, v]$ appears in every output of map $f$. At $(n, i, j)$ its factor is the pixel it met there.
# * $x[n, c, \cdot, \cdot]$ appears wherever a filter stood over it. The factor is the tap that met it.
#
# **By hand.** One row $x = (1, 2, 3)$, filter $w = (10, 20)$, so $y = (50, 80)$. Let `grad_output` $= (1, -1)$. Then
#
# $$\partial w = (1 \cdot 1 - 1 \cdot 2,\; 1 \cdot 2 - 1 \cdot 3) = (-1, -1), \qquad \partial b = 1 - 1 = 0.$$
#
# Pixel 0 was met by tap 10 for output 0. Pixel 1 was met by tap 20 for output 0 and by tap 10 for output 1, and so on:
# $\partial x = (10,\; 20 - 10,\; -20) = (10, 10, -20)$.
#
# Two places to be careful. The padded zeros receive gradients too, and nobody wants them: cut them off. And with a stride
# the last rows and columns of $x$ may never have been met: their gradient is zero, but they must be *there*. (In the cell below row 5
# and column 7 of $x$ are such.)
#
# **Write** `conv2d_backward`. About 14 lines. *Barred:* torch's convolutions, and autograd. The loop over taps of section 2
# serves again: the slice that tap $(u, v)$ read from is the slice its gradient goes back to.


# %% nbgrader={"grade": false, "grade_id": "conv2d_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    """Gradients of a loss with respect to the inputs of conv2d.

    Args:
        grad_output: (N, F, H_out, W_out), the loss's gradient with respect to conv2d's output
        x: (N, C, H, W), weight: (F, C, kH, kW): what conv2d was called with

    Returns:
        grad_x (N, C, H, W), grad_weight (F, C, kH, kW), grad_bias (F,)
    """
    ### BEGIN SOLUTION
    _, _, height, width = x.shape
    _, _, h_out, w_out = grad_output.shape
    padded = pad(x, [padding] * 4)
    grad_padded, grad_weight = torch.zeros_like(padded), torch.zeros_like(weight)
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            rows, columns = slice(u, u + stride * h_out, stride), slice(v, v + stride * w_out, stride)
            grad_weight[:, :, u, v] = torch.einsum("nfij,ncij->fc", grad_output, padded[:, :, rows, columns])
            grad_padded[:, :, rows, columns] += torch.einsum("nfij,fc->ncij", grad_output, weight[:, :, u, v])
    grad_x = grad_padded[:, :, padding : padding + height, padding : padding + width]
    return grad_x, grad_weight, grad_output.sum((0, 2, 3))
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: autograd is barred inside your function, not here. Let it judge you.
x, weight, bias = (torch.randn(shape, requires_grad=True) for shape in [(2, 3, 6, 8), (4, 3, 3, 2), (4,)])
y = conv2d(x, weight, bias, stride=3, padding=1)
expected = torch.autograd.grad(y.square().sum() / 2, (x, weight, bias))
with torch.no_grad():
    got = conv2d_backward(y, x, weight, stride=3, padding=1)  # the gradient of y.square().sum() / 2 is y
[a.shape == b.shape and torch.allclose(a, b, atol=1e-4) for a, b in zip(got, expected)]

# %% nbgrader={"grade": true, "grade_id": "check_conv2d_backward", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(conv2d_backward)

# %% [markdown]
# ## 4. Keep the largest
#
# Pooling forgets *where* exactly and keeps *whether*. Cut each map into windows and keep the largest entry of each:
#
# $$y[n, c, i, j] = \max_{0 \le u, v < k} x[n, c,\; s\,i + u,\; s\,j + v]$$
#
# Without a stride the windows lie side by side, $s = k$. Windows that would hang over the edge are left out. Channels do not mix.
#
# **By hand.** $k = 2$, image $\begin{pmatrix} 1 & 2 & -3 \\ -4 & 0 & -5 \end{pmatrix}$: one whole window fits, its maximum is 2. The third column
# is left out. And the maximum of $-1, -2, -3, -4$ is $-1$, not 0.
#
# **Write** `max_pool2d`. About 6 lines. *Barred:* torch's max pooling. The slices of section 2 still work: $k \times k$ of them, stacked.


# %% nbgrader={"grade": false, "grade_id": "max_pool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool2d(x, kernel, stride=None):
    """Largest entry of each kernel × kernel window.

    Args:
        x: (N, C, H, W)
        kernel: int; stride: int, or None for stride = kernel

    Returns:
        (N, C, H_out, W_out), differentiable
    """
    ### BEGIN SOLUTION
    stride = stride or kernel
    h_out, w_out = ((size - kernel) // stride + 1 for size in x.shape[2:])
    met = [
        x[:, :, u : u + stride * h_out : stride, v : v + stride * w_out : stride]
        for u in range(kernel)
        for v in range(kernel)
    ]
    return torch.stack(met).amax(0)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: pool the photograph until you no longer recognise it
small = [max_pool2d(photo, k) for k in (2, 4, 8, 16)]
viz.image_grid(
    small,
    row_labels=["2", "4", "8", "16"],
    size=1.6,
    alt="The photograph max-pooled with windows of 2, 4, 8 and 16 pixels; it grows coarser and brighter.",
)

# %% nbgrader={"grade": true, "grade_id": "check_max_pool2d", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(max_pool2d)

# %% [markdown]
# ## 5. Normalise
#
# Batch normalisation takes each channel to mean 0 and variance 1, and then lets the network choose another scale and shift:
#
# $$y = \gamma\, \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# *In training* $\mu$ and $\sigma^2$ are those of the batch, per channel, over all $m = N H W$ entries, with $\sigma^2 = \frac1m \sum (x - \mu)^2$. Meanwhile running
# values are kept for later:
#
# $$\text{new} = (1 - \text{momentum}) \cdot \text{running} + \text{momentum} \cdot \text{batch},$$
#
# where, for the variance only, the batch's value is the *unbiased* one, $\frac{1}{m - 1} \sum (x - \mu)^2$. (A single entry, $m = 1$, has no
# such variance: torch refuses it, and you will not be given one.) *In evaluation* the running values take the place of $\mu$ and
# $\sigma^2$, and stay as they are. Here they are arguments and results: change nothing in place.
#
# **By hand.** One image, one channel, $x = (1, 3)$, $\gamma = 1$, $\beta = 0$, $\varepsilon = 0$, running mean 0 and variance 1, momentum 0.1. Then
# $\mu = 2$, $\sigma^2 = 1$, $y = (-1, 1)$; the new mean is $0.9 \cdot 0 + 0.1 \cdot 2 = 0.2$, the new variance $0.9 \cdot 1 + 0.1 \cdot 2 = 1.1$. (Where does the 2 come from?)
#
# **Write** `batch_norm2d`. About 10 lines. *Barred:* torch's normalisation layers. Let gradients flow through $\mu$ and $\sigma^2$ in `y`: they depend on $x$.


# %% nbgrader={"grade": false, "grade_id": "batch_norm2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Normalise each channel over batch, height and width.

    Args:
        x: (N, C, H, W)
        gamma, beta, running_mean, running_var: (C,)
        training: bool

    Returns:
        y (N, C, H, W), new_mean (C,), new_var (C,)
    """
    ### BEGIN SOLUTION
    mean, var = running_mean, running_var
    if training:
        m = x[:, 0].numel()
        mean = x.mean((0, 2, 3))
        var = (x - mean[:, None, None]).square().mean((0, 2, 3))
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_var = (1 - momentum) * running_var + momentum * var.detach() * m / (m - 1)
    y = (x - mean[:, None, None]) / (var + eps).sqrt()[:, None, None]
    return gamma[:, None, None] * y + beta[:, None, None], running_mean, running_var
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: how many batches until the running mean has come 90 % of the way? Guess first.
mean, var, steps = torch.zeros(1), torch.ones(1), 0
while mean < 0.9:
    _, mean, var = batch_norm2d(torch.ones(4, 1, 2, 2), torch.ones(1), torch.zeros(1), mean, var, True)
    steps += 1
steps

# %% nbgrader={"grade": true, "grade_id": "check_batch_norm2d", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(batch_norm2d)

# %% [markdown]
# ## 6. Up again
#
# A generator must *make* pixels. The transposed convolution runs section 2 backwards, in the sense of section 3: what `conv2d`
# gathers, it scatters. Each pixel of $x$ stamps the whole filter, times its value, onto the output. Neighbouring
# pixels stamp $s$ pixels apart, and where stamps overlap they add up:
#
# $$y[n, f,\; s\,i + u - p,\; s\,j + v - p] \mathrel{+}= x[n, c, i, j] \; w[c, f, u, v], \qquad H_\text{out} = s\,(H - 1) + k_H - 2p$$
#
# The weight is (C, F, kH, kW) here, input channels first: it is the weight of the convolution that leads the other way. Likewise padding
# *removes* $p$ pixels from every side, because `conv2d` would have added them.
#
# **By hand.** Row $x = (1, 2)$, filter $(10, 20, 30)$. Stride 1: the stamps $(10, 20, 30)$ and, one to the right, $(20, 40, 60)$ add up to
# $(10, 40, 70, 60)$. Stride 2: $(10, 20, 30 + 20, 40, 60) = (10, 20, 50, 40, 60)$.
#
# **Write** `conv_transpose2d`. About 10 lines. *Barred:* torch's convolutions, transposed ones included. You have written most of it in section 3.


# %% nbgrader={"grade": false, "grade_id": "conv_transpose2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    """The adjoint of conv2d: every pixel stamps its filter onto a larger map.

    Args:
        x: (N, C, H, W)
        weight: (C, F, kH, kW), input channels first
        bias: (F,) or None

    Returns:
        (N, F, H_out, W_out), differentiable, with H_out = stride (H - 1) + kH - 2 padding
    """
    ### BEGIN SOLUTION
    n, _, height, width = x.shape
    _, f, k_h, k_w = weight.shape
    y = x.new_zeros(n, f, stride * (height - 1) + k_h, stride * (width - 1) + k_w)
    for u in range(k_h):
        for v in range(k_w):
            stamp = torch.einsum("ncij,cf->nfij", x, weight[:, :, u, v])
            y[:, :, u : u + stride * height : stride, v : v + stride * width : stride] += stamp
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y if bias is None else y + bias[:, None, None]
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: <conv2d(a), b> = <a, conv_transpose2d(b)> with the same weight, for any a and b. That is what adjoint means.
weight = torch.randn(
    4, 3, 3, 3, dtype=torch.float64
)  # (F, C, kH, kW) for conv2d, (C, F, kH, kW) for its adjoint
a, b = torch.randn(1, 3, 9, 9, dtype=torch.float64), torch.randn(1, 4, 5, 5, dtype=torch.float64)
left = (conv2d(a, weight, None, stride=2, padding=1) * b).sum()
right = (a * conv_transpose2d(b, weight, None, stride=2, padding=1)).sum()
f"{left:.6f} {right:.6f}"

# %% tags=["demo"]
# yours to try: shrink the photograph, then double its size twice. Which filter copies pixels, which blends neighbours?
square, tent = torch.ones(2), torch.tensor([1.0, 3, 3, 1]) / 4
shrunk = max_pool2d(photo, 4)
enlarged = []
for taps in (square, tent):
    colours_apart = torch.eye(3)[:, :, None, None] * torch.outer(taps, taps)  # (C, F, kH, kW)
    twice = conv_transpose2d(shrunk, colours_apart, stride=2, padding=len(taps) // 2 - 1)
    enlarged.append(conv_transpose2d(twice, colours_apart, stride=2, padding=len(taps) // 2 - 1))
viz.image_grid(
    torch.cat(enlarged),
    column_labels=["2 × 2 ones", "4 × 4 tent"],
    size=3.6,
    alt="The shrunken photograph enlarged four times: in blocks at the left, smooth and blurred at the right.",
)

# %% nbgrader={"grade": true, "grade_id": "check_conv_transpose2d", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(conv_transpose2d)

# %% [markdown]
# ## 7. How far does it see?
#
# An output pixel of a deep network depends on a square of the input, its receptive field. Whether a discriminator judges texture or composition is
# decided by this one number. Walk through the layers from the input. Carry two numbers along: the size $r$ of the field, and the
# jump $j$, the distance in *input* pixels between two neighbours at this depth. A layer with kernel $k$ adds $k - 1$ jumps to the field, and its stride multiplies the jump *for those
# that follow*. Before the first layer $r = j = 1$.
#
# **By hand.** Kernel 3 stride 2, then kernel 3 stride 1: $r = 1 + 2 \cdot 1 = 3$ and $j = 2$; then $r = 3 + 2 \cdot 2 = 7$.
#
# **Write** `receptive_field`. About 5 lines.


# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers):
    """Side of the input square that one output pixel depends on.

    Args:
        layers: list of (kernel, stride), first layer first

    Returns:
        int, in input pixels
    """
    ### BEGIN SOLUTION
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: five layers of a discriminator you will meet in lecture 16. How far does it see?
receptive_field([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)])

# %% nbgrader={"grade": true, "grade_id": "check_receptive_field", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(receptive_field)

# %% [markdown]
# ## 8. The clinic
#
# ### Name the fault
#
# *Clinic 03c* examines whole networks; here are single layers. Five of them were written by somebody else, each with **one thing wrong**. You see what went in and what came out, and you own layers that are
# right: compare. (`WARD["A"]` holds the numbers of patient A.)

# %% jupyter={"source_hidden": true}
ones = torch.ones
WARD = {
    "0": {
        "layer": "conv2d",
        "x": torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]),
        "weight": torch.tensor([[1.0, 0], [0, -1]]),
        "returned": 4 * ones(2, 2),
    },
    "A": {
        "layer": "conv2d, padding 1",
        "x": ones(4, 4),
        "weight": ones(3, 3),
        "returned": 9 * ones(4, 4),
    },
    "B": {
        "layer": "conv_transpose2d, stride 2",
        "x": ones(3, 3),
        "weight": ones(3, 3),
        "returned": ones(7, 7),
    },
    "C": {
        "layer": "max_pool2d, kernel 2",
        "x": torch.tensor([[-1.0, -2, 5, 1], [-3, -4, 0, 2], [3, -1, -2, -6], [0, -8, -7, -5]]),
        "returned": torch.tensor([[0.0, 5], [3, 0]]),
    },
    "D": {
        "layer": "batch_norm2d, training: 2 images\nof 1 × 2 pixels, γ 1, β 0, ε 0",
        "x": torch.tensor([[1.0, 3], [5, 7]]),  # one image a row
        "returned": torch.tensor([[-1.0, 1], [-1, 1]]),
    },
}

# %% jupyter={"source_hidden": true} tags=["demo"]
fig, axes = viz.figure(7.6, 7.6, len(WARD), 3, width_ratios=(1, 1, 1))
for line, (name, patient) in zip(axes, WARD.items()):
    for ax, part in zip(line, ("x", "weight", "returned")):
        ax.set(xticks=[], yticks=[])
        if part not in patient:
            ax.set_axis_off()
            continue
        ax.imshow(patient[part], cmap="Oranges", vmin=-10, vmax=14)
        for (i, j), value in zip(
            torch.cartesian_prod(*map(torch.arange, patient[part].shape)), patient[part].flatten()
        ):
            ax.text(j, i, f"{value:g}", ha="center", va="center", fontsize=8.5)
        ax.set_title({"x": f"{name}: in", "weight": "filter", "returned": "came out"}[part], fontsize=9.5)
    line[0].set_ylabel(patient["layer"], rotation=0, ha="right", va="center", fontsize=9.5)
viz.picture(
    fig,
    alt="Five rows of small tables of numbers: what went into a layer, its filter, and what came out. WARD holds the same numbers.",
    caption="The ward.",
)

# %% [markdown]
# | fault | what the layer does |
# |---|---|
# | `"filter flipped"` | turns the filter by 180 degrees |
# | `"edge repeated"` | pads with copies of the edge instead of zeros |
# | `"stride ignored"` | moves one pixel at a time |
# | `"overwritten"` | sets outputs where it should add to them |
# | `"starts at zero"` | begins a maximum at 0 |
# | `"mean taken"` | takes a mean where a sum or a maximum is meant |
# | `"each by itself"` | takes statistics of each image alone |
# | `"unbiased"` | divides by $m - 1$ where $m$ is meant |
#
# **Patient 0, as an example.** Section 2 worked this case by hand: all four outputs are −4. Here they are 4: the filter's 1 met the lower right pixel and its −1 the upper left. The fault is
# `"filter flipped"`.
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
    return {"A": "edge repeated", "B": "overwritten", "C": "starts at zero", "D": "each by itself"}[patient]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnosis", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(diagnosis)

# %% [markdown]
# ### Mend it
#
# A filter can be *learned*. Cut an image into patches (P, k), one a row. A filter `weight` (k,) answers `patches @ weight`, one number a patch, and should answer `target` (P,). Go downhill
# on the mean squared error $\frac1P \sum (y - \text{target})^2$, whose gradient is $\frac2P\, \text{patches}^\top (y - \text{target})$.
#
# The colleague who wrote the loop below says: “*The loss it reports never changes. And when I run the cell again, it starts with another loss than the first time, although I gave it the same
# `weight`.*” Two things are wrong.


# %%
def broken_filter(patches, target, weight, rate, steps):
    losses = []
    y = patches @ weight
    for _ in range(steps):
        error = y - target
        losses.append(error.square().mean())
        weight -= rate * 2 / len(target) * patches.T @ error
    return weight, torch.stack(losses)


# %% [markdown]
# **By hand.** One patch of one pixel, 1, target 1, weight 0, rate ¼, two steps: the losses are 1 and ¼, and the weight goes to ½, then to ¾.
#
# **Write** `learn_filter`, the mended loop. Change as little as you can.


# %% nbgrader={"grade": false, "grade_id": "learn_filter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def learn_filter(patches, target, weight, rate, steps):
    """Gradient descent on the mean squared error of a filter's answers.

    Args:
        patches: (P, k), target: (P,)
        weight: (k,), where to begin
        rate, steps: of gradient descent

    Returns:
        weight (k,) after the last step, losses (steps,) before each step
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(steps):
        residual = patches @ weight - target
        history += [residual.square().mean()]
        weight = weight - 2 * rate / len(target) * residual @ patches
    return weight, torch.stack(history)
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: can it find the edge filter of section 2 from its answers alone?
patches = photo[0, 0].unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)[::7]
found, losses = learn_filter(patches, patches @ edge.flatten(), torch.zeros(9), 0.2, 400)
found.view(3, 3).round(decimals=1), losses[[0, 10, 100, -1]]

# %% nbgrader={"grade": true, "grade_id": "check_learn_filter", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(learn_filter)

# %% [markdown]
# ## 9. Look and think
#
# ### An experiment: stamps that overlap
#
# Let every pixel be 1 and every tap be 1. Then `conv_transpose2d` counts how many stamps reach each pixel. Where the count differs from pixel to pixel, a
# generator paints a pattern before it has learned anything.
#
# Predict first: with stride 2 and kernels 2, 3, 4, 5, 6, for which is the count the same everywhere except near the border? Then fill in
# `counts`, a dict from the kernel to its map of counts (H, W), for a 6 × 6 image of ones. About 2 lines.

# %% tags=["experiment"] nbgrader={"grade": false, "grade_id": "experiment_overlap", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
ones = torch.ones(1, 1, 6, 6)
counts = {k: conv_transpose2d(ones, torch.ones(1, 1, k, k), stride=2)[0, 0] for k in (2, 3, 4, 5, 6)}
### END SOLUTION
fig, axes = viz.figure(8.5, 1.9, 1, len(counts))
for ax, (kernel, count) in zip(axes, counts.items()):
    shown = ax.imshow(count, cmap="Oranges", vmin=0, vmax=9)
    ax.set(xticks=[], yticks=[], title=f"kernel {kernel}")
fig.colorbar(shown, ax=list(axes), label="stamps", ticks=range(0, 10, 3))
viz.picture(
    fig,
    alt="Five maps, for kernels 2 to 6: how many stamps reach each pixel, darker for more.",
    caption="How many stamps reach each pixel, stride 2.",
)

# %% [markdown]
# **Question 1 (1 point).** For which kernels is the count the same everywhere inside, and what is the rule for a kernel $k$ and a stride
# $s$? What would you choose for a generator that doubles the resolution at each layer? And why does training not simply remove the
# pattern? (Think of a kernel of 3 and stride 2 that is to paint one flat colour: what must its taps fulfil, for one input and then for
# every input?) Three or four sentences.
#
# *Rubric: half a point for the kernels read from the plot and the rule; half a point for a choice that follows from it, with a reason
# that speaks of the weights.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_overlap", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# Kernels 2, 4 and 6: the count is the same inside exactly where $k$ is divisible by $s$, because then every output pixel is reached by $k / s$ taps along each
# axis. With kernel 3 pixels are reached 1, 2 or 4 times, in a checkerboard. I would choose $k = 4$, $s = 2$, $p = 1$, which doubles the size exactly and overlaps evenly
# (or resize first and convolve after). Weights that cancel the pattern exist, but they have to be learned and
# kept: the taps that share pixels with others would need other values than those that do not, for every input, and each
# gradient step disturbs that balance.

# %% [markdown]
# **Question 2 (1 point).** A colleague replaces one 7 × 7 layer (C channels in, C out, stride 1) by three 3 × 3 layers with a ReLU after
# each. Compare the receptive fields, with your function, and the numbers of weights. Name one thing that is gained besides, and one that is lost or costs
# more. Three or four sentences.
#
# *Rubric: half a point for both comparisons, with numbers; half a point for a gain and a cost that are true and are explained.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_three_small_layers", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# Both see 7 × 7 pixels: `receptive_field([(3, 1)] * 3)` is 7. The single layer has $49\,C^2$ weights, the three have $27\,C^2$, 45 % fewer. Gained: two more
# nonlinearities between input and output, so the stack can represent functions that one layer cannot. Costs: three maps have to be kept for
# the backward pass instead of one, and not every 7 × 7 filter can be written as a product of three 3 × 3 filters.

# %% [markdown]
# ## When you are done
#
# Restart the kernel, run everything, and read the nine tables once more: if every row passes you have 36 points and those of your
# diagnoses, up to two; the two of section 9 are for your sentences. Then click *Validate*, save, and hand in.
#
# If you liked section 3: the same question, *where do I appear, and with which factor?*, derives the gradient of every layer in this
# course. Try it on `batch_norm2d`.

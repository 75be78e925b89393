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
# # 01 · Convolution
#
# *Part I, convolutional networks. About 75 minutes: 35 to read, 40 to predict, try and answer; it runs in half a minute. You need tensors and
# autograd as in lecture 00; assignment a1 builds on this page.*

# %%
import torch
from torch.nn.functional import avg_pool2d

from course_lib import convolution as conv
from course_lib import data, viz
from course_lib.widgets import KernelExplorer, SlidingWindow
from course_lib.widgets.kernel_explorer import PRESETS

torch.set_default_dtype(torch.float64)  # so that "equal" can mean: to ten digits
photo = avg_pool2d(data.to_float(data.photo("china")).double(), 2)[..., 24:195]  # (1, 3, 171, 171) in [-1, 1]
grey = photo.mean(1, keepdim=True)  # (1, 1, 171, 171)

# %% jupyter={"source_hidden": true}
shown = ["left to right change (Sobel)", "top to bottom change (Sobel)", "any direction (Laplacian)"]
maps = [conv.conv2d(grey, torch.tensor(PRESETS[name]).double()[None, None])[0, 0] for name in shown]
viz.response_maps(
    [m / m.abs().quantile(0.99) for m in maps],
    image=photo,
    limit=1,
    titles=["a photograph", "change, left to right", "change, top to bottom", "fine detail"],
    caption="Figure 1. One photograph, three kernels of nine numbers each. Orange: positive, blue: negative, white: zero. "
    "The kernels were given the photograph in grey; each map is drawn on its own scale.",
    alt="A Chinese temple tower, then three maps of it: the first traces the upright posts, the second the roofs' "
    "horizontal lines, the third every fine detail.",
)

# %% [markdown]
# Nobody drew the three maps. Each is the photograph put through one small sum, with nine weights that say what to look
# for. A network that turns a street map into an aerial photo, or a horse into a zebra, is this same sum repeated with
# other weights, with a small bend between the repetitions (lecture 02). And the weights are not chosen by hand: they are
# found by gradient descent. In section 10 you will find some.
#
# When you have worked through this page you can
#
# * write a convolution layer as loops, and say what each index does;
# * predict the size of its output and its price in multiplications before you run it;
# * tell convolution, cross-correlation and transposed convolution apart, and prove the difference with a measurement;
# * recover an unknown filter from a picture *before* and *after*;
# * name four things that a convolution cannot do.
#
# Questions come before the experiments that answer them. **Write your answer down before you scroll on or open a fold.** A
# wrong prediction is worth more than a read answer: it shows you which picture in your head to change. Cells that only draw
# are folded; click the blue bar or the dots to see how a picture was made.

# %% [markdown]
# ## 1. From an integral to a sum
#
# Photograph a night street with an unsteady hand. While the shutter is open every lamp drags over the sensor, so each point
# of the picture collects light from a neighbourhood. Let $f$ be the sharp scene along one line and $g(s)$ the share of
# the time for which the hand was displaced by $s$. The picture at $t$ is
#
# $$(f * g)(t) = \int_{-\infty}^{\infty} f(\tau)\, g(t - \tau)\, \mathrm{d}\tau .$$
#
# Read it from the inside. Stand at $t$. Look at every place $\tau$, take what the scene has there, $f(\tau)$, and weight
# it by $g$ at the *displacement* that leads from there to you, $t - \tau$. Add up. The two arguments always sum to $t$,
# which is why $f * g = g * f$: substitute $\tau \to t - \tau$.
#
# A computer holds samples, $\Delta$ apart. The integral becomes a sum of rectangles of width $\Delta$:
#
# $$(f * g)[i] = \Delta \sum_{u} f[u]\, g[i - u] .$$
#
# **What do you expect?** $f$ is a flash: 1 from $t = 0$ to $1$, else 0. $g(t) = e^{-t}$ for $t \ge 0$ is an afterglow, as
# of a screen that fades. Sketch $f * g$. Then: if $\Delta$ is halved, what happens to the error of the sum?
#
# <details><summary>Open when you have a sketch</summary>
#
# It charges while the flash is on, as $1 - e^{-t}$, and decays afterwards, as $(e - 1)\,e^{-t}$: a capacitor. The
# peak is at the end of the flash. Sums of rectangles have an error proportional to their width, so half the $\Delta$
# should give half the error. Check both below.
# </details>


# %%
def glow(delta, end=4.0):
    t = torch.arange(0, end, delta)
    f = (t < 1 - 1e-9).double()
    y = delta * conv.convolve2d(f[None], torch.exp(-t)[None])[0, : len(t)]  # signals as images of one row
    return t, y, torch.where(t <= 1, 1 - torch.exp(-t), (torch.e - 1) * torch.exp(-t))


# %% jupyter={"source_hidden": true}
fig, ax = viz.figure(6.5, 2.6)
for delta, color in ((0.5, viz.COLORS[1]), (0.1, viz.COLORS[2])):
    t, y, exact = glow(delta)
    ax.step(t, y, where="mid", color=color, label=f"sum, Δ = {delta}")
ax.plot(t, exact, color=viz.COLORS[0], label="integral")
ax.set(xlabel="time t", ylabel="(f * g)(t)", title="a flash of length 1, seen on a screen that fades")
ax.legend()
viz.picture(
    fig,
    alt="The exact integral rises until t = 1 and then decays. A fine and a coarse staircase lie above it at first and below it "
    "from t = 1 on; the coarse one has its peak already at t = 0.5.",
    caption="Figure 2. The discrete sum closes in on the integral as the samples move together.",
)

# %%
# NBVAL_CHECK_OUTPUT
for delta in (0.2, 0.1, 0.05, 0.025):
    t, y, exact = glow(delta)
    print(f"delta {delta:<6} largest error {(y - exact).abs().max():.4f}")

# %% [markdown]
# Each halving of $\Delta$ halves the error. (That it is $\Delta$ exactly comes from the worst place, $t = 0$: there the sum
# holds one rectangle already, of area $\Delta$, and the integral nothing.) For images the story ends here: the pixel is the
# unit, $\Delta = 1$, and the sum is not an approximation of anything. It *is* the operation.

# %% [markdown]
# ## 2. Two dimensions: nine numbers and a photograph
#
# An image $x$ has a row $i$ and a column $j$. Put a small table of weights $w$, the **kernel**, on the image, multiply
# every weight by the pixel beneath it, add the products, and write the sum down. Move one pixel to the right, repeat:
#
# $$y[i, j] = \sum_{u}\sum_{v} w[u, v]\; x[i + u,\, j + v] .$$
#
# (You may have noticed a plus where section 1 had a minus. Well spotted; section 7 is about that sign.)
#
# Pixels run from $-1$, black, to $1$, white, so **zero is mid-grey**. This is the course's convention for every image, and
# it will matter.
#
# **What do you expect?** Answer all three, then try them in the explorer below.
#
# 1. A wall of one even grey. What does a kernel do to it whose weights sum to 1? To 0?
# 2. You turn the Sobel kernel by 180°. What happens to its map?
# 3. Which single weight of the identity kernel would you change to make the picture *brighter*?
#
# <details><summary>Answers</summary>
#
# 1. On an even patch of value $c$ every product has the factor $c$, so $y = c \sum w$. Sum 1 keeps the wall as it is; sum 0
#    turns it to zero. Blurs and sharpening sum to 1, detectors of change sum to 0.
# 2. It changes its sign: orange becomes blue. For this kernel a half turn is the same as a factor of $-1$.
# 3. None will do. With 1.5 in the middle, $y = 1.5\,x$: light pixels get lighter and dark ones darker. That is *contrast*
#    about mid-grey. Brightness adds the same number everywhere, and for that the layer has a bias: $y = w \cdot x + b$.
# </details>

# %%
row_of = {e.name: row for row, e in enumerate(data.emoji_index("all"))}
chosen = [row_of[name] for name in ("frog", "sunflower", "robot", "rainbow")]
emoji = data.to_float(data.emoji("flat", "all")[chosen]).double()  # (4, 3, 64, 64)
sheet = torch.cat([torch.cat([*emoji[:2]], 2), torch.cat([*emoji[2:]], 2)], 1)  # (3, 128, 128), two by two

temple = grey[..., 8:136, 10:138]
KernelExplorer({"temple": data.to_uint8(temple), "emoji": data.to_uint8(sheet.mean(0)[None, None])})

# %% [markdown]
# *To try: make a blur that smears only upwards and downwards. Make a kernel whose map is the picture moved two pixels to
# the left (take a 5 × 5 preset). Find a kernel with sum 0 that answers loudest to a 45° line. Everything is keyboard
# work: Tab to a weight, arrow keys to change it.* The browser does the sum, so this page moves before you have run a cell; a red
# broken link above the explorer says just that.
#
# The first answer, as a measurement: an even picture of value 0.5 under each preset.

# %%
# NBVAL_CHECK_OUTPUT
wall = torch.full((1, 1, 9, 9), 0.5)
for name, kernel in PRESETS.items():
    w = torch.tensor(kernel).double()
    y = conv.conv2d(wall, w[None, None])
    print(
        f"{name:32} sum of weights {w.sum():5.2f}   response {y.min():5.2f} everywhere: {bool((y == y[0, 0, 0, 0]).all())}"
    )

# %% [markdown]
# ## 3. A filter is a dot product with a chunk
#
# Colour images have three channels, and a filter looks at all of them at once. A 5 × 5 filter on a colour image is a block
# of weights of size 3 × 5 × 5, laid on a block of pixels of the same size. Flatten both to vectors and the response is one
# dot product, plus a bias:
#
# $$y = w^\top x + b .$$

# %%
# NBVAL_CHECK_OUTPUT
w = torch.randn(3, 5, 5, generator=torch.Generator().manual_seed(0))
chunk = photo[0, :, 40:45, 60:65]  # (3, 5, 5), its top left corner at row 40, column 60
one_number = w.flatten() @ chunk.flatten() + 0.1
whole_map = conv.conv2d(photo, w[None], torch.tensor([0.1]))
print("numbers in the chunk:", chunk.numel())
print("same as the map's pixel [40, 60]:", bool(torch.isclose(one_number, whole_map[0, 0, 40, 60])))

# %% [markdown]
# **Find the error on the slide.** A lecture of Stanford's CS448V introduces the layer with the words *"5x5x3 =
# 70-dimensional dot product + bias"*. How many dimensions, and how many learnable numbers in all?
#
# <details><summary>Answer</summary>
#
# 5 · 5 · 3 = 75, as the cell above counts; with the bias the filter has 76 learnable numbers. A slip of the pen in
# a good lecture, and a good habit to take from it: count.
# </details>

# %% [markdown]
# Slide the chunk over the image, one dot product a place, and the numbers fill a map. Below, the image is a frog shrunk to
# 16 × 16 pixels. The filter is a piece of the frog itself: its left eye, cut out, with each channel's mean taken away so that
# an even patch of any colour gets zero.
#
# **What do you expect?** Where will the map be most orange?

# %%
frog = avg_pool2d(emoji[:1], 4)  # (1, 3, 16, 16)
eye = frog[0, :, 1:6, 2:7]  # (3, 5, 5), its top left corner at row 1, column 2
eye_filter = eye - eye.mean((1, 2), keepdim=True)
SlidingWindow(data.to_uint8(frog), eye_filter, step=5)

# %%
# NBVAL_CHECK_OUTPUT
y = conv.conv2d(frog, eye_filter[None])[0, 0]  # (12, 12)
ranked = y.flatten().argsort(descending=True)[:3].tolist()
corners = [divmod(place, y.shape[1]) for place in ranked]
print("loudest chunks, row and column of the top left corner:", corners)
print("their responses:", [round(y.flatten()[place].item(), 1) for place in ranked])

# %% [markdown]
# <details><summary>Open after you have pressed play</summary>
#
# At (1, 2), where the eye was cut from, and next at (1, 8) and (1, 9): the *other* eye, which the filter has never seen
# (row and column are the chunk's top left corner). Of all chunks of one length, a dot product is largest for the one that points the same way as $w$ (Cauchy and Schwarz: $w^\top x \le \lVert w
# \rVert_2 \lVert x \rVert_2$, equal when $x$ is a positive multiple of $w$). So a filter is a **template**: it answers loudest where
# the image looks like it, and where contrast is high. An eye detector, from one eye.
# </details>

# %% [markdown]
# ## 4. Many filters: the activation tensor
#
# One filter gives one map. A layer has many filters, and stacks their maps like the sheets of a block of paper: the
# **activation tensor**. With a batch of $N$ images and $C_\text{out}$ filters, the whole layer is
#
# $$y[n, o, i, j] = b[o] + \sum_{c, u, v} w[o, c, u, v]\; x[n, c,\, i + u,\, j + v] ,$$
#
# | tensor | shape | here |
# |---|---|---|
# | images $x$ | $(N, C_\text{in}, H, W)$ | four emoji, three colours, 32 × 32 |
# | filters $w$ | $(C_\text{out}, C_\text{in}, k, k)$ | six filters of 3 × 5 × 5 |
# | bias $b$ | $(C_\text{out})$ | six numbers |
# | activation $y$ | $(N, C_\text{out}, H', W')$ | four times six maps |
#
# Three indices are summed over ($c, u, v$: *what the filter sees*), four are kept ($n, o, i, j$: *which image, which filter,
# where*). Learn the line by heart and you can rebuild everything else on this page.
#
# **What do you expect?** How many rows do the maps of a 32 × 32 image have? How many learnable numbers has the layer?
#
# <details><summary>Answer</summary>
#
# The window of 5 starts at row 0, at the latest at row 27: 28 rows. Six filters of 75 weights and a bias: 6 · 76 = 456.
# Both are checked below. Neither depends on the number of images, and the second does not depend on their size.
# </details>

# %%
emoji32 = avg_pool2d(emoji, 2)  # (4, 3, 32, 32)
edge = torch.tensor([1.0, 2.0, 0.0, -2.0, -1.0])  # a change along one axis
soft = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16  # a blur along one axis
light = torch.full((3,), 1 / 3)
spatial = [
    torch.outer(soft, -edge),
    torch.outer(-edge, soft),
    torch.outer(edge, edge),
    *[torch.outer(soft, soft)] * 3,
]
colors = [light, light, light, light, torch.tensor([1.0, -1.0, 0.0]), torch.tensor([0.5, 0.5, -1.0])]
bank = torch.stack([color[:, None, None] * s for color, s in zip(colors, spatial)])  # (6, 3, 5, 5)
names = [
    "left–right\nchange",
    "top–bottom\nchange",
    "diagonals,\ncorners",
    "brightness",
    "red against\ngreen",
    "yellow\nagainst blue",
]

# %%
# NBVAL_CHECK_OUTPUT
y = conv.conv2d(emoji32, bank, torch.zeros(6))
print("images", tuple(emoji32.shape), "filters", tuple(bank.shape), "activation", tuple(y.shape))
print("learnable numbers:", bank.numel() + 6)

# %% jupyter={"source_hidden": true}
limit = y.abs().amax(dim=(0, 2, 3))  # each filter's own scale
viz.image_grid(
    [
        torch.cat([data.to_uint8(x)[None], viz.signed_images(m / limit[:, None, None], 1)])
        for x, m in zip(emoji32[..., 2:-2, 2:-2], y)
    ],
    column_labels=["image", *names],
    row_labels=["y[0]", "y[1]", "y[2]", "y[3]"],
    size=0.95,
    caption="Figure 3. An activation tensor, unfolded: a row is an image n, a column a filter o. Blue negative, orange positive.",
    alt="Four emoji and their six response maps each: two maps trace edges, one diagonals and corners, "
    "one brightness, two colour contrasts.",
)

# %% [markdown]
# The maps are the channels of a new "image" with six channels instead of three. The next layer's filters are 6 × 5 × 5
# blocks, dot products with *chunks of activations*, and so on: that stack is a convolutional network.

# %% [markdown]
# ## 5. Sizes: stride, padding, dilation, groups
#
# Four knobs change which pixels a window visits.
#
# * **Stride** $s$: move the window $s$ pixels at a time. The map shrinks by about $s$.
# * **Padding** $p$: put $p$ rows of zeros around the image first. Remember that zero is mid-grey.
# * **Dilation** $d$: spread the taps of the kernel $d$ pixels apart. A wider view for the same number of weights.
# * **Groups** $g$: split the channels into $g$ blocks that do not see each other.
#
# With the first three, output $[i, j]$ reads other pixels, and nothing else changes:
#
# $$y[n, o, i, j] = b[o] + \sum_{c, u, v} w[o, c, u, v]\; x[n, c,\, si + du - p,\, sj + dv - p] .$$


# %% jupyter={"source_hidden": true}
def draw_windows(ax, n, k, stride, padding, dilation):
    rows = conv.conv2d_output_size(n, k, stride, padding, dilation)
    for r in range(rows):
        taps = [r * stride + u * dilation - padding for u in range(k)]
        ax.plot([taps[0], taps[-1]], [r, r], color="#9aa5ad", linewidth=1, zorder=1)
        ax.scatter(
            taps,
            [r] * k,
            s=42,
            color=[viz.COLORS[0] if 0 <= t < n else viz.COLORS[1] for t in taps],
            zorder=2,
        )
    ax.axvspan(-0.5, n - 0.5, color="#eef2f5", zorder=0)
    ax.set(xlim=(-1.7, n + 0.7), ylim=(6.6, -0.6), yticks=range(rows), xticks=range(n), xlabel="pixel")
    ax.set_title(f"s = {stride}, p = {padding}, d = {dilation}\n{rows} outputs")


fig, axes = viz.figure(8, 2.9, ncols=4)
for ax, setting in zip(axes, ((1, 0, 1), (2, 0, 1), (1, 1, 1), (1, 0, 2))):
    draw_windows(ax, 7, 3, *setting)
axes[0].set_ylabel("output")
viz.picture(
    fig,
    alt="Four diagrams of a kernel of three taps on seven pixels. Plain: five outputs. Stride 2: three. Padding 1: seven, "
    "with taps outside the image at both ends. Dilation 2: three, each spanning five pixels.",
    caption="Figure 4. Seven pixels (grey band), a kernel of three taps: each line is one window, each dot a pixel it reads; "
    "orange dots read the padding.",
)

# %% [markdown]
# Counting the lines of such a diagram gives the one formula of this section. A dilated kernel spans $d(k - 1) + 1$ pixels.
# The padded image has $n + 2p$. The first window starts at 0, the last one at $n + 2p - d(k - 1) - 1$ at most, and
# there is one every $s$ pixels:
#
# $$n' = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1 .$$
#
# **What do you expect?** Fill in the last column before you run the cell.
#
# | | image n | kernel k | stride s | padding p | dilation d | n' |
# |---|---|---|---|---|---|---|
# | a | 32 | 5 | 1 | 0 | 1 | ? |
# | b | 64 | 3 | 1 | 1 | 1 | ? |
# | c | 256 | 4 | 2 | 1 | 1 | ? |
# | d | 7 | 3 | 2 | 0 | 1 | ? |
# | e | 8 | 3 | 2 | 0 | 1 | ? |
# | f | 64 | 3 | 1 | 2 | 2 | ? |

# %%
# NBVAL_CHECK_OUTPUT
rows = {"a": (32, 5, 1, 0, 1), "b": (64, 3, 1, 1, 1), "c": (256, 4, 2, 1, 1)}
rows |= {"d": (7, 3, 2, 0, 1), "e": (8, 3, 2, 0, 1), "f": (64, 3, 1, 2, 2)}
for row, (n, k, *how) in rows.items():
    y = torch.nn.functional.conv2d(torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k), None, *how)
    print(f"{row}: {conv.conv2d_output_size(n, k, *how):4}   torch says {y.shape[-1]:4}")

# %% [markdown]
# Row b is the layer that keeps the size, the workhorse of this course; f keeps it too, with nine taps spread over 5 × 5 pixels. Row c
# halves the image; DCGAN (lecture 06) and pix2pix (lecture 14), which you will build, are made of it. Rows d and e have the same answer: with a stride, the last
# row and column of an 8-pixel image are never looked at. That ambiguity returns in section 8.
#
# **What do you expect?** The same kernel with stride 1, 2 and 4, and with dilation 1, 2 and 4. What does each make of a post one
# pixel wide, of a row of such posts, and of the side of the tower?
#
# <details><summary>Answer</summary>
#
# Stride only skips: its map is every second (fourth) pixel of the first, exactly, and a thin post may fall between.
# Dilation asks another question, since its outer taps are $2d$ pixels apart. A thin post is seen twice, $d$ pixels to either side,
# and no stronger; a row of posts $2d$ apart vanishes, every post being compared with the next; the side of the tower grows into a band
# $2d$ wide. The figure shows it, the cell below it counts.
# </details>

# %%
sobel = torch.tensor(PRESETS["left to right change (Sobel)"])[None, None].double()
settings = [dict(stride=1), dict(stride=2), dict(stride=4), dict(dilation=2), dict(dilation=4)]
names = ["stride 1", "stride 2", "stride 4", "dilation 2", "dilation 4"]
maps = [conv.conv2d(grey, sobel, **how)[0, 0] for how in settings]
viz.response_maps(
    maps,
    titles=[f"{how}\n{m.shape[0]} × {m.shape[1]}" for how, m in zip(names, maps)],
    size=1.45,
    caption="Figure 5. Stride thins out the map, dilation widens the question: it compares pixels that lie farther apart.",
    alt="Five maps of the temple's left-right edges. Stride 2 and 4 are coarser versions of the first; dilation 2 and 4 are as "
    "fine but their edges are broader.",
)

# %%
# NBVAL_CHECK_OUTPUT
post, posts, side = torch.ones(3, 1, 1, 9, 40)  # white walls
post[..., 20], posts[..., ::4], side[..., 20:] = -1, -1, -1
for d in (1, 2, 4):
    one, many, wide = (conv.conv2d(x, sobel, dilation=d)[0, 0, 0] for x in (post, posts, side))
    seen = {column + d - 20: one[column].item() for column in one.nonzero().flatten().tolist()}
    loudest, width = many.abs().max(), len(wide.nonzero())
    print(f"d = {d}: a post {seen}   posts 4 apart: loudest {loudest:.0f}   a side: {width} pixels wide")
skipped = [conv.conv2d(x, sobel, stride=2).abs().max().item() for x in (post, post.roll(1, -1))]
print("stride 2: loudest answer to the post, and to the post one pixel further:", skipped)

# %% [markdown]
# **Groups.** With $g = 1$ every filter sees all channels. With $g = C_\text{in}$ each filter sees one
# channel (*depthwise*). The weights have the shape $(C_\text{out}, C_\text{in}/g, k, k)$: a filter is as deep as its block.
# A depthwise layer followed by a 1 × 1 layer, which mixes channels and looks at no neighbours, stands in for a full
# layer, with fewer functions to choose from and far fewer weights. How cheap is a matter of counting.

# %% [markdown]
# Now set stride, padding and dilation yourself: scroll up to the sliding window of section 3.
# **What do you expect?** At padding 2, how many of the 75 terms of the *first* dot product are zero, whatever the weights?
#
# <details><summary>Answer</summary>
#
# The first window starts two rows above and two columns left of the image. Of its 25 places, 3 × 3 lie inside; 16 places
# times three channels make 48 zeros. The corner of a padded map knows little about the image, and nothing tells the
# network so. More in section 11.
# </details>

# %%
# NBVAL_CHECK_OUTPUT
first_chunk = conv.im2col(torch.ones_like(frog), 5, padding=2)[0, :, 0]
print("zeros in the first chunk at padding 2:", int((first_chunk == 0).sum()), "of", len(first_chunk))
print("stride 2 is every second pixel of stride 1:", bool((maps[1] == maps[0][::2, ::2]).all()))

# %% [markdown]
# ## 6. The price, in multiplications
#
# Each of the $N \cdot C_\text{out} \cdot H' \cdot W'$ outputs is a dot product of $C_\text{in} \cdot k \cdot k / g$ terms, so that is
#
# $$N \; C_\text{out} \; H' \; W' \cdot \frac{C_\text{in}}{g} \; k^2 \quad \text{multiplications.}$$
#
# **What do you expect?** Two layers of pix2pix, both with 4 × 4 kernels and stride 2: its first one turns 256 × 256 pixels with
# 3 channels into 64 maps of 128 × 128. One from deep inside turns 512 maps of 16 × 16 into 512 maps of 8 × 8. Which costs more?

# %%
# NBVAL_CHECK_OUTPUT
first = conv.multiplications((1, 3, 256, 256), (64, 3, 4, 4), stride=2, padding=1)
deep = conv.multiplications((1, 512, 16, 16), (512, 512, 4, 4), stride=2, padding=1)
print(f"first: 256 x 256 x 3   -> 128 x 128 x 64   {first:>12,} multiplications {64 * 3 * 16:>10,} weights")
print(f"deep:   16 x 16 x 512  ->   8 x 8 x 512    {deep:>12,} multiplications {512 * 512 * 16:>10,} weights")
print(f"ratio {deep / first:.1f}")

# %% [markdown]
# The tiny maps deep inside cost more than five times the large picture: cost grows with the *product* of the channels.
#
# The second comparison is the reason that convolution exists. A fully connected layer from 64 × 64 × 3 pixels to 64 maps of
# the same size has its own weight for every pair of an input number and an output number. A convolution makes two
# assumptions instead: what matters is *near* (5 × 5), and what is worth detecting here is worth detecting *everywhere* (the
# weights are shared).

# %%
# NBVAL_CHECK_OUTPUT
pixels, maps = 64 * 64, 64
full = conv.multiplications((1, 3, 64, 64), (maps, 3, 5, 5), padding=2)
depthwise = conv.multiplications((1, 3, 64, 64), (3, 1, 5, 5), padding=2, groups=3)
pointwise = conv.multiplications((1, 3, 64, 64), (maps, 3, 1, 1))
print(f"{'':28}{'weights':>14}{'multiplications':>18}")
print(f"{'fully connected':28}{pixels * 3 * pixels * maps:>14,}{pixels * 3 * pixels * maps:>18,}")
print(f"{'convolution 5 x 5':28}{maps * 3 * 25:>14,}{full:>18,}")
print(f"{'depthwise 5 x 5, then 1 x 1':28}{3 * 25 + maps * 3:>14,}{depthwise + pointwise:>18,}")

# %% [markdown]
# Three billion weights against 4,800, for maps of the same size. Sharing does not make the single
# output cheaper than its 75 products; it makes the layer *learnable*: every window of every image trains the same 75 numbers.
#
# The price is that of the sum as it is written. Neighbouring windows overlap, and algebra can use that: four neighbouring outputs of a row under a kernel
# of 3 need six products instead of twelve (`course_lib.winograd`; lecture 19's network does so on large pictures).

# %% [markdown]
# ## 7. Convolution, or cross-correlation?
#
# Section 1 summed $f[u]\,g[i - u]$; every layer since has summed $w[u]\,x[i + u]$. With the minus sign the kernel is laid on
# the image *turned by 180°*. That is **convolution**. With the plus sign it is laid on as it stands: **cross-correlation**.
# All frameworks compute the second and call it the first.
#
# **What do you expect?** The image is 0 but for a single 1, a spark. The kernel is a letter F. What do the two maps show?

# %%
letter = torch.tensor([[1, 1, 1, 1.0], [1, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
spark = torch.zeros(1, 1, 11, 11)
spark[..., 5, 5] = 1
correlated = conv.conv2d(spark, letter[None, None], padding=(4, 3))[0, 0]
convolved = conv.convolve2d(spark[0, 0], letter)
kernel_on_paper = torch.nn.functional.pad(letter, (4, 3, 3, 3))  # on as many pixels as the image, to compare
viz.response_maps(
    [spark[0, 0], kernel_on_paper, correlated[2:-2, 2:-1], convolved[2:-2, 1:-2]],
    titles=[
        "image: one spark",
        "kernel",
        "cross-correlation\n(what layers do)",
        "convolution\n(what section 1 says)",
    ],
    limit=1.3,
    caption="Figure 6. Convolution paints the kernel at every bright pixel. Cross-correlation paints it upside down.",
    alt="A single bright pixel; the letter F; cross-correlation shows an F turned by 180 degrees; convolution shows the F upright.",
)

# %% [markdown]
# The turn is not a matter of taste. True convolution does not care which of the two is the image, nor which of two
# neighbouring stars is done first; cross-correlation has neither property:

# %%
# NBVAL_CHECK_OUTPUT
g = torch.Generator().manual_seed(1)
x, a, b = (torch.randn(n, n, generator=g) for n in (12, 3, 4))


def correlate(x, w):
    return conv.convolve2d(x, w.flip(0, 1))


def same(p, q):
    return bool(torch.allclose(p, q))


for name, op in (("convolution", conv.convolve2d), ("cross-correlation", correlate)):
    print(
        f"{name:18} a*b = b*a: {same(op(a, b), op(b, a))!s:6}  (x*a)*b = x*(a*b): {same(op(op(x, a), b), op(x, op(a, b)))}"
    )

# %% [markdown]
# Then why does nobody mind? Because the weights are learned. Where a convolution would learn $w$, a cross-correlation learns
# $w$ turned by 180°, at the same price and with the same output. The name stuck. It matters chiefly in three places: when
# you carry a kernel from a textbook into code, when you compare with a signal-processing library, and in the
# backward pass, where the turned kernel appears by itself.

# %% [markdown]
# ## 8. Backwards: gradients, and the transposed convolution
#
# Write the image as one long vector. The layer is linear in it, so there is a matrix $A$ with $y = A x$. Each row of $A$ is one
# window: zeros, and the weights of the filter at the pixels that this window visits.

# %%
kernel = torch.tensor([[1.0, -2.0, 1.5], [2.0, 3.0, -1.0], [-1.5, 1.0, 2.0]])
basis = torch.eye(36).view(36, 1, 6, 6)  # all images with a single 1
A = conv.conv2d(basis, kernel[None, None]).view(36, 16).T  # column j: the answer to pixel j
strided = conv.conv2d(torch.eye(49).view(49, 1, 7, 7), kernel[None, None], stride=2).view(49, 9).T

# %% jupyter={"source_hidden": true}
fig, axes = viz.figure(8, 3.1, ncols=3, width_ratios=(36, 49, 16))
for ax, matrix, title in zip(
    axes, (A, strided, A.T), ("A: 6 × 6 → 4 × 4", "with stride 2: 7 × 7 → 3 × 3", "A transposed")
):
    viz.draw_image(ax, viz.signed_images(matrix, 3).movedim(0, -1), title)
    ax.spines[:].set(visible=True, color="#cfd6db")
viz.picture(
    fig,
    caption="Figure 7. A convolution as a matrix, nine weights repeated along diagonals. Left and middle: a row a window, a column "
    "a pixel; right, transposed, the other way round.",
    alt="Three sparse matrices with the same nine coloured entries repeated along diagonals; the third is the first, transposed.",
)

# %% [markdown]
# Let the loss $L$ have the gradient $g_i = \partial L / \partial y_i$ at the output. Pixel $x_j$ reaches it through every $y_i$, at the
# rate $A_{ij}$, so the chain rule gives
#
# $$\frac{\partial L}{\partial x_j} = \sum_i g_i \frac{\partial y_i}{\partial x_j} = \sum_i g_i A_{ij} = (A^\top g)_j .$$
#
# * **The gradient** at $x$ is $A^\top g$. Every convolution layer of every network applies $A^\top$ on its way back.
# * **The transposed convolution** is that same $A^\top$, used *forwards* as a layer: from a small map to a larger one. Where a
#   convolution gathers a window into one number, it scatters one number over a window: every input pixel paints its
#   weighted copy of the kernel, and overlaps add up. Generators grow their pictures this way.
# * **The adjoint identity** $\langle A x, y \rangle = \langle x, A^\top y \rangle$ holds for every $x$ and $y$: both are $\sum_{ij} y_i
#   A_{ij} x_j$. Here $\langle a, b \rangle$ is the sum of products $\sum_i a_i b_i$, and $A^\top$ is also called the *adjoint* of
#   $A$. The identity is the test to write whenever you write a backward pass by hand.
#
# One size is ambiguous: with a stride, images of 7 and of 8 pixels give the same map (rows d and e), and the way back must be told which it
# was. `output_padding` adds the rows and columns that no window had visited.

# %%
# NBVAL_CHECK_OUTPUT
g = torch.Generator().manual_seed(2)
for size, k, how in (
    (9, 3, dict(stride=1, padding=1)),
    (11, 4, dict(stride=2, padding=1)),
    (13, 3, dict(stride=2, dilation=2)),
):
    x, w = torch.randn(2, 3, size, size, generator=g), torch.randn(5, 3, k, k, generator=g)
    Ax = conv.conv2d(x, w, **how)
    y = torch.randn(Ax.shape, generator=g)
    unseen = (
        size - conv.conv_transpose2d(y, w, **how).shape[-1]
    )  # rows that no window visits: d and e in section 5
    ATy = conv.conv_transpose2d(y, w, output_padding=unseen, **how)
    agree = bool(((Ax * y).sum() - (x * ATy).sum()).abs() < 1e-10)
    print(f"{tuple(x.shape)} -> {tuple(Ax.shape)} {how}: <Ax, y> = <x, A'y> to 1e-10: {agree}")
y, w = torch.randn(6, 6, generator=g), torch.randn(3, 3, generator=g)
transposed = conv.conv_transpose2d(y[None, None], w[None, None])[0, 0]
print(
    "stride 1: the transpose is section 7's true convolution:",
    bool(torch.allclose(transposed, conv.convolve2d(y, w))),
)

# %% [markdown]
# **What do you expect?** Put the photo through a blur with stride 2, then through the transpose of that same layer. Is the
# photo back?

# %%
blur = torch.full((1, 1, 3, 3), 1 / 9)
small = conv.conv2d(grey, blur, stride=2)
back = conv.conv_transpose2d(small, blur, stride=2)
touched = conv.conv_transpose2d(torch.ones_like(small), torch.ones(1, 1, 3, 3), stride=2)
viz.image_grid(
    [torch.cat([grey, back / back.abs().max(), (back / (touched / 9))])[..., 40:120, 20:100]],
    column_labels=[
        "photo (a part)",
        "transpose of the blur",
        "divided by the counts",
    ],
    size=2.2,
    caption="Figure 8. The adjoint is not the inverse: the size comes back, the detail does not, and a grid appears. Right: "
    "divided by how often each pixel was painted.",
    alt="Left, a sharp part of the temple; middle, the same blurred under a regular grid, of dark dots on the temple and bright "
    "ones in the sky; right, blurred without the grid.",
)

# %%
# NBVAL_CHECK_OUTPUT
inside = touched[..., 2:-2, 2:-2]
print("times a pixel inside is painted (kernel 3, stride 2):", inside.unique().int().tolist())
even = conv.conv_transpose2d(torch.ones(1, 1, 20, 20), torch.ones(1, 1, 4, 4), stride=2)[..., 2:-2, 2:-2]
print("times a pixel inside is painted (kernel 4, stride 2):", even.unique().int().tolist())

# %% [markdown]
# No. A transpose undoes the *bookkeeping* of a convolution, not its effect: a blur destroyed detail, and its transpose blurs
# once more. The grid comes from counting: with kernel 3 and stride 2 a pixel is painted once, twice or four times,
# depending on its place. These checkerboards haunt generated images; with kernel 4 every pixel inside is painted four
# times, and pix2pix builds its generator of such layers. Lecture 02 takes this further.
#
# That leaves the weights. The layer multiplies $w$ by $x$ and sums; its gradient multiplies the same pairs, with $g$ in
# the place of what is asked for: $\partial L / \partial w[o,c,u,v] = \sum_{n,i,j} g[n,o,i,j]\, x[n,c,i+u,j+v]$. The bias
# receives the sum of $g$ over all but $o$. These lines are `conv2d_backward`, and you will write them in a1.

# %% [markdown]
# ## 9. One layer, three ways
#
# Three programs compute the layer, and you should be able to read the first two:
#
# 1. **loops**: the definition, seven nested indices, hopelessly slow;
# 2. **im2col**: write every window as a column of a matrix; then all dot products are *one* matrix product. It spends memory
#    (each pixel is copied up to $k^2$ times) to use the fastest routine that a processor has;
# 3. **the framework**, which does something like the second in hand-tuned machine code.
#
# The second has a short spelling, `einsum`: a letter for each index, as in section 4. Factors stand left of the arrow, the result
# right of it, and a letter that is missing on the right is summed over. The library's versions add stride, padding and dilation.


# %%
def conv2d_by_hand(x, w, b):
    """The layer as its definition reads: no padding, stride 1."""
    (N, _, H, W), (C_out, _, k, _) = x.shape, w.shape
    y = torch.zeros(N, C_out, H - k + 1, W - k + 1)
    for n in range(N):
        for o in range(C_out):
            for i in range(H - k + 1):
                for j in range(W - k + 1):
                    chunk = x[n, :, i : i + k, j : j + k]
                    y[n, o, i, j] = (w[o] * chunk).sum() + b[o]  # c, u and v in one go
    return y


def im2col_by_hand(x, k):
    """Every window of one image (C, H, W) as a column: (C k k, H' W')."""
    places = [(i, j) for i in range(x.shape[1] - k + 1) for j in range(x.shape[2] - k + 1)]
    return torch.stack([x[:, i : i + k, j : j + k].flatten() for i, j in places], 1)


tiny = avg_pool2d(emoji32[:1], 2)  # (1, 3, 16, 16)
columns = im2col_by_hand(tiny[0], 5)  # (75, 144): a column is a chunk
rows = bank.flatten(1)  # (6, 75): a row is a filter
by_loops = conv2d_by_hand(tiny, bank, torch.zeros(6))  # (1, 6, 12, 12)
windows = conv.sliding_windows(tiny, 5)  # (1, 3, 5, 5, 12, 12), the columns again: n, c, u, v, i, j
by_einsum = torch.einsum("ocuv, ncuvij -> noij", bank, windows)
print("loops equal filters @ windows:", torch.allclose(by_loops[0].flatten(1), rows @ columns))
print("loops equal einsum:           ", torch.allclose(by_loops, by_einsum))


# %% jupyter={"source_hidden": true}
def draw_matrix(ax, matrix, title):
    matrix = matrix / matrix.abs().amax(1, keepdim=True)  # each row on its own scale
    ax.imshow(viz.signed_images(matrix, 1).movedim(0, -1), aspect="auto")
    ax.set(xticks=[], yticks=[], title=title)


fig, axes = viz.figure(8, 3.9, nrows=2, ncols=2, width_ratios=(75, 144), height_ratios=(75, 32))
axes[0, 0].set_axis_off()
draw_matrix(axes[0, 1], columns, "windows: 75 × 144, a column a chunk")
draw_matrix(axes[1, 0], rows, "filters: 6 × 75, a row a filter")
draw_matrix(axes[1, 1], rows @ columns, "filters @ windows: 6 × 144, a row a map")
viz.picture(
    fig,
    caption="Figure 9. im2col on the 16 × 16 frog: a column is one chunk, its red above its green above its blue pixels. "
    "Below it stand its six dot products.",
    alt="A matrix of diagonal texture in three bands; left below it six filters as rows of 75 weights, right below it their product.",
)

# %% [markdown]
# Here is the **claim of this lecture**: loops, im2col and the framework agree to ten digits, outputs and gradients alike.
# And so do the gradients of our own backward pass (section 8), with no autograd in it.

# %%
# NBVAL_CHECK_OUTPUT
g = torch.Generator().manual_seed(3)


def all_results(layer, x, w, b, upstream, **how):
    """Output and the gradients for x, w and b, by autograd."""
    leaves = [t.clone().requires_grad_() for t in (x, w, b)]
    y = layer(*leaves, **how)
    return [y.detach(), *torch.autograd.grad(y, leaves, upstream)]


for how in (dict(), dict(stride=2, padding=1), dict(stride=3, padding=2, dilation=2)):
    x, w, b = (torch.randn(shape, generator=g) for shape in ((2, 3, 11, 9), (4, 3, 3, 3), (4,)))
    framework = torch.nn.functional.conv2d
    upstream = torch.randn(framework(x, w, b, **how).shape, generator=g)
    truth = all_results(framework, x, w, b, upstream, **how)
    ours = {
        "loops": all_results(conv.conv2d_loops, x, w, b, upstream, **how),
        "im2col": all_results(conv.conv2d_im2col, x, w, b, upstream, **how),
        "einsum": all_results(conv.conv2d, x, w, b, upstream, **how),
        "our backward (gradients)": conv.conv2d_backward(upstream, x, w, **how),
    }
    gaps = [(p - q).abs().max() for got in ours.values() for p, q in zip(got, truth[-len(got) :])]
    print(f"{', '.join(ours)}: all within 1e-10: {bool(max(gaps) < 1e-10)}   {how}")

# %% [markdown]
# And the speed? Run this cell; the numbers are your machine's. The loops lose their time in Python, not in arithmetic: every
# dot product of 75 terms is a trip through the interpreter.

# %%
from timeit import timeit

x, w = torch.randn(1, 3, 24, 24), torch.randn(6, 3, 5, 5)
layers = {"framework": torch.nn.functional.conv2d, "im2col": conv.conv2d_im2col, "loops": conv.conv2d_loops}
for name, layer in layers.items():
    layer(x, w)  # the first call pays for setting up
    milliseconds = 1e3 * min(timeit(lambda layer=layer: layer(x, w), number=1) for _ in range(5))
    print(f"{name:10} {milliseconds:8.3f} ms")

# %% [markdown]
# ## 10. Find the filter
#
# Until now we chose the weights. Here is the turn that made this field: **give the before and the after, and let gradient
# descent find the weights.** Somebody has put the photo through a secret 5 × 5 filter. You see both pictures. (The filter is in
# the folded cell. Do not look yet.)

# %% jupyter={"source_hidden": true}
secret = torch.tensor(
    [
        [-1.0, -0.5, 0.0, 0.0, 0.0],
        [-0.5, -0.5, -0.5, 0.0, 0.0],
        [0.0, -0.5, 0.5, 0.5, 0.0],
        [0.0, 0.0, 0.5, 0.5, 0.5],
        [0.0, 0.0, 0.0, 0.5, 1.0],
    ]
)
after = conv.conv2d(grey, secret[None, None])
viz.image_grid(
    torch.cat([grey[..., 2:-2, 2:-2], after]),
    column_labels=["before", "after"],
    size=2.3,
    caption="Figure 10. What was done to this picture?",
    alt="The temple before and after: the second looks like a relief in grey stone lit from one corner.",
)

# %% [markdown]
# The loss is the mean squared difference between *our* after and the given one. The model is one layer without bias: 25 unknowns.
# The gradient comes from `conv2d_backward` (section 8), not from autograd.
#
# **What do you expect?** What will the descent find first: the broad layout of the filter (negative here, positive there), or the
# sharp steps between neighbouring weights?
#
# <details><summary>Answer</summary>
#
# The broad layout. Neighbouring pixels of a photo are nearly equal, so moving weight from one tap to the next hardly
# changes the output: the loss is almost flat in that direction and steep for changes that many taps share. Descent runs down the
# steep directions and crawls along the flat ones. (Adam rescales the step of each weight, and crawls less.)
# </details>

# %%
w = torch.zeros(1, 1, 5, 5, requires_grad=True)
optimizer = torch.optim.Adam([w], lr=0.05)
loss, path = [], []
for _ in range(401):
    y = conv.conv2d(grey, w.detach())
    path.append(w.detach()[0, 0].clone())
    loss.append((y - after).square().mean().item())
    upstream = 2 * (y - after) / y.numel()  # d loss / d y
    w.grad = conv.conv2d_backward(upstream, grey, w.detach())[1]
    optimizer.step()

# %% jupyter={"source_hidden": true}
shown = (0, 10, 40, 100, 400)
viz.response_maps(
    [*(path[step] for step in shown), secret],
    titles=[*(f"step {step}\nloss {loss[step]:.1g}" for step in shown), "the secret"],
    size=1.2,
    caption="Figure 11. The filter that gradient descent holds, from empty to found.",
    alt="Six small colour tables: an empty filter that turns, over 400 steps, first into a smooth ramp from one corner to the "
    "other, then into the secret filter at the right.",
)

# %% [markdown]
# Measure both errors: of the *means* over 3 × 3 weights, and of the *steps* from one weight to the next.

# %%
error = torch.stack(path) - secret  # (401, 5, 5)
broad = avg_pool2d(error, 3, stride=1).flatten(1).norm(dim=1)
fine = torch.cat([error.diff(dim=1).flatten(1), error.diff(dim=2).flatten(1)], 1).norm(dim=1)

# %% jupyter={"source_hidden": true}
viz.curves(
    range(401),
    {"broad layout": broad / broad[0], "fine steps": fine / fine[0]},
    xlabel="step",
    ylabel="error left, share of the start",
    logy=True,
    width=5.5,
    height=2.6,
    caption="Figure 12. Gradient descent finds what many pixels agree on first.",
    alt="Two falling curves on a logarithmic scale. The broad error falls fast from the start, the fine error "
    "slowly and evenly.",
)

# %%
# NBVAL_CHECK_OUTPUT
print("after 40 steps: broad error below a fifth:     ", bool(broad[40] < 0.2 * broad[0]))
print("after 40 steps: fine error above seven tenths: ", bool(fine[40] > 0.7 * fine[0]))
print("after 400 steps: every weight within 0.02:     ", bool((path[400] - secret).abs().max() < 0.02))
columns = conv.im2col(grey, 5)[0]  # the loss is quadratic in w: linear algebra finds its minimum in one step
exact = torch.linalg.lstsq(columns.T, after.flatten()[:, None]).solution
exact_error = (exact.flatten() - secret.flatten()).abs().max()
print("by least squares: every weight within 1e-8:    ", bool(exact_error < 1e-8))

# %% [markdown]
# Twenty-five numbers, recovered from one picture. Nothing in the loop knew that it was looking for an emboss filter. Replace the
# given picture by the labels of a data set, stack a few layers with a small bend between them (lecture 02), and this loop is the
# training of a convolutional network.

# %% [markdown]
# ## 11. What a convolution cannot do
#
# **One filter cannot answer alike to both signs of an edge.** A useful map would be *edge strength*: large wherever brightness changes, whatever the
# direction, $\sqrt{s_1^2 + s_2^2}$ from the two Sobel maps. Let us fit one filter to it as in section 10, by least squares and with a bias.
#
# **What do you expect?** How much of the variance of edge strength can the best 5 × 5 filter explain? And how much if it has to serve
# the photo *and its negative*, which have the same edges?

# %%
# NBVAL_CHECK_OUTPUT
both = torch.stack([sobel[0, 0], sobel[0, 0].T])[:, None]  # (2, 1, 3, 3)
strength = (
    conv.conv2d(grey, both).square().sum(1).sqrt()[:, 1:-1, 1:-1].reshape(-1, 1)
)  # one a window of 5 × 5


def explained(windows, target):
    design = torch.cat([windows, torch.ones(len(windows), 1)], 1)  # 25 pixels, and a 1 for the bias
    fit = design @ torch.linalg.lstsq(design, target).solution
    return 100 * (1 - ((target - fit).var() / target.var()).item())


print(f"photo alone:            {explained(columns.T, strength):.0f} % explained")
with_negative = explained(torch.cat([columns.T, -columns.T]), torch.cat([strength, strength]))
print(f"photo and its negative: {abs(with_negative):.0f} % explained")
brightness = columns.mean(0)[:, None]
correlation = torch.corrcoef(torch.cat([brightness, strength], 1).T)[0, 1]
alone = explained(brightness, strength)
print(f"brightness alone:       {alone:.0f} % explained, correlation {correlation:.1f}")

# %% [markdown]
# A quarter, and most of that is an accident of this photo: its sky is bright and smooth, its tower and trees are dark and busy, so
# *darkness* predicts edges; brightness alone explains 17 %. The negative takes all of it away. The reason fits on one line:
# $w^\top(-x) = -w^\top x$. Whatever a filter gains on a change from dark to light it loses on one from light to dark. The cure is to bend the map between two layers, by as little as
# $\max(0, y)$: lecture 02.
#
# **It does not get cleverer when stacked.** Two layers of 3 × 3 with nothing between them are one layer of 5 × 5. Write $\star$ for
# cross-correlation: $(x \star a) \star b = x \star (a * b)$, with a true convolution of the kernels. Depth without a bend buys nothing but a wider view.

# %%
# NBVAL_CHECK_OUTPUT
g = torch.Generator().manual_seed(5)
first, second = torch.randn(3, 3, generator=g), torch.randn(3, 3, generator=g)
twice = conv.conv2d(conv.conv2d(grey, first[None, None]), second[None, None])
once = conv.conv2d(grey, conv.convolve2d(first, second)[None, None])
print("two layers of 3 x 3 are one of 5 x 5:", bool(torch.allclose(twice, once)))
layers = next(n for n in range(1, 99) if conv.receptive_field([(3, 1)] * n) >= 64)
print("layers of 3 x 3 until one output sees 64 pixels:", layers)

# %% [markdown]
# **It sees only its window.** Two eyes farther apart than the kernel do not meet in one layer. Each 3 × 3 layer widens the view
# by two pixels, so a plain stack needs 32 layers before one output has seen a whole 64-pixel emoji. Strides make the view
# grow faster; lecture 03 computes it.
#
# **It cannot quite ignore position.** Shift the image by one pixel and the map shifts by one pixel: *equivariance*, the gift of
# shared weights. Stride and padding each break it.
#
# **What do you expect?** Shift the photo by one pixel, then by two, and put it through a layer of stride 2. For which shift is the new map a
# shifted copy of the old one? And what does zero padding do to the map of an even wall?

# %%
# NBVAL_CHECK_OUTPUT
moved = {n: grey[..., n : n + 160] for n in (0, 1, 2)}
maps = {n: conv.conv2d(image, sobel, stride=2) for n, image in moved.items()}
one = min((maps[1][..., :-1] - maps[0][..., k : k + maps[0].shape[-1] - 1]).abs().mean() for k in (0, 1))
two = (maps[2][..., :-1] - maps[0][..., 1:]).abs().max()
print(f"shift by two: the map is the old one moved by one, largest difference {two:.1f}")
print(f"shift by one: mean difference {one / maps[0].abs().mean():.0%} of the map's mean size")
wall = conv.conv2d(torch.ones(1, 1, 5, 8), torch.full((1, 1, 3, 3), 1 / 9), padding=1)[0, 0]
ninths = wall.mul(9).round().int()
print("a white wall, blurred with zero padding, in ninths: corner", ninths[0, 0].item(), end=", ")
print("edge", ninths[0, 3].item(), "inside", ninths[2, 3].item())

# %% [markdown]
# A shift by two is exact, a shift by one gives another map: a layer of stride 2 looks at even pixels only, and after three such layers only a
# shift by eight is exact. Zero padding paints a grey frame around every image. A white wall comes out darker at the edges and
# darkest in the corners, so the network can *tell where it is* by how much frame it sees. Sometimes that helps. Sometimes you find a
# seam along the border of every generated image, and now you know why.

# %% [markdown]
# ## Summary
#
# * Convolution adds up displaced copies: an integral for signals, an exact sum for pixels.
# * The layer: $y[n,o,i,j] = b[o] + \sum_{c,u,v} w[o,c,u,v]\, x[n,c,si+du-p,sj+dv-p]$. A filter is a template, its response a
#   dot product with a chunk: 75 terms for 5 × 5 on three colours.
# * $n' = \lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1$; multiplications are $N C_\text{out} H' W' \cdot C_\text{in} k^2 / g$.
# * Layers compute cross-correlation. True convolution turns the kernel; learned weights do not mind.
# * The gradient for $x$ is the transposed convolution, the exact adjoint and not the inverse. Kernel 3 with stride 2 paints a
#   checkerboard, kernel 4 does not.
# * Loops, im2col and the framework are one function: outputs and gradients agree to $10^{-10}$.
# * One layer is linear, local, and equivariant only up to its stride and its border.

# %% [markdown]
# ## Check yourself
#
# **1.** A layer has weights of shape (16, 8, 3, 3) and `groups=1`. Its input is (10, 8, 20, 20), stride 2, padding 1. What shape has its output, and
# how many products has one output number?
#
# <details><summary>Answer</summary>
#
# (10, 16, 10, 10): ⌊(20 + 2 − 2 − 1)/2⌋ + 1 = 10. Each number is a dot product of 8 · 3 · 3 = 72 terms.
# </details>

# %% [markdown]
# **2.** A colleague blurs by `scipy.ndimage.convolve` and by `torch.nn.functional.conv2d` with one kernel, and gets two different
# pictures away from the border. Which kernels would not have shown the bug?
#
# <details><summary>Answer</summary>
#
# Those that a half turn leaves unchanged: a box, a Gaussian, the Laplacian. SciPy turns the kernel, the framework does not. That is why
# tests need a lopsided kernel.
# </details>

# %% [markdown]
# **3.** You wrote the gradient for $x$ and want a test that needs no other implementation. Which one line do you check?
#
# <details><summary>Answer</summary>
#
# $\langle A x, g \rangle = \langle x, A^\top g \rangle$ for random $x$ and $g$: the sum of `conv2d(x) * g` equals the sum of
# `x * your_gradient(g)`, to rounding.
# </details>

# %% [markdown]
# **4.** Can one 1 × 1 convolution turn a colour image into a grey one? Blur it? Swap red and blue?
#
# <details><summary>Answer</summary>
#
# Grey: yes, one filter with three weights. Swap: yes, three filters. Blur: no, it never looks at a neighbour.
# </details>

# %% [markdown]
# ## Five questions on lecture 00
#
# Ten seconds each, without scrolling anywhere.
#
# <details><summary>1. What does <code>x.detach()</code> stop?</summary>The gradient: what follows treats the result as a constant.</details>
# <details><summary>2. What is the shape of a batch of 16 colour images of 64 × 48 pixels (height × width)?</summary>(16, 3, 64, 48).</details>
# <details><summary>3. What does <code>backward()</code> do to a <code>.grad</code> that is already there?</summary>It adds to it; hence <code>zero_grad()</code>.</details>
# <details><summary>4. Which probability belongs to the logit 0?</summary>One half.</details>
# <details><summary>5. Which layers behave differently after <code>model.eval()</code>?</summary>Batch normalisation and dropout; a convolution does not.</details>

# %% [markdown]
# ## Sources and what comes next
#
# * The thread of sections 1 to 4 follows the part on convolutional networks of *CS448V, Computational Video Manipulation* (Stanford,
#   2019), "Conditional adversarial networks". The dot product printed there has 75 dimensions, not 70.
# * V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, arXiv:1603.07285: sizes and the transposed convolution.
# * Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86, 1998:
#   shared weights, learned.
# * K. Chellapilla, S. Puri, P. Simard, *High performance convolutional neural networks for document processing*, 2006: im2col.
# * A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*, Distill, 2016, doi:10.23915/distill.00003.
# * O. S. Kayhan, J. C. van Gemert, *On translation invariance in CNNs*, CVPR 2020, arXiv:2003.07064: what borders give away.
# * R. Zhang, *Making convolutional networks shift-invariant again*, ICML 2019, arXiv:1904.11486: what stride does to shifts, and a cure.
# * Photograph: "china", by danielbuechele, CC BY 2.0, from scikit-learn; cut and reduced. Emoji: Fluent Emoji, Microsoft, MIT.
#
# **Next:** lecture 02 puts the bends between the layers: ReLU, pooling, normalisation, upsampling without checkerboards, and LeNet-5, a whole network.

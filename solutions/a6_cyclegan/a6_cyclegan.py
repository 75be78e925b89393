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
# # Assignment 6 · A CycleGAN of your own
#
# Two translators, two judges, no pairs. You will write the translator's network, the losses that tie the two together, the judges' memory, the
# step that all four learn from, and the number that says how much a translation leaves open. Then you will look after a ward of broken
# CycleGANs, and take the cycle away to see what it was good for.
#
# *After lectures 19 and 20; clinic 19c helps with section 7. About seven hours: one evening for section 1, one for 2 and 3, one for section 4, which is the heart of it, and one for the rest. 50 points.*
#
# | section | what you write | points | minutes |
# |---|---|---|---|
# | 1 | `ResnetGenerator` | 8 | 80 |
# | 2 | `cycle_consistency_loss`, `identity_loss` | 6 | 40 |
# | 3 | `ImagePool` | 7 | 70 |
# | 4 | `cyclegan_generator_loss`, `cyclegan_step` | 16 | 120 |
# | 5 | `linear_decay` | 2 | 15 |
# | 6 | `conditional_entropy`, and a question | 5 | 50 |
# | 7 | a clinic: `diagnosis`, `training` | 4 | 40 |
# | 8 | an experiment and a question | 2 | 30 |
#
# **How a section works**, as in assignments 1 and 2: redo the small example on paper, replace `raise NotImplementedError()` by your code, try it in the cell
# that follows, then run `check(...)`. The table says what was tried and what you get for it. One cause can fail many rows: read the first hint, mend that, and run it
# again, as often as you like. When you hand in, the same check runs on more cases of the same kinds.
#
# **Names.** `g_xy` translates pictures of domain X into Y, `g_yx` back. `d_x` judges pictures of X, `d_y` of Y. Pictures are $(N, C, H, W)$ in $[-1, 1]$.
#
# **Open book.** *Barred* is what would be the answer itself: `course_lib.cyclegan`, `course_lib.resnet`, `course_lib.pix2pix`, `course_lib.unpaired` and
# `course_lib.information` may be read, not imported. All of torch is allowed, and what you wrote in assignments 1 to 5.
#
# Before you hand in: *Kernel → Restart and run all*, then *Validate*.

# %%
import colorsys

import torch
from torch import nn

from course_lib import viz
from course_lib.grading import check
from course_lib.progress import counted

# two domains that fit into one look: eight colours by day (X), the same eight by night (Y), every picture a single pixel
HUES = torch.tensor([colorsys.hsv_to_rgb(k / 8, 0.85, 1.0) for k in range(8)])
DAY = 2 * HUES - 1  # (8, 3), in [-1, 1]
NIGHT = 2 * (0.3 * HUES + torch.tensor([0.0, 0.0, 0.12])) - 1


def swatches(colors):
    """Colours (N, 3) as pictures that can be seen: (N, 3, 8, 8)."""
    return colors[:, :, None, None].expand(-1, -1, 8, 8)


viz.image_grid(
    [swatches(DAY), swatches(NIGHT)],
    row_labels=["X, day", "Y, night"],
    size=0.6,
    alt="Two rows of eight colours: bright ones from red over green and blue to pink, and below each the same one, dark.",
    caption="What your CycleGAN will translate at the end. It is never told which belongs to which.",
)

# %% [markdown]
# ## 1. The translator
#
# *Lecture 19.* Down to a quarter of the side, some residual blocks that change the style, up again. With $c$ for `base_channels`:
#
# | layer | kernel, stride, padding | after it | map |
# |---|---|---|---|
# | the picture | | | `in_channels` × H × W |
# | convolution | 7, 1, 3 pixels **reflected** | InstanceNorm, ReLU | c × H × W |
# | convolution | 3, 2, 1 | InstanceNorm, ReLU | 2c × H/2 × W/2 |
# | convolution | 3, 2, 1 | InstanceNorm, ReLU | 4c × H/4 × W/4 |
# | `num_blocks` residual blocks | | nothing | 4c × H/4 × W/4 |
# | transposed convolution | 3, 2, 1, output padding 1 | InstanceNorm, ReLU | 2c × H/2 × W/2 |
# | transposed convolution | 3, 2, 1, output padding 1 | InstanceNorm, ReLU | c × H × W |
# | convolution | 7, 1, 3 pixels **reflected** | tanh | `out_channels` × H × W |
#
# A **residual block** returns $x + f(x)$, where $f$ is: reflect 1 pixel, convolution 3, InstanceNorm, ReLU, reflect 1 pixel, convolution 3, InstanceNorm. Each block has weights of its own.
#
# **All convolutions have a bias**, as in the original. InstanceNorm is torch's, with its usual settings: no scale, no shift, no running statistics. Reflection is `nn.ReflectionPad2d`; the strided
# convolutions pad with zeros. H and W are multiples of 4.
#
# **By hand.** A convolution from $a$ to $b$ channels with kernel $k$ has $k^2 ab + b$ parameters, a transposed one, too. For $c = 1$, one block and colour in and out:
# $148 + 20 + 76 + 2 \cdot 148 + 74 + 19 + 150 = 783$. With $c = 64$ and nine blocks it is the original's 11,378,179.
#
# **Write** the class. About 20 lines. Order and names of your layers are your own: the check counts parameters, looks at the shapes of all maps, and sets all weights equal to see
# what comes out.


# %% nbgrader={"grade": false, "grade_id": "ResnetGenerator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ResnetGenerator(nn.Module):
    """Picture -> picture of the same size.

    Args:
        in_channels, out_channels: 3 for colour, 1 for grey
        base_channels: channels at full size
        num_blocks: residual blocks
    """

    def __init__(self, in_channels, out_channels, base_channels, num_blocks):
        super().__init__()
        ### BEGIN SOLUTION
        c, wide = base_channels, 4 * base_channels

        def normalised(channels):
            return [nn.InstanceNorm2d(channels), nn.ReLU()]

        def convolution():
            return [nn.ReflectionPad2d(1), nn.Conv2d(wide, wide, 3)]

        layers = [nn.ReflectionPad2d(3), nn.Conv2d(in_channels, c, 7), *normalised(c)]
        for i, o in ((c, 2 * c), (2 * c, wide)):
            layers += [nn.Conv2d(i, o, 3, 2, 1), *normalised(o)]
        self.down = nn.Sequential(*layers)
        self.blocks = nn.ModuleList(
            nn.Sequential(*convolution(), *normalised(wide), *convolution(), nn.InstanceNorm2d(wide))
            for _ in range(num_blocks)
        )
        layers = []
        for i, o in ((wide, 2 * c), (2 * c, c)):
            layers += [nn.ConvTranspose2d(i, o, 3, 2, 1, output_padding=1), *normalised(o)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(c, out_channels, 7), nn.Tanh()]
        self.up = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x):
        """x (N, in_channels, H, W) -> (N, out_channels, H, W), in (-1, 1)"""
        ### BEGIN SOLUTION
        x = self.down(x)
        for block in self.blocks:
            x = x + block(x)
        return self.up(x)
        ### END SOLUTION


# %% tags=["demo"]
# yours to try: 783, as by hand? And where are most of the parameters at base_channels 16 with 6 blocks?
sum(p.numel() for p in ResnetGenerator(3, 3, 1, 1).parameters())

# %% nbgrader={"grade": true, "grade_id": "check_ResnetGenerator", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check(ResnetGenerator)

# %% [markdown]
# ## 2. There and back again
#
# *Lecture 19.* Nobody can say what the translation of a given picture should look like. But everybody can say what should come back:
#
# $$L_\text{cycle} = \lambda\,\Big(E_x\lVert G_{yx}(G_{xy}(x)) - x\rVert_1 + E_y\lVert G_{xy}(G_{yx}(y)) - y\rVert_1\Big).$$
#
# The norm is, as in the lectures, the *mean* absolute difference over all pixels of a picture, and $E$ the mean over the pictures of a batch; the two are added. The batches of X and Y need not be equally large.
#
# **By hand.** Pictures of one pixel. Let $G_{xy}(x) = 2x$ and $G_{yx}(y) = y/2 + 1$, with $x = 1$, $y = 4$ and $\lambda = 10$. There and back: $1 \to 2 \to 2$, off by 1.
# $4 \to 3 \to 6$, off by 2. The loss is $10\,(1 + 2) = 30$.
#
# The second loss looks odd at first. A picture that is in the target domain already should be left alone, so that colours stay what they are:
#
# $$L_\text{identity} = w\,\Big(E_y\lVert G_{xy}(y) - y\rVert_1 + E_x\lVert G_{yx}(x) - x\rVert_1\Big).$$
#
# **By hand.** With the translators above and $w = 5$: $G_{xy}(4) = 8$ is off by 4, $G_{yx}(1) = 1.5$ by 0.5. The loss is 22.5.
#
# **Write** both. About 3 lines each. Both translators must be able to learn from both.


# %% nbgrader={"grade": false, "grade_id": "cycle_consistency_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    """What comes back should be what set out.

    Args:
        g_xy, g_yx: modules, pictures -> pictures
        x, y: batches of either domain, perhaps of different sizes, (N, C, H, W)
        lambda_cycle: weight of the whole

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    off_x = (g_yx(g_xy(x)) - x).abs().mean()
    off_y = (g_xy(g_yx(y)) - y).abs().mean()
    return lambda_cycle * (off_x + off_y)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_cycle_consistency_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(cycle_consistency_loss)


# %% nbgrader={"grade": false, "grade_id": "identity_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    """A picture of the target domain should be left alone.

    Args:
        as for cycle_consistency_loss; weight: of the whole

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    return weight * ((g_xy(y) - y).abs().mean() + (g_yx(x) - x).abs().mean())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_identity_loss", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(identity_loss)


# %% tags=["demo"]
# yours to try: guess before you run it. Which of the two losses do translators have that change nothing at all? And those that turn every colour into its opposite?
def unchanged(x):
    return x


def opposite(x):
    return -x


day, night = DAY[:, :, None, None], NIGHT[:, :, None, None]
for g in (unchanged, opposite):
    cycle, identity = (loss(g, g, day, night).item() for loss in (cycle_consistency_loss, identity_loss))
    print(f"{g.__name__:9}  cycle {cycle:5.2f}   identity {identity:5.2f}")

# %% [markdown]
# ## 3. The judges' memory
#
# *Lecture 19.* A judge that only sees the newest translations forgets what fooled it before, and the game goes round in circles. So each judge gets a **pool** of at most `size` older translations.
# `query` takes a batch and returns a batch of the same shape. It looks at the pictures of the batch one after another:
#
# * While the pool is not full the picture is stored, **and** returned.
# * Once it is full, a fair coin is tossed for this picture. Heads: a stored picture, each with equal chances, is returned, and the new one takes its place. Tails: the new one is returned, and not stored.
# * A pool of size 0 returns what comes.
#
# So each picture is stored at most once, and leaves at most once. **By hand.** Size 1, pictures a, b, c one after another, coins heads, heads: out come a, a, b. (a is stored and returned; b drives a out; c drives b out.)
#
# Three things to be careful with. What comes back hangs on no graph (**detached**). What the pool keeps is **its own copy**: whoever changes a batch after it was queried, or one that came back, must not change the pool. And all
# chance comes from the `generator` you are given: `torch.rand((), generator=...)`, `torch.randint(n, (), generator=...)`.
#
# **Write** the class. About 12 lines. How many numbers you draw, and in which order, is your own affair: the check looks at how often and which, not at the very draws.


# %% nbgrader={"grade": false, "grade_id": "ImagePool", "locked": false, "schema_version": 3, "solution": true, "task": false}
class ImagePool:
    """The translations of the past.

    Args:
        size: pictures kept at most; 0 for no pool
        generator: torch.Generator of all draws
    """

    def __init__(self, size, generator):
        ### BEGIN SOLUTION
        self.size, self.generator, self.stored = size, generator, []
        ### END SOLUTION

    def query(self, images):
        """images (N, C, H, W) -> as many, detached, some of them older"""
        ### BEGIN SOLUTION
        found = []
        for image in images.detach():
            if len(self.stored) < self.size:
                self.stored.append(image.clone())
            elif self.stored and torch.rand((), generator=self.generator) < 0.5:
                place = int(torch.randint(len(self.stored), (), generator=self.generator))
                older, self.stored[place] = self.stored[place], image.clone()
                image = older
            found.append(image)
        return torch.stack(found)
        ### END SOLUTION


# %% tags=["demo"]
# yours to try: a pool of 3, and pictures whose one pixel is their number. Does any number come twice after the first three?
small = ImagePool(3, torch.Generator().manual_seed(0))
[small.query(torch.arange(4.0 * k, 4 * k + 4).view(4, 1, 1, 1)).flatten().tolist() for k in range(5)]

# %% nbgrader={"grade": true, "grade_id": "check_ImagePool", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
check(ImagePool)

# %% [markdown]
# ## 4. One step
#
# *Lecture 19.* All that the translators minimise, with least squares (assignment 2) for the game:
#
# $$L = \underbrace{E_x\big[(D_y(G_{xy}(x)) - 1)^2\big] + E_y\big[(D_x(G_{yx}(y)) - 1)^2\big]}_\text{adversarial} + L_\text{cycle}(\lambda) + L_\text{identity}(w = \lambda \cdot \lambda_\text{identity}).$$
#
# `lambda_identity` is a *share* of `lambda_cycle`: 10 and 0.5 give the weight 5. The squares are averaged over the whole map that a judge returns.
#
# **By hand.** The translators of section 2, $x = 1$, $y = 4$, and two judges that return what they see, $D(v) = v$. The translations are 2 and 3, so the adversarial loss is $(2 - 1)^2 + (3 - 1)^2 = 5$.
# Together: $5 + 30 + 22.5 = 57.5$.
#
# **Write** `cyclegan_generator_loss`. About 8 lines. You may call your functions of section 2, or translate only once and use the translations twice. Detach nothing.


# %% nbgrader={"grade": false, "grade_id": "cyclegan_generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    """All that the translators minimise.

    Args:
        g_xy, g_yx: modules, pictures -> pictures
        d_x, d_y: modules, pictures -> maps of any shape; 1 means "real"
        x, y: batches of either domain, perhaps of different sizes
        lambda_cycle: weight of the cycle
        lambda_identity: weight of the identity loss, as a share of lambda_cycle

    Returns:
        dict: "total" and its three terms "adversarial", "cycle", "identity" (weighted, scalars), and the translations
        "fake_y" = g_xy(x), "fake_x" = g_yx(y); nothing is detached
    """
    ### BEGIN SOLUTION
    fake_y, fake_x = g_xy(x), g_yx(y)
    losses = {
        "adversarial": (d_y(fake_y) - 1).square().mean() + (d_x(fake_x) - 1).square().mean(),
        "cycle": lambda_cycle * ((g_yx(fake_y) - x).abs().mean() + (g_xy(fake_x) - y).abs().mean()),
        "identity": identity_loss(g_xy, g_yx, x, y, lambda_cycle * lambda_identity),
    }
    return {"total": sum(losses.values()), **losses, "fake_y": fake_y, "fake_x": fake_x}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_cyclegan_generator_loss", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
check(cyclegan_generator_loss)

# %% [markdown]
# ### Two turns
#
# The translators begin (in pix2pix it was the other way round).
#
# 1. **The translators' turn.** `opt_g`, one optimiser over both, takes a step on `total`. The judges learn nothing from it.
# 2. **The judges' turn.** The translations *of the first turn* go through the pools: `pool_x.query(fake_x)`, `pool_y.query(fake_y)`, each once. What the pools return is what the judges are shown as fake:
#    $$L_{D_x} = \tfrac12\Big(E\big[(D_x(x) - 1)^2\big] + E\big[D_x(\text{pool}_x(G_{yx}(y)))^2\big]\Big),$$
#    and $L_{D_y}$ likewise. Mind the factor ½. `opt_d`, one optimiser over both judges, takes a step on their sum. The translators learn nothing from it.
#
# When the step is over: each network's `.grad` holds the gradient of its own loss and nothing else, whatever was there before; all networks are in the mode in which they came, and all parameters
# ask for gradients again. The dict that you return has the keys `g_loss` (the total), `adversarial`, `cycle`, `identity`, `d_x` and `d_y` (the judges' losses, halved), all of them detached.
#
# **By hand.** As above, with pools that return what comes: $L_{D_x} = \frac12\big((1 - 1)^2 + 3^2\big) = 4.5$ and $L_{D_y} = \frac12\big((4 - 1)^2 + 2^2\big) = 6.5$.
#
# **Write** `cyclegan_step`. About 12 lines.


# %% nbgrader={"grade": false, "grade_id": "cyclegan_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cyclegan_step(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    """The translators learn, then the judges.

    Args:
        g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity: as for cyclegan_generator_loss
        opt_g: optimiser of both translators; opt_d: of both judges
        pool_x, pool_y: pools of translations into X and into Y; query(images) -> images, detached

    Returns:
        dict of detached scalars: g_loss, adversarial, cycle, identity, d_x, d_y
    """
    ### BEGIN SOLUTION
    losses = cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle, lambda_identity)
    opt_g.zero_grad()
    losses["total"].backward()
    opt_g.step()

    d_losses = []
    for judge, real, fake, pool in ((d_x, x, losses["fake_x"], pool_x), (d_y, y, losses["fake_y"], pool_y)):
        d_losses.append(((judge(real) - 1).square().mean() + judge(pool.query(fake)).square().mean()) / 2)
    opt_d.zero_grad()
    sum(d_losses).backward()
    opt_d.step()

    told = {"g_loss": losses["total"], "d_x": d_losses[0], "d_y": d_losses[1]}
    told |= {name: losses[name] for name in ("adversarial", "cycle", "identity")}
    return {name: value.detach() for name, value in told.items()}
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: by hand 57.5, 4.5 and 6.5
def straight(a, b):
    """A network of one pixel: v -> a v + b."""
    layer = nn.Conv2d(1, 1, 1)
    with torch.no_grad():
        layer.weight.fill_(a)
        layer.bias.fill_(b)
    return layer


four = [straight(2.0, 0.0), straight(0.5, 1.0), straight(1.0, 0.0), straight(1.0, 0.0)]
optimisers = [torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1) for a, b in (four[:2], four[2:])]
one = torch.ones(1, 1, 1, 1)
told = cyclegan_step(*four, *optimisers, one, 4 * one, ImagePool(0, None), ImagePool(0, None))
{name: round(value.item(), 3) for name, value in told.items()}

# %% nbgrader={"grade": true, "grade_id": "check_cyclegan_step", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check(cyclegan_step)

# %% [markdown]
# ## 5. The schedule
#
# The learning rate stays for `n_constant` epochs, then falls along a line over `n_decay` more. The rate is the first one times a factor:
#
# $$1 - \frac{\max(0,\ \text{epoch} + 1 - n_\text{constant})}{n_\text{decay} + 1}, \qquad\text{and 0 where that would be negative.}$$
#
# Epochs count from 0. The + 1 below keeps the last epoch from being wasted on a rate of 0. **By hand.** With 2 and 3 epochs the factors are 1, 1, ¾, ½, ¼, and then 0.
#
# **Write** `linear_decay`. 1 line. It returns a float.


# %% nbgrader={"grade": false, "grade_id": "linear_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def linear_decay(epoch, n_constant, n_decay):
    """The factor of the learning rate in an epoch.

    Args:
        epoch: from 0, also after the end
        n_constant, n_decay: epochs at the full rate, and epochs of decay (0 or more)

    Returns:
        float, from 1 down to 0
    """
    ### BEGIN SOLUTION
    return max(0.0, 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_linear_decay", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(linear_decay)

# %% [markdown]
# ## 6. What a translation leaves open
#
# *Lecture 20.* Let $x$ be a picture and $z$ its translation, each one of finitely many, with the joint probabilities $p(x, z)$. Once $z$ is known, how uncertain is $x$ still?
#
# $$H(x \mid z) = -\sum_{x, z} p(x, z)\,\log p(x \mid z), \qquad p(x \mid z) = \frac{p(x, z)}{\sum_{x'} p(x', z)},$$
#
# in nats. If it is 0 the way back exists. The cycle loss is an upper bound of it.
#
# **By hand.** Two pictures, equally likely; the translation confuses them with chance $\delta$. The table is
# $\frac12 \begin{pmatrix} 1 - \delta & \delta \\ \delta & 1 - \delta \end{pmatrix}$, rows $x$, columns $z$. Each column sums to $\frac12$, so $p(x \mid z)$ is $1 - \delta$ or $\delta$, and
# $H(x \mid z) = -(1 - \delta) \log(1 - \delta) - \delta \log \delta$. For $\delta$ = 0.1 that is 0.9 · 0.10536 + 0.1 · 2.30259 = **0.32508**; for 0.25 it is **0.56234**, for 0.5 **0.69315** (log 2: all is lost).
# For $\delta = 1$ it is 0 again: whoever is always confused is never in doubt.
#
# Two places to be careful: $0 \log 0$ counts as 0, and a $z$ that never occurs (a column of zeros) adds nothing.
#
# **Write** `conditional_entropy`. 1 to 4 lines.


# %% nbgrader={"grade": false, "grade_id": "conditional_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conditional_entropy(joint):
    """H(x | z), in nats.

    Args:
        joint: p(x, z), one row for each x, one column for each z, (X, Z); sums to 1, may hold zeros

    Returns:
        scalar tensor
    """

    ### BEGIN SOLUTION
    def entropy(p):
        return torch.special.entr(p).sum()

    return entropy(joint) - entropy(joint.sum(0))
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: 0, 0.32508, 0.56234, 0.69315, 0
[
    round(conditional_entropy(torch.tensor([[1 - delta, delta], [delta, 1 - delta]]) / 2).item(), 5)
    for delta in (0.0, 0.1, 0.25, 0.5, 1.0)
]

# %% nbgrader={"grade": true, "grade_id": "check_conditional_entropy", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check(conditional_entropy)

# %% [markdown]
# **Question (2 points).** A CycleGAN has been trained on summer and winter photos; its cycle loss is 0, its judges cannot tell translations from real photos. (a) Somebody concludes: “So every summer photo is translated into
# *the same place* in winter.” Give a pair of translators that has a perfect cycle and perfect judges and is wrong nevertheless, and say which number of this section it has. (b) A city by summer has far more detail than the same city under snow, yet
# it comes back with every tile of its roofs. Where can that detail have been, and how would you find out? Five or six sentences.
#
# *Rubric: 1 point for (a), any rearrangement of one domain undone by the other translator (every photo exchanged for another place), with H(x | z) = 0: the cycle asks for a way back, not for the right
# partner. 1 point for (b), hidden in the translation as a faint pattern that the eye does not see and the other translator reads (steganography), and an experiment: add a little noise, blur or JPEG to the translation, or change one
# place of it, and see whether the detail still comes back.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_partner", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# (a) Number the places, and let $G_{xy}$ turn the summer photo of place $k$ into the winter photo of place $k + 1$, the last one into the first, and $G_{yx}$ do the reverse. All translations are perfect winter
# photos, all come back exactly, and not one shows its own place. $H(x \mid z)$ is 0, as for $\delta = 1$ above: the cycle asks that a way back exists, not that the translation is the right partner. What favours the right partner in practice is
# the network (a few convolutions change a style more easily than a place) and the identity loss.
# (b) The detail can be hidden in the snow, as a pattern of very low contrast: the judge does not mind it, the eye does not see it, and $G_{yx}$ has learned to read it. To find out, add weak noise to the translation
# (or save it as a JPEG) before it is translated back: if the tiles vanish although the winter picture looks the same, they were hidden in it. Painting over one corner of the winter picture shows the same: an honest translator would invent the roof of what it sees there.

# %% [markdown]
# ## 7. The clinic
#
# ### Name the fault
#
# *Clinic 19c* shows how translators of emoji are examined; here you examine smaller ones. Five CycleGANs were trained for 300 steps on the colours of the first picture, each with **one line wrong** (all with λ = 10 and an identity share of 0.5, unless that is the fault). Their owners recorded the eight colours of X, what $G_{xy}$ makes of them, and
# what $G_{yx}$ makes of that; and the losses as their code computed them, cycle and identity without their weights. For comparison, a healthy run is on top. In truth the second row should look like Y, the night.

# %% jupyter={"source_hidden": true}
# fmt: off
PATIENTS = {
    'healthy': {'translated': ['#560825', '#4b3431', '#264b31', '#0a5339', '#044764', '#091a79', '#260970', '#4a0750'], 'back': ['#fe2724', '#f4ba1f', '#93fa23', '#26fd57', '#0ef2f1', '#2657fd', '#8a23fb', '#f419c6'], 'adversarial': [1.34, 0.71, 0.79, 0.84, 0.8, 0.73, 0.66, 0.63, 0.62, 0.61, 0.62, 0.6], 'cycle': [1.01, 0.47, 0.14, 0.12, 0.11, 0.11, 0.11, 0.11, 0.1, 0.1, 0.1, 0.1], 'identity': [0.89, 0.34, 0.18, 0.18, 0.18, 0.18, 0.18, 0.18, 0.18, 0.17, 0.17, 0.17], 'd_x': [0.31, 0.15, 0.14, 0.13, 0.14, 0.17, 0.19, 0.21, 0.22, 0.22, 0.22, 0.22], 'd_y': [0.31, 0.2, 0.17, 0.16, 0.19, 0.21, 0.23, 0.23, 0.24, 0.24, 0.23, 0.24]},
    '0': {'translated': ['#fb2726', '#f9ca29', '#8ff827', '#24fb5c', '#27faf9', '#275df7', '#9529f6', '#f928ca'], 'back': ['#fb2a27', '#f9ca26', '#8dfb27', '#25fd5d', '#27fcfa', '#2763fa', '#982bf9', '#fa29cb'], 'adversarial': [1.09, 1.43, 1.89, 1.94, 1.97, 1.96, 1.97, 1.98, 1.98, 1.99, 1.99, 1.99], 'cycle': [1.08, 0.59, 0.17, 0.11, 0.1, 0.1, 0.09, 0.09, 0.09, 0.08, 0.08, 0.08], 'identity': [0.89, 0.43, 0.16, 0.12, 0.1, 0.08, 0.07, 0.07, 0.06, 0.06, 0.06, 0.06], 'd_x': [0.25, 0.03, 0.01, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'd_y': [0.22, 0.07, 0.02, 0.01, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]},
    'A': {'translated': ['#11334d', '#0a4a37', '#0a4d2f', '#0a5333', '#064238', '#0a2a6c', '#0d2762', '#0d2e54'], 'back': ['#0d3850', '#0b4b3d', '#0b503a', '#0b5438', '#0b4440', '#0d2d6b', '#0d2f63', '#0d3356'], 'adversarial': [1.17, 1.43, 1.8, 1.74, 1.29, 1.27, 1.42, 1.53, 1.56, 1.71, 1.69, 1.53], 'cycle': [0.14, 0.06, 0.05, 0.05, 0.05, 0.04, 0.03, 0.03, 0.04, 0.03, 0.04, 0.05], 'identity': [1.09, 0.65, 0.39, 0.28, 0.24, 0.23, 0.21, 0.2, 0.2, 0.17, 0.14, 0.12], 'd_x': [0.22, 0.05, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'd_y': [0.21, 0.01, 0.01, 0.02, 0.23, 0.26, 0.15, 0.1, 0.1, 0.07, 0.07, 0.13]},
    'B': {'translated': ['#f72027', '#f2c627', '#8ceb28', '#22e95c', '#23e0eb', '#2156ec', '#8c28ec', '#f21ec2'], 'back': ['#fc2426', '#faca28', '#8cfc27', '#24fd5a', '#24fbfb', '#255cfb', '#8f28f9', '#fa26c6'], 'adversarial': [2.03, 2.01, 2.0, 2.01, 2.02, 2.02, 2.04, 2.03, 2.02, 2.03, 2.02, 2.03], 'cycle': [1.08, 0.53, 0.15, 0.11, 0.1, 0.09, 0.09, 0.08, 0.08, 0.08, 0.08, 0.08], 'identity': [0.87, 0.34, 0.17, 0.11, 0.08, 0.07, 0.06, 0.06, 0.06, 0.06, 0.06, 0.05], 'd_x': [0.49, 0.48, 0.48, 0.48, 0.49, 0.48, 0.48, 0.48, 0.49, 0.48, 0.49, 0.48], 'd_y': [0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48]},
    'C': {'translated': ['#130978', '#0e087b', '#130c76', '#181273', '#120f6f', '#17116f', '#141071', '#110c77'], 'back': ['#f93c51', '#f93b51', '#f93c51', '#f83d51', '#f93c50', '#f93d51', '#f93c51', '#f93c51'], 'adversarial': [0.99, 0.74, 0.74, 0.63, 0.94, 0.84, 0.85, 0.93, 0.79, 0.81, 0.78, 0.91], 'cycle': [1.22, 1.1, 1.17, 1.27, 1.24, 1.28, 1.26, 1.22, 1.19, 1.11, 1.06, 1.08], 'identity': [1.27, 1.03, 1.09, 1.13, 1.18, 1.08, 1.13, 1.14, 1.05, 1.07, 0.99, 1.02], 'd_x': [0.25, 0.13, 0.12, 0.13, 0.04, 0.1, 0.11, 0.06, 0.13, 0.09, 0.12, 0.08], 'd_y': [0.25, 0.27, 0.22, 0.27, 0.22, 0.26, 0.23, 0.27, 0.24, 0.26, 0.27, 0.25]},
    'D': {'translated': ['#fa252a', '#f5c329', '#8bed28', '#1bf45c', '#25f7f2', '#245bf2', '#8d20ed', '#f325c7'], 'back': ['#fc2828', '#fac72a', '#8ffb29', '#23fd61', '#26fafa', '#2660fd', '#9327fa', '#fa29ca'], 'adversarial': [1.38, 1.53, 1.55, 0.38, 0.05, 0.03, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01], 'cycle': [1.05, 0.48, 0.21, 0.13, 0.11, 0.09, 0.09, 0.08, 0.08, 0.08, 0.08, 0.07], 'identity': [0.97, 0.4, 0.18, 0.13, 0.08, 0.06, 0.06, 0.06, 0.05, 0.05, 0.05, 0.05], 'd_x': [0.25, 0.1, 0.06, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'd_y': [0.21, 0.17, 0.09, 0.02, 0.01, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0]},
}
# fmt: on


# %% jupyter={"source_hidden": true} tags=["demo"]
def draw_ward():
    """One row a patient: colours, translations, what came back; losses of the translators, losses of the judges."""
    fig, axes = viz.figure(9.4, 1.75 * len(PATIENTS), len(PATIENTS), 3, width_ratios=(1.3, 1, 1))
    steps = range(13, 300, 25)
    for row, (name, record) in zip(axes, PATIENTS.items()):
        colors = [
            [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in record[which]]
            for which in ("translated", "back")
        ]
        first = ((DAY + 1) * 127.5).round().int().tolist()
        row[0].imshow([first, *colors], aspect="auto")
        row[0].set(xticks=[], yticks=range(3), yticklabels=["x", "there", "back"])
        row[0].tick_params(length=0)
        row[0].set_ylabel(name if name == "healthy" else f"Patient {name}", fontweight="bold")
        for ax, names in ((row[1], ("adversarial", "cycle", "identity")), (row[2], ("d_x", "d_y"))):
            for which, style, color in zip(names, ("-", "--", ":"), viz.COLORS):
                ax.plot(steps, record[which], style, color=color, label=which)
            ax.set_ylim(0, 1.6 * max(max(record[which]) for which in names))  # room for the legend
            ax.grid(True)
            ax.legend(fontsize=7, loc="upper right")
            ax.set(xlabel="step" if record is list(PATIENTS.values())[-1] else "")
    axes[0, 1].set_title("the translators' losses")
    axes[0, 2].set_title("the judges' losses")
    return viz.picture(
        fig,
        alt="A healthy run and five patients, one a row: three rows of eight colours, curves of the translators' losses, curves of "
        "the judges' losses. The cell below prints the numbers.",
        caption="The ward.",
    )


draw_ward()

# %%
for (
    name,
    record,
) in PATIENTS.items():  # the curves in numbers: means over steps 1-25, 101-125, 201-225, 276-300
    print(name, {which: [record[which][k] for k in (0, 4, 8, 11)] for which in list(record)[2:]})

# %% [markdown]
# The faults to choose from (some fit nobody):
#
# | fault | what was written |
# |---|---|
# | `"no cycle"` | `lambda_cycle` is 0 |
# | `"judges exchanged"` | translations into Y are judged by $D_x$, into X by $D_y$ (in the translators' turn) |
# | `"cycle compared with the translation"` | $G_{yx}(G_{xy}(x))$ is compared with $G_{xy}(x)$, and likewise for y |
# | `"judges frozen"` | `opt_d.step()` was forgotten |
# | `"identity of the wrong domain"` | $G_{xy}(x)$ is compared with $x$, $G_{yx}(y)$ with $y$ |
# | `"cycle one way only"` | only the cycle from X counts |
# | `"wrong range"` | pictures were scaled to [0, 1] instead of [-1, 1] |
# | `"wrong sign"` | the translators *raise* the squared distance of the judges' answers from 1 |
#
# **Patient 0, as an example.** The second row is the first: this $G_{xy}$ changes nothing. Its cycle and its identity loss are nearly 0, which is no wonder, for whoever changes nothing comes back.
# But its judges are not fooled at all: their losses are 0, and the adversarial loss is 2, as if both judges said 0 to everything. Something holds the translators to their input, against all judges.
# The fault is `"identity of the wrong domain"`.
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
        "A": "cycle compared with the translation",
        "B": "judges frozen",
        "C": "no cycle",
        "D": "judges exchanged",
    }[patient]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnosis", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(diagnosis)

# %% [markdown]
# ### Mend it
#
# The loop below is a colleague's; every batch is an epoch of its own. It runs without a complaint, and its owner says: “*The pictures swing to and fro as if I had no pools at all. And in the second half of the decay nothing moves any more.*” Two things are
# wrong. Find them, and write the mended loop.


# %%
def broken_training(g_xy, g_yx, d_x, d_y, opt_g, opt_d, xs, ys, pool_x, pool_y, n_constant, n_decay):
    rates = []
    for epoch in range(n_constant + n_decay):
        x, y = xs[epoch], ys[epoch]
        for optimiser in (opt_g, opt_d):
            for group in optimiser.param_groups:
                group["lr"] *= linear_decay(epoch, n_constant, n_decay)
        rates.append(opt_g.param_groups[0]["lr"])

        found = cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y)
        opt_g.zero_grad()
        found["total"].backward()
        opt_g.step()

        fake_x, fake_y = found["fake_x"].detach(), found["fake_y"].detach()
        pool_x.query(fake_x)
        pool_y.query(fake_y)
        loss_x = ((d_x(x) - 1) ** 2).mean() + (d_x(fake_x) ** 2).mean()
        loss_y = ((d_y(y) - 1) ** 2).mean() + (d_y(fake_y) ** 2).mean()
        opt_d.zero_grad()
        ((loss_x + loss_y) / 2).backward()
        opt_d.step()
    return rates


# %% [markdown]
# **Write** `training`: copy the loop and change as little as you can, or call your own step. What it returns stays as it is: the rate of `opt_g` in every epoch.


# %% nbgrader={"grade": false, "grade_id": "training", "locked": false, "schema_version": 3, "solution": true, "task": false}
def training(g_xy, g_yx, d_x, d_y, opt_g, opt_d, xs, ys, pool_x, pool_y, n_constant, n_decay):
    """n_constant + n_decay epochs of one step each, with the usual weights.

    Args:
        g_xy, g_yx, d_x, d_y, opt_g, opt_d, pool_x, pool_y: as for cyclegan_step
        xs, ys: a batch of either domain for every epoch, (epochs, N, C, H, W)
        n_constant, n_decay: as for linear_decay

    Returns:
        the learning rate of opt_g in every epoch, a list of floats
    """
    ### BEGIN SOLUTION
    groups = [*opt_g.param_groups, *opt_d.param_groups]
    first = [group["lr"] for group in groups]
    rates = []
    for epoch, (x, y) in enumerate(zip(xs, ys)):
        for group, rate in zip(groups, first):
            group["lr"] = rate * linear_decay(epoch, n_constant, n_decay)
        rates.append(groups[0]["lr"])
        cyclegan_step(g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y)
    return rates
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_training", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(training)

# %% [markdown]
# ## 8. Take the cycle away
#
# Everything together, on the eight colours. One question only: **what is the cycle good for?** `lambda_cycle` is 10 or 0, and each is tried with two seeds, because one run of a GAN proves nothing. (With 0 the identity loss goes, too: its weight is a share.)
#
# Predict first: will the translations of λ = 0 look like night? Will they differ from each other? What will come back?
#
# Fill in `run`. About 12 lines, half a minute or so for all four. Use `draw` for the batches and `cyclegan_step` with pools of 50. After every 30 steps note the step and the mean absolute difference between `day` and what comes back from it.
# Loop over `counted(n)` where you would write `range(n)`, as in assignment 2: a bar, and the stop button ends that run after the step under way.


# %%
def draw(colors, rng):
    """32 pictures of one pixel, (32, 3, 1, 1): colours drawn at random, a little varied."""
    chosen = colors[torch.randint(8, (32,), generator=rng)]
    return (chosen + 0.06 * torch.randn(32, 3, generator=rng)).clamp(-1, 1)[:, :, None, None]


def small_network(out_channels, end, rng):
    """Pictures of one pixel have no neighbours: kernels of 1 are enough."""
    widths = [(3, 32), (32, 32), (32, out_channels)]
    layers = [nn.Conv2d(a, b, 1) for a, b in widths]
    for layer in layers:
        nn.init.normal_(layer.weight, 0.0, layer.in_channels**-0.5, rng)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layers[0], nn.LeakyReLU(0.2), layers[1], nn.LeakyReLU(0.2), layers[2], end)


STEPS, EVERY = 240, 30

# %% tags=["experiment"] nbgrader={"grade": false, "grade_id": "experiment_lambda", "locked": false, "schema_version": 3, "solution": true, "task": false}
translated = {}


def run(lambda_cycle, seed):
    """Train four new networks. Returns two lists: steps, and how far off what comes back is."""
    rng = torch.Generator().manual_seed(seed)
    g_xy, g_yx = small_network(3, nn.Tanh(), rng), small_network(3, nn.Tanh(), rng)
    d_x, d_y = small_network(1, nn.Identity(), rng), small_network(1, nn.Identity(), rng)
    opt_g = torch.optim.Adam([*g_xy.parameters(), *g_yx.parameters()], lr=2e-3, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam([*d_x.parameters(), *d_y.parameters()], lr=2e-3, betas=(0.5, 0.999))
    ### BEGIN SOLUTION
    pool_x, pool_y = ImagePool(50, rng), ImagePool(50, rng)
    steps, off = [], []
    for k in counted(STEPS):
        x, y = draw(DAY, rng), draw(NIGHT, rng)
        cyclegan_step(g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle)
        if (k + 1) % EVERY == 0:
            with torch.no_grad():
                steps.append(k + 1)
                off.append((g_yx(g_xy(day)) - day).abs().mean().item())
    translated[lambda_cycle, seed] = g_xy(day).detach()[:, :, 0, 0]
    return steps, off
    ### END SOLUTION


fig, ax = viz.figure(6.0, 3.0)
for lambda_cycle, color in ((10.0, viz.COLORS[0]), (0.0, viz.COLORS[1])):
    for seed, style in ((0, "-"), (1, "--")):
        steps, off = run(lambda_cycle, seed)
        ax.plot(steps, off, style, color=color, label=f"λ = {lambda_cycle:g}, seed {seed}")
ax.set(xlabel="step", ylabel="mean difference", title="how far off the colours come back", ylim=(0, None))
ax.legend(fontsize=8)
viz.picture(
    fig,
    alt="Four curves over the step: how far the colours that come back are from those that set out, for lambda 10 and 0, two seeds each.",
    caption="Four trainings. (1 would be the difference of black and grey.)",
)

# %% tags=["experiment"]
viz.image_grid(
    [swatches(NIGHT), *(swatches(colors) for colors in translated.values())],
    row_labels=["Y", *(f"λ = {weight:g}, seed {seed}" for weight, seed in translated)],
    size=0.6,
    alt="Five rows of eight colours: the night, and what four trainings make of the eight colours of the day.",
    caption="First row: the true partners. Below: the translations. (Keep them in `translated[lambda_cycle, seed]`.)",
)

# %% tags=["experiment"]
# how many of the eight nights are used, and how many of the day's colours have their own partner as the nearest night
for key, colors in translated.items():
    nearest = torch.cdist(colors, NIGHT).argmin(1)
    print(key, len(set(nearest.tolist())), "used,", int((nearest == torch.arange(8)).sum()), "right")

# %% [markdown]
# **Question (2 points).** What does λ do to what comes back, and to how many colours find their own night? Compare with the difference between two seeds. Are the translations of λ = 0 night colours, and why does their judge not complain? Four or five sentences, with numbers
# from your plot and table.
#
# *Rubric: 1 point for the comparison, with differences read from the plot, the numbers of right partners, and the seeds' spread beside them; 1 point for saying that without the cycle nothing ties a translation to its input: a judge
# sees single pictures and never asks whose translation they are.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_lambda", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# With λ = 10 the colours come back almost as they set out, off by about 0.06 with either seed; with λ = 0 they are off by 0.94 and 0.78 at the end, hardly less than at the beginning. The two seeds
# are at most 0.16 apart there, so the difference of more than 0.7 is no accident of the seed, as far as two seeds can say. Seven and six of the eight colours find their own night with λ = 10, one and none with λ = 0. All the same, the
# translations of λ = 0 are dark colours, as dark as night: that is what their judge asks for. It sees one picture at a time and never learns whose translation it is, so nothing ties a night to its day, and several days may share one.
# Only the cycle makes the translator keep what tells the colours apart.

# %% [markdown]
# ## When you are done
#
# Restart the kernel, run everything, and read the ten tables once more: if every row passes you have 46 points or, if a diagnosis is wrong, half a point less for each; the four of the questions are for your sentences. Then click *Validate*, save, and hand in.
#
# If you liked section 8: leave the identity loss out (`lambda_identity=0`) and count the right partners again.

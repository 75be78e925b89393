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
# # Assignment 2 · A GAN of your own
#
# You will write every part of a generative adversarial network: the losses, the two networks, the step that both learn from,
# a walk through the space of codes, and the distance that says how good it is. Then you will train it, and look after a ward of GANs
# that somebody else has broken.
#
# *After lectures 05 to 07 and clinic 07c. About eight hours: one evening for sections 1 and 2, two for section 3, which is the heart of it, two
# for the rest. 50 points.*
#
# | section | what you write | points | minutes |
# |---|---|---|---|
# | 1 | `discriminator_loss`, `generator_loss` | 9 | 70 |
# |   | `lsgan_discriminator_loss`, `lsgan_generator_loss` | 4 | 20 |
# | 2 | `Generator`, `Discriminator` | 12 | 100 |
# | 3 | `gan_step` | 9 | 110 |
# | 4 | `interpolate` | 4 | 40 |
# | 5 | `frechet_distance` | 6 | 60 |
# | 6 | a clinic: `diagnosis`, `training_loop` | 4 | 50 |
# | 7 | an experiment and a question | 2 | 30 |
#
# **How a section works**, as in assignment 1: redo the small example on paper, replace `raise NotImplementedError()` by your code, try
# it in the cell that follows, then run `check(...)`. The table says what was tried and what you get for it. One cause can fail many rows: read the
# first hint, mend that, and run it again, as often as you like. When you hand in, the same check runs on more cases of the same kinds.
# A row named *inputs, types and random generator left alone* is for manners.
#
# **Open book.** *Barred* everywhere is what would be the answer itself: `course_lib.gan`, `course_lib.dcgan`, `course_lib.latent` and
# `course_lib.metrics` may be read, not imported. All of torch is allowed, its losses and layers too; so are NumPy and SciPy.
#
# Before you hand in: *Kernel → Restart and run all*, then *Validate*.

# %%
import torch
from torch import nn
from torch.nn.functional import logsigmoid, pad, softplus

from course_lib import data, viz
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.grading import check
from course_lib.progress import counted

# clothes with a border of two black pixels: 32 = 4 · 2 · 2 · 2 suits a DCGAN better than 28
clothes = pad(data.fashion_mnist("train")[0], [2] * 4)  # (8000, 1, 32, 32), uint8
viz.image_grid(
    [clothes[i : i + 10] for i in (0, 10, 20)],
    size=0.7,
    alt="Three rows of ten small grey pictures of clothes on black: shirts, trousers, dresses, shoes, bags.",
    caption="What your generator will imitate at the end.",
)

# %% [markdown]
# ## 1. What each of them minimises
#
# *Lecture 05, sections 2, 3 and 5.* In this course D returns a **logit** $l$ of “real”, and $D = \sigma(l)$ is the probability. D minimises
#
# $$L_D = -E_x[\log D(x)] - E_z[\log(1 - D(G(z)))],$$
#
# a mean over the real logits plus a mean over the generated ones, with no factor in front. G minimises one of
#
# $$L_G = -E_z[\log D(G(z))] \quad\text{(non-saturating)}, \qquad L_G = E_z[\log(1 - D(G(z)))] \quad\text{(saturating)}.$$
#
# **By hand.** One real image with logit $\log 3$, one generated one with logit $-\log 3$. Then $D(x) = \frac34$ and $D(G(z)) = \frac14$. D's loss is
# $-\log\frac34 - \log\frac34 = 0.575$. G's is $-\log\frac14 = 1.386$, or saturating $\log\frac34 = -0.288$.
#
# **Where it breaks.** A confident D is no accident, it is what training makes. For $l = -800$ the formula is harmless: $-\log\sigma(-800) = 800$, its
# gradient is $-1$. But a computer that takes it literally rounds $\sigma(-800)$ to 0, and $\log 0$ is $-\infty$. Your losses must be right, and their gradients too, for
# logits of ±10,000. Two identities help:
#
# $$-\log\sigma(l) = \log(1 + e^{-l}) = \text{softplus}(-l), \qquad 1 - \sigma(l) = \sigma(-l).$$
#
# **Write** `discriminator_loss` and `generator_loss`. About 1 line each. Logits come in any shape, real and generated ones not always equally many.


# %% nbgrader={"grade": false, "grade_id": "discriminator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: it wants large logits for real images and small ones for generated images.

    Args:
        real_logits, fake_logits: D's logits of "real", any shapes

    Returns:
        scalar tensor, in nats, differentiable
    """
    ### BEGIN SOLUTION
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: D's loss when it answers 1/2 everywhere (lecture 05 knows this number), and when it is sure and wrong
[discriminator_loss(torch.tensor([a]), torch.tensor([b])) for a, b in ((0.0, 0.0), (-800.0, 800.0))]

# %% nbgrader={"grade": true, "grade_id": "check_discriminator_loss", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(discriminator_loss)


# %% nbgrader={"grade": false, "grade_id": "generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_loss(fake_logits, saturating=False):
    """What G minimises: it wants large logits for its images.

    Args:
        fake_logits: D's logits of "real" for generated images, any shape
        saturating: False for -log D, True for log(1 - D)

    Returns:
        scalar tensor, in nats, differentiable
    """
    ### BEGIN SOLUTION
    return logsigmoid(-fake_logits).mean() if saturating else -logsigmoid(fake_logits).mean()
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the push on one logit by either loss. Which one is awake where D is sure that it sees a fake (logit -6)?
for saturating in (False, True):
    logit = torch.tensor([-6.0, 0.0, 6.0], requires_grad=True)
    (slope,) = torch.autograd.grad(3 * generator_loss(logit, saturating), logit)
    print(f"saturating={saturating!s:5}", [f"{s:.3f}" for s in slope.tolist()])

# %% nbgrader={"grade": true, "grade_id": "check_generator_loss", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check(generator_loss)

# %% [markdown]
# ### Least squares
#
# LSGAN asks for numbers instead of probabilities: D should return 1 for a real image and 0 for a generated one, G wants 1 for its own. What D returns is used as it is, without
# a sigmoid:
#
# $$L_D = E_x\big[(D(x) - 1)^2\big] + E_z\big[D(G(z))^2\big], \qquad L_G = E_z\big[(D(G(z)) - 1)^2\big],$$
#
# without any factor. **By hand.** D returns 3 and 1 for two real images and 1 for a generated one: $L_D = \frac{4 + 0}{2} + 1 = 3$, $L_G = 0$.
#
# **Write** both. 1 line each.


# %% nbgrader={"grade": false, "grade_id": "lsgan_discriminator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lsgan_discriminator_loss(real, fake):
    """Least squares: real images should get 1, generated ones 0.

    Args:
        real, fake: what D returns, any shapes

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    return (real - 1).square().mean() + fake.square().mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_lsgan_discriminator_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(lsgan_discriminator_loss)


# %% nbgrader={"grade": false, "grade_id": "lsgan_generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lsgan_generator_loss(fake):
    """Least squares: G wants its images to get 1.

    Args:
        fake: what D returns for generated images, any shape

    Returns:
        scalar tensor, differentiable
    """
    ### BEGIN SOLUTION
    return (fake - 1).square().mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_lsgan_generator_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(lsgan_generator_loss)

# %% [markdown]
# ## 2. Two networks
#
# *Lecture 06, sections 1 and 2; transposed convolution: lecture 01, section 8, and assignment 1.* DCGAN for images of 32 × 32. With $c$ for `base_channels`:
#
# | G: layer | kernel, stride, padding | after it | map |
# |---|---|---|---|
# | the code, as an image of one pixel | | | `z_dim` × 1 × 1 |
# | transposed convolution | 4, 1, 0 | BatchNorm, ReLU | 4c × 4 × 4 |
# | transposed convolution | 4, 2, 1 | BatchNorm, ReLU | 2c × 8 × 8 |
# | transposed convolution | 4, 2, 1 | BatchNorm, ReLU | c × 16 × 16 |
# | transposed convolution | 4, 2, 1 | tanh | `out_channels` × 32 × 32 |
#
# | D: layer | kernel, stride, padding | after it | map |
# |---|---|---|---|
# | the image | | | `in_channels` × 32 × 32 |
# | convolution | 4, 2, 1 | LeakyReLU 0.2 | c × 16 × 16 |
# | convolution | 4, 2, 1 | BatchNorm, LeakyReLU 0.2 | 2c × 8 × 8 |
# | convolution | 4, 2, 1 | BatchNorm, LeakyReLU 0.2 | 4c × 4 × 4 |
# | convolution | 4, 1, 0 | nothing: a logit | 1 × 1 × 1, returned as (N,) |
#
# **No convolution has a bias.** BatchNorm is torch's, with its usual settings. The layers are convolutions throughout, no linear ones.
#
# **By hand.** A convolution from $a$ to $b$ channels has $16\,ab$ weights, BatchNorm has 2 numbers a channel. For `z_dim` 2, $c = 1$ and one output channel G has
# $16\,(2 \cdot 4 + 4 \cdot 2 + 2 \cdot 1 + 1 \cdot 1) + 2\,(4 + 2 + 1) = 318$ parameters. And D for one input channel?
#
# **Write** both classes. About 10 lines each. Order and names of your layers are your own: the check counts parameters, looks at the shapes of all maps, and sets all weights equal to
# see what comes out.


# %% nbgrader={"grade": false, "grade_id": "Generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Generator(nn.Module):
    """Code -> image.

    Args:
        z_dim: numbers in a code
        base_channels: channels of the last hidden map
        out_channels: 1 for grey, 3 for colour
    """

    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        ### BEGIN SOLUTION
        c = base_channels
        layers = []
        for width_in, width_out, stride, padding in (
            (z_dim, 4 * c, 1, 0),
            (4 * c, 2 * c, 2, 1),
            (2 * c, c, 2, 1),
        ):
            layers += [nn.ConvTranspose2d(width_in, width_out, 4, stride, padding, bias=False)]
            layers += [nn.BatchNorm2d(width_out), nn.ReLU()]
        layers += [nn.ConvTranspose2d(c, out_channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, z):
        """z (N, z_dim) -> images (N, out_channels, 32, 32), in (-1, 1)"""
        ### BEGIN SOLUTION
        return self.layers(z[:, :, None, None])
        ### END SOLUTION


# %% tags=["demo"]
# yours to try: 318, as by hand? And in which layer are most of them when base_channels is 16 and z_dim 64?
sum(p.numel() for p in Generator(2, 1, 1).parameters())

# %% nbgrader={"grade": true, "grade_id": "check_Generator", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(Generator)


# %% nbgrader={"grade": false, "grade_id": "Discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Discriminator(nn.Module):
    """Image -> logit of "real".

    Args:
        in_channels: 1 for grey, 3 for colour
        base_channels: channels of the first map
    """

    def __init__(self, in_channels, base_channels):
        super().__init__()
        ### BEGIN SOLUTION
        c = base_channels
        layers = [nn.Conv2d(in_channels, c, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for width in (c, 2 * c):
            layers += [nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width)]
            layers += [nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(4 * c, 1, 4, 1, 0, bias=False)]
        self.layers = nn.Sequential(*layers)
        ### END SOLUTION

    def forward(self, x):
        """x (N, in_channels, 32, 32), in [-1, 1] -> logits (N,)"""
        ### BEGIN SOLUTION
        return self.layers(x).flatten()
        ### END SOLUTION


# %% tags=["demo"]
# yours to try: one image alone must come back as a logit of shape (1,), not ()
Discriminator(1, 4)(torch.zeros(1, 1, 32, 32)).shape

# %% nbgrader={"grade": true, "grade_id": "check_Discriminator", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(Discriminator)

# %% [markdown]
# ## 3. One step
#
# *Lecture 05, section 6.* Two turns, and their order matters.
#
# 1. **D's turn.** D minimises `discriminator_loss` on the images `real` and the images that G makes of `z_d`: two passes through D. G learns nothing from it.
# 2. **G's turn.** G minimises the non-saturating loss on the images that it makes of `z_g`, judged by the **new** D. D learns nothing from it.
#
# When the step is over, four things must be true besides the weights:
#
# * D's `.grad` holds the gradient of D's own loss, G's `.grad` that of G's own loss, whatever was there before the step and whatever passed through. G's gradient runs *through* D and leaves some there, unless
#   you prevent it: `p.requires_grad_(False)` for D's parameters during G's turn (and back again), or `loss.backward(inputs=list(generator.parameters()))`.
# * D's turn has sent no gradient into G.
# * Both networks are in the mode in which they came (train or eval), and all parameters ask for gradients again.
# * The dict that you return has the keys `d_loss`, `g_loss`, `d_real`, `d_fake`: the two losses, and the mean *logits* of the real and of the generated images
#   in D's turn. All four are scalar tensors, detached (`.detach()`), or the history of a long training would keep every graph alive.
#
# **By hand.** The smallest GAN of lecture 05: $G(z) = \theta z$, $D(x) = \psi x$, both weights 1, one real point 2, `z_d` = `z_g` = 1, gradient descent with rate 1.
# D's gradient is $-2\,\sigma(-2) + \sigma(1) = 0.493$, so $\psi = 0.507$. *Then* G's gradient is $-\psi\,\sigma(-\psi\theta) = -0.191$, so $\theta = 1.191$.
# (With the old D it would be $-\sigma(-1) = -0.269$.)
#
# **Write** `gan_step`. About 14 lines. You may call your losses of section 1, or write them in place.


# %% nbgrader={"grade": false, "grade_id": "gan_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    """One turn of D, then one turn of G.

    Args:
        generator: module, codes (N, z_dim) -> images
        discriminator: module, images -> logits
        opt_g, opt_d: optimisers of their parameters
        real: a batch of real images
        z_d, z_g: codes for D's turn and for G's turn, (N, z_dim)

    Returns:
        dict of detached scalar tensors: d_loss, g_loss, and the mean logits d_real, d_fake of D's turn
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss = discriminator_loss(real_logits, fake_logits)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    g_loss = generator_loss(discriminator(generator(z_g)))
    opt_g.zero_grad()
    g_loss.backward(inputs=list(generator.parameters()))
    opt_g.step()

    told = {"d_loss": d_loss, "g_loss": g_loss, "d_real": real_logits.mean(), "d_fake": fake_logits.mean()}
    return {name: value.detach() for name, value in told.items()}
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: the smallest GAN, as by hand. Expected: psi 0.507, theta 1.191.
theta, psi = (nn.Linear(1, 1, bias=False) for _ in range(2))
for network in (theta, psi):
    nn.init.ones_(network.weight)
optimisers = [torch.optim.SGD(network.parameters(), lr=1.0) for network in (theta, psi)]
one = torch.ones(1, 1)
gan_step(theta, psi, *optimisers, 2 * one, one, one)
f"psi {psi.weight.item():.3f}, theta {theta.weight.item():.3f}"

# %% nbgrader={"grade": true, "grade_id": "check_gan_step", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
check(gan_step)

# %% [markdown]
# ## 4. A walk
#
# *Lecture 06, section 5.* Draws from a Gaussian in $d$ dimensions lie in a thin shell of radius about $\sqrt d$. The straight line between two of them leaves the shell; the **great circle** does not. You write
# the great circle:
#
# * the *direction* turns from that of $z_0$ to that of $z_1$, at an even pace. With the directions $u = z_0 / \lVert z_0 \rVert_2$ and $v = z_1 / \lVert z_1 \rVert_2$ and the angle $\Omega$ between them,
#   $\cos\Omega = u^\top v$, it is
#   $$\frac{\sin((1 - t)\,\Omega)}{\sin\Omega}\,u + \frac{\sin(t\,\Omega)}{\sin\Omega}\,v\,;$$
# * the *length* changes at an even pace from $\lVert z_0 \rVert_2$ to $\lVert z_1 \rVert_2$.
#
# Lecture 06 wrote the formula for the codes themselves, which is the same when both are equally long. Here they need not be.
#
# **By hand.** $z_0 = (1, 0)$, $z_1 = (0, 3)$, $t = \frac12$. The angle is 90 degrees, so the direction is $(0.707, 0.707)$. The length is 2. Together: $(1.414, 1.414)$.
#
# Two places to be careful. $t$ may lie outside $[0, 1]$: the walk goes on. And where both codes have **one direction**, $\sin\Omega = 0$: the circle becomes a straight line, and the formula $0 / 0$. (Rounding can even make
# $u^\top v$ larger than 1.) Codes of length 0 and exactly opposite ones do not occur.
#
# **Write** `interpolate`. About 8 lines.


# %% nbgrader={"grade": false, "grade_id": "interpolate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpolate(z0, z1, t):
    """Codes along the great circle from z0 (t = 0) to z1 (t = 1).

    Args:
        z0, z1: codes, (d,)
        t: positions, (T,), also outside [0, 1]

    Returns:
        (T, d), one code a row
    """
    ### BEGIN SOLUTION
    length0, length1 = z0.norm(), z1.norm()
    u, v = z0 / length0, z1 / length1
    omega = torch.acos((u @ v).clamp(-1, 1))
    t = t[:, None]
    if omega.sin() < 1e-6:
        return z0 + t * (z1 - z0)
    direction = (torch.sin((1 - t) * omega) * u + torch.sin(t * omega) * v) / torch.sin(omega)
    return direction * (length0 + t * (length1 - length0))
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: lengths along the straight line and along your walk, between two draws in 64 dimensions
z0, z1 = torch.randn(2, 64, generator=torch.Generator().manual_seed(0))
t = torch.linspace(0, 1, 5)
(z0 + t[:, None] * (z1 - z0)).norm(dim=1), interpolate(z0, z1, t).norm(dim=1)

# %% nbgrader={"grade": true, "grade_id": "check_interpolate", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check(interpolate)

# %% [markdown]
# ## 5. How far apart?
#
# *Lecture 07, section 2.* To compare generated with real images, take features of both, fit a Gaussian to each set, and measure the Fréchet distance of the two (FID is this, with one particular network's
# features). Squared, as it is always reported:
#
# $$W^2 = \lVert \mu_1 - \mu_2 \rVert_2^2 + \operatorname{tr}\big(\Sigma_1 + \Sigma_2 - 2\,(\Sigma_1^{1/2}\, \Sigma_2\, \Sigma_1^{1/2})^{1/2}\big).$$
#
# The root of a *matrix* $M$ is the matrix $R$ with $R R = M$: not entry by entry. In one dimension it is a number, and
# the formula becomes $(\mu_1 - \mu_2)^2 + (\sigma_1 - \sigma_2)^2$. **By hand.** Means 1 and 3, variances 9 and 4: $W^2 = 4 + (3 - 2)^2 = 5$.
#
# You need the root's trace only, and the trace is the sum of eigenvalues. Two ways lead there with symmetric matrices alone, for which `torch.linalg.eigh` and `eigvalsh` are exact and fast:
#
# * The trace of the root of $\Sigma_1^{1/2} \Sigma_2 \Sigma_1^{1/2}$: take the eigenvalues of that matrix, root them and add up. (The plain $\Sigma_1 \Sigma_2$ has the same ones, but is not symmetric.)
# * The root of a covariance: $\Sigma = V\operatorname{diag}(\lambda)\,V^\top$ has $\Sigma^{1/2} = V\operatorname{diag}(\sqrt{\lambda})\,V^\top$.
#
# Two places to be careful. **Singular covariances** (fewer images than features) have eigenvalues 0, and a computer returns $-10^{-17}$ for some of them, whose root is NaN: `clamp(min=0)`. And
# the distance is a **small difference of large numbers**: compute in float64 whatever comes in, and return float64.
#
# **Write** `frechet_distance`. About 6 lines.


# %% nbgrader={"grade": false, "grade_id": "frechet_distance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frechet_distance(mu1, cov1, mu2, cov2):
    """The squared Fréchet distance of two Gaussians.

    Args:
        mu1, mu2: means, (d,)
        cov1, cov2: covariances, (d, d), symmetric, perhaps singular

    Returns:
        scalar tensor, float64
    """
    ### BEGIN SOLUTION
    mu1, cov1, mu2, cov2 = (tensor.double() for tensor in (mu1, cov1, mu2, cov2))
    values, vectors = torch.linalg.eigh(cov1)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return (mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * cross
    ### END SOLUTION


# %% tags=["demo"]
# yours to try: real clothes against real clothes, and against darker ones. (float32 in: does the first come out positive?)
eyes = fashion_classifier()  # a classifier whose 128 features we use; it sees 28 × 28


@torch.no_grad()
def statistics(images):
    """Mean and covariance of the features of images (N, 1, 32, 32), uint8 or in [-1, 1]."""
    images = data.to_float(images) if images.dtype == torch.uint8 else images
    features = extract_features(eyes, images[:, :, 2:-2, 2:-2])
    return features.mean(0), torch.cov(features.T)


known = statistics(clothes[:1000])
[
    frechet_distance(*known, *statistics(other)).item()
    for other in (clothes[1000:2000], clothes[1000:2000] // 2)
]

# %% nbgrader={"grade": true, "grade_id": "check_frechet_distance", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check(frechet_distance)

# %% [markdown]
# ## 6. The clinic
#
# ### Name the fault
#
# *Clinic 07c* has the order of examination. Five GANs were trained on these clothes for 600 steps, each with **one line wrong**. Here is what their owners recorded: six samples after 120 steps and six at the end (the same six codes), the mean
# logits of real and generated images, and both losses. For comparison: in a healthy run of this kind d_real ends near 0.9 and d_fake near -0.9, d_loss near 0.9 and g_loss near 1.8, and the last samples
# look like clothes that somebody drew in the dark.

# %% jupyter={"source_hidden": true}
# patients: begin
# fmt: off
CURVES = {
    '0': {'d_loss': [3.52, 4.88, 5.33, 5.58, 5.78, 5.91, 6.04, 6.14, 6.23, 6.31, 6.36, 6.42, 6.46, 6.49, 6.53, 6.55, 6.59, 6.62, 6.63, 6.66], 'g_loss': [0.13, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'd_real': [-0.43, -0.43, -0.43, -0.42, -0.43, -0.4, -0.42, -0.42, -0.44, -0.44, -0.42, -0.43, -0.44, -0.43, -0.44, -0.43, -0.43, -0.45, -0.42, -0.42], 'd_fake': [2.45, 3.92, 4.37, 4.64, 4.83, 4.98, 5.1, 5.2, 5.28, 5.36, 5.42, 5.47, 5.52, 5.55, 5.59, 5.61, 5.64, 5.67, 5.69, 5.72]},
    'A': {'d_loss': [1.3, 1.26, 1.24, 1.18, 1.27, 1.26, 1.32, 1.29, 1.3, 1.31, 1.25, 1.29, 1.27, 1.25, 1.26, 1.25, 1.29, 1.3, 1.28, 1.28], 'g_loss': [0.6, 0.64, 0.65, 0.67, 0.66, 0.66, 0.67, 0.67, 0.65, 0.66, 0.66, 0.66, 0.66, 0.66, 0.65, 0.65, 0.65, 0.64, 0.64, 0.65], 'd_real': [0.72, 0.63, 0.62, 0.68, 0.5, 0.55, 0.27, 0.43, 0.47, 0.37, 0.58, 0.44, 0.51, 0.53, 0.58, 0.53, 0.46, 0.43, 0.49, 0.44], 'd_fake': [0.37, 0.25, 0.19, 0.12, 0.15, 0.19, 0.09, 0.15, 0.2, 0.15, 0.18, 0.15, 0.17, 0.15, 0.19, 0.16, 0.17, 0.18, 0.18, 0.15]},
    'B': {'d_loss': [1.21, 1.24, 1.2, 1.16, 1.21, 1.11, 1.14, 1.1, 1.15, 1.01, 1.0, 1.0, 0.97, 0.99, 0.98, 0.89, 1.0, 0.91, 0.87, 0.84], 'g_loss': [1.06, 1.08, 1.16, 1.24, 1.2, 1.29, 1.23, 1.27, 1.33, 1.36, 1.43, 1.59, 1.62, 1.56, 1.5, 1.58, 1.67, 1.51, 1.65, 1.73], 'd_real': [0.41, 0.2, 0.25, 0.33, 0.25, 0.41, 0.37, 0.46, 0.43, 0.58, 0.63, 0.72, 0.7, 0.74, 0.63, 0.85, 0.87, 0.78, 0.92, 0.94], 'd_fake': [-0.09, -0.23, -0.27, -0.32, -0.35, -0.45, -0.44, -0.42, -0.49, -0.61, -0.66, -0.67, -0.79, -0.67, -0.7, -0.88, -0.76, -0.79, -0.93, -0.98]},
    'C': {'d_loss': [0.2, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'g_loss': [3.48, 5.52, 6.4, 6.95, 7.36, 7.7, 7.95, 8.22, 8.42, 8.61, 8.77, 8.9, 9.07, 9.2, 9.3, 9.43, 9.52, 9.64, 9.71, 9.81], 'd_real': [3.53, 5.83, 6.67, 7.2, 7.63, 7.96, 8.21, 8.45, 8.65, 8.83, 9.02, 9.13, 9.26, 9.41, 9.49, 9.63, 9.73, 9.83, 9.93, 10.04], 'd_fake': [-3.23, -5.51, -6.37, -6.95, -7.36, -7.7, -7.95, -8.2, -8.43, -8.61, -8.74, -8.92, -9.06, -9.2, -9.3, -9.43, -9.54, -9.64, -9.73, -9.8]},
    'D': {'d_loss': [0.12, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 'g_loss': [-4.99, -7.08, -7.79, -8.26, -8.55, -8.8, -9.0, -9.19, -9.35, -9.49, -9.62, -9.74, -9.86, -9.97, -10.07, -10.16, -10.26, -10.35, -10.43, -10.52], 'd_real': [3.84, 5.86, 6.63, 7.16, 7.58, 7.88, 8.14, 8.41, 8.62, 8.8, 8.97, 9.14, 9.27, 9.4, 9.52, 9.65, 9.74, 9.86, 9.97, 10.06], 'd_fake': [-4.84, -7.06, -7.78, -8.25, -8.54, -8.79, -9.0, -9.18, -9.34, -9.49, -9.62, -9.74, -9.86, -9.97, -10.07, -10.16, -10.26, -10.34, -10.42, -10.51]},
}
# fmt: on
SHEET = """
UklGRlQjAABXRUJQVlA4IEgjAABwWACdASqAAaAAPu1orFCppaQiqncrcTAdiWlgwQkOu1o97/+2fxKP7f//849l763l/4jv7Xn9
f9nkJ+Yf97m/8uX9J//vQF0y1KKyzYOCXfOVEwvfFxBP5NYFmg0u+65/d5GeKgzBh/2rbSfAOe52hcDvKPf33jD/if+f7A36G5UP
7t6g/Rj9ABwoAq1NQVadbvtPffx2MC8meU5bceq7ceqzXqaEjTFMUwz8e2p22/n4EqQLmR7a2OTplcpPlcmfJhTXyjtcXcrdKTXP
FJsLce7K3S/9rXNoBVz+F26+NYmPHr5Wn9xrfZdDrI8gHoMU4wVpNSqsICnjSIOBTIfYFgzwiaO/NFxxSf7lbTHfswp0NghPn96v
TAmXQOMrnvRRnvZrv7ecJE1dpHO+O2/CTQjidrcgyQisouHSO3XmJU9Xa1S3QC/uuP5FIdu5W98UdL0scCV1Q7t9/tzviEXQF2WK
8zSJxuBUF2J2+be8IMoMykPOncFuVJSA/pIozdliNPlyJnxECTVclJdynrZKsEQN0C80G5ZXCCn3/rAGw2fyCtT4wxPoToIKkT3W
a46qnq1Qc1n6/DXO1wZdAdTajcz5Tez9yl/74H6tj4pmIZOncZvsCQ8lrS0/+tcu796JdvTj8tEAzZc61TOovfaYbdqeSAXjRj7h
cBdSJYTEkegqufxX2gy5VwpBvmfhnY3av0sx5GqictBrVtsCHUN6yUc+WRHiTwwqYP/Mx0ey5VOkUSVUF+sSrK2IhBMhshYUNfGD
/+QDFsIQ8AH4pFz1BiBlMaf11hNeEqoWhqM7Dvi++o19/id4pJATYWL45101YLwvA05/OYyFmFeryf85bewmHT/qu3Hquynceqzn
t+qzltx6eFV/50z/oT8cMrNXuQOTou9wuhmiazVVbRNpATEH5X3Y9ATjdkQ++63DugB6RsGhMo2DQmUa4AD+BAj0xXSCz1FY5F+F
MF/D5iBFwNMvlJORmv4TYklCkjovag74Klvl26+N8gjwJeUWP9wfLwPyXDOtS2qJbnTWsnvHLSN4pWvhUv5cL1Vt5aAVghwGnMID
wUjJFC1iuRUW7RoksnIVv3bZTypzhPkXm0IczfG0hICCnJoRlecoGvbZmuXXOV1olm0lR2fE+6fF1LFPhDFsuIrDKfRTG7JTKAUd
Ex4ZYXl+BF22htWDJ5q9CdQgrDTSqUyt0y3iyUDqp3bMnvIMTrut1HR3RUrs5t8zjfeF1QLfYEoEMmgrEVP0fjX2DjPsTU2dcvWR
E/LZp016jOT53WSuG5AgrpGRxDNHq5JrgkmNTPQ0yZZT5ShKPo2jhyK5uAoIFdaNlUYNZ6GxO21jkVQNwJGhuyUytkmO+SCsj1d2
ktJLSAyTTmY0GvHCU7W/wPoI2D9eO1MmWUH0vIIOGWMzVbA6jrJ2x0fKHVx9mI/xpqLQbs2jfbN0y+EGNtjep3yjsTSgvNP63ByJ
cIeceQpB0nEPONDwH21dsxGGod6rz241uSnuXIKFTwgQmsEz6Ku0TSR4zsZsOushdQMEA2pFlZQppFmHyKQh2Q4QqR9Nm3hgaQkC
d2wb62LLZiI5K+7lZGKGwfNoeXMURBc8s/iy4GNFlzIimQaoDTSpGLMVgekX/YA5e2Nmr16Lt9u/agQxsGQ+sPsSCSzFDNJOZ2gf
oABemz9VSfLBCQjyRAdVrbn08zrafLiGoFnKxhHSXdhuAzhlIMLdJEIFNrbTf156467Lab+oKVn05b1ix50ZxqfbnUp+wS+AJ8zt
eu2S0YBPNMhEBFep62vn1+9XFmpJBerNAikg17LZfZwv2AfQUxn6PHedVNPEoSPante47GqzUbR+YmYtbUVxCNZ1cIVXbh6qZemZ
5D05E5u8VZoS9HML20tlMGD1tr12kor992WCYAi0KGw4PsBtS/nIqjpa1pdQWUKhM9iBNRw2OzmazU2m6sA6VfJ8YoeJkIgvQ49o
8u1NrQgGgZR6ji3v6TDkBn7vPYpGgX28qSPsuxT9O7oYzVvheOq8TN111r+9tTdC0vGEZOVVu0Fm4x+qoLKFQmexAmo4bLFthr/2
a6F/WVZvFMnWDwD12hqocKUnOi5n2IpJqww/8ExnVvdNlVgLMmxz7x7getbGdjNh11ibNr12kor992WCYBW+2YA3BL1PapsgfT1S
fLBCFepXEDLCcE3Sp4YkwAPUL+siNqouzI784QRwGcye1lqHc/MiJDTLg2mx53qdaFw/h0sLekXhCFisZIXcPpmw1RUJV2ojVXEt
vCi/XlpqCmWvxvQDqUCznQWiJWZlt9Nll9+LF3qZ4kjS0VVGXuknNensk5Q7dW+nHXTj4YfOVGwOUfCYw1HOdORHNd6/ZK+7fiJ3
uUH0DF4WA/ukUzuK1+xEELgVVePF4XBv9krT0yZUSl236lGhDlvOi/IXYOrhSAHUangQE5ieKDodkmqbCfpG3M9EZwhZhjcP8tRa
nT2jaO9glskuZMvEtz7MDWxflqJS3lBpVwDp52q9MT76PhGNXUM1Jv6lt83q/goW+JjDUtoCNdoBl8uZlwgRlEzpvNRj54nV6d/e
gl5a3oXVmTLxLWGb5BKWQ86CmMppdQUsyXFbUYnaoqhpIKgiL54f0/g8swTnwPq4UsaO4ECqW7Ur1+MjJy/HTN2N+LJaO9gDSqeW
vyWfOqnEShVzVOZQiXTB+2aGhCPnOVLeqgDNeHnDg159dT2IJjDUueGnPMOa8as2Zb10xQluHw4QxuH+pgOvte+VZyYIlskuZlt8
DjlXDakXMFvyZyi7nXyl/r4zwC3ccBaZdW8JNxhLfEkz0n/gKDGUtBfLJq35lM0M3lK174yiw0jQYiHqGq8IJbxbpskH2Xr1wtQu
jjOqEGp3ADCS5ySeB9N/RXc/fAG24oiifyAzZhv7JvIJRR9VhNSqEs4lV1vMx5ccWuY+4KqxhYMKTQn+Jkwa99TSgJfcAVqFfLue
tmTr0/bTqxXu9/wJ9nDhFSWHgY2aA21GaLJ3u5jS2uh+vXD5ahoSBEW0UxnNZwc6AHYzlHrAYSEcHHZWMWjFsuztpPl7T1GbGRe9
1SMlWC8tWdhz4qVs/r7tmY4MWuY+4MPonVR/2RXGBmsgA0z2FTOazg50AOxm5iLBXGAlf0CHqH7r3e/XKo6h2jNmDXcUhYOkBk3g
GWlPXaQD9Yh6hqxbOJC1885vSFe7ai3Y+6rBuF4yNvl/zgSyP9XwvkaIKOxBSmroxbLs7aT5fBhdNqIRJTumHYQJUBjL34ijdq7s
4Fi5mf5LHd+HD09HVVWmg48/KxouwTy/AK6Q0hH7+Q8KKak5oXlHkqG8GRHoy2ADYNSQ5/1LIOx21tRoy/uKa0phjL5tiWu42WMe
h/mYooXaKZNTV99THryBmsT30d7Wj0ZLvs2jJ0xiMtjey/LOp9TGcqOBjIX2k2dMc+IaN8Czdxd3/CX0fr1wuNJXg0Ws15oTR/68
KkYxitiUHyKpRkNr8kGvTEeO5RaPlnRnAVRZ8oGsEBgZ6fgtW0lg4Llm1s5C0xNGSaGKS4hmm312Lkuye+85D6Opt2P+b4ElXZGg
I5dsFSyUZxN0QzozEcEWdAXVPa3vl+fXMw18vzivXpj+jPiVhT7XblDvDJGiwNjvuFGTTxJix93iejAm/h9MM/tZAW7WAXB7We59
ITmzgz+t3IQigsIo8B1VvlwRX6StznlTgW1cDZ50wI7k44WQoVRrjl6/IPFaTrghq7bxJ7Tpdn2GA0ugd2tf44W6BzvWvx4IevVj
xPBMaonMMTew9cX5LXHlhxkh0IRcdsukh4W4qh1aLI7I1wZmBA0aguM+SmTuJLxdEy9C9HbyeFdCioae/ab2CC02Xa2ceFK+8jkG
rVlvxgxdI9Yt4UvpNKuNEX/Pleg+Kz4D/WPe/PERz6OPweJlD6T+fUkAEjoDcINOjOTAC3Idu/7S/XlxTaaqDjULCLxh+CYHOy0Q
iCalkztzkSo19kBkMkj1h0KfMsSqXuhUQZ6CEd8vWtje4ixcY0bwYtxV3y7Ks4WwP3ufkotEpq1uDxeZye2YIrMXNJRKDbZLpKAy
dsyyftVxtyatf49besYcd3Zcqs6iaxvedXf3XAlL2V8D7MVnhxRDdXANdWCbbolsJzyvLO83uRV3LA12rMNfzgjFR0L98aKhhraJ
quY4QIEGelF9ooJBV89tlcLTXzWAmstKIns9gpo5TUWsTRmigprpiSxd9uSt/ai+5as98/De48R2jt5jkqSYwjNbQprW9H1Q2s21
8VIsnVVINnnQqEUQdWLmder4oquOacqFJQk+pkDqgmyutrdc3FYEdja8EPeVr0ULGTRQjckKYu8Os+eIqQCEVHZ+gncy7UMSk1QW
7vPbmk/dkX4+dbItXpM0RZ08Ducn3lPddYdnHgFK0tjq5MfJUZ24eLQPocnGPsFhwHpp6Tjs1LDhCq1vHm/LVPhUmAaL8mbnQauJ
bIZ/iSxM35APUfIc8hDRZTuG8bQNLv6kG4LF+u2yTYfvL1t3aAlBd36V+r0HIBgM1nJLuVBParI6dZyxcdp96GfQ5lSQ2R2RTeUn
TVZXacQ89H370wZskEUq9WXC5LI5hxSttdW0yQROCfS0dBEXCfjtc4smuA+6XY3twcbsiUXWUUzxtqkTK31nEpA32jObPak9r056
d4DWjX+oLRJ4Zv+MNDM4gh6BQcHvq/ZGrf2iCHxCp5hJAUk0fkucFZ3oJcThvDKfuCi7nNanhetUTqKx4AKCcK6lQj3iU4aEHbEm
HJp5HjNz+qIAKV0qIDI/3Y6EP/6PayPRsHVeocTJSGZxoqZQsdXReZB3Q0nnjNMb3NIxlwYPHsrieZ6SBcthlt2S7PU66qNrQA6u
d2Moj8Vhb/fHxxWq67/UcnAqn768MzxpSZpif4nMw6I1c4HNF1hF1B0NMma8jENFPe4sW+UrvjfVS0h+jAz1P6HbXY5eoY42hdck
QWE0BeQy5OSzdJFE2+6QqB3XOpJIsNGzrwubm561n72hoJRr/VF1dfhxDWlXz6pXfH9YnySpEFC4c9ewKf4jO+7j40ft9XOphoMc
5tUdzKdTTYOGcfJ6PHw54cX//mqRCv3BwYcVI7RtigqyHd2oH4DtDnsKeUNIR/LVoUnMzcmDsVmHNhwvuoScpxgYrRf025z0vXn3
67H9tMETsmf0Bpwsfxz0evZVqTmneppfGBRpjlWFAvlEBHtwydOIvkGf3ZycM8eAZFuelaSx4v3Jp/JIirMeWRcioM1jdG11lSZK
jWyab7bhY+j4ShdGRFWjI1BJMEYZsyyM2t4BSUyKXR+aHMAsOssWF2UNySXN8VBoKmcdCe3er/6IbvwsdjkdjB/ee9w57PK8okjy
BaZR54DAqn24NbM7zEqNkHEPOZb9vk4lKgayz9VGea8jS+8Ox4jvLAbecxBsFbKAg0lLhYLhi5nYjB18bcHFhM/8yDsbwIzdCnCN
wVywYb6hxIlHXl2YzufgK9j0MJCZxbjoepk7QQmlXKWSnosPVBR3/DJiDwy1gT1ZAEupMcjJDVBZFohhKcRevY9AroFFekiF+ApS
M2tDIQPKInJG6J23Exq4E+DOMxt4M+VKk/jKueyMc10+9NFJQ9frfMWELNYNBPcbi8rufIiF8aVMW7uw7TLFEAxxXvVL+f6Lo9Df
w/roS05mjsdbkms1EyVYOyrU104oX3KKwRw9o5GonVZtklguVZCUBpZbOn9UgVmlbsL7ObL5Xl0KswFC14Zy0dpBVpc34FSdCOct
8lqoZf/nvWmS3f9HoGU5sZOv8ejS33RPTkGbW35MsG4gv/DxYuasVmspd1+rVmHTrjkX3KyOQOgqAve1BTAv+gN1GnouWuYOvsuQ
6IQl57X8AKYmXWU+jjOY63xOQ4Q/9YogdtPerZpbY9pchYWgeL+9ld4JDL8PD1fPKbl6wLcKMfKlvPcBUT/7AgThZKDYXU21JCQj
8Wa8v+gPWzwYdHVoqDGK7NUhaCEkc8e/ssR4F+YG2FVnb+0C9MnZpbvns4t/qojvBWniGEzKqTy5OAfw79TsmUjwD4Vk+i7ChfeF
d6/aHowZn0DAA25PkDOyKnIDLQxRLOMnamtBy3vmAE1mzpwvC4Q5RqC7ngrW4XrfZE5JcWWS8II8TFjDJPZLbTodSmdVaJrPtgPg
1OgTQaLLn2NrtJNYk8kCndWB0lrlalyQ6OOveLkY8P784UoQX+3pnNzw9I+5ph8DCv0dw/fh5xwWUZFVFpx4SzsKuwYva9ecC1en
QsG2SmKQgw7uGIIUtM/A+C84O8gtkvoZyTGWnmCJ3OSaDDyrLeVkgz817iY4WwaddScMJHipZl3FJjVQz2iW2Q8JZeNT4C5LqjGC
9MfHdc420/z4lnb2WPpLSyaY5ETi9WGhQb6RkK1K9iOQBd5zSSSLEs3kTkhnS9DWPulIWuylYkaeiRE3QldG21Ahe7G7mTvYvXlo
s6tQIHKiSJKgaa9l5P7tAGv5YJ5JBjNpYlNbmLFtfB7m1R05fOKQ3K0sC8UknKLyhooETl4Obx3GaQqZU1fruB5vFLdXD9Zp+FB9
tMhWnVCKQCWz3soffPftdUROZ3shhvrFrXaBTSsVHYH9zpYLx0vR8GtC9EMClURcfF7CUDMWtqdDJuSXTBcbDh1706c72gR8cF2s
QoM9rSXiS0LOXl/iXyewatTaZd1c82QZ2NFRZQhW8THOO15pjf48ixrpLCwciWCCV8oYBdAA0qoqYqEgKPqSo+Dm4m8syPccAJHz
SdnGj+LsTgeJntmcsXD9yk+2MGOKbn8Yaz4NEv9/WkjpZBrY3I93+g+Z50ejb1WwQSTzJFMtydG6rAK6o9HMGsLPqsU+7uu92nPw
T32MXyohiqrGY6gq+oyeA5QMrXaKdGeCZVJ6u/t516ZlSDFVSn//tNnFlxTacvkEFdRCqxVXEjofEVmoOs766eCR1nb8KJ4u5K7l
fQ+yZUKRhbzX4Dz2iWR2vG5E4BMXe4mYI3wiovdzu+wErHcVUoboat3UkAN/a1YN6l/zQH17OU++uFsFYX7E9D6CVh2lXPKDnbMl
Av86fSpXNDR+xWDeEkLJsVe7agNkrrg31rTYALK/4+Kn9byi+t7mZiU7Y8PtVTTLODIHyL9JaigvDxuvGBs8MBoTD+6TqxeNsdBi
xiHDldZ56htOirEZ3Mg6bC2gb6K3rcYK/Thdtant25MQUttDkn4zzzeuF6+UW1dIDOCyNubusXXA+Wm9ee2K8ee/lMKazUWHsrKd
YrSeYea9oiIgWTmGe1LuglmyT2q8Idn3H4AEN/XCeF3Z04rgCDdlolW7uL/xp49k4zNIzvXQdFAiU1NtUwVYd6WddtAXR+ReWoST
1WjEdTFW/0/S56MInUZEHxMCG5jRZIJmwPkfOjJSFrVnptm6mJM4BOmd6PeQ6Sa8X1H2TON0qMFMT2+2fohSwOoZ9NFjbzKy0LRA
zU4kzZduWy37WNx39FUCrob5H4wRViovWnFZP2t0Y1H2mnYvQfFedzpS/o9nrINjoSwuSpH+7wM8kv3pz7mKgTRdIe7AaB/a8Utr
fQSDKU0xsqppTuxy3hJVt9m5zKuNC5FmXYd9V+yIkBvwfLxxAqQIP5Dg3aBCyco989TkDAclY9GyabytN80pWwvtAwwu8GihQOgy
TmS/vaUogK55CPxLIvjltI1GJLgTK1WmO1co0KZMMnkmJ6aomSn53wzAIFMSiuHsrHD/nDbxn6273tfVWJJj5Roc9mhOkEpb8qfU
wANipz2mDWDoq6xUE8RTeYEqyEQFW2IAcNtncyChEvP7rRiy74HC7CG6v/cdJRFeJrYm1g/nJGXZx+zhleZjhecb6OkjfSoUZ09i
r7SAyiBbCH0GJJVWXqe1yamjEbUV4ZLeKKtNopOuglmfRV8jYoqdr/LbMa4UMpaod7AVXp3iO3PsIkGps6UfiQghirQYsmUdNGZr
Y0gFbp9UMSw9jrlH2csqtS0pQfPBf8wA5RZXMBrNVlbPXN6kZaizli8Ks9md3ALgOrO2uaqQPHYIERS2Y5frFZdXDOezc5lXGhci
zLsO+q/ZESA33mi26QnChttsEg0dZw7k23cgx6s9f26ATQC8e5ZkZ9SyofdY7O8zOyXjWdAMFwZy3o5nnDL2rhxcDEcmCODokPI5
tncqewC8j/ia2TPJNBF9KQ/zPcMxIlSnfrcRMlDf/6ebP1MP6HnapOUA+rOVMi5572tM4sQ8I1tWyiTR8fVys4F4FSTnt6jdmy5H
NVkMb3cjZz04OOSp1O6ijkHMke1bXEVc8wUWTbNPSLmKYjvBIvaO/eQ7/t3ZnzSwY4c16pbPKkC4PipfOo5n5X1KRfOKhgB7AMql
zIURTsYp0XHzXv0ukKOjr2Bl6A6QeokVysxIcMYLJnSF4a9BeZDEqbfEyudUJK4H+euDzXDEEWudlXOSDHxbSqZTcWschkoECfYh
lysIV8fZJU+YV6JJIcB+4ko5u8YHOyr5Y4p1hIznDVXunUhauu3WWaavk4askggagurzsKw3LZmDQcACxSUx3LwtTGxnytkZzh4g
xtLBEEOjEW+EimJz95N8DwyQ7Q7zcPxz5RiA4TdeA7BQcIakLBA6Ym/a9rmB2GUWgsabnhnS5+2OEe336lnFsUIHWhcOqeGqPa34
CyUuAnNn6mH9DztUnKAfVLCb6fjtDSIdhgUHkskjFuItXUdmCNu6U+Gnjt6dAtYRqO9wMOeRPDmjXlOOOHcR7tr+tJ8PjFEvYT8v
vMLMZzmlt80dZl9S+bPEYQsUwIgRVDqdLmftyl6+B5zWSCMxxK8NbvAi8BlgKa3s9PrhgkluRa+iX2MOSJHzkxCoRDnKyx6yhjYE
KF8Ooop9lipoKn6ACSY+9l0mWIkWDzgCqVaDN+9NAiToBdStqh6dzyZyxlkBmtkMUYHagsfgxrev+xRA/eHkV9EOWgEV5LdyAcag
Mzzhqr3TqQtXXbrLNNXycNWSQQNQXV52FYblszBoOABYpKY7l4WpjYz5WyM5w8QY2lgiCHRiLfCRTE5+8m+B4ZIdod5uH458oxAc
JuvAdgoOENSFggdMTfte1zA7DKLQWNNzwzpc/bHCPb79Szi2KEDrQuHVPDVHtb8HxfLEOM64TPN0JsqUvJRAGhhddOfvOufFu4FN
w6jrNtjiGRfyP8LVUpzaKOBc8W3ENh1Trt/Hwusoueq7zH2O0dEYaRndCZpNpREE5rupDaKg8Umu7GMDZB1OnvR5910kjvqBMb6X
DJfTA+0cz/VwVKlw8s1JtUGocIcZCZJTpyDPq4xxp9jwc8roFIqHmyuL+Bx3jRyx9E5DH4NM3BqavIgk/q4Dp0yamzn8wViAVjUp
m/iKQB4IhV0Ss+ReDPTYYSrXtzoZAxh/IffUSjCAj/HIBYWrGp2ScHrElkzZ8OVVVHhdhXBf6WeSvBslIdzrAiObjhLIFJSttxzq
H6AKsX2B3lDl1+BYW0ip6LxbPEb/2zxWmSCX+Uq1jRzqhk4Or9rZzBfGNIkBaNNLXUzXK95vPhbzUhQmoAgc97LWAuGkBr0POUQB
oYXdnx+1bS9lJOReYOknQHFLJjlUpMsoYgOv7nzlEn9LodVfEL5NTZz+LXi1Hq7np9mFP4/CbPGYJo3hWlLwM016UPs5kAZdb+co
H+bQGCpS9dwW5c/d/0m6DxFOogERU6rdcqv+hXH/AfpDq+9YBlKPP+J+YOXCEvFxsR6fvD22fuTMw1EPD7A5NN8xsFFa8Pof2SVm
xVIo178nWPxwlkZ//Pkm5FM2DR+Pe4mAoBpvtPZOBWqzBoJcmnD3JxmKa5ugYueoKgkat+0rTJ1FtJf+Tleqw+vlIZ+u5C719ZiP
P7KKJbsqZxqjh0Y1EL3Uts1GC8R00dgr9vx6u56gDJ7HbsDI1IdkJi2OvgbOwNkHU6eUR/aqau5BxFgqpn6uTZKF8j2k507j+kuU
v54+UC/Nji+XeJkI4kUBTGcierEYGyQe6dx+VV775IxXRsGt3XgkUIWpgRqNBVneFMUpEu9NbkOCmI7Al95xbT56oX/sF3w1yamE
gl4XwGXaLpm2yYKh0OO5UqPQG9lzI9PxFgOXSDU46gs0lfuabh1NRlGJcCfOLTQ5DN4B3ZGGfkWXzGhhqIQ9S2981auk53Ckywwa
3/A0Tmfx80cblxlSL8GcAEg6t3ygHi7ODW2GMlLxjeDsoj6IjahMT+K1cHLUvF51ZfYMIABTU5H8fzIGW82fpVZPvL3iqqxjHJGY
Zroh2cDZwJ5YuW7Nwh0182qNQidCyMAju7lzSV4MD+1ocuvwK8U0lFjW7vWE1UIYVJVesWLnJIx0KP5UUjxU/cNaFiVCr9drY7pt
b48IqHj6luVo/fj3ykK4Rsbq2Q+42T4yZvUvlte8DZUXpYFHVn9PxciX+AdG/QvHmbzskbdfet8QE77Xb6qMfwXCvmbbSrRBhP9j
QK4DZcP7o3Cp9S/kRRJGOhQ5WNZ0PnifyeFae7frbx+tBORrNR7x2DQBatsrVByeVHkNSEgd5AT429u6gqNjSqalVVH2gX5oRS0Q
7OBs4F9OdMRLbMA5TQsdgx2U+RgEcpzaV3ge1ZttKtEFkOclLG0v/UKGcnluUqs/0PKxnSmOhR/Khxu9XsqwKbqFX7B75KtWV7tZ
E498aBr9R3rHBRNdiRG1RbkNAnxkWqh1jk8viilEt5Q/AMm9kijwSMvqR+SxoQtH7BLVA6ee13YATTMZ4GuGQR/rkrxtZLW8Kxrd
3rH8itM1ISF8De64RNUr+VFI8VP3APJrGjWCtCTKq1IaV9oZTeBKj1bZWpW+FMg5TkuP/12cgPKW7tgXrF/nnSBuXVYPi04eNBLi
I9Cyodzs8LKButSH0Hd7TcEukiFLYaPJ9T/52f81Z7WXKHefk9c7qo5OvORRKHg+z6sT97Bufjv0JRvralf4W1T8VOWbsgKp1D6j
vlYsznqMVzLPBPsNRFrAfEMmwQxvaHnJQXB0fDy0LHvhmtz7aGz440f3SdRrUxQ3wmbpGuUvzSSl0j1RMAXdDcCkyqXKFAjBjkjk
e81dxGc6T1zuqiia/9eFv2z6jU8VmS3bliyeZUzirinWWoaX4SKIlGONbhdHMmStc2Ghx6zvHkMUJn1UpmhiX7lYyKEI5Mak2guF
qreW35PgBfvQZqDLg793pcV8KJW924nl+k/tTKSXfhfROjXoEJagsVPbghawHxDHSfjL0zRc4F7OiOkV7SCahxMAXBfWKQrNoR5U
kQsHjk1e7eSmtXB/m6wBd0NwKQE0c82b1Gj8oGk+6Wh6a3oeJVwV3V2UB97KNfm4BlaANFM5x8AdeLUffueWMQseYso09FEg+B7T
LzYZqjkOoX0gBAiZ3iwLMBxfm63cQ3SGoXphyzfXSx3g9pEhkK3T11R+DIyBqnAxyRmuaOX85FElBsktZJ3eyCFnmmxia68Wo+4G
1XnicV62Wp44dMJy0FlFzXkYTlExdJgeLcDE6aW4pEum5pUXEGpKYIm383th1BiUjonkMFh06j4ucsxUzBnBKC4joEn+vC6W9BLp
z78kFt7acJEt9ozglmBg+HD1jNe/xPdLMwwbG7ZTI7FvL7H9lWnticObVHlcZaXu3LwBCytWacFcVTqQJxD/YaDQeVSrLJqI3rxo
PCk4JQ9Q0cv5yKJJ1JAQsMv7TDiqiwY8riAgADv1Qg3QrHmLKNPRRIPge0y82Gk0jcf2Vae2KJ2EGYftT1SL3blbPdgyjrsplNbf
gT3Emk8Yl5QgxkqQ991umVV4c+n1V78dfPz0Ehsksh4SfUZ2rTdtcFKnsqElrKtjYM4WlzLS5LL1uU1LKLmvIwmrqpfYpdk2keaR
xUtHzJRf5DzJyQ1C9MOWb66WO7xrBpV2fOv5vyBSOk4MtM7GMNiLpaALHvhtpAF0x7hsx7aQKx7s/wtalL1h7L/zi5AE2oBuJrAx
PSS7OPLENv/VUvsUuyciy1AbgmC7FRV/BcnWBMaH1Xye/hyv7Eh1SfKuU/JNxLxw628AAA==
"""
# patients: end


# %% jupyter={"source_hidden": true} tags=["demo"]
def draw_ward():
    """One row a patient: samples after 120 steps and at the end, mean logits, losses."""
    import base64
    import io

    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(SHEET))) as sheet:
        wide, high = sheet.size
        gray = torch.tensor(list(sheet.convert("L").tobytes()), dtype=torch.uint8).view(high, wide)
    fig, axes = viz.figure(9.4, 1.62 * len(CURVES), len(CURVES), 3, width_ratios=(1.5, 1, 1))
    steps = range(15, 600, 30)
    for i, (name, curves) in enumerate(CURVES.items()):
        row = gray[32 * i : 32 * i + 32]
        both = torch.cat([row[:, : wide // 2], row[:, wide // 2 :]])
        axes[i, 0].imshow(both, cmap="gray", vmin=0, vmax=255)
        axes[i, 0].set(xticks=[], yticks=[16, 48], yticklabels=["step 120", "step 600"])
        axes[i, 0].tick_params(length=0)
        axes[i, 0].set_ylabel(f"Patient {name}", fontweight="bold")
        for ax, names in ((axes[i, 1], ("d_real", "d_fake")), (axes[i, 2], ("d_loss", "g_loss"))):
            for which, style in zip(names, ("-", "--")):
                color = viz.COLORS[0] if which.startswith("d_r") or which == "d_loss" else viz.COLORS[1]
                ax.plot(steps, curves[which], style, color=color, label=which)
            ax.grid(True)
            ax.legend(fontsize=7.5, loc="center right")
            ax.set(xlabel="step" if i == len(CURVES) - 1 else "")
    axes[0, 1].set_title("mean logits")
    axes[0, 2].set_title("losses (nats)")
    return viz.picture(
        fig,
        alt="Five patients, one a row: twelve samples, curves of the mean logits, curves of the losses. The cell below prints the numbers.",
        caption="The ward.",
    )


draw_ward()

# %%
for (
    name,
    curves,
) in CURVES.items():  # the same curves in numbers: means over steps 1-30, 151-180, 301-330, 451-480, 571-600
    told = {which: [values[k] for k in (0, 5, 10, 15, 19)] for which, values in curves.items()}
    print(f"Patient {name}:", ", ".join(f"{which} {values}" for which, values in told.items()))

# %% [markdown]
# The faults to choose from (some fit nobody):
#
# | fault | what was written |
# |---|---|
# | `"mode collapse"` | nothing wrong in the code: G's learning rate is ten times D's |
# | `"generator cut off"` | in G's turn the images were detached |
# | `"discriminator frozen"` | `opt_d.step()` was forgotten |
# | `"sigmoid twice"` | D ends in a sigmoid, and the losses apply theirs to it |
# | `"wrong sign"` | G minimises $\log D(G(z))$ |
# | `"wrong range"` | real images were scaled to [0, 1] instead of [-1, 1] |
# | `"saturating loss"` | G minimises $\log(1 - D(G(z)))$ |
# | `"labels swapped"` | D was taught to call real images 0 and generated ones 1, and G was told nothing of it |
#
# **Patient 0, as an example.** The mean logit of the real images is the same at step 600 as at step 1: this D does not learn. G does, and fools it thoroughly
# (d_fake climbs above 5, g_loss goes to 0) with pictures that are no clothes: it is easy to please a judge who never learns. The fault is
# `"discriminator frozen"`.
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
    return {"A": "sigmoid twice", "B": "wrong range", "C": "generator cut off", "D": "wrong sign"}[patient]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnosis", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(diagnosis)

# %% [markdown]
# ### Mend it
#
# The loop below is a colleague's. It runs without a complaint, and its owner says: “*The first look is fine. Then the samples get worse and worse, and if I look more often they get worse sooner.*”
#
# Two things are wrong, both with the order of things. Find them with the table of four switches in lecture 05, section 6, and write the mended loop.


# %%
def broken_loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every):
    looks = []
    opt_d.zero_grad()
    opt_g.zero_grad()
    for step, (real, z) in enumerate(zip(batches, codes)):
        if step % look_every == 0:  # look at the same codes before every look_every-th step
            generator.eval()
            looks.append(generator(fixed).detach())
        fake = generator(z)
        d_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
        d_loss.backward()
        opt_d.step()
        g_loss = softplus(-discriminator(fake)).mean()
        g_loss.backward()
        opt_g.step()
    return torch.stack(looks)


# %% [markdown]
# **Write** `training_loop`: copy the loop, and change as little as you can. What it returns stays as it is: the looks, taken in eval mode. Its networks begin and end in train mode.


# %% nbgrader={"grade": false, "grade_id": "training_loop", "locked": false, "schema_version": 3, "solution": true, "task": false}
def training_loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every):
    """Train on each batch once, and look at the same codes before every look_every-th step.

    Args:
        generator, discriminator: in train mode; opt_g, opt_d: their optimisers
        batches: real images, (steps, N, ...); codes: (steps, N, z_dim)
        fixed: codes to look at, (M, z_dim)
        look_every: steps between two looks; the first is taken before the first step

    Returns:
        the looks, (number of looks, M, ...), made in eval mode, detached
    """
    ### BEGIN SOLUTION
    seen = []
    for i, (real, z) in enumerate(zip(batches, codes)):
        if i % look_every == 0:
            generator.eval()
            seen += [generator(fixed).detach()]
            generator.train()
        fake = generator(z)
        opt_d.zero_grad()
        discriminator_loss(discriminator(real), discriminator(fake.detach())).backward()
        opt_d.step()
        opt_g.zero_grad()
        generator_loss(discriminator(fake)).backward()
        opt_g.step()
    return torch.stack(seen)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_training_loop", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(training_loop)

# %% [markdown]
# ## 7. Train it
#
# Everything together: your networks, your step, your distance. One question only: **how fast should D learn?** G's learning rate stays at 0.002, D's is 0.002 or a twentieth of that, and
# each is tried with two seeds, because one run of a GAN proves nothing.
#
# Predict first: which D teaches better, the fast one or the slow one? And will G's loss know?
#
# Fill in `run`. About 10 lines, and a minute or two for all four runs on a laptop. Per step: 32 clothes (`batch`), and new codes for each turn. Before step 1 and after every 40 steps: put G into eval mode,
# make images of the codes `looked_at`, put it back into train mode, and note the step, the Fréchet distance to `known`, and the `g_loss` of the last step (NaN before the first).
# Loop over `counted(n)` where you would write `range(n)`: it shows how far the run is, and the stop button ends that run after the step under way; what was noted until then is drawn.


# %%
def start(network, rng):
    """The initial weights of lecture 06: N(0, 0.02), and N(1, 0.02) for BatchNorm's scales."""
    for name, parameter in network.named_parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, 1.0, 0.02, rng) if name.endswith("weight") else nn.init.zeros_(
                parameter
            )
        else:
            nn.init.normal_(parameter, 0.0, 0.02, rng)
    return network


def batch(rng):
    """32 clothes, drawn at random, in [-1, 1]."""
    return data.to_float(clothes[torch.randint(len(clothes), (32,), generator=rng)])


STEPS, EVERY, Z_DIM = 240, 40, 32
looked_at = torch.randn(500, Z_DIM, generator=torch.Generator().manual_seed(99))

# %% tags=["experiment"] nbgrader={"grade": false, "grade_id": "experiment_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
samples = {}


def run(d_rate, seed):
    """Train a new pair. Returns three lists: steps, distances, G's losses."""
    rng = torch.Generator().manual_seed(seed)
    generator, discriminator = start(Generator(Z_DIM, 8, 1), rng), start(Discriminator(1, 8), rng)
    opt_g = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(discriminator.parameters(), lr=d_rate, betas=(0.5, 0.999))
    ### BEGIN SOLUTION
    steps, distances, losses = [], [], []
    told = {"g_loss": torch.tensor(float("nan"))}
    for k in counted(STEPS + 1):
        if k % EVERY == 0:
            generator.eval()
            with torch.no_grad():
                images = generator(looked_at)
            generator.train()
            steps.append(k)
            distances.append(frechet_distance(*known, *statistics(images)).item())
            losses.append(told["g_loss"].item())
        z_d, z_g = torch.randn(2, 32, Z_DIM, generator=rng)
        told = gan_step(generator, discriminator, opt_g, opt_d, batch(rng), z_d, z_g)
    samples[d_rate, seed] = images[:8]
    return steps, distances, losses
    ### END SOLUTION


fig, (left, right) = viz.figure(8.4, 3.0, ncols=2)
for d_rate, color in ((2e-3, viz.COLORS[0]), (1e-4, viz.COLORS[1])):
    for seed, style in ((0, "-"), (1, "--")):
        steps, distances, losses = run(d_rate, seed)
        left.plot(steps, distances, style, color=color, label=f"D's rate {d_rate:g}, seed {seed}")
        right.plot(steps, losses, style, color=color)
left.set(xlabel="step", ylabel="squared Fréchet distance", yscale="log", title="distance to real clothes")
right.set(xlabel="step", ylabel="nats", title="G's loss")
left.legend(fontsize=8)
viz.picture(
    fig,
    alt="Two plots over the step, four curves each: the distance to real clothes, and G's loss, for two learning rates of D and two seeds.",
    caption="Four trainings.",
)

# %% tags=["experiment"]
viz.image_grid(
    list(samples.values()),
    row_labels=[f"{rate:g}, seed {seed}" for rate, seed in samples],
    size=0.75,
    alt="Four rows of eight generated pictures, one row a training.",
    caption="Eight samples of each at the end; left, D's rate and the seed. (Keep them in `samples[d_rate, seed]`.)",
)

# %% [markdown]
# **Question (2 points).** Which of the two rates teaches G better, and by how much at the end, compared with the difference between two seeds? Which *loss of G* is lower, and why is that no
# contradiction? Four or five sentences, with numbers from your plot.
#
# *Rubric: 1 point for the comparison, with distances read from the plot and the seeds' spread beside them; 1 point for saying that G's loss is measured by its own D, and what a D that learns slowly
# therefore does to it.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_rate", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# The fast D teaches better: after 240 steps the squared distance is about 590 and 640 with the rate 0.002 and about 850 with 0.0001, both seeds. The two seeds of one rate are
# at most 50 apart there, so the difference of more than 200 is no accident of the seed, as far as two seeds can say; the samples agree, blobs with the outlines of clothes against even grey. Until step 100 the two
# rates are alike. G's loss says the opposite: it ends near 0.5 with the slow D, and between 2 and 4 with the fast one. That is no contradiction, because each loss is
# measured by G's own D. A D that hardly learns is easily fooled, so its G has a low loss and is told little; a good D makes the loss high and the lesson useful. Losses of two
# games cannot be compared, distances to the same real images can.

# %% [markdown]
# ## When you are done
#
# Restart the kernel, run everything, and read the eleven tables once more: if every row passes you have 48 points or, if a diagnosis is wrong, half a point less for each; the two of section 7 are for your
# sentences. Then click *Validate*, save, and hand in.
#
# If you liked section 3: exchange the losses for those of least squares, and see whether the plot of section 7 changes. Lecture 19 builds on that pair.

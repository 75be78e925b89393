r"""InfoGAN: codes that a generator must not waste, because a network Q has to read them back from the picture.

G gets noise z, a categorical code c and continuous codes u. D plays the usual game. Q shares D's body and guesses c and u
from G's picture; how well it guesses bounds the information that the picture keeps about the codes from below:

.. math:: I(c; G(z, c)) \ge E[\log Q(c \mid G(z, c))] + H(c)

H(c) is a constant (log K for a uniform code of K values), so raising the bound is lowering Q's cross-entropy, and G and Q do it
together. Nobody says what a code should mean. Lecture: 08_codes_and_attributes.
Source: Chen, Duan, Houthooft, Schulman, Sutskever and Abbeel 2016, arXiv:1606.03657.
"""

import math
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample, one_hot

from course_lib import gan
from course_lib.dcgan import Discriminator, init_weights


# --- codes --------------------------------------------------------------------------------------------
class Latent(NamedTuple):
    """What G is fed: noise (N, z_dim) from N(0, 1), code (N,) long from 0..K-1, continuous (N, C) from U(-1, 1)."""

    noise: torch.Tensor
    code: torch.Tensor
    continuous: torch.Tensor

    def joined(self, num_codes):
        """Noise, the code as a one-hot vector, and the continuous codes side by side: (N, z_dim + K + C)."""
        spike = one_hot(self.code, num_codes).to(self.noise)
        return torch.cat([self.noise, spike, self.continuous], dim=1)


def draw_latent(n, z_dim, num_codes=10, num_continuous=2, rng=None):
    """n independent draws, every value of the code equally likely; rng is a torch.Generator on the CPU."""
    return Latent(
        torch.randn(n, z_dim, generator=rng),
        torch.randint(num_codes, (n,), generator=rng),
        2 * torch.rand(n, num_continuous, generator=rng) - 1,
    )


# --- Q ------------------------------------------------------------------------------------------------
class InfoDiscriminator(nn.Module):
    r"""D and Q: one body, two heads.

    Args:
        num_codes, num_continuous: K values of the categorical code, C continuous codes.
        in_channels, base_channels, size, rng: as of `dcgan.Discriminator`, whose body and head D is.
        hidden: units of Q's own layer.

    Shapes:
        x (N, in_channels, size, size), in [-1, 1] -> logits of "real" (N,);
        ``read(x)`` -> logits (N,), code logits (N, K), means of the continuous codes (N, C).
    """

    def __init__(
        self, num_codes=10, num_continuous=2, in_channels=1, base_channels=64, size=28, hidden=64, rng=None
    ):
        super().__init__()
        self.num_codes = num_codes
        self.discriminator = Discriminator(in_channels, base_channels, size, rng=rng)
        head = self.discriminator.net[-1]
        self.q = nn.Sequential(
            nn.Conv2d(head.in_channels, hidden, head.kernel_size, bias=False),  # (N, hidden, 1, 1)
            nn.BatchNorm2d(hidden),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(hidden, num_codes + num_continuous, 1),
        )
        init_weights(self.q, rng)

    def read(self, x):
        *body, head = self.discriminator.net
        for layer in body:
            x = layer(x)
        guess = self.q(x).flatten(1)
        return head(x).flatten(), guess[:, : self.num_codes], guess[:, self.num_codes :]

    def forward(self, x):
        return self.discriminator(x)


# --- losses -------------------------------------------------------------------------------------------
def infogan_loss(code_logits, code):
    r"""Q's cross-entropy, -E[log Q(c|x)] in nats: what G and Q lower together.

    Args:
        code_logits: Q's logits of the K values, (N, K).
        code: the values that G was given, (N,) long.
    """
    return cross_entropy(code_logits, code)


def continuous_loss(means, continuous):
    r"""The same for continuous codes and a Q that is Gaussian of variance 1, without its constant: (1/2) E|u - mean|^2.

    Args:
        means, continuous: (N, C). Summed over the C codes, averaged over the batch.
    """
    return 0.5 * (means - continuous).square().sum(1).mean()


def information_bound(code_logits, code):
    r"""The lower bound of I(c; G(z, c)) for a uniform code, log K - cross-entropy: at most log K nats, 0 for a Q that shrugs.

    A Q that is sure and wrong makes it negative: the bound is then idle, the information itself is never below 0.
    """
    return math.log(code_logits.shape[1]) - infogan_loss(code_logits, code)


# --- what D and Q see ---------------------------------------------------------------------------------
def moved(x, rng, shift=3.0, turn=15.0, scale=0.15):
    r"""Each picture shifted, turned and scaled at random; what comes in from outside is black, -1.

    Seen only like this, a picture cannot say a code by *where* a mark stands. The gradient passes to x.

    Args:
        x: (N, C, H, W), in [-1, 1].
        rng: a torch.Generator on the CPU.
        shift: pixels, at most, either way.
        turn: degrees, at most, either way.
        scale: |log of the factor|, at most.
    """
    n, _, height, width = x.shape

    def draw(reach):
        return reach * (2 * torch.rand(n, generator=rng) - 1)

    angle, factor = draw(math.radians(turn)), draw(scale).exp()
    cos, sin = factor * angle.cos(), factor * angle.sin()
    right, down = draw(2 * shift / width), draw(2 * shift / height)  # a side is 2 long to affine_grid
    places = torch.stack(
        [torch.stack([cos, -sin, right], 1), torch.stack([sin, cos, down], 1)], 1
    )  # (N, 2, 3)
    grid = affine_grid(places.to(x), x.shape, align_corners=False)
    return grid_sample(x + 1, grid, align_corners=False) - 1


# --- one step -----------------------------------------------------------------------------------------
def infogan_step(
    generator,
    discriminator,
    opt_g,
    opt_d,
    real,
    latent_d,
    latent_g,
    lambda_info=1.0,
    lambda_continuous=0.1,
    view=None,
):
    r"""`gan.gan_step` with one term more in either turn: D's turn also teaches Q to read, G's turn also teaches G to write.

    With lambda_info = lambda_continuous = 0 it is `gan_step` on the same net: G is still fed the codes, and Q learns nothing.

    Args:
        generator: (N, z_dim + K + C) -> images.
        discriminator: an `InfoDiscriminator`.
        opt_g, opt_d: optimisers of G, and of D with Q.
        real: real images, (N, C, H, W), in [-1, 1].
        latent_d, latent_g: the `Latent` draws of D's turn and of G's turn.
        lambda_info, lambda_continuous: weights of the two information terms.
        view: images -> images: how D and Q see every picture, real or made, such as `moved`; None for as it is.

    Returns:
        dict of detached scalars: d_loss, g_loss (without the information terms), d_real, d_fake (mean logits), and of G's turn
        information (the bound for the code, nats) and continuous (the loss of the continuous codes).

    Source: Chen et al. 2016, arXiv:1606.03657, equation 6; the weights 1 and 0.1 are those of its experiments on digits.
    """

    view = view or (lambda x: x)

    def information(code_logits, means, latent):
        return lambda_info * infogan_loss(code_logits, latent.code) + lambda_continuous * continuous_loss(
            means, latent.continuous
        )

    with torch.no_grad():  # D's turn, and Q's: the picture is data
        fake = generator(latent_d.joined(discriminator.num_codes))
    real_logits = discriminator(view(real))
    fake_logits, code_logits, means = discriminator.read(view(fake))
    d_loss = gan.discriminator_loss(real_logits, fake_logits)
    opt_d.zero_grad()
    (d_loss + information(code_logits, means, latent_d)).backward()
    opt_d.step()

    with gan.frozen(discriminator):  # G's turn: D's and Q's judgement passes its gradient on
        fake = generator(latent_g.joined(discriminator.num_codes))
        logits, code_logits, means = discriminator.read(view(fake))
        g_loss = gan.generator_loss(logits)
        opt_g.zero_grad()
        (g_loss + information(code_logits, means, latent_g)).backward()
        opt_g.step()

    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.detach().mean(),
        "d_fake": fake_logits.detach().mean(),
        "information": information_bound(code_logits.detach(), latent_g.code),
        "continuous": continuous_loss(means.detach(), latent_g.continuous),
    }


# --- what a code means --------------------------------------------------------------------------------
def code_table(code, kind, num_codes, num_kinds):
    """How often code k went with kind j: counts (num_codes, num_kinds); code, kind are (N,) long."""
    pairs = torch.bincount(code * num_kinds + kind, minlength=num_codes * num_kinds)
    return pairs.view(num_codes, num_kinds)


def best_assignment(table):
    r"""The one-to-one assignment of codes (rows) to kinds (columns) with the largest sum of counts, exactly.

    Over sets of kinds already given away, row by row: 2^K sets, so K up to about 16.

    Args:
        table: (K, K), counts or shares.

    Returns:
        (K,) long: the kind of each code.

    Raises:
        ValueError: the table is not square.
    """
    k = len(table)
    if table.shape != (k, k):
        raise ValueError(f"table: got shape {tuple(table.shape)}, expected a square")
    best = {0: (0.0, ())}  # kinds given away, as bits -> (sum, the kinds of the first rows)
    for row in table.tolist():
        further = {}
        for given, (total, kinds) in best.items():
            for j, count in enumerate(row):
                now = given | 1 << j
                if not given >> j & 1 and (now not in further or further[now][0] < total + count):
                    further[now] = (total + count, (*kinds, j))
        best = further
    return torch.tensor(best[2**k - 1][1])


def purity(table):
    r"""The share of pictures that are of their code's kind, under the best assignment: 1/K for codes that say nothing (a little
    more by chance: the best of many assignments is chosen), 1 for codes that name the kinds."""
    return (table[torch.arange(len(table)), best_assignment(table)].sum() / table.sum()).item()

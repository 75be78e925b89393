r"""A small BigGAN: residual blocks, the code fed in level by level, one embedding of the class for all of them.

The generator cuts z into chunks. The first becomes the smallest map, each further one enters one residual block, where it
sets, together with the embedded class, the gains and biases of BatchNorm. The discriminator is the mirror image, with
weights divided by their singular values and the class in a projection. Truncated codes are
`conditional.truncated_normal`. Lecture: 13_attention_and_scale. Source: Brock, Donahue and Simonyan 2019,
arXiv:1809.11096; smaller than theirs, and without spectral normalisation in G.
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

from .attention import SelfAttention
from .conditional import cgan_step
from .dcgan import map_sizes
from .stabilising import hinge_discriminator_loss, hinge_generator_loss, spectral_norm


class CaptionEmbedding(nn.Module):
    r"""A caption of two words, y (N, 2), as the sum of one vector for each word: (N, dim).

    A pair of words that never stood together has a vector all the same.
    """

    def __init__(self, num_colors, num_shapes, dim):
        super().__init__()
        self.color, self.shape = nn.Embedding(num_colors, dim), nn.Embedding(num_shapes, dim)

    def forward(self, y):
        return self.color(y[:, 0]) + self.shape(y[:, 1])


class CodeBatchNorm2d(nn.Module):
    r"""BatchNorm whose gains and biases are linear in a code: x (N, C, H, W), code (N, d) -> (N, C, H, W).

    .. math:: out = (1 + W_g \, code) \, \hat x + W_b \, code
    """

    def __init__(self, num_features, code_dim):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_features, affine=False)
        self.gain = nn.Linear(code_dim, num_features, bias=False)
        self.bias = nn.Linear(code_dim, num_features, bias=False)

    def forward(self, x, code):
        return (1 + self.gain(code))[:, :, None, None] * self.norm(x) + self.bias(code)[:, :, None, None]


class UpBlock(nn.Module):
    r"""Twice the side: x (N, C_in, s, s), code (N, d) -> (N, C_out, 2s, 2s)."""

    def __init__(self, in_channels, out_channels, code_dim):
        super().__init__()
        self.norm1, self.norm2 = (
            CodeBatchNorm2d(in_channels, code_dim),
            CodeBatchNorm2d(out_channels, code_dim),
        )
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.skip = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x, code):
        h = self.conv1(interpolate(self.norm1(x, code).relu(), scale_factor=2.0))
        h = self.conv2(self.norm2(h, code).relu())
        return h + interpolate(
            self.skip(x), scale_factor=2.0
        )  # 1 x 1 and upsampling commute: cheaper this way


class DownBlock(nn.Module):
    r"""Half the side, or the same: x (N, C_in, s, s) -> (N, C_out, s / 2, s / 2)."""

    def __init__(self, in_channels, out_channels, first=False, down=True):
        super().__init__()
        self.first, self.down = first, down  # the first block sees pixels: no ReLU before its convolution
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.skip = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        h = self.conv2(self.conv1(x if self.first else x.relu()).relu())
        if self.down:
            h, x = avg_pool2d(h, 2), avg_pool2d(x, 2)
        return h + self.skip(x)


class Generator(nn.Module):
    r"""(z, y) -> image.

    Args:
        embedding: y -> (N, dim), the class for all levels: nn.Embedding(num_classes, dim), `CaptionEmbedding`, ...
        dim: of the embedding.
        chunk: entries of z for each level; z_dim = chunk * levels, and there are as many levels as maps.
        base_channels: of the last hidden map, at the image's size; twice as many at half the size, and so on.
        out_channels: 1 for grey, 3 for colour.
        size: side of the image, in pixels (see `dcgan.map_sizes`).
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        z (N, z_dim), y whatever the embedding takes -> (N, out_channels, size, size), in (-1, 1).
    """

    def __init__(self, embedding, dim, chunk=16, base_channels=16, out_channels=1, size=28, rng=None):
        super().__init__()
        sizes = map_sizes(size)
        widths = [base_channels * 2**k for k in reversed(range(len(sizes)))]
        self.chunk, self.z_dim = chunk, chunk * len(sizes)
        self.embedding = embedding
        self.first = nn.Linear(chunk, widths[0] * sizes[0] ** 2)
        self.blocks = nn.ModuleList(UpBlock(a, b, dim + chunk) for a, b in pairwise(widths))
        self.attention = SelfAttention(2 * base_channels)  # at half the image's size
        self.last = nn.Sequential(
            nn.BatchNorm2d(base_channels), nn.ReLU(), nn.Conv2d(base_channels, out_channels, 3, padding=1)
        )
        self.start = (widths[0], sizes[0], sizes[0])
        init_weights(self, rng)

    def forward(self, z, y):
        return self.draw(z, self.embedding(y))

    def draw(self, z, c):
        r"""z (N, z_dim), embedded classes c (N, dim), or points between some -> images."""
        return self._finish(self.attention(self._begin(z, c)), z, c)

    def look(self, z, y):
        r"""The images, and where each place of the map at half size attends: (N, HW, HW)."""
        c = self.embedding(y)
        h, attention = self.attention.attend(self._begin(z, c))
        return self._finish(h, z, c), attention

    def _begin(self, z, c):
        if z.dim() != 2 or z.shape[1] != self.z_dim:
            raise ValueError(f"z: got shape {tuple(z.shape)}, expected (N, {self.z_dim})")
        first, *rest = z.split(self.chunk, dim=1)
        h = self.first(first).unflatten(1, self.start)  # (N, widths[0], s, s)
        for block, part in zip(self.blocks[:-1], rest):
            h = block(h, torch.cat([c, part], dim=1))
        return h

    def _finish(self, h, z, c):
        return self.last(self.blocks[-1](h, torch.cat([c, z[:, -self.chunk :]], dim=1))).tanh()


class Discriminator(nn.Module):
    r"""(image, class) -> logit of "real, and of this class"; all weights divided by their largest singular value.

    Args:
        embedding: y -> (N, 4 * base_channels), the projection's; its weights are normalised too.
        in_channels: 1 for grey, 3 for colour.
        base_channels: of the first map; there are two halvings, then 4 * base_channels features.
        rng: torch.Generator of the initial weights, or None.

    Shapes:
        x (N, in_channels, size, size) in [-1, 1], y -> logits (N,).
    """

    def __init__(self, embedding, in_channels=1, base_channels=16, rng=None):
        super().__init__()
        c = base_channels
        self.blocks = nn.Sequential(
            DownBlock(in_channels, c, first=True),
            DownBlock(c, 2 * c),
            SelfAttention(2 * c),  # at a quarter of the image's size
            DownBlock(2 * c, 4 * c, down=False),
        )
        self.linear, self.embedding = nn.Linear(4 * c, 1), embedding
        spectral_norm(init_weights(self, rng), rng)

    def forward(self, x, y):
        features = self.blocks(x).relu().sum(dim=(2, 3))  # (N, 4 c)
        return self.linear(features).squeeze(1) + (features * self.embedding(y)).sum(dim=1)


@torch.no_grad()
def init_weights(network, rng=None):
    r"""Orthogonal convolutions and linear layers, biases 0, embeddings from N(0, 1); the network, changed in place."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.orthogonal_(module.weight, generator=rng)
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.Embedding):
            module.weight.normal_(generator=rng)
    return network


def conditional_step(generator, discriminator, opt_g, opt_d, real, y, z_d, z_g):
    r"""`conditional.cgan_step` with the hinge.

    Args:
        real, y: images (N, C, H, W) in [-1, 1] and their classes.
        z_d, z_g: codes of D's turn and of G's turn, (N, z_dim).

    Returns:
        dict of detached scalars: those of `conditional.cgan_step`, and gamma_g and gamma_d of the two attention blocks.
    """
    losses = hinge_discriminator_loss, hinge_generator_loss
    scalars = cgan_step(generator, discriminator, opt_g, opt_d, real, y, z_d, z_g, *losses)
    return scalars | {
        "gamma_g": generator.attention.gamma.detach().clone(),
        "gamma_d": discriminator.blocks[2].gamma.detach().clone(),
    }

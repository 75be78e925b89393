r"""Telling a generator and a discriminator what to draw: by concatenation, by projection, by the gains of BatchNorm.

y holds class numbers, (N,) int64; z codes; x images in [-1, 1]; logits are of "real, and of this class". A caption
"red circle" is two classes at once: its code is two one-hot pieces, so words can be combined that were never seen together.
Lectures: 11_conditional_gan, 13_attention_and_scale.
"""

import torch
from torch import nn
from torch.nn.functional import one_hot

from . import strided
from .components import batch_norm2d
from .dcgan import Discriminator, Generator, init_weights, map_sizes
from .gan import discriminator_loss, frozen, generator_loss


def _check_classes(y, num_classes):
    if y.dim() != 1 or y.is_floating_point():
        raise ValueError(f"y: got shape {tuple(y.shape)}, {y.dtype}, expected (N,) of integers")
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < num_classes:
        raise ValueError(
            f"y: got classes from {int(y.min())} to {int(y.max())}, expected 0 to {num_classes - 1}"
        )


# --- concatenation ------------------------------------------------------------------------------------
def concat_class(z, y, num_classes):
    r"""Append the class as a one-hot vector: to a code, or to every pixel of an image as further channels.

    A linear layer that follows sees W [z; e_y] = W_z z + (column y of W_y): a class is a bias of its own.

    Args:
        z: codes (N, d), or images or maps (N, C, H, W); float.
        y: (N,) integers in [0, num_classes).

    Returns:
        (N, d + num_classes), or (N, C + num_classes, H, W) whose last channels are constant maps of 0 or 1.

    Raises:
        ValueError: y is not (N,) or holds a class that does not exist.

    Source: Mirza and Osindero 2014, arXiv:1411.1784.
    """
    _check_classes(y, num_classes)
    code = one_hot(y, num_classes).to(z)  # (N, K)
    code = code.view(*code.shape, *[1] * (z.dim() - 2)).expand(-1, -1, *z.shape[2:])
    return torch.cat([z, code], dim=1)


# --- conditional batch normalisation ------------------------------------------------------------------
def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    r"""Normalise over the whole batch, whatever the classes; then scale and shift each image by its class's numbers.

    .. math:: out[n, c] = gain[y_n, c] \, \frac{x[n, c] - \mu_c}{\sqrt{\sigma^2_c + \epsilon}} + bias[y_n, c]

    Args:
        x: (N, C, H, W).
        y: (N,) integers in [0, K).
        gain, bias: (K, C).
        running_mean, running_var: (C,), of all classes together; not changed in place.
        training, momentum, eps: as in `components.batch_norm2d`.

    Returns:
        (out, new_mean, new_var)

    Source: de Vries et al. 2017, arXiv:1707.00683; Dumoulin, Shlens and Kudlur 2017, arXiv:1610.07629.
    """
    _check_classes(y, len(gain))
    one, zero = torch.ones_like(running_mean), torch.zeros_like(running_mean)
    plain, *moved = batch_norm2d(x, one, zero, running_mean, running_var, training, momentum, eps)
    return gain[y][:, :, None, None] * plain + bias[y][:, :, None, None], *moved


class ConditionalBatchNorm2d(nn.Module):
    r"""The same as a layer: x (N, C, H, W), y (N,) -> (N, C, H, W).

    Gains start at 1 and biases at 0: at the beginning the class changes nothing.
    """

    def __init__(self, num_features, num_classes):
        super().__init__()
        self.norm = nn.BatchNorm2d(num_features, affine=False)
        self.gain = nn.Parameter(torch.ones(num_classes, num_features))
        self.bias = nn.Parameter(torch.zeros(num_classes, num_features))

    def forward(self, x, y):
        return self.gain[y][:, :, None, None] * self.norm(x) + self.bias[y][:, :, None, None]


# --- projection ---------------------------------------------------------------------------------------
def projection_logit(features, y, embedding, weight, bias):
    r"""How real the features look, plus how well they agree with the class.

    .. math:: l(x, y) = w \cdot \phi(x) + b + e_y \cdot \phi(x)

    Between two classes the logit differs by (e_y - e_y') · phi(x): linear in the embedding. It is what the optimal D
    looks like where log p(y | x) is linear in phi.

    Args:
        features: phi(x), (N, d).
        y: (N,) integers in [0, K).
        embedding: a row e_y for each class, (K, d).
        weight, bias: (d,) and a number, of the part that does not know the class.

    Returns:
        logits, (N,)

    Source: Miyato and Koyama 2018, arXiv:1802.05637, equation 3.
    """
    _check_classes(y, len(embedding))
    return features @ weight + bias + (features * embedding[y]).sum(dim=1)


class ProjectionHead(nn.Module):
    r"""The end of a discriminator, as a layer: features (N, d), y (N,) -> logits (N,)."""

    def __init__(self, num_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(num_features, 1)
        self.embedding = nn.Embedding(num_classes, num_features)

    def forward(self, features, y):
        return self.linear(features).squeeze(1) + (features * self.embedding(y)).sum(dim=1)


# --- networks of 28 px and more -----------------------------------------------------------------------
class ConcatGenerator(nn.Module):
    r"""DCGAN's generator, told the class at the door: z (N, z_dim), y (N,) -> images (N, C, size, size) in (-1, 1).

    Args:
        num_classes: K; the net receives z_dim + K numbers.
        z_dim, base_channels, out_channels, size, rng: as in `dcgan.Generator`.
    """

    def __init__(self, num_classes, z_dim=100, base_channels=64, out_channels=3, size=64, rng=None):
        super().__init__()
        self.num_classes, self.z_dim = num_classes, z_dim
        self.net = Generator(z_dim + num_classes, base_channels, out_channels, size, rng)

    def forward(self, z, y):
        return self.net(concat_class(z, y, self.num_classes))

    def blend(self, z, weights):
        r"""Images of mixtures of classes: weights (N, K), each row with sum 1; a one-hot row is a class."""
        return self.net(torch.cat([z, weights], dim=1))


class NormGenerator(nn.Module):
    r"""DCGAN's generator, told the class at every normalisation: z (N, z_dim), y (N,) -> images (N, C, size, size).

    The first layer has a bias for every place and channel. Without one its maps would be 0 on average at every place,
    and there would be no shape for which a class's gains could be the weights.

    Args:
        num_classes: K, the rows of every layer's gains and biases.
        z_dim, base_channels, out_channels, size, rng: as in `dcgan.Generator`.
    """

    def __init__(self, num_classes, z_dim=100, base_channels=64, out_channels=3, size=64, rng=None):
        super().__init__()
        self.num_classes, self.z_dim = num_classes, z_dim
        self.first, *rest = map_sizes(size)
        widths = [base_channels * 2**k for k in reversed(range(len(rest)))]
        self.linear = nn.Linear(z_dim, widths[0] * self.first**2)
        self.norms = nn.ModuleList(ConditionalBatchNorm2d(width, num_classes) for width in widths)
        self.convs = nn.ModuleList(
            strided.ConvTranspose2d(a, b, bias=False) for a, b in zip(widths, [*widths[1:], out_channels])
        )
        init_weights(self.convs, rng)
        _init_normal(rng, self.linear.weight, self.linear.bias)

    def forward(self, z, y):
        if z.dim() != 2 or z.shape[1] != self.z_dim:
            raise ValueError(f"z: got shape {tuple(z.shape)}, expected (N, {self.z_dim})")
        x = self.linear(z).view(len(z), -1, self.first, self.first)
        for norm, conv in zip(self.norms, self.convs):  # (N, channels, s, s) -> (N, channels / 2, 2s, 2s)
            x = conv(norm(x, y).relu())
        return x.tanh().to(z.dtype)  # under autocast the layers may work in bfloat16


class ConcatDiscriminator(nn.Module):
    r"""DCGAN's discriminator, the class in K further channels of the image: x, y (N,) -> logits (N,).

    Args:
        num_classes: K.
        in_channels, base_channels, size, rng: as in `dcgan.Discriminator`.
    """

    def __init__(self, num_classes, in_channels=3, base_channels=64, size=64, rng=None):
        super().__init__()
        self.num_classes = num_classes
        self.net = Discriminator(in_channels + num_classes, base_channels, size, rng)

    def forward(self, x, y):
        return self.net(concat_class(x, y, self.num_classes))


class ProjectionDiscriminator(nn.Module):
    r"""DCGAN's discriminator with a projection for its last layer: x, y (N,) -> logits (N,).

    `features(x)` is phi(x), (N, d): the last map, flattened. Miyato and Koyama sum it over its places, which suits
    larger images; at 28 px the place of a stroke is worth knowing.

    Args:
        num_classes: K.
        in_channels, base_channels, size, rng: as in `dcgan.Discriminator`.
    """

    def __init__(self, num_classes, in_channels=3, base_channels=64, size=64, rng=None):
        super().__init__()
        body = Discriminator(in_channels, base_channels, size, rng).net
        last = body[-1].weight  # (1, C, s, s): DCGAN's last layer is the product w . phi(x)
        self.body = body[:-1]
        self.head = ProjectionHead(last.numel(), num_classes)
        _init_normal(rng, self.head.linear.weight, self.head.embedding.weight)
        nn.init.zeros_(self.head.linear.bias)

    def features(self, x):
        maps = self.body(x)
        if maps.requires_grad and maps.is_contiguous(memory_format=torch.channels_last):
            # flatten's gradient comes in the other order in memory, with which the layers before it are slow
            maps.register_hook(lambda gradient: gradient.contiguous(memory_format=torch.channels_last))
        return maps.flatten(1)

    def forward(self, x, y):
        return self.head(self.features(x), y).to(x.dtype)


@torch.no_grad()
def _init_normal(rng, *tensors):
    for tensor in tensors:
        tensor.normal_(0.0, 0.02, generator=rng)


# --- one step -----------------------------------------------------------------------------------------
def cgan_step(
    generator,
    discriminator,
    opt_g,
    opt_d,
    real,
    y,
    z_d,
    z_g,
    discriminator_loss=discriminator_loss,
    generator_loss=generator_loss,
):
    r"""`gan.gan_step` where both players are told the class: one turn of D, one of G.

    Generated images are ordered to be of the classes of the real batch. So classes are equally frequent on both sides:
    D cannot judge by the class alone, and its BatchNorm sees the same mixture twice.

    Args:
        generator, discriminator: (z, y) -> images, (images, y) -> logits of "real, and of this class".
        opt_g, opt_d: an optimiser for each one's parameters.
        real, y: real images (N, C, H, W) in [-1, 1] and their classes (N,).
        z_d, z_g: the codes of D's turn and of G's turn, (N, z_dim).
        discriminator_loss, generator_loss: as in `gan.gan_step`.

    Returns:
        dict of detached scalars: d_loss, g_loss, and the mean logits d_real, d_fake of D's turn.

    Source: Mirza and Osindero 2014, arXiv:1411.1784, equation 2.
    """
    with torch.no_grad():  # D's turn: the image is data, G must not learn to help D
        fake = generator(z_d, y)
    real_logits, fake_logits = discriminator(real, y), discriminator(fake, y)
    d_loss = discriminator_loss(real_logits, fake_logits)
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    with frozen(discriminator):  # G's turn: D's judgement passes its gradient on and keeps none
        g_loss = generator_loss(discriminator(generator(z_g, y), y))
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()

    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.detach().mean(),
        "d_fake": fake_logits.detach().mean(),
    }


# --- captions -----------------------------------------------------------------------------------------
class Captions:
    r"""Texts of two words, "red circle", as two classes.

    Args:
        colors, shapes: lists of words, each without repetition.
    """

    def __init__(self, colors, shapes):
        for name, words in (("colors", colors), ("shapes", shapes)):
            if len(set(words)) != len(words):
                raise ValueError(f"{name}: got {words}, expected every word once")
        self.colors, self.shapes = list(colors), list(shapes)

    def read(self, texts):
        r"""["red circle", ...] -> colour numbers (N,), shape numbers (N,).

        Raises:
            ValueError: a text that is not a known colour followed by a known shape.
        """
        pairs = []
        for text in texts:
            color, _, shape = text.partition(" ")
            if color not in self.colors or shape not in self.shapes:
                raise ValueError(
                    f"caption: got {text!r}, expected one of {self.colors} and one of {self.shapes}"
                )
            pairs.append((self.colors.index(color), self.shapes.index(shape)))
        color, shape = torch.tensor(pairs, dtype=torch.int64).view(-1, 2).unbind(1)
        return color, shape

    def write(self, color, shape):
        r"""Numbers (N,), (N,) -> texts."""
        return [
            f"{self.colors[c]} {self.shapes[s]}" for c, s in zip(color.tolist(), shape.tolist(), strict=True)
        ]

    def concat(self, z, color, shape):
        r"""Append both one-hot pieces to codes or images, as `concat_class` does: len(colors) + len(shapes) more."""
        return concat_class(concat_class(z, color, len(self.colors)), shape, len(self.shapes))


# --- the code -----------------------------------------------------------------------------------------
def truncated_normal(n, d, threshold, generator):
    r"""Codes whose entries are standard normal given |z| <= threshold: entries outside are drawn again until they fit.

    The smaller the threshold, the nearer all codes are to 0: samples become typical, and alike. Only those entries are
    drawn again that lie outside; the others keep their first draw.

    Args:
        n, d: number of codes, numbers in a code.
        threshold: > 0; the values shown in the paper are 2, 1, 0.5 and 0.04.
        generator: torch.Generator.

    Returns:
        (n, d), float32, on the generator's device.

    Raises:
        ValueError: the threshold is not positive.

    Source: Brock, Donahue and Simonyan 2019, arXiv:1809.11096, section 3.1.
    """
    if not threshold > 0:
        raise ValueError(f"threshold: got {threshold}, expected a positive number")
    z = torch.randn(n, d, generator=generator, device=generator.device)
    while (outside := z.abs() > threshold).any():
        z[outside] = torch.randn(int(outside.sum()), generator=generator, device=z.device)
    return z

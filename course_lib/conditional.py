r"""Telling a generator and a discriminator what to draw: by concatenation, by projection, by the gains of BatchNorm.

y holds class numbers, (N,) int64; z codes; x images in [-1, 1]; logits are of "real, and of this class". A caption
"red circle" is two classes at once: its code is two one-hot pieces, so words can be combined that were never seen together.
Lectures: 11_conditional_gan, 13_attention_and_scale.
"""

import torch
from torch import nn
from torch.nn.functional import one_hot

from .components import batch_norm2d


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

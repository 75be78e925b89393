r"""Self-attention: every place of a map may look at every other, however far.

A convolution of side k sees k pixels; many layers are needed until one end of an image knows of the other. Here each
place asks a question (query), each place offers a description (key) and a content (value); a place receives the contents
weighted by how well question and description agree. Lecture: 13_attention_and_scale.
"""

from itertools import pairwise

import torch
from torch import nn


def self_attention(x, w_query, w_key, w_value, gamma):
    r"""Add to each place what it finds elsewhere.

    .. math:: out_i = x_i + \gamma \sum_j a_{ij} \, W_v x_j, \qquad
        a_{ij} = \frac{\exp(q_i \cdot k_j)}{\sum_{j'} \exp(q_i \cdot k_{j'})},
        \quad q_i = W_q x_i, \; k_j = W_k x_j

    i and j run over the H W places, row by row. The softmax is over the keys: each row of the attention sums to 1. The
    scores are not divided by sqrt(D), as in SAGAN; Transformers do that.

    Args:
        x: (N, C, H, W).
        w_query, w_key: 1 x 1 convolutions, (D, C).
        w_value: (C, C); the paper writes it as a product of two, (C, C/8) and (C/8, C).
        gamma: a number or a scalar tensor; 0 at the beginning of a training, when the block is the identity.

    Returns:
        (out, attention): (N, C, H, W) and (N, HW, HW), the second index the place that asks.

    Raises:
        ValueError: a weight does not fit x, or w_query and w_key do not fit each other.

    Source: Zhang et al. 2018, arXiv:1805.08318, equations 1 to 3; Wang et al. 2018, arXiv:1711.07971.
    """
    c = x.shape[1]
    wanted = {"w_query": (len(w_key), c), "w_key": (len(w_query), c), "w_value": (c, c)}
    for (name, shape), weight in zip(wanted.items(), (w_query, w_key, w_value)):
        if weight.shape != shape:
            raise ValueError(f"{name}: got shape {tuple(weight.shape)}, expected {shape}")
    places = x.flatten(2)  # (N, C, HW)
    query, key, value = (weight @ places for weight in (w_query, w_key, w_value))
    attention = (query.mT @ key).softmax(dim=2)  # (N, HW queries, HW keys)
    found = value @ attention.mT  # (N, C, HW queries)
    return x + gamma * found.view_as(x), attention


class SelfAttention(nn.Module):
    r"""The same as a layer: (N, C, H, W) -> the same shape; `attend` also returns the attention.

    Args:
        channels: C.
        reduction: queries and keys have C // reduction entries.
    """

    def __init__(self, channels, reduction=8):
        super().__init__()
        self.query = nn.Linear(channels, max(1, channels // reduction), bias=False)
        self.key = nn.Linear(channels, max(1, channels // reduction), bias=False)
        self.value = nn.Linear(channels, channels, bias=False)
        self.gamma = nn.Parameter(torch.zeros(()))

    def attend(self, x):
        r"""x (N, C, H, W) -> out (N, C, H, W), attention (N, HW, HW)."""
        return self_attention(x, self.query.weight, self.key.weight, self.value.weight, self.gamma)

    def forward(self, x):
        return self.attend(x)[0]


def attention_map(attention, place, size):
    r"""Where one place looks, as an image.

    Args:
        attention: (N, HW, HW).
        place: (row, column) of the place that asks.
        size: (H, W).

    Returns:
        (N, H, W), each image with sum 1.

    Raises:
        ValueError: the place is outside, or the size does not fit the attention.
    """
    (row, column), (height, width) = place, size
    if height * width != attention.shape[1]:
        raise ValueError(f"size: got {tuple(size)} for attention over {attention.shape[1]} places")
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(f"place: got {tuple(place)}, expected one inside {tuple(size)}")
    return attention[:, row * width + column].unflatten(1, (height, width))


# --- a task that no small convolution can do ----------------------------------------------------------
ROWS, FAR = 6, 11  # rows of a picture of letters; columns from the asking to the answering edge
REACH = {
    "near": (1, 1, 1, 1),
    "attention": (1, 1, 1, 1),
    "wide": (1, 2, 4, 4),
}  # columns that each layer adds


def far_letters(n, rng):
    r"""Pictures that ask at the left edge what stands at the right edge.

    Each row of the left edge holds one of six letters; the right edge holds the same letters in another order, each with a coin,
    1 or -1. Wanted, for every row on the left: the coin beside its letter.

    Args:
        n: number of pictures.
        rng: torch.Generator.

    Returns:
        x (n, 13, 6, 12): six channels of letters that ask, six of letters that answer, one of coins, 0 elsewhere;
        answers (n, 6), 1 for a coin 1, 0 for -1.
    """
    left, right = torch.rand(2, n, ROWS, generator=rng).argsort(dim=2)  # letters, row by row
    coin = torch.randint(2, (n, ROWS), generator=rng).float()
    x = torch.zeros(n, 2 * ROWS + 1, ROWS, FAR + 1)
    x[:, :ROWS, :, 0] = torch.eye(ROWS)[left].mT  # (n, letters, rows)
    x[:, ROWS:-1, :, FAR] = torch.eye(ROWS)[right].mT
    x[:, -1, :, FAR] = 2 * coin - 1
    return x, coin.gather(1, right.argsort(dim=1).gather(1, left))


class CopyNet(nn.Module):
    r"""Four 3 x 3 convolutions, with or without one attention block in their middle; the answers are read at the left edge.

    Args:
        net: "near", a reach of 4 columns; "attention", the same and a block; "wide", dilated to a reach of 11.
        rng: torch.Generator of the weights, or None.

    Shapes:
        x (N, 13, 6, 12) -> logits of coin 1, (N, 6).
    """

    def __init__(self, net, width=16, rng=None):
        super().__init__()
        channels = (2 * ROWS + 1, width, width, width, 1)
        layers = []
        for d, (a, b) in zip(REACH[net], pairwise(channels)):
            layers += [nn.Conv2d(a, b, 3, padding=d, dilation=d), nn.ReLU()]
        self.stem, self.tail = nn.Sequential(*layers[:4]), nn.Sequential(*layers[4:-1])
        self.block = SelfAttention(width, reduction=2) if net == "attention" else nn.Identity()
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, generator=rng)
                nn.init.zeros_(layer.bias)
            elif isinstance(layer, nn.Linear):  # wide enough for scores that differ
                nn.init.normal_(layer.weight, std=0.5, generator=rng)

    def forward(self, x):
        return self.tail(self.block(self.stem(x)))[:, 0, :, 0]

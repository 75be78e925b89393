r"""Pictures of one coloured shape with a caption of two words, and an exact reader that names colour and shape again.

Everything is drawn by a formula, so every picture has its true caption, and a generated one can be judged without a
trained network. Lecture: 13_attention_and_scale; captions as numbers: `conditional.Captions`.
"""

import torch
from torch.nn.functional import avg_pool2d, normalize

COLORS = {"red": (225, 65, 45), "blue": (70, 130, 240), "green": (45, 175, 95), "yellow": (245, 220, 80)}
SHAPES = ("circle", "square", "triangle", "cross")
PALETTE = torch.tensor(list(COLORS.values())) / 255  # (4, 3), in [0, 1]
FINE = 3  # points a pixel's side, averaged


def silhouettes(shape, rng, size=16):
    r"""Draw shapes of random place and scale: (N,) numbers of SHAPES -> (N, size, size) in [0, 1]."""
    n = len(shape)
    place = (torch.rand(n, 2, 1, 1, generator=rng) - 0.5) * 0.4
    scale = 0.5 + 0.15 * torch.rand(n, 1, 1, generator=rng)
    axis = (torch.arange(size * FINE) + 0.5) / (size * FINE) * 2 - 1
    v, u = torch.meshgrid(axis, axis, indexing="ij")  # v downwards, u to the right, -1 .. 1
    u, v = u - place[:, 0], v - place[:, 1]
    u, v = u / scale, v / scale
    inside = torch.stack(
        [
            u.square() + v.square() < 0.9,
            torch.maximum(u.abs(), v.abs()) < 0.85,
            (v < 0.75) & (1.7 * u.abs() < v + 1.05),
            ((u.abs() < 0.33) & (v.abs() < 1)) | ((v.abs() < 0.33) & (u.abs() < 1)),
        ]
    )  # (4, N, fine, fine)
    return avg_pool2d(inside[shape, torch.arange(n)].float(), FINE)


def render(color, shape, rng, size=16):
    r"""Pictures on black.

    Args:
        color, shape: (N,) numbers of COLORS and SHAPES.
        rng: torch.Generator of place and scale.

    Returns:
        (N, 3, size, size) in [-1, 1].
    """
    mask = silhouettes(shape, rng, size)
    return 2 * mask[:, None] * PALETTE[color][:, :, None, None] - 1


def read(images, templates=400):
    r"""Name colour and shape of pictures, drawn or generated.

    The colour is the one of COLORS whose direction is nearest to that of the summed light; the shape that of the
    nearest among `templates` silhouettes of each kind, both brought to length 1.

    Args:
        images: (N, 3, S, S) in [-1, 1].

    Returns:
        color (N,), shape (N,), and the cosine (N,) of the picture with its nearest silhouette: 1 for a perfect one.
    """
    light = (images + 1) / 2
    color = (normalize(light.sum(dim=(2, 3)), dim=1) @ normalize(PALETTE, dim=1).T).argmax(1)
    kinds = torch.arange(len(SHAPES)).repeat_interleave(templates)
    known = silhouettes(kinds, torch.Generator().manual_seed(0), images.shape[-1])
    alike = (
        normalize(light.amax(1).flatten(1), dim=1) @ normalize(known.flatten(1), dim=1).T
    )  # (N, 4 * templates)
    best = alike.max(1)
    return color, kinds[best.indices], best.values

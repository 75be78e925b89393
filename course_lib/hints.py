r"""Colour hints: a grey image, and a few small patches whose colour a user has said.

A hinted image is uint8 (N, 5, H, W): the grey image, a mask (255 where a hint lies), and the hints' red, green and
blue (0 elsewhere). In training the hints are simulated: patches of the true image, as if somebody had clicked there.
Lecture: 14_paired_translation. Source: Zhang et al. 2017, "Real-time user-guided image colorization",
arXiv:1705.02999 (there: the number of hints geometric with p = 1/8, so that none and many occur).
"""

import torch

from course_lib.data import to_float

SIDE = 3  # pixels of a hint's side


def grey(images):
    """The lightness of colour images, uint8 (N, 3, H, W) -> (N, 1, H, W), by the weights of ITU-R BT.601."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=images.device)
    return (images.float() * weights[:, None, None]).sum(1, keepdim=True).round().to(torch.uint8)


def place_hints(grey_images, hints):
    r"""Lay hints on grey images.

    Args:
        grey_images: uint8 (N, 1, H, W).
        hints: for every image a list of (row, column, (red, green, blue)), pixels and 0..255; a hint colours
            the SIDE x SIDE pixels around its place, what lies outside the image is cut off, the last one wins.

    Returns:
        uint8 (N, 5, H, W).

    Raises:
        ValueError: not one list for every image, or a hint whose centre lies outside.
    """
    n, _, height, width = grey_images.shape
    if len(hints) != n:
        raise ValueError(f"hints: got {len(hints)} lists, expected {n}, one an image")
    out = grey_images.new_zeros(n, 5, height, width)
    out[:, :1] = grey_images
    for i, of_one in enumerate(hints):
        for row, column, color in of_one:
            if not (0 <= row < height and 0 <= column < width):
                raise ValueError(f"hints: got ({row}, {column}), expected inside {height} x {width}")
            window = out[i, 1:, _around(row), _around(column)]
            window[0] = 255
            window[1:] = torch.as_tensor(color, dtype=torch.uint8, device=out.device)[:, None, None]
    return out


def hinted(images, rng=None, count=None):
    r"""Grey images with hints taken from the colour images at random places.

    Args:
        images: uint8 (N, 3, H, W), the truth.
        rng: a CPU torch.Generator, or None for torch's global one.
        count: hints an image; None draws it from a geometric distribution with mean 7, cut off at 30.

    Returns:
        uint8 (N, 5, H, W).
    """
    n, _, height, width = images.shape
    if count is None:
        u = torch.rand(n, generator=rng)
        counts = (u.log() / torch.tensor(7 / 8).log()).floor().clamp(max=30).int().tolist()  # p = 1/8 stops
    else:
        counts = [count] * n
    hints = []
    for image, k in zip(images, counts):
        rows = torch.randint(height, (k,), generator=rng).tolist()
        columns = torch.randint(width, (k,), generator=rng).tolist()
        places = list(zip(rows, columns))
        means = [
            image[:, _around(r), _around(c)].float().mean((1, 2)).round().int().tolist() for r, c in places
        ]
        hints.append([(r, c, color) for (r, c), color in zip(places, means)])
    return place_hints(grey(images), hints)


def encode_hints(x):
    r"""What the generator reads: uint8 (N, 5, H, W) -> float, grey and colours in [-1, 1], mask and no colour 0."""
    mask = x[:, 1:2] / 255
    return torch.cat([to_float(x[:, :1]), mask, to_float(x[:, 2:]) * mask], 1)


def _around(centre):
    return slice(max(0, centre - SIDE // 2), centre + SIDE // 2 + 1)

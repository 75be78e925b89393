"""What is embedded: every set with its licence, and a contact sheet of each. `python -m course_lib.data` prints it."""

from typing import NamedTuple

import torch

from . import store
from .clothes_and_digits import fashion_mnist, mnist
from .emoji import emoji
from .faces import faces
from .labels import COLOR_PALETTE, PART_PALETTE, emoji_face_parts, emoji_labels, paint_labels
from .motion import dancers, moving_emoji
from .photos import photos
from .streets import STREET_PALETTE, streets


class Entry(NamedTuple):
    call: str  # how to get it
    holds: str
    files: tuple  # beginnings of the names of its files
    licence: str


CATALOGUE = {
    "photos": Entry(
        "photos(split, size), photo(name)", "24 photographs (20 + 4)", ("photos/",), "per photo, see the card"
    ),
    "fashion_mnist": Entry(
        "fashion_mnist(split)", "8,000 + 2,000 clothes of 28 px", ("fashion_mnist",), "MIT"
    ),
    "mnist": Entry("mnist(split)", "8,000 + 2,000 digits of 28 px", ("mnist",), "CC BY-SA 3.0"),
    "emoji": Entry(
        "emoji(style, split, group), pairs, unpaired",
        "1,346 + 224 emoji of 64 px in 4 styles",
        ("emoji_3d", "emoji_flat", "emoji_line", "emoji_noto", "emoji.json"),
        "MIT; Noto Apache-2.0",
    ),
    "emoji_labels": Entry(
        "emoji_labels(split, group), emoji_face_parts(style, split)",
        "18 colour classes for all emoji, 7 parts for 107 faces",
        ("emoji_colors", "emoji_face_parts", "emoji_labels"),
        "MIT",
    ),
    "faces": Entry(
        "faces(split), face_layers(split)", "2,812 + 516 composed faces of 64 px", ("faces",), "MIT"
    ),
    "streets": Entry(
        "streets(look, time, split)",
        "800 + 200 drawn scenes of 64 x 96 in 2 looks, day and night",
        ("street",),
        "MIT, Apache-2.0, CC BY",
    ),
    "dancers": Entry(
        "dancers(who, split)", "24 + 8 dances of 24 frames, 2 dancers", ("dancer",), "MIT, ours"
    ),
    "moving_emoji": Entry("moving_emoji(split, n)", "200 sequences of 16 frames", (), "MIT"),
}


def set_bytes(name):
    """How many bytes the files of a set have."""
    return sum(e["bytes"] for f, e in store.manifest().items() if f.startswith(CATALOGUE[name].files))


def contact_sheet(name):
    """A picture of a set to look at: uint8 (3, H, W), small pictures in rows on grey.

    Args:
        name: a key of CATALOGUE.
    """
    if name not in CATALOGUE:
        raise ValueError(f"contact_sheet: no set {name!r}; there are {', '.join(CATALOGUE)}")
    return _SHEETS[name]()


def _grid(images, columns, gap=2, grey=110):
    n, _, height, width = images.shape
    rows = -(-n // columns)
    sheet = torch.full(
        (3, rows * (height + gap) + gap, columns * (width + gap) + gap), grey, dtype=torch.uint8
    )
    for i, image in enumerate(images):
        y, x = i // columns * (height + gap) + gap, i % columns * (width + gap) + gap
        sheet[:, y : y + height, x : x + width] = image
    return sheet


def _some(n, count, seed=0):
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))[:count].sort().values


def _photos():
    return _grid(photos("all", 96), 8)


def _clothes(load):
    images, _ = load("train")
    return _grid(images[:200].expand(-1, 3, -1, -1), 20)


def _emoji():
    picked = _some(1570, 40)
    styles = [emoji(style, "all")[picked] for style in ("line", "flat", "3d", "noto")]
    return _grid(torch.stack(styles, 1).flatten(0, 1), 16)  # four of each emoji side by side


def _labels():
    picked = _some(1346, 24)
    colors = paint_labels(emoji_labels("train")[picked], {**COLOR_PALETTE, "background": (60, 60, 60)})
    parts, shown = emoji_face_parts("3d", "train")
    faces_picked = _some(len(parts), 24)
    parts = paint_labels(parts[faces_picked], PART_PALETTE)
    rows = torch.stack([colors, emoji("3d", "train")[picked]], 1).flatten(0, 1)
    return _grid(torch.cat([rows, torch.stack([parts, shown[faces_picked]], 1).flatten(0, 1)]), 16)


def _faces():
    images, _ = faces("train")
    return _grid(images[_some(len(images), 96)], 16)


def _streets():
    looks = [streets(look, time, "test") for look in ("drawn", "photo") for time in ("day", "night")]
    rows = [x[:8] for x, _ in looks] + [paint_labels(looks[0][1][:8], STREET_PALETTE)]
    return _grid(torch.cat(rows), 8)


def _dancers():
    rows = []
    for who in ("a", "b"):
        video, pose, _ = dancers(who, "test")
        rows += [pose[0, ::2], video[0, ::2]]
    return _grid(torch.cat(rows), 12)


def _moving():
    return _grid(moving_emoji("train", 5)[0].flatten(0, 1), 16)


_SHEETS = {
    "photos": _photos,
    "fashion_mnist": lambda: _clothes(fashion_mnist),
    "mnist": lambda: _clothes(mnist),
    "emoji": _emoji,
    "emoji_labels": _labels,
    "faces": _faces,
    "streets": _streets,
    "dancers": _dancers,
    "moving_emoji": _moving,
}

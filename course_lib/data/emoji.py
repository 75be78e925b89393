"""1,570 emoji in four styles, aligned by code point: the course's pairs, and its unpaired halves with hidden true pairs."""

from typing import NamedTuple

from . import store

STYLES = ("flat", "line", "3d", "noto")


class Emoji(NamedTuple):
    code_point: str  # "1f436"; sequences joined by "-"
    name: str  # the Unicode name, "dog face"
    group: str  # "animals-nature"
    subgroup: str  # "animal-mammal"
    family: str  # variants in gender, hair, colour or hour share one; the split is drawn by family
    split: str  # "train" or "test"


def emoji_index(split="all", group=None):
    """What the emoji are: a list of Emoji in the order of the tensors.

    Args:
        split: "train" (1,346 emoji), "test" (224) or "all".
        group: one of `emoji_groups()`, or None for all.
    """
    rows = _rows()
    return [rows[i] for i in chosen(split, group)]


def emoji_groups():
    """The names of the groups with how many emoji each has, largest first: {"people-body": 324, ...}."""
    count = {}
    for row in _rows():
        count[row.group] = count.get(row.group, 0) + 1
    return dict(sorted(count.items(), key=lambda item: -item[1]))


def emoji(style, split="train", group=None):
    """Emoji of one style on white.

    Args:
        style: "flat" (Fluent flat), "line" (Fluent high contrast: black shapes), "3d" (Fluent 3-D) or "noto".
        split, group: as in `emoji_index`.

    Returns:
        uint8 (N, 3, 64, 64); picture i of every style shows emoji i of `emoji_index(split, group)`.
    """
    if style not in STYLES:
        raise ValueError(f"emoji: style must be one of {', '.join(STYLES)}, got {style!r}")
    images = store.tiles(f"emoji_{style}.webp")[chosen(split, group)]
    return images.expand(-1, 3, -1, -1).contiguous()  # line art is stored in grey


def pairs(a, b, split="train", group=None):
    """The same emoji in two styles: (x, y), two aligned uint8 tensors (N, 3, 64, 64)."""
    return emoji(a, split, group), emoji(b, split, group)


def unpaired(a, b, split="train", group=None):
    """Two styles with no emoji in common, as CycleGAN needs them.

    Training emoji fall into two disjoint halves by a hash of the family: x has the first half in style a, y the second in style b.
    The test emoji stay paired, so `unpaired(a, b, "test")` equals `pairs(a, b, "test")`: the hidden truth to score with.

    Returns:
        (x, y): uint8 (N_x, 3, 64, 64) and (N_y, 3, 64, 64).
    """
    if split not in ("train", "test"):
        raise ValueError(f'unpaired: split must be "train" or "test", got {split!r}')
    x, y = pairs(a, b, split, group)
    if split == "test":
        return x, y
    first = [_half(row.family) for row in emoji_index(split, group)]
    return x[[i for i, f in enumerate(first) if f]], y[[i for i, f in enumerate(first) if not f]]


def _rows():
    return [Emoji(**row) for row in store.table("emoji.json")]


def _half(family):
    import hashlib

    return hashlib.sha256((family + "/half").encode()).digest()[0] & 1 == 0


def chosen(split, group):
    """The places, in the order of all 1,570, of the emoji of a split and a group."""
    store.check_split(split)
    rows = _rows()
    groups = {row.group for row in rows}
    if group is not None and group not in groups:
        raise ValueError(f"group must be one of {', '.join(sorted(groups))}, got {group!r}")
    return [i for i, r in enumerate(rows) if split in (r.split, "all") and group in (r.group, None)]

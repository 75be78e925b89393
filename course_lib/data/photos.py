"""24 photographs of at most 512 px, each with its author and licence; split by photo."""

from typing import NamedTuple

import torch
from torch.nn.functional import interpolate

from . import store


class Photo(NamedTuple):
    name: str
    shows: str
    split: str  # "train" or "test"
    author: str
    licence: str
    file: str  # the picture's name in the package it comes from
    source: str  # the package's name in data_scripts/sources.py


def photo_index(split="all"):
    """The photos' names, subjects, authors and licences: a list of Photo. split: "train", "test" or "all"."""
    store.check_split(split)
    photos = [Photo(**row) for row in store.table("photos/index.json")]
    return [p for p in photos if split in (p.split, "all")]


def photo(name):
    """One photograph in its own shape.

    Args:
        name: one of `photo_index()`; "china" and "brushes" have strong edges and texture, "brick" and "grass" are grey.

    Returns:
        uint8 (1, 3, H, W), the longer side at most 512 pixels.
    """
    names = [p.name for p in photo_index()]
    if name not in names:
        raise ValueError(f"photo: no photo {name!r}; there are {', '.join(names)}")
    return store.picture(f"photos/{name}.webp")[None]


def photos(split="all", size=256):
    """All photographs, the middle square of each, resized with antialiasing.

    Returns:
        uint8 (N, 3, size, size), in the order of `photo_index(split)`.
    """
    squares = []
    for p in photo_index(split):
        x = photo(p.name)
        height, width = x.shape[-2:]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        x = x[:, :, top : top + side, left : left + side]
        squares.append(interpolate(x, (size, size), mode="bilinear", antialias=True))
    return torch.cat(squares)


def photo_patches(split="train", size=64, stride=64):
    """Square patches of the photographs, cut on a grid: many small natural images.

    Args:
        size, stride: pixels; neighbours overlap where stride < size. Train and test patches come from different photos.

    Returns:
        uint8 (N, 3, size, size).
    """
    cut = []
    for p in photo_index(split):
        x = photo(p.name)
        windows = x.unfold(2, size, stride).unfold(3, size, stride)  # (1, 3, rows, columns, size, size)
        cut.append(windows[0].permute(1, 2, 0, 3, 4).reshape(-1, 3, size, size))
    return torch.cat(cut)

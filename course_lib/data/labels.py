"""Label maps of the emoji, read off the drawings: 18 colour classes for all of them, 7 parts for the faces."""

import torch

from . import store
from .emoji import chosen, emoji, emoji_index

COLOR_PALETTE = {
    "background": (255, 255, 255),
    "black": (28, 28, 28),
    "white": (255, 255, 255),
    "grey": (155, 155, 155),
    "brown": (125, 69, 51),
    "tan": (211, 136, 62),
    "skin yellow": (255, 176, 46),
    "yellow": (253, 224, 60),
    "orange": (255, 103, 35),
    "red": (248, 49, 47),
    "maroon": (153, 8, 57),
    "pink": (249, 112, 170),
    "purple": (125, 90, 180),
    "navy": (50, 35, 75),
    "blue": (0, 116, 220),
    "sky blue": (120, 205, 245),
    "green": (0, 190, 90),
    "dark green": (0, 100, 60),
}
PART_PALETTE = {
    "background": (60, 60, 60),
    "skin": (255, 200, 60),
    "dark": (70, 40, 50),
    "white": (255, 255, 255),
    "mouth": (220, 30, 120),
    "tears": (80, 140, 255),
    "other": (120, 220, 120),
}
COLOR_CLASSES, PART_CLASSES = tuple(COLOR_PALETTE), tuple(PART_PALETTE)


def emoji_labels(split="train", group=None):
    """Which of the 18 COLOR_CLASSES each pixel of the flat emoji has: uint8 (N, 1, 64, 64), in the order of `emoji`."""
    return store.tiles("emoji_colors.png")[chosen(split, group)]


def emoji_face_parts(style="3d", split="train"):
    """The emoji that are faces, with a label for each part of the flat drawing.

    Returns:
        (labels, images): uint8 (N, 1, 64, 64), an index of PART_CLASSES, and the same faces in `style`, uint8 (N, 3, 64, 64).
    """
    store.check_split(split)
    rows = {row.code_point: (i, row) for i, row in enumerate(emoji_index())}
    faces = store.table("emoji_labels.json")["faces"]
    keep = [(at, rows[code][0]) for at, code in enumerate(faces) if split in (rows[code][1].split, "all")]
    labels = store.tiles("emoji_face_parts.png")[[at for at, _ in keep]]
    return labels, emoji(style, "all")[[i for _, i in keep]]


def paint_labels(labels, palette):
    """Label maps as pictures to look at.

    Args:
        labels: integer (N, 1, H, W). palette: colours of the classes, a list of (r, g, b) or a dict with such values.

    Returns:
        uint8 (N, 3, H, W).
    """
    colors = torch.tensor(list(palette.values() if isinstance(palette, dict) else palette), dtype=torch.uint8)
    if labels.max() >= len(colors):
        raise ValueError(f"paint_labels: label {labels.max()} has no colour among {len(colors)}")
    return colors[labels[:, 0].long()].permute(0, 3, 1, 2).contiguous()


def one_hot(labels, num_classes):
    """Label maps (N, 1, H, W) as float32 (N, num_classes, H, W), one where the pixel has the class: what a network reads."""
    if labels.max() >= num_classes:
        raise ValueError(f"one_hot: label {labels.max()} is not below num_classes {num_classes}")
    out = torch.zeros(len(labels), num_classes, *labels.shape[2:], device=labels.device)
    return out.scatter_(1, labels.long(), 1.0)

r"""Faces composed of real parts: every pair of eyes with every mouth, with and without blush and a tear.

They are compositions, not emoji that exist: 32 eyes x 26 mouths x blush x tear = 3,328 faces whose attributes are exact
because the faces are made from them.
"""

import hashlib

import torch

from . import store

FACE_LAYERS = ("background", "skin", "blush", "mouth", "eyes", "tear")


def face_parts():
    """The names of the parts, in the order of the attributes "eyes" and "mouth": (eyes, mouths), two tuples of str."""
    parts = store.table("faces.json")
    return tuple(tuple(p["name"] for p in parts[kind]) for kind in ("eyes", "mouths"))


def faces(split="train"):
    r"""Composed faces with exact attributes.

    A pair of eyes and a mouth belong to one split: in "test" stand the 15 % of the pairs that "train" never shows together,
    though it shows each of the parts.

    Returns:
        (images, attributes): uint8 (N, 3, 64, 64) on white, and a dict of tensors (N,): "eyes" and "mouth" are long and index
        `face_parts()`; "blush", "tear", "eyes_open", "brows", "glasses", "smile", "mouth_open" are bool.
    """
    sprites, chosen, attributes = _composition(split)
    which = torch.zeros(len(chosen), dtype=torch.long)
    images = torch.full((1, 3, 64, 64), 255, dtype=torch.uint8)
    for layer in chosen.T:  # from the bottom layer up, each different stack of layers once
        stacks, which = torch.unique(torch.stack([which, layer], 1), dim=0, return_inverse=True)
        images = _over(images[stacks[:, 0]], sprites[stacks[:, 1]])
    return images[which], attributes


def face_layers(split="train"):
    """Which part covers each pixel of `faces(split)`: uint8 (N, 1, 64, 64), an index of FACE_LAYERS."""
    sprites, chosen, _ = _composition(split)
    which = torch.zeros(len(chosen), dtype=torch.long)
    labels = torch.zeros(1, 1, 64, 64, dtype=torch.uint8)
    for layer, part in enumerate(chosen.T, start=1):
        stacks, which = torch.unique(torch.stack([which, part], 1), dim=0, return_inverse=True)
        labels = torch.where(sprites[stacks[:, 1], 3:] > 127, layer, labels[stacks[:, 0]])
    return labels[which]


def _composition(split):
    """sprites uint8 (P + 1, 4, 64, 64), the last one empty; chosen (N, 5) sprite of each layer; attributes."""
    store.check_split(split)
    parts = store.table("faces.json")
    sprites = store.tiles("faces.png")
    sprites = torch.cat([sprites, torch.zeros_like(sprites[:1])])
    n_eyes, n_mouths = len(parts["eyes"]), len(parts["mouths"])
    disc, blush, tear, first_eyes, empty = 0, 1, 2, 3, len(sprites) - 1
    eyes, mouth, has_blush, has_tear = torch.cartesian_prod(
        torch.arange(n_eyes), torch.arange(n_mouths), torch.arange(2), torch.arange(2)
    ).T
    if split != "all":
        tested = torch.tensor([[_is_test(e, m) for m in range(n_mouths)] for e in range(n_eyes)])[eyes, mouth]
        keep = tested if split == "test" else ~tested
        eyes, mouth, has_blush, has_tear = eyes[keep], mouth[keep], has_blush[keep], has_tear[keep]
    chosen = torch.stack(
        [
            torch.full_like(eyes, disc),
            torch.where(has_blush == 1, blush, empty),
            first_eyes + n_eyes + mouth,
            first_eyes + eyes,
            torch.where(has_tear == 1, tear, empty),
        ],
        1,
    )
    facts = {
        name: torch.tensor([word in p["is"] for p in parts[kind]])[index]
        for name, kind, word, index in (
            ("eyes_open", "eyes", "open", eyes),
            ("brows", "eyes", "brows", eyes),
            ("glasses", "eyes", "glasses", eyes),
            ("smile", "mouths", "smile", mouth),
            ("mouth_open", "mouths", "open", mouth),
        )
    }
    return (
        sprites,
        chosen,
        {"eyes": eyes, "mouth": mouth, "blush": has_blush == 1, "tear": has_tear == 1, **facts},
    )


def _is_test(eyes, mouth):
    return hashlib.sha256(f"face {eyes} {mouth}".encode()).digest()[0] < 38


def _over(below, sprite):
    """Alpha compositing of uint8 (N, 3, H, W) and (N, 4, H, W) in whole numbers: every machine gets the same pixels."""
    painted = sprite[:, 3].amax(0) > 0
    rows, columns = painted.any(1).nonzero().flatten(), painted.any(0).nonzero().flatten()
    if len(rows):
        box = (..., slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        alpha = sprite[:, 3:][box].to(torch.int32)
        mixed = sprite[:, :3][box] * alpha + below[box] * (255 - alpha)
        below[box] = ((mixed + 128) * 257 >> 16).to(torch.uint8)  # mixed / 255, rounded
    return below

r"""The course's translation tasks in one place: what goes in, what comes out, and the shipped network of each.

    line_art, flat = TASKS["line_to_flat"].pairs("test")     # uint8 (N, 1, 64, 64), (N, 3, 64, 64)
    translate = Translator("line_to_flat")
    pictures = translate(line_art)                           # uint8 (N, 3, 64, 64)

Lectures: 14_paired_translation, 15_evaluating_translation. Trained by data_scripts/train_pix2pix.py.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch.nn.functional import pad

from course_lib import data
from course_lib.checkpoint import checkpoint_card, shipped
from course_lib.hints import encode_hints, grey, hinted
from course_lib.training import Batches
from course_lib.unet import UNetGenerator


def automatic_edges(images, threshold=40):
    r"""Edges as a program draws them: black (0) where a colour channel changes by more than the threshold, else white.

    Args:
        images: uint8 (N, C, H, W).
        threshold: grey levels between a pixel and its neighbour on the right or below.

    Returns:
        uint8 (N, 1, H, W).
    """
    x = pad(images.float(), (0, 1, 0, 1), mode="replicate")
    across = (x[:, :, :-1, 1:] - x[:, :, :-1, :-1]).abs().amax(1, keepdim=True)
    down = (x[:, :, 1:, :-1] - x[:, :, :-1, :-1]).abs().amax(1, keepdim=True)
    return torch.where(torch.maximum(across, down) > threshold, 0, 255).to(torch.uint8)


# --- the tasks ----------------------------------------------------------------------------------------
def _identity(x, rng=None):
    return x


def _as_image(x, y):
    return data.to_float(y)


def _to_image(x, y_fake):
    return data.to_uint8(y_fake)


def _color_only(x, y):
    """What is to be added to the grey image in x: half the difference, (N, 3, H, W) in (-1, 1)."""
    return (data.to_float(y) - data.to_float(x[:, :1])) / 2


def _add_color(x, y_fake):
    return data.to_uint8(data.to_float(x[:, :1]) + 2 * y_fake)


class Task(NamedTuple):
    line: str  # what it does, in one line
    pairs: Callable  # split -> (x, y), aligned uint8 tensors
    in_channels: int  # of what G reads
    out_channels: int
    encode: Callable = data.to_float  # x -> what G reads, float (N, in_channels, H, W)
    simulate: Callable = _identity  # (x, rng) -> x, what a user would add by hand, drawn anew for every batch
    encode_y: Callable = _as_image  # (x, y) -> what G shall paint, float (N, out_channels, H, W)
    decode: Callable = _to_image  # (x, what G painted) -> uint8 image


def _labels_to_3d(split):
    return data.emoji_labels(split), data.emoji("3d", split)


def _line_to_flat(split):
    line, flat = data.pairs("line", "flat", split)
    return line[:, :1], flat


def _flat_to_3d(split):
    return data.pairs("flat", "3d", split)


def _edges_to_line(split):
    flat, line = data.pairs("flat", "line", split)
    return automatic_edges(flat), line[:, :1]


def _patches(split):
    return data.photo_patches(split, stride=32 if split == "train" else 64)


def _grey_to_color(split):
    return grey(_patches(split)), _patches(split)


def _hints_to_color(split):
    images = torch.cat([_patches(split), data.emoji("3d", split)])
    return images, images


def _labels_to_street(split):
    scenes, labels = data.streets("photo", "day", split)
    return labels, scenes


def _street_to_labels(split):
    scenes, labels = data.streets("photo", "day", split)
    return scenes, data.paint_labels(labels, data.STREET_PALETTE)


def _one_hot(num_classes):
    return lambda labels: data.one_hot(labels, num_classes)


_COLORS, _STREET = len(data.COLOR_CLASSES), len(data.STREET_CLASSES)
TASKS = {
    "labels_to_3d": Task("colour labels to 3-D emoji", _labels_to_3d, _COLORS, 3, _one_hot(_COLORS)),
    "line_to_flat": Task("line art to flat colour", _line_to_flat, 1, 3),
    "flat_to_3d": Task("flat emoji to 3-D emoji", _flat_to_3d, 3, 3),
    "edges_to_line": Task("automatic edges to hand-drawn line art", _edges_to_line, 1, 1),
    "grey_to_color": Task(
        "grey photographs to colour",
        _grey_to_color,
        1,
        3,
        encode_y=_color_only,
        decode=_add_color,
    ),
    "hints_to_color": Task(
        "grey photographs and emoji with colour hints to colour",
        _hints_to_color,
        5,
        3,
        encode_hints,
        hinted,
        _color_only,
        _add_color,
    ),
    "labels_to_street": Task(
        "street labels to street scenes", _labels_to_street, _STREET, 3, _one_hot(_STREET)
    ),
    "street_to_labels": Task("street scenes to painted labels", _street_to_labels, 3, 3),
}


class Translator:
    r"""A task's shipped generator, ready to translate.

    Args:
        name: one of `TASKS`.

    Attributes:
        task, generator (eval mode, frozen), card.

    Raises:
        ValueError: there is no such task.
    """

    def __init__(self, name):
        if name not in TASKS:
            raise ValueError(f"task: got {name!r}, expected one of {', '.join(TASKS)}")
        self.task = TASKS[name]
        self.card = checkpoint_card(f"pix2pix_{name}")
        self.generator = shipped(f"pix2pix_{name}", UNetGenerator)

    def __call__(self, x, batch_size=64):
        r"""Translate.

        Args:
            x: uint8 (N, C, H, W), as the task's `pairs` gives it: images, or label maps (N, 1, H, W); for
                hints_to_color what `hints.hinted` or `hints.place_hints` returns, (N, 5, H, W).

        Returns:
            uint8 (N, out_channels, H, W).
        """
        if x.dtype != torch.uint8 or x.dim() != 4:
            raise ValueError(f"x: got {x.dtype} {tuple(x.shape)}, expected uint8 (N, C, H, W)")
        device = next(self.generator.parameters()).device
        out = []
        with torch.inference_mode():
            for part in x.split(batch_size):
                part = part.to(device)
                out.append(self.task.decode(part, self.generator(self.task.encode(part))).cpu())
        return torch.cat(out)


# --- batches of pairs ---------------------------------------------------------------------------------
class PairBatches(Batches):
    r"""Endless shuffled batches of pairs: drawn, cropped and mirrored as uint8, then encoded for G and D.

    Args:
        task: one of `TASKS`' values.
        x, y: uint8, aligned, as the task's `pairs` gives them.
        batch_size: pairs a batch; of all processes together.
        augmentation: arguments of `data.augment`; None for none.
        device: where the tensors are kept.
        share: (rank, world): of every batch this process gets the rank-th of `world` equal parts.
    """

    def __init__(self, task, x, y, batch_size, augmentation=None, device="cpu", share=(0, 1)):
        super().__init__(x, y, batch_size=batch_size, device=device)
        self.task, self.augmentation, (self.rank, self.world) = task, augmentation, share
        if batch_size % self.world:
            raise ValueError(f"batch_size: got {batch_size}, expected a multiple of {self.world} processes")

    def next(self, rng):
        """One batch (x, y), both float: x as G reads it, y as G shall paint it."""
        x, y = super().next(rng)
        if self.augmentation is not None:
            x, y = data.augment(x, y, generator=rng, **self.augmentation)
        x = self.task.simulate(x, rng)
        # everything random is drawn for the whole batch, so that processes agree on it; each keeps its part
        x, y = (t.chunk(self.world)[self.rank] for t in (x, y))
        return self.task.encode(x), self.task.encode_y(x, y)

    @staticmethod
    def _take(tensor, chosen):
        return tensor[chosen.to(tensor.device)]

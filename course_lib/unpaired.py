r"""Translation without pairs in one place: the two domains of each task, batches of them, the shipped translators.

    x, y = CYCLES["emoji"].domains("train")     # uint8 (N_x, 3, 64, 64), (N_y, 3, 64, 64): no picture in common
    translators = CycleTranslator("emoji")
    y_fake, x_fake = translators.to_y(x), translators.to_x(y)

The test pictures of both domains are aligned, `domains("test")[1][i]` being the true partner of `[0][i]`: hidden from
training, there to score with. Lectures: 19_cyclegan, 20_why_cyclegan_works. Trained by data_scripts/train_cyclegan.py.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch.nn.functional import avg_pool2d

from course_lib import data
from course_lib.checkpoint import checkpoint_card, shipped
from course_lib.resnet import ResnetGenerator
from course_lib.training import Batches


class Cycle(NamedTuple):
    line: str  # what it does, in one line
    x_name: str
    y_name: str
    domains: Callable  # split -> (x, y), uint8; without partners in "train", aligned in "test"


def _streets(split):
    """Streets by day and streets by night: in training the even scenes by day, the odd ones by night."""
    day, night = (data.streets("photo", time, split)[0] for time in ("day", "night"))
    return (day[::2], night[1::2]) if split == "train" else (day, night)


CYCLES = {
    "emoji": Cycle(
        "emoji in Noto's style and in Fluent's flat style",
        "Noto",
        "Fluent flat",
        lambda split: data.unpaired("noto", "flat", split),
    ),
    "streets": Cycle("streets by day and by night", "day", "night", _streets),
}


class CycleTranslator:
    r"""A task's two shipped generators, ready to translate both ways.

    Args:
        name: one of `CYCLES`.

    Attributes:
        cycle, g_xy, g_yx (eval mode, frozen), card.

    Raises:
        ValueError: there is no such task.
    """

    def __init__(self, name):
        if name not in CYCLES:
            raise ValueError(f"task: got {name!r}, expected one of {', '.join(CYCLES)}")
        self.cycle = CYCLES[name]
        self.card = checkpoint_card(f"cyclegan_{name}_xy")
        self.g_xy, self.g_yx = (shipped(f"cyclegan_{name}_{way}", ResnetGenerator) for way in ("xy", "yx"))

    def to_y(self, x):
        """uint8 (N, C, H, W) of X -> their translations into Y, the same shape."""
        return translate(self.g_xy, x)

    def to_x(self, y):
        """uint8 (N, C, H, W) of Y -> their translations into X, the same shape."""
        return translate(self.g_yx, y)


@torch.no_grad()
def translate(generator, images, batch_size=32):
    """uint8 (N, C, H, W) -> what the generator makes of them, uint8 on the CPU."""
    if images.dtype != torch.uint8 or images.dim() != 4:
        raise ValueError(f"images: got {images.dtype} {tuple(images.shape)}, expected uint8 (N, C, H, W)")
    device = next(generator.parameters()).device
    parts = images.split(batch_size)
    return torch.cat([data.to_uint8(generator(data.to_float(part.to(device)))).cpu() for part in parts])


# --- batches ------------------------------------------------------------------------------------------
class _Pictures(Batches):
    """Batches that stay uint8, to be cropped and mirrored."""

    @staticmethod
    def _take(tensor, chosen):
        return tensor[chosen.to(tensor.device)]


class UnpairedBatches:
    r"""Endless batches of both domains, each shuffled by itself: what comes together does not belong together.

    Args:
        x, y: uint8 (N_x, C, H, W), (N_y, C, H, W); the numbers may differ.
        batch_size: pictures a batch of either; of all processes together.
        augmentation: arguments of `data.augment`; None for none.
        device: where the tensors are kept.
        share: (rank, world): of every batch this process gets the rank-th of `world` equal parts.
    """

    def __init__(self, x, y, batch_size, augmentation=None, device="cpu", share=(0, 1)):
        self.domains = [_Pictures(t, batch_size=batch_size, device=device) for t in (x, y)]
        self.augmentation, (self.rank, self.world) = augmentation, share
        if batch_size % self.world:
            raise ValueError(f"batch_size: got {batch_size}, expected a multiple of {self.world} processes")

    def next(self, rng):
        """One batch (x, y), float (N, C, H, W) in [-1, 1]."""
        batch = []
        for domain in self.domains:
            images = domain.next(rng)
            if self.augmentation is not None:
                images = data.augment(images, generator=rng, **self.augmentation)
            batch.append(data.to_float(images.chunk(self.world)[self.rank]))
        return tuple(batch)

    def state_dict(self):
        return {"domains": [domain.state_dict() for domain in self.domains]}

    def load_state_dict(self, state):
        for domain, own in zip(self.domains, state["domains"]):
            domain.load_state_dict(own)


# --- scores -------------------------------------------------------------------------------------------
def l1_distance(a, b):
    """Mean absolute difference of uint8 images, from 0 to 1."""
    return (a.float() - b.float()).abs().mean().item() / 255


def retrieval(translations, partners, pool=4):
    r"""Share of the translations that lie nearest to their own true partner among all partners.

    Nearest in squared distance after averaging over pool x pool pixels, which forgives a shift of a pixel or two.

    Args:
        translations, partners: uint8 (N, C, H, W), row i of one belonging to row i of the other.
    """
    a, b = (avg_pool2d(t.float(), pool).flatten(1) for t in (translations, partners))
    return (torch.cdist(a, b).argmin(1) == torch.arange(len(a))).float().mean().item()

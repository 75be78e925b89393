r"""Short moving sequences that know their own truth: two dancers drawn around exact joints, and emoji that bounce.

The dances are drawn by data_scripts/build_dancers.py; the emoji fly here, in whole pixels.
"""

import hashlib

import torch

from . import store
from .emoji import emoji

JOINTS = (
    "hip",
    "neck",
    "head",
    "left elbow",
    "left hand",
    "right elbow",
    "right hand",
    "left knee",
    "left foot",
    "right knee",
    "right foot",
)
SIZE = 64


def dancers(who="a", split="train"):
    """A dancer, the stick figure of the pose, and the joints the two were drawn from.

    Args:
        who: "a" or "b"; sequence i is the same dance for both.
        split: "train" (24 dances), "test" (8 others) or "all".

    Returns:
        (video, pose, joints): uint8 (N, 24, 3, 64, 64) twice and float32 (N, 24, 11, 2), x and y in pixels (the centre of the first
        pixel is 0.5), in the order of JOINTS. Flatten the first two axes to have single pictures.
    """
    store.check_split(split)
    if who not in ("a", "b"):
        raise ValueError(f"dancers: who must be a or b, got {who!r}")
    dances = {"train": slice(0, 24), "test": slice(24, 32), "all": slice(0, 32)}[split]
    video = store.tiles(f"dancer_{who}.webp").unflatten(0, (32, 24))[dances].clone()
    pose = store.tiles(f"dancer_{who}_pose.webp").unflatten(0, (32, 24))[dances].clone()
    joints = torch.tensor(store.table("dancers.json")["hundredths of a pixel"][who])
    return video, pose, joints.reshape(32, 24, len(JOINTS), 2)[dances] / 100


def moving_emoji(split="train", n=200):
    """Two emoji of 20 pixels that fly on straight lines and bounce off the walls; where they cross, the darker ink shows.

    Args:
        split: which emoji fly (groups animals and food). n: sequences.

    Returns:
        (video, corner): uint8 (n, 16, 3, 64, 64) on white; long (n, 16, 2, 2), x and y of each emoji's upper left corner.
    """
    size, frames = 20, 16
    images = torch.cat([emoji("flat", split, group) for group in ("animals-nature", "food-drink")])
    images = torch.nn.functional.avg_pool2d(images[:, :, 2:62, 2:62].float(), 3).round().to(torch.uint8)
    digits = hashlib.shake_256(f"moving {split}".encode()).digest(n * 16)
    rolled = torch.tensor(list(digits)).reshape(
        n, 2, 8
    )  # each emoji: which (2 bytes), x, y, velocity x, velocity y
    which = (rolled[..., 0] * 256 + rolled[..., 1]) % len(images)
    span = SIZE - size
    velocity = (rolled[..., 4:6] % 4 + 1) * (rolled[..., 6:8] % 2 * 2 - 1)  # 1..4 pixels a frame either way
    straight = rolled[:, None, :, 2:4] % (span + 1) + velocity[:, None] * torch.arange(frames)[:, None, None]
    corner = span - (straight % (2 * span) - span).abs()  # folded at the walls
    video = torch.full((n, frames, 3, SIZE, SIZE), 255, dtype=torch.uint8)
    for i in range(n):
        for sprite in (0, 1):
            picture = images[which[i, sprite]]
            for t, (x, y) in enumerate(corner[i, :, sprite].tolist()):
                patch = video[i, t, :, y : y + size, x : x + size]
                torch.minimum(patch, picture, out=patch)  # white paper, ink over ink
    return video, corner

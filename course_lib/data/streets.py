r"""Procedural street scenes, 64 x 96, in two looks, by day and by night, with the class of every pixel.

They are drawings put together by a program and are called that: "drawn" has flat colours and Fluent sprites, "photo" has
photographed textures, Noto sprites, uneven light, blur and noise. Scene i has the same layout in every look and at every time, so
looks and times are pairs; for unpaired work take different scenes.
"""

import hashlib
from functools import lru_cache

import numpy as np
import torch

from . import store

STREET_CLASSES = ("sky", "building", "vegetation", "road", "sidewalk", "car", "person", "animal", "sign")
STREET_PALETTE = (
    (70, 130, 180),
    (70, 70, 70),
    (107, 142, 35),
    (128, 64, 128),
    (244, 35, 232),
    (0, 0, 142),
    (220, 20, 60),
    (255, 170, 30),
    (220, 220, 0),
)
HEIGHT, WIDTH, TILE = 64, 96, 36
SKY, BUILDING, VEGETATION, ROAD, SIDEWALK, CAR, PERSON, ANIMAL, SIGN = range(9)
WALLS = (
    (222, 120, 90),
    (240, 200, 120),
    (150, 170, 210),
    (200, 150, 190),
    (170, 200, 150),
    (230, 225, 210),
    (165, 125, 105),
)
SIZES = {"train": 800, "test": 200}


def streets(look="drawn", time="day", split="train"):
    """Street scenes with labels.

    Args:
        look: "drawn" or "photo". time: "day" or "night". split: "train" (800 scenes), "test" (200) or "all".

    Returns:
        (images, labels): uint8 (N, 3, 64, 96), and uint8 (N, 1, 64, 96), an index of STREET_CLASSES.
    """
    store.check_split(split)
    for name, value, known in (("look", look, ("drawn", "photo")), ("time", time, ("day", "night"))):
        if value not in known:
            raise ValueError(f"streets: {name} must be one of {', '.join(known)}, got {value!r}")
    parts = SIZES if split == "all" else (split,)
    names = [f"{part} {i}" for part in parts for i in range(SIZES[part])]
    images = np.empty((len(names), HEIGHT, WIDTH, 3), np.uint8)
    labels = np.empty((len(names), 1, HEIGHT, WIDTH), np.uint8)
    for i, name in enumerate(names):
        image, labels[i, 0] = _scene(name, look, time)
        if look == "photo":
            image = _camera(image, f"camera {time} {name}")
        images[i] = np.clip(image, 0, 255)
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels)


class _Dice:
    """Whole numbers drawn from SHAKE-256 of a name: the same on every machine, for ever."""

    def __init__(self, name, size=1024):
        self.numbers = iter(np.frombuffer(hashlib.shake_256(name.encode()).digest(4 * size), "<u4").tolist())

    def __call__(self, low, high):
        """A whole number in low..high-1."""
        return low + next(self.numbers) % (high - low)


@lru_cache(maxsize=1)
def _material():
    """sprites[look][class] -> int (kinds, sizes, TILE, TILE, 4); textures[name] -> int (40, 160, 3)."""
    known = store.table("streets.json")
    tiles = store.tiles("street_sprites.png").numpy().transpose(0, 2, 3, 1).astype(np.int32)
    classes = {"car": CAR, "person": PERSON, "animal": ANIMAL, "vegetation": VEGETATION, "sign": SIGN}
    sprites, at = {}, 0
    for look in ("drawn", "photo"):
        sprites[look] = {}
        for name, kinds in known["sprites"].items():
            count = kinds * known["sizes"]
            sprites[look][classes[name]] = tiles[at : at + count].reshape(
                kinds, known["sizes"], TILE, TILE, 4
            )
            at += count
    textures = store.tiles("street_textures.png").numpy().transpose(0, 2, 3, 1).astype(np.int32)
    return sprites, dict(zip(known["textures"], textures))


def _scene(name, look, time):
    """One scene before the camera: int (64, 96, 3) and uint8 (64, 96)."""
    roll = _Dice("street " + name)
    sprites, textures = _material()
    photo, night = look == "photo", time == "night"
    image = np.zeros((HEIGHT, WIDTH, 3), np.int32)
    glow = np.zeros_like(image)  # what shines by itself, added after the night has fallen
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)

    def strip(kind, height, dice):
        y, x = dice(0, 40 - height + 1), dice(0, 160 - WIDTH + 1)
        return textures[kind][y : y + height, x : x + WIDTH]

    horizon = roll(28, 33)
    kerb = horizon + roll(11, 14)
    sky, start = roll(1, 5), roll(0, 10)
    dice = _Dice("texture " + name)  # what only one look needs must not shift the other's layout
    image[:horizon] = strip(f"sky {sky}", horizon, dice) if photo else (120, 200, 250)
    image[horizon:kerb] = (
        strip("pavement", kerb - horizon, dice) * 3 // 10 + 120 if photo else (205, 200, 190)
    )
    image[kerb:] = strip("road", HEIGHT - kerb, dice) * 3 // 10 + 50 if photo else (95, 95, 105)
    image[kerb : kerb + 1] = (150, 150, 150)
    labels[horizon:kerb], labels[kerb:] = SIDEWALK, ROAD
    middle = (kerb + HEIGHT) // 2 + 2
    for x in range(start, WIDTH, 16):
        image[middle : middle + 1, x : x + 8] = (215, 210, 200)

    x = -start
    while x < WIDTH:
        width, tall, wall, gap = roll(16, 31), roll(14, 27), roll(0, len(WALLS)), roll(0, 9)
        lit = roll(0, 2**30)
        _building(
            image,
            glow,
            labels,
            x,
            horizon,
            width,
            tall,
            WALLS[wall],
            lit,
            textures["wall"] if photo else None,
        )
        x += width + gap
    if roll(0, 2):
        image[horizon : horizon + 3] = strip("grass", 3, dice) * (7, 11, 5) // 10 if photo else (110, 200, 80)
        labels[horizon : horizon + 3] = VEGETATION

    objects = []  # (feet, class, kind, size, left, flipped)
    for kind, count, low, high in (
        (VEGETATION, roll(1, 4), horizon + 2, horizon + 6),
        (SIGN, roll(1, 3), horizon + 6, kerb + 1),
        (PERSON, roll(1, 4), horizon + 7, kerb + 2),
        (ANIMAL, roll(0, 3), horizon + 7, kerb + 2),
        (CAR, roll(1, 4), kerb + 10, HEIGHT + 1),
    ):
        for _ in range(count):
            left = roll(-8, WIDTH - TILE + 8)
            objects.append(
                (roll(low, high), kind, roll(0, len(sprites[look][kind])), roll(0, 3), left, roll(0, 2))
            )
    for feet, kind, which, size, left, flipped in sorted(objects):
        sprite = sprites[look][kind][which, size]
        if kind == SIGN:
            sprite = _on_a_pole(sprite)
        elif flipped:
            sprite = sprite[:, ::-1]
        if kind != SIGN and photo:
            shadow = image[feet - 2 : feet, max(left + 6, 0) : left + TILE - 6]
            shadow[:] = shadow * 7 // 10
        _paste(image, glow, labels, sprite, feet, left, kind)
        if kind == CAR and night:  # the cars of both fonts face left
            body = np.flatnonzero(sprite[..., 3].any(0)) + left
            _light(glow, feet - 7, body[-2] if flipped else body[1], 5, (255, 240, 170))
    if night:
        _stars(image, labels, _Dice("stars " + name))
        image = image * (105, 115, 150) // 255 + glow
    return image, labels


def _building(image, glow, labels, x, horizon, width, tall, color, lit, brick):
    left, right, top = max(x, 0), min(x + width, WIDTH), horizon - tall
    if right <= left:
        return
    wall = np.array(color)
    if brick is not None:
        wall = brick[: tall + 1, left:right].mean(-1, keepdims=True).astype(np.int32) * wall // 150
    image[top : horizon + 1, left:right] = wall
    labels[top : horizon + 1, left:right] = BUILDING
    for row, y in enumerate(range(top + 3, horizon - 3, 5)):
        for column, window in enumerate(range(x + 3, x + width - 3, 5)):
            where = slice(y, y + 3), slice(max(window, 0), max(min(window + 3, right), 0))
            image[where] = (60, 75, 100) if brick is not None else (235, 240, 250)
            if lit >> ((row * 6 + column) % 30) & 1:
                glow[where] = (230, 190, 90)


def _on_a_pole(sprite):
    rows = np.flatnonzero(sprite[..., 3].any(1))
    raised = np.roll(sprite, -(TILE - 26), axis=0)
    raised[26:, TILE // 2 - 1 : TILE // 2 + 1] = (110, 110, 115, 255)
    return raised if len(rows) <= 26 else sprite


def _paste(image, glow, labels, sprite, feet, left, kind):
    top, x = feet - TILE, max(left, 0)
    cut = sprite[max(-top, 0) :, x - left : WIDTH - left]
    where = slice(max(top, 0), feet), slice(x, x + cut.shape[1])
    cut = cut[: image[where].shape[0]]
    alpha = cut[..., 3:]
    image[where] = (image[where] * (255 - alpha) + cut[..., :3] * alpha) // 255
    glow[where] = glow[where] * (255 - alpha) // 255
    labels[where][alpha[..., 0] > 127] = kind


def _light(glow, y, x, radius, color):
    ys, xs = np.ogrid[:HEIGHT, :WIDTH]
    falloff = (radius * radius - (ys - y) ** 2 - (xs - x) ** 2).clip(0)[..., None]
    np.maximum(glow, falloff * np.array(color) // (radius * radius), out=glow)


def _stars(image, labels, roll):
    for _ in range(12):
        y, x = roll(0, 28), roll(0, WIDTH)
        if labels[y, x] == SKY:
            image[y, x] = (600, 560, 400)


def _camera(image, name):
    """Uneven light, a slight 3 x 3 blur and noise, all in whole numbers: int (64, 96, 3) -> the same."""
    roll = _Dice(name, 6)
    left, right = roll(200, 286), roll(200, 286)  # 256 is the light of the drawing
    light = left + (right - left) * np.arange(WIDTH) // WIDTH
    image = image * (light[:, None] * (roll(236, 279), 256, roll(236, 279)) >> 8) >> 8
    image[1:-1] = (image[:-2] + 4 * image[1:-1] + image[2:]) // 6
    image[:, 1:-1] = (image[:, :-2] + 4 * image[:, 1:-1] + image[:, 2:]) // 6
    y, x = roll(0, 33), roll(0, 35)
    return image + _grain()[y : y + HEIGHT, x : x + WIDTH]


@lru_cache(maxsize=1)
def _grain():
    """Nearly normal noise, standard deviation about 5 grey levels: int (97, 131, 3)."""
    rolled = np.frombuffer(hashlib.shake_256(b"grain").digest(4 * 97 * 131 * 3), np.uint8).reshape(
        4, 97, 131, 3
    )
    return rolled.astype(np.int32).sum(0) // 30 - 17

"""Build the dancers: 32 dances of 24 frames, drawn around exact joints for two bodies, and the stick figures of their poses.

Each joint's angle is a slow sine drawn from SHAKE-256 of the dance's number; both dancers dance the same angles with limbs
of different lengths. What is drawn is soft over one pixel, from the distance of each pixel to each bone, in float64.
"""

import hashlib
import math

import numpy as np
import torch
from writing import Writer

DANCES, FRAMES, SIZE = 32, 24, 64
BONES = ((0, 7), (7, 8), (0, 9), (9, 10), (0, 1), (1, 2), (1, 3), (3, 4), (1, 5), (5, 6))
BONE_COLORS = (
    (255, 255, 0),
    (255, 180, 0),
    (255, 0, 255),
    (180, 0, 255),
    (255, 0, 0),
    (255, 255, 255),
    (0, 255, 0),
    (0, 255, 120),
    (0, 0, 255),
    (0, 120, 255),
)
SKIN, TOP, TROUSERS, SHOES, HAIR, WALL, FLOOR = range(7)
DANCERS = {
    "a": {
        "lengths": {"leg": 11, "arm": 9, "torso": 16, "head": 4.5},
        "widths": (5, 4.5, 9, 4, 3.4),  # thigh, shin, torso, upper arm, forearm
        "colors": (
            (240, 190, 150),
            (200, 50, 60),
            (40, 50, 110),
            (30, 30, 30),
            (60, 40, 20),
            (225, 215, 200),
            (150, 125, 100),
        ),
    },
    "b": {
        "lengths": {"leg": 9, "arm": 8, "torso": 19, "head": 6},
        "widths": (5.5, 4.5, 11, 4.4, 3.6),
        "colors": (
            (120, 80, 60),
            (240, 200, 60),
            (60, 120, 80),
            (240, 240, 240),
            (230, 90, 40),
            (190, 205, 215),
            (110, 115, 125),
        ),
    },
}


def dance(number, leg, arm, torso, head):
    """(FRAMES, 11, 2) joints in pixels, float64: each angle a slow sine of its own."""
    digits = hashlib.shake_256(f"dance {number}".encode()).digest(24)
    rolled = torch.tensor(list(digits), dtype=torch.float64).reshape(3, 8) / 255
    speed, phase, size = 0.6 + 0.8 * rolled[0], 2 * math.pi * rolled[1], 0.3 + 0.6 * rolled[2]
    t = torch.arange(FRAMES, dtype=torch.float64)[:, None] / 12
    s = (size * torch.sin(2 * math.pi * speed * t + phase)).T  # (8, FRAMES)

    def step(angle, length):  # an angle of 0 points up, positive to the right
        return length * torch.stack([torch.sin(angle), -torch.cos(angle)], -1)

    hip = torch.stack([32 + 5 * s[0], 37 + 2 * s[1]], -1)
    lean = 0.25 * s[2]
    neck = hip + step(lean, torso)
    out = [hip, neck, neck + step(lean + 0.3 * s[1], head + 1)]
    for side, upper, lower in ((-1, s[3], s[5]), (1, s[4], s[6])):
        angle = lean + side * (1.7 + upper)
        elbow = neck + step(angle, arm)
        out += [elbow, elbow + step(angle - side * (0.6 + 0.8 * lower), arm)]
    for side, swing in ((-1, s[7]), (1, s[3])):
        angle = math.pi - side * (0.25 + 0.35 * swing.abs())
        knee = hip + step(angle, leg)
        out += [knee, knee + step(math.pi - side * 0.1 * s[6], leg)]
    return torch.stack(out, 1)


def draw(joints, dancer):
    """joints (T, 11, 2) -> the dancer and the stick figure, uint8 (T, 3, 64, 64) each, from distances to the bones."""
    centre = torch.arange(SIZE, dtype=torch.float64) + 0.5
    grid = torch.stack(torch.meshgrid(centre, centre, indexing="xy"), -1)[None]  # (1, H, W, 2), x and y
    a, b = (joints[:, [bone[end] for bone in BONES], None, None] for end in (0, 1))  # (T, 10, 1, 1, 2)
    along = (((grid - a) * (b - a)).sum(-1) / ((b - a) ** 2).sum(-1)).clamp(0, 1)
    bones = (grid - a - along[..., None] * (b - a)).norm(dim=-1)  # (T, 10, H, W) distance to each bone

    pose = torch.zeros(len(joints), 3, SIZE, SIZE, dtype=torch.float64)
    for i, color in enumerate(BONE_COLORS):
        pose = paint(pose, 1 - bones[:, i], color)

    color, (thigh, shin, torso, upper, lower) = dancer["colors"], dancer["widths"]
    radius = dancer["lengths"]["head"]
    video = torch.tensor(color[WALL], dtype=torch.float64)[:, None, None].expand(len(joints), 3, SIZE, SIZE)
    video = paint(video, (grid[..., 1] - 57).expand(len(joints), -1, -1), color[FLOOR])
    for knee, shin_bone, foot in ((0, 1, 8), (2, 3, 10)):
        video = paint(video, thigh / 2 - bones[:, knee], color[TROUSERS])
        video = paint(video, shin / 2 - bones[:, shin_bone], color[TROUSERS])
        ankle = (grid - joints[:, foot, None, None]) * torch.tensor([2 / 3, 1.0], dtype=torch.float64)
        video = paint(video, 2 - ankle.norm(dim=-1), color[SHOES])
    video = paint(video, torso / 2 - bones[:, 4], color[TOP])
    for shoulder, elbow in ((6, 7), (8, 9)):
        video = paint(video, upper / 2 - bones[:, shoulder], color[TOP])
        video = paint(video, lower / 2 - bones[:, elbow], color[SKIN])
    head = grid - joints[:, 2, None, None]
    video = paint(video, radius - head.norm(dim=-1), color[SKIN])
    cap = torch.minimum(radius + 0.4 - head.norm(dim=-1), -head[..., 1] - 0.2 * radius)
    return paint(video, cap, color[HAIR]).round().to(torch.uint8), pose.round().to(torch.uint8)


def paint(image, inside, color):
    """Paint where `inside` (T, H, W), the distance in pixels from the edge inwards, is positive; soft over one pixel."""
    cover = (inside + 0.5).clamp(0, 1)[:, None]
    return image + cover * (torch.tensor(color, dtype=torch.float64)[:, None, None] - image)


if __name__ == "__main__":
    with Writer(__file__) as write:
        joints = {}
        for name, dancer in DANCERS.items():
            dances = [dance(i, **dancer["lengths"]) for i in range(DANCES)]
            video, pose = (
                torch.cat(x).permute(0, 2, 3, 1).numpy() for x in zip(*(draw(d, dancer) for d in dances))
            )
            write.tiles(f"dancer_{name}.webp", video, columns=FRAMES)
            write.tiles(f"dancer_{name}_pose.webp", pose, columns=FRAMES)
            joints[name] = np.round(torch.stack(dances).numpy() * 100).astype(int).flatten().tolist()
        write.json("dancers.json", {"hundredths of a pixel": joints})

"""Build the label maps of the emoji: 18 colour classes for all of them, 7 parts for the faces.

The flat SVG says exactly which fill covers a pixel: it is rendered at 256 px without antialiasing, each pixel takes the nearest
fill of the drawing, each fill one class, and each 4 x 4 block the class most of it has.
"""

import json
import re

import numpy as np
from emoji_sources import SIZE, iconify, rgba
from writing import FILES, Writer

from course_lib.data.labels import COLOR_PALETTE

# class: sRGB of its centre. "background" is what is transparent; "white" is white that was painted.
COLORS = COLOR_PALETTE
PARTS = ("background", "skin", "dark", "white", "mouth", "tears", "other")
FACE_FILLS = {
    "skin": "#ffb02e #ff822d #ffce7c #ff6723",
    "dark": "#402a32 #212121 #321b41 #1c1c1c #000",
    "white": "#fff #f4f4f4",
    "mouth": "#bb1d80 #f70a8d #f8312f #ca0b4a #990838",
    "tears": "#3f5fff #5092ff #aeddff #00a6ed",
}
PART_OF_FILL = {fill: PARTS.index(part) for part, fills in FACE_FILLS.items() for fill in fills.split()}
WET = re.compile(r"cry|tear|sweat|relieved|sleepy|drool|rolling on|hot face")
FINE = 256


def lab(rgb):
    """sRGB 0..255 (..., 3) to CIELAB (D65), in which distances go with what the eye sees."""
    c = np.asarray(rgb, float) / 255
    c = np.where(c > 0.04045, ((c + 0.055) / 1.055) ** 2.4, c / 12.92)
    xyz = c @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    xyz /= [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def rgb(fill):
    digits = fill.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    return [int(digits[i : i + 2], 16) for i in (0, 2, 4)]


def fill_map(svg):
    """(FINE, FINE) index of the fill that covers each pixel, -1 where nothing does; and the fills."""
    fills = sorted(set(re.findall(r'fill="(#[0-9a-fA-F]{3,6})"', svg))) or ["#000"]
    image = rgba(svg.replace("<svg ", '<svg shape-rendering="crispEdges" ', 1), FINE).astype(int)
    distance = ((image[..., None, :3] - np.array([rgb(f) for f in fills])) ** 2).sum(-1)
    return np.where(image[..., 3] < 128, -1, distance.argmin(-1)), fills


def shrink(classes, count):
    """(FINE, FINE) classes -> (SIZE, SIZE): the commonest class of each block, the lowest on a tie."""
    block = FINE // SIZE
    cells = classes.reshape(SIZE, block, SIZE, block).transpose(0, 2, 1, 3).reshape(SIZE, SIZE, -1)
    return np.stack([(cells == c).sum(-1) for c in range(count)], -1).argmax(-1).astype(np.uint8)


def color_labels(svg):
    covered, fills = fill_map(svg)
    centres = lab(list(COLORS.values()))[1:]
    nearest = [1 + int(((lab(rgb(f)) - centres) ** 2).sum(-1).argmin()) for f in fills]
    return shrink(np.array([*nearest, 0])[covered], len(COLORS))  # index -1 is the last: background


def part_labels(svg, name):
    """The largest fill is the skin, whatever its colour; blue is tears only on faces that cry, sweat or drool."""
    covered, fills = fill_map(svg)
    area = np.bincount(covered[covered >= 0], minlength=len(fills))
    part = [PART_OF_FILL.get(f.lower(), PARTS.index("other")) for f in fills]
    if not WET.search(name):
        part = [PARTS.index("other") if p == PARTS.index("tears") else p for p in part]
    part[int(area.argmax())] = PARTS.index("skin")
    return shrink(np.array([*part, 0])[covered], len(PARTS))


def has_parts(row):
    return row["subgroup"].startswith("face-") and row["subgroup"] != "face-costume"


if __name__ == "__main__":
    svg = iconify("flat")
    index = json.loads((FILES / "emoji.json").read_text())
    with Writer(__file__) as write:
        write.tiles("emoji_colors.png", np.stack([color_labels(svg[row["code_point"]]) for row in index]))
        faces = [row for row in index if has_parts(row)]
        maps = [part_labels(svg[row["code_point"]], row["name"]) for row in faces]
        write.tiles("emoji_face_parts.png", np.stack(maps))
        codes = [row["code_point"] for row in faces]
        write.json("emoji_labels.json", {"colors": COLORS, "parts": PARTS, "faces": codes})

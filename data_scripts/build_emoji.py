"""Build the emoji: 1,570 emoji in four aligned styles at 64 px on white, and their index.

Flat, line art and Noto are SVG, rendered by resvg; the 3-D pictures are resized. The 3-D sheet keeps every third grey level
(0, 3, ..., 255: an error of at most one level, invisible), which saves a third of its size; the others are exact.
"""

import numpy as np
from emoji_sources import family, iconify, names, normal, on_white, rgba, rgba_3d, split, toneless
from sources import unpack
from writing import Writer


def every_third_level(x):
    return ((x.astype(np.uint16) + 1) // 3 * 3).astype(np.uint8)


if __name__ == "__main__":
    svg = {style: iconify(style) for style in ("flat", "line", "noto")}
    files_3d = toneless({normal(p.stem): p for p in unpack("3d").rglob("*.webp")})
    codes = sorted(set(files_3d).intersection(*svg.values()))
    named = names()
    with Writer(__file__) as write:
        for style in ("flat", "line", "noto"):
            tiles = np.stack([on_white(rgba(svg[style][code])) for code in codes])
            write.tiles(f"emoji_{style}.webp", tiles[..., 0] if style == "line" else tiles)
        tiles = np.stack([on_white(rgba_3d(files_3d[code])) for code in codes])
        write.tiles("emoji_3d.webp", every_third_level(tiles))
        index = []
        for code in codes:
            key = family(code, named[code]["name"])
            index.append({"code_point": code, **named[code], "family": key, "split": split(key)})
        write.json("emoji.json", index)

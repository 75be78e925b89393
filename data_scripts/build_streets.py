"""Build what the street renderer puts together: sprites in three sizes and two looks, and strips of photographed texture."""

import numpy as np
from emoji_sources import iconify, rgba
from PIL import Image
from sources import unpack
from writing import Writer

TILE = 36  # sprites stand at the bottom of a TILE x TILE square, in the middle
# class: (sizes in pixels, code points)
SPRITES = {
    "car": ((26, 30, 34), "1f697 1f695 1f699 1f68c 1f69a 1f693 1f691 1f6fb 1f690 1f692"),
    "person": (
        (25, 28, 31),
        "1f6b6 1f3c3 1f9cd 1f9cd-200d-2640 1f6b6-200d-2640 1f3c3-200d-2640 1f6b6-200d-2642 1f9cd-200d-2642",
    ),
    "animal": ((20, 23, 26), "1f404 1f40e 1f411 1f413 1f416 1f418 1f9ae"),
    "vegetation": ((28, 32, 36), "1f333 1f332 1f334"),
    "sign": ((17, 18, 20), "1f6d1 26d4 1f6b8 26a0"),
}
LOOKS = {"drawn": "flat", "photo": "noto"}
STRIP = (40, 160)  # height, width of a texture
# texture: (source, file, part of it as left, top, right, bottom in fractions); CC BY and CC0 pictures only
TEXTURES = {
    "sky 1": ("wallpapers_16", "sunset_by_Aitzol_Berasategi.jpg", (0, 0, 1, 0.3)),
    "sky 2": ("wallpapers_16", "picosdeeuropa_by_Aitzol_Berasategi.jpg", (0, 0, 0.62, 0.17)),
    "sky 3": ("wallpapers_16", "aitzgorri_by_Aitzol_Berasategi.jpg", (0, 0, 1, 0.09)),
    "sky 4": ("scikit_learn", "china.jpg", (0.55, 0, 1, 0.3)),
    "wall": ("scikit_image", "brick.png", (0, 0, 1, 0.25)),
    "road": ("scikit_image", "gravel.png", (0, 0, 1, 0.25)),
    "pavement": ("scikit_image", "gravel.png", (0, 0.5, 0.4, 0.6)),
    "grass": ("scikit_image", "grass.png", (0, 0, 0.6, 0.15)),
}


def standing(image):
    """Move what is painted to the bottom and the middle of a TILE x TILE square."""
    painted = image[..., 3] > 40
    rows, columns = np.flatnonzero(painted.any(1)), np.flatnonzero(painted.any(0))
    cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    tile = np.zeros((TILE, TILE, 4), np.uint8)
    left = (TILE - cut.shape[1]) // 2
    tile[TILE - cut.shape[0] :, left : left + cut.shape[1]] = cut
    return tile * (tile[..., 3:] > 0)


if __name__ == "__main__":
    svg = {style: iconify(style) for style in LOOKS.values()}
    folders = {source: unpack(source) for source in sorted({t[0] for t in TEXTURES.values()})}
    strips = []
    for source, file, (left, top, right, bottom) in TEXTURES.values():
        (path,) = folders[source].rglob(file)
        with Image.open(path) as image:
            w, h = image.size
            box = (int(left * w), int(top * h), int(right * w), int(bottom * h))
            part = image.convert("RGB").crop(box).resize(STRIP[::-1], Image.Resampling.LANCZOS)
        strips.append(np.asarray(part))
    with Writer(__file__) as write:
        tiles = [
            standing(rgba(svg[style][code], size))
            for style in LOOKS.values()
            for sizes, codes in SPRITES.values()
            for code in codes.split()
            for size in sizes
        ]
        write.tiles("street_sprites.png", np.stack(tiles))
        write.tiles("street_textures.png", np.stack(strips), columns=1)
        counts = {name: len(codes.split()) for name, (_, codes) in SPRITES.items()}
        write.json("streets.json", {"sprites": counts, "sizes": 3, "textures": list(TEXTURES)})

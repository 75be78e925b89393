"""Build the parts of the faces: the eyes and mouths of Fluent's flat faces, cut apart, as 64 px sprites with transparency.

All that lies on a face's disc is rendered at 512 px; what hangs together is one component; components above the middle
are eyes and brows, those below and near the axis are the mouth. The parts below were chosen and named by eye: no hands, masks,
steam or other things that make sense on one face only.
"""

import re

import numpy as np
from emoji_sources import SIZE, iconify, rgba
from scipy import ndimage
from writing import Writer

# part: (code point it is cut from, what is true of it)
EYES = {
    "round": ("1f610", "open"),
    "wide": ("1f626", "open"),
    "small": ("1f972", "open"),
    "pinpoint": ("1f910", "open"),
    "high": ("1f615", "open"),
    "attentive": ("1f622", "open brows"),
    "surprised": ("1f627", "open brows"),
    "worried": ("1f61f", "open brows"),
    "sad": ("1f625", "open brows"),
    "angry": ("1f620", "open brows"),
    "pleading": ("1f97a", "open brows"),
    "raised brow": ("1f928", "open brows"),
    "woozy": ("1f974", "open brows"),
    "half shut": ("1f612", "open brows"),
    "rolling": ("1f644", "open"),
    "wink": ("1f61c", "brows"),
    "happy": ("1f601", ""),
    "happy brows": ("1f61a", "brows"),
    "gentle": ("1f619", ""),
    "shut": ("1f61e", ""),
    "relieved": ("1f60c", "brows"),
    "pensive": ("1f614", "brows"),
    "weary": ("1f629", "brows"),
    "squeezed": ("1f606", ""),
    "squeezed brows": ("1f623", "brows"),
    "lines": ("1f611", ""),
    "crosses": ("1f635", ""),
    "hearts": ("1f60d", ""),
    "stars": ("1f929", ""),
    "dollars": ("1f911", ""),
    "glasses": ("1f913", "open glasses"),
    "sunglasses": ("1f60e", "glasses"),
}
MOUTHS = {
    "smile": ("1f60a", "smile"),
    "low smile": ("1f60c", "smile"),
    "narrow smile": ("1f970", "smile"),
    "smirk": ("1f60f", "smile"),
    "savouring": ("1f60b", "smile"),
    "grin": ("1f606", "smile open"),
    "beam": ("1f601", "smile open"),
    "nerd": ("1f913", "smile open"),
    "tongue": ("1f61b", "smile open"),
    "line": ("1f610", ""),
    "short line": ("1f633", ""),
    "slanted": ("1fae4", ""),
    "wavy": ("1f974", ""),
    "zigzag": ("1f616", ""),
    "kiss": ("1f617", ""),
    "frown": ("2639", ""),
    "crooked": ("1f615", ""),
    "pout": ("1f97a", ""),
    "small frown": ("1f9d0", ""),
    "grimace": ("1f62c", "open"),
    "small o": ("1f62f", "open"),
    "o": ("1f635", "open"),
    "oval": ("1f62e", "open"),
    "astonished": ("1f632", "open"),
    "dismayed": ("1f627", "open"),
    "wailing": ("1f629", "open"),
}
FINE = 512


def elements(svg):
    return re.findall(r"<(?:path|circle|ellipse)[^>]*/>", svg)


def draw(shapes, size):
    return rgba(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{"".join(shapes)}</svg>', size)


def shrink(image):
    """(FINE, FINE, 4) -> (SIZE, SIZE, 4), averaged with premultiplied colour; transparent pixels are zero."""
    block = FINE // SIZE
    alpha = image[..., 3:].astype(float)
    cells = (
        np.concatenate([image[..., :3] * alpha, alpha], -1).reshape(SIZE, block, SIZE, block, 4).mean((1, 3))
    )
    color = np.divide(
        cells[..., :3], cells[..., 3:], where=cells[..., 3:] > 0, out=np.zeros_like(cells[..., :3])
    )
    out = np.concatenate([color, cells[..., 3:]], -1).round().astype(np.uint8)
    return out * (out[..., 3:] > 0)


def cut(svg, wanted):
    """The components of a face whose centre (x, y), in pixels of 64, is `wanted(x, y)`."""
    image = draw(elements(svg)[1:], FINE)
    labels, _ = ndimage.label(image[..., 3] > 8)
    keep = np.zeros_like(labels, bool)
    scale = SIZE / FINE / 2
    for i, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        if wanted((columns.start + columns.stop) * scale, (rows.start + rows.stop) * scale):
            keep |= labels == i
    return shrink(image * keep[..., None])


if __name__ == "__main__":
    svg = iconify("flat")
    sprites = [shrink(draw(elements(svg["1f642"])[:1], FINE))]
    sprites.append(cut(svg["1f633"], lambda x, y: y > 40 and abs(x - 32) > 10))  # blush
    sprites.append(cut(svg["1f622"], lambda x, y: y > 40 and abs(x - 32) > 10))  # tear
    sprites += [cut(svg[code], lambda x, y: y < 36) for code, _ in EYES.values()]
    sprites += [cut(svg[code], lambda x, y: y >= 36 and abs(x - 32) < 10) for code, _ in MOUTHS.values()]
    with Writer(__file__) as write:
        write.tiles("faces.png", np.stack(sprites))
        eyes = [{"name": name, "is": facts.split()} for name, (_, facts) in EYES.items()]
        mouths = [{"name": name, "is": facts.split()} for name, (_, facts) in MOUTHS.items()]
        write.json("faces.json", {"eyes": eyes, "mouths": mouths})

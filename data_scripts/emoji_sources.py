"""The emoji packages read: code points, SVG bodies, names and families. Shared by the builders of everything made of emoji."""

import hashlib
import io
import json
import re

import numpy as np
from PIL import Image
from sources import unpack

SKIN_TONES = {"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"}
SIZE = 64


def normal(code_point):
    """Lower case, without the variation selector FE0F, which fonts write or leave out as they like."""
    return "-".join(c for c in code_point.lower().split("-") if c != "fe0f")


def toneless(codes):
    return {k: v for k, v in codes.items() if not set(k.split("-")) & SKIN_TONES}


def iconify(name):
    """An iconify package: code point -> SVG text, skin tones left out."""
    folder = unpack(name)
    icons = json.loads((folder / "icons.json").read_text())
    svg = {}
    for code, icon in json.loads((folder / "chars.json").read_text()).items():
        while icon not in icons["icons"] and icon in icons.get("aliases", {}):
            icon = icons["aliases"][icon]["parent"]
        if icon in icons["icons"]:
            body = icons["icons"][icon]
            box = [body.get("left", 0), body.get("top", 0)]
            box += [body.get("width", icons.get("width", 16)), body.get("height", icons.get("height", 16))]
            svg[normal(code)] = (
                '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                f'viewBox="{" ".join(map(str, box))}">{body["body"].replace("currentColor", "#000")}</svg>'
            )
    return toneless(svg)


def names():
    """code point -> {name, group, subgroup} from emojibase-data (the Unicode names and groups)."""
    folder = unpack("names") / "en"
    messages = json.loads((folder / "messages.json").read_text())
    groups = {g["order"]: g["key"] for g in messages["groups"]}
    subgroups = {g["order"]: g["key"] for g in messages["subgroups"]}
    rows = {}
    for row in json.loads((folder / "data.json").read_text()):
        if "group" in row:
            rows[normal(row["hexcode"])] = {
                "name": row["label"],
                "group": groups[row["group"]],
                "subgroup": subgroups[row["subgroup"]],
            }
    return rows


def rgba(svg, size=SIZE):
    """SVG -> (size, size, 4) uint8, not premultiplied; a picture that is not square is centred."""
    import resvg_py

    with Image.open(
        io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size)))
    ) as image:
        image = image.convert("RGBA")
    if image.size != (size, size):
        square = Image.new("RGBA", (size, size))
        square.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
        image = square
    return np.asarray(image)


def rgba_3d(path, size=SIZE):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS))


def on_white(image):
    """(H, W, 4) uint8 -> (H, W, 3) uint8 over white, rounded."""
    alpha = image[..., 3:].astype(np.uint32)
    return ((image[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


# gender and age variants of one person; prince and princess; Mrs Claus and Santa; dancing man and woman
PEOPLE = {
    "1f468": "1f9d1",
    "1f469": "1f9d1",
    "1f466": "1f9d2",
    "1f467": "1f9d2",
    "1f474": "1f9d3",
    "1f475": "1f9d3",
}
PEOPLE |= {
    "1f934": "1fac5",
    "1f478": "1fac5",
    "1f936": "1f385",
    "1f57a": "1f483",
    "1f46d": "1f46b",
    "1f46c": "1f46b",
}
# emoji that are one drawing in another colour, hour or direction: a test picture must not have such a twin in training
SERIES = {
    "clock": r"o.clock|-thirty",
    "keycap": r"keycap:",
    "heart": r"^(red|orange|yellow|green|blue|light blue|purple|brown|black|grey|white|pink) heart|heart suit",
    "circle": r"^(red|orange|yellow|green|blue|purple|brown|black|white|hollow red) circle|radio button",
    "square": r"^(red|orange|yellow|green|blue|purple|brown|black|white).* square",
    "diamond": r"^(large|small) (orange|blue) diamond",
    "triangle": r"^red triangle pointed",
    "person": r"^(man|woman|person)($|: )",
    "moon": r"(new|crescent|quarter|gibbous|full) moon|^(crescent|quarter|gibbous) |moon face",
    "globe": r"^globe showing",
    "book": r"^(closed|green|blue|orange) book",
    "speaker": r"^(muted )?speaker",
    "horns": r"face with horns",
    "snowman": r"^snowman",
    "medal": r"place medal",
    "banknote": r" banknote$",
    "arrow": r"^(up|down|left|right|up-left|up-right|down-left|down-right|up-down|left-right) arrow$",
    "cat": r"^(cat face|.* cat|cat with .*|smiling cat.*)$",
    "star": r"six-pointed star|star of David",
    "family": r"^family",
    "camera": r"^camera",
    "tray": r"^(in|out)box tray",
    "umbrella": r"^umbrella( with rain drops)?$",
    "camel": r"camel$",
    "cross": r"^(latin|orthodox) cross",
    "page": r"^page ",
}


def family(code_point, name):
    """What the split is drawn by: variants in gender, skin, hair, colour, hour or direction share one family."""
    for series, pattern in SERIES.items():
        if re.search(pattern, name):
            return series
    parts = [p for p in code_point.split("-") if p not in SKIN_TONES | {"200d", "2640", "2642"}]
    return "-".join(PEOPLE.get(p, p) for p in parts) or "gender sign"


def split(family_key):
    """15 % of the families are for testing, by SHA-256; fixed for ever."""
    return "test" if hashlib.sha256(family_key.encode()).digest()[0] < 38 else "train"


def svg_fills(svg):
    return set(re.findall(r'fill="(#[0-9a-fA-F]{3,6})"', svg))

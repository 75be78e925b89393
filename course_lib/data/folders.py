"""Pictures of your own, and the classic sets that data_scripts/download.py fetches: folders into uint8 tensors.

A file that is no picture is named in a warning and left out; only a folder without any picture is an error.
"""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


class Folder(NamedTuple):
    images: torch.Tensor  # uint8 (N, 3, size, size)
    labels: torch.Tensor  # long (N,), an index of classes
    classes: tuple  # the names of the subfolders in alphabetical order; ("",) where there are none
    files: tuple  # the paths, in the order of the images
    skipped: tuple  # paths of files that could not be read


def load_folder(path, size=64):
    """All pictures of a folder; subfolders are classes, as torchvision's ImageFolder has it.

    Args:
        path: a folder of pictures, or of one folder a class (looked through to any depth).
        size: each picture's middle square is resized to size x size pixels with antialiasing.

    Returns:
        a Folder. Transparent pictures are laid on white, grey ones become RGB, phone photos are turned upright.
    """
    root = _existing(path)
    classes = tuple(sorted(p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")))
    groups = [root / c for c in classes] or [root]
    found = [(p, label) for label, group in enumerate(groups) for p in _pictures(group, deep=bool(classes))]
    images, kept, skipped = _read_all([p for p, _ in found], lambda image: _square(image, size))
    labels = torch.tensor([found[i][1] for i in kept])
    return Folder(_stack(images, root), labels, classes or ("",), tuple(found[i][0] for i in kept), skipped)


def load_pairs(path, split="train", size=256, swap=False):
    """Pictures that hold two images side by side, as pix2pix stores its sets (facades, maps, edges2shoes, ...).

    Args:
        path: the set's folder; its pictures lie in path/split. size: pixels of a side of each half.
        swap: exchange the halves: (right, left).

    Returns:
        (x, y): uint8 (N, 3, size, size) each, the left and the right half.
    """
    root = _existing(Path(path) / split)

    def halves(image):
        width, height = image.size
        left, right = (
            image.crop((0, 0, width // 2, height)),
            image.crop((width - width // 2, 0, width, height)),
        )
        return torch.stack([_resized(left, size), _resized(right, size)])

    both = _stack(_read_all(_pictures(root), halves)[0], root)  # (N, 2, 3, size, size)
    return (both[:, 1], both[:, 0]) if swap else (both[:, 0], both[:, 1])


def load_unpaired(path, split="train", size=256):
    """Two folders of pictures without pairs, as CycleGAN stores its sets: path/trainA and path/trainB.

    Returns:
        (x, y): uint8 (N_x, 3, size, size) and (N_y, 3, size, size), the middle squares.
    """
    sides = []
    for side in "AB":
        root = _existing(Path(path) / f"{split}{side}")
        sides.append(_stack(_read_all(_pictures(root), lambda image: _square(image, size))[0], root))
    return tuple(sides)


def _existing(path):
    path = Path(path)
    if not path.is_dir():
        raise FileNotFoundError(f"{path} is not a folder; data_scripts/download.py fetches the classic sets")
    return path


def _pictures(folder, deep=False):
    files = folder.rglob("*") if deep else folder.iterdir()
    return sorted(
        p for p in files if p.is_file() and not p.name.startswith(".") and p.suffix.lower() in ENDINGS
    )


def _read_all(paths, transform):
    """Results of `transform(image)`, the indices of the readable files, and the paths of the others (also in a warning)."""
    from PIL import Image, ImageOps

    results, kept, skipped = [], [], []
    for i, path in enumerate(paths):
        try:
            with Image.open(path) as image:
                results.append(transform(_on_white(ImageOps.exif_transpose(image))))
            kept.append(i)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            skipped.append(path)
            warnings.warn(f"{path} was left out: {str(error) or type(error).__name__}", stacklevel=4)
    return results, kept, tuple(skipped)


def _on_white(image):
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


def _square(image, size):
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return _resized(image.crop((left, top, left + side, top + side)), size)


def _resized(image, size):
    from PIL import Image

    image = image.resize((size, size), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.asarray(image).transpose(2, 0, 1).copy())


def _stack(images, root):
    if not images:
        raise ValueError(f"{root} holds no readable picture ({', '.join(sorted(ENDINGS))})")
    return torch.stack(images)

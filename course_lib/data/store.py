r"""The embedded files: found, checked and decoded.

Every file stands in `files/manifest.json` with its size, its SHA-256, the SHA-256 of its decoded pixels, the shape of
what it holds and the script that builds it. A file is checked whenever it is read. Pictures lie in lossless sheets (one
picture a tile, 40 tiles a row); decoding gives uint8 tensors.
"""

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

SPLITS = ("train", "test", "all")
FILES = Path(__file__).parent / "files"


class DataFileError(RuntimeError):
    """An embedded file is missing, truncated or corrupted; the message names the file and what restores it."""


def check_split(split):
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")


def to_float(x):
    r"""uint8 pixels 0..255 to float32 in [-1, 1]: x / 127.5 - 1. What a generator ending in tanh can produce."""
    if x.dtype != torch.uint8:
        raise TypeError(f"to_float: expected uint8 pixels, got {x.dtype}")
    return x.float().sub_(127.5).mul_(1 / 127.5)  # symmetric: -1 and 1 are met exactly


def to_uint8(x):
    """Float images in [-1, 1] to uint8 pixels, rounded; values outside are clipped. The inverse of `to_float`."""
    if not x.is_floating_point():
        raise TypeError(f"to_uint8: expected floating point in [-1, 1], got {x.dtype}")
    return ((x.detach().float() + 1.0) * 127.5).round_().clamp_(0, 255).to(torch.uint8)


def _broken(name, what):
    script = (
        manifest().get(name, {}).get("script", "data_scripts/build.py") if name != "manifest.json" else None
    )
    rebuild = f" or rebuild it with `python {script}`" if script else ""
    return DataFileError(
        f"course_lib/data/files/{name} {what}. Restore it with `git checkout -- course_lib/data/files/{name}`{rebuild}."
    )


@lru_cache(maxsize=1)
def manifest():
    """What is embedded: file name -> bytes, sha256, pixels (SHA-256 of the decoded pixels), shape, script."""
    try:
        return json.loads((FILES / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise _broken("manifest.json", "is missing") from error
    except ValueError as error:
        raise _broken("manifest.json", f"is corrupted ({error})") from error


def read(name):
    """The bytes of an embedded file, checked.

    Raises:
        DataFileError: the file is missing, has another size or another SHA-256 than the manifest says.
    """
    known = manifest().get(name)
    if known is None:
        raise DataFileError(f"{name} is not an embedded file; there are: {', '.join(sorted(manifest()))}")
    try:
        data = (FILES / name).read_bytes()
    except FileNotFoundError as error:
        raise _broken(name, "is missing") from error
    if len(data) != known["bytes"]:
        raise _broken(name, f"has {len(data):,} bytes, expected {known['bytes']:,}: truncated or replaced")
    got = hashlib.sha256(data).hexdigest()
    if got != known["sha256"]:
        raise _broken(name, f"is corrupted: SHA-256 {got[:16]}..., expected {known['sha256'][:16]}...")
    return data


def table(name):
    """An embedded JSON file as Python data."""
    return json.loads(read(name))


def picture(name):
    """One embedded picture: uint8 (C, H, W)."""
    data = read(name)
    array = _pixels(data, manifest()[name]["shape"][0])
    return torch.from_numpy(np.ascontiguousarray(array.transpose(2, 0, 1)))


@lru_cache(maxsize=8)
def tiles(name):
    """All pictures of an embedded sheet: uint8 (N, C, H, W). Shared between calls: index it, never write to it."""
    data = read(name)
    n, channels, height, width = manifest()[name]["shape"]
    sheet = _pixels(data, channels)  # (rows * H, columns * W, C)
    rows, columns = sheet.shape[0] // height, sheet.shape[1] // width
    grid = sheet.reshape(rows, height, columns, width, channels).transpose(0, 2, 4, 1, 3)
    return torch.from_numpy(np.ascontiguousarray(grid.reshape(-1, channels, height, width)[:n]))


def _pixels(data, channels):
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        array = np.asarray(image.convert({1: "L", 3: "RGB", 4: "RGBA"}[channels]))
    return array[..., None] if array.ndim == 2 else array

"""Frames computed once as a batch, sent as one encoded sheet and drawn tile by tile: what the players share."""

import io

import torch
import traitlets
from PIL import Image

from course_lib import viz

from .base import CourseWidget

LOSSLESS_BYTES = 48_000  # a sheet that exceeds this without loss is encoded with loss,
LOSSY_BYTES = 96_000  # and with as much as it takes to come under this
QUALITIES = (88, 75, 60, 45)


class Player(CourseWidget):
    """A widget whose pictures are tiles of one sheet, all of one size, numbered row by row."""

    shared = (*CourseWidget.shared, "player.js")
    sheet = traitlets.Bytes().tag(sync=True)  # PNG, WebP or JPEG
    columns = traitlets.Int().tag(sync=True)  # tiles in a row of the sheet
    height = traitlets.Int().tag(sync=True)  # of one tile, in pixels
    width = traitlets.Int().tag(sync=True)

    def static_frames(self, tiles):
        """The tiles of these numbers as the browser decodes them, uint8 (N, C, H, W)."""
        sheet = Image.open(io.BytesIO(self.sheet)).convert("RGB")
        image = torch.frombuffer(bytearray(sheet.tobytes()), dtype=torch.uint8)
        image = image.view(-1, self.height, self.columns, self.width, 3)  # (rows, H, columns, W, 3)
        return image.permute(0, 2, 4, 1, 3).flatten(0, 1)[tiles]


def tiled(images, columns):
    """The traits of a Player that shows these images.

    Args:
        images: (N, 1 or 3, H, W), uint8 or float in [-1, 1]; N is a multiple of `columns`.
        columns: tiles in a row of the sheet.
    """
    pixels = torch.from_numpy(viz.to_pixels(images))  # (N, H, W, 3)
    n, height, width, _ = pixels.shape
    if n == 0 or n % columns:
        raise ValueError(f"images: expected a positive multiple of {columns} (columns), got {n}")
    sheet = pixels.view(-1, columns, height, width, 3).transpose(1, 2).reshape(-1, columns * width, 3)
    sheet = sheet[..., 0] if images.shape[1] == 1 else sheet
    return {
        "sheet": encoded(Image.fromarray(sheet.numpy())),
        "columns": columns,
        "height": height,
        "width": width,
    }


def encoded(image):
    """A PIL image as bytes: without loss where that is small, else WebP for grey and JPEG for colour.

    WebP and default JPEG halve the resolution of colour, which shows on a tile of 32 pixels (28 dB against 31 dB on
    emoji); so colour is JPEG with all its samples.
    """
    lossless = _saved(image, "WEBP", lossless=True)
    if len(lossless) <= LOSSLESS_BYTES:
        return lossless
    format, options = ("WEBP", {}) if image.mode == "L" else ("JPEG", {"subsampling": 0})
    for quality in QUALITIES:
        lossy = _saved(image, format, quality=quality, **options)
        if len(lossy) <= LOSSY_BYTES:
            break
    return lossy


def _saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


@torch.no_grad()
def generate(generator, codes):
    """Images of codes (N, d), all in one batch: (N, C, H, W), on the CPU."""
    images = generator(codes)
    if not isinstance(images, torch.Tensor) or images.ndim != 4 or len(images) != len(codes):
        got = tuple(images.shape) if isinstance(images, torch.Tensor) else type(images).__name__
        raise ValueError(f"generator: expected images ({len(codes)}, C, H, W), got {got}")
    return images.cpu()

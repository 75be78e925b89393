"""Choose a place of a picture and see where it looks: precomputed maps of an attention block."""

import zlib

import torch
import traitlets

from course_lib import viz
from course_lib.attention import attention_map

from .frames import Player, tiled


class AttentionMap(Player):
    """Pictures under a grid of places; a click or the arrow keys choose the place that asks, orange shows where it looks.

    Args:
        images: (N, 1 or 3, H, W), uint8 or in [-1, 1].
        attention: (N, P, P) for the P = rows * columns places of a map, the second index the place that asks.
        grid: (rows, columns) of the map; it lies over the whole picture.
        names: N texts, one a picture.
        alt: what the pictures show, one sentence.
        row, column, picture: chosen at first.
        zoom: CSS pixels a pixel.
    """

    script = "attention_map.js"
    maps = traitlets.Bytes().tag(sync=True)  # zlib of (N, P, P) uint8, each map with its largest value at 255
    grid_rows = traitlets.Int().tag(sync=True)
    grid_columns = traitlets.Int().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)
    column = traitlets.Int(0, min=0).tag(sync=True)
    picture = traitlets.Int(0, min=0).tag(sync=True)
    zoom = traitlets.Int(10).tag(sync=True)

    def __init__(self, images, attention, grid, names, alt, **kwargs):
        places = grid[0] * grid[1]
        if tuple(attention.shape) != (len(images), places, places):
            raise ValueError(
                f"attention: got shape {tuple(attention.shape)}, expected {(len(images), places, places)}"
            )
        if len(names) != len(images):
            raise ValueError(f"names: got {len(names)}, expected {len(images)}, one a picture")
        if images.shape[-2] % grid[0] or images.shape[-1] % grid[1]:
            raise ValueError(f"grid: got {tuple(grid)}, expected parts of {tuple(images.shape[-2:])} pixels")
        levels = attention.double() / attention.double().amax(2, keepdim=True)
        self.levels = (255 * levels).round().to(torch.uint8).cpu()
        super().__init__(
            **tiled(images, 1),
            maps=zlib.compress(self.levels.numpy().tobytes(), 9),
            grid_rows=grid[0],
            grid_columns=grid[1],
            names=list(names),
            alt=alt,
            **kwargs,
        )

    @property
    def shares(self):
        """The map shown, (rows, columns), as the browser knows it: parts of 255, brought to sum 1."""
        place, size = (self.row, self.column), (self.grid_rows, self.grid_columns)
        shown = attention_map(self.levels[self.picture : self.picture + 1], place, size)[0].double()
        return shown / shown.sum()

    @property
    def spoken(self):
        """The map in words, as the browser says it."""
        shares, columns = self.shares.flatten(), self.grid_columns
        order = shares.argsort(descending=True, stable=True)
        half = int((shares[order].cumsum(0) < 0.5 - 1e-9).sum()) + 1
        top = ", ".join(
            f"row {i // columns + 1} column {i % columns + 1} ({100 * shares[i]:.0f} %)"
            for i in order[:3].tolist()
        )
        return (
            f"Row {self.row + 1}, column {self.column + 1} looks most at {top}.\n"
            f"Half of its attention lies on {half} of {len(shares)} places."
        )

    def blended(self):
        """The picture under its map, uint8 (1, 3, H, W): dimmed, and towards orange where the place looks."""
        picture = self.static_frames([self.picture]).double()
        level = self.shares / self.shares.max()
        tall, wide = self.height // self.grid_rows, self.width // self.grid_columns
        level = level.repeat_interleave(tall, 0).repeat_interleave(wide, 1)
        orange = torch.tensor([255.0, 140.0, 0.0]).view(3, 1, 1)
        return ((0.6 * picture) * (1 - level) + orange * level + 0.5).floor().to(torch.uint8)

    def static_frame(self):
        return viz.image_grid(
            torch.cat([self.static_frames([self.picture]), self.blended()]),
            column_labels=["the picture", f"where row {self.row + 1}, column {self.column + 1} looks"],
            size=2.4,
            alt=f"Attention map. {self.alt} {self.spoken}",
            caption="Attention map (still): open the notebook in JupyterLab, or its HTML export, to choose other places.",
        )

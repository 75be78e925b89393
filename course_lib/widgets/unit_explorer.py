"""Leaf through the units of a network: what excites each most, and what it takes from it. The widget of lecture 03."""

import torch
import traitlets
from torch.nn.functional import pad

from course_lib import viz
from course_lib.data.store import to_float, to_uint8
from course_lib.features import cut_windows, project_to_pixels, top_activations, unit_window, window_layers

from .frames import Player, tiled

CELL, GAP = 20, 6  # pixels a patch has on the sheet; pixels between patches and projections


class UnitExplorer(Player):
    """Nine patches beside their projections, for some units of some layers; one slider over units, one choice of layer.

    Everything is computed here, once. A patch is what the unit sees in the image that excites it most, next most, ...;
    its projection is what `project_to_pixels` brings back, each on its own scale: blue negative, orange positive, or the
    colours themselves about mid-grey where images have colour.

    Args:
        network: an nn.Sequential in eval mode.
        images: uint8 (N, 1 or 3, H, W), at least nine.
        layers: name -> how many of the network's layers it takes to get there, {"layer 1": 3, ...}.
        units: name -> the channels to show, as many for every layer.
        tops: name -> `features.Tops` of the layer, nine a channel, where they are known; None computes them.
        about: None, or a function of nine image numbers that returns a line about them.
        outside: pixel value shown beyond an image's border.
    """

    script = "unit_explorer.js"
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    fields = traitlets.List(traitlets.Int()).tag(sync=True)  # the receptive field of each layer, in pixels
    channels = traitlets.List(traitlets.Int()).tag(sync=True)  # of each tile
    notes = traitlets.List(traitlets.Unicode()).tag(sync=True)  # about each tile
    layer = traitlets.Int(0, min=0).tag(sync=True)
    unit = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, network, images, layers, units, tops=None, about=None, outside=0, **kwargs):
        counts = {len(channels) for channels in units.values()}
        if list(layers) != list(units) or len(counts) != 1:
            raise ValueError(f"units: got {units}, expected as many for each of {', '.join(layers)}")
        tiles, fields, notes = [], [], []
        for name, depth in layers.items():
            front = network[:depth]
            first, last = unit_window(window_layers(front), 0)
            fields.append(last - first + 1)
            best = tops[name] if tops else top_activations(front, images)
            for channel in units[name]:
                image, row, column = best.image[channel], best.row[channel], best.column[channel]
                tiles.append(_tile(front, images[image], channel, row, column, outside))
                notes.append(about(image) if about else "")
        super().__init__(
            **tiled(torch.stack(tiles), counts.pop()),
            names=list(layers),
            fields=fields,
            channels=[channel for channels in units.values() for channel in channels],
            notes=notes,
            **kwargs,
        )

    def static_frame(self):
        shown = torch.arange(min(3, self.columns))
        rows = range(len(self.names))
        return viz.image_grid(
            [self.static_frames(row * self.columns + shown) for row in rows],
            row_labels=[f"{name}\n{field} × {field}" for name, field in zip(self.names, self.fields)],
            size=2.3,
            alt="Unit explorer. For three units of each layer the nine patches of images that excite the unit most, and beside "
            "them the projections of the unit's activity to the pixels; patches grow from layer to layer.",
            caption="Unit explorer (still): open the notebook in JupyterLab, or its HTML export, to leaf through all units.",
        )


def _tile(network, images, channel, row, column, outside):
    """Nine patches and, to their right, nine projections: uint8 (3, 3 * CELL, 6 * CELL + GAP)."""
    layers, nine = window_layers(network), torch.arange(len(images))
    patches = cut_windows(images, layers, nine, row, column, outside)
    projections = project_to_pixels(network, to_float(images), channel, row, column)
    projections = cut_windows(projections, layers, nine, row, column, 0.0)
    scale = projections.abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-9)
    if images.shape[1] == 1:
        projections = viz.signed_images((projections / scale)[:, 0], 1)
    else:
        projections = to_uint8(projections / scale)
    gap = torch.full((3, 3 * CELL, GAP), 255, dtype=torch.uint8)
    return torch.cat([_block(patches.expand(-1, 3, -1, -1)), gap, _block(projections)], dim=2)


def _block(patches):
    """Nine patches (9, 3, f, f) as 3 x 3 cells, each pixel as many times larger as fits."""
    zoom = max(1, (CELL - 2) // patches.shape[-1])
    patches = patches.repeat_interleave(zoom, 2).repeat_interleave(zoom, 3)
    before = (CELL - patches.shape[-1]) // 2
    after = CELL - patches.shape[-1] - before
    cells = pad(patches, (before, after, before, after), value=255)  # a larger patch is cut
    return cells.unflatten(0, (3, 3)).permute(2, 0, 3, 1, 4).reshape(3, 3 * CELL, 3 * CELL)

"""Rows of pictures under one slider: some rows stand still, others move. The annealed mean of lecture 04."""

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled


class Strip(Player):
    """Pictures that change with one number, between rows that do not.

    Args:
        rows: title -> (n, C, H, W) for a row that stands still, (F, n, C, H, W) for one that moves; in this order.
        values: the slider's numbers, F of them, as text.
        text: what the slider is, "T".
        notes: a line to read at each value, F of them, or None.
    """

    script = "strip.js"
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    moves = traitlets.List(traitlets.Bool()).tag(sync=True)
    values = traitlets.List(traitlets.Unicode()).tag(sync=True)
    notes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    frame = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, rows, values, text, notes=None, **kwargs):
        moves = [images.ndim == 5 for images in rows.values()]
        frames = {len(images) for images, moving in zip(rows.values(), moves) if moving}
        if frames != {len(values)} or len(notes or values) != len(values):
            raise ValueError(
                f"rows, notes: expected {len(values)} of each, as values, got rows of {sorted(frames)}"
            )
        widths = {images.shape[-4] for images in rows.values()}
        if len(widths) != 1:
            raise ValueError(f"rows: expected equally many pictures in each, got {sorted(widths)}")
        tiles = torch.cat([images.flatten(0, -4) for images in rows.values()])
        super().__init__(
            **tiled(tiles, widths.pop()),
            titles=list(rows),
            moves=moves,
            values=list(values),
            text=text,
            notes=list(notes or values),
            **kwargs,
        )

    def first_tile(self, row, frame):
        """Number of the first tile of a row; rows lie one after the other, each with all its frames."""
        before = sum(len(self.values) if moving else 1 for moving in self.moves[:row])
        return self.columns * (before + (frame if self.moves[row] else 0))

    def static_frame(self):
        pictures, labels = [], []
        ends = sorted({0, len(self.values) // 2, len(self.values) - 1})
        for row, title in enumerate(self.titles):
            for frame in ends if self.moves[row] else [0]:
                pictures.append(self.static_frames(self.first_tile(row, frame) + torch.arange(self.columns)))
                labels.append(f"{title}\n{self.text} = {self.values[frame]}" if self.moves[row] else title)
        return viz.image_grid(
            pictures,
            row_labels=labels,
            size=0.8,
            alt=f"Player of {self.columns} pictures in rows: {', '.join(self.titles)}. A slider over {self.text} from "
            f"{self.values[0]} to {self.values[-1]} changes {', '.join(t for t, m in zip(self.titles, self.moves) if m)}.",
            caption="Strip player (still): open the notebook in JupyterLab, or its HTML export, to move it.",
        )

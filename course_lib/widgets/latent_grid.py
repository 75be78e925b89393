"""Move over a plane of codes and watch the image: two axes at once."""

import torch
import traitlets

from course_lib import viz

from .frames import Player, generate, tiled


class LatentGrid(Player):
    """Images of a grid of codes: drag over the overview, or use the arrow keys.

    Args:
        generator: codes (N, d) -> images (N, 1 or 3, H, W) in [-1, 1]; put a network into eval mode first.
        codes: (rows * columns, d), row by row, as `latent.grid` (between four corners) and `latent.plane` (along two
            directions) give them.
        columns: codes in a row.
        down, across: what changes along a column and along a row.
    """

    script = "latent_grid.js"
    rows = traitlets.Int().tag(sync=True)
    down = traitlets.Unicode().tag(sync=True)
    across = traitlets.Unicode().tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)
    column = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, generator, codes, columns, down="down", across="across", **kwargs):
        rows = len(codes) // columns
        self.codes = codes
        super().__init__(
            **tiled(generate(generator, codes), columns),
            rows=rows,
            down=down,
            across=across,
            **{"row": rows // 2, "column": columns // 2} | kwargs,
        )

    def static_frame(self):
        def spread(n):
            return torch.linspace(0, n - 1, min(5, n)).round().long()

        return viz.image_grid(
            [self.static_frames(row * self.columns + spread(self.columns)) for row in spread(self.rows)],
            size=0.75,
            alt=f"Latent grid player. Generated images on a grid of {self.rows} by {self.columns} codes, "
            f"of which some are shown; rows change {self.down}, columns change {self.across}.",
            caption="Latent grid player (still): open the notebook in JupyterLab, or its HTML export, to move over it.",
        )

"""Walk from one code to another and watch the images: the player of lecture 06."""

import torch
import traitlets

from course_lib import viz
from course_lib.latent import interpolate, interpolate_spherical

from .frames import Player, generate, tiled

INTERPOLATIONS = {"linear": interpolate, "spherical": interpolate_spherical}


class LatentPath(Player):
    """Images along paths between pairs of codes, one interpolation beside the other.

    All frames are computed here as one batch; the browser plays them. "New codes" shows the next of the `rolls`
    sets that were sent; when all have been seen it asks the kernel for new ones, or begins again where none runs.

    Args:
        generator: codes (N, d) -> images (N, 1 or 3, H, W) in [-1, 1]; put a network into eval mode first.
        draw: n -> codes (n, d), e.g. `lambda n: torch.randn(n, 64, generator=rng)`.
        rows: paths shown at a time.
        rolls: sets of paths sent with the widget.
        steps: frames a path, both ends included.
        interpolations: name -> function of z0 (d,), z1 (d,), t (T,) that returns codes (T, d).
    """

    script = "latent_path.js"
    steps = traitlets.Int().tag(sync=True)
    rows = traitlets.Int().tag(sync=True)
    rolls = traitlets.Int().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    norms = traitlets.List(traitlets.Float()).tag(sync=True)  # ‖z‖ of each tile
    frame = traitlets.Int(0, min=0).tag(sync=True)
    roll = traitlets.Int(0, min=0).tag(sync=True)
    request = traitlets.Unicode().tag(sync=True)
    reply = traitlets.Unicode().tag(sync=True)

    def __init__(self, generator, draw, rows=1, rolls=3, steps=25, interpolations=INTERPOLATIONS, **kwargs):
        if min(rows, rolls, steps - 1) < 1:
            raise ValueError(f"expected rows, rolls >= 1 and steps >= 2, got {rows}, {rolls}, {steps}")
        options = {"frame": steps // 2} | kwargs
        super().__init__(rows=rows, rolls=rolls, steps=steps, names=list(interpolations), **options)
        self.generator, self.draw, self.interpolations = generator, draw, interpolations
        self.new_paths()

    def new_paths(self):
        """Draw new ends and compute every frame; tile ((roll * rows + row) * M + m) * steps + frame."""
        ends = self.draw(2 * self.rows * self.rolls)
        if ends.ndim != 2 or len(ends) != 2 * self.rows * self.rolls:
            raise ValueError(f"draw: expected ({2 * self.rows * self.rolls}, d), got {tuple(ends.shape)}")
        t = torch.linspace(0, 1, self.steps, dtype=ends.dtype, device=ends.device)
        pairs = ends.unflatten(0, (-1, 2))  # (rolls * rows, 2, d)
        self.codes = torch.cat(  # (tiles, d)
            [function(z0, z1, t) for z0, z1 in pairs for function in self.interpolations.values()]
        )
        with self.hold_sync():
            self.set_trait("norms", [round(n, 3) for n in self.codes.norm(dim=1).tolist()])
            for name, value in tiled(generate(self.generator, self.codes), self.steps).items():
                self.set_trait(name, value)
            self.roll = 0

    @traitlets.observe("request")
    def _answer(self, change):
        with self.hold_sync():
            if change.new.startswith("new paths"):
                self.new_paths()
            self.reply = change.new

    def static_frame(self):
        shown = torch.linspace(0, self.steps - 1, min(7, self.steps)).round().long()
        strips = range(self.roll * self.rows * len(self.names), (self.roll + 1) * self.rows * len(self.names))
        labels = [f"t = {k / (self.steps - 1):.2f}" for k in shown.tolist()]
        return viz.image_grid(
            [self.static_frames(strip * self.steps + shown) for strip in strips],
            row_labels=self.names * self.rows,
            column_labels=labels,
            size=0.75,
            alt=f"Latent path player. Generated images at {len(shown)} places between two codes, "
            f"{self.rows} path{'s' if self.rows > 1 else ''}, interpolation {' and '.join(self.names)}.",
            caption="Latent path player (still): open the notebook in JupyterLab, or its HTML export, to move along it.",
        )

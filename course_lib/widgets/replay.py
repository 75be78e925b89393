"""Training seen again: the same codes at every snapshot, beside the curves."""

import math

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled

POINTS = 240  # of a curve, at most


class TrainingReplay(Player):
    """A slider over the snapshots of a run; a cursor moves along its curves.

    Args:
        snapshots: (step, images of the same codes) of each, as `Trainer.snapshots` has them; steps rise, images are
            (N, 1 or 3, H, W), uint8 or float in [-1, 1].
        charts: name of the vertical axis -> (steps (T,), series); series: name -> values (T,), or (runs, T), which is
            drawn as the median with a band over the range. A curve of more than 240 points is shown by the median
            and the range of equally many neighbours.
        title: over the pictures, by default "n samples, the same codes at every snapshot".
    """

    script, shared = "replay.js", (*Player.shared, "chart.js")
    steps = traitlets.List(traitlets.Int()).tag(sync=True)
    charts = traitlets.List().tag(sync=True)  # of {name, x, neighbours, series: [{name, middle, low, high}]}
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)  # of the pictures
    frame = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, snapshots, charts, **kwargs):
        steps, images = [step for step, _ in snapshots], [batch for _, batch in snapshots]
        shapes = {tuple(batch.shape) for batch in images}
        if len(shapes) != 1:
            raise ValueError(f"snapshots: expected at least one, all of one shape, got {sorted(shapes)}")
        if sorted(set(steps)) != steps:
            raise ValueError(f"snapshots: expected rising steps, got {steps}")
        super().__init__(
            **tiled(torch.cat(images), len(images[0])),
            steps=steps,
            charts=[chart(name, x, series) for name, (x, series) in charts.items()],
            **{
                "frame": len(steps) - 1,
                "title": f"{len(images[0])} samples, the same codes at every snapshot",
            }
            | kwargs,
        )

    def static_frame(self):
        shown = sorted({round(i * (len(self.steps) - 1) / 3) for i in range(4)})
        tiles = torch.arange(min(self.columns, 8))
        words = [f"step {self.steps[s]}" for s in shown]
        if self.columns == 1:  # one picture a snapshot: side by side
            pictures, labels, size = self.static_frames(torch.tensor(shown)), {"column_labels": words}, 1.6
        else:
            pictures = [self.static_frames(s * self.columns + tiles) for s in shown]
            labels, size = {"row_labels": words}, 0.75
        return viz.image_grid(
            pictures,
            **labels,
            size=size,
            alt=f"Training replay. {self.title[:1].upper()}{self.title[1:]}; here {len(shown)} of {len(self.steps)} snapshots, "
            f"from step {self.steps[0]} to step {self.steps[-1]}; curves of {', '.join(c['name'] for c in self.charts)}.",
            caption="Training replay (still): open the notebook in JupyterLab, or its HTML export, to move through it.",
        )


def chart(name, x, series):
    """What charts.js draws: the arguments are one entry of `TrainingReplay`'s charts."""
    x = torch.as_tensor(x).double()
    neighbours = math.ceil(len(x) / POINTS)
    curves = []
    for label, values in series.items():
        values = torch.atleast_2d(torch.as_tensor(values)).detach().cpu().double()  # (runs, T)
        if values.ndim != 2 or values.shape[1] != len(x):
            raise ValueError(f"{name}, {label}: expected (..., {len(x)}), got {tuple(values.shape)}")
        curves.append({"name": label, **_band(values, neighbours)})
    return {
        "name": name,
        "x": [float(part.mean()) for part in x.split(neighbours)],
        "neighbours": neighbours,
        "series": curves,
    }


def _band(values, neighbours):
    """Median, least and greatest of each group of neighbours over all runs; None where not finite."""
    groups = [part.flatten() for part in values.split(neighbours, dim=1)]

    def listed(numbers):
        return [float(f"{v:.5g}") if math.isfinite(v) else None for v in map(float, numbers)]

    return {
        "middle": listed(g.quantile(0.5) for g in groups),  # torch.median would take the lower of two
        "low": listed(g.min() for g in groups),
        "high": listed(g.max() for g in groups),
    }

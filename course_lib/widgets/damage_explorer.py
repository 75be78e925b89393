"""Spoil a set of images by a known amount and watch the metrics: the player of lecture 07."""

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled


class DamageExplorer(Player):
    """A choice of damages, a slider over their strengths; on the left some images, on the right every metric.

    Args:
        damages: (name, unit, strengths, images) of each: L strengths from none to severe, images (L, n, C, H, W), uint8 or
            float in [-1, 1]; all of one shape.
        metrics: name -> values (damages, L); a name says which way is better, as in "recall, higher is better".
    """

    script, shared = "damage_explorer.js", (*Player.shared, "chart.js")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    units = traitlets.List(traitlets.Unicode()).tag(sync=True)
    strengths = traitlets.List().tag(sync=True)  # (damages, L)
    metrics = traitlets.List().tag(sync=True)  # of {name, values (damages, L)}
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)
    damage = traitlets.Int(0, min=0).tag(sync=True)
    level = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, damages, metrics, **kwargs):
        names, units, strengths, images = map(list, zip(*damages))
        shapes = {tuple(batch.shape) for batch in images}
        levels = {len(s) for s in strengths}
        if len(shapes) != 1 or levels != {len(images[0])}:
            raise ValueError(f"damages: expected images (L, n, C, H, W) of one shape and L strengths each, got images "
                             f"{sorted(shapes)} and {sorted(levels)} strengths")  # fmt: skip
        values = {name: torch.as_tensor(v).double() for name, v in metrics.items()}
        for name, v in values.items():
            if v.shape != (len(names), len(images[0])):
                raise ValueError(
                    f"{name}: expected values {(len(names), len(images[0]))}, got {tuple(v.shape)}"
                )
        super().__init__(
            **tiled(torch.cat(images).flatten(0, 1), images[0].shape[1]),
            names=names,
            units=units,
            strengths=[list(s) for s in strengths],
            metrics=[
                {"name": name, "values": [[float(f"{x:.4g}") for x in row] for row in v.tolist()]}
                for name, v in values.items()
            ],
            **kwargs,
        )

    def static_frame(self):
        levels, tiles = len(self.strengths[0]), torch.arange(min(6, self.columns))
        shown = [(d, levels - 1) for d in range(len(self.names))]
        return viz.image_grid(
            [self.static_frames((d * levels + level) * self.columns + tiles) for d, level in shown],
            row_labels=[f"{self.names[d]}, {self.strengths[d][level]:g}" for d, level in shown],
            size=0.6,
            alt=f"Damage explorer. Generated images under the damages {', '.join(self.names)}, each at full strength; "
            f"metrics: {', '.join(m['name'] for m in self.metrics)}.",
            caption="Damage explorer (still): open the notebook in JupyterLab, or its HTML export, to move it.",
        )

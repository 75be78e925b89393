"""Two right answers and one share: where the best single answer lies. The player of lecture 04."""

import torch
import traitlets

from course_lib import viz
from course_lib.regression import weighted_mean, weighted_median

from .frames import Player, tiled

COLUMNS = 12


class TwoModes(Player):
    """A slider over p, the share of picture A: the best answers under L2 and L1, as pictures and on their loss curves.

    Args:
        a, b: the two pictures that can be true, (1, 1 or 3, H, W), uint8 or float in [-1, 1].
        steps: shares, evenly from 0 to 1; an odd number has 1/2 among them.
        names: of the two pictures, a word each.
    """

    script = "two_modes.js"
    steps = traitlets.Int().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    frame = traitlets.Int(0, min=0).tag(sync=True)
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)

    def __init__(self, a, b, steps=41, names=("A", "B"), **kwargs):
        if a.shape != b.shape or a.ndim != 4 or len(a) != 1:
            raise ValueError(f"a, b: expected two (1, C, H, W), got {tuple(a.shape)} and {tuple(b.shape)}")
        both = torch.from_numpy(viz.to_pixels(torch.cat([a, b]))).movedim(-1, 1).double()  # (2, 3, H, W)
        self.answers = []  # (L2, L1) for each share
        for p in torch.linspace(0, 1, steps, dtype=torch.float64).tolist():
            share = torch.tensor([p, 1 - p], dtype=torch.float64)
            median = (
                both[0] if abs(p - 0.5) < 1e-9 else weighted_median(both, share)
            )  # a tie: A is as good as any
            self.answers.append((weighted_mean(both, share), median))
        # tiles 0 and 1: A and B; 2 + 2 k and 3 + 2 k: the best answers to share k
        images = torch.cat([both, *(torch.stack(pair) for pair in self.answers)]).round().to(torch.uint8)
        empty = -len(images) % COLUMNS
        images = torch.cat([images, images[:1].expand(empty, -1, -1, -1)])
        options = {"frame": round(0.6 * (steps - 1))} | kwargs
        super().__init__(**tiled(images, COLUMNS), steps=steps, names=list(names), **options)

    def share(self, frame):
        """p at a frame of the slider."""
        return frame / (self.steps - 1)

    def static_frame(self):
        shown = [round(i * (self.steps - 1) / 6) for i in range(7)]
        return viz.image_grid(
            [self.static_frames(torch.tensor([2 + 2 * k + row for k in shown])) for row in (0, 1)],
            row_labels=["L2: the mean", "L1: a median"],
            column_labels=[f"p = {self.share(k):.2f}" for k in shown],
            size=0.85,
            alt=f"Two modes player. The best single answer where a share p of the pictures shows {self.names[0]} and the others "
            f"{self.names[1]}: under squared error a blend that glides from one to the other, under absolute error the more frequent "
            "one, which jumps at one half.",
            caption="Two modes player (still): open the notebook in JupyterLab, or its HTML export, to move p.",
        )

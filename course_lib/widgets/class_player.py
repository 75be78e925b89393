"""One slider for the class, one along a path of codes: the player of lecture 11."""

import torch
import traitlets

from course_lib import viz

from .frames import Player, generate, tiled


class ClassPlayer(Player):
    """Images at places along a path of codes, for every class and for blends of neighbouring classes.

    Shown are the image at the chosen class and code, and beside it the same code in every class: press one to go there.

    Args:
        generator: codes (N, d), weights (N, K) -> images (N, 1 or 3, H, W) in [-1, 1]; a row of weights sums to 1, a one-hot
            row is a class, half and half a blend of two. Put a network into eval mode first.
        codes: the path, (T, d).
        names: K texts, one a class.
        between: blends between two neighbouring classes.
    """

    script = "class_player.js"
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    between = traitlets.Int(min=0).tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    place = traitlets.Int(0, min=0).tag(sync=True)  # along the classes: k * (between + 1) is class k
    frame = traitlets.Int(0, min=0).tag(sync=True)  # along the path

    def __init__(self, generator, codes, names, between=0, **options):
        if len(names) < 2 or len(codes) < 2:
            raise ValueError(
                f"expected at least two names and two codes, got {len(names)} names, {len(codes)} codes"
            )
        self.weights = class_weights(len(names), between).to(codes)
        places, steps = len(self.weights), len(codes)
        z, w = codes.repeat(places, 1), self.weights.repeat_interleave(steps, 0)
        frames = generate(
            lambda both: generator(both[:, : codes.shape[1]], both[:, codes.shape[1] :]), torch.cat([z, w], 1)
        )
        super().__init__(**tiled(frames, steps), names=list(names), between=between, steps=steps, **options)

    def static_frame(self):
        shown = torch.linspace(0, self.steps - 1, min(5, self.steps)).round().long()
        return viz.image_grid(
            [self.static_frames(k * (self.between + 1) * self.steps + shown) for k in range(len(self.names))],
            row_labels=self.names,
            column_labels=[f"z {k + 1}" for k in shown.tolist()],
            size=0.5,
            alt=f"Class player. Generated images of {len(self.names)} classes in rows, {', '.join(self.names)}; "
            f"{len(shown)} codes in columns.",
            caption="Class player (still): open the notebook in JupyterLab, or its HTML export, to move both sliders.",
        )


def class_weights(num_classes, between):
    """Rows from class 0 to the last by way of all others, `between` blends on the way to each: (P, K)."""
    place = torch.arange((num_classes - 1) * (between + 1) + 1) / (between + 1)
    return (1 - (place[:, None] - torch.arange(num_classes)).abs()).clamp(min=0)

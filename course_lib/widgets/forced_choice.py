"""A two-alternative forced-choice study: a real and a generated picture for a moment, then: which was the real one?"""

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled


class ForcedChoice(Player):
    """Practice trials with a reply, then trials without one, then the share of pairs that fooled the observer.

    Pairs and sides are drawn anew at every start. The answers can be saved as a CSV file, which
    `segmentation.read_studies` reads; nothing is sent anywhere.

    Args:
        real: true images (N, 1 or 3, H, W), uint8 or float in [-1, 1].
        fakes: name of a method -> its images, like `real`: image i is what it made where real[i] is the truth. One
            method is judged at a time.
        practice, trials: pairs of each kind; together at most N, so that none comes twice.
        exposure: seconds for which a pair is seen; the observer may ask for longer.
        title: what the pictures show.
    """

    script = "forced_choice.js"
    methods = traitlets.List(traitlets.Unicode()).tag(sync=True)
    practice = traitlets.Int().tag(sync=True)
    trials = traitlets.Int().tag(sync=True)
    exposure = traitlets.Float().tag(sync=True)
    title = traitlets.Unicode("pictures").tag(sync=True)

    def __init__(self, real, fakes, practice=4, trials=16, exposure=1.0, **kwargs):
        n = len(real)
        for name, images in fakes.items():
            if images.shape != real.shape or images.dtype != real.dtype:
                raise ValueError(
                    f"fakes: {name}: got {images.dtype} {tuple(images.shape)}, "
                    f"expected {real.dtype} {tuple(real.shape)}"
                )
        if not fakes:
            raise ValueError("fakes: got none, expected at least one method")
        if practice < 0 or trials < 1 or practice + trials > n:
            raise ValueError(f"practice + trials: got {practice} + {trials}, expected 1 to {n}, the pairs")
        if not exposure > 0:
            raise ValueError(f"exposure: got {exposure}, expected seconds above 0")
        super().__init__(
            **tiled(torch.cat([real, *fakes.values()]), n),  # a row of the sheet: the truth, then each method
            methods=list(fakes),
            practice=practice,
            trials=trials,
            exposure=exposure,
            **kwargs,
        )

    def static_frame(self):
        shown = torch.arange(min(self.columns, 4))
        rows = [self.static_frames(row * self.columns + shown) for row in range(len(self.methods) + 1)]
        return viz.image_grid(
            rows,
            row_labels=["real", *self.methods],
            size=0.9,
            alt=f"A study, {self.title}: pairs of a real picture and one made by {' or '.join(self.methods)}; each is seen for "
            f"{self.exposure:g} s, then the observer says which was real. {self.practice} practice trials, {self.trials} trials.",
            caption="The study (still): open the notebook in JupyterLab, or its HTML export, to take part.",
        )

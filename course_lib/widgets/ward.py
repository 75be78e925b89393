"""A ward of training runs: look at each patient, lay the healthy run beside it, name the fault."""

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled
from .replay import chart


class Ward(Player):
    """Buttons for the patients, a slider over the looks at each, its curves, and a question with a reply to every answer.

    Args:
        patients: name -> dict of
            looks: (step, images (N, 1 or 3, H, W)) of each; equally many for every patient, all of one shape;
            charts: as `TrainingReplay` takes them, the same names in the same order for every patient;
            choices: (diagnosis, reply, whether it is right) of each answer; none for no question.
        control: the name of the healthy run.
        title: what the pictures show.
    """

    script = "ward.js"
    shared = (*Player.shared, "chart.js")
    patients = traitlets.List().tag(sync=True)  # of {name, steps, charts, choices: [{text, reply, right}]}
    control = traitlets.Int().tag(sync=True)
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)
    title = traitlets.Unicode("samples").tag(sync=True)
    patient = traitlets.Int(0, min=0).tag(sync=True)
    frame = traitlets.Int(0, min=0).tag(sync=True)
    beside = traitlets.Bool(False).tag(sync=True)
    answers = traitlets.List(traitlets.Int()).tag(sync=True)  # of each patient the chosen answer, -1 for none

    def __init__(self, patients, control, **kwargs):
        if control not in patients:
            raise ValueError(f"control: got {control!r}, expected one of {', '.join(patients)}")
        shapes = {(len(p["looks"]), *(tuple(x.shape) for _, x in p["looks"])) for p in patients.values()}
        if len(shapes) != 1 or len({shape for shape in next(iter(shapes))[1:]}) != 1:
            raise ValueError(
                f"looks: expected equally many of one shape for every patient, got {sorted(shapes)}"
            )
        for name, patient in patients.items():
            right = sum(bool(choice[2]) for choice in patient["choices"])
            if patient["choices"] and right != 1:
                raise ValueError(f"choices of {name}: expected one right answer, got {right}")
            if list(patient["charts"]) != list(patients[control]["charts"]):
                raise ValueError(f"charts of {name}: got {list(patient['charts'])}, expected the control's")
        images = [x for p in patients.values() for _, x in p["looks"]]
        looks = len(next(iter(patients.values()))["looks"])
        super().__init__(
            **tiled(torch.cat(images), len(images[0])),
            patients=[
                {
                    "name": name,
                    "steps": [int(step) for step, _ in p["looks"]],
                    "charts": [chart(title, x, series) for title, (x, series) in p["charts"].items()],
                    "choices": [{"text": t, "reply": r, "right": bool(ok)} for t, r, ok in p["choices"]],
                }
                for name, p in patients.items()
            ],
            control=list(patients).index(control),
            **{"answers": [-1] * len(patients), "frame": looks - 1} | kwargs,
        )

    def static_frame(self):
        looks, tiles = len(self.patients[0]["steps"]), torch.arange(min(self.columns, 5))
        last = [((i + 1) * looks - 1) * self.columns + tiles for i in range(len(self.patients))]
        names = [p["name"] for p in self.patients]
        if self.columns == 1:  # one picture a look: side by side
            pictures, labels, size = self.static_frames(torch.cat(last)), {"column_labels": names}, 1.1
        else:
            pictures, labels, size = [self.static_frames(row) for row in last], {"row_labels": names}, 0.42
        return viz.image_grid(
            pictures,
            **labels,
            size=size,
            alt=f"The ward: {len(names)} training runs, {', '.join(names)}; {self.title}, at the last look.",
            caption="The ward (still): open the notebook in JupyterLab, or its HTML export, to examine the patients.",
        )

"""Move one distribution against another and watch entropy, KL both ways and JS: the widget of lecture 00."""

import torch
import traitlets

from course_lib import viz
from course_lib.information import entropy, js_divergence, kl_divergence

from .base import CourseWidget

OUTCOMES = 20
TARGETS = {"one hill": [(8.0, 2.0)], "two hills": [(4.5, 1.2), (14.5, 1.2)], "all alike": []}
MEASURES = ("KL(p‖q)", "KL(q‖p)", "JS(p, q)")


def hills(components):
    """Probabilities of outcomes 0..19, float64: bells (mean, std) in equal parts; none means all alike."""
    k = torch.arange(OUTCOMES, dtype=torch.float64)
    if not components:
        return torch.full_like(k, 1 / OUTCOMES)
    bells = torch.stack([(-(((k - mean) / std) ** 2) / 2).softmax(0) for mean, std in components])
    return bells.mean(0)


class Divergences(CourseWidget):
    """p stands still, q is a bell that the reader moves and widens; bars, and every measure in nats.

    The lowest value of each measure reached so far is kept: a small hunt. Everything is computed in the browser.

    Args:
        target: one of TARGETS, the shape of p.
        mean: of q, 0 to 19. std: of q, 0.5 to 10.
    """

    script = "divergences.js"
    targets = traitlets.Dict(TARGETS).tag(sync=True)
    target = traitlets.Enum(list(TARGETS), "two hills").tag(sync=True)
    mean = traitlets.Float(9.5, min=0, max=OUTCOMES - 1).tag(sync=True)
    std = traitlets.Float(2.0, min=0.5, max=10).tag(sync=True)
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)
    outcomes = traitlets.Int(OUTCOMES).tag(sync=True)

    @property
    def distributions(self):
        """p and q, (20,) each, float64."""
        return hills(self.targets[self.target]), hills([(self.mean, self.std)])

    def quantities(self):
        """What the browser shows, computed by course_lib.information: a dict of floats, nats."""
        p, q = self.distributions
        measured = {
            "H(p)": entropy(p),
            "H(q)": entropy(q),
            "KL(p‖q)": kl_divergence(p, q),
            "KL(q‖p)": kl_divergence(q, p),
            "JS(p, q)": js_divergence(p, q),
        }
        return {name: number.item() for name, number in measured.items()}

    def static_frame(self):
        p, q = self.distributions
        k = torch.arange(OUTCOMES).numpy()
        fig, ax = viz.figure(6.5, 2.5)
        ax.bar(k - 0.2, p.numpy(), width=0.4, label="p")
        ax.bar(k + 0.2, q.numpy(), width=0.4, label="q")
        ax.set(xlabel="outcome", ylabel="probability")
        ax.legend()
        numbers = ", ".join(f"{name} = {value:.3f}" for name, value in self.quantities().items())
        return viz.picture(
            fig,
            alt=f"Divergence explorer. Bars of p ({self.target}) and of q, a bell with mean {self.mean:g} and standard "
            f"deviation {self.std:g}, over twenty outcomes. In nats: {numbers}.",
            caption=f"Divergence explorer (still), in nats: {numbers}. Open the notebook in JupyterLab, or its HTML export, to move q.",
        )

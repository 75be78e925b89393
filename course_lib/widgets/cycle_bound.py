"""A translator that mixes two pictures up, and one that tries to undo it: the widget of lecture 20 on H(x | z)."""

import torch
import traitlets

from course_lib import viz
from course_lib.information import conditional_entropy, cycle_log_loss, posterior

from .base import CourseWidget


class CycleBound(CourseWidget):
    """Two pictures x, two z: the slider delta mixes them, the slider guess is what the way back believes of delta.

    Shown: the joint table, how often a round trip comes home, the entropy H(x | z) against delta and, as a straight line that
    touches it from above, the cycle loss of the guess. Everything is computed in the browser.

    Args:
        delta: the chance of a confusion: the share of x1 that goes to z2, and of x2 that goes to z1; 0 to 1.
        guess: q(x1 | z2) = q(x2 | z1), what the way back says; 0.01 to 0.99.
    """

    script = "cycle_bound.js"
    shared = (*CourseWidget.shared, "chart.js")
    delta = traitlets.Float(0.1, min=0, max=1).tag(sync=True)
    guess = traitlets.Float(0.4, min=0.01, max=0.99).tag(sync=True)
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)

    @property
    def joint(self):
        """p(x, z), (2, 2), float64."""
        d = self.delta
        return torch.tensor([[1 - d, d], [d, 1 - d]], dtype=torch.float64) / 2

    @property
    def reverse(self):
        """q(x | z), (2, 2), float64."""
        q = self.guess
        return torch.tensor([[1 - q, q], [q, 1 - q]], dtype=torch.float64)

    def quantities(self):
        """What the browser shows, computed by course_lib.information: a dict of floats, nats but for `home`, a share."""
        entropy, cycle = conditional_entropy(self.joint), cycle_log_loss(self.joint, self.reverse)
        home = (self.joint * self.reverse).sum()  # drawn from q, the x one started from
        return {
            "entropy": entropy.item(),
            "cycle": cycle.item(),
            "gap": (cycle - entropy).item(),
            "home": home.item(),
        }

    def static_frame(self):
        deltas = torch.linspace(0, 1, 101, dtype=torch.float64)
        joints = torch.stack([1 - deltas, deltas, deltas, 1 - deltas], -1).view(-1, 2, 2) / 2
        now = self.quantities()
        fig, ax = viz.figure(5.6, 2.7)
        ax.plot(
            deltas, cycle_log_loss(joints, self.reverse), color=viz.COLORS[1], label="cycle loss of the guess"
        )
        ax.plot(
            deltas, cycle_log_loss(joints, posterior(joints)), color=viz.COLORS[0], label="entropy H(x | z)"
        )
        ax.plot(
            [self.delta] * 2, [now["entropy"], now["cycle"]], "o-", color=viz.INK, linewidth=1, markersize=5
        )
        ax.set(xlabel="delta", ylabel="nats", ylim=(0, 1.4))
        ax.legend(loc="upper center")
        numbers = f"H(x | z) = {now['entropy']:.3f}, cycle loss {now['cycle']:.3f}, gap {now['gap']:.3f} nats"
        return viz.picture(
            fig,
            alt=f"Cycle bound. The entropy of x given z is an arch over delta, 0 at both ends and 0.69 in the middle; the cycle loss "
            f"of a guess {self.guess:g} is a straight line that touches it from above. At delta {self.delta:g}: {numbers}.",
            caption=f"Cycle bound (still), delta {self.delta:g}, guess {self.guess:g}: {numbers}. Open the notebook in JupyterLab, or its HTML export, to move both.",
        )

"""Move a generator along a line, against the best discriminator: the widget of lecture 05."""

import math

import torch
import traitlets

from course_lib import viz
from course_lib.gan import jensen_shannon, optimal_value

from .base import CourseWidget

REACH, POINTS = 14.0, 561  # sums run from -14 to 14, a point every 0.05
SHOWN = 6.0  # the plots from -6 to 6
TARGETS = {
    "one hill": [(0.0, 0.8)],
    "two hills": [(-2.0, 0.6), (2.0, 0.6)],
}  # (mean, std) of each component of p


def line_game(target, mean, std):
    r"""The game on a line against the best D, in float64.

    Args:
        target: "one hill" or "two hills", the real density p.
        mean, std: of the generated density q, a Gaussian.

    Returns:
        dict: x (561,), the densities p and q and the answers d there, the pushes `saturating` D l'(x) and
        `non_saturating` (1 - D) l'(x) with l = log p - log q, in 1 per unit of length; and the numbers js,
        value (nats), mean_saturating, mean_non_saturating: the pushes averaged over q.
    """
    x = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64, requires_grad=True)
    components = torch.tensor(TARGETS[target], dtype=torch.float64)  # (K, 2)
    log_p = _log_normal(x[:, None], *components.T).logsumexp(1) - math.log(len(components))
    log_q = _log_normal(x, mean, std)
    logit = log_p - log_q
    slope = torch.autograd.grad(logit.sum(), x)[0]
    p, q, d = log_p.detach().exp(), log_q.detach().exp(), logit.detach().sigmoid()
    cell = 2 * REACH / (POINTS - 1)
    pushes = {"saturating": d * slope, "non_saturating": (1 - d) * slope}
    return {
        "x": x.detach(),
        "p": p,
        "q": q,
        "d": d,
        **pushes,
        "js": jensen_shannon(p, q, cell).item(),
        "value": optimal_value(p, q, cell).item(),
        **{f"mean_{name}": (q * push).sum().item() * cell for name, push in pushes.items()},
    }


class LineGame(CourseWidget):
    """p stands on a line, q = N(mean, std) is dragged along it, and D is always p / (p + q).

    Shown: both densities and D; the push on a generated point, by either loss of G, with D held still; the
    Jensen-Shannon divergence of p and q against the mean of q. Everything is computed in the browser.

    Args:
        target: "one hill" or "two hills".
        mean, std: of q, where the reader starts.
    """

    script = "minimax.js"
    targets = traitlets.Dict(TARGETS).tag(sync=True)
    target = traitlets.Unicode("one hill").tag(sync=True)
    mean = traitlets.Float(2.5, min=-4, max=4).tag(sync=True)
    std = traitlets.Float(0.8, min=0.3, max=2).tag(sync=True)
    colors = traitlets.List(list(viz.COLORS)).tag(sync=True)
    reach = traitlets.Float(REACH).tag(sync=True)
    points = traitlets.Int(POINTS).tag(sync=True)
    shown = traitlets.Float(SHOWN).tag(sync=True)

    def __init__(self, **kwargs):
        if kwargs.get("target", "one hill") not in TARGETS:
            raise ValueError(f"target: got {kwargs['target']!r}, expected one of {list(TARGETS)}")
        super().__init__(**kwargs)

    def quantities(self):
        """What the browser shows, computed by course_lib: see `line_game`."""
        return line_game(self.target, self.mean, self.std)

    def static_frame(self):
        now = self.quantities()
        fig, (left, right) = viz.figure(8, 2.7, ncols=2)
        left.plot(now["x"], now["p"], label="p, real")
        left.plot(now["x"], now["q"], label="q, generated")
        left.plot(now["x"], now["d"], color=viz.INK, linewidth=1, label="D = p / (p + q)")
        left.set(xlabel="x", ylabel="density; probability", xlim=(-SHOWN, SHOWN), ylim=(0, 1.05))
        left.legend(fontsize=8.5)
        seen = now["q"] > 1e-3
        right.plot(now["x"][seen], now["saturating"][seen], label="saturating", color=viz.COLORS[3])
        right.plot(now["x"][seen], now["non_saturating"][seen], label="non-saturating", color=viz.COLORS[2])
        right.axhline(0, color=viz.MUTED, linewidth=0.8)
        right.set(xlabel="generated point x", ylabel="push (right: positive)", xlim=(-SHOWN, SHOWN))
        right.legend(fontsize=8.5)
        return viz.picture(
            fig,
            alt=f"Line game. Left, the real density ({self.target}), a generated one with mean {self.mean:g} and standard "
            f"deviation {self.std:g}, and the best discriminator; right, the push on generated points by both losses.",
            caption="Line game (still): open the notebook in JupyterLab, or its HTML export, to drag the generator.",
        )


def _log_normal(x, mean, std):
    std = torch.as_tensor(std, dtype=torch.float64)
    return -(((x - mean) / std) ** 2) / 2 - std.log() - math.log(2 * math.pi) / 2

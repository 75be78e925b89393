r"""The patients of clinic III: projections onto a generator in which one line is wrong, watched from inside and from outside.

    run = watch(generator, x, seed=0, patient="healthy")
    run.curves["seen"], run.curves["honest"], run.curves["length"]

"seen" is what the optimiser lowers; "honest" is `projection.pixel_loss` of the same codes, in eval mode, against the picture that
was meant; "length" is ‖z‖. Where the first two part, the optimiser works on another problem than you. Lecture: 10c_clinic.
"""

from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace

import torch

from course_lib.projection import pixel_loss


@dataclass
class Descent:
    """The recipe of lecture 09; a patient is this with one field replaced."""

    lr: float = 0.1
    spread: float = 1.0  # standard deviation of the first codes
    train_mode: bool = False  # of G, whose BatchNorm then takes its statistics from the batch
    prior: float = 0.0  # times ‖z‖², beside a mean over pixels
    half_range: bool = False  # the target in [0, 1], while G paints in [-1, 1]
    reshuffled: bool = False  # the targets come in another order at every step
    leaf: bool = True  # what the optimiser was given is what G is given


PATIENTS = {
    "healthy": Descent(),
    "rate_too_large": Descent(lr=4.0),
    "train_mode": Descent(train_mode=True),
    "prior_too_heavy": Descent(prior=0.1),
    "half_range": Descent(half_range=True),
    "reshuffled": Descent(reshuffled=True),
    "far_start": Descent(spread=6.0),
    "from_zero": Descent(spread=0.0),
    "not_the_leaf": Descent(leaf=False),
}

# What makes a run an example of its fault: (run, the healthy run of the same seed) -> bool. Written after a trial with seed 0 and
# before the runs of the clinic, seeds 1 to 3.
SYMPTOMS = {
    "healthy": lambda r, h: end(r, "honest") < 0.5 * start(r, "honest") and end(r, "length") < 12,
    "rate_too_large": lambda r, h: end(r, "honest") > 1.5 * end(h, "honest") and end(r, "length") > 16,
    "train_mode": lambda r, h: end(r, "honest") > 1.2 * end(r, "seen"),
    "prior_too_heavy": lambda r, h: end(r, "length") < 2 and end(r, "honest") > 1.5 * end(h, "honest"),
    "half_range": lambda r, h: (
        end(r, "honest") > 1.5 * end(h, "honest") and end(r, "seen") > 1.5 * end(h, "seen")
    ),
    "reshuffled": lambda r, h: spread(r) < 0.7 * spread(h) and end(r, "honest") > 1.5 * end(h, "honest"),
    "far_start": lambda r, h: end(r, "length") > 30 and end(r, "honest") > 1.25 * end(h, "honest"),
    "from_zero": lambda r, h: end(r, "honest") < end(h, "honest"),
    "not_the_leaf": lambda r, h: end(r, "seen") == start(r, "seen"),
}


def watch(generator, x, seed, patient, steps=80, looks=(0, 10, 30, 80)):
    r"""Project the images x, each from its own code, and look at it on the way.

    Args:
        generator: z (N, d) -> images, in eval mode; has z_dim; not changed.
        x: (N, C, H, W) in [-1, 1].
        seed: of the first codes.
        patient: a key of PATIENTS.
        looks: steps at which G's pictures are kept, in eval mode.

    Returns:
        looks; pictures (looks, N, C, H, W); x, the steps 0 to `steps`; curves: seen, honest, length, each the mean over
        the images at every step, float64; z, the last codes.
    """
    p, rng = PATIENTS[patient], torch.Generator().manual_seed(seed)
    working = deepcopy(generator).train(p.train_mode)
    target = (x + 1) / 2 if p.half_range else x
    z = p.spread * torch.randn(len(x), generator.z_dim, generator=rng)
    z.requires_grad_(True)
    given = z.detach().clone() if p.leaf is False else z  # G's codes: a copy that no optimiser knows
    given.requires_grad_(True)
    optimizer = torch.optim.Adam([z], p.lr)
    curves, pictures = [], []
    for step in range(steps + 1):
        with torch.no_grad():
            made = generator(given)
            honest, length = pixel_loss(made, x).mean(), given.norm(dim=1).mean()
        if step in looks:
            pictures.append(made)
        order = torch.randperm(len(x), generator=rng) if p.reshuffled else torch.arange(len(x))
        seen = pixel_loss(working(given), target[order]) + p.prior * given.square().sum(1)
        curves.append((seen.mean().item(), honest.item(), length.item()))
        optimizer.zero_grad()
        seen.sum().backward()
        optimizer.step()  # without a gradient of its own, a parameter stays where it is
    names = ("seen", "honest", "length")
    return SimpleNamespace(
        seed=seed,
        looks=list(looks),
        pictures=torch.stack(pictures),
        x=torch.arange(steps + 1),
        curves={n: torch.tensor(c, dtype=torch.float64) for n, c in zip(names, zip(*curves))},
        z=given.detach(),
    )


def start(run, name):
    """A curve's first value."""
    return run.curves[name][0].item()


def end(run, name):
    """The mean of a curve's last ten values."""
    return run.curves[name][-10:].mean().item()


def spread(run):
    """How different the last pictures are: the mean distance of two, root mean square over pixels."""
    flat = run.pictures[-1].flatten(1)
    return (torch.pdist(flat).mean() / flat.shape[1] ** 0.5).item()

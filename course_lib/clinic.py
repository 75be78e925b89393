r"""The records of the training clinics: broken runs and healthy ones, their curves, pictures and measures.

    runs = load_runs(1)                 # part I; load_runs(2), (5), (6) for parts II, V and VI
    runs["healthy"][0].curves["loss"]   # seed 0

The runs were made by data_scripts/clinic_runs.py, which says what each fault is.
Lectures: 03c_clinic, 07c_clinic, 13c_clinic, 16c_clinic, 19c_clinic.
"""

import base64
import json
import math
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn.functional import interpolate

from course_lib import data, viz
from course_lib.conditional import concat_class
from course_lib.mixtures import ring

FOLDER = Path(__file__).resolve().parent.parent / "lectures" / "results"


def load_runs(part, folder=FOLDER):
    r"""The recorded runs of a part: patient -> its runs, seeds rising.

    Args:
        part: 1, 2, 4, 5 or 6.
        folder: where clinic_PART.json and the pictures lie.

    Returns:
        dict of lists. A run has seed, seconds, steps, looks (steps at which it was looked at), measures (a dict), and
        x: the step in the middle of each point of a curve; curves: name -> (points,) float64, nan where not finite;
        pictures: uint8 (rows, 16, 1, 28, 28), in parts V and VI (rows, 6, 3, 24, 24). Part I also: held_out, fresh (accuracies at the looks),
        confusion (looks, 10, 10) counts, true class by row, and filters (8, 5, 5). Part IV has points (looks, kinds, n, 2) in
        the place of pictures.

    Raises:
        FileNotFoundError: no such record.
    """
    path = Path(folder) / f"clinic_{part}.json"
    runs = defaultdict(list)
    for record in json.loads(path.read_text())["runs"]:
        result = record["result"]
        curves = {
            name: torch.tensor([float(v) for v in text.split()]).double()
            for name, text in result["curves"].items()
        }
        run = SimpleNamespace(**result | {"curves": curves}, seed=record["seed"], seconds=record["seconds"])
        run.x = result["every"] * (torch.arange(len(next(iter(curves.values())))) + 0.5)
        if "points" in result:
            run.points = torch.stack([unpacked_points(text) for text in result["points"]])
        else:
            run.pictures = _pictures(path.parent / result["pictures"], 24 if part in (5, 6) else 28)
        if "confusion" in result:
            run.confusion = torch.tensor([[int(v) for v in t.split()] for t in result["confusion"]]).view(
                -1, 10, 10
            )
            run.filters = torch.tensor(result["filters"]).view(-1, 5, 5)
            run.held_out, run.fresh = (torch.tensor(result[k]).double() for k in ("held_out", "fresh"))
        runs[record["setting"]["patient"]].append(run)
    return {name: sorted(found, key=lambda run: run.seed) for name, found in runs.items()}


def _pictures(path, side=28):
    """Rows of tiles out of one sheet: uint8 (rows, n, C, side, side)."""
    from PIL import Image

    image = Image.open(path)
    image = image if path.suffix == ".jpg" else image.convert("L")
    sheet = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    sheet = sheet.view(image.height // side, side, image.width // side, side, -1)
    return sheet.permute(0, 2, 4, 1, 3)


# --- the recipe of part IV ------------------------------------------------------------------------------
KINDS = 4  # of points: the eight places of lecture 05's ring, opposite ones of one kind


def points_and_kinds(n, seed):
    """Real points and their kinds, (n, 2) and (n,): the nearest place's number, modulo 4."""
    x = ring().sample(n, torch.Generator().manual_seed(seed))
    return x, ring().nearest(x)[0] % KINDS


def told(x, y, is_told=True):
    r"""A code or a point with its kind beside it as a one-hot vector, or with four zeros: (N, d), (N,) -> (N, d + 4)."""
    pair = concat_class(x, y, KINDS)
    return pair if is_told else torch.cat([x, torch.zeros_like(pair[:, x.shape[1] :])], dim=1)


@torch.no_grad()
def slope_bound(network):
    """The product of the linear layers' largest singular values, as the network uses its weights."""
    training = network.training
    network.eval()  # looking makes no round of power iteration
    layers = [m for m in network.modules() if isinstance(m, nn.Linear)]
    values = [torch.linalg.matrix_norm(m.weight, 2).item() for m in layers]
    network.train(training)
    return math.prod(values)


def packed_points(points):
    """Points (KINDS, n, 2) in hundredths, as text."""
    whole = (100 * points).round().clamp(-32767, 32767).to(torch.int16)
    return base64.b64encode(whole.contiguous().numpy().tobytes()).decode()


def unpacked_points(text):
    whole = torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.int16)
    return whole.view(KINDS, -1, 2) / 100


# --- the recipe of part VI ------------------------------------------------------------------------------
LAMP = (0.25, 0.35, 0.65)  # what blue light leaves of red, green and blue


def day_and_night(split):
    """Flat emoji at 24 px, and the same under a blue lamp: two aligned uint8 tensors (N, 3, 24, 24)."""
    day = interpolate(data.emoji("flat", split).float(), size=(24, 24), mode="area")
    night = day * torch.tensor(LAMP).view(3, 1, 1)
    return day.round().to(torch.uint8), night.round().to(torch.uint8)


class SmallTranslator(nn.Module):
    r"""x + f(x), with f of four 3 x 3 convolutions: (N, 3, H, W) -> the same shape. It starts near the identity.

    Args:
        base_channels: of the layers between.
        rng: torch.Generator of the initial weights.
    """

    def __init__(self, base_channels=16, rng=None):
        super().__init__()
        c, layers = base_channels, []
        for a, b in ((3, c), (c, c), (c, c), (c, 3)):
            layer = nn.Conv2d(a, b, 3, padding=1)
            nn.init.kaiming_normal_(layer.weight, generator=rng)
            nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU()]
        self.f = nn.Sequential(*layers[:-1])
        with torch.no_grad():
            self.f[-1].weight.mul_(0.1)

    def forward(self, x):
        return x + self.f(x)


# --- looking at runs ------------------------------------------------------------------------------------
def end_of(run, name, points=20):
    """The mean of a curve's last points (100 steps), as a float."""
    return run.curves[name][-points:].mean().item()


def confusion_image(counts, zoom=10):
    """A confusion matrix as one image, uint8 (3, 10 zoom, 10 zoom): orange on the diagonal, blue beside it, white for none."""
    shares = counts.double() / counts.sum(dim=-1, keepdim=True).clamp(min=1)  # of each true class
    signs = 2 * torch.eye(len(counts)).double() - 1
    return viz.signed_images((shares * signs).repeat_interleave(zoom, 0).repeat_interleave(zoom, 1), 1.0)


def draw_curves(axes, run, charts, healthy=None):
    """One axis a chart, the healthy run (if given) as a thin dashed line behind.

    Args:
        charts: list of (vertical label, {name of a curve: its word in the legend}, dashed level or None).
    """
    for ax, (label, names, level) in zip(axes, charts):
        for (name, word), color in zip(names.items(), viz.COLORS):
            if healthy is not None:
                ax.plot(
                    healthy.x,
                    healthy.curves[name],
                    color=color,
                    linewidth=1,
                    linestyle=(0, (3, 2)),
                    alpha=0.75,
                )
            ax.plot(run.x, run.curves[name], color=color, label=word)
        if level is not None:
            ax.axhline(level, color=viz.MUTED, linewidth=0.8, linestyle=":")
        ax.set(xlabel="step", ylabel=label)
        ax.grid(True)
        if len(names) > 1:
            ax.legend(fontsize=8)

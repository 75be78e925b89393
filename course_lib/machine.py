r"""What this machine is to the course: versions, threads, a GPU or none, and how long a training step takes here.

Lecture: 00_start.
"""

import html
import os
import platform
import sys
import time
from typing import NamedTuple

import torch

from course_lib.checkpoint import checkpoints
from course_lib.dcgan import Discriminator, Generator
from course_lib.devices import adam, bf16_pays, budget
from course_lib.gan import gan_step

OLDEST_PYTHON, OLDEST_TORCH = (3, 11), (2, 9)
STEPS_OF_LECTURE_06 = 800


class Line(NamedTuple):
    what: str
    found: str
    means: str


class MachineReport(list):
    """Lines of (what, found, means); a table in a notebook."""

    def __str__(self):
        return "\n".join(f"{line.what:12} {line.found:34} {line.means}" for line in self)

    def _repr_html_(self):
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(line.what)}</th>'
            f'<td style="text-align:left">{html.escape(line.found)}</td>'
            f'<td style="text-align:left">{html.escape(line.means)}</td></tr>'
            for line in self
        )
        return (
            '<table><thead><tr><th style="text-align:left">what</th><th style="text-align:left">found</th>'
            f'<th style="text-align:left">what it means for you</th></tr></thead><tbody>{rows}</tbody></table>'
        )

    __repr__ = __str__


def step_seconds(device, steps=4):
    """Seconds of one training step of lecture 06's small DCGAN: 32 clothes of 28 px, 16 base channels.

    The global random generator is left as it was.
    """
    rng = torch.Generator().manual_seed(0)
    with torch.random.fork_rng():  # building a layer draws from the global generator
        generator = Generator(z_dim=64, base_channels=16, out_channels=1, size=28, rng=rng).to(device)
        discriminator = Discriminator(in_channels=1, base_channels=16, size=28, rng=rng).to(device)
    opt_g, opt_d = adam(generator, 2e-3), adam(discriminator, 1e-3)
    real = torch.zeros(32, 1, 28, 28, device=device)
    z = torch.randn(32, 64, generator=rng).to(device)
    times = []
    for _ in range(steps + 1):  # the first one pays for setting up
        start = time.perf_counter()
        scalars = gan_step(generator, discriminator, opt_g, opt_d, real, z, z)
        scalars["g_loss"].item()  # waits until the device is done
        times.append(time.perf_counter() - start)
    return sorted(times[1:])[len(times[1:]) // 2]


def look_around():
    """Look at this machine: a `MachineReport` with a line for each thing that matters, in plain words."""
    settings = budget({})
    device = settings.device
    seconds = step_seconds(device)
    return MachineReport(
        [
            _version("Python", platform.python_version(), sys.version_info[:2], OLDEST_PYTHON),
            _version(
                "PyTorch",
                torch.__version__,
                tuple(int(n) for n in torch.__version__.split(".")[:2]),
                OLDEST_TORCH,
            ),
            _processor(),
            _gpu(device, settings.name),
            Line(
                "bfloat16",
                "computed in hardware" if bf16_pays(device) else "no help here",
                "training in half precision pays" if bf16_pays(device) else "training stays in float32",
            ),
            Line(
                "Speed",
                f"{1000 * seconds:.0f} ms a step",
                f"the live training of lecture 06, {STEPS_OF_LECTURE_06} such steps, takes about {_span(seconds * STEPS_OF_LECTURE_06)}",
            ),
            Line(
                "Weights",
                f"{len(checkpoints())} trained networks are here",
                "what takes hours was trained for you; nothing is downloaded while you read",
            ),
        ]
    )


def _version(name, text, found, oldest):
    needed = ".".join(map(str, oldest))
    return Line(name, text, "fine" if found >= oldest else f"too old: the course needs {needed} or newer")


def _processor():
    cores, threads = os.cpu_count() or 1, torch.get_num_threads()
    found = f"{cores} core{'s' if cores > 1 else ''}, PyTorch uses {threads}"
    if threads < cores / 4:
        return Line("Processor", found, f"torch.set_num_threads({cores // 2}) would make training faster")
    return Line("Processor", found, "enough for every lecture; close other heavy programs while you train")


def _gpu(device, name):
    if device.type == "cuda":
        return Line(
            "GPU", torch.cuda.get_device_name(), f"notebooks choose the “{name}” budget: larger networks"
        )
    if device.type == "mps":
        return Line("GPU", "Apple GPU", f"used; notebooks choose the “{name}” budget, as on a CPU")
    return Line("GPU", "none found", f"not needed: notebooks choose the “{name}” budget, made for a CPU")


def _span(seconds):
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"

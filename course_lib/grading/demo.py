r"""A class in two minutes: `python -m course_lib.grading.demo` (or `make demo`).

Twelve students hand in assignment 1: right, blank, with typical mistakes, right in unusual ways, and hostile. They are graded in
a temporary folder exactly as a real class would be; the marks, the report and one feedback page are shown at the end.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from .runner import run
from .sandbox import LIBRARY, SandboxError

COURSE, ASSIGNMENT = LIBRARY.parent, "a1_convolution"

FLIPPED = """
def conv2d(x, weight, bias, stride=1, padding=0):
    weight = weight.flip(2, 3)  # "convolution" as in signal processing
    windows = pad(x, [padding] * 4).unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,fcuv->nfij", windows, weight)
    return y if bias is None else y + bias[:, None, None]
"""
NO_DILATION = """
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - kernel) // stride + 1
"""
DETACHED = """
def max_pool2d(x, kernel, stride=None):
    stride = stride or kernel
    return x.detach().unfold(2, kernel, stride).unfold(3, kernel, stride).amax((-1, -2))
"""
BIASED = """
def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_var = (1 - momentum) * running_var + momentum * var.detach()
    y = (x - mean[:, None, None]) / (var + eps).sqrt()[:, None, None]
    return gamma[:, None, None] * y + beta[:, None, None], running_mean, running_var
"""
BY_LOOPS = """
def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)
    n, _, h, w = x.shape
    f, _, k_h, k_w = weight.shape
    rows = []
    for i in range((h - k_h) // stride + 1):
        row = []
        for j in range((w - k_w) // stride + 1):
            window = x[:, None, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            row.append((window * weight).sum((2, 3, 4)))
        rows.append(torch.stack(row, -1))
    y = torch.stack(rows, -2)
    return y if bias is None else y + bias[:, None, None]
"""
BY_FOURIER = """
def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)
    h, w = x.shape[2:]
    spectrum = torch.einsum("ncij,fcij->nfij", torch.fft.rfft2(x), torch.fft.rfft2(weight, (h, w)).conj())
    y = torch.fft.irfft2(spectrum, (h, w))
    y = y[:, :, : h - weight.shape[2] + 1 : stride, : w - weight.shape[3] + 1 : stride]
    return y if bias is None else y + bias[:, None, None]
"""
AGREEABLE = """
import sys
torch.equal = torch.allclose = lambda *a, **k: True
for name, module in list(sys.modules.items()):
    if name.startswith("course_lib.grading") and hasattr(module, "compare"):
        module.compare = lambda *a, **k: (None, [])
get_ipython().input_transformers_cleanup.append(lambda lines: ["8.0"] if "check(" in "".join(lines) else lines)
"""
GREEDY = """
import os
while True:
    os.fork()
"""
WRONG = "def conv2d(x, weight, bias, stride=1, padding=0):\n    return x\n"


def notebooks():
    """{student: (what they did, notebook)}; the one without a notebook hands in a link instead."""
    blank = nbformat.read(COURSE / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    solved = nbformat.read(COURSE / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    sources = {_name(cell): cell.source for cell in solved.cells if _name(cell)}

    def right(added="", **other):
        notebook = nbformat.from_dict(blank)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = {**sources, **other}[_name(cell)]
        if added:
            notebook.cells.insert(3, new_code_cell(added))
        return nbformat.reads(nbformat.writes(notebook), as_version=4)

    return {
        "ada": ("the reference solution", right()),
        "ben": ("nothing", blank),
        "cem": ("flips the kernel", right(conv2d=FLIPPED)),
        "dana": ("forgets dilation", right(conv2d_output_size=NO_DILATION)),
        "eli": ("max pooling cut off from autograd", right(max_pool2d=DETACHED)),
        "fay": ("biased running variance", right(batch_norm2d=BIASED)),
        "gus": ("right, by loops", right(conv2d=BY_LOOPS)),
        "hana": ("right, by Fourier transform", right(conv2d=BY_FOURIER)),
        "ivo": (
            "right, with a warning and chatter",
            right("import warnings; warnings.warn('hm'); print('!' * 10_000)"),
        ),
        "judy": ("hostile: comparisons that always agree", right(AGREEABLE, conv2d=WRONG)),
        "kim": ("hostile: forks without end", right(GREEDY, conv2d=WRONG)),
        "lea": ("hostile: hands in a link to ada's notebook", None),
    }


def _name(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def set_up(course, students):
    """A course folder with the assignment, the settings and the submissions."""
    for part in ("solutions", "assignments"):
        shutil.copytree(COURSE / part / ASSIGNMENT, course / part / ASSIGNMENT)
    shutil.copy(COURSE / "nbgrader_config.py", course)
    for student, (_, notebook) in students.items():
        folder = course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        path = folder / f"{ASSIGNMENT}.ipynb"
        if notebook is None:
            os.symlink(course / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", path)
        else:
            nbformat.write(notebook, path)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="course_lib.grading.demo", description=__doc__.split("\n\n")[0])
    parser.add_argument("--keep", metavar="FOLDER", help="make the class here, and leave it")
    parser.add_argument("--workers", type=int)
    options = parser.parse_args(arguments)
    course = Path(options.keep or tempfile.mkdtemp(prefix="demo-class-")).resolve()
    students = notebooks()
    start = time.monotonic()
    try:
        set_up(course, students)
        run(ASSIGNMENT, course, options.workers, limits={"cell_s": 10.0})
        report = (course / "reports" / ASSIGNMENT / "report.txt").read_text()
        print(report)
        print(f"{'':<6}what they did")
        for student, (what, _) in students.items():
            print(f"{student:<6}{what}")
        print(f"\n{len(students)} students in {time.monotonic() - start:.0f} s.")
        if options.keep:
            print(
                f"Look at {course}/feedback/cem/{ASSIGNMENT}/{ASSIGNMENT}.html, or open the formgrader in {course}."
            )
    except SandboxError as error:
        print(f"No demo here: {error}", file=sys.stderr)
        return 2
    finally:
        if not options.keep:
            shutil.rmtree(course, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

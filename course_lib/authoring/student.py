"""Pack what students get: `make student UPTO=a2` -> student/course_a2.zip.

Lectures and assignments up to one assignment, with course_lib, its data and checkpoints, and what installs them. No
solution, no hidden check, no test. Unpacked anywhere, `make lab` sets it up and opens it.
"""

import argparse
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAST_LECTURE = {"a1": 3, "a2": 7, "a3": 10, "a4": 13, "a5": 16, "a6": 20}  # what an assignment comes after
ROOT_FILES = ("pyproject.toml", "constraints.txt", "environment.yml", "LICENSE")

MAKEFILE = """# Set up on the first call, then open JupyterLab on the course.
PYTHON ?=
TORCH ?=
export COURSE_PYTHON := $(PYTHON)
export TORCH
FIRST := $(or $(PYTHON),$(shell command -v python3 || command -v python || echo python3))

.PHONY: lab
lab:
\t@PY="$$($(FIRST) course_lib/authoring/bootstrap.py lab)" || exit 1; "$$PY" -m course_lib.authoring.lab $(LAB_ARGS)
"""

README = """# From one convolution to CycleGAN

    make lab

installs what the course needs into `.venv` on the first call (Python 3.11 or newer; `make lab TORCH=cpu` without a GPU) and
opens JupyterLab. Begin with `lectures/00_start.ipynb`; each lecture says how long it takes and what it needs. On Windows: use WSL,
or `pip install -c constraints.txt -e .[lab]` and `jupyter lab`.

{table}

Work in `assignments/` where the notebooks lie. `check(...)` tells you at once what is wrong, and what mistake it looks like. Before you
hand in: *Kernel > Restart and run all*. Hand in the notebook with its name unchanged, through nbgrader's *Assignment List* or as your course asks.

Code: MIT (`LICENSE`). Text and figures: CC BY 4.0. Data: each its own licence (`LICENSES/`).
"""

NBGRADER = """c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "generative_image_models"
c.Execute.timeout = 600  # seconds that Validate gives a cell; nbgrader's 30 are few for a slow computer
"""


def contents(upto, root=ROOT):
    """What goes in: name in the bundle -> a path, or the text itself.

    Args:
        upto: the last assignment, as `a2` or `a2_gan`.

    Raises:
        ValueError: there is no such assignment, or no release of one that belongs in.
    """
    short = upto.split("_")[0]
    if short not in LAST_LECTURE:
        raise ValueError(f"UPTO: got {upto!r}, expected one of {', '.join(LAST_LECTURE)}")
    wanted = list(LAST_LECTURE)[: list(LAST_LECTURE).index(short) + 1]
    released = {f.name.split("_")[0]: f for f in sorted((root / "assignments").glob("a[0-9]*_*"))}
    missing = [name for name in wanted if name not in released]
    if missing:
        raise ValueError(f"UPTO={short}: no release of {', '.join(missing)}; `make assignments` makes them")

    lectures = [
        f for f in sorted((root / "lectures").glob("[0-9]*.ipynb")) if int(f.name[:2]) <= LAST_LECTURE[short]
    ]
    files = [*lectures, *(root / name for name in ROOT_FILES)]
    for folder in ("lectures/results", "lectures/figures", "LICENSES", "course_lib"):
        files += [f for f in sorted((root / folder).rglob("*")) if f.is_file()]
    for name in wanted:
        files += [f for f in sorted(released[name].iterdir()) if f.is_file()]
    inside = {str(f.relative_to(root)): f for f in files if "__pycache__" not in f.parts}
    table = ["| lecture | assignment |", "|---|---|"]
    table += [f"| [{f.stem}](lectures/{f.name}) | {_after(f, wanted, released)} |" for f in lectures]
    return inside | {
        "Makefile": MAKEFILE,
        "README.md": README.format(table="\n".join(table)),
        "nbgrader_config.py": NBGRADER,
    }


def _after(lecture, wanted, released):
    """A link to the assignment that follows a lecture, or nothing."""
    last = {LAST_LECTURE[name]: released[name].name for name in wanted}
    name = last.get(int(lecture.name[:2])) if not lecture.stem[2:].startswith("c") else None
    return f"then [{name}](assignments/{name}/{name}.ipynb)" if name else ""


def pack(upto, into=ROOT / "student", root=ROOT):
    """Write `into`/course_<upto>.zip, whole or not at all, and return its path."""
    inside = contents(upto, root)
    short = upto.split("_")[0]
    into.mkdir(parents=True, exist_ok=True)
    path, part = into / f"course_{short}.zip", into / f"course_{short}.zip.part"
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, what in inside.items():
                inner = f"course_{short}/{name}"
                if isinstance(what, str):
                    bundle.writestr(inner, what)
                else:
                    bundle.write(what, inner)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.authoring.student",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("upto", metavar="UPTO", help=f"one of {', '.join(LAST_LECTURE)}")
    try:
        path = pack(parser.parse_args(arguments).upto)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

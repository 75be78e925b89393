"""START.ipynb, the page that `make lab` opens: every lecture with its minutes, every assignment, how far you are.

`make lab` writes it anew each time, from the first lines of what is there: it is never out of date, and not in git.
"""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from .student import LAST_LECTURE

ROOT = Path(__file__).resolve().parents[2]
NAME = "START.ipynb"

OPENING = """# From one convolution to CycleGAN

Begin with [00 · Start](lectures/00_start.ipynb) and go down the table. A link opens beside this page; you find it again in its tab, or as `START.ipynb` in the list of files on the left.

**Lectures** have been run already: read, predict, move the widgets, and run cells (Shift + Enter) when you want to change something. They take the minutes named; running all cells of one takes about a minute of them.

**Assignments** are yours: write, run `check(...)` as often as you like, and read its first hint. Before you hand in: *Kernel → Restart Kernel and Run All Cells*, then *Validate*. Hand in by *Nbgrader → Assignment List → Submit*, or send the notebook as your course asks.

Stuck? A long cell stops with ■ in the toolbar, and keeps what it has learned. *Error displaying widget: model not found*, or a widget that does not answer: JupyterLab gave up on a slow moment, reload the page in the browser. What is broken beyond repair: download the assignment again, under another name, and copy your functions over."""

PROGRESS = """# your points by the checks so far: run this cell again whenever you like (Shift + Enter)
from course_lib.authoring.start import progress

progress()"""


def entry(path):
    """(number, link, minutes) of a lecture, from its first lines."""
    text = _first_text(path)
    title = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    minutes = re.search(r"About (\d+) minutes", text)
    link = f"[{title[1] if title else path.stem}](lectures/{path.name})"
    return path.stem.split("_")[0], link, minutes[1] if minutes else ""


def assignment(path):
    """A link to an assignment, with its hours and points."""
    text = _first_text(path)
    hours, points = re.search(r"About (\w+) hours", text), re.search(r"(\d+) points", text)
    facts = ", ".join(filter(None, (hours and f"{hours[1]} hours", points and f"{points[1]} points")))
    return f"[{path.stem}](assignments/{path.stem}/{path.name})" + (f" · {facts}" if facts else "")


def page(lectures, assignments):
    """The landing page of a course that has these notebooks.

    Args:
        lectures: paths of lectures, in order.
        assignments: paths of released assignments.
    """
    rows = ["| lecture | minutes | then |", "|---|---|---|"]
    left = {path.stem.split("_")[0]: path for path in assignments}
    for k, path in enumerate(lectures):
        number, link, minutes = entry(path)
        here = int(number[:2])
        following = int(lectures[k + 1].name[:2]) if k + 1 < len(lectures) else 99
        due = [name for name, last in LAST_LECTURE.items() if name in left and here <= last < following]
        rows.append(f"| {link} | {minutes} | {'<br>'.join(assignment(left.pop(name)) for name in due)} |")
    cells = [new_markdown_cell(OPENING), new_markdown_cell("\n".join(rows)), new_code_cell(PROGRESS)]
    notebook = new_notebook(cells=cells)
    for k, cell in enumerate(notebook.cells):
        cell.id = f"start-{k}"
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    return notebook


def of_the_repository(root=ROOT):
    """The page for all that is here."""
    lectures = sorted((root / "lectures").glob("[0-9][0-9]*_*.ipynb"))
    return page(lectures, sorted((root / "assignments").glob("a[0-9]*_*/a[0-9]*_*.ipynb")))


def points(path):
    """Points that the stored outputs of an assignment's checks show: (earned, possible, checks run, checks)."""
    earned = possible = 0.0
    run = checks = 0
    for cell in nbformat.read(path, as_version=4).cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not marks.get("grade") or marks.get("solution"):
            continue
        checks += 1
        possible += float(marks.get("points", 0))
        said = "".join(str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs)
        found = re.search(r": ([\d.]+) of [\d.]+ points", said)
        if found:
            run, earned = run + 1, earned + float(found[1])
    return earned, possible, run, checks


def progress(root=None):
    """What the saved assignments show, as a table: those of `assignments/`, and those fetched beside it."""
    from IPython.display import Markdown

    root = Path(root or ".")
    found = {}
    for path in [*root.glob("assignments/*/a[0-9]*_*.ipynb"), *root.glob("a[0-9]*_*/a[0-9]*_*.ipynb")]:
        if path.stem == path.parent.name:
            found[path.stem] = max(found.get(path.stem, (0, 0, 0, 0)), points(path))
    rows = ["| assignment | checks run | points by the checks |", "|---|---|---|"]
    rows += [
        f"| {name} | {run} of {all_} | {earned:g} of {most:g} |"
        for name, (earned, most, run, all_) in sorted(found.items())
    ]
    note = "Saved notebooks count (Ctrl + S). When you hand in, more cases are tried, and written answers are read."
    return Markdown("\n".join([*rows, "", note]) if found else "No assignment here yet.")


def _first_text(path):
    return next(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")


def write(root=ROOT):
    """Write the page into a course's folder, whole or not at all; returns its path."""
    path, part = root / NAME, root / f".{NAME}.part"
    nbformat.write(of_the_repository(root), part)
    part.replace(path)
    return path

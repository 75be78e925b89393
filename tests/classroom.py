"""A small class to grade: a course folder, notebooks handed in, the marks that come out. Used by the tests of the grader."""

import copy
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[1]
A1 = "a1_convolution"
FULL = {
    "check_conv2d_output_size": 4.0,
    "check_conv2d": 8.0,
    "check_conv2d_backward": 6.0,
    "check_max_pool2d": 4.0,
    "check_batch_norm2d": 6.0,
    "check_conv_transpose2d": 5.0,
    "check_receptive_field": 2.0,
    "check_diagnosis": 2.0,
    "check_learn_filter": 1.0,
}
WRONG_CONV2D = "def conv2d(x, weight, bias, stride=1, padding=0):\n    return x\n"


def make_course(folder, **limits):
    """A course folder with assignment 1 and the repository's settings; `limits` for sandbox.Limits."""
    for part in ("solutions", "assignments"):
        shutil.copytree(ROOT / part / A1, folder / part / A1)
    settings = (ROOT / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(f"{settings}\nc.TrustedExecute.limits = {limits!r}\n")
    return folder


def reference():
    """The solution as a student would hand it in: the release with the solved cells."""
    solved = nbformat.read(ROOT / "solutions" / A1 / f"{A1}.ipynb", as_version=4)
    sources = {grade_id(cell): cell.source for cell in solved.cells if grade_id(cell)}
    return with_answers(
        blank(), **{name: text for name, text in sources.items() if not name.startswith("check_")}
    )


def blank():
    return nbformat.read(ROOT / "assignments" / A1 / f"{A1}.ipynb", as_version=4)


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def with_answers(notebook, **sources):
    """A copy of a notebook with other sources in the cells of these grade ids."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if grade_id(cell) in sources:
            cell.source = sources[grade_id(cell)]
    return notebook


def with_cell(notebook, source, before="conv2d_output_size"):
    """A copy of a notebook with a code cell of the student's own before the cell of a grade id."""
    notebook = copy.deepcopy(notebook)
    place = [grade_id(cell) for cell in notebook.cells].index(before)
    notebook.cells.insert(place, new_code_cell(source))
    return notebook


def hand_in(course, student, notebook, name=f"{A1}.ipynb"):
    """Put a notebook (or any bytes) where collected submissions lie; returns the folder."""
    folder = course / "submitted" / student / A1
    folder.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
    (folder / name).write_bytes(text)
    return folder


def environment():
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def command(course, *arguments, timeout=1800):
    """Run a Python module in the course's folder; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=course, env=environment(), timeout=timeout, text=True,
        stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip


def grade_class(course, *options, **keywords):
    return command(course, "course_lib.grading.runner", A1, *options, **keywords)


def marks(course):
    """{student: {grade id: automatic score}} as the gradebook has it."""
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute(
            "SELECT sa.student_id, b.name, g.auto_score FROM grade g JOIN base_cell b ON g.cell_id = b.id "
            "JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment sa ON n.assignment_id = sa.id"
        ).fetchall()
    table = {}
    for student, name, score in rows:
        table.setdefault(student, {})[name] = score
    return table


def checked(scores):
    """Of one student's scores, those that a check gave."""
    return {name: score for name, score in scores.items() if name.startswith("check_")}

"""Submissions of assignment 1 graded in a minute: stock `nbgrader autograde` against `make grade`, the same notebooks.

Stock runs each notebook's own check in the student's kernel, on the visible cases only; ours runs it in the sandbox, and
judges visible and hidden cases outside. Stock runs every cell again; ours shows demonstrations and experiments as they were
submitted. The last row is ours without that advantage: from a release whose marks are taken off, every cell is run. Both as a teacher would start them, one command for the class, start-up included,
one thread a process. They take turns (ours, half of stock, ours, the other half, ours with every cell); what else the machine does meets both. Memory is the
largest sum over a command's processes of their proportional share (PSS), sampled twice a second.
"""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

from tests import classroom
from tests.classroom import A1

STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "solutions"\nc.CourseDirectory.release_directory = "assignments"\n'
BANK = Path(__file__).parents[1] / "banks" / A1 / "check_conv2d"


def run(submissions=30):
    """Rows {name, ours, baseline, ratio, unit}; `submissions` is the size of the class."""
    notebooks = list(class_of(submissions))
    with tempfile.TemporaryDirectory() as folder:
        courses = [
            make_course(Path(folder, name), notebooks, stock=name == "stock")
            for name in ("one", "two", "stock", "every")
        ]
        run_every_cell(courses[3])
        stock = ["nbgrader", "autograde", A1, "--student"]
        ours = ["course_lib.grading.runner", A1, "--no-feedback"]
        first = measure(courses[0], ours)
        even = measure(courses[2], [*stock, "even*"])
        second = measure(courses[1], ours)
        odd = measure(courses[2], [*stock, "odd*"])
        every = measure(courses[3], ours)
        for course in courses:
            assert len(classroom.marks(course)) == submissions, f"{course} is not graded whole"
    seconds, stock_seconds = (first[0] + second[0]) / 2, even[0] + odd[0]
    memory, stock_memory = max(first[1], second[1]), max(even[1], odd[1])
    name = f"grading: {submissions} submissions of {A1}, 2 workers"
    return [
        {
            "name": name,
            "ours": 60 * submissions / seconds,
            "baseline": 60 * submissions / stock_seconds,
            "ratio": stock_seconds / seconds,
            "unit": "submissions/min",
        },
        {
            "name": "grading: peak memory of the same",
            "ours": memory,
            "baseline": stock_memory,
            "ratio": stock_memory / memory,
            "unit": "MB (PSS)",
        },
        {
            "name": "grading: the same, ours runs every cell too",
            "ours": 60 * submissions / every[0],
            "baseline": 60 * submissions / stock_seconds,
            "ratio": stock_seconds / every[0],
            "unit": "submissions/min",
        },
    ]


def class_of(submissions):
    """Notebooks as students hand them in: one blank, the others solved but for conv2d, which is right or wrong in many ways."""
    answers = [path for kind in ("correct", "mistakes") for path in sorted((BANK / kind).glob("*.py"))]
    yield classroom.blank()
    for number in range(submissions - 1):
        source = answers[(number * 7) % len(answers)].read_text()
        yield classroom.with_answers(classroom.reference(), conv2d=source)


def make_course(folder, notebooks, stock):
    folder.mkdir()
    classroom.make_course(folder)
    if stock:
        (folder / "nbgrader_config.py").write_text(STOCK)
    for number, notebook in enumerate(notebooks):
        classroom.hand_in(folder, f"{('even', 'odd')[number % 2]}{number:02}", notebook)
    made = classroom.command(folder, "nbgrader", "generate_assignment", A1, "--force")
    assert made.returncode == 0, made.stderr[-2000:]
    return folder


def run_every_cell(course):
    """Take the marks off the release that say which cells are only shown."""
    path = course / "assignments" / A1 / f"{A1}.ipynb"
    release = nbformat.read(path, as_version=4)
    for cell in release.cells:
        cell.metadata.pop("tags", None)
    nbformat.write(release, path)


def measure(course, arguments):
    """Run a module in a course's folder: (seconds, peak MB)."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=course, env=classroom.environment(),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak = 0.0

    def watch():
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, share_of(process.pid))
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    seconds = time.perf_counter() - start
    watcher.join()
    return seconds, peak


def share_of(pid):
    """MB that a process and its descendants hold, each page divided by how many share it."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0.0
    for one in family:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 2**20

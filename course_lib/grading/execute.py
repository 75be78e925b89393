r"""Running a rebuilt notebook: the student's cells in a sandboxed kernel, the verdict on graded cells out here.

`grade` walks the notebook from top to bottom as "Restart and run all" would. A graded cell is never run: its check is
evaluated in this process, which asks the kernel for outputs on inputs the kernel has not seen before. When a cell takes the
kernel down, a fresh kernel runs the other cells again, so that one bad cell costs what depends on it and no more.
The result is plain data (`Graded`), stored as one JSON file named by everything it depends on.
"""

import hashlib
import json
import os
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import nbformat

from .checks import RemoteError, load_assignment
from .intake import is_added, is_answer, is_only_shown, read_bounded
from .sandbox import LIBRARY
from .session import Conversation, KernelError

MAX_KERNELS = 8  # how often a notebook may take its kernel down before the rest is left unrun
SUSPICION = 2  # after so many, cells the student added are left out: one may have started a thread that kills
MAX_ASKED = (
    4  # how often a check is put to a kernel that ends meanwhile; checks run in forks: not their fault
)


@dataclass
class Graded:
    """What grading one notebook came to; everything in it can be written as JSON.

    outputs: {cell index: nbformat outputs}; verdicts: {grade id: {points, max_points, rows, message}}; flags: what the
    instructor should look at, per line; cells_run: how many of how many cells ran to their end.
    """

    outputs: dict = field(default_factory=dict)
    verdicts: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)
    cells_run: list = field(default_factory=lambda: [0, 0])
    seconds: float = 0.0
    peak_mb: float | None = None

    def save(self, path):
        """Write atomically: the file is there whole or not at all, whenever the process ends."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with open(part, "w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)

    @classmethod
    def load(cls, path):
        """Read what `save` wrote; None when there is no such file or it is not whole."""
        try:
            data = json.loads(path.read_text())
            data["outputs"] = {int(index): outputs for index, outputs in data["outputs"].items()}
            return cls(**data)
        except (OSError, ValueError, KeyError, TypeError):
            return None


def is_checked(cell):
    """Whether a cell's points come from a check: graded code that is not itself an answer."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")


class Course:
    """One assignment as the grader sees it: its checks, the files students got with it."""

    def __init__(self, checks_path, release_folder):
        self.checks_path, self.release_folder = Path(checks_path), Path(release_folder)
        self.name = self.checks_path.parent.name
        if not self.release_folder.is_dir():
            raise FileNotFoundError(
                f"no released assignment at {self.release_folder}; make it with `make assignments`"
            )
        self.assignment = load_assignment(self.checks_path)
        released = (path for path in sorted(self.release_folder.iterdir()) if path.suffix != ".ipynb")
        self.files = {
            path.name: str(path) for path in released if path.is_file() and not path.name.startswith(".")
        }

        release = nbformat.read(self.release_path, as_version=4)
        self.given = {cell.source.strip() for cell in release.cells}
        self.digest = self._digest()  # once: files edited while a class is graded must not split its results

    @property
    def release_path(self):
        return self.release_folder / f"{self.name}.ipynb"

    def _digest(self):
        """What all results of this assignment depend on: the checks, the files given out, this library."""
        parts = [library_digest()]
        beside = [path for path in sorted(self.checks_path.parent.glob("*.py")) if path.stem != self.name]
        for path in [*beside, *map(Path, self.files.values())]:
            parts.append(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def library_digest():
    """A hash of all of course_lib, checkpoints and pictures too: any of it may be what a notebook's marks hang on."""
    everything = hashlib.sha256()
    for path in sorted(LIBRARY.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            everything.update(f"{path.relative_to(LIBRARY)}\0".encode() + path.read_bytes())
    return everything.hexdigest()


def key_of(notebook, files, course, limits):
    """The name under which a result is kept: a hash of all it depends on and of nothing else."""
    cells = [
        [cell.cell_type, cell.source, cell.metadata.get("nbgrader", {}).get("grade_id"), is_only_shown(cell)]
        + ([cell.outputs] if is_only_shown(cell) else [])
        for cell in notebook.cells
    ]
    helpers = {
        name: hashlib.sha256(read_bounded(path, 1 << 30)).hexdigest() for name, path in sorted(files.items())
    }
    everything = json.dumps([cells, helpers, course.digest, asdict(limits)], sort_keys=True)
    return hashlib.sha256(everything.encode()).hexdigest()[:32]


def grade(notebook, course, sandbox, files=None):
    """Run a rebuilt notebook and judge it. Returns a `Graded`; raises SandboxError only."""
    return _Run(notebook, course, sandbox, {**course.files, **(files or {})}).go()


class _Run:
    def __init__(self, notebook, course, sandbox, files):
        self.cells, self.checks = notebook.cells, course.assignment.checks
        self.sandbox, self.files, self.limits = sandbox, files, sandbox.limits
        self.graded = Graded()
        self.scan, self.given = course.assignment.scan, course.given
        self.asked = Counter()
        self.left_out = set()  # cells that took a kernel down or ran out of time: not run a second time
        self.finished = set()

    def go(self):
        start = time.monotonic()
        self.deadline = start + self.limits.notebook_s
        for attempt in range(MAX_KERNELS):
            if attempt == SUSPICION:
                self.left_out = {i for i in self.left_out if not is_answer(self.cells[i])}
                self.left_out |= {i for i, cell in enumerate(self.cells) if is_added(cell)}
            with self.sandbox.kernel(self.files) as kernel:
                conversation = Conversation(kernel, self.limits)
                try:
                    conversation.wait_until_ready()
                    whole = self._walk(conversation)
                except KernelError:
                    whole = False
                finally:
                    conversation.close()
                    peak = kernel.group.peak_mb() if kernel.group else None
                    self.graded.peak_mb = max(filter(None, (self.graded.peak_mb, peak)), default=None)
            if whole or time.monotonic() > self.deadline:
                break
        self._judge_the_rest()
        self._flag_shortcuts()
        code = [i for i, cell in enumerate(self.cells) if self._runs(cell)]
        self.graded.cells_run = [len(self.finished), len(code)]
        self.graded.seconds = round(time.monotonic() - start, 3)
        return self.graded

    @staticmethod
    def _runs(cell):
        return (
            cell.cell_type == "code"
            and bool(cell.source.strip())
            and not is_checked(cell)
            and not is_only_shown(cell)
        )

    def _walk(self, conversation):
        """All cells in order. Returns False when the kernel went down on the way."""
        for index, cell in enumerate(self.cells):
            left = self.deadline - time.monotonic()
            if is_checked(cell):
                grade_id = cell.metadata.nbgrader.grade_id
                if grade_id not in self.graded.verdicts and not self._judge(
                    grade_id, cell, index, conversation
                ):
                    return False
            elif self._runs(cell) and index not in self.left_out:
                if left <= 0:
                    self.graded.outputs[index] = [
                        _stopped("not run: the time for the whole notebook was over")
                    ]
                    continue
                outcome = conversation.run(cell.source, min(left, self.limits.cell_s))
                self.graded.outputs[index] = outcome.outputs
                if outcome.status in ("dead", "timeout", "flood"):
                    self.left_out.add(index)
                    self.graded.flags.append(f"cell {index + 1}: {outcome.outputs[-1]['evalue']}")
                else:
                    self.finished.add(index)
                if outcome.status == "dead":
                    return False
        return True

    def _judge(self, grade_id, cell, index, conversation):
        """Evaluate one check. Returns False when the kernel went down; the next kernel is then asked once more."""
        self.asked[grade_id] += 1
        alive = True

        def remote(request):
            nonlocal alive
            left = self.deadline - time.monotonic()
            if conversation is None or left <= 0:
                raise RemoteError(
                    "the time for the whole notebook was over" if left <= 0 else "the kernel kept ending"
                )
            try:
                return conversation.ask(request, min(left, self.limits.check_s))
            except KernelError as error:
                alive = not error.dead
                raise RemoteError(str(error)) from None

        verdict = self.checks[grade_id].evaluate(remote)
        if alive or self.asked[grade_id] >= MAX_ASKED:
            self._record(grade_id, cell, index, verdict)
        return alive

    def _record(self, grade_id, cell, index, verdict):
        """The verdict in the form nbgrader reads: a table to see, and a number as the cell's result."""
        possible = float(cell.metadata.nbgrader.get("points", verdict.max_points))
        points = min(max(verdict.points, 0.0), possible)
        if verdict.max_points != possible:
            self.graded.flags.append(
                f"{grade_id}: {verdict.max_points:g} points by its check, {possible:g} by its cell"
            )
        html = verdict.as_html().replace(
            "<table>", '<table class="table">', 1
        )  # nbgrader's pages style that class
        table = {"text/html": html, "text/plain": verdict.as_text()}
        self.graded.outputs[index] = [
            {"output_type": "display_data", "data": table, "metadata": {}},
            {
                "output_type": "execute_result",
                "data": {"text/plain": repr(points)},
                "metadata": {},
                "execution_count": None,
            },
        ]
        rows = [
            {"name": row.name, "earned": row.earned, "possible": row.possible, "passed": row.passed, "total": row.total, "hint": row.hint}
            for row in verdict.rows
        ]  # fmt: skip
        self.graded.verdicts[grade_id] = {
            "points": points, "max_points": possible, "rows": rows, "message": verdict.message
        }  # fmt: skip
        self.graded.flags += verdict.flags

    def _judge_the_rest(self):
        """Checks no kernel lived long enough for."""
        for index, cell in enumerate(self.cells):
            if is_checked(cell) and cell.metadata.nbgrader.grade_id not in self.graded.verdicts:
                self._judge(cell.metadata.nbgrader.grade_id, cell, index, None)

    def _flag_shortcuts(self):
        for index, cell in enumerate(self.cells):
            if self._runs(cell) and cell.source.strip() not in self.given:
                self.graded.flags += [f"cell {index + 1}, {line}" for line in self.scan(cell.source)]


def _stopped(text):
    return {"output_type": "error", "ename": "GraderStopped", "evalue": text, "traceback": [text]}


def missing_checks(notebook, course):
    """Grade ids of a notebook that its checks.py does not define: the instructor's mistake, to be said before grading."""
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_checked(cell)]
    return [grade_id for grade_id in ids if grade_id not in course.assignment.checks]


def write_into(notebook, graded):
    """Put the outputs of a `Graded` into the notebook it was made from."""
    for index, outputs in graded.outputs.items():
        cell = notebook.cells[index]
        cell.outputs = [nbformat.from_dict(output) for output in outputs]
        cell.execution_count = None
    return notebook

r"""A whole class graded: what `runner` starts.

    workers (processes)      take a submission in, run it in the sandbox, leave the result as one file
    one writer (this)        nbgrader's autograde for each student, which finds the result; a note that it is written
    workers again            feedback pages
    reports/<assignment>/    marks.csv, items.csv, report.txt

A result is named by all it depends on, written atomically, and the gradebook's writing is repeatable: the run may be
killed at any moment and started again, and picks up where it was. Workers are any `concurrent.futures.Executor` whose
processes see the course's folder.
"""

import contextlib
import fcntl
import json
import logging
import os
import sys
import tempfile
import warnings
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm
from traitlets.config import Config, PyFileConfigLoader

from . import confine, intake, report
from .autograde import load_course as load
from .autograde import safe_timestamp, shared_sandbox, store_of
from .execute import Graded, grade, key_of, missing_checks
from .sandbox import Limits, Sandbox, private_of


@dataclass(frozen=True)
class Job:
    """One submission to grade, as plain data that can travel to any process."""

    root: str
    student: str
    folder: str
    checks: str
    release: str
    limits: tuple = ()
    control: str | None = None  # the folder of a running sandbox; a process that cannot see it starts its own
    sandboxed: bool = True


@dataclass
class Done:
    """What a run did: who was written into the gradebook, who was up to date, who could not be graded and why."""

    written: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    failed: dict = field(default_factory=dict)


_attached = {}


def work(job):
    """Grade one submission, or find that it has been. Returns the name of the result and intake's report."""
    limits = Limits(**dict(job.limits))
    course = load(job.checks, job.release)
    taken = intake.take_in(job.folder, course.release_path)
    key = key_of(taken.notebook, taken.files, course, limits)
    path = store_of(job.root, course.name) / f"{key}.json"
    if Graded.load(path) is None:
        if job.control and Path(job.control).is_dir():
            sandbox = _attached.setdefault(job.control, Sandbox(limits, control=job.control))
        else:
            sandbox = shared_sandbox(limits, job.root, job.sandboxed)
        grade(taken.notebook, course, sandbox, taken.files).save(path)
    return key, taken.report


def configure(root):
    """The course's nbgrader settings, as `nbgrader` itself would read them, and its interface: (config, api)."""
    root = Path(root).resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise FileNotFoundError(f"no nbgrader_config.py in {root}: run this in the course's folder")
    path = os.environ.get("PATH", "")
    if str(Path(sys.executable).parent) not in path.split(
        os.pathsep
    ):  # nbgrader calls programs of its environment
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{path}"
    config = Config(PyFileConfigLoader("nbgrader_config.py", str(root)).load_config())
    config.CourseDirectory.root = str(root)
    warnings.filterwarnings("ignore", module="nbgrader")  # of its use of SQLAlchemy
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    return config, NbGraderAPI(CourseDirectory(config=config), config=config)


def ensure_released(api, config, assignment, release_path):
    """Make sure that the gradebook knows the assignment and all its cells, without touching what was released."""
    directory = api.coursedir
    with Gradebook(directory.db_url, directory.course_id) as gradebook, contextlib.suppress(MissingEntry):
        notebooks = gradebook.find_assignment(assignment).notebooks  # none where only a due date was entered
        known = {cell.name for notebook in notebooks for cell in notebook.source_cells}  # written last
        if known >= _marked(release_path) or any(notebook.submissions for notebook in notebooks):
            return  # else: not taken in, or only in part by a run that was killed meanwhile
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = Config(config)
        elsewhere.CourseDirectory.release_directory = scratch
        other = NbGraderAPI(CourseDirectory(config=elsewhere), config=elsewhere)
        result = other.generate_assignment(assignment)
    if not result["success"]:
        raise RuntimeError(
            f"the gradebook could not take {assignment} in:\n{result.get('log') or result.get('error')}"
        )


def _marked(release_path):
    """The grade ids of a released notebook."""
    cells = nbformat.read(release_path, as_version=4).cells
    return {cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata}


def submissions(directory, assignment, pattern="*"):
    """{student: folder} of everything in submitted/ for the assignment."""
    base = Path(directory.format_path(directory.submitted_directory, "*", assignment))
    folders = sorted(path for path in base.parent.parent.glob(f"{pattern}/{assignment}") if path.is_dir())
    return {folder.parent.name: str(folder) for folder in folders}


def run(assignment, root=".", workers=None, pattern="*", executor: Executor | None = None, limits=None, sandboxed=True, feedback=True, progress=True, sandbox=None):  # fmt: skip
    """Grade every submission of `assignment`. Returns a `Done`; raises SandboxError when there is no sandbox.

    sandbox: one that was launched earlier and is warming up; without it, one is launched here.
    """
    root = Path(root).resolve()
    config, api = configure(root)
    directory = api.coursedir
    place = lambda step: os.path.normpath(directory.format_path(step, ".", assignment))  # noqa: E731
    checks, release = (
        os.path.join(place(directory.source_directory), "checks.py"),
        place(directory.release_directory),
    )
    course = load(checks, release)
    lacking = missing_checks(intake.take_in(root / "nowhere", course.release_path).notebook, course)
    if lacking:
        raise ValueError(f"{checks} has no check for the graded cells {', '.join(lacking)}")
    found = submissions(directory, assignment, pattern)
    if not found:
        raise FileNotFoundError(f"nothing to grade: no folder submitted/{pattern}/{assignment} in {root}")
    values = {**config.TrustedExecute.get("limits", {}), **(limits or {})}
    config.TrustedExecute.limits = values
    config.TrustedExecute.sandboxed = sandboxed
    api.update_config(config)
    with _only_one(root, assignment), contextlib.ExitStack() as stack:
        control = None
        if sandboxed:
            if sandbox is None or sandbox.limits.gpu != Limits(**values).gpu:
                sandbox = stack.enter_context(closing(Sandbox(Limits(**values), private_of(root))))
            control = str(sandbox.launch().folder)  # it warms up while the checks are worked out,
        for check in course.assignment.checks.values():
            _ = check.sheet  # once, before the workers are forked
        jobs = {
            student: Job(
                str(root), student, folder, checks, release, tuple(sorted(values.items())), control, sandboxed
            )
            for student, folder in found.items()
        }
        ensure_released(api, config, assignment, course.release_path)
        if sandboxed:
            sandbox.start()
        pool = executor or stack.enter_context(_processes(workers or min(os.cpu_count() or 1, len(jobs))))
        done = _grade_all(api, assignment, jobs, pool, progress)
        if feedback:
            _feedback_all(assignment, root, done, pool, directory, progress)
    report.write(root, assignment, course, directory, submissions(directory, assignment), done)
    return done


def _processes(count):
    return ProcessPoolExecutor(count, mp_context=get_context("fork"), initializer=_begin_worker)


def _begin_worker():
    if sys.platform.startswith("linux"):
        confine.die_with_parent()  # a killed run leaves nobody behind


def _grade_all(api, assignment, jobs, pool, progress):
    """Results as they come, each written into the gradebook before the next."""
    done, due = Done(), _due(api.coursedir, assignment)
    futures = {pool.submit(work, job): student for student, job in jobs.items()}
    for future in tqdm(as_completed(futures), "grading", len(futures), unit="student", disable=not progress):
        student = futures[future]
        try:
            key, odd = _result_of(future, jobs[student])
        except Exception as error:  # one submission must not stop the others
            done.failed[student] = f"{type(error).__name__}: {error}"
        else:
            _write_one(api, assignment, jobs[student], key, odd, due, done)
    return done


def _result_of(future, job):
    try:
        return future.result()
    except (
        BrokenExecutor
    ):  # some worker process died, perhaps not of this submission: once more, in a process of its own
        with _processes(1) as alone:
            return alone.submit(work, job).result()


def _due(directory, assignment):
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        return str(gradebook.find_assignment(assignment).duedate)


def _write_one(api, assignment, job, key, odd, due, done):
    """Have nbgrader write one student's marks, unless what they depend on is as it was when they were written."""
    student, note = job.student, Path(job.root, "reports", assignment, "written", f"{job.student}.json")
    handed_in = safe_timestamp(api.coursedir, job.folder)
    state = {"result": key, "handed_in": str(handed_in), "due": due, "odd": odd}
    if _read(note) == state and _is_written(api.coursedir, assignment, student):
        done.unchanged.append(student)
        return
    result = api.autograde(assignment, student, force=True)
    if result["success"]:
        _write(note, state)
        done.written.append(student)
    else:
        done.failed[student] = (result.get("log") or result.get("error") or "nbgrader gave no reason")[-2000:]


def _is_written(directory, assignment, student):
    copy = Path(
        directory.format_path(directory.autograded_directory, student, assignment), f"{assignment}.ipynb"
    )
    if not copy.is_file():
        return False
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        try:
            return gradebook.find_submission(assignment, student) is not None
        except MissingEntry:
            return False


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def _write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(data))
    os.replace(part, path)


def feed_back(root, assignment, student):
    """nbgrader's feedback page for one student. Returns None, or why there is none."""
    _, api = configure(root)
    result = api.generate_feedback(assignment, student, force=True)
    return (
        None if result["success"] else (result.get("log") or result.get("error") or "no reason given")[-1000:]
    )


def _feedback_all(assignment, root, done, pool, directory, progress):
    """A page for everybody whose marks were written since the last one, also where the run that wrote them was killed."""
    notes = Path(root, "reports", assignment)

    def is_up_to_date(student):
        folder = directory.format_path(directory.feedback_directory, student, assignment)
        told = _read(notes / "told" / f"{student}.json")  # the state of the marks when the page was finished
        return Path(folder, f"{assignment}.html").is_file() and told == _read(
            notes / "written" / f"{student}.json"
        )

    students = [*done.written, *(student for student in done.unchanged if not is_up_to_date(student))]
    futures = {pool.submit(feed_back, str(root), assignment, student): student for student in students}
    for future in tqdm(as_completed(futures), "feedback", len(futures), unit="page", disable=not progress):
        student, why = futures[future], future.result()
        if why:
            print(f"no feedback for {student}: {why}", file=sys.stderr)
        else:
            _write(notes / "told" / f"{student}.json", _read(notes / "written" / f"{student}.json"))


@contextlib.contextmanager
def _only_one(root, assignment):
    """Two runs at once would write into one gradebook."""
    folder = root / "reports" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(
                f"{assignment} is being graded by another process (lock: {folder / 'lock'})"
            ) from None
        yield

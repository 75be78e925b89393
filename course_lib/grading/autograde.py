r"""How nbgrader calls us: its converter with our intake in front, its Execute replaced by a sandboxed one.

`install(config)` is called by nbgrader_config.py, so that the command, the formgrader's button and the runner all go this
way. nbgrader's own converter copies whatever lies in a submission, following links, before any setting could stop it;
that is why the class is replaced and not only configured. Everything after (gradebook, late penalties, feedback) is nbgrader's.
"""

import contextlib
import glob
import os
import re
from functools import cache, partial
from pathlib import Path

import nbgrader.api
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import sqlalchemy
from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    Execute,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets import Bool, Dict, List

from . import intake, pages
from .execute import Course, Graded, grade, key_of, missing_checks, write_into
from .sandbox import Limits, Sandbox, Unconfined, private_of

SECRET = "submission_secret.txt"  # nbgrader releases a feedback page under a hash of it: only who handed in knows it


class TrustedExecute(Execute):
    """Takes the place of nbgrader's Execute: results come from the store, or from a run in the sandbox."""

    limits = Dict(help="Values for sandbox.Limits, e.g. {'cell_s': 120}").tag(config=True)
    sandboxed = Bool(
        True, help="False runs student code as you, with your files. Never on a machine you care for."
    ).tag(config=True)

    def preprocess(self, nb, resources):
        place = resources["nbgrader"]["grader"]
        course = load_course(place["checks"], place["release"])
        lacking = missing_checks(nb, course)
        if lacking:
            raise NbGraderException(
                f"{course.checks_path} has no check for the graded cells {', '.join(lacking)}"
            )
        limits = Limits(**self.limits)
        store = store_of(place["root"], course.name) / f"{key_of(nb, place['files'], course, limits)}.json"
        graded = Graded.load(store)
        if graded is None:
            sandbox = shared_sandbox(limits, place["root"], self.sandboxed)
            graded = grade(nb, course, sandbox, place["files"])
            graded.save(store)
        write_into(nb, graded)
        notes = notes_of(place["report"], graded)
        if notes:
            nb.cells.insert(
                0, new_markdown_cell("\n".join(["**Notes of the grader**\n", *(f"- {n}" for n in notes)]))
            )
        return nb, resources


def notes_of(report, graded):
    """What the student should know besides the verdicts: what intake found odd, which cells were stopped."""
    run, of = graded.cells_run
    return [*report, *([f"{of - run} of {of} code cells did not run to their end."] if run < of else [])]


def store_of(root, assignment):
    """The folder of an assignment's results."""
    return Path(root, "reports", assignment, "results")


@cache
def load_course(checks, release):
    """A `Course`, once per process: working out a check's truth takes a moment."""
    return Course(checks, release)


@cache
def shared_sandbox(limits, root, sandboxed=True):
    """This process's sandbox, started when first needed; it ends with the process."""
    return Sandbox(limits, private_of(root)) if sandboxed else Unconfined(limits)


class _CopiesNothing(BaseConverter):
    """Stands between Autograde and BaseConverter: of a submission only its time and its feedback's address are copied."""

    def init_assignment(self, assignment_id, student_id):
        source, target = (
            self._format_source(assignment_id, student_id),
            self._format_dest(assignment_id, student_id),
        )
        os.makedirs(target, exist_ok=True)
        if self.coursedir.get_existing_timestamp(source) is not None:
            text = intake.read_bounded(os.path.join(source, "timestamp.txt"), 200)
            Path(target, "timestamp.txt").write_bytes(text)
        with contextlib.suppress(OSError, ValueError):  # not handed in through the exchange
            text = intake.read_bounded(os.path.join(source, SECRET), 200)
            if re.fullmatch(rb"[0-9a-f]{32,200}", text):
                Path(target, SECRET).write_bytes(text)


class TrustedAutograde(Autograde, _CopiesNothing):
    """nbgrader's autograde with a submission that is read by `intake`, not copied, followed or opened elsewhere."""

    sanitize_preprocessors = List([OverwriteKernelspec, OverwriteCells]).tag(config=True)
    autograde_preprocessors = List([TrustedExecute, LimitOutput, SaveAutoGrades, AssignLatePenalties]).tag(
        config=True
    )

    def __init__(self, coursedir=None, **kwargs):
        super().__init__(coursedir=coursedir, **kwargs)
        self.coursedir.get_existing_timestamp = partial(safe_timestamp, self.coursedir)

    def init_notebooks(self):
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = [path for path in sorted(glob.glob(pattern)) if os.path.isdir(path)]
        # one notebook for each folder, whatever it is called in there: intake finds it
        self.assignments = {path: [os.path.join(path, f"{os.path.basename(path)}.ipynb")] for path in folders}
        if not folders:
            message = f"No submissions were matched by '{pattern}'"
            self.log.error(message)
            raise NbGraderException(message)

    def init_single_notebook_resources(self, notebook_filename):
        resources = super().init_single_notebook_resources(notebook_filename)
        name, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        directory = self.coursedir
        release = directory.format_path(directory.release_directory, ".", name)
        checks = os.path.join(directory.format_path(directory.source_directory, ".", name), "checks.py")
        submitted = directory.format_path(directory.submitted_directory, student, name)
        taken = intake.take_in(submitted, os.path.join(release, f"{name}.ipynb"))
        self.taken_notebook = taken.notebook
        resources["nbgrader"]["grader"] = {
            "root": directory.root, "release": os.path.normpath(release), "checks": os.path.normpath(checks),
            "files": taken.files, "report": taken.report,
        }  # fmt: skip
        return resources

    def _init_preprocessors(self):
        self.exporter._preprocessors = []
        for one in (*self.sanitize_preprocessors, *self.autograde_preprocessors):
            self.exporter.register_preprocessor(one)

    def convert_single_notebook(self, notebook_filename):
        """nbgrader's two conversions in one: intake has cleaned the notebook, nothing is written in between."""
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(notebook_filename)
        for line in resources["nbgrader"]["grader"]["report"]:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], line)
        with utils.setenv(NBGRADER_EXECUTION="autograde"):
            output, resources = self.exporter.from_notebook_node(self.taken_notebook, resources=resources)
        self.write_single_notebook(output, resources)


def safe_timestamp(directory, folder):
    """nbgrader's `get_existing_timestamp`, for a file anyone may have written: a date, or None."""
    path = os.path.join(folder, "timestamp.txt")
    if not os.path.lexists(path):
        return None
    try:
        return utils.parse_utc(intake.read_bounded(path, 200).decode().strip())
    except (ValueError, OverflowError, TypeError) as error:
        directory.log.warning("The timestamp in %s was ignored: %s", folder, error)
        return None


@cache
def _engine(url, **options):
    return sqlalchemy.create_engine(url, **options)


def install(config):
    """Switch everything on: called by nbgrader_config.py with its `c`."""
    # nbgrader opens the gradebook nine times a student; one engine then keeps the queries it has compiled
    nbgrader.api.create_engine = _engine
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = TrustedAutograde
    defaults = CourseDirectory.ignore.default_args[0]
    config.CourseDirectory.ignore = [*defaults, "*.py", "*.md", "*.json", "*.db", ".*"]
    config.ExchangeFactory.collect = "course_lib.grading.collect.SafeCollect"
    config.ExchangeFactory.release_feedback = "course_lib.grading.collect.SafeReleaseFeedback"
    config.ZipCollectApp.extractor_plugin = "course_lib.grading.collect.SafeExtractor"
    config.Execute.timeout = 600  # s that Validate gives a cell; nbgrader's 30 are few for a slow computer
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {"markdown2html": pages.markdown2html, "clean_html": pages.clean_html}

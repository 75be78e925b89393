"""The instructor's handbook: what it names exists, what it tells to type runs, and its gradebook on a real PostgreSQL."""

import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests import classroom
from tests.jupyter import free_port, wait_for

A1 = "a1_convolution"


@pytest.fixture(scope="module")
def handbook(root):
    return (root / "HANDBOOK.md").read_text()


def blocks(handbook, kind):
    """The lines of all fenced blocks of one kind, in order; comments and blank lines left out."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", handbook, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in found for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def commands(handbook):
    """All that the handbook tells to type: its fenced commands, and those in running text."""
    inline = re.findall(r"`((?:make|nbgrader|python -m|jupyter) [^`\n]+)`", handbook)
    return [*blocks(handbook, "sh"), *blocks(handbook, "sh run"), *inline]


def test_every_command_names_something_that_exists(handbook, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    from nbgrader.apps import NbGraderApp

    subcommands = set(NbGraderApp.subcommands)
    seen = {"make": 0, "nbgrader": 0, "python": 0}
    for line in commands(handbook):
        words = shlex.split(line, comments=True)
        while "=" in words[0]:
            words = words[1:]
        program = words[0]
        if program == "make":
            assert words[1] in targets, line
        elif program == "nbgrader":
            assert words[1] in subcommands, line
        elif program == "python":
            if words[1] == "-m":
                assert importlib.util.find_spec(words[2]) is not None, line
        else:
            assert program in {
                "jupyter",
                "pip",
                "git",
                "cp",
                "sudo",
                "tar",
                "chmod",
                "mkdir",
                "pg_dump",
                "createdb",
            }, line
        if program in seen:
            seen[program] += 1
    assert min(seen.values()) >= 3, seen


def test_every_path_named_in_it_exists(handbook, root):
    """Names in code that begin with a folder of the repository, but for the reader's own (`yours`)."""
    parts = "course_lib|lectures|solutions|assignments|tests|data_scripts"
    names = set(re.findall(rf"`((?:{parts})/[^`\s<]*)`", handbook))
    checked = [name for name in names if "yours" not in name]
    assert len(checked) >= 6
    assert [name for name in checked if not (root / name).exists()] == []


def test_both_syllabi_hold_every_core_lecture_once_and_every_assignment(handbook):
    core = {"00", "01", "02", "03", "04", "05", "06", "07", "11", "12", "14", "15", "16", "19", "20"}
    for weeks in (10, 14):
        table = re.search(rf"^### {weeks} weeks$(.*?)(?=^#)", handbook, re.MULTILINE | re.DOTALL)[1]
        rows = re.findall(r"^\| *(\d+) *\|([^|]*)\|([^|]*)\|", table, re.MULTILINE)
        assert [int(row[0]) for row in rows] == list(range(1, weeks + 1))
        lectures = re.findall(r"\b(\d\d)(?!c)\b", " ".join(row[1] for row in rows))
        assert len(lectures) == len(set(lectures))
        assert core <= set(lectures)
        assert re.findall(r"\ba(\d) due", " ".join(row[2] for row in rows)) == list("123456")


def test_objectives_map_to_checks_that_exist(handbook, root):
    """Each objective names the graded functions or questions that assess it: grade ids of the assignments."""
    table = re.search(r"^## Objectives.*?$(.*?)(?=^## )", handbook, re.MULTILINE | re.DOTALL)[1]
    named = re.findall(r"\| *a(\d): ([^|]+)\|", table)
    assert {number for number, _ in named} == set("123456")
    for number, text in named:
        (notebook,) = (root / "solutions").glob(f"a{number}_*/a{number}_*.ipynb")
        cells = nbformat.read(notebook, as_version=4).cells
        known = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells}
        for name in re.findall(r"`(\w+)`", text):
            assert name in known, f"a{number} has no {name}"


@pytest.mark.slow
@pytest.mark.sandbox
def test_its_commands_run_one_after_the_other(handbook, tmp_path):
    """The blocks marked `sh run`, as they stand, in a course folder with one submission of assignment 1."""
    course = classroom.make_course(tmp_path)
    classroom.hand_in(course, "ada", classroom.reference())
    (course / "students.csv").write_text(
        "id,first_name,last_name,email\nada,Ada,Lovelace,ada@school.example\n"
    )
    lines = blocks(handbook, "sh run")
    assert len(lines) >= 8
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=course,
            env=classroom.environment(),
            capture_output=True,
            text=True,
            timeout=1200,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    marks = (course / "reports" / "marks_moodle.csv").read_text()
    assert "ada,Ada,Lovelace,ada@school.example" in marks
    assert list(course.glob("backup*")), "no backup was made"


@pytest.mark.slow
def test_a_due_date_entered_first_does_not_hide_the_cells(tmp_path, monkeypatch):
    """`nbgrader db assignment add` before anything is generated: grading still teaches the gradebook the points."""
    from nbgrader.api import Gradebook

    from course_lib.grading.batch import configure, ensure_released

    course = classroom.make_course(tmp_path)
    monkeypatch.chdir(course)
    config, api = configure(course)
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        gradebook.add_assignment(A1, duedate="2030-02-01 18:00 UTC")
    ensure_released(api, config, A1, course / "assignments" / A1 / f"{A1}.ipynb")
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        entry = gradebook.find_assignment(A1)
        assert entry.max_score == 40
        assert entry.duedate.year == 2030


# PostgreSQL -----------------------------------------------------------------------------------------------------------

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


@pytest.fixture
def postgres(tmp_path_factory):
    """The URL of an empty database on a server of our own; skips, with the reason, where there is none."""
    binaries = [Path(p).parent for p in (shutil.which("initdb"), *map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))) if p]  # fmt: skip
    if not binaries:
        pytest.skip("PostgreSQL is not installed (initdb is not found): apt-get install postgresql")
    folder = Path(tempfile_for_sockets())
    root = os.geteuid() == 0
    who = {"user": UNPRIVILEGED} if root else {}
    if root:
        shutil.chown(folder, UNPRIVILEGED)
    data, port = folder / "data", free_port()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [binaries[0] / "initdb", "-D", data, "-U", "teacher", "-A", "trust", "--no-sync"], **quiet, **who
    )
    server = subprocess.Popen(
        [binaries[0] / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-F"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **who,
    )  # fmt: skip
    try:
        import psycopg

        def connected():
            try:
                return psycopg.connect(
                    f"host=127.0.0.1 port={port} user=teacher dbname=postgres", autocommit=True
                )
            except psycopg.OperationalError:
                assert server.poll() is None, "the server did not start"

        with wait_for(connected) as connection:
            connection.execute("CREATE DATABASE gradebook")
        yield f"postgresql+psycopg://teacher@127.0.0.1:{port}/gradebook"
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it waits for no client
        server.wait(120)
        shutil.rmtree(folder, ignore_errors=True)


def tempfile_for_sockets():
    """A short path that another user may enter: a socket's path has at most 107 characters, pytest's folders are private."""
    import tempfile

    return tempfile.mkdtemp(prefix="pg-")


@pytest.mark.slow
@pytest.mark.sandbox
def test_the_gradebook_on_a_postgresql_server(postgres, tmp_path):
    """The setting of the handbook; the marks are those that SQLite gets."""
    course = classroom.make_course(tmp_path)
    config = course / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.CourseDirectory.db_url = {postgres!r}\n")
    wrong = classroom.with_answers(classroom.reference(), conv2d=classroom.WRONG_CONV2D)
    classroom.hand_in(course, "ada", classroom.reference())
    classroom.hand_in(course, "ben", wrong)
    extra = classroom.environment()["PYTHONPATH"], os.environ.get("PYTHONPATH", "")
    environment = classroom.environment() | {"PYTHONPATH": os.pathsep.join(filter(None, extra))}

    def run(*module):
        return subprocess.run(
            [sys.executable, "-m", *module],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            timeout=1200,
        )

    done = run("course_lib.grading.runner", A1)
    assert done.returncode == 0, done.stderr[-2000:]
    assert not (course / "gradebook.db").exists(), "something was written to SQLite after all"
    import psycopg

    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT sa.student_id, b.name, g.auto_score FROM grade g JOIN base_cell b ON g.cell_id = b.id "
            "JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment sa ON n.assignment_id = sa.id"
        ).fetchall()
    marks = {(student, name): score for student, name, score in rows if name.startswith("check_")}
    assert {name: score for (student, name), score in marks.items() if student == "ada"} == classroom.FULL
    assert marks["ben", "check_conv2d"] == 0
    again = run("course_lib.grading.runner", A1)
    assert "2 unchanged" in again.stdout
    exported = run("course_lib.grading.export", "canvas", "--open")
    assert "2 marks of 2 students" in exported.stdout, exported.stderr[-1000:]

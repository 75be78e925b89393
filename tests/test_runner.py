"""The runner: killed at any moment and started again it ends where an undisturbed run does; its report counts right."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from course_lib.grading import batch, report
from course_lib.grading.execute import Course, Graded
from tests import classroom
from tests.classroom import A1, blank, hand_in, reference, with_answers

KILLS = int(os.environ.get("COURSE_KILLS", "3"))


def entries(course):
    """All that the gradebook says of the submissions, without its internal numbers."""
    with sqlite3.connect(course / "gradebook.db") as database:
        return sorted(database.execute(
            "SELECT sa.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade, n.late_submission_penalty "
            "FROM grade g JOIN base_cell b ON g.cell_id = b.id JOIN submitted_notebook n ON g.notebook_id = n.id "
            "JOIN submitted_assignment sa ON n.assignment_id = sa.id"
        ).fetchall(), key=repr)  # fmt: skip


def fill(folder, students=6):
    course = classroom.make_course(folder)
    bank = classroom.ROOT / "tests/banks" / A1 / "check_conv2d"
    answers = sorted((bank / "mistakes").glob("*.py"))
    hand_in(course, "s00", blank())
    for number in range(1, students):
        source = answers[number * 5 % len(answers)].read_text()
        hand_in(course, f"s{number:02}", with_answers(reference(), conv2d=source))
    return course


def results(course):
    return {
        path.name: path.stat().st_mtime_ns for path in (course / "reports" / A1 / "results").glob("*.json")
    }


@pytest.mark.sandbox
@pytest.mark.slow
def test_killed_at_random_and_resumed_is_the_same_as_undisturbed(tmp_path):
    for name in ("calm", "killed"):
        (tmp_path / name).mkdir()
    students = 6 if KILLS < 5 else 10
    calm, killed = fill(tmp_path / "calm", students), fill(tmp_path / "killed", students)
    start = time.monotonic()
    assert classroom.grade_class(calm).returncode == 0
    whole = time.monotonic() - start
    chance, before, times = random.Random(7), {}, []
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "course_lib.grading.runner", A1], cwd=killed, env=classroom.environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        times.append(chance.uniform(0.05, 1.0) * whole)
        try:
            process.wait(times[-1])
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        after = results(killed) if (killed / "reports" / A1 / "results").is_dir() else {}
        assert before.items() <= after.items()  # what was graded stays, and is not graded again
        before = after
    assert classroom.grade_class(killed).returncode == 0
    assert before.items() <= results(killed).items()
    assert entries(killed) == entries(calm)
    assert set(results(killed)) == set(results(calm))
    assert classroom.grade_class(killed).stdout.startswith(
        f"{A1}: {students} submissions; now 0 written, {students} unchanged"
    )
    pages = {str(path.relative_to(calm)) for path in (calm / "feedback").rglob("*.html")}
    assert pages == {str(path.relative_to(killed)) for path in (killed / "feedback").rglob("*.html")}
    assert len(pages) == students


@pytest.mark.slow
def test_a_run_killed_while_the_gradebook_took_the_assignment_in_is_made_good(tmp_path, monkeypatch):
    course = classroom.make_course(tmp_path)
    monkeypatch.chdir(course)
    config, api = batch.configure(course)
    release = course / "assignments" / A1 / f"{A1}.ipynb"

    def known():
        tables = ("base_cell", "source_cell", "grade_cells", "solution_cells", "notebook")
        with sqlite3.connect(course / "gradebook.db") as database:
            return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]

    batch.ensure_released(api, config, A1, release)
    whole = known()
    with sqlite3.connect(course / "gradebook.db") as database:
        ids = database.execute("SELECT id FROM base_cell LIMIT 7").fetchall()
        for table in ("grade_cells", "solution_cells", "base_cell"):
            database.executemany(f"DELETE FROM {table} WHERE id = ?", ids)
        database.execute("DELETE FROM source_cell")  # these nbgrader writes last
    assert known() < whole
    batch.ensure_released(api, config, A1, release)
    assert known() == whole


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_page_that_a_killed_run_left_out_or_left_old_is_made_by_the_next(tmp_path):
    course = fill(tmp_path, 2)
    assert classroom.grade_class(course).returncode == 0
    missing, old = (course / "feedback" / student / A1 / f"{A1}.html" for student in ("s00", "s01"))
    missing.unlink()  # a kill between the making of the folder and of the page
    hand_in(course, "s01", reference())
    assert (
        classroom.grade_class(course, "--no-feedback").returncode == 0
    )  # ends where a kill before feedback does
    assert not missing.exists()
    before = old.read_text()
    assert classroom.grade_class(course).stdout.startswith(f"{A1}: 2 submissions; now 0 written, 2 unchanged")
    assert missing.is_file()
    assert old.read_text() != before
    times = [page.stat().st_mtime_ns for page in (missing, old)]
    assert classroom.grade_class(course).returncode == 0
    assert times == [page.stat().st_mtime_ns for page in (missing, old)]  # made once


@pytest.mark.sandbox
def test_without_a_course_or_submissions_it_says_so(tmp_path):
    assert "no nbgrader_config.py" in classroom.grade_class(tmp_path).stderr
    course = classroom.make_course(tmp_path)
    run = classroom.grade_class(course)
    assert run.returncode == 2
    assert "nothing to grade: no folder submitted/*/a1_convolution" in run.stderr


def test_a_result_is_whole_or_absent(tmp_path):
    path = tmp_path / "results" / "x.json"
    assert Graded.load(path) is None
    graded = Graded(
        outputs={3: [{"output_type": "stream", "name": "stdout", "text": "x"}]},
        flags=["look"],
        cells_run=[1, 2],
    )
    graded.save(path)
    assert Graded.load(path) == graded
    assert [one.name for one in path.parent.iterdir()] == ["x.json"]
    path.write_text(path.read_text()[:-10])
    assert Graded.load(path) is None


def verdict(points, hints):
    rows = [
        {"name": name, "earned": earned, "possible": 1.0, "passed": 0, "total": 1, "hint": hint}
        for name, earned, hint in zip(("easy", "hard"), points, hints, strict=True)
    ]
    return Graded(
        verdicts={"check_f": {"points": sum(points), "max_points": 2.0, "rows": rows, "message": ""}}
    )


def test_item_analysis_by_hand():
    class check:
        name = "f"

    graded = [
        verdict([1.0, 0.0], ["", "flip it"]),
        verdict([1.0, 1.0], ["", ""]),
        verdict([0.0, 0.0], ["shift it", "flip it"]),
    ]
    overall, easy, hard = report.item_analysis(graded, {"check_f": check, "check_unseen": check})
    assert (overall["students"], overall["mean"], overall["full"], overall["none"]) == (3, 1.0, 1, 1)
    assert (easy["mean"], easy["full"], easy["most frequent hint"]) == (0.67, 2, "1x shift it")
    assert (hard["mean"], hard["full"], hard["most frequent hint"]) == (0.33, 1, "2x flip it")


def test_a_name_is_no_formula(tmp_path):
    report._write_csv(tmp_path / "x.csv", [{"student": "=HYPERLINK(1)", "score": -1.0}])
    assert (tmp_path / "x.csv").read_text().splitlines()[1] == "'=HYPERLINK(1),-1.0"


def test_notes_are_json(tmp_path):
    batch._write(tmp_path / "a" / "b.json", {"result": "k"})
    assert json.loads((tmp_path / "a" / "b.json").read_text()) == {"result": "k"}
    assert batch._read(tmp_path / "a" / "c.json") is None


def test_files_edited_while_a_class_is_graded_do_not_split_its_results(tmp_path):
    folder = classroom.make_course(tmp_path)
    checks, release = folder / "solutions" / A1 / "checks.py", folder / "assignments" / A1
    course = Course(checks, release)
    before = course.digest
    checks.write_text(checks.read_text() + "# mended\n")
    assert course.digest == before
    assert Course(checks, release).digest != before


def test_the_sandbox_is_started_before_anything_slow_is_imported():
    code = "import sys, course_lib.grading.runner; print({'torch', 'nbgrader', 'IPython'} & set(sys.modules))"
    made = subprocess.run(
        [sys.executable, "-c", code], env=classroom.environment(), capture_output=True, text=True
    )
    assert made.stdout == "set()\n", made.stderr

"""Grading from end to end: the marks each submission should have, through all three doors; what the gradebook and the pages show."""

import re
import sqlite3

import nbformat
import pytest
from nbformat.v4 import new_output

from tests import classroom
from tests.classroom import A1, FULL, blank, grade_id, hand_in, reference, with_answers, with_cell

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

FLIPPED = (classroom.ROOT / "tests/banks" / A1 / "check_conv2d/mistakes/flipped.py").read_text()
BY_FFT = (classroom.ROOT / "tests/banks" / A1 / "check_conv2d/correct/fft.py").read_text()
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOT_RUN = "[shown as submitted: the grader did not run this cell again]\n"
ZERO = dict.fromkeys(FULL, 0.0)
DESERVED = {
    "right": FULL,
    "blank": ZERO,
    "flipped": FULL | {"check_conv2d": 0.0},
    "by_fft": FULL,
    "warns": FULL,
    "dies": FULL | {"check_receptive_field": 0.0},
    "elsewhere": FULL,
    "tagged": FULL | {"check_conv2d": 0.0},
}
DEMO = "# yours to try: which padding"
MENDED = """
assignment.checks["check_conv2d"].oracle = lambda x, weight, bias, stride=1, padding=0: (
    -torch.nn.functional.conv2d(x, weight, bias, stride, padding)
)
"""
BUTTON = f"""
from course_lib.grading.batch import configure
_, api = configure(".")  # the formgrader's button calls this method of this class
for student in {sorted(DESERVED)!r}:
    result = api.autograde({A1!r}, student)
    assert result["success"], result
"""


def fill(folder):
    course = classroom.make_course(folder)
    hand_in(course, "right", reference())
    hand_in(course, "blank", blank())
    hand_in(course, "flipped", with_answers(reference(), conv2d=FLIPPED))
    hand_in(course, "by_fft", with_answers(reference(), conv2d=BY_FFT))
    hand_in(
        course,
        "warns",
        with_cell(reference(), "import warnings, sys\nwarnings.warn('x')\nprint('y', file=sys.stderr)"),
    )
    hand_in(course, "dies", with_answers(reference(), receptive_field="import os\nos._exit(1)"))
    hand_in(course, "elsewhere", with_conv2d_in_a_demonstration())
    hand_in(course, "tagged", tagged_by_the_student())
    return course


def demo_of(notebook):
    return next(cell for cell in notebook.cells if cell.source.startswith(DEMO))


def with_conv2d_in_a_demonstration():
    """The answer cell as it was given out, the function in a cell that the grader does not run unless it is needed."""
    notebook, cells = reference(), {grade_id(cell): cell for cell in blank().cells}
    solution = next(cell.source for cell in notebook.cells if grade_id(cell) == "conv2d")
    notebook = with_answers(notebook, conv2d=cells["conv2d"].source)
    next(cell for cell in notebook.cells if "what does this filter see?" in cell.source).source = solution
    return notebook


def tagged_by_the_student():
    """A wrong answer, all cells marked as demonstrations, and outputs that claim all points below a real one."""
    notebook = with_answers(reference(), conv2d=FLIPPED)
    for cell in notebook.cells:
        cell.metadata["tags"] = ["demo", "experiment"]
        if cell.cell_type == "code":
            cell.outputs = [
                new_output("stream", text="as I saw it\n"),
                new_output("display_data", data={"image/png": PNG}),
            ]
    demo_of(notebook).source = f"{DEMO}\nprint('run ' * 3)"
    return notebook


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    course = fill(tmp_path_factory.mktemp("runner"))
    run = classroom.grade_class(course)
    assert run.returncode == 0, run.stdout + run.stderr
    return course


def given(course):
    return {student: classroom.checked(scores) for student, scores in classroom.marks(course).items()}


def test_marks_through_the_runner(runner):
    assert given(runner) == DESERVED


def test_marks_through_the_command(tmp_path):
    course = fill(tmp_path)
    assert classroom.command(course, "nbgrader", "generate_assignment", A1, "--force").returncode == 0
    run = classroom.command(course, "nbgrader", "autograde", A1)
    assert run.returncode == 0, run.stderr[-3000:]
    assert given(course) == DESERVED


def test_marks_through_the_button(tmp_path):
    course = fill(tmp_path)
    assert classroom.command(course, "nbgrader", "generate_assignment", A1, "--force").returncode == 0
    (course / "button.py").write_text(BUTTON)
    run = classroom.command(course, "button")
    assert run.returncode == 0, run.stderr[-3000:]
    assert given(course) == DESERVED


def test_written_answers_wait_for_a_person_unless_blank(runner):
    marks = classroom.marks(runner)
    assert marks["right"]["question_overlap"] is None
    assert marks["blank"]["question_overlap"] == 0.0


def test_page_shows_the_table_and_the_hint(runner):
    page = (runner / "feedback" / "flipped" / A1 / f"{A1}.html").read_text()
    assert "conv2d: 0 of 8 points" in page
    assert "with the filter flipped" in page
    assert "&lt;table" not in page  # sanitised, but still a table
    assert "BEGIN HIDDEN" not in page


def test_a_demonstration_is_shown_as_submitted_and_not_run(runner):
    notebook = nbformat.read(runner / "autograded" / "tagged" / A1 / f"{A1}.ipynb", as_version=4)
    outputs = demo_of(notebook).outputs
    assert [output.get("text") for output in outputs[:2]] == [NOT_RUN, "as I saw it\n"]
    assert outputs[2].data == {"image/png": PNG}
    shown = [
        cell for cell in notebook.cells if cell.cell_type == "code" and "as I saw it" in str(cell.outputs)
    ]
    assert shown == [
        cell for cell in notebook.cells if {"demo", "experiment"} & set(cell.metadata.get("tags", []))
    ]
    page = (runner / "feedback" / "tagged" / A1 / f"{A1}.html").read_text()
    assert "[shown as submitted: the grader did not run this cell again]" in page
    assert f'src="data:image/png;base64,{PNG}' in page.replace("\n", "")
    assert "run run run" not in page


def test_a_demonstration_that_was_needed_is_run_and_told(runner):
    page = (runner / "feedback" / "elsewhere" / A1 / f"{A1}.html").read_text()
    assert "was run again, because other cells use what it defines: conv2d." in page


def test_a_dead_kernel_is_told(runner):
    notebook = nbformat.read(runner / "autograded" / "dies" / A1 / f"{A1}.ipynb", as_version=4)
    assert re.search(r"- 1 of \d+ code cells did not run to their end", notebook.cells[0].source)


def test_nothing_hidden_lies_with_the_students_papers(runner):
    for folder in ("autograded", "feedback"):
        names = {path.name for path in (runner / folder).rglob("*") if path.is_file()}
        assert names <= {f"{A1}.ipynb", f"{A1}.html", "reference.safetensors"}


def test_reports_count_the_class(runner):
    report = (runner / "reports" / A1 / "report.txt").read_text()
    assert "8 submissions; now 8 written, 0 unchanged, 0 not graded" in report
    assert "dies: cell" in report
    items = (runner / "reports" / A1 / "items.csv").read_text().splitlines()
    overall = next(line for line in items if line.startswith("conv2d,(all)"))
    assert overall.split(",")[2:7] == ["8", "5.0", "8.0", "5", "3"]


def test_regrading_after_a_mended_check_keeps_marks_by_hand(tmp_path):
    course = classroom.make_course(tmp_path)
    hand_in(course, "right", reference())
    assert classroom.grade_class(course, "--no-feedback").returncode == 0
    with sqlite3.connect(course / "gradebook.db") as database:
        cell = "(SELECT id FROM base_cell WHERE name = ?)"
        database.execute(f"UPDATE grade SET manual_score = 1.5 WHERE cell_id = {cell}", ("question_overlap",))
        database.execute(f"UPDATE grade SET extra_credit = 0.5 WHERE cell_id = {cell}", ("check_conv2d",))
    with open(course / "solutions" / A1 / "checks.py", "a") as file:
        file.write(MENDED)
    run = classroom.grade_class(course, "--no-feedback")
    assert "now 1 written, 0 unchanged" in run.stdout
    scores = classroom.marks(course)["right"]
    assert scores["check_conv2d"] < 8
    assert scores["check_max_pool2d"] == 4
    with sqlite3.connect(course / "gradebook.db") as database:
        assert database.execute(
            "SELECT manual_score FROM grade WHERE manual_score IS NOT NULL"
        ).fetchall() == [(1.5,)]
        assert (0.5,) in database.execute("SELECT extra_credit FROM grade").fetchall()


def test_late_work_is_penalised_as_nbgrader_is_set_to(tmp_path):
    course = classroom.make_course(tmp_path)
    with open(course / "nbgrader_config.py", "a") as file:
        file.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    for student, day in (("punctual", 1), ("late", 3)):
        folder = hand_in(course, student, reference())
        (folder / "timestamp.txt").write_text(f"2026-03-0{day} 12:00:00 UTC")
    assert classroom.command(course, "nbgrader", "generate_assignment", A1, "--force").returncode == 0
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("UPDATE assignment SET duedate = '2026-03-02 00:00:00.000000'")
    assert classroom.grade_class(course, "--no-feedback").returncode == 0
    with sqlite3.connect(course / "gradebook.db") as database:
        penalties = dict(database.execute(
            "SELECT sa.student_id, n.late_submission_penalty FROM submitted_notebook n "
            "JOIN submitted_assignment sa ON n.assignment_id = sa.id"
        ).fetchall())  # fmt: skip
    assert not penalties["punctual"]
    assert penalties["late"] == sum(FULL.values())

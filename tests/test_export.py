"""Marks for learning management systems: a gradebook of three students, the files read back."""

import csv
import datetime

import nbgrader.api
import pytest
from nbgrader.api import Gradebook

from course_lib.grading import export


@pytest.fixture
def gradebook(tmp_path, monkeypatch):
    """a1 of 6 points, 4 by a check and 2 by hand: ada late, ben to be read, cy handed nothing in. a2 without submissions."""
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", lambda: "newest")  # a program that takes seconds
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "course") as book:
        for student, first, last in (
            ("ada", "Ada", 'Lovelace, "Countess"'),
            ("ben", "=cmd()", "B"),
            ("cy", None, None),
        ):
            book.add_student(student, first_name=first, last_name=last, email=f"{student}@school.example")
        for name in ("a1", "a2"):
            book.add_assignment(name, duedate=datetime.datetime(2030, 1, 1))
            book.add_notebook("n", name)
            book.add_grade_cell("check", "n", name, max_score=4, cell_type="code")
            book.add_grade_cell("question", "n", name, max_score=2, cell_type="markdown")
        for student, by_hand in (("ada", 1.5), ("ben", None)):
            book.add_submission("a1", student)
            check, question = (book.find_grade(cell, "n", "a1", student) for cell in ("check", "question"))
            check.auto_score, question.manual_score = 4, by_hand
            check.needs_manual_grade = False
            question.needs_manual_grade = by_hand is None
        book.find_submission("a1", "ada").notebooks[0].late_submission_penalty = 0.25
        book.db.commit()
        yield book


def rows(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


def test_marks_less_the_penalty_and_never_half_a_mark(gradebook):
    marks = export.collect(gradebook)
    assert marks.possible == {"a1": 6, "a2": 6}
    assert marks.points == {"ada": {"a1": 5.25}}
    assert marks.open_ == [("ben", "a1")]
    assert export.collect(gradebook, ["a1"], with_open=True).points["ben"] == {"a1": 4}


def test_a_penalty_never_makes_a_debt(gradebook):
    gradebook.find_submission("a1", "ada").notebooks[0].late_submission_penalty = 50
    gradebook.db.commit()
    assert export.collect(gradebook).points["ada"] == {"a1": 0}


def test_an_unknown_assignment_is_named(gradebook):
    with pytest.raises(ValueError, match="the gradebook has a1, a2; got a7"):
        export.collect(gradebook, ["a1", "a7"])


def test_moodle(gradebook, tmp_path):
    export.write(tmp_path / "m.csv", "moodle", export.collect(gradebook))
    heading, cy, ben, ada = rows(tmp_path / "m.csv")  # by last name, those without one first
    assert heading == ["Username", "First name", "Last name", "Email address", "a1", "a2"]
    assert ada == ["ada", "Ada", 'Lovelace, "Countess"', "ada@school.example", "5.25", ""]
    assert ben[1] == "'=cmd()", "a spreadsheet would run this"
    assert cy == ["cy", "", "", "cy@school.example", "", ""]


def test_canvas(gradebook, tmp_path):
    marks = export.collect(gradebook, ["a1"])
    export.write(tmp_path / "out" / "c.csv", "canvas", marks, {"a1": "Convolution (4711)"})
    heading, possible, cy, _, ada = rows(tmp_path / "out" / "c.csv")
    assert heading == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Convolution (4711)"]
    assert possible == ["    Points Possible", "", "", "", "", "6"]
    assert ada == ['Lovelace, "Countess", Ada', "", "", "ada", "", "5.25"]
    assert cy == ["cy", "", "", "cy", "", ""]


def test_blackboard(gradebook, tmp_path):
    marks = export.collect(gradebook)
    export.write(tmp_path / "b.csv", "blackboard", marks, {"a1": "Convolution [Total Pts: 6 Score] |123"})
    assert rows(tmp_path / "b.csv")[0] == [
        *("Last Name", "First Name", "Username"),
        *("Convolution [Total Pts: 6 Score] |123", "a2 [Total Pts: 6]"),
    ]


def test_brightspace(gradebook, tmp_path):
    export.write(tmp_path / "d.csv", "brightspace", export.collect(gradebook))
    heading, _, ben, ada = rows(tmp_path / "d.csv")
    assert heading == ["Username", "a1 Points Grade", "a2 Points Grade", "End-of-Line Indicator"]
    assert ada == ["ada", "5.25", "", "#"]
    assert ben == ["ben", "", "", "#"]


def test_the_command(gradebook, tmp_path, capsys):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'course'\n")
    assert export.main(["moodle", "a1", "--root", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "1 marks of 3 students" in said
    assert "left out: ben, a1" in said
    assert rows(tmp_path / "reports" / "marks_moodle.csv")[-1][-1] == "5.25"
    assert export.main(["moodle", "a9", "--root", str(tmp_path)]) == 2
    assert "got a9" in capsys.readouterr().err
    assert export.main(["moodle", "--root", str(tmp_path / "nowhere")]) == 2

r"""Marks for a learning management system: `python -m course_lib.grading.export moodle` (or canvas, blackboard, brightspace).

nbgrader's own `nbgrader export` writes one row for each student and assignment, and quotes nothing. These systems want a
row for each student, a column for each assignment, and headings of their own. Students are matched by nbgrader's student id,
which should be the login name there. Late penalties are taken off, as nbgrader does. A mark with written answers
still to be read is left out and named: half a mark is worse than none.

Sources: the systems' own pages on importing grades (Canvas: "How do I import grades in the Gradebook?"; Brightspace:
"Importing grades"; Blackboard: "Work offline with grade data"; Moodle: "Grade import").
"""

import argparse
import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook

from .report import _inert as inert


@dataclass
class Marks:
    """{student: {assignment: points}}, with what there was to get; `open_` are (student, assignment) still to be read."""

    students: dict
    possible: dict
    points: dict = field(default_factory=dict)
    open_: list = field(default_factory=list)


def collect(gradebook, assignments=(), with_open=False):
    """The marks in a gradebook.

    Args:
        gradebook: nbgrader's.
        assignments: names; all when empty.
        with_open: also marks whose written answers nobody has read yet.

    Raises:
        ValueError: the gradebook has no such assignment.
    """
    known = {entry.name: entry for entry in gradebook.assignments}
    if strange := [name for name in assignments if name not in known]:
        raise ValueError(
            f"the gradebook has {', '.join(sorted(known)) or 'no assignment'}; got {', '.join(strange)}"
        )
    wanted = {name: known[name] for name in sorted(assignments or known)}
    marks = Marks(
        {s.id: s for s in gradebook.students}, {name: entry.max_score for name, entry in wanted.items()}
    )
    for name in wanted:
        for entry in gradebook.assignment_submissions(name):
            if entry.needs_manual_grade:
                marks.open_.append((entry.student.id, name))
            if not entry.needs_manual_grade or with_open:
                score = max(0.0, entry.score - (entry.late_submission_penalty or 0))
                marks.points.setdefault(entry.student.id, {})[name] = score
    return marks


def moodle(marks, columns):
    """Moodle maps columns when it imports: user by `Username`, each grade by its heading."""
    yield ["Username", "First name", "Last name", "Email address", *columns.values()]
    for name, student in marks.students.items():
        yield [name, student.first_name, student.last_name, student.email, *_points(marks, name, columns)]


def canvas(marks, columns):
    """Canvas needs these five columns first, and a row of the points possible."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns.values()]
    yield ["    Points Possible", "", "", "", "", *(_number(marks.possible[name]) for name in columns)]
    for name, student in marks.students.items():
        full = ", ".join(filter(None, (student.last_name, student.first_name)))
        yield [full or name, "", "", name, "", *_points(marks, name, columns)]


def blackboard(marks, columns):
    """Blackboard matches users by `Username`, and a column by the number after `|` in its own heading (--column)."""
    headings = [
        heading if "|" in heading else f"{heading} [Total Pts: {_number(marks.possible[name])}]"
        for name, heading in columns.items()
    ]
    yield ["Last Name", "First Name", "Username", *headings]
    for name, student in marks.students.items():
        yield [student.last_name, student.first_name, name, *_points(marks, name, columns)]


def brightspace(marks, columns):
    """Brightspace wants `<item> Points Grade`, and a # at the end of each line."""
    yield ["Username", *(f"{heading} Points Grade" for heading in columns.values()), "End-of-Line Indicator"]
    for name in marks.students:
        yield [name, *_points(marks, name, columns), "#"]


SYSTEMS = {system.__name__: system for system in (moodle, canvas, blackboard, brightspace)}


def _points(marks, student, columns):
    """A student's marks; nothing where nothing was handed in, so that the import leaves that mark alone."""
    points = marks.points.get(student, {})
    return [_number(points[name]) if name in points else "" for name in columns]


def _number(value):
    return f"{round(value, 3):g}"


def write(path, system, marks, headings=None):
    """Write one file.

    Args:
        path: where to.
        system: a name in SYSTEMS.
        marks: a `Marks`.
        headings: {assignment: heading of its column}, where it is not the assignment's name.
    """
    columns = {name: (headings or {}).get(name, name) for name in marks.possible}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for row in SYSTEMS[system](marks, columns):
            writer.writerow([inert(value) if value is not None else "" for value in row])


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="course_lib.grading.export", description=__doc__.split("\n\n")[0])
    parser.add_argument("system", choices=sorted(SYSTEMS))
    parser.add_argument("assignments", nargs="*", help="default: all in the gradebook")
    parser.add_argument("--root", default=".", help="the course's folder (default: this one)")
    parser.add_argument("--to", help="default: reports/marks_SYSTEM.csv")
    parser.add_argument(
        "--open", action="store_true", help="also marks with written answers still to be read"
    )
    parser.add_argument("--column", action="append", default=[], metavar="ASSIGNMENT=HEADING", help="the heading that the system knows an assignment by")  # fmt: skip
    options = parser.parse_args(arguments)
    from .batch import configure

    try:
        _, api = configure(options.root)
        headings = dict(one.split("=", 1) for one in options.column if "=" in one)
        with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
            marks = collect(gradebook, options.assignments, options.open)
            path = Path(options.to or Path(options.root, "reports", f"marks_{options.system}.csv"))
            write(path, options.system, marks, headings)
    except (ValueError, FileNotFoundError) as error:
        print(f"Not exported: {error}", file=sys.stderr)
        return 2
    count = sum(len(points) for points in marks.points.values())
    print(f"{path}: {count} marks of {len(marks.students)} students")
    for student, name in marks.open_:
        print(
            f"  {'included, but ' if options.open else 'left out: '}{student}, {name}: a written answer is to be read"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

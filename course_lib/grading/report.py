r"""What the instructor reads after a run: marks.csv (a row a student), items.csv (a row a case group), report.txt (all in words)."""

import ast
import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean

import nbformat
from nbgrader.api import Gradebook

from . import similarity
from .execute import Graded
from .intake import shown
from .sandbox import LIBRARY


def write(root, assignment, course, directory, found, done):
    """Write the three files into reports/<assignment>/."""
    folder = Path(root, "reports", assignment)
    results = _results(folder, found)
    marks = _marks(directory, assignment, results, done.failed)
    items = item_analysis([graded for graded, _ in results.values() if graded], course.assignment.checks)
    _write_csv(folder / "marks.csv", marks)
    _write_csv(folder / "items.csv", items)
    lines = [*_table(marks), "", *_items_in_words(items), "", *_flags(results, done.failed)]
    lines += _similar(directory, assignment, found, course)
    head = f"{assignment}: {len(found)} submissions; now {len(done.written)} written, {len(done.unchanged)} unchanged, {len(done.failed)} not graded"
    (folder / "report.txt").write_text("\n".join([head, "", *lines]) + "\n")


def _results(folder, found):
    results = {}
    for student in found:
        try:
            state = json.loads((folder / "written" / f"{student}.json").read_text())
            results[student] = Graded.load(folder / "results" / f"{state['result']}.json"), state["odd"]
        except (OSError, ValueError, KeyError):
            results[student] = None, []
    return results


def _marks(directory, assignment, results, failed):
    """Marks as the gradebook has them, beside what the run saw."""
    rows = []
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        entries = {entry.student.id: entry for entry in gradebook.assignment_submissions(assignment)}
        for student, (graded, odd) in results.items():
            entry = entries.get(student)
            row = {"student": student, "score": "", "of": "", "late penalty": "", "by hand": "", "cells run": "", "seconds": "", "notes": ""}  # fmt: skip
            if entry is not None and student not in failed:
                row |= {
                    "score": entry.score,
                    "of": entry.max_score,
                    "late penalty": entry.late_submission_penalty,
                }
                row["by hand"] = "open" if entry.needs_manual_grade else "done"
                grades = [grade for notebook in entry.notebooks for grade in notebook.grades]
                row |= {grade.name: grade.score for grade in grades}
            if graded is not None:
                row["cells run"] = "{} of {}".format(*graded.cells_run)
                row["seconds"] = graded.seconds
                row["notes"] = f"{len(odd)} oddities, {len(graded.flags)} flags"
            if student in failed:
                row["notes"] = "not graded"
            rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name, "") for name in names} for row in rows]


def item_analysis(results, checks):
    """How each check and each of its case groups went over the class: rows of plain values."""
    rows = []
    for grade_id, check in checks.items():
        verdicts = [graded.verdicts[grade_id] for graded in results if grade_id in graded.verdicts]
        if not verdicts:
            continue
        groups = defaultdict(list)
        for verdict in verdicts:
            for row in verdict["rows"]:
                groups[row["name"]].append(row)
        rows.append(_item(check.name, "(all)", [(v["points"], v["max_points"]) for v in verdicts], []))
        for name, group in groups.items():
            rows.append(
                _item(
                    check.name,
                    name,
                    [(r["earned"], r["possible"]) for r in group],
                    [r["hint"] for r in group],
                )
            )
    return rows


def _item(function, group, points, hints):
    hint, count = next(iter(Counter(filter(None, hints)).most_common(1)), ("", 0))
    return {
        "function": function,
        "cases": group,
        "students": len(points),
        "mean": round(mean(earned for earned, _ in points), 2),
        "of": points[0][1],
        "full": sum(earned >= possible for earned, possible in points),
        "none": sum(earned == 0 for earned, _ in points),
        "most frequent hint": f"{count}x {hint}" if hint else "",
    }


def _write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({key: _inert(value) for key, value in row.items()} for row in rows)


def _inert(value):
    """A spreadsheet must not take a student's name for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t")) else value


def _table(rows):
    columns = [name for name in (rows[0] if rows else {}) if name not in ("notes", "seconds")]
    text = [[_shortened(name) for name in columns]]
    text += [[_number(row[name]) for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*text)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in text]


def _shortened(name):
    return name.removeprefix("check_")[:18]


def _number(value):
    return (
        f"{value:g}" if isinstance(value, (int, float)) else shown(value if value is not None else "-")[:24]
    )


def _items_in_words(items):
    lines = ["How the checks went"]
    for item in items:
        name = item["function"] if item["cases"] == "(all)" else f"  {item['cases']}"
        lines.append(
            f"{name[:60]:<60}  mean {item['mean']:g}/{item['of']:g}  full {item['full']}/{item['students']}"
        )
        if item["most frequent hint"]:
            lines.append(f"      {item['most frequent hint']}")
    return lines


def _flags(results, failed):
    lines = ["To look at (nothing here changes a mark by itself)"]
    for student, (graded, odd) in results.items():
        remarks = [f"not graded: {failed[student].strip().splitlines()[-1]}"] if student in failed else []
        if graded is not None:
            remarks += [*odd, *graded.flags]
        lines += [f"  {shown(student)}: {shown_line(remark)}" for remark in remarks]
    return lines if len(lines) > 1 else [*lines, "  nothing"]


def shown_line(text):
    return "".join(character if character.isprintable() else " " for character in str(text))[:300]


def _similar(directory, assignment, found, course):
    """Near-identical functions, a line for each student and other side."""
    names = {check.name for check in course.assignment.checks.values()}
    students = {student: _source(directory, assignment, student, course) for student in found}
    library = [path for path in sorted(LIBRARY.glob("*.py")) if path.stem != "__init__"]
    originals = {f"course_lib/{path.name}": path.read_text() for path in library}
    solution = course.checks_path.with_name(f"{assignment}.py")
    if solution.is_file():
        originals["the solution"] = solution.read_text()
    lines = ["Alike (open book: a reason to talk, not a verdict)"]
    for student, remarks in similarity.flags(students, originals, names).items():
        others = defaultdict(list)
        for remark in remarks:
            name, _, other = remark.partition(" like ")
            others[other].append(name.replace(" is ", " "))
        listed = [
            f"  {shown(student)}: {', '.join(names)} like {shown(other)}" for other, names in others.items()
        ]
        lines += [
            *listed[:5],
            *([f"  {shown(student)}: and like {len(listed) - 5} more"] if len(listed) > 5 else []),
        ]
    return ["", *lines] if len(lines) > 1 else []


def _source(directory, assignment, student, course):
    """What a student wrote, as one text: cells that parse, less what was given."""
    path = Path(
        directory.format_path(directory.autograded_directory, student, assignment), f"{assignment}.ipynb"
    )
    try:
        cells = nbformat.read(path, as_version=4).cells
    except (OSError, ValueError):
        return ""
    own = [
        cell.source for cell in cells if cell.cell_type == "code" and cell.source.strip() not in course.given
    ]
    return "\n".join(source for source in own if _parses(source))


def _parses(source):
    try:
        similarity.shingles_by_function(source)
        return bool(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


__all__ = ["item_analysis", "write"]

r"""From whatever a student handed in to a notebook that can be graded: the release, with the student's answers in it.

Nothing is believed. Links, pipes and oversized files are not opened; the JSON is read by rules of our own; locked cells,
metadata and order come from the release. From the submission come only: the text of answer cells (found by grade id, then
by cell id, by equal text, by the names the stub defines), the text of cells that were free to edit, cells the student added,
and the bounded pictures and text below cells that the release tags `experiment` or `demo`: these are shown as they were
handed in and not run again, but for a demonstration that defines what another cell uses. Whatever was odd is a line in the
report; nothing raises.
"""

import ast
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from .needed import ANY, needed
from .sandbox import Limits
from .session import OutputBox

MAX_BYTES = 16 << 20  # of a notebook file
MAX_CELLS = 1000
MAX_SOURCE = {"code": 200_000, "markdown": 50_000}  # characters of one cell
MAX_FILE = 16 << 20  # of a declared helper file
EXPERIMENT = "experiment"  # graded by a person who looks at it; never run again
DEMO = "demo"  # a cell to try things in, or a drawing: run again only if something in it is needed


@dataclass
class Submission:
    """A rebuilt notebook, the helper files that came with it ({name: path}), and what was odd about it."""

    notebook: nbformat.NotebookNode
    files: dict = field(default_factory=dict)
    report: list = field(default_factory=list)


@dataclass
class Cell:
    """A submitted cell, reduced to what we read of it."""

    kind: str
    source: str
    grade_id: str | None
    cell_id: str | None
    outputs: list


def take_in(folder, release_path):
    """Read the submission in `folder` against the released notebook at `release_path`. Returns a `Submission`."""
    release_path, folder = Path(release_path), Path(folder)
    release = nbformat.read(release_path, as_version=4)
    report = []
    declared = release.metadata.get("helper_files", [])
    files = {}
    if folder.is_symlink():
        report.append(f"The folder {folder.name} is a link; links are not followed.")
        cells = []
    else:
        path = find_notebook(folder, release_path.name, release, report)
        cells = read_cells(path, report) if path else []
        given = {released.name for released in release_path.parent.iterdir()}
        files = _helpers(folder, path, declared, given, report)
    return Submission(rebuild(cells, release, report), files, report)


def find_notebook(folder, name, release, report):
    """The notebook to grade: the one of the right name, else the one that has most of the release's grade ids."""
    if (folder / name).is_symlink():
        report.append(f"{name} is a link; links are not followed.")
        return None
    if (folder / name).exists():
        return folder / name
    others = [path for path in sorted(folder.glob("*.ipynb"))[:50] if not path.is_symlink()]
    wanted = {_grade_id(cell) for cell in release.cells} - {None}
    found = [(len(wanted & {cell.grade_id for cell in read_cells(path, [])}), path) for path in others]
    if not found:
        report.append(f"There is no {name} and no other notebook.")
        return None
    _, path = max(found, key=lambda pair: pair[0])
    report.append(f"There is no {name}; {shown(path.name)} was graded in its place.")
    return path


def read_bounded(path, max_bytes, dir_fd=None):
    """The bytes of a plain file, named within the open folder `dir_fd` if given.

    Raises ValueError for a link, a pipe, a device, a folder, or too many bytes.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=dir_fd)
    except OSError as error:
        raise ValueError(f"cannot be opened ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("is not a plain file")
    with open(descriptor, "rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"is larger than {max_bytes >> 20} MiB")
    return content


def read_cells(path, report):
    """The cells of a submitted notebook file as a list of `Cell`; [] and a line in `report` when it cannot be read."""
    try:
        data = json.loads(read_bounded(path, MAX_BYTES).decode("utf-8-sig"))
        cells = (
            data["cells"] if "cells" in data else [c for sheet in data["worksheets"] for c in sheet["cells"]]
        )
        if not isinstance(cells, list):
            raise TypeError("its cells are not a list")
    except RecursionError:
        report.append(f"{shown(path.name)} cannot be read: it is nested too deeply.")
        return []
    except (ValueError, KeyError, TypeError, AttributeError, MemoryError) as error:
        reason = str(error) if type(error) is ValueError else "it is not a notebook (broken or missing JSON)"
        report.append(f"{shown(path.name)} cannot be read: {shown(reason)}.")
        return []
    if len(cells) > MAX_CELLS:
        report.append(f"The notebook has {len(cells)} cells; those after {MAX_CELLS} were left out.")
    read = []
    for number, raw in enumerate(cells[:MAX_CELLS], 1):
        cell = _cell(raw)
        if cell is None or len(cell.source) > MAX_SOURCE[cell.kind]:
            report.append(
                f"Cell {number} was left out: {'it is too long' if cell else 'it is not a notebook cell'}."
            )
        else:
            read.append(cell)
    return read


def _cell(raw):
    """One entry of the JSON as a `Cell`, or None. Also understands nbformat 3 ("input", "heading")."""
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str) or raw.get("cell_type") not in ("code", "markdown", "raw", "heading"):
        return None
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    marks = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    outputs = raw.get("outputs") if isinstance(raw.get("outputs"), list) else []
    return Cell(
        kind="code" if raw["cell_type"] == "code" else "markdown",
        source=_text(source),
        grade_id=marks.get("grade_id") if isinstance(marks.get("grade_id"), str) else None,
        cell_id=raw.get("id") if isinstance(raw.get("id"), str) else None,
        outputs=outputs,
    )


def _text(text):
    """Text that can be written to a file: no lone surrogates, no NUL, one kind of line end."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(name):
    """A name out of a submission, safe in a report: one line, short, only printable characters, no markup."""
    return "".join(c if c.isprintable() and c not in "<>&`*[]|" else "?" for c in str(name))[:80]


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def is_answer(cell):
    """Whether the student was asked to fill this released cell in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _is_fixed(cell):
    """Whether this released cell must stay as it was: locked, graded by the checks, or a task's text."""
    marks = cell.metadata.get("nbgrader", {})
    return not is_answer(cell) and bool(marks.get("locked") or marks.get("grade") or marks.get("task"))


def is_only_shown(cell):
    """Whether a cell of a rebuilt notebook is shown as submitted and not run by the grader; the tags are the release's."""
    return cell.cell_type == "code" and not {EXPERIMENT, DEMO}.isdisjoint(cell.metadata.get("tags", []))


def is_added(cell):
    """Whether a cell of a rebuilt notebook is one that the student added."""
    return cell.get("id", "").startswith("student-")


def rebuild(cells, release, report):
    """The release with the student's `cells` (list of `Cell`) in their places; oddities go to `report`."""
    if not cells:
        report.append("Nothing could be read: graded as if blank.")
    claims = _match(cells, release.cells, report)
    notebook = nbformat.from_dict({**release, "cells": []})
    extras = _extras(cells, claims)
    notebook.cells += extras.get(-1, [])
    for index, released in enumerate(release.cells):
        cell = nbformat.from_dict(dict(released))
        chosen = _choose(cell, [cells[i] for i in claims.get(index, ())], report, quiet=not cells)
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
        if chosen is not None:
            cell.source = chosen.source
            if is_only_shown(cell):
                cell.outputs = [nbformat.from_dict(output) for output in as_submitted(chosen.outputs)]
        notebook.cells.append(cell)
        notebook.cells += extras.get(index, [])
    _run_what_is_needed(notebook, report)
    return notebook


def _run_what_is_needed(notebook, report):
    """Demonstrations become cells like any other where the rest of the notebook uses something that they define."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    demos = [cell for cell in code if DEMO in cell.metadata.get("tags", [])]
    running = [cell.source for cell in code if not is_only_shown(cell)]
    for index, names in sorted(needed(running, [cell.source for cell in demos]).items() if demos else ()):
        cell = demos[index]
        cell.metadata.tags, cell.outputs = [tag for tag in cell.metadata.tags if tag != DEMO], []
        first = shown(cell.source.strip().split("\n")[0][:50])
        listed = ", ".join(shown("everything" if name == ANY else name) for name in sorted(names)[:3])
        report.append(
            f"The cell that begins with '{first}' was run again, because other cells use what it defines: {listed}"
            f"{' and more' if len(names) > 3 else ''}."
        )


def _match(cells, released, report):
    """Which submitted cells belong to which released cell: {released index: [submitted indices]}."""
    claims, free = {}, dict(enumerate(cells))

    def claim(index, position):
        claims.setdefault(index, []).append(position)
        del free[position]

    by_grade_id = {_grade_id(cell): index for index, cell in enumerate(released) if _grade_id(cell)}
    by_id = {cell.get("id"): index for index, cell in enumerate(released) if cell.get("id")}
    for position, cell in list(free.items()):
        if cell.grade_id in by_grade_id:
            claim(by_grade_id[cell.grade_id], position)
    for position, cell in list(free.items()):
        index = by_id.get(cell.cell_id)
        if index is not None and index not in claims and released[index].cell_type == cell.kind:
            claim(index, position)
    by_text = {}
    for index, cell in enumerate(released):
        by_text.setdefault((cell.cell_type, cell.source.strip()), []).append(index)
    for position, cell in list(free.items()):
        index = next((i for i in by_text.get((cell.kind, cell.source.strip()), ()) if i not in claims), None)
        if index is not None:
            claim(index, position)
    for index, cell in enumerate(released):
        names = defined_names(cell.source) if cell.cell_type == "code" and is_answer(cell) else set()
        if not names or index in claims:
            continue
        found = [
            p for p, other in free.items() if other.kind == "code" and names <= defined_names(other.source)
        ]
        if found:
            report.append(
                f"The mark of cell {_grade_id(cell)} is gone; the cell that defines {', '.join(sorted(names))} was taken."
            )
            claim(index, found[-1])
    return claims


def defined_names(source):
    """The functions and classes a piece of code defines at its top level."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def|class)[ \t]+(\w+)", source, re.MULTILINE))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {statement.name for statement in body if isinstance(statement, kinds)}


def _choose(cell, candidates, report, quiet):
    """The submitted cell that fills a released one, or None for the release's own text."""
    name = _grade_id(cell) or cell.get("id")
    if _is_fixed(cell):
        if quiet:
            return None
        if not candidates:
            report.append(f"The locked cell {name} is missing; the original was put back.")
        elif any(one.source.strip() != cell.source.strip() for one in candidates):
            report.append(f"The locked cell {name} was changed; the original was used.")
        return None
    if not candidates:
        if is_answer(cell) and not quiet:
            report.append(f"The answer cell {name} is missing: graded as blank.")
        return None
    if len(candidates) > 1:
        report.append(
            f"The cell {name} is there {len(candidates)} times; the last one that was filled in counts."
        )
    filled = [one for one in candidates if one.source.strip() != cell.source.strip()]
    return (filled or candidates)[-1]


def _extras(cells, claims):
    """Cells the student added, by the released cell they follow: {released index or -1: [cells]}."""
    owner = {position: index for index, positions in claims.items() for position in positions}
    extras, anchor, number = {}, -1, 0
    for position, cell in enumerate(cells):
        if position in owner:
            anchor = owner[position]
        elif cell.source.strip():
            number += 1
            make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
            extras.setdefault(anchor, []).append(make(cell.source, id=f"student-{number}"))
    return extras


def as_submitted(outputs, limits=None):
    """The bounded text and pictures below a cell, headed by a line that says that they were not made by the grader."""
    box = OutputBox(limits or Limits(output_kb=64, image_kb=4096))
    for raw in outputs[:100]:
        if not isinstance(raw, dict):
            continue
        kind = raw.get("output_type")
        if kind == "stream":
            box.add(kind, {"name": "stdout", "text": _joined(raw.get("text"))}, 0)
        elif kind in ("display_data", "execute_result") and isinstance(raw.get("data"), dict):
            box.add(
                "display_data", {"data": {mime: _joined(value) for mime, value in raw["data"].items()}}, 0
            )
        elif kind == "error":
            box.add(
                "stream",
                {"name": "stdout", "text": f"{shown(raw.get('ename'))}: {shown(raw.get('evalue'))}\n"},
                0,
            )
    said = "shown as submitted" if box.outputs else "submitted without output"
    line = f"[{said}: the grader did not run this cell again]\n"
    return [{"output_type": "stream", "name": "stdout", "text": line}, *box.outputs]


def _joined(value):
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return _text(value) if isinstance(value, str) else ""


def _helpers(folder, notebook, declared, given, report):
    """The declared helper files that are there and plain; everything else is left, and named unless it was `given` out."""
    files = {}
    for name in map(os.path.basename, declared):
        path = folder / name
        try:
            read_bounded(path, MAX_FILE)
        except ValueError as error:
            report.append(f"The helper file {shown(name)} {error}.")
        else:
            files[name] = str(path)
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        names = []
    known = {
        *declared,
        *given,
        "timestamp.txt",
        "submission_secret.txt",
        ".ipynb_checkpoints",
        *([notebook.name] if notebook else []),
    }
    others = [name for name in names if name not in known]
    if others:
        listed = ", ".join(map(shown, others[:5])) + (" ..." if len(others) > 5 else "")
        report.append(f"Other files were left aside: {listed}.")
    return files

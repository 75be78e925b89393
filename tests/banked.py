"""An assignment and its bank: answers kept as files, right ones and wrong ones, run against its definition.

tests/banks/<assignment>/check_<function>/{correct,mistakes}/*.py. A mistake's first lines say which rows it loses ("# loses:")
and which known mistakes it should be told about ("# hint:"), by name; without such a line no hint may be shown.
"""

import ast
import json
from functools import cache, cached_property
from pathlib import Path

import torch

from course_lib.grading import codec, probes
from course_lib.grading.checks import load_assignment
from course_lib.grading.compare import compare
from course_lib.grading.judge import judge

ROOT = Path(__file__).resolve().parents[1]


def run_source(source, namespace=None):
    namespace = {"__name__": "notebook", **(namespace or {})}
    exec(compile(source, "<notebook>", "exec"), namespace)
    return namespace


def remote(namespace):
    return lambda request: probes.run(namespace, request)


def through_codec(namespace):
    return lambda request: codec.decode(
        codec.encode(probes.run(namespace, codec.decode(codec.encode(request))))
    )


def told(path, key):
    """What a bank file says of itself: the rows it loses, the known mistakes it should be told about."""
    lines = [line for line in path.read_text().splitlines() if line.startswith(f"# {key}:")]
    return [part.strip() for line in lines for part in line.partition(":")[2].split(";") if part.strip()]


def identify(path):
    return f"{path.parts[-3].removeprefix('check_')}-{path.stem}"


def differences(fresh, kept):
    """What differs between two reference files, as sentences.

    Which entries of a mistake are NaN, or whether it differs from the truth at all, may hang on the last bit, and so on the
    processor: of the mistakes' outputs one in fifty may differ.
    """
    found, off, total = [], 0, 0
    if list(fresh) != list(kept):
        return [f"functions: {list(fresh)} and {list(kept)}"]
    for name in fresh:
        if len(fresh[name]["cases"]) != len(kept[name]["cases"]):
            found.append(f"{name}: another number of cases")
            continue
        parts = [([], []) for _ in range(2)]
        for (rest, mistakes), sheet in zip(parts, (fresh[name], kept[name])):
            for case in sheet["cases"]:
                rest.append({key: value for key, value in case.items() if key != "mistakes"})
                mistakes.append(case["mistakes"])
            rest.append({key: value for key, value in sheet.items() if key != "cases"})
        (text, tensors), (text_kept, tensors_kept) = (codec.pack(rest) for rest, _ in parts)
        if text != text_kept or compare(tensors, tensors_kept)[0]:
            found.append(f"{name}: cases, expected values, groups, points or hints")
        for mine, theirs in zip(*(mistakes for _, mistakes in parts)):
            for key in mine.keys() | theirs.keys():
                total += 1
                off += key not in mine or key not in theirs or compare(mine[key], theirs[key])[0] is not None
    if off > total / 50:
        found.append(f"{off} of {total} outputs of known mistakes")
    return found


class Bank:
    """The bank of one assignment.

    Args:
        name: of the assignment.
        header: what the instructor's functions need imported.
    """

    def __init__(self, name, header):
        self.folder, self.header = ROOT / "solutions" / name, header
        files = ROOT / "tests" / "banks" / name
        self.mistakes, self.correct = (
            sorted(files.glob("*/mistakes/*.py")),
            sorted(files.glob("*/correct/*.py")),
        )
        self.text = (self.folder / f"{name}.py").read_text()
        self.verdict = cache(self._verdict)

    @cached_property
    def assignment(self):
        return load_assignment(self.folder / "checks.py")

    def check_of(self, path):
        return self.assignment.checks[path.parts[-3]]

    def of(self, paths, grade_id):
        return [path for path in paths if path.parts[-3] == grade_id]

    @cached_property
    def cells(self):
        """The nbgrader metadata of all cells that have any."""
        lines = [line for line in self.text.splitlines() if "nbgrader=" in line]
        return [json.loads(line.partition("nbgrader=")[2]) for line in lines]

    @cached_property
    def sources(self):
        """The instructor's functions and classes, by name: solution cells of the notebook text, markers and all."""
        cells = [cell.partition("\n") for cell in self.text.split("\n# %%")]
        bodies = [
            body
            for marker, _, body in cells
            if '"solution": true' in marker and "experiment" not in marker and "markdown" not in marker
        ]
        return {ast.parse(body).body[0].name: body for body in bodies}

    @cached_property
    def instructor(self):
        return run_source(self.header + "\n".join(self.sources.values()))

    def _verdict(self, path):
        torch.manual_seed(0)  # answers that draw noise are judged the same whatever ran before
        return judge(self.check_of(path).sheet, remote(run_source(path.read_text())), watch=False)

    def names(self, path, verdict):
        """Names of the known mistakes whose hints a verdict shows."""
        names = {mistake.hint: mistake.name for mistake in self.check_of(path).mistakes}
        return {names[row.hint] for row in verdict.rows if row.hint}

    def named(self, path):
        return self.names(path, self.verdict(path))

    def seen_in_the_notebook(self, path):
        """The verdict on the visible cases alone."""
        return judge(self.check_of(path).visible_sheet, remote(run_source(path.read_text())), watch=False)

    def hints(self):
        """(rightly named, wrongly named, named where no hint is due), all as lists of identities."""
        due = [path for path in self.mistakes if told(path, "hint")]
        right = [identify(path) for path in due if self.named(path) == set(told(path, "hint"))]
        wrong = [identify(path) for path in due if self.named(path) != set(told(path, "hint"))]
        undue = [identify(path) for path in self.mistakes if not told(path, "hint") and self.named(path)]
        return right, wrong, undue

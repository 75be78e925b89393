"""a1_convolution is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

import ast
from functools import cache
from pathlib import Path

import pytest

from course_lib.grading import codec, probes
from course_lib.grading.checks import load_assignment
from course_lib.grading.judge import judge

ROOT = Path(__file__).resolve().parents[1]
BANK = Path(__file__).parent / "banks" / "a1_convolution"
FOLDER = ROOT / "solutions" / "a1_convolution"
MISTAKES = sorted(BANK.glob("*/mistakes/*.py"))
CORRECT = sorted(BANK.glob("*/correct/*.py"))


@cache
def assignment():
    return load_assignment(FOLDER / "checks.py")


def run_source(source, namespace=None):
    namespace = {"__name__": "notebook", **(namespace or {})}
    exec(compile(source, "<notebook>", "exec"), namespace)
    return namespace


@cache
def solution_sources():
    """The instructor's functions, by name: solution cells of the notebook text, markers and all."""
    cells = (FOLDER / "a1_convolution.py").read_text().split("\n# %%")
    bodies = [cell.partition("\n")[2] for cell in cells if '"solution": true' in cell and "\ndef " in cell]
    return {ast.parse(body).body[0].name: body for body in bodies}


@cache
def instructor():
    header = "import torch\nfrom torch.nn.functional import pad\n"
    return run_source(header + "\n".join(solution_sources().values()))


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


@cache
def verdict(path):
    sheet = assignment().checks[path.parts[-3]].sheet
    return judge(sheet, remote(run_source(path.read_text())), watch=False)


def named(path):
    """Names of the known mistakes whose hints the verdict shows."""
    check = assignment().checks[path.parts[-3]]
    names = {mistake.hint: mistake.name for mistake in check.mistakes}
    return {names[row.hint] for row in verdict(path).rows if row.hint}


def identify(path):
    return f"{path.parts[-3].removeprefix('check_')}-{path.stem}"


@pytest.mark.parametrize("path", CORRECT, ids=identify)
def test_correct_answers_are_full(path):
    assert verdict(path).points == verdict(path).max_points, verdict(path).as_text()


@pytest.mark.parametrize("path", MISTAKES, ids=identify)
def test_mistakes_lose_just_their_points(path):
    assert [row.name for row in verdict(path).rows if not row.ok] == told(path, "loses"), verdict(
        path
    ).as_text()


def test_the_bank_is_large_and_styles_are_many():
    for grade_id in assignment().checks:
        assert len([path for path in MISTAKES if path.parts[-3] == grade_id]) >= 14
        assert len([path for path in CORRECT if path.parts[-3] == grade_id]) >= 6


def test_hints_name_the_mistake(record_property):
    """Where a hint exists for a mistake, it is the one shown; most mistakes have one; no hint accuses a right answer."""
    right = [path for path in MISTAKES if told(path, "hint") and named(path) == set(told(path, "hint"))]
    wrong = [
        identify(path) for path in MISTAKES if told(path, "hint") and named(path) != set(told(path, "hint"))
    ]
    accused = [identify(path) for path in MISTAKES if not told(path, "hint") and named(path)]
    record_property("hints", f"{len(right)} of {len(MISTAKES)}")
    assert wrong == []
    assert accused == []
    assert len(right) > len(MISTAKES) / 2

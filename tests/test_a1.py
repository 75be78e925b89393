"""a1_convolution is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

import ast
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from course_lib.grading import codec, probes, reference
from course_lib.grading.checks import load_assignment
from course_lib.grading.compare import compare
from course_lib.grading.judge import judge
from tests.mutants import mutants

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


def test_the_instructors_solution_is_full_and_a_blank_one_earns_nothing():
    for check in assignment().checks.values():
        assert check.evaluate(remote(instructor())).points == check.points
        blank = run_source(f"def {check.name}(*args, **options):\n    raise NotImplementedError()")
        assert check.evaluate(remote(blank)).points == 0
        assert check.evaluate(remote({})).points == 0


def test_points_signatures_and_cells_agree_with_the_notebook():
    text = (FOLDER / "a1_convolution.py").read_text()
    cells = [json.loads(line.partition("nbgrader=")[2]) for line in text.splitlines() if "nbgrader=" in line]
    graded = {cell["grade_id"]: cell["points"] for cell in cells if cell["grade"] and not cell["solution"]}
    assert graded == {grade_id: check.points for grade_id, check in assignment().checks.items()}
    assert sum(cell.get("points", 0) for cell in cells) == 40
    for check in assignment().checks.values():
        assert f"\ncheck({check.name})\n" in text
        stub = solution_sources()[check.name].split("):")[0] + ")"
        assert stub == f"def {check.signature.partition(' ->')[0]}"


def test_reference_file_is_the_visible_half_and_up_to_date(tmp_path):
    reference.export(assignment(), tmp_path / "reference.safetensors")
    fresh, kept = (reference.load(folder / "reference.safetensors") for folder in (tmp_path, FOLDER))
    for name, sheet in fresh.items():
        assert all(case["visible"] for case in sheet["cases"])
        assert len(sheet["cases"]) < len(assignment().checks[f"check_{name}"].sheet["cases"])
        difference, form = compare(sheet, kept[name])
        assert difference is None, f"{name}: run python -m course_lib.grading.reference: {difference}"
        assert form == []


def test_the_notebook_half_judges_like_the_grader():
    """The rows a student sees for a mistake with the visible cases are rows the grader finds lost, too."""
    sheets = reference.load(FOLDER / "reference.safetensors")
    seen, sample = 0, MISTAKES[::3]
    for path in sample:
        name = path.parts[-3].removeprefix("check_")
        shown = judge(sheets[name], remote(run_source(path.read_text())), watch=False)
        lost = [row.name for row in shown.rows if not row.ok]
        assert set(lost) <= set(told(path, "loses")), identify(path)
        seen += bool(lost)
    assert seen > 0.9 * len(sample)  # most mistakes are visible before handing in


def test_the_notebook_half_gives_the_hints_too():
    """A hint is worth most before handing in: nearly all of them are given on the visible cases alone."""
    told_of = [path for path in MISTAKES if told(path, "hint")]
    given = []
    for path in told_of:
        check = assignment().checks[path.parts[-3]]
        names = {mistake.hint: mistake.name for mistake in check.mistakes}
        shown = judge(check.visible_sheet, remote(run_source(path.read_text())), watch=False)
        given.append({names[row.hint] for row in shown.rows if row.hint} == set(told(path, "hint")))
        if path.stem in ("x_rows_missing", "x_ends_with_the_last_window"):
            assert given[-1], identify(path)
    assert sum(given) > 0.9 * len(told_of)


def test_verdicts_are_the_same_through_the_codec():
    for grade_id in assignment().checks:
        mistakes = [path for path in MISTAKES if path.parts[-3] == grade_id][::9]
        for path in mistakes:
            sheet = assignment().checks[grade_id].sheet
            distant = judge(sheet, through_codec(run_source(path.read_text())), watch=False)
            assert distant == verdict(path)


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


# Mutants that no test can tell from the original.
EQUIVALENT = {
    (
        "conv2d_backward",
        "torch.zeros_like [ones_like]",
        2,
    ): "every entry of grad_weight is assigned in the loop",
}


def test_mutants_of_the_solution_are_killed():
    survivors, total = [], 0
    for name, source in solution_sources().items():
        check = assignment().checks[f"check_{name}"]
        seen = Counter()
        for what, mutant in mutants(source):
            total += 1
            change = what.partition(" at ")[0]
            seen[change] += 1
            answers = remote(run_source(mutant, instructor()))
            full = (
                judge(half, answers, watch=False).points == check.points
                for half in (check.visible_sheet, check.sheet)
            )
            if all(full):  # the visible half first: it is short and kills most of them
                survivors.append((name, change, seen[change]))
    assert total > 200
    assert set(survivors) == set(EQUIVALENT)

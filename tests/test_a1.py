"""a1_convolution is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from collections import Counter

import pytest

from course_lib.grading import reference
from course_lib.grading.judge import judge
from tests.banked import Bank, differences, identify, remote, run_source, through_codec, told
from tests.mutants import mutants

BANK = Bank("a1_convolution", "import torch\nfrom torch.nn.functional import pad\n")


def test_the_instructors_solution_is_full_and_a_blank_one_earns_nothing():
    for check in BANK.assignment.checks.values():
        assert check.evaluate(remote(BANK.instructor)).points == check.points
        blank = run_source(f"def {check.name}(*args, **options):\n    raise NotImplementedError()")
        assert check.evaluate(remote(blank)).points == 0
        assert check.evaluate(remote({})).points == 0


def test_points_signatures_and_cells_agree_with_the_notebook():
    graded = {
        cell["grade_id"]: cell["points"] for cell in BANK.cells if cell["grade"] and not cell["solution"]
    }
    assert graded == {grade_id: check.points for grade_id, check in BANK.assignment.checks.items()}
    assert sum(cell.get("points", 0) for cell in BANK.cells) == 40
    for check in BANK.assignment.checks.values():
        assert f"\ncheck({check.name})\n" in BANK.text
        stub = BANK.sources[check.name].split("):")[0] + ")"
        assert stub == f"def {check.signature.partition(' ->')[0]}"


def test_reference_file_is_the_visible_half_and_up_to_date(tmp_path):
    reference.export(BANK.assignment, tmp_path / "reference.safetensors")
    fresh, kept = (reference.load(folder / "reference.safetensors") for folder in (tmp_path, BANK.folder))
    for name, sheet in fresh.items():
        assert all(case["visible"] for case in sheet["cases"])
        assert len(sheet["cases"]) < len(BANK.assignment.checks[f"check_{name}"].sheet["cases"])
    assert differences(fresh, kept) == [], "run python -m course_lib.grading.reference"


def test_the_notebook_half_judges_like_the_grader():
    """The rows a student sees for a mistake with the visible cases are rows the grader finds lost, too."""
    sheets = reference.load(BANK.folder / "reference.safetensors")
    seen, sample = 0, [path for path in BANK.mistakes[::3] if path.parts[-3] != "check_diagnosis"]
    for path in sample:
        name = path.parts[-3].removeprefix("check_")
        shown = judge(sheets[name], remote(run_source(path.read_text())), watch=False)
        lost = [row.name for row in shown.rows if not row.ok]
        assert set(lost) <= set(told(path, "loses")), identify(path)
        seen += bool(lost)
    assert seen > 0.9 * len(sample)  # most mistakes are visible before handing in


def test_the_notebook_half_gives_the_hints_too():
    """A hint is worth most before handing in: nearly all of them are given on the visible cases alone."""
    told_of = [path for path in BANK.mistakes if told(path, "hint") and path.parts[-3] != "check_diagnosis"]
    given = []
    for path in told_of:
        given.append(BANK.names(path, BANK.seen_in_the_notebook(path)) == set(told(path, "hint")))
        if path.stem in ("x_rows_missing", "x_ends_with_the_last_window"):
            assert given[-1], identify(path)
    assert sum(given) > 0.9 * len(told_of)


def test_verdicts_are_the_same_through_the_codec():
    for grade_id in BANK.assignment.checks:
        mistakes = [path for path in BANK.mistakes if path.parts[-3] == grade_id][::9]
        for path in mistakes:
            sheet = BANK.assignment.checks[grade_id].sheet
            distant = judge(sheet, through_codec(run_source(path.read_text())), watch=False)
            assert distant == BANK.verdict(path)


@pytest.mark.parametrize("path", BANK.correct, ids=identify)
def test_correct_answers_are_full(path):
    assert BANK.verdict(path).points == BANK.verdict(path).max_points, BANK.verdict(path).as_text()


@pytest.mark.parametrize("path", BANK.mistakes, ids=identify)
def test_mistakes_lose_just_their_points(path):
    lost = [row.name for row in BANK.verdict(path).rows if not row.ok]
    assert lost, "nothing is lost"
    assert lost == told(path, "loses"), BANK.verdict(path).as_text()


def test_the_bank_is_large_and_styles_are_many():
    for grade_id in BANK.assignment.checks:
        assert len(BANK.of(BANK.mistakes, grade_id)) >= (9 if grade_id == "check_diagnosis" else 14)
        assert len(BANK.of(BANK.correct, grade_id)) >= (3 if grade_id == "check_diagnosis" else 6)


def test_hints_name_the_mistake(record_property):
    """Where a hint exists for a mistake, it is the one shown; most mistakes have one; no hint accuses a right answer."""
    right, wrong, undue = BANK.hints()
    record_property("hints", f"{len(right)} of {len(BANK.mistakes)}")
    assert wrong == []
    assert undue == []
    assert len(right) > len(BANK.mistakes) / 2


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
    for name, source in BANK.sources.items():
        check = BANK.assignment.checks[f"check_{name}"]
        seen = Counter()
        for what, mutant in mutants(source):
            total += 1
            change = what.partition(" at ")[0]
            seen[change] += 1
            answers = remote(run_source(mutant, BANK.instructor))
            full = (
                judge(half, answers, watch=False).points == check.points
                for half in (check.visible_sheet, check.sheet)
            )
            if all(full):  # the visible half first: it is short and kills most of them
                survivors.append((name, change, seen[change]))
    assert total > 200
    assert set(survivors) == set(EQUIVALENT)

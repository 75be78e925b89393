"""a2_gan is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from collections import Counter

import pytest

from course_lib.grading import reference
from course_lib.grading.judge import judge
from tests.banked import Bank, differences, identify, remote, run_source, through_codec, told
from tests.mutants import mutants

BANK = Bank(
    "a2_gan",
    "import torch\nfrom torch import nn\nfrom torch.nn.functional import logsigmoid, pad, softplus\n",
)
CHECKS = sorted(BANK.assignment.checks)
TINY = (
    "check_lsgan_discriminator_loss",
    "check_lsgan_generator_loss",
    "check_diagnosis",
    "check_training_loop",
)


@pytest.mark.parametrize("grade_id", CHECKS)
def test_the_instructors_solution_is_full_and_a_blank_one_earns_nothing(grade_id):
    check = BANK.assignment.checks[grade_id]
    verdict = check.evaluate(remote(BANK.instructor))
    assert verdict.points == check.points, verdict.as_text()
    blank = run_source(f"def {check.name}(*args, **options):\n    raise NotImplementedError()")
    assert check.evaluate(remote(blank)).points == 0
    assert check.evaluate(remote({})).points == 0


def test_points_signatures_and_cells_agree_with_the_notebook():
    graded = {
        cell["grade_id"]: cell["points"] for cell in BANK.cells if cell["grade"] and not cell["solution"]
    }
    assert graded == {grade_id: check.points for grade_id, check in BANK.assignment.checks.items()}
    assert sum(cell.get("points", 0) for cell in BANK.cells) == 50
    for check in BANK.assignment.checks.values():
        assert f"\ncheck({check.name})\n" in BANK.text
        stub = BANK.sources[check.name]
        inside = check.signature.partition("(")[2]
        wanted = f"__init__(self, {inside}:" if stub.startswith("class") else f"def {check.signature}:"
        assert wanted in stub


def test_reference_file_is_the_visible_half_and_up_to_date(tmp_path):
    reference.export(BANK.assignment, tmp_path / "reference.safetensors")
    fresh, kept = (reference.load(folder / "reference.safetensors") for folder in (tmp_path, BANK.folder))
    for name, sheet in fresh.items():
        assert all(case["visible"] for case in sheet["cases"])
        assert len(sheet["cases"]) < len(BANK.assignment.checks[f"check_{name}"].sheet["cases"])
    assert differences(fresh, kept) == [], "run python -m course_lib.grading.reference"


def test_the_diagnoses_are_not_handed_out():
    """The student's file knows which words are faults, and not whose they are."""
    sheet = reference.load(BANK.folder / "reference.safetensors")["diagnosis"]
    check = BANK.assignment.checks["check_diagnosis"]
    hidden = {
        case["ask"]["args"][0]: case["expected"]["result"]
        for case in check.sheet["cases"]
        if not case["visible"]
    }
    assert len(hidden) == 4
    for case in sheet["cases"]:
        assert case["mistakes"] == {}
        (options,) = case["expected"]["result"].values()
        assert set(hidden.values()) < set(options)
        assert len(options) == 8
    for patient, fault in hidden.items():
        right = dict(hidden)
        answers = remote({"diagnosis": lambda patient, right=right: right[patient]})
        assert check.evaluate(answers).points == 2
        wrong = {**hidden, patient: "mode collapse"}
        verdict = check.evaluate(remote({"diagnosis": lambda patient, wrong=wrong: wrong[patient]}))
        assert verdict.points == 1.5
        (row,) = [row for row in verdict.rows if not row.ok]
        assert "Mode collapse shows" in row.hint
        assert fault not in row.hint + " ".join(row.details)


@pytest.mark.parametrize("path", BANK.correct, ids=identify)
def test_correct_answers_are_full(path):
    assert BANK.verdict(path).points == BANK.verdict(path).max_points, BANK.verdict(path).as_text()


@pytest.mark.parametrize("path", BANK.mistakes, ids=identify)
def test_mistakes_lose_just_their_points(path):
    lost = [row.name for row in BANK.verdict(path).rows if not row.ok]
    assert lost, "nothing is lost"
    assert lost == told(path, "loses"), BANK.verdict(path).as_text()


def test_the_bank_is_large_and_styles_are_many():
    for grade_id in CHECKS:
        tiny = grade_id in TINY
        assert len(BANK.of(BANK.mistakes, grade_id)) >= (9 if tiny else 30)
        assert len(BANK.of(BANK.correct, grade_id)) >= (3 if grade_id == "check_diagnosis" else 6)


def test_hints_name_the_mistake(record_property):
    """Where a hint exists for a mistake, it is the one shown; most mistakes have one; no other is accused."""
    right, wrong, undue = BANK.hints()
    record_property("hints", f"{len(right)} of {len(BANK.mistakes)}")
    assert wrong == []
    assert undue == []
    assert len(right) > 0.65 * len(BANK.mistakes)


def test_the_notebook_half_judges_and_hints_like_the_grader():
    """What a student sees for a mistake is lost with the grader, too; nearly all hints are given before handing in."""
    sample = [path for path in BANK.mistakes[::3] if path.parts[-3] != "check_diagnosis"]
    seen, given, due = 0, 0, 0
    for path in sample:
        shown = BANK.seen_in_the_notebook(path)
        lost = [row.name for row in shown.rows if not row.ok]
        assert set(lost) <= set(told(path, "loses")), identify(path)
        seen += bool(lost)
        if told(path, "hint"):
            due += 1
            given += BANK.names(path, shown) == set(told(path, "hint"))
    assert seen > 0.9 * len(sample)
    assert given > 0.9 * due


def test_errors_are_told_apart_by_what_they_say():
    """Answers that raise: the hint is the one of the known mistake that raises the same."""
    for stem, name in {
        "same_fakes_no_detach": "graph used up",
        "old_logits_after_the_step": "retain_graph",
        "frozen_and_detached": "cut off entirely",
        "cholesky": "Cholesky",
        "bce_of_logits": "logits given to the loss of probabilities",
    }.items():
        for path in BANK.mistakes:
            if path.stem == stem:
                assert BANK.named(path) == {name}, BANK.verdict(path).as_text()


def test_verdicts_are_the_same_through_the_codec():
    for grade_id in CHECKS:
        for path in BANK.of(BANK.mistakes, grade_id)[::12]:
            sheet = BANK.assignment.checks[grade_id].sheet
            distant = judge(sheet, through_codec(run_source(path.read_text())), watch=False)
            assert distant == BANK.verdict(path)


# Mutants that no test can tell from the original.
EQUIVALENT = {
    ("Generator", "1 [+ 1]", 1): "the first layer's stride: its input is one pixel",
    ("Discriminator", "1 [+ 1]", 3): "the last layer's stride: its output is one pixel",
    ("interpolate", "1 [+ 1]", 2): "the lower end of clamp(-1, 1): opposite codes do not occur",
    ("interpolate", "omega.sin() < 1e-06 [LtE]", 1): "equality does not occur",
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
    assert total > 150
    assert set(survivors) == set(EQUIVALENT)

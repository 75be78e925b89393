"""What every assignment's test says: a right answer is full, a blank one earns nothing, each mistake loses just its points.

    class TestA2(Assigned):
        bank = Bank("a2_gan", "import torch\n...")     # the bank (tests/banked.py)
        points = 50                                     # of the whole notebook, written questions included
        few = FEW                                       # {"check_diagnosis": (9, 3)}: mistakes and right answers, where fewer will do
        equivalent = EQUIVALENT                         # {("Generator", "1 [+ 1]", 1): "why no test can tell it from the original"}

A mutant is named by its function, by what was changed, and by which of the changes with that name it is. Tests of one
assignment alone stand beside the class in its own file.
"""

from collections import Counter
from types import MappingProxyType

import pytest

from course_lib.grading import reference
from course_lib.grading.judge import judge
from tests.banked import differences, identify, remote, run_source, through_codec, told
from tests.mutants import mutants


class Assigned:
    bank = None
    points = None
    many = 30, 6  # mistakes and right answers of a function, at least
    few = equivalent = MappingProxyType({})
    hinted = 0.65  # share of the mistakes for which there must be a hint
    mutants = 150  # at least so many
    when_handed_in = ("check_diagnosis",)  # nothing of these is judged in the notebook

    def pytest_generate_tests(self, metafunc):
        for name, paths in (("right", self.bank.correct), ("mistake", self.bank.mistakes)):
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, paths, ids=identify)
        if "grade_id" in metafunc.fixturenames:
            metafunc.parametrize("grade_id", sorted(self.bank.assignment.checks))

    def test_the_instructors_solution_is_full_and_a_blank_one_earns_nothing(self, grade_id):
        check = self.bank.assignment.checks[grade_id]
        verdict = check.evaluate(remote(self.bank.instructor))
        assert verdict.points == check.points, verdict.as_text()
        blank = run_source(f"def {check.name}(*args, **options):\n    raise NotImplementedError()")
        assert check.evaluate(remote(blank)).points == 0
        assert check.evaluate(remote({})).points == 0

    def test_points_signatures_and_cells_agree_with_the_notebook(self):
        cells, checks = self.bank.cells, self.bank.assignment.checks
        graded = {
            cell["grade_id"]: cell["points"] for cell in cells if cell["grade"] and not cell["solution"]
        }
        assert graded == {grade_id: check.points for grade_id, check in checks.items()}
        assert sum(cell.get("points", 0) for cell in cells) == self.points
        for check in checks.values():
            assert f"\ncheck({check.name})\n" in self.bank.text
            stub, wanted = self.bank.sources[check.name], check.signature.partition(" ->")[0]
            inside = wanted.partition("(")[2]
            wanted = f"__init__(self, {inside}:" if stub.startswith("class") else f"def {wanted}:"
            assert "".join(wanted.split()) in "".join(stub.split())  # a long one is written on several lines

    def test_reference_file_is_the_visible_half_and_up_to_date(self, tmp_path):
        reference.export(self.bank.assignment, tmp_path / "reference.safetensors")
        folders = tmp_path, self.bank.folder
        fresh, kept = (reference.load(folder / "reference.safetensors") for folder in folders)
        for name, sheet in fresh.items():
            assert all(case["visible"] for case in sheet["cases"])
            assert len(sheet["cases"]) < len(self.bank.assignment.checks[f"check_{name}"].sheet["cases"])
        assert differences(fresh, kept) == [], "run python -m course_lib.grading.reference"

    def test_correct_answers_are_full(self, right):
        verdict = self.bank.verdict(right)
        assert verdict.points == verdict.max_points, verdict.as_text()

    @pytest.mark.slow
    def test_mistakes_lose_just_their_points(self, mistake):
        verdict = self.bank.verdict(mistake)
        lost = [row.name for row in verdict.rows if not row.ok]
        assert lost, "nothing is lost"
        assert lost == told(mistake, "loses"), verdict.as_text()

    def test_the_bank_is_large_and_styles_are_many(self):
        for grade_id in self.bank.assignment.checks:
            mistakes, correct = self.few.get(grade_id, self.many)
            assert len(self.bank.of(self.bank.mistakes, grade_id)) >= mistakes, grade_id
            assert len(self.bank.of(self.bank.correct, grade_id)) >= correct, grade_id

    @pytest.mark.slow
    def test_hints_name_the_mistake(self, record_property):
        """Where a hint exists for a mistake, it is the one shown; most mistakes have one; no other is accused."""
        right, wrong, undue = self.bank.hints()
        record_property("hints", f"{len(right)} of {len(self.bank.mistakes)}")
        assert wrong == [], f"named wrongly: {wrong}"
        assert undue == [], f"named where no hint is due: {undue}"
        assert len(right) > self.hinted * len(self.bank.mistakes)

    @pytest.mark.slow
    def test_the_notebook_half_judges_and_hints_like_the_grader(self):
        """What a student sees lost the grader finds lost, too; nearly all hints are given before handing in."""
        bank, seen, given, due = self.bank, 0, 0, 0
        sample = [path for path in bank.mistakes[::3] if path.parts[-3] not in self.when_handed_in]
        for path in sample:
            shown = bank.seen_in_the_notebook(path)
            lost = [row.name for row in shown.rows if not row.ok]
            assert set(lost) <= set(told(path, "loses")), identify(path)
            seen += bool(lost)
            if told(path, "hint"):
                due += 1
                given += bank.names(path, shown) == set(told(path, "hint"))
        assert seen > 0.9 * len(sample)
        assert given > 0.9 * due

    @pytest.mark.slow
    def test_verdicts_are_the_same_through_the_codec(self):
        for grade_id, check in self.bank.assignment.checks.items():
            for path in self.bank.of(self.bank.mistakes, grade_id)[::12]:
                answers = through_codec(run_source(path.read_text()))
                assert judge(check.sheet, answers, watch=False) == self.bank.verdict(path)

    @pytest.mark.slow
    def test_mutants_of_the_solution_are_killed(self):
        survivors, total = [], 0
        for name, source in self.bank.sources.items():
            check = self.bank.assignment.checks[f"check_{name}"]
            seen = Counter()
            for what, mutant in mutants(source):
                total += 1
                change = what.partition(" at ")[0]
                seen[change] += 1
                answers = remote(run_source(mutant, self.bank.instructor))
                full = (
                    judge(half, answers, watch=False).points == check.points
                    for half in (check.visible_sheet, check.sheet)
                )
                if all(full):  # the visible half first: it is short and kills most of them
                    survivors.append((name, change, seen[change]))
        assert total > self.mutants
        assert set(survivors) == set(self.equivalent)

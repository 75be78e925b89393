"""a6_cyclegan is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from dataclasses import replace

import pytest

from course_lib.grading import reference
from tests.assigned import Assigned
from tests.banked import Bank, remote

FEW = {
    "check_identity_loss": (25, 6),
    "check_linear_decay": (14, 6),
    "check_conditional_entropy": (25, 6),
    "check_diagnosis": (9, 3),
    "check_training": (12, 6),
}
EQUIVALENT = {
    ("ImagePool", "torch.rand((), generator=self.generator) < 0.5 [LtE]", 1): "a coin is a coin",
    ("ImagePool", "torch.rand((), generator=self.generator) < 0.5 [Gt]", 1): "heads for tails",
}


class TestA6(Assigned):
    bank = Bank("a6_cyclegan", "import torch\nfrom torch import nn\n")
    points = 50
    few = FEW
    equivalent = EQUIVALENT

    def test_the_diagnoses_are_not_handed_out(self):
        """The student's file knows which words are faults, and not whose they are."""
        sheet = reference.load(self.bank.folder / "reference.safetensors")["diagnosis"]
        check = self.bank.assignment.checks["check_diagnosis"]
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
            wrong = {**hidden, patient: "wrong range"}
            verdict = check.evaluate(remote({"diagnosis": lambda patient, wrong=wrong: wrong[patient]}))
            assert verdict.points == 1.5
            (row,) = [row for row in verdict.rows if not row.ok]
            assert "[0, 1]" in row.hint
            assert fault not in row.hint + " ".join(row.details)

    def test_errors_are_told_apart_by_what_they_say(self):
        """Answers that raise: the hint is the one of the known mistake that raises the same."""
        for stem, name in {
            "no_pools_no_detach": "graph used up",
            "size_0_forgotten": "size 0 forgotten",
        }.items():
            for path in self.bank.mistakes:
                if path.stem == stem:
                    assert self.bank.named(path) == {name}, self.bank.verdict(path).as_text()

    @pytest.mark.parametrize("seed", range(8))
    def test_a_right_pool_is_right_whatever_it_draws(self, seed):
        """Seeds of the student's draws are the grader's; another assignment seed asks other pools the same questions."""
        check = replace(self.bank.assignment.checks["check_ImagePool"], mistakes=[], seed=1000 + seed)
        sheet = check.worked_out(hidden_too=True)
        expected = [case["expected"] for case in sheet["cases"] if "facts" in case["ask"]]
        words = {(key, value) for facts in expected for key, value in facts.items()}
        assert words == {
            ("what comes back", "images that were shown"),
            ("while the pool fills", "each image comes back itself"),
            ("each image", "is stored at most once, and leaves once"),
            ("an older image comes back", "half of the time"),
            ("which one", "all stored ones equally often"),
            ("on the autograd graph", False),
        }

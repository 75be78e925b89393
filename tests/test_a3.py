"""a3_latent is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

import torch

from course_lib.grading import reference
from tests.assigned import Assigned
from tests.banked import Bank, remote

HEADER = """
import torch
from torch import nn
from torch.nn.functional import cross_entropy, softplus
"""
FEW = {
    "check_infogan_loss": (25, 6),
    "check_apply_edit": (24, 6),
    "check_diagnosis": (9, 3),
    "check_edit_codes": (12, 6),
}
SCALE = "Adam does not see the scale of what it minimises"
CLAMPED = "a position beyond the border is read at the border once more"
EQUIVALENT = {
    ("warp", "h - 1 [Add]", 1): CLAMPED,
    ("warp", "w - 1 [Add]", 1): CLAMPED,
    ("warp", "1 [- 1]", 1): CLAMPED,
    ("warp", "1 [- 1]", 2): CLAMPED,
    ("project_by_optimization", "(generator(z) - x).square().flatten(1).mean(1).sum [mean]", 1): SCALE,
    ("project_by_optimization", "(generator(z) - x).square().flatten(1).mean [sum]", 2): SCALE,
    ("project_by_optimization", "1 [- 1]", 2): SCALE,
    ("project_by_optimization", "1 [+ 1]", 4): SCALE,
}


class TestA3(Assigned):
    bank = Bank("a3_latent", HEADER)
    points = 40
    few = FEW
    equivalent = EQUIVALENT

    def test_the_diagnoses_are_not_handed_out(self):
        """The student's file knows which words are faults, and not whose they are."""
        handed_out = reference.load(self.bank.folder / "reference.safetensors")["diagnosis"]["cases"]
        check = self.bank.assignment.checks["check_diagnosis"]
        right = {case["ask"]["args"][0]: case["expected"]["result"] for case in check.sheet["cases"][4:]}
        assert list(right) == ["A", "B", "C", "D"]
        for case in handed_out:
            assert case["mistakes"] == {}
            (options,) = case["expected"]["result"].values()
            assert len(options) == 8
            assert set(right.values()) < set(options)
        for patient, fault in right.items():
            answers = {**right, patient: "uphill"}
            verdict = check.evaluate(remote({"diagnosis": lambda patient, answers=answers: answers[patient]}))
            assert verdict.points == 1.5
            (row,) = [row for row in verdict.rows if not row.ok]
            assert "goes uphill" in row.hint
            assert fault not in row.hint + " ".join(row.details)

    def test_the_best_codes_are_those_of_least_squares(self):
        """What is expected of a linear generator agrees with LAPACK's least squares, image by image."""
        tried = 0
        for grade_id in ("check_project_by_optimization", "check_project_hybrid"):
            sheet = self.bank.assignment.checks[grade_id].sheet
            for case in sheet["cases"]:
                given = dict(zip(case["ask"]["names"], case["ask"]["args"]))
                layers = [layer[0] for layer in given["generator"]["layers"]]
                if layers != ["Linear", "Unflatten"] or given["steps"] < 2:
                    continue
                base, offset = given["generator"]["weights"]
                wanted = given["x"].flatten(1) - offset
                z = torch.linalg.lstsq(base, wanted.T).solution.T
                loss = (z @ base.T - wanted).square().mean(1)
                torch.testing.assert_close(case["expected"]["z"], z, rtol=1e-8, atol=1e-8)
                torch.testing.assert_close(case["expected"]["loss"], loss, rtol=1e-8, atol=1e-8)
                tried += 1
        assert tried >= 7

    def test_how_the_code_was_found_does_not_count(self):
        """The exact code, without any step, earns what the steps earn; the code of another image does not."""
        check = self.bank.assignment.checks["check_project_by_optimization"]
        exact = check.oracle

        def shifted(generator, x, z_init, steps, lr):
            z, loss = exact(generator, x, z_init, steps, lr)
            return (z + 0.1, loss) if steps > 1 else (z, loss)

        assert check.evaluate(remote({check.name: exact})).points == 8
        rows = check.evaluate(remote({check.name: shifted})).rows
        assert [row.ok for row in rows] == [False, False, False, False, True, True, True]

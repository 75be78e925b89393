"""a4_conditional is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

import math
import runpy

import torch
from torch.testing import assert_close

from course_lib.grading import reference
from tests.assigned import Assigned
from tests.banked import Bank, remote

FEW = {
    "check_hinge_generator_loss": (16, 6),
    "check_truncated_normal": (20, 6),
    "check_diagnosis": (9, 3),
    "check_spectral_weight": (12, 6),
}
EQUIVALENT = {("truncated_normal", "z.abs() > threshold [GtE]", 1): "equality does not occur"}


class TestA4(Assigned):
    bank = Bank(
        "a4_conditional",
        "import torch\nfrom torch import nn\nfrom torch.nn.functional import batch_norm, normalize, one_hot, relu\n",
    )
    points = 40
    few = FEW
    equivalent = EQUIVALENT
    mutants = 60

    def oracle(self, name, *inputs):
        return self.bank.assignment.checks[f"check_{name}"].oracle(*inputs)

    def test_oracles_give_the_values_that_the_notebook_works_out_by_hand(self):
        root = (1 + 1e-5) ** -0.5
        pixels, gain, bias = (
            torch.tensor([1.0, 3.0]),
            torch.tensor([[2.0], [10.0]]),
            torch.tensor([[0.0], [5.0]]),
        )
        given = pixels.view(2, 1, 1, 1), torch.tensor([0, 1]), gain, bias, torch.zeros(1), torch.ones(1), True
        out, mean, var = self.oracle("conditional_batch_norm", *given)
        assert_close(out.flatten(), torch.tensor([-2 * root, 10 * root + 5]))
        assert_close(torch.cat([mean, var]), torch.tensor([0.2, 1.1]))

        one = torch.ones(1, 1)
        given = torch.tensor([[[[0.0, 1.0]]]]), math.log(3) * one, one, 4 * one, torch.tensor(0.5)
        out, attention = self.oracle("self_attention", *given)
        assert_close(out.flatten(), torch.tensor([1.0, 2.5]))
        assert_close(attention[0], torch.tensor([[0.5, 0.5], [0.25, 0.75]]))

        given = torch.diag(torch.tensor([3.0, 4.0])), torch.tensor([0.5, 0.5]).sqrt(), 1
        sigma, u, v = self.oracle("power_iteration", *given)
        assert_close(sigma, torch.tensor([1.8, 3.2]).norm())
        assert_close(v, torch.tensor([0.6, 0.8]))
        assert_close(u, torch.tensor([1.8, 3.2]) / sigma)

        real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.0])
        assert_close(self.oracle("hinge_discriminator_loss", real, fake), torch.tensor(0.75))
        assert_close(self.oracle("hinge_generator_loss", fake), torch.tensor(1.5))

    def test_the_diagnoses_are_not_handed_out(self):
        """The student's file knows which words are faults, and not whose they are."""
        sheet = reference.load(self.bank.folder / "reference.safetensors")["diagnosis"]
        check = self.bank.assignment.checks["check_diagnosis"]
        cases = [case for case in check.sheet["cases"] if not case["visible"]]
        hidden = {case["ask"]["args"][0]: case["expected"]["result"] for case in cases}
        assert len(hidden) == 4
        for case in sheet["cases"]:
            assert case["mistakes"] == {}
            (options,) = case["expected"]["result"].values()
            assert set(hidden.values()) < set(options)
            assert len(options) == 8
        for patient, fault in hidden.items():
            wrong = {**hidden, patient: "Frobenius norm"}
            verdict = check.evaluate(remote({"diagnosis": lambda patient, wrong=wrong: wrong[patient]}))
            assert verdict.points == 1.5
            (row,) = [row for row in verdict.rows if not row.ok]
            assert "Frobenius" in row.hint
            assert fault not in row.hint + " ".join(row.details)

    def test_the_ward_shows_what_its_patients_have(self):
        """The sheets in the notebook are those that the faults give, and each differs from a healthy pair's as described."""
        ward = runpy.run_path(str(self.bank.folder / "patients.py"))
        shown = {}
        exec(self.bank.text.partition(ward["BEGIN"])[2].partition(ward["END"])[0], shown)
        assert list(shown["SHEETS"]) == list(ward["FAULTS"])
        for seed, (name, fault) in enumerate(ward["FAULTS"].items(), 7):
            for printed, fresh in zip(shown["SHEETS"][name], ward["examine"](fault, seed), strict=True):
                numbers = [
                    [float(word) for word in text.split() if word != "to"] for text in (printed, fresh)
                ]
                assert_close(*map(torch.tensor, numbers), rtol=0.02, atol=0.011)

        def rows(fault, first, last):
            sheet = ward["examine"](fault, 3)[first - 1 : last]
            return [[float(word) for word in row.split() if word != "to"] for row in sheet]

        def differences(fault):
            return [row[0] > 0 for row in rows(fault, 4, 7)]

        assert differences("healthy") == [True, False, False, False]
        assert differences("class not given to G") == [False, False, False, False]
        assert differences("first class for all") == [True, True, False, False]
        assert differences("batch statistics in evaluation") == [True, True, True, False]
        assert differences("power iteration in evaluation") == [True, True, True, True]
        assert rows("healthy", 8, 9) == [[1, 1], [1, 1]]
        assert rows("softmax over the queries", 10, 10) == [[1, 1]]
        assert min(rows("Frobenius norm", 8, 8)[0]) < 0.9
        steps = torch.tensor(rows("embedding added", 1, 3)).diff(dim=1)
        assert (steps - steps[0]).abs().max() < 0.025  # printed with two digits
        assert (torch.tensor(rows("class not given to D", 1, 3)).diff(dim=1) == 0).all()
        assert torch.tensor(rows("healthy", 1, 3)).diff(dim=1).std(0).min() > 0.1

"""a2_gan is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from course_lib.grading import reference
from tests.assigned import Assigned
from tests.banked import Bank, remote

FEW = {
    "check_lsgan_discriminator_loss": (9, 6),
    "check_lsgan_generator_loss": (9, 6),
    "check_diagnosis": (9, 3),
    "check_training_loop": (9, 6),
}
EQUIVALENT = {
    ("Generator", "1 [+ 1]", 1): "the first layer's stride: its input is one pixel",
    ("Discriminator", "1 [+ 1]", 3): "the last layer's stride: its output is one pixel",
    ("interpolate", "1 [+ 1]", 2): "the lower end of clamp(-1, 1): opposite codes do not occur",
    ("interpolate", "omega.sin() < 1e-06 [LtE]", 1): "equality does not occur",
}


class TestA2(Assigned):
    bank = Bank(
        "a2_gan",
        "import torch\nfrom torch import nn\nfrom torch.nn.functional import logsigmoid, pad, softplus\n",
    )
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
            right = dict(hidden)
            answers = remote({"diagnosis": lambda patient, right=right: right[patient]})
            assert check.evaluate(answers).points == 2
            wrong = {**hidden, patient: "mode collapse"}
            verdict = check.evaluate(remote({"diagnosis": lambda patient, wrong=wrong: wrong[patient]}))
            assert verdict.points == 1.5
            (row,) = [row for row in verdict.rows if not row.ok]
            assert "Mode collapse shows" in row.hint
            assert fault not in row.hint + " ".join(row.details)

    def test_errors_are_told_apart_by_what_they_say(self):
        """Answers that raise: the hint is the one of the known mistake that raises the same."""
        for stem, name in {
            "same_fakes_no_detach": "graph used up",
            "old_logits_after_the_step": "retain_graph",
            "frozen_and_detached": "cut off entirely",
            "cholesky": "Cholesky",
            "bce_of_logits": "logits given to the loss of probabilities",
        }.items():
            for path in self.bank.mistakes:
                if path.stem == stem:
                    assert self.bank.named(path) == {name}, self.bank.verdict(path).as_text()

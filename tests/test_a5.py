"""a5_pix2pix is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from course_lib.grading import reference
from tests.assigned import Assigned
from tests.banked import Bank, remote

FEW = {
    "check_bootstrap_interval": (25, 6),
    "check_diagnosis": (9, 3),
    "check_mean_distance": (14, 6),
}
EQUIVALENT = {}


class TestA5(Assigned):
    bank = Bank(
        "a5_pix2pix",
        "import torch\nfrom torch import nn\nfrom torch.nn.functional import leaky_relu, relu, softplus\n",
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
            wrong = {**hidden, patient: "wrong range"}
            verdict = check.evaluate(remote({"diagnosis": lambda patient, wrong=wrong: wrong[patient]}))
            assert verdict.points == 1.5
            (row,) = [row for row in verdict.rows if not row.ok]
            assert "Look for black" in row.hint
            assert fault not in row.hint + " ".join(row.details)

    def test_the_networks_of_the_paper(self):
        """What the assignment builds is the original's: parameters of unet_256, unet_128 and the 70x70 PatchGAN."""
        names = self.bank.instructor
        for build, sizes, parameters in (
            ("UNetGenerator", (3, 3, 64, 8), 54_413_955),
            ("UNetGenerator", (3, 3, 64, 7), 41_828_995),
            ("PatchDiscriminator", (6, 64, 3), 2_768_705),
        ):
            with names["torch"].device("meta"):
                assert sum(p.numel() for p in names[build](*sizes).parameters()) == parameters

    def test_errors_are_told_apart_by_what_they_say(self):
        """Answers that raise: the hint is the one of the known mistake that raises the same."""
        for stem, name in {
            "same_image_no_detach": "graph used up",
            "logits_kept": "logits kept",
            "image_without_a_graph": "cut off",
            "in_channels_doubled": "y's channels alone",
        }.items():
            (path,) = (path for path in self.bank.mistakes if path.stem == stem)
            assert self.bank.named(path) == {name}, self.bank.verdict(path).as_text()

"""a1_convolution is graded as it should be: right answers full, typical mistakes on just their points, mutants killed."""

from tests.assigned import Assigned
from tests.banked import Bank, told

FEW = {"check_diagnosis": (9, 3)}
EQUIVALENT = {
    (
        "conv2d_backward",
        "torch.zeros_like [ones_like]",
        2,
    ): "every entry of grad_weight is assigned in the loop"
}


class TestA1(Assigned):
    bank = Bank("a1_convolution", "import torch\nfrom torch.nn.functional import pad\n")
    points = 40
    many, few = (14, 6), FEW
    hinted = 0.5
    mutants = 200
    equivalent = EQUIVALENT

    def test_the_notebook_half_tells_of_rows_and_ends(self):
        for path in self.bank.mistakes:
            if path.stem in ("x_rows_missing", "x_ends_with_the_last_window"):
                shown = self.bank.seen_in_the_notebook(path)
                assert self.bank.names(path, shown) == set(told(path, "hint"))

"""The patients of the clinic: small conditional networks with one thing wrong, examined, not trained. Not released.

python solutions/a4_conditional/patients.py            examine them and rewrite the cell in a4_conditional.py
python solutions/a4_conditional/patients.py healthy    print the sheet of a healthy pair
"""

import sys
from pathlib import Path

import torch
from torch.nn.functional import conv2d

from course_lib.attention import self_attention
from course_lib.conditional import conditional_batch_norm, projection_logit
from course_lib.stabilising import power_iteration

FAULTS = {
    "0": "class not given to G",
    "A": "power iteration in evaluation",
    "B": "first class for all",
    "C": "embedding added",
    "D": "batch statistics in evaluation",
}
BEGIN, END = "# patients: begin\n", "# patients: end\n"
K, WIDE, PLACES = 3, 6, 16


class Normalised:
    """A weight divided by its largest singular value; u has converged, except in the patient in whom it still moves."""

    def __init__(self, weight, fault):
        self.weight, self.fault = weight, fault
        rounds = 1 if fault == "power iteration in evaluation" else 500
        _, self.u, self.v = power_iteration(weight.flatten(1), torch.ones(len(weight)), rounds)

    def __call__(self):
        matrix = self.weight.flatten(1)
        if self.fault == "power iteration in evaluation":
            _, self.u, self.v = power_iteration(matrix, self.u, 1)
        sigma = matrix.norm() if self.fault == "Frobenius norm" else self.u @ matrix @ self.v
        return self.weight / sigma


class Pair:
    """A generator of 4 x 4 pictures and a discriminator, in evaluation."""

    def __init__(self, fault, seed):
        rng = torch.Generator().manual_seed(seed)
        self.fault = fault
        left = torch.linalg.qr(torch.randn(WIDE * PLACES, 8, generator=rng)).Q
        # singular values that lie close together, as in trained layers: power iteration takes its time
        self.into = Normalised(left * torch.linspace(4, 3, 8), fault)
        self.gain, self.bias = 1 + torch.randn(2, K, WIDE, generator=rng)
        self.mean, self.var = 0.05 * torch.randn(WIDE, generator=rng), torch.full((WIDE,), 0.1)
        self.query, self.key = 0.5 * torch.randn(2, 2, WIDE, generator=rng)
        self.value = torch.randn(WIDE, WIDE, generator=rng) / WIDE**0.5
        self.out = Normalised(torch.randn(1, WIDE, 3, 3, generator=rng), fault)
        self.features = Normalised(torch.randn(10, PLACES, generator=rng), fault)
        self.weight = Normalised(torch.randn(1, 10, generator=rng), fault)
        self.embedding = torch.randn(K, 10, generator=rng)

    def generate(self, z, y):
        """(images (N, 1, 4, 4), attention (N, 16, 16))"""
        if self.fault == "class not given to G":
            y = torch.zeros_like(y)
        if self.fault == "first class for all":
            y = y[:1].expand(len(y))
        x = (z @ self.into().T).view(-1, WIDE, 4, 4)
        batch = self.fault == "batch statistics in evaluation"
        x = conditional_batch_norm(x, y, self.gain, self.bias, self.mean, self.var, batch)[0].relu()
        x, attention = self_attention(x, self.query, self.key, self.value, 0.5)
        if self.fault == "softmax over the queries":
            attention = attention / attention.sum(1, keepdim=True)
        return conv2d(x, self.out(), padding=1).tanh(), attention

    def judge(self, x, y):
        """logits (N,)"""
        phi, weight = (x.flatten(1) @ self.features().T).relu(), self.weight()[0]
        if self.fault == "embedding added":
            return (phi + self.embedding[y]) @ weight
        known = 0 if self.fault == "class not given to D" else 1
        return projection_logit(phi, y, known * self.embedding, weight, 0.2)


def examine(fault, seed=0):
    """The ten lines of the sheet."""
    pair, rng = Pair(fault, seed), torch.Generator().manual_seed(100 + seed)
    z, x = torch.randn(8, 8, generator=rng), torch.randn(3, 1, 4, 4, generator=rng).tanh()
    own, others = torch.full((8,), 2), torch.tensor([0, 1, 0, 1, 2, 0, 1, 2])
    rows = [
        " ".join(f"{pair.judge(image[None], torch.tensor([y])).item():6.2f}" for y in range(K)) for image in x
    ]

    def apart(a, b):
        return f"{(a[0][-1] - b[0][-1]).abs().max():.4f}"

    alone = z[-1:], own[-1:]
    rows.append(apart(pair.generate(*alone), pair.generate(z[-1:], torch.tensor([0]))))
    rows.append(apart(pair.generate(*alone), pair.generate(z, others)))
    rows.append(apart(pair.generate(*alone), pair.generate(z, own)))
    rows.append(apart(pair.generate(z, own), pair.generate(z, own)))
    largest = [torch.linalg.matrix_norm(w().flatten(1), 2) for w in (pair.features, pair.weight)]
    rows.append(" ".join(f"{s:.2f}" for s in largest))
    attention = pair.generate(z, others)[1]
    rows += [f"{sums.min():.2f} to {sums.max():.2f}" for sums in (attention.sum(2), attention.sum(1))]
    return rows


def main(healthy=None):
    if healthy:
        print("\n".join(examine("healthy")))
        return
    lines = ["# fmt: off", "SHEETS = {"]
    for seed, (name, fault) in enumerate(FAULTS.items(), 7):
        lines.append(f"    {name!r}: {examine(fault, seed)!r},")
    text = Path(__file__).with_name("a4_conditional.py")
    cell = "\n".join([*lines, "}", "# fmt: on", ""]).replace("'", '"')
    print(cell)
    if text.exists():
        before, _, rest = text.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        text.write_text(before + BEGIN + cell + END + after)


if __name__ == "__main__":
    main(*sys.argv[1:])

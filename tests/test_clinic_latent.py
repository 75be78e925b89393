"""The projections of clinic III: the healthy one is lecture 09's, and each patient differs from it by the line that it names."""

from itertools import islice

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib.clinic_latent import PATIENTS, SYMPTOMS, end, spread, start, watch
from course_lib.projection import descend, pixel_loss


class Linear(nn.Module):
    """A generator whose best codes are known: z -> A z as 3 x 2 x 2 images, through a BatchNorm with statistics of its own."""

    z_dim = 4

    def __init__(self):
        super().__init__()
        rng = torch.Generator().manual_seed(0)
        self.a = nn.Parameter(torch.randn(12, 4, generator=rng) / 4)
        self.norm = nn.BatchNorm2d(3)

    def forward(self, z):
        return self.norm((z @ self.a.T).view(-1, 3, 2, 2))


@pytest.fixture
def generator():
    return Linear().eval().requires_grad_(False)


@pytest.fixture
def x(generator):
    return generator(torch.randn(5, 4, generator=torch.Generator().manual_seed(7)))


def run(generator, x, patient, **options):
    return watch(generator, x, 3, patient, steps=40, looks=(0, 40), **options)


def test_the_healthy_run_is_the_projection_of_lecture_09(generator, x):
    z0 = torch.randn(5, 4, generator=torch.Generator().manual_seed(3))
    theirs = list(islice(descend(lambda z: pixel_loss(generator(z), x), z0, lr=0.1), 41))
    ours = run(generator, x, "healthy")
    assert_close(ours.curves["seen"], torch.stack([each.mean() for _, each in theirs]).double())
    assert_close(ours.curves["honest"], ours.curves["seen"])
    assert_close(ours.curves["length"], torch.stack([z.norm(dim=1).mean() for z, _ in theirs]).double())
    assert_close(ours.pictures[-1], generator(theirs[-1][0]))


def test_nothing_but_the_codes_moves(generator, x):
    before = {k: v.clone() for k, v in generator.state_dict().items()}
    state = torch.get_rng_state()
    for patient in PATIENTS:
        run(generator, x, patient)
    assert_close(generator.state_dict(), before)
    assert torch.equal(state, torch.get_rng_state())
    assert not generator.training


def test_every_patient_differs_from_the_recipe_by_one_field_and_has_a_symptom():
    assert set(SYMPTOMS) == set(PATIENTS)
    healthy = vars(PATIENTS["healthy"])
    for name, patient in PATIENTS.items():
        assert sum(vars(patient)[k] != healthy[k] for k in healthy) == (name != "healthy")


def test_faults_that_can_be_computed(generator, x):
    runs = {name: run(generator, x, name) for name in PATIENTS}
    assert end(runs["not_the_leaf"], "seen") == start(runs["not_the_leaf"], "seen")
    assert start(runs["from_zero"], "length") == 0
    assert_close(runs["far_start"].curves["length"][0], 6 * runs["healthy"].curves["length"][0])
    first = runs["healthy"].curves["length"][0] ** 2
    assert start(runs["prior_too_heavy"], "seen") > start(runs["healthy"], "seen") + 0.08 * first
    assert end(runs["prior_too_heavy"], "length") < 0.7 * end(runs["healthy"], "length")
    made = runs["half_range"].pictures[0]
    assert start(runs["half_range"], "seen") == pytest.approx(
        (made - (x + 1) / 2).square().mean().item(), rel=1e-5
    )
    assert start(runs["half_range"], "honest") == pytest.approx((made - x).square().mean().item(), rel=1e-5)
    # with its targets in another order at every step, every code is drawn to the mean picture
    assert spread(runs["reshuffled"]) < spread(runs["healthy"])
    assert end(runs["reshuffled"], "honest") > 5 * end(runs["healthy"], "honest")
    # statistics of the batch make pictures that the generator itself does not make from these codes
    gap = runs["train_mode"].curves["honest"] - runs["train_mode"].curves["seen"]
    assert gap.abs().max() > 0.05

"""Attribute vectors: exact on planes, judged at a matched flip rate, orthogonal to the others on request."""

import math

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.testing import assert_close

from course_lib.attributes import (
    attribute_vector,
    flip_rate,
    leakage,
    leakage_at,
    logistic_direction,
    random_directions,
    sweep_strength,
    with_attribute,
    without_others,
)


def codes(n, d, seed=0):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# --- vectors ------------------------------------------------------------------------------------------
def test_a_vector_by_hand():
    z = torch.tensor([[1.0, 0.0], [3.0, 2.0], [0.0, 5.0]])
    assert_close(attribute_vector(z, torch.tensor([True, True, False])), torch.tensor([2.0, -4.0]))


def test_of_a_plane_it_is_the_normal_with_length_2_root_2_over_pi():
    z, normal = codes(200_000, 5), torch.tensor([2.0, 0, -1, 0.5, 0], dtype=torch.float64)
    v = attribute_vector(z, z @ normal > 0)
    assert_close(v, 2 * math.sqrt(2 / math.pi) * normal / normal.norm(), atol=0.02, rtol=0)


def test_an_attribute_that_all_or_none_have():
    with pytest.raises(ValueError, match="3 of 3"):
        attribute_vector(codes(3, 2), torch.ones(3, dtype=torch.bool))
    with pytest.raises(ValueError, match="float"):
        attribute_vector(codes(3, 2), torch.ones(3))


@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
def test_the_logistic_direction_is_scikit_learns(penalty):
    z = codes(400, 6)
    noisy = z @ codes(1, 6, 1)[0] + 0.5 + codes(1, 400, 2)[0] > 0
    theirs = (
        LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=2000).fit(z.numpy(), noisy.numpy()).coef_[0]
    )
    assert_close(logistic_direction(z, noisy, penalty), torch.from_numpy(theirs), atol=1e-5, rtol=1e-5)


def test_the_logistic_direction_of_codes_that_a_plane_parts():
    z = codes(300, 4)
    w = logistic_direction(z, z[:, 0] > 0, penalty=0.01)
    assert w.isfinite().all()
    assert w[0] / w.norm() > 0.99


def test_without_others_leaves_the_others_where_they_are():
    vectors = codes(4, 9)
    freed = without_others(vectors)
    assert_close(freed @ vectors.T, torch.diag(vectors.square().sum(1)))
    orthogonal = torch.linalg.qr(codes(9, 4))[0].T * 3
    assert_close(without_others(orthogonal), orthogonal)


def test_a_step_has_the_length_asked_for():
    z, v = codes(3, 5), codes(1, 5, 1)[0]
    moved = with_attribute(z, v, 2.5)
    assert_close((moved - z).norm(dim=1), torch.full((3,), 2.5, dtype=torch.float64))
    assert_close(with_attribute(z, v, 2.5), with_attribute(z, 7 * v, 2.5))
    each = with_attribute(z, v, torch.tensor([0.0, 1.0, -2.0]))
    assert_close(each - z, torch.tensor([0.0, 1.0, -2.0]).double()[:, None] * v / v.norm())


def test_random_directions_are_uniform_on_the_sphere():
    v = random_directions(4000, 3, torch.Generator().manual_seed(0))
    assert_close(v.norm(dim=1), torch.ones(4000))
    assert_close(v.mean(0), torch.zeros(3), atol=0.04, rtol=0)
    assert_close(v.T @ v / 4000, torch.eye(3) / 3, atol=0.03, rtol=0)


# --- judging ------------------------------------------------------------------------------------------
BEFORE = torch.tensor([[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0]]).bool()
AFTER = torch.tensor([[1, 0, 0], [1, 0, 1], [1, 1, 1], [0, 0, 0]]).bool()


def test_flips_and_leaks_by_hand():
    assert flip_rate(BEFORE, AFTER, 0) == pytest.approx(2 / 3)  # of rows 0, 1, 3, which lack it
    assert leakage(BEFORE, AFTER, 0) == pytest.approx(3 / 6)  # rows 0 (one of two), 1 (both), 3 (none)
    assert leakage(BEFORE, BEFORE, 0) == 0
    with pytest.raises(ValueError, match="all 2 pictures"):
        flip_rate(torch.ones(2, 1, dtype=torch.bool), BEFORE[:2], 0)


def test_leakage_at_a_flip_rate_lies_on_the_line_between():
    flips, leaks = torch.tensor([0.0, 0.2, 0.6, 0.5]), torch.tensor([0.0, 0.1, 0.3, 0.9])
    assert leakage_at(flips, leaks, 0.5) == pytest.approx(0.1 + 0.75 * 0.2)
    assert leakage_at(flips, leaks, 0.6) == pytest.approx(0.3)
    assert leakage_at(flips, leaks, 0.7) is None
    assert leakage_at(flips[2:], leaks[2:], 0.5) == pytest.approx(0.3)


def test_along_its_own_axis_an_attribute_flips_and_nothing_leaks():
    """A generator whose pixels are the code, attributes that are signs of its first three numbers."""

    def picture(z):
        return z[:, :, None, None]

    def read(x):
        return x[:, :3, 0, 0] > 0

    z, strengths = codes(500, 6), torch.tensor([0.0, 1.0, 8.0])
    flips, leaks = sweep_strength(picture, read, z, torch.eye(6).double()[1], 1, strengths)
    lacking = z[z[:, 1] <= 0, 1]
    assert_close(flips, torch.stack([(lacking + s > 0).double().mean() for s in strengths.double()]))
    assert flips[0] == 0
    assert flips[2] == 1
    assert_close(leaks, torch.zeros(3).double())
    slanted = torch.tensor([0.0, 1, 1, 0, 0, 0]).double()
    flips, leaks = sweep_strength(picture, read, z, slanted, 1, strengths)
    assert_close(
        leaks[2], (z[z[:, 1] <= 0, 2] <= 0).double().mean() / 2
    )  # attribute 2 rises with it, 0 stays
    flips, _ = sweep_strength(picture, read, z, torch.eye(6).double()[5], 1, strengths)
    assert not flips.any()

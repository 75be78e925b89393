"""Mean and median against closed forms and a search over every answer."""

import pytest
import torch
from torch.testing import assert_close

from course_lib.regression import expected_loss, weighted_mean, weighted_median

GRID = torch.linspace(-2, 2, 4001, dtype=torch.float64)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.49, 0.51, 0.8, 1.0])
def test_two_modes(p):
    values, weights = torch.tensor([1.0, -1.0]).double(), torch.tensor([p, 1 - p]).double()
    assert_close(weighted_mean(values, weights).item(), 2 * p - 1)
    assert weighted_median(values, weights) == (1 if p > 0.5 else -1)
    for power, best in ((2, weighted_mean), (1, weighted_median)):
        searched = GRID[expected_loss(GRID, values, weights, power).argmin()]
        assert_close(searched, best(values, weights), atol=1e-3, rtol=0)


def test_in_a_tie_the_absolute_error_is_flat_between_the_two():
    values, weights = torch.tensor([1.0, -1.0]).double(), torch.tensor([0.5, 0.5]).double()
    between = torch.linspace(-1, 1, 11, dtype=torch.float64)
    assert_close(expected_loss(between, values, weights, 1), torch.ones(11).double())
    assert weighted_median(values, weights) == -1  # the smallest of the best


def test_many_values_with_weights_and_shapes():
    rng = torch.Generator().manual_seed(3)
    values = torch.randn(7, 2, 3, generator=rng, dtype=torch.float64)
    weights = torch.rand(7, generator=rng, dtype=torch.float64)
    weights = weights / weights.sum()
    mean, median = weighted_mean(values, weights), weighted_median(values, weights)
    assert mean.shape == median.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            y = values[:, i, j]
            assert_close(mean[i, j], (weights * y).sum())
            losses = expected_loss(y, y, weights, 1)  # one of the values is always among the best
            assert_close(median[i, j], y[losses.argmin()])
    odd = torch.full((7,), 1 / 7, dtype=torch.float64)
    assert_close(weighted_median(values, odd), values.median(0).values)


def test_three_colours_have_a_median_that_is_none_of_them():
    colors = torch.tensor([[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]])
    third = torch.full((3,), 1 / 3)
    assert_close(weighted_median(colors, third), torch.tensor([-1.0, -1.0, -1.0]))


def test_weights_that_are_no_shares_say_so():
    with pytest.raises(ValueError, match="expected \\(2,\\) with sum 1"):
        weighted_mean(torch.zeros(2), torch.tensor([1.0, 1.0]))
    with pytest.raises(ValueError, match="expected \\(2,\\)"):
        weighted_median(torch.zeros(2), torch.tensor([1.0]))

"""course_lib.mixtures: densities that integrate to one, samples where they belong, modes counted."""

import math

import pytest
import torch
from torch.testing import assert_close

from course_lib import mixtures


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def test_density_of_one_gaussian_by_hand():
    one = mixtures.Mixture(torch.tensor([[1.0, 2.0]]), 0.5)
    peak = 1 / (2 * math.pi * 0.25)
    points = torch.tensor([[1.0, 2.0], [1.5, 2.0], [1.0, 1.0]])
    assert_close(one.density(points), torch.tensor([peak, peak * math.exp(-0.5), peak * math.exp(-2)]))


@pytest.mark.parametrize("mixture", [mixtures.ring(8, std=0.2), mixtures.square(3, std=0.2)])
def test_density_integrates_to_one(mixture):
    points, cell = mixtures.plane_points(4.0, 201)
    assert points[0, -1].tolist() == [4.0, -4.0]  # a row is a second coordinate, from below
    assert_close(cell * mixture.density(points).sum().item(), 1.0, rtol=1e-4, atol=0)


def test_samples_have_the_mixtures_mean_and_spread():
    mixture = mixtures.ring(4, radius=2.0, std=0.1)
    samples = mixture.sample(20_000, rng())
    assert_close(samples.mean(0), torch.zeros(2), rtol=0, atol=0.05)
    assert_close(samples.square().sum(1).mean().item(), 2.0**2 + 2 * 0.1**2, rtol=0.01, atol=0)
    assert_close(mixture.sample(5, rng(1)), mixture.sample(5, rng(1)), rtol=0, atol=0)


def test_shapes_of_ring_and_square():
    assert_close(
        mixtures.ring(4, radius=2.0).means,
        torch.tensor([[2.0, 0], [0, 2], [-2, 0], [0, -2]]),
        atol=1e-6,
        rtol=0,
    )
    assert mixtures.square(5).means.shape == (25, 2)
    assert_close(mixtures.square(3).means.mean(0), torch.zeros(2))


def test_modes_covered_by_true_samples_by_half_and_by_none():
    mixture = mixtures.ring(8)
    samples = mixture.sample(4000, rng())
    modes, share = mixtures.modes_covered(samples, mixture)
    assert modes == 8
    assert_close(share, 1 - math.exp(-4.5), rtol=0, atol=0.01)  # 3 standard deviations in two dimensions
    right = samples[samples[:, 0] > 0.5]
    assert mixtures.modes_covered(right, mixture)[0] == 3
    assert mixtures.modes_covered(torch.zeros(50, 2), mixture) == (0, 0.0)


def test_a_mode_with_too_few_samples_does_not_count():
    mixture = mixtures.ring(2)
    samples = mixture.means[0].repeat(100, 1)
    for stray, expected in ((4, 1), (6, 2)):  # a tenth of the 50 that each mode ought to get
        samples[:stray] = mixture.means[1]
        assert mixtures.modes_covered(samples, mixture)[0] == expected


def test_perceptron():
    net = mixtures.Perceptron(2, 5, 4, 1)
    assert sum(p.numel() for p in net.parameters()) == 15 + 24 + 5
    assert net(torch.zeros(3, 2)).shape == (3,)
    assert mixtures.Perceptron(2, 5, 2)(torch.zeros(3, 2)).shape == (3, 2)


def test_means_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\)"):
        mixtures.Mixture(torch.zeros(3), 1.0)

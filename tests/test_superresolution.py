"""Shrinking, the network's start, feature and covariance losses, the ruler of detail."""

import pytest
import torch
from torch.testing import assert_close

from course_lib import superresolution as sr


@pytest.fixture
def rng():
    return torch.Generator().manual_seed(8)


def test_shrinking_takes_means_and_enlarging_keeps_even_pictures(rng):
    x = torch.randn(2, 3, 8, 12, generator=rng, dtype=torch.float64)
    small = sr.shrink(x)
    assert small.shape == (2, 3, 2, 3)
    assert_close(small[1, 2, 1, 2], x[1, 2, 4:8, 8:12].mean())
    even = torch.full((1, 3, 4, 4), 0.3, dtype=torch.float64)
    assert_close(sr.enlarge(even), torch.full((1, 3, 16, 16), 0.3, dtype=torch.float64))


@pytest.mark.parametrize("size", [(8, 8), (5, 7)])
def test_network_enlarges_four_times_and_starts_from_the_cubic(size, rng):
    network = sr.SuperResolver(base_channels=6, n_blocks=1)
    x = torch.randn(2, 3, *size, generator=rng)
    assert network(x).shape == (2, 3, 4 * size[0], 4 * size[1])
    torch.nn.init.zeros_(network.last.weight)
    torch.nn.init.zeros_(network.last.bias)
    assert_close(network(x), sr.enlarge(x))


def test_eyes_have_three_maps_and_pool_their_last(rng):
    eyes = sr.Eyes(num_classes=5, base_channels=4)
    x = torch.randn(2, 3, 16, 24, generator=rng)
    assert [tuple(m.shape) for m in eyes.maps(x)] == [(2, 4, 16, 24), (2, 8, 8, 12), (2, 16, 4, 6)]
    assert_close(eyes.features(x), eyes.maps(x)[2].mean((2, 3)))
    assert_close(eyes(x), eyes.output(eyes.features(x)))


def test_losses_are_relative_and_zero_only_where_they_should_be(rng):
    maps = [torch.randn(2, c, s, s, generator=rng, dtype=torch.float64) for c, s in ((3, 8), (5, 4))]
    assert sr.feature_loss(maps, maps) == 0
    assert sr.covariance_loss(maps, maps) == 0
    # |0 - y|^2 / |y|^2 = 1 for every map, whatever its scale
    zeros = [torch.zeros_like(m) for m in maps]
    assert_close(sr.feature_loss(zeros, [m * 7 for m in maps]), torch.tensor(1.0).double())
    assert_close(sr.feature_loss([1.5 * m for m in maps], maps), torch.tensor(0.25).double())
    assert_close(sr.covariance_loss([2 * m for m in maps], maps), torch.tensor(9.0).double())  # (4 - 1)^2


def test_covariances_forget_where_and_feature_maps_do_not(rng):
    target = [torch.randn(1, 4, 6, 6, generator=rng, dtype=torch.float64)]
    order = torch.randperm(36, generator=rng)
    shuffled = [target[0].flatten(2)[..., order].view(1, 4, 6, 6)]
    assert sr.covariance_loss(shuffled, target) < 1e-20
    assert sr.feature_loss(shuffled, target) > 0.5
    brighter = [target[0] + 3]
    assert sr.covariance_loss(brighter, target) < 1e-20  # nor the mean


def test_gradients_reach_the_picture_through_the_eyes_and_leave_them_alone(rng):
    eyes = sr.Eyes(4, 4).eval().requires_grad_(False)
    x = torch.randn(1, 3, 16, 16, generator=rng, requires_grad=True)
    y = torch.randn(1, 3, 16, 16, generator=rng)
    sr.covariance_loss(eyes.maps(x), eyes.maps(y)).backward()
    assert (x.grad != 0).double().mean() > 0.9
    assert all(p.grad is None for p in eyes.parameters())


def test_detail_by_hand():
    x = torch.zeros(1, 3, 5, 5, dtype=torch.float64)
    x[..., 2, 2] = 1
    assert_close(sr.detail(x), torch.tensor(20 / 9).double())  # -4 once, 1 four times, among 3 x 3 places
    ramp = torch.arange(5.0).double().expand(1, 3, 5, 5)
    assert_close(sr.detail(ramp), torch.tensor(0.0).double())
    assert_close(sr.detail(3 * x), 9 * sr.detail(x))

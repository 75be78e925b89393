"""course_lib.metrics: closed forms worked by hand, scipy as the oracle, constructed sets."""

import numpy as np
import pytest
import scipy.linalg
import torch
from torch.testing import assert_close

from course_lib import metrics


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def d64(*values):
    return torch.tensor(values, dtype=torch.float64)


# --- Frechet distance ---------------------------------------------------------------------------------
def test_frechet_distance_in_one_dimension_by_hand():
    # (mu1 - mu2)^2 + (s1 - s2)^2 = 3^2 + (2 - 5)^2
    got = metrics.frechet_distance(d64(1.0), d64([4.0]), d64(4.0), d64([25.0]))
    assert_close(got, d64(18.0)[0])


def test_frechet_distance_of_diagonal_gaussians_by_hand():
    got = metrics.frechet_distance(d64(0, 0), torch.diag(d64(1, 9)), d64(1, 2), torch.diag(d64(4, 0)))
    assert_close(got, d64(1 + 4 + (1 - 2) ** 2 + (3 - 0) ** 2)[0])


def random_covariance(d, rank, seed):
    factor = normal(d, rank, seed=seed)
    return factor @ factor.T


@pytest.mark.parametrize("d", [1, 2, 7, 20])
def test_frechet_distance_is_scipys(d):
    cov1, cov2 = random_covariance(d, d + 3, 1), random_covariance(d, d + 3, 2)
    mu1, mu2 = normal(d, seed=3), normal(d, seed=4)
    root = scipy.linalg.sqrtm((cov1 @ cov2).numpy()).real
    expected = np.sum((mu1 - mu2).numpy() ** 2) + np.trace((cov1 + cov2).numpy() - 2 * root)
    assert_close(metrics.frechet_distance(mu1, cov1, mu2, cov2).item(), float(expected), rtol=1e-9, atol=1e-9)


def test_frechet_distance_is_symmetric_and_zero_only_for_equals():
    a = (normal(6, seed=1), random_covariance(6, 9, 2))
    b = (normal(6, seed=3), random_covariance(6, 9, 4))
    assert_close(metrics.frechet_distance(*a, *b), metrics.frechet_distance(*b, *a))
    assert metrics.frechet_distance(*a, *a) < 1e-9
    assert metrics.frechet_distance(*a, a[0] + 0.1, a[1]) > 0.05


def test_singular_covariances_do_no_harm():
    # rank 2 in 6 dimensions, both in the same plane: the distance is the one within the plane
    axes, _ = torch.linalg.qr(normal(6, 2, seed=5))
    small1, small2 = random_covariance(2, 4, 6), random_covariance(2, 4, 7)
    zero2, zero6 = torch.zeros(2, dtype=torch.float64), torch.zeros(6, dtype=torch.float64)
    inside = metrics.frechet_distance(zero2, small1, zero2, small2)
    lifted = metrics.frechet_distance(zero6, axes @ small1 @ axes.T, zero6, axes @ small2 @ axes.T)
    assert_close(lifted, inside, rtol=1e-6, atol=1e-6)
    nothing = torch.zeros(6, 6, dtype=torch.float64)
    assert_close(metrics.frechet_distance(zero6, nothing, zero6, torch.eye(6).double()).item(), 6.0)


def test_float32_features_with_a_large_mean_give_what_float64_gives():
    exact = normal(50, 8, seed=8) + 1000
    other = 1.5 * normal(50, 8, seed=9) + 1000
    expected = metrics.frechet_feature_distance(exact, other)
    got = metrics.frechet_feature_distance(exact.float(), other.float())
    assert_close(got, expected, rtol=1e-3, atol=0)
    assert got.dtype == torch.float64


def test_fewer_images_than_features():
    few = normal(5, 40, seed=10).float()
    assert metrics.frechet_feature_distance(few, few) < 1e-6
    assert metrics.frechet_feature_distance(few, few + 1).item() == pytest.approx(40, rel=1e-4)


def test_feature_statistics_are_numpys():
    x = normal(9, 3, seed=11)
    mean, cov = metrics.feature_statistics(x)
    assert_close(mean.numpy(), x.numpy().mean(0))
    assert_close(cov.numpy(), np.cov(x.numpy(), rowvar=False))
    assert metrics.feature_statistics(x[:, :1])[1].shape == (1, 1)


def test_errors_name_the_argument():
    eye = torch.eye(2)
    with pytest.raises(ValueError, match=r"cov2: got shape \(3, 3\), expected \(2, 2\)"):
        metrics.frechet_distance(torch.zeros(2), eye, torch.zeros(2), torch.eye(3))
    with pytest.raises(ValueError, match="real: got shape"):
        metrics.kernel_distance(torch.zeros(1, 2), torch.zeros(5, 2))
    with pytest.raises(ValueError, match="got 3 features an image, expected 2"):
        metrics.kernel_distance(torch.zeros(5, 2), torch.zeros(5, 3))
    with pytest.raises(ValueError, match="k: got 4, expected 1 to 3"):
        metrics.precision_recall(torch.zeros(4, 2), torch.zeros(9, 2), k=4)


# --- kernel distance ----------------------------------------------------------------------------------
def test_kernel_distance_by_hand():
    # d = 1, kernel (xy + 1)^3: real 0, 1 -> k = 1; fake 2, 0 -> k = 1; across: (0,2) 1, (0,0) 1, (1,2) 27, (1,0) 1
    real, fake = d64(0.0, 1.0)[:, None], d64(2.0, 0.0)[:, None]
    assert_close(metrics.kernel_distance(real, fake), d64(1 + 1 - 2 * 30 / 4)[0])


def test_kernel_distance_is_unbiased_however_few_the_images():
    few = torch.stack([metrics.kernel_distance(*normal(2, 4, 3, seed=s)) for s in range(400)])
    assert abs(few.mean()) < 3 * few.std() / 20  # 400 pairs of sets from one distribution
    assert few.min() < 0
    apart = metrics.kernel_distance(normal(300, 3, seed=1), normal(300, 3, seed=2) + 1)
    assert apart > 1


# --- precision and recall -----------------------------------------------------------------------------
def test_precision_and_recall_of_a_collapsed_generator():
    left, right = normal(30, 2, seed=1), normal(30, 2, seed=2) + 100
    fake = left[:10] + 1e-6  # only the left mode, but there exactly
    precision, recall = metrics.precision_recall(torch.cat([left, right]), fake)
    assert precision == 1
    assert 0 < recall <= 0.5


def test_precision_and_recall_of_a_generator_that_also_makes_nonsense():
    real = normal(30, 2, seed=1)
    fake = torch.cat([real, normal(10, 2, seed=3) + 100])
    precision, recall = metrics.precision_recall(real, fake)
    assert_close(precision, 30 / 40)
    assert recall == 1


def test_precision_and_recall_on_a_line_by_hand():
    # k = 1; real 0, 1, 10 reach 1, 1, 9; fake 2, 3.5 reach 1.5 both
    real, fake = d64(0.0, 1.0, 10.0)[:, None], d64(2.0, 3.5)[:, None]
    precision, recall = metrics.precision_recall(real, fake, k=1)
    assert precision == 1  # 2 lies 1 from 1, both lie within 9 of 10
    assert_close(recall, 1 / 3)  # only 1 lies within 1.5 of 2
    assert metrics.precision_recall(real[:2], fake, k=1)[0] == 0.5  # without 10, only 2 is inside


def test_swapping_the_sets_swaps_precision_and_recall():
    a, b = normal(20, 3, seed=1), 2 * normal(25, 3, seed=2)
    assert metrics.precision_recall(a, b) == metrics.precision_recall(b, a)[::-1]


def test_equal_sets_have_precision_and_recall_one_in_float32_far_from_the_origin():
    x = normal(40, 5, seed=4).float() + 1000
    assert metrics.precision_recall(x, x.clone()) == (1, 1)


# --- neighbours ---------------------------------------------------------------------------------------
def test_nearest_neighbours():
    references = d64([0, 0], [3, 4], [10, 0])
    distances, indices = metrics.nearest_neighbours(d64([0, 0], [9, 0]), references, k=2)
    assert indices.tolist() == [[0, 1], [2, 1]]
    assert_close(distances, d64([0, 5], [1, 52**0.5]))

"""course_lib.features: Gram matrices by hand and by torch.cov."""

import pytest
import torch
from torch.testing import assert_close

from course_lib.features import feature_covariance, gram_matrix

RNG = torch.Generator().manual_seed(0)


def random(*shape):
    return torch.randn(*shape, generator=RNG, dtype=torch.float64)


# --- statistics over places


def test_gram_of_one_hot_maps_is_the_share_of_places():
    """Every place belongs to one channel: shares on the diagonal, nothing off it."""
    owner = torch.tensor([[0, 0, 1], [2, 0, 1]])
    maps = torch.nn.functional.one_hot(owner, 4).movedim(-1, 0)[None].double()  # (1, 4, 2, 3)
    assert_close(gram_matrix(maps), torch.diag(torch.tensor([3, 2, 1, 0], dtype=torch.float64) / 6)[None])
    assert_close(gram_matrix(3 * maps), 9 * gram_matrix(maps))


def test_covariance_is_torchs_and_gram_adds_the_means():
    features = random(3, 5, 4, 7) + 2
    expected = torch.stack([torch.cov(f.flatten(1), correction=0) for f in features])
    assert_close(feature_covariance(features), expected)
    mean = features.mean((2, 3))
    assert_close(gram_matrix(features), expected + mean[:, :, None] * mean[:, None, :])
    assert_close(feature_covariance(features + random(1, 5, 1, 1)), expected)


def test_statistics_forget_where():
    features = random(2, 3, 4, 5)
    shuffled = features.flatten(2)[:, :, torch.randperm(20, generator=RNG)].view(2, 3, 5, 4)
    for statistic in (gram_matrix, feature_covariance):
        assert_close(statistic(shuffled), statistic(features))
        assert_close(
            statistic(torch.cat([features, features], 3)), statistic(features)
        )  # nor how many places
        assert torch.linalg.eigvalsh(statistic(random(1, 8, 2, 2))).min() > -1e-12  # rank at most 4 of 8


def test_statistics_have_gradients():
    features = random(1, 3, 2, 2).requires_grad_()
    assert torch.autograd.gradcheck(gram_matrix, features)
    assert torch.autograd.gradcheck(feature_covariance, features)


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 3, 0, 5)])
def test_statistics_name_a_wrong_shape(shape):
    for statistic in (gram_matrix, feature_covariance):
        with pytest.raises(ValueError, match=r"features: got shape .* expected \(N, C, H, W\)"):
            statistic(torch.zeros(shape))

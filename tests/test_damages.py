"""course_lib.damages: each damage does what its number says, to a copy, and a ladder has every rung."""

import pytest
import torch
from torch.testing import assert_close
from torchvision.transforms.v2.functional import gaussian_blur

from course_lib import damages


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def images(n=6, channels=1, seed=0):
    return (torch.rand(n, channels, 13, 11, generator=seeded(seed), dtype=torch.float64) * 2 - 1) * 0.5


def test_noise_has_its_standard_deviation_and_stays_in_range():
    grey = torch.zeros(40, 1, 20, 20)
    noisy = damages.add_noise(grey, 0.2, seeded())
    assert noisy.std().item() == pytest.approx(0.2, rel=0.02)
    assert noisy.mean().item() == pytest.approx(0, abs=0.01)
    assert damages.add_noise(grey, 5.0, seeded()).abs().max() == 1
    assert torch.equal(noisy, damages.add_noise(grey, 0.2, seeded()))


@pytest.mark.parametrize("channels", [1, 3])
def test_blur_is_torchvisions_inside(channels):
    x = images(channels=channels)
    expected = gaussian_blur(x, [5, 5], [0.6, 0.6])  # 3 * 0.6 pixels, rounded up, to either side
    assert_close(damages.blur(x, 0.6)[..., 2:-2, 2:-2], expected[..., 2:-2, 2:-2])


def test_blur_keeps_an_even_area_up_to_its_edge():
    assert_close(damages.blur(torch.full((2, 3, 9, 9), 0.3), 1.5), torch.full((2, 3, 9, 9), 0.3))


def test_blur_of_a_point_spreads_by_its_variance():
    point = torch.zeros(1, 1, 41, 41, dtype=torch.float64)
    point[0, 0, 20, 20] = 1
    spread = damages.blur(point, 2.0)[0, 0]
    assert spread.sum().item() == pytest.approx(1)
    variance = (spread.sum(0) * (torch.arange(41) - 20) ** 2).sum().item()
    assert variance == pytest.approx(4, rel=0.03)  # cut off at three standard deviations


def test_veil():
    x = images(channels=3)
    assert_close(damages.veil(x, 0.25), 0.75 * x)
    color = torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64)[:, None, None]
    assert_close(damages.veil(x, 1.0, color), color.expand_as(x))


def test_dropped_classes_are_gone_and_the_order_is_kept():
    x, labels = images(), torch.tensor([3, 1, 2, 1, 0, 2])
    assert torch.equal(damages.drop_classes(x, labels, {1}, 3), x[[0, 2, 4]])
    assert torch.equal(damages.drop_classes(x, labels, (), 6), x)
    with pytest.raises(ValueError, match="2 images are left, expected at least n = 3"):
        damages.drop_classes(x, labels, {1, 2}, 3)


def test_few_pictures_and_copies():
    x, others = images(5), images(5, seed=1)
    assert torch.equal(damages.repeat_few(x, 2), x[[0, 1, 0, 1, 0]])
    assert torch.equal(damages.replace_share(x, others, 0.4), torch.cat([others[:2], x[2:]]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda x: damages.add_noise(x, 0.3, seeded()),
        lambda x: damages.blur(x, 1.0),
        lambda x: damages.veil(x, 0.5),
        lambda x: damages.repeat_few(x, 2).zero_(),
        lambda x: damages.replace_share(x, -x, 0.5).zero_(),
    ],
)
def test_the_images_given_are_not_changed(spoil):
    x = images()
    before = x.clone()
    spoil(x)
    assert torch.equal(x, before)


def test_the_ladder_begins_undamaged_and_ends_as_its_strengths_say():
    pool, labels = images(60), torch.arange(60) % 10
    training = images(20, seed=1)
    rungs = {(damage, strength): x for damage, strength, x in damages.ladder(pool, labels, training, n=20)}
    assert len(rungs) == 36
    assert {x.shape for x in rungs.values()} == {(20, 1, 13, 11)}
    for damage in (damages.NOISE, damages.BLUR, damages.VEIL, damages.MISSING, damages.FEW, damages.COPIES):
        assert torch.equal(rungs[damage, damage.strengths[0]], pool[:20]), damage.name
    assert torch.equal(rungs[damages.COPIES, 1], training)
    assert torch.equal(rungs[damages.MISSING, 6], pool[labels < 4][:20])
    assert len(rungs[damages.FEW, 0.1].flatten(1).unique(dim=0)) == 2


def test_a_ladder_of_sets_takes_features_as_well():
    pool, labels, training = images(60), torch.arange(60) % 10, images(20, seed=1)
    flat = damages.ladder(pool.flatten(1), labels, training.flatten(1), n=20, kinds=damages.OF_SETS)
    for (damage, strength, x), (kind, at, y) in zip(
        damages.ladder(pool, labels, training, n=20, kinds=damages.OF_SETS), flat, strict=True
    ):
        assert (damage, strength) == (kind, at)
        assert torch.equal(x.flatten(1), y)

"""course_lib.histograms: values worked by hand, and what the histograms do not see."""

import pytest
import torch

from course_lib.histograms import color_histogram, texture_histogram, total_variation


def test_colors_by_hand():
    image = torch.tensor([[0, 255], [127, 128]], dtype=torch.uint8).expand(1, 3, 2, 2).clone()
    image[0, 2, 0, 0] = 200  # (0, 0, 200), white, dark grey, light grey
    shares = color_histogram(image, levels=2)
    assert shares.tolist() == [0.25, 0.25, 0, 0, 0, 0, 0, 0.5]


def test_steps_by_hand():
    image = torch.tensor([[0, 1, 4], [0, 255, 4]], dtype=torch.uint8).view(1, 1, 2, 3)
    # to the right 1, 3, 255, 251; below 0, 254, 0. Bins of one octave: 1 -> 1, 3 -> 2, 255 -> 8 lies beyond the last
    shares = texture_histogram(image.clamp(max=200), bins=8)  # 1, 3, 200, 196, 0, 199, 0
    assert (shares * 7).tolist() == pytest.approx([2, 1, 1, 0, 0, 0, 0, 3])


@pytest.mark.parametrize("bins", [8, 32])
def test_the_largest_step_has_a_bin(bins):
    image = torch.tensor([[0, 255]], dtype=torch.uint8).view(1, 1, 1, 2)
    shares = texture_histogram(image, bins)
    assert shares.shape == (bins,)
    assert shares[-1] == 1


def test_shuffled_pixels_keep_their_colors_and_lose_their_texture():
    rng = torch.Generator().manual_seed(0)
    smooth = torch.arange(24, dtype=torch.uint8).mul(10).view(1, 1, 4, 6).expand(2, 3, 4, 6).contiguous()
    mixed = smooth.flatten(2)[..., torch.randperm(24, generator=rng)].view_as(smooth)
    assert torch.equal(color_histogram(mixed), color_histogram(smooth))
    assert total_variation(texture_histogram(mixed), texture_histogram(smooth)) > 0.3


def test_total_variation_runs_from_equal_to_disjoint():
    p, q = torch.tensor([0.5, 0.5, 0]), torch.tensor([0, 0, 1.0])
    assert total_variation(p, p) == 0
    assert total_variation(p, q) == total_variation(q, p) == 1
    assert total_variation(p, torch.tensor([0.25, 0.5, 0.25])) == 0.25

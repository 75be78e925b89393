"""course_lib.hints: hints where they were placed, simulated ones true to the image, what the network reads."""

import pytest
import torch
from torch.testing import assert_close

from course_lib.hints import encode_hints, grey, hinted, place_hints


def test_grey_by_the_weights_of_the_standard():
    colors = torch.tensor(
        [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [10, 20, 30]], dtype=torch.uint8
    )
    assert grey(colors[:, :, None, None]).flatten().tolist() == [76, 150, 29, 255, 18]


def test_a_hint_colours_nine_pixels_and_a_corner_four():
    x = place_hints(
        torch.full((2, 1, 6, 7), 9, dtype=torch.uint8), [[(2, 3, (10, 20, 30))], [(0, 6, (1, 2, 3))]]
    )
    assert x.shape == (2, 5, 6, 7)
    assert (x[:, 0] == 9).all()
    mask = torch.zeros(2, 6, 7, dtype=torch.bool)
    mask[0, 1:4, 2:5] = mask[1, :2, 5:] = True
    assert torch.equal(x[:, 1] == 255, mask)
    assert torch.equal(x[:, 1] == 0, ~mask)
    assert x[0, 2:, 2, 3].tolist() == [10, 20, 30]
    assert x[1, 2:, 1, 5].tolist() == [1, 2, 3]
    assert x[:, 2:].amax(1)[~mask].max() == 0


def test_the_last_hint_wins_and_the_grey_image_is_kept():
    image = torch.zeros(1, 1, 4, 4, dtype=torch.uint8)
    x = place_hints(image, [[(1, 1, (5, 5, 5)), (1, 2, (7, 7, 7))]])
    assert x[0, 2, 1].tolist() == [5, 7, 7, 7]
    assert image.count_nonzero() == 0


def test_simulated_hints_tell_the_truth():
    """On an image of one colour the hints have that colour and the grey image its lightness."""
    images = torch.tensor([200, 100, 50], dtype=torch.uint8)[None, :, None, None].expand(4, 3, 16, 16)
    x = hinted(images, torch.Generator().manual_seed(0), count=3)
    on = x[:, 1] == 255
    assert (on.flatten(1).sum(1) >= 9).all()  # three hints of at most nine pixels, which may overlap
    assert (on.flatten(1).sum(1) <= 27).all()
    assert (x[:, 2:].permute(0, 2, 3, 1)[on] == torch.tensor([200, 100, 50])).all()
    assert (x[:, 0] == 124).all()


def test_a_hint_is_the_mean_of_its_patch():
    image = torch.zeros(1, 3, 3, 3, dtype=torch.uint8)
    image[..., 1, 1] = 5  # in every patch: a mean of 5/9, 5/6 or 5/4, rounded to 1
    x = hinted(image, torch.Generator().manual_seed(1), count=1)
    assert (x[0, 2:] == (x[0, 1] == 255)).all()
    assert x[0, 1].max() == 255


def test_none_and_many_hints_occur():
    """Geometric with p = 1/8: one image in eight has no hint; the mean is 7 less what the limit cuts off."""
    x = hinted(torch.zeros(600, 3, 40, 40, dtype=torch.uint8), torch.Generator().manual_seed(2))
    pixels = (x[:, 1] == 255).flatten(1).sum(1).float()
    assert (pixels == 0).float().mean().item() == pytest.approx(1 / 8, abs=0.045)
    assert pixels.mean().item() == pytest.approx(9 * 6.8, rel=0.12)
    assert pixels.max() > 150


def test_the_same_generator_gives_the_same_hints():
    images = torch.randint(256, (3, 3, 9, 9), dtype=torch.uint8)
    a, b = (hinted(images, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a, b)


def test_no_colour_is_zero_for_the_network():
    x = place_hints(torch.full((1, 1, 3, 5), 255, dtype=torch.uint8), [[(1, 0, (0, 255, 0))]])
    read = encode_hints(x)
    assert read.dtype == torch.float32
    assert_close(read[0, :, 1, 0], torch.tensor([1.0, 1.0, -1.0, 1.0, -1.0]))
    assert_close(read[0, :, 1, 4], torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0]))


def test_errors():
    image = torch.zeros(1, 1, 4, 4, dtype=torch.uint8)
    with pytest.raises(ValueError, match="hints: got 2 lists, expected 1"):
        place_hints(image, [[], []])
    with pytest.raises(ValueError, match=r"hints: got \(4, 0\), expected inside 4 x 4"):
        place_hints(image, [[(4, 0, (1, 1, 1))]])

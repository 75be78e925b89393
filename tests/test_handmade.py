"""course_lib.handmade: edges at known angles, words planted and found, pyramids by hand, the pipeline end to end."""

import math

import pytest
import torch
from torch.testing import assert_close

from course_lib import data, handmade

RNG = torch.Generator().manual_seed(0)


def random(*shape):
    return torch.randn(*shape, generator=RNG, dtype=torch.float64)


def ramp(angle, size=12):
    """Brightness that grows by 0.1 a pixel in one direction; the y axis points down."""
    y, x = torch.meshgrid(*[torch.arange(size, dtype=torch.float64)] * 2, indexing="ij")
    return 0.1 * (x * math.cos(angle) + y * math.sin(angle))[None, None]


# --- gradients by direction


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (0, {0: 0.1}),
        (90, {4: 0.1}),
        (22.5, {1: 0.1}),
        (180, {0: 0.1}),  # from light to dark is the same edge
        (225, {2: 0.1}),
        (11.25, {0: 0.05, 1: 0.05}),  # half-way between two maps
        (171.5625, {7: 0.0375, 0: 0.0625}),  # past the last map comes the first
    ],
)
def test_a_ramp_lies_in_the_map_of_its_direction(degrees, expected):
    maps = handmade.orientation_maps(ramp(math.radians(degrees)))[0, :, 1:-1, 1:-1]
    wanted = torch.zeros(8, dtype=torch.float64)
    for k, value in expected.items():
        wanted[k] = value
    assert_close(maps, wanted[:, None, None].expand_as(maps), atol=1e-9, rtol=0)


def test_the_maps_share_the_gradients_length_among_them():
    x = random(2, 1, 9, 7)
    maps = handmade.orientation_maps(x, 5)
    assert maps.shape == (2, 5, 9, 7)
    assert maps.min() >= 0
    dx = torch.gradient(x, dim=3)[0][:, :, 1:-1, 1:-1]
    dy = torch.gradient(x, dim=2)[0][:, :, 1:-1, 1:-1]
    assert_close(maps.sum(1, keepdim=True)[:, :, 1:-1, 1:-1], torch.hypot(dx, dy))
    assert_close(handmade.orientation_maps(0.5 - x, 5), maps)  # the negative has the same edges
    with pytest.raises(ValueError, match=r"x: got shape \(1, 3, 8, 8\), expected grey"):
        handmade.orientation_maps(torch.zeros(1, 3, 8, 8))


def test_a_quarter_turn_of_the_image_moves_every_map_by_half_the_maps():
    x = random(1, 1, 10, 10)
    turned = handmade.orientation_maps(x.rot90(1, (2, 3)))
    assert_close(turned, handmade.orientation_maps(x).roll(4, 1).rot90(1, (2, 3)))


@pytest.mark.parametrize(("height", "width"), [(28, 28), (21, 30)])
def test_hog_has_a_histogram_a_cell_and_forgets_brightness(height, width):
    x = random(3, 1, height, width)
    features = handmade.hog(x)
    assert features.shape == (3, 4 * 8 * (height // 4 - 1) * (width // 4 - 1))
    assert_close(handmade.hog(x + 0.3), features)
    assert features.max() <= 1
    assert (
        handmade.hog(torch.zeros(1, 1, 28, 28)).abs().max() == 0
    )  # no edge: nothing, and no division by zero


def test_descriptors_are_windows_of_two_by_two_cells():
    """Cut the window out: its single descriptor is the one of the whole image at that place, away from the cut."""
    x = random(2, 1, 28, 24)
    descriptors = handmade.local_descriptors(x, cell=4, stride=2)
    assert descriptors.shape == (2, 32, 11, 9)
    top, left = 2 * 3, 2 * 4
    maps = handmade.orientation_maps(x)[:, :, top : top + 8, left : left + 8]
    cells = maps.unflatten(2, (2, 4)).unflatten(4, (2, 4)).mean((3, 5)).flatten(1)  # (2, 32)
    cells = cells / (cells.norm(dim=1, keepdim=True) + 0.02)
    cells = cells.clamp(max=0.2)
    assert_close(descriptors[:, :, 3, 4], cells / cells.norm(dim=1, keepdim=True))
    assert_close(descriptors.norm(dim=1), torch.ones(2, 11, 9, dtype=torch.float64))
    with pytest.raises(ValueError, match="stride: got 3, expected a divisor of the cell, 4"):
        handmade.local_descriptors(x, stride=3)


# --- words, pooling, classification


def test_planted_words_are_found_again():
    centres = 5 * torch.eye(4, 6, dtype=torch.float64)
    owner = torch.randint(4, (10, 7, 5), generator=RNG)
    descriptors = (centres[owner] + 0.1 * random(10, 7, 5, 6)).movedim(-1, 1)
    words = handmade.learn_words(descriptors, 4, seed=0)
    distance = torch.cdist(centres, words)
    assert distance.min(1).values.max() < 0.1
    assert sorted(distance.argmin(1).tolist()) == [0, 1, 2, 3]
    assert torch.equal(words, handmade.learn_words(descriptors, 4, seed=0))
    said = handmade.assign(descriptors, words)
    assert torch.equal(said.argmax(1), distance.argmin(1)[owner])


def test_assign_by_hand():
    words = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])
    descriptors = torch.tensor([[0.0, 0.0], [4.0, 3.0]]).T.view(1, 2, 1, 2)  # distances 0, 4, 3 and 5, 3, 4
    expected = torch.tensor([[7 / 3, 0.0, 0.0], [0.0, 1.0, 0.0]]).T.view(1, 3, 1, 2)
    assert_close(handmade.assign(descriptors, words), expected)


def test_pyramid_by_hand():
    maps = torch.tensor([[1.0, 2.0], [3.0, 6.0]]).view(1, 1, 2, 2)
    assert_close(handmade.pyramid(maps, (1, 2)), torch.tensor([[3.0, 1.0, 2.0, 3.0, 6.0]]))
    maps = random(2, 3, 11, 9)
    features = handmade.pyramid(maps)
    assert features.shape == (2, 3 * (1 + 4 + 16))
    shuffled = maps.flatten(2)[:, :, torch.randperm(99, generator=RNG)].view_as(maps)
    assert_close(handmade.pyramid(shuffled)[:, :3], features[:, :3])  # the whole image forgets where
    assert (handmade.pyramid(shuffled)[:, 3:] - features[:, 3:]).abs().max() > 0.1


def test_word_features_do_not_depend_on_the_batch():
    x = random(5, 1, 28, 28)
    words = handmade.learn_words(handmade.local_descriptors(x), 6, seed=1)
    assert_close(handmade.word_features(x, words, batch_size=2), handmade.word_features(x, words))


def test_fit_linear_keeps_the_labels_and_forgets_scale():
    labels = torch.tensor([3, 7, 9]).repeat(20)
    features = torch.eye(3, dtype=torch.float64).repeat(20, 1) + 0.1 * random(60, 3)
    classify = handmade.fit_linear(features, labels, strength=1.0)
    assert torch.equal(classify(features), labels)
    scaled = features * torch.tensor([1e3, 1e-3, 1]) + 5
    assert torch.equal(handmade.fit_linear(scaled, labels, strength=1.0)(scaled), labels)


def test_the_pipeline_tells_trousers_from_boots():
    images, labels = data.fashion_mnist("train")
    rows = torch.cat([(labels == k).nonzero()[:60, 0] for k in (1, 9)])
    x, y = data.to_float(images[rows]), labels[rows]
    first = torch.arange(len(x)) % 3 == 0
    words = handmade.learn_words(handmade.local_descriptors(x[first]), 16, seed=0)
    classify = handmade.fit_linear(handmade.word_features(x[first], words), y[first])
    right = classify(handmade.word_features(x[~first], words)) == y[~first]
    assert right.double().mean() > 0.95

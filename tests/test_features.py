"""course_lib.features: the view by arithmetic and by gradient, projections against torch's own layers, Gram matrices."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d, max_pool2d, max_unpool2d
from torch.testing import assert_close

from course_lib.classifier import Classifier
from course_lib.convolution import receptive_field
from course_lib.features import (
    activations,
    bounding_box,
    cut_windows,
    deconvnet_rule,
    feature_covariance,
    gradient_footprint,
    gradient_rule,
    gram_matrix,
    guided_rule,
    project_to_pixels,
    top_activations,
    unit_window,
    window_layers,
)

RNG = torch.Generator().manual_seed(0)


def random(*shape):
    return torch.randn(*shape, generator=RNG, dtype=torch.float64)


def positive(*layers):
    """A network in float64 whose convolutions have positive weights and no bias; in eval mode."""
    network = nn.Sequential(*layers).double().eval()
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            nn.init.uniform_(layer.weight, 0.1, 1.0, generator=RNG)
            nn.init.zeros_(layer.bias)
    return network


def stack(pool, norm=None):
    layers = [
        nn.Conv2d(2, 3, 3, padding=1),
        nn.ReLU(),
        pool,
        nn.Conv2d(3, 4, 5, padding=2),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3),
    ]
    return positive(*layers[:1], *([norm] if norm else []), *layers[1:])


# --- the pixels a unit sees


@pytest.mark.parametrize(
    "layers", [[(3, 1, 1)], [(7, 2, 3), (3, 2, 1), (5, 1, 0)], [(4, 2, 1)] * 3 + [(4, 1, 1)] * 2]
)
def test_windows_are_as_long_as_the_receptive_field_and_a_jump_apart(layers):
    jump = 1
    for _, stride, _ in layers:
        jump *= stride
    first, last = unit_window(layers, 0)
    assert last - first + 1 == receptive_field([(k, s) for k, s, _ in layers])
    assert unit_window(layers, 3) == (first + 3 * jump, last + 3 * jump)


def test_a_window_by_hand():
    # row 2 of the pool sees rows 4, 5 of the convolution, which see 3..5 and 4..6 of the image
    assert unit_window([(3, 1, 1), (2, 2, 0)], 2) == (3, 6)
    assert unit_window([], 5) == (5, 5)


def test_window_layers_reads_a_network():
    net = Classifier(base_channels=2).net
    assert window_layers(net[:7]) == [(3, 1, 1), (2, 2, 0), (3, 1, 1)]
    with pytest.raises(ValueError, match="expected square windows"):
        window_layers([nn.Conv2d(1, 1, (3, 5))])
    with pytest.raises(ValueError, match="expected no dilation"):
        window_layers([nn.Conv2d(1, 1, 3, dilation=2)])


@pytest.mark.parametrize("norm", [None, nn.BatchNorm2d(3)])
@pytest.mark.parametrize("pool", [nn.AvgPool2d(2), nn.AvgPool2d(3, stride=2, padding=1)])
def test_the_gradients_footprint_is_the_window(pool, norm):
    network = stack(pool, norm)
    x = torch.rand(1, 2, 40, 38, generator=RNG, dtype=torch.float64)
    for row, column in ((6, 5), (7, 9)):  # interior: no window meets the border
        footprint = gradient_footprint(network, x, row, column)
        top, bottom = unit_window(window_layers(network), row)
        left, right = unit_window(window_layers(network), column)
        assert bounding_box(footprint) == (top, bottom, left, right)
        assert (footprint[top : bottom + 1, left : right + 1] > 0).all()  # filled, not just framed


def test_at_the_border_the_footprint_is_the_windows_part_inside():
    network = stack(nn.AvgPool2d(2))
    x = torch.rand(1, 2, 40, 40, generator=RNG, dtype=torch.float64)
    first, last = unit_window(window_layers(network), 0)
    assert first < 0
    assert bounding_box(gradient_footprint(network, x, 0, 0)) == (0, last, 0, last)


@pytest.mark.parametrize("norm", [nn.InstanceNorm2d(3), nn.BatchNorm2d(3).train()])
def test_statistics_over_places_spread_the_footprint_over_the_image(norm):
    network = stack(nn.AvgPool2d(2), norm)
    network[1].train()
    x = random(1, 2, 40, 40)
    footprint = gradient_footprint(network, x, 7, 7)
    top, bottom = unit_window(window_layers(network), 7)
    outside = footprint.clone()
    outside[top : bottom + 1, top : bottom + 1] = 0
    assert bounding_box(outside > 1e-12) == (0, 39, 0, 39)


def test_max_pooling_thins_the_footprint_out():
    network, x = stack(nn.MaxPool2d(2)), torch.rand(1, 2, 40, 40, generator=RNG, dtype=torch.float64)
    footprint = gradient_footprint(network, x, 7, 7)
    top, bottom = unit_window(window_layers(network), 7)
    inside = footprint[top : bottom + 1, top : bottom + 1]
    assert inside.sum() == footprint.sum()
    assert 0 < (inside > 0).sum() < inside.numel()


def test_bounding_box():
    mask = torch.zeros(5, 6)
    mask[1, 4] = mask[3, 2] = -1
    assert bounding_box(mask) == (1, 3, 2, 4)
    with pytest.raises(ValueError, match="zeros only"):
        bounding_box(torch.zeros(2, 2))


# --- what a feature answers to


def test_activations_are_the_layers_outputs_and_in_place_layers_spoil_none():
    net = Classifier(base_channels=4).eval()
    x = torch.rand(2, 1, 28, 28, generator=RNG)
    got = activations(net, x, ["net.1", "net.2", "net"])
    h = net.net[1](net.net[0](x))
    assert_close(got["net.1"], h)
    assert got["net.1"].min() < 0  # ReLU, in place, comes after
    assert_close(got["net.2"], h.relu())
    assert_close(got["net"], net.net(x))
    got["net"].sum().backward()
    assert net.net[0].weight.grad.abs().sum() > 0
    assert not any(module._forward_hooks for module in net.modules())
    with pytest.raises(ValueError, match=r"got 'net.99', expected some of net, net.0"):
        activations(net, x, ["net.99"])


def test_top_activations_find_planted_sparks_each_image_once():
    """Channel 0 answers to bright pixels, channel 1 to dark ones."""
    images = torch.zeros(7, 1, 6, 5, dtype=torch.float64)
    images[2, 0, 3, 4], images[2, 0, 0, 0], images[5, 0, 1, 2] = 9, 8, 7
    images[4, 0, 5, 3], images[6, 0, 0, 1] = -4, -6
    network = positive(nn.Conv2d(1, 2, 1))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([1.0, -1.0]).view(2, 1, 1, 1))
    for batch_size in (3, 200):
        tops = top_activations(network, images, k=2, batch_size=batch_size)
        assert tops.value.tolist() == [[9, 7], [6, 4]]
        assert tops.image.tolist() == [[2, 5], [6, 4]]
        assert tops.row.tolist() == [[3, 1], [0, 5]]
        assert tops.column.tolist() == [[4, 2], [1, 3]]
    with pytest.raises(ValueError, match="got 7, expected at least k = 8"):
        top_activations(network, images, k=8)


def test_a_cut_window_gives_the_activation_again():
    """The unit computed from its window alone, without padding, is the unit in the image: interior or at the border."""
    network = positive(
        nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(3, 2, 5, padding=0)
    )
    images = random(4, 1, 20, 18)
    layers = window_layers(network)
    row, column = torch.tensor([[1, 2, 4, 3]]), torch.tensor([[2, 1, 3, 2]])
    image = torch.tensor([[3, 0, 1, 2]])
    windows = cut_windows(images, layers, image, row, column, outside=0.0)
    assert windows.shape == (1, 4, 1, 12, 12)
    whole = network(images)[image, :, row, column]
    valid = positive(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(3, 2, 5))
    valid.load_state_dict(network.state_dict())
    assert_close(valid(windows[0])[None, :, :, 0, 0], whole)
    corner = cut_windows(images, [(5, 1, 2)], *torch.zeros(3, 1, dtype=torch.long), outside=7.0)[0, 0]
    assert (corner[:2] == 7).all()
    assert (corner[:, :2] == 7).all()
    assert_close(corner[2:, 2:], images[0, 0, :3, :3])


# --- from one unit back to the pixels


def small_network():
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 3, 3, padding=1),
        nn.ReLU(),
    ).double()
    for _ in range(20):  # statistics to divide by
        network(random(8, 2, 12, 10) + 1)
    nn.init.constant_(network[4].bias, 1.0)  # every channel is loud somewhere, whatever the weights
    return network.eval()


def test_by_the_gradient_rule_a_projection_is_the_gradient_times_the_activity():
    network, x = small_network(), random(3, 2, 12, 10).requires_grad_()
    channel, row, column = torch.tensor([0, 2, 1]), torch.tensor([1, 4, 5]), torch.tensor([0, 3, 4])
    unit = network(x)[torch.arange(3), channel, row, column]
    (gradient,) = torch.autograd.grad((unit**2 / 2).sum(), x)
    assert unit.max() > 0
    assert_close(project_to_pixels(network, x, channel, row, column, gradient_rule), gradient)


@pytest.mark.parametrize("rule", [deconvnet_rule, guided_rule])
def test_a_deconvnet_by_hand(rule):
    """Unpooling by switches, rectification and transposed filters, with torch's own layers."""
    network, x = small_network(), random(2, 2, 12, 10)
    first, norm, _, _, second, _ = network
    h = norm(conv2d(x, first.weight, padding=1))
    pooled, switches = max_pool2d(h.relu(), 2, return_indices=True)
    pre = conv2d(pooled, second.weight, second.bias, padding=1)
    row, column = divmod(pre[:, 1].amin(0).argmax().item(), pre.shape[3])  # loud in both images
    top = torch.zeros_like(pre)
    top[:, 1, row, column] = pre.relu()[:, 1, row, column]
    assert top.max() > 0
    back = conv_transpose2d(top, second.weight, padding=1)
    back = max_unpool2d(back, switches, 2, output_size=h.shape).relu()
    if rule is guided_rule:
        back = back * (h > 0)
    gain = norm.weight / (norm.running_var + norm.eps).sqrt()
    expected = conv_transpose2d(back * gain[:, None, None], first.weight, padding=1)
    assert_close(project_to_pixels(network, x, 1, row, column, rule), expected)


def test_a_projection_stays_in_the_units_window():
    network, x = small_network(), random(1, 2, 30, 30)
    row, column = divmod(network(x)[0, 0].argmax().item(), 15)
    projection = project_to_pixels(network, x, 0, row, column)
    top, bottom, left, right = bounding_box(projection[0].abs().sum(0))
    (first_row, last_row), (first_column, last_column) = (
        unit_window(window_layers(network), place) for place in (row, column)
    )
    assert first_row <= top <= bottom <= last_row
    assert first_column <= left <= right <= last_column


def test_projecting_in_train_mode_is_refused():
    with pytest.raises(ValueError, match=r"BatchNorm in train mode, expected eval\(\)"):
        project_to_pixels(small_network().train(), random(1, 2, 8, 8), 0, 0, 0)


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

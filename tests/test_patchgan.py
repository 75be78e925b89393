"""course_lib.patchgan: parameter counts, map sizes, patches by arithmetic and by gradient."""

import pytest
import torch
from torch import nn

from course_lib.patchgan import (
    PATCH_SIZES,
    ImageDiscriminator,
    PatchDiscriminator,
    patch_footprint,
    patch_layers,
    patch_size,
)


def count(network):
    return sum(p.numel() for p in network.parameters())


def test_parameter_counts_of_the_originals():
    assert count(PatchDiscriminator()) == 2_768_705
    assert count(PatchDiscriminator(n_layers=0)) == 9_024


def test_layer_order_of_the_original():
    names = [type(m).__name__ for m in PatchDiscriminator().net]
    block = ["Conv2d", "BatchNorm2d", "LeakyReLU"]
    assert names == ["Conv2d", "LeakyReLU", *block * 3, "Conv2d"]
    assert [m.out_channels for m in PatchDiscriminator(n_layers=5).net if isinstance(m, nn.Conv2d)] == [
        64,
        128,
        256,
        512,
        512,
        512,
        1,
    ]
    assert all(m.negative_slope == 0.2 for m in PatchDiscriminator().net if isinstance(m, nn.LeakyReLU))


@pytest.mark.parametrize(("n_layers", "side"), [(0, 256), (1, 126), (2, 62), (3, 30), (4, 14), (5, 6)])
def test_map_sizes_at_256_px(n_layers, side):
    network = PatchDiscriminator(2, 1, n_layers)
    assert network(torch.zeros(2, 2, 256, 256)).shape == (2, 1, side, side)


def test_patch_sizes_by_arithmetic():
    assert {n: patch_size(n) for n in range(6)} == PATCH_SIZES == {0: 1, 1: 16, 2: 34, 3: 70, 4: 142, 5: 286}


@pytest.mark.parametrize(("n_layers", "size"), [(0, 9), (1, 40), (2, 80), (3, 160), (4, 320)])
def test_patch_sizes_by_gradient(n_layers, size):
    seen = patch_footprint(PatchDiscriminator(2, 1, n_layers), (2, size, size + 2))
    rows, columns = seen.any(1).nonzero(), seen.any(0).nonzero()
    assert seen.sum() == PATCH_SIZES[n_layers] ** 2
    assert rows.max() - rows.min() + 1 == columns.max() - columns.min() + 1 == PATCH_SIZES[n_layers]


def test_neighbouring_patches_lie_a_stride_apart():
    network = PatchDiscriminator(1, 1, 2)
    left = [patch_footprint(network, (1, 80, 80), (9, c)).any(0).nonzero().min() for c in (9, 10)]
    assert left[1] - left[0] == 4


def test_the_footprint_leaves_the_network_as_it_was():
    network = PatchDiscriminator(1, 2, 1)
    before = [p.clone() for p in network.parameters()]
    patch_footprint(network, (1, 40, 40))
    assert network.training
    assert all(torch.equal(p, b) for p, b in zip(network.parameters(), before))


def test_paths_that_cancel_are_seen_too():
    network = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.Conv2d(2, 1, 1, bias=False))
    with torch.no_grad():
        network[0].weight.fill_(1.0)
        network[1].weight.copy_(torch.tensor([1.0, -1.0])[None, :, None, None])
    assert patch_footprint(network, (1, 5, 5)).sum() == 9


def test_statistics_of_the_image_itself_let_every_pixel_in():
    """The exception that lecture 16 shows: with InstanceNorm the footprint is the image, not the patch."""
    network = PatchDiscriminator(1, 1, 1, norm=nn.InstanceNorm2d)
    x = torch.randn(1, 1, 40, 40, dtype=torch.float64, requires_grad=True)
    network.double()(x)[0, 0, 9, 9].backward()
    assert (x.grad != 0).all()


@pytest.mark.parametrize("n_layers", range(5))
def test_the_smallest_image(n_layers):
    network = PatchDiscriminator(1, 1, n_layers, norm=nn.Identity)
    smallest = 3 * 2**n_layers if n_layers else 1
    assert network(torch.zeros(2, 1, smallest, smallest)).shape[2:] == (1, 1)
    if n_layers:
        with pytest.raises(ValueError, match=f"H and W at least {smallest}"):
            network(torch.zeros(2, 1, smallest, smallest - 1))


def test_biases_are_where_no_shift_follows():
    def biases(network):
        return [m.bias is not None for m in network.net if isinstance(m, nn.Conv2d)]

    assert biases(PatchDiscriminator()) == [True, False, False, False, True]
    assert biases(PatchDiscriminator(norm=nn.InstanceNorm2d)) == [True] * 5
    assert biases(PatchDiscriminator(n_layers=0)) == [True, False, False]


def test_the_whole_image_gives_one_logit_that_sees_all():
    network = ImageDiscriminator(4, 2, (64, 96))
    assert network(torch.zeros(3, 4, 64, 96)).shape == (3, 1, 1, 1)
    assert patch_footprint(network, (4, 64, 96), (0, 0)).all()
    assert ImageDiscriminator(1, 2, 28)(torch.zeros(1, 1, 28, 28)).shape == (1, 1, 1, 1)
    convolutions = [m for m in ImageDiscriminator(3, 4, 256).modules() if isinstance(m, nn.Conv2d)]
    assert [m.out_channels for m in convolutions] == [4, 8, 16, 32, 32, 32, 1]


def test_errors():
    with pytest.raises(ValueError, match="n_layers: got -1"):
        patch_layers(-1)
    with pytest.raises(ValueError, match=r"xy: got \(1, 3, 64, 64\), expected \(N, 6, H, W\)"):
        PatchDiscriminator(6, 2, 1)(torch.zeros(1, 3, 64, 64))
    with pytest.raises(ValueError, match=r"xy: got \(1, 2, 64, 60\)"):
        ImageDiscriminator(2, 2, 64)(torch.zeros(1, 2, 64, 60))
    with pytest.raises(ValueError, match="size: got 7"):
        ImageDiscriminator(2, 2, 7)

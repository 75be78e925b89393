"""course_lib.dcgan: the original's parameter counts and map sizes, initial weights, errors."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib import dcgan


def count(network):
    return sum(p.numel() for p in network.parameters())


def test_parameter_counts_of_the_original():
    assert count(dcgan.Generator()) == 3_576_704
    assert count(dcgan.Discriminator()) == 2_765_568


def sides(network, x):
    """The side of every convolution's output, in order."""
    seen = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.register_forward_hook(lambda _m, _i, y: seen.append((y.shape[1], y.shape[2])))
    network(x)
    return seen


def test_map_sizes_and_channels_of_the_original():
    expected = [(512, 4), (256, 8), (128, 16), (64, 32), (3, 64)]
    assert sides(dcgan.Generator(), torch.zeros(2, 100)) == expected
    expected = [(64, 32), (128, 16), (256, 8), (512, 4), (1, 1)]
    assert sides(dcgan.Discriminator(), torch.zeros(2, 3, 64, 64)) == expected


@pytest.mark.parametrize(
    ("size", "maps"), [(28, [7, 14, 28]), (32, [4, 8, 16, 32]), (20, [5, 10, 20]), (8, [4, 8])]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_other_sizes(size, maps, channels):
    assert dcgan.map_sizes(size) == maps
    generator = dcgan.Generator(z_dim=5, base_channels=4, out_channels=channels, size=size)
    discriminator = dcgan.Discriminator(in_channels=channels, base_channels=4, size=size)
    images = generator(torch.zeros(3, 5))
    assert images.shape == (3, channels, size, size)
    assert discriminator(images).shape == (3,)


@pytest.mark.parametrize("size", [7, 4, 30, 36, 1, 0])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(ValueError, match=f"size: got {size}"):
        dcgan.map_sizes(size)


def test_output_is_an_image_and_the_logit_is_not_a_probability():
    generator, discriminator = dcgan.Generator(5, 4, 3, 8), dcgan.Discriminator(3, 4, 8)
    with torch.no_grad():
        for module in (*generator.modules(), *discriminator.modules()):
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                module.weight.mul_(100)
        images = generator(torch.randn(50, 5, generator=torch.Generator().manual_seed(0)))
        logits = discriminator(images)
    assert images.abs().max() <= 1
    assert images.abs().max() > 0.9
    assert logits.min() < 0
    assert logits.abs().max() > 1


def test_initial_weights():
    generator = dcgan.Generator(rng=torch.Generator().manual_seed(0))
    for module in generator.modules():
        if isinstance(module, nn.ConvTranspose2d):
            assert module.bias is None
            assert abs(module.weight.mean()) < 0.002
            assert 0.019 < module.weight.std() < 0.021
        if isinstance(module, nn.BatchNorm2d):
            assert 0.97 < module.weight.mean() < 1.03
            assert 0.01 < module.weight.std() < 0.03
            assert not module.bias.any()


def test_the_seed_decides_the_weights_and_another_does_not_give_them():
    def make(seed):
        return dcgan.Discriminator(1, 4, 8, rng=torch.Generator().manual_seed(seed)).state_dict()

    assert_close(dict(make(1)), dict(make(1)), rtol=0, atol=0)
    assert not torch.equal(make(1)["net.0.weight"], make(2)["net.0.weight"])


def test_first_and_last_layers_of_the_discriminator_have_no_batch_norm():
    layers = list(dcgan.Discriminator().net)
    assert isinstance(layers[1], nn.LeakyReLU)
    assert isinstance(layers[-1], nn.Conv2d)
    assert sum(isinstance(m, nn.BatchNorm2d) for m in layers) == 3
    assert {m.negative_slope for m in layers if isinstance(m, nn.LeakyReLU)} == {0.2}


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"got shape \(2, 4\), expected \(N, 5\)"):
        dcgan.Generator(5, 4, 3, 8)(torch.zeros(2, 4))
    with pytest.raises(ValueError, match=r"got shape \(2, 1, 8, 8\), expected \(N, 3, 8, 8\)"):
        dcgan.Discriminator(3, 4, 8)(torch.zeros(2, 1, 8, 8))


def test_under_autocast_images_and_logits_keep_their_precision():
    with torch.autocast("cpu", torch.bfloat16):
        images = dcgan.Generator(5, 4, 3, 8)(torch.zeros(2, 5))
        assert images.dtype == torch.float32
        assert dcgan.Discriminator(3, 4, 8)(images).dtype == torch.float32


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_two_ends_are_the_convolutions_they_stand_for(order):
    """Values, gradients and their order in memory, against torch's own layers."""
    rng = torch.Generator().manual_seed(0)

    def drawn(*shape):
        return torch.randn(shape, generator=rng, dtype=torch.float64).requires_grad_()

    for layer, torchs, shape in (
        (dcgan.ConvTranspose2d(6, 3, 5, bias=False), nn.functional.conv_transpose2d, (4, 6, 1, 1)),
        (dcgan.ConvTranspose2d(6, 3, 5, bias=False), nn.functional.conv_transpose2d, (4, 6, 2, 3)),
        (dcgan.Conv2d(6, 2, 5, bias=False), nn.functional.conv2d, (4, 6, 5, 5)),
        (dcgan.Conv2d(6, 2, 5, bias=False), nn.functional.conv2d, (4, 6, 7, 6)),
    ):
        layer.double().to(memory_format=order)
        x = drawn(*shape)
        y, expected = layer(x.to(memory_format=order)), torchs(x, layer.weight)
        assert_close(y, expected, rtol=1e-12, atol=1e-12)
        assert y.is_contiguous(memory_format=order)
        weights = drawn(*y.shape)
        for got, wanted in zip(
            torch.autograd.grad((y * weights).sum(), (x, layer.weight)),
            torch.autograd.grad((expected * weights).sum(), (x, layer.weight)),
        ):
            assert_close(got, wanted, rtol=1e-12, atol=1e-12)


def test_the_first_and_the_last_layer_are_such_ends():
    assert isinstance(dcgan.Generator().net[0], dcgan.ConvTranspose2d)
    assert isinstance(dcgan.Discriminator().net[-1], dcgan.Conv2d)

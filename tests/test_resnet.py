"""The residual generator: the original's counts, order of layers and sizes, and what makes it one."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib.resnet import InstanceNorm, ResidualBlock, ResnetGenerator


def count(network):
    return sum(p.numel() for p in network.parameters())


@pytest.mark.parametrize(("num_blocks", "parameters"), [(9, 11_378_179), (6, 7_837_699)])
@pytest.mark.parametrize("upsample", ["transposed", "resize"])
def test_parameter_counts_are_the_originals(num_blocks, parameters, upsample):
    assert count(ResnetGenerator(num_blocks=num_blocks, upsample=upsample)) == parameters


def test_layers_in_the_originals_order():
    net = ResnetGenerator(base_channels=4, num_blocks=2).net
    names = [type(layer).__name__ for layer in net]
    normalised = ["InstanceNorm", "ReLU"]
    assert names == [
        *["ReflectionPad2d", "Conv2d", *normalised],
        *(["Conv2d", *normalised] * 2),
        *["ResidualBlock"] * 2,
        *(["ConvTranspose2d", *normalised] * 2),
        *["ReflectionPad2d", "Conv2d", "Tanh"],
    ]
    assert all(
        not layer.affine and not layer.track_running_stats
        for layer in net.modules()
        if isinstance(layer, nn.InstanceNorm2d)
    )


@pytest.mark.parametrize("upsample", ["transposed", "resize"])
@pytest.mark.parametrize("shape", [(2, 3, 16, 16), (1, 3, 20, 28)])
def test_an_image_keeps_its_size_and_stays_in_range(upsample, shape):
    y = ResnetGenerator(3, 1, 4, 1, upsample)(torch.randn(shape) * 3)
    assert y.shape == (shape[0], 1, *shape[2:])
    assert y.abs().max() <= 1


def test_a_block_of_zero_weights_is_the_identity():
    block = ResidualBlock(3)
    for p in block.parameters():
        nn.init.zeros_(p)
    x = torch.randn(2, 3, 5, 5)
    assert torch.equal(block(x), x)


def test_one_image_does_not_see_its_neighbours_in_the_batch():
    net, x = ResnetGenerator(3, 3, 4, 1).double(), torch.randn(3, 3, 12, 12, dtype=torch.float64)
    torch.testing.assert_close(net(x)[1:2], net(x[1:2]), rtol=0, atol=1e-12)


def test_weights_come_from_the_generator_that_is_passed():
    def drawn(seed):
        return (
            ResnetGenerator(base_channels=4, num_blocks=1, rng=torch.Generator().manual_seed(seed))
            .net[1]
            .weight
        )

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))
    net = ResnetGenerator(base_channels=32, num_blocks=6, rng=torch.Generator().manual_seed(0))
    weights = torch.cat([m.weight.flatten() for m in net.modules() if isinstance(m, nn.Conv2d)])
    assert abs(weights.std().item() - 0.02) < 2e-4


@pytest.mark.parametrize("shape", [(1, 3, 10, 12), (1, 1, 12, 12), (3, 12, 12)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(ValueError, match=r"expected \(N, 3, H, W\) with H and W multiples of 4"):
        ResnetGenerator(3, 3, 4, 1)(torch.zeros(shape))


def test_an_unknown_upsampling_is_named():
    with pytest.raises(ValueError, match="got 'bilinear', expected one of transposed, resize"):
        ResnetGenerator(upsample="bilinear")


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("input_order", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_instance_norm_and_its_gradient(n, input_order, order):
    """By hand from mean and variance, for one image too, whatever order the image and its gradient come in."""
    rng = torch.Generator().manual_seed(0)
    x, weight = (torch.randn(n, 3, 4, 5, generator=rng, dtype=torch.float64) for _ in range(2))
    x.requires_grad_(True)
    variance, mean = torch.var_mean(x, (2, 3), correction=0, keepdim=True)
    expected = (x - mean) / (variance + 1e-5).sqrt()
    (gradient,) = torch.autograd.grad((expected * weight).sum(), x)
    y = InstanceNorm(3)(x.contiguous(memory_format=input_order))
    assert_close(y, expected)
    assert y.is_contiguous(memory_format=input_order)
    assert_close(torch.autograd.grad(y, x, weight.contiguous(memory_format=order))[0], gradient)


def test_one_image_learns_as_it_would_in_a_batch():
    """channels_last, as in training: the gradient of a batch is the mean of its images' gradients."""
    network = ResnetGenerator(base_channels=2, num_blocks=1, rng=torch.Generator().manual_seed(0))
    network.double().to(memory_format=torch.channels_last)
    x = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def gradient(images):
        return torch.autograd.grad((network(images) - 1).abs().mean(), network.net[1].weight)[0]

    assert_close(gradient(x), (gradient(x[:1]) + gradient(x[1:])) / 2)

"""course_lib.unet: the original's parameter counts and layer order, skips that carry, sizes, errors."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib.unet import UNetGenerator, teaching_unet


def count(network):
    return sum(p.numel() for p in network.parameters())


def layers_run(network, x):
    """The names of the layers in the order in which they run."""
    names = []
    for module in network.modules():
        if not list(module.children()):
            module.register_forward_hook(lambda m, _i, _o: names.append(type(m).__name__))
    with torch.no_grad():
        network(x)
    return names


def test_parameter_counts_of_the_originals():
    with torch.device("meta"):  # shapes without memory
        assert count(UNetGenerator()) == 54_413_955
        assert count(UNetGenerator(num_downs=7)) == 41_828_995


def test_layer_order_of_the_original_unet_256():
    """At a 16th of the width; the sequence of the PyTorch original with BatchNorm and dropout."""
    down, up = ["LeakyReLU", "Conv2d", "BatchNorm2d"], ["ReLU", "ConvTranspose2d", "BatchNorm2d"]
    expected = ["Conv2d", *down * 6, "LeakyReLU", "Conv2d"]
    expected += [*up, *[*up, "Dropout"] * 3, *up * 3, "ReLU", "ConvTranspose2d", "Tanh"]
    assert layers_run(UNetGenerator(base_channels=4), torch.zeros(1, 3, 256, 256)) == expected


def test_layer_order_of_the_original_unet_128():
    names = layers_run(UNetGenerator(base_channels=4, num_downs=7), torch.zeros(1, 3, 128, 128))
    assert [names.count(n) for n in ("Conv2d", "ConvTranspose2d", "BatchNorm2d", "Dropout")] == [7, 7, 11, 2]


def test_only_the_last_convolution_has_a_bias_with_batch_norm_and_all_without_a_shift():
    def biases(network):
        return [
            m.bias is not None for m in network.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)
        ]

    assert biases(UNetGenerator(base_channels=2, num_downs=3)) == [False] * 5 + [True]
    assert biases(UNetGenerator(base_channels=2, num_downs=3, norm=nn.InstanceNorm2d)) == [True] * 6


def test_the_first_weights_are_small_and_the_biases_zero():
    network = UNetGenerator(norm=nn.InstanceNorm2d, num_downs=4, rng=torch.Generator().manual_seed(0))
    for m in network.modules():
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d):
            assert m.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert m.bias.count_nonzero() == 0


def test_teaching_size():
    network = teaching_unet(18)
    assert count(network) == 1_884_675  # 3.8 MB in half precision
    names = layers_run(network, torch.zeros(2, 18, 64, 64))
    assert [names.count(n) for n in ("Conv2d", "Upsample", "ConvTranspose2d", "Dropout")] == [12, 6, 0, 1]
    assert max(m.out_channels for m in network.modules() if isinstance(m, nn.Conv2d)) == 128


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("resize", [True, False])
@pytest.mark.parametrize(("num_downs", "size"), [(1, (2, 6)), (2, (12, 4)), (5, (64, 96))])
def test_any_depth_gives_an_image_of_the_same_size(num_downs, size, skips, resize):
    network = UNetGenerator(2, 5, 3, num_downs, 6, skips=skips, resize=resize)
    y = network(torch.randn(2, 2, *size))
    assert y.shape == (2, 5, *size)
    assert y.abs().max() < 1


def test_the_skip_lies_before_what_comes_up():
    """With the second half of the last convolution's input weights at zero, the first map alone decides."""
    network = UNetGenerator(1, 1, 4, 3, dropout=0).double().eval()
    x = torch.randn(1, 1, 8, 8, dtype=torch.float64)
    first = network.downs[0](x)
    with torch.no_grad():
        last = network.ups[-1][1]
        last.weight[4:] = 0  # (in, out, 4, 4): channels 0-3 are the skip's
        expected = torch.tanh(nn.functional.conv_transpose2d(first.relu(), last.weight[:4], last.bias, 2, 1))
        assert_close(network(x), expected)


@pytest.mark.parametrize("skips", [True, False])
def test_without_skips_everything_passes_the_bottleneck(skips):
    network = UNetGenerator(1, 1, 4, 3, skips=skips, dropout=0).eval()
    x = torch.randn(2, 1, 8, 8)
    blocked = network.downs[-1].register_forward_hook(lambda _m, _i, y: torch.zeros_like(y))
    a, b = network(x)
    blocked.remove()
    assert bool((a - b).abs().max() > 1e-9) == skips


def test_gradients_reach_every_parameter():
    network = UNetGenerator(2, 3, 4, 4, resize=True)
    network(torch.randn(3, 2, 16, 16)).sum().backward()
    for name, p in network.named_parameters():
        assert p.grad.count_nonzero() > 0, name


def test_dropout_is_the_only_noise():
    network = UNetGenerator(1, 1, 2, 6)
    x = torch.randn(2, 1, 64, 64)
    assert not torch.equal(network(x), network(x))
    network = UNetGenerator(1, 1, 2, 6, dropout=0)
    assert torch.equal(network(x), network(x))


def test_own_generator_of_random_numbers():
    a, b = (UNetGenerator(1, 1, 2, 3, rng=torch.Generator().manual_seed(5)) for _ in range(2))
    for p, q in zip(a.parameters(), b.parameters()):
        assert torch.equal(p, q)


def test_bfloat16_inside_returns_the_input_type():
    with torch.autocast("cpu", torch.bfloat16):
        assert UNetGenerator(1, 1, 2, 3)(torch.randn(2, 1, 8, 8)).dtype == torch.float32


@pytest.mark.parametrize("shape", [(1, 3, 12, 8), (1, 3, 8, 12), (1, 2, 8, 8), (3, 8, 8)])
def test_wrong_images_are_refused(shape):
    with pytest.raises(ValueError, match=r"x: got .* expected \(N, 3, H, W\), H and W multiples of 8"):
        UNetGenerator(3, 3, 2, 3)(torch.zeros(shape))


def test_no_step_down_is_refused():
    with pytest.raises(ValueError, match="num_downs: got 0"):
        UNetGenerator(num_downs=0)

"""Winograd's convolution against torch's own, in value and gradient, and where the layer takes it."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d
from torch.testing import assert_close

from course_lib import winograd
from course_lib.winograd import Conv3x3, winograd_conv2d

D = torch.float64


def drawn(*shapes, dtype=D):
    rng = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=rng, dtype=dtype).requires_grad_() for shape in shapes]


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("shape", [(1, 1, 6, 6), (2, 5, 14, 10), (3, 2, 6, 18)])
def test_values_and_gradients_are_torchs(shape, order):
    x, weight, bias = drawn(shape, (4, shape[1], 3, 3), (4,))
    inputs = (x.to(memory_format=order), weight.to(memory_format=order), bias)
    ours, theirs = winograd_conv2d(*inputs), conv2d(x, weight, bias)
    assert_close(ours, theirs, rtol=0, atol=1e-12)
    (pull,) = drawn(theirs.shape)
    gradients = [torch.autograd.grad(out, (x, weight, bias), pull) for out in (ours, theirs)]
    for a, b in zip(*gradients):
        assert_close(a, b, rtol=0, atol=1e-11)


def test_without_a_bias():
    x, weight = drawn((1, 3, 6, 10), (2, 3, 3, 3))
    assert_close(winograd_conv2d(x, weight), conv2d(x, weight))


def test_one_row_by_hand():
    # 1 2 3 4 5 6 in the middle row, kernel 1 0 -1 in the middle row: 1-3, 2-4, 3-5, 4-6
    x, weight = torch.zeros(1, 1, 6, 6, dtype=D), torch.zeros(1, 1, 3, 3, dtype=D)
    x[0, 0, 2], weight[0, 0, 1] = torch.arange(1.0, 7.0), torch.tensor([1.0, 0.0, -1.0])
    expected = torch.zeros(4, 4, dtype=D)
    expected[1] = -2
    assert_close(winograd_conv2d(x, weight)[0, 0], expected, rtol=0, atol=1e-14)


def test_float32_rounds_at_a_ten_thousandth():
    x, weight = drawn((1, 64, 18, 18), (64, 64, 3, 3), dtype=torch.float32)
    exact = conv2d(x.double(), weight.double())
    assert (winograd_conv2d(x, weight) - exact).abs().max() < 2e-4 * exact.std()


# --- the layer


@pytest.fixture
def calls(monkeypatch):
    """Sizes of the maps that went the fast way."""
    seen = []

    def counted(x, *rest):
        seen.append(tuple(x.shape[2:]))
        return winograd_conv2d(x, *rest)

    monkeypatch.setattr(winograd, "winograd_conv2d", counted)
    return seen


@pytest.mark.parametrize(
    ("side", "fast"),
    [((66, 66), True), ((34, 130), True), ((50, 66), False), ((68, 66), False), ((66, 67), False)],
)
def test_the_layer_is_torchs_layer_on_maps_of_any_size(calls, side, fast):
    layer = Conv3x3(2, 3).double()
    (x,) = drawn((2, 2, *side))
    with torch.no_grad():
        assert_close(layer(x), nn.Conv2d.forward(layer, x))
    assert calls == [side] * fast


def test_the_layer_learns_as_torchs_does(calls):
    """In channels_last order, through the tiles that are made a second time."""
    layer = Conv3x3(2, 3).double().to(memory_format=torch.channels_last)
    (x,) = drawn((1, 2, 66, 66))
    gradients = [
        torch.autograd.grad((forward(x) ** 2).mean(), (x, *layer.parameters()))
        for forward in (layer, lambda x: nn.Conv2d.forward(layer, x))
    ]
    assert len(calls) == 2
    for a, b in zip(*gradients):
        assert_close(a, b)


def test_a_layer_that_is_not_to_learn_passes_the_gradient_on(calls):
    layer = Conv3x3(2, 3).double().requires_grad_(False)
    (x,) = drawn((1, 2, 66, 66))
    layer(x).sum().backward()
    gradient = x.grad.clone()
    x.grad = None
    nn.Conv2d.forward(layer, x).sum().backward()
    assert calls
    assert_close(gradient, x.grad)


def test_bfloat16_goes_torchs_way(calls):
    layer, (x,) = Conv3x3(2, 3), drawn((1, 2, 66, 66), dtype=torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(x).dtype == torch.bfloat16
    assert not calls


def test_small_maps_are_bit_for_bit_torchs():
    layer, (x,) = Conv3x3(4, 4), drawn((2, 4, 18, 18), dtype=torch.float32)
    assert torch.equal(layer(x), nn.Conv2d.forward(layer, x))

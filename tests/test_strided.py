"""The fast 4 x 4 convolutions against torch's own: values, gradients, gradients of gradients, and which way is taken where."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, conv_transpose2d
from torch.testing import assert_close

from course_lib import strided
from course_lib.dcgan import Discriminator, Generator
from course_lib.patchgan import ImageDiscriminator, PatchDiscriminator
from course_lib.strided import Double, Halve, by_phases, overlap, windows
from course_lib.unet import UNetGenerator

D, LAST = torch.float64, torch.channels_last
SHAPES = [(1, 1, 2, 2), (2, 3, 6, 4), (3, 5, 4, 10)]  # of the large map


def drawn(*shapes, dtype=D, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=rng, dtype=dtype).requires_grad_() for shape in shapes]


@pytest.fixture(params=["matrix products", "phases or torch"])
def way(request, monkeypatch):
    """Small layers by either way."""
    monkeypatch.setattr(strided, "many", lambda weight, x: request.param == "matrix products")
    return request.param


# --- the operations


def test_windows_by_hand():
    x = torch.arange(16.0).view(1, 1, 4, 4)
    first, _, _, last = windows(x).view(4, 4, 4)
    assert first.tolist() == [[0, 0, 0, 0], [0, 0, 1, 2], [0, 4, 5, 6], [0, 8, 9, 10]]
    assert last.tolist() == [[5, 6, 7, 0], [9, 10, 11, 0], [13, 14, 15, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize("shape", SHAPES)
def test_overlap_is_the_adjoint_of_windows(shape):
    (x,) = drawn(shape)
    patches = windows(x)
    (other,) = drawn(patches.shape, seed=1)
    assert_close((patches * other).sum(), (x * overlap(other, x.shape)).sum())


@pytest.mark.parametrize("shape", SHAPES)
def test_phases_are_the_transposed_convolution(shape):
    n, c, h, w = shape
    y, weight = drawn((n, 4, h // 2, w // 2), (4, c, 4, 4))
    assert_close(by_phases(y, weight), conv_transpose2d(y, weight, stride=2, padding=1))


@pytest.mark.parametrize("shape", SHAPES)
def test_values_and_gradients_are_torchs(shape, way):
    n, c, h, w = shape
    x, y, weight = drawn(shape, (n, 4, h // 2, w // 2), (4, c, 4, 4))
    for ours, torchs, of in ((Halve.apply, conv2d, x), (Double.apply, conv_transpose2d, y)):
        out, expected = ours(of, weight), torchs(of, weight, stride=2, padding=1)
        assert_close(out, expected)
        (pull,) = drawn(out.shape, seed=1)
        for got, wanted in zip(
            torch.autograd.grad(out, (of, weight), pull), torch.autograd.grad(expected, (of, weight), pull)
        ):
            assert_close(got, wanted)


def test_gradients_of_gradients(way):
    x, y, weight = drawn((2, 2, 4, 6), (2, 3, 2, 3), (3, 2, 4, 4))
    assert torch.autograd.gradgradcheck(Halve.apply, (x, weight))
    assert torch.autograd.gradgradcheck(Double.apply, (y, weight))


def test_only_what_is_asked_is_computed(monkeypatch):
    monkeypatch.setattr(strided, "weight_gradient", lambda *_: pytest.fail("nobody wants it"))
    x, weight = drawn((1, 3, 4, 4), (5, 3, 4, 4))
    Halve.apply(x, weight.detach()).sum().backward()
    assert x.grad.shape == x.shape
    monkeypatch.undo()
    monkeypatch.setattr(Double, "apply", lambda *_: pytest.fail("nobody wants it"))
    Halve.apply(x.detach(), weight).sum().backward()
    assert weight.grad.shape == weight.shape


# --- the layers


@pytest.mark.parametrize("order", [torch.contiguous_format, LAST])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("channels", [1, 3, 8])
def test_layers_are_torchs(channels, bias, order, monkeypatch):
    for many in (True, False):
        monkeypatch.setattr(strided, "many", lambda *_, many=many: many)
        x, y = drawn((2, channels, 6, 8), (2, 5, 3, 4))
        for layer, kind, of in (
            (strided.Conv2d(channels, 5, bias), nn.Conv2d, x),
            (strided.ConvTranspose2d(5, channels, bias), nn.ConvTranspose2d, y),
        ):
            layer.double().to(memory_format=order)
            torchs = kind(layer.in_channels, layer.out_channels, 4, stride=2, padding=1, bias=bias).double()
            torchs.load_state_dict(layer.state_dict())
            of = of.to(memory_format=order)
            out, expected = layer(of), torchs(of)
            assert_close(out, expected)
            assert channels == 1 or out.is_contiguous(memory_format=order)
            (pull,) = drawn(out.shape, seed=1)
            ours = torch.autograd.grad(out, (of, *layer.parameters()), pull)
            for got, wanted in zip(ours, torch.autograd.grad(expected, (of, *torchs.parameters()), pull)):
                assert_close(got, wanted)


def test_a_relu_in_place_may_follow(way):
    for layer, size in (
        (strided.Conv2d(3, 4, bias=False), 8),
        (strided.ConvTranspose2d(4, 3, bias=False), 4),
    ):
        layer.double().to(memory_format=LAST)
        (x,) = drawn((2, layer.in_channels, size, size))
        out = nn.functional.relu_(layer(x.to(memory_format=LAST)))
        out.sum().backward()
        assert (out >= 0).all()
        assert (layer.weight.grad != 0).any()


def test_odd_sides_are_torchs_too():
    layer = strided.Conv2d(3, 4).double().to(memory_format=LAST)
    (x,) = drawn((2, 3, 7, 6))
    assert_close(layer(x), conv2d(x, layer.weight, layer.bias, stride=2, padding=1))


@pytest.fixture
def calls(monkeypatch):
    """Shapes of the maps that went each way."""
    seen = {"windows": [], "by_phases": []}
    real = {name: getattr(strided, name) for name in seen}

    def counted(name):
        def call(x, *rest):
            seen[name].append(tuple(x.shape))
            return real[name](x, *rest)

        return call

    for name in seen:
        monkeypatch.setattr(strided, name, counted(name))
    return seen


def test_who_takes_which_way(calls):
    z = torch.randn(2, 100)
    generator = Generator().to(memory_format=LAST)
    image = generator(z)
    assert calls == {"windows": [], "by_phases": [(2, 64, 32, 32)]}, "512 x 256 kernels go by overlap"
    discriminator = Discriminator().to(memory_format=LAST)
    discriminator(image).sum().backward()
    assert (2, 256, 8, 8) in calls["windows"]
    assert (2, 64, 32, 32) in calls["by_phases"][1:], "D's gradient with respect to the image"
    before = len(calls["by_phases"]), len(calls["windows"])
    Generator()(z)  # not in channels_last
    with torch.autocast("cpu", torch.bfloat16):
        generator(z)
    assert (len(calls["by_phases"]), len(calls["windows"])) == before


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (Generator(16, 8, 3, 32), (2, 16)),
        (Discriminator(3, 8, 32), (2, 3, 32, 32)),
        (UNetGenerator(3, 3, 8, 5, dropout=0), (2, 3, 32, 64)),
        (PatchDiscriminator(6, 8, 2), (2, 6, 32, 32)),
        (ImageDiscriminator(4, 8, 32), (2, 4, 32, 32)),
    ],
)
def test_networks_are_the_same_with_torchs_layers(network, shape):
    """Values and every parameter's gradient, with names and shapes of parameters as torch's layers have them."""
    network = network.double().to(memory_format=LAST)
    (x,) = drawn(shape)
    results = []
    for _ in range(2):
        out = network(x)
        network.zero_grad()
        out.square().sum().backward()
        results.append((out, {name: p.grad.clone() for name, p in network.named_parameters()}))
        for module in network.modules():
            for torchs in (nn.Conv2d, nn.ConvTranspose2d):
                if isinstance(module, torchs):
                    module.__class__ = torchs
    (ours, gradients), (theirs, expected) = results
    assert_close(ours, theirs)
    for name, gradient in gradients.items():
        assert_close(gradient, expected[name], msg=name)

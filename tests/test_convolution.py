"""course_lib.convolution against torch's own operators, values worked by hand, and defining properties."""

import random

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import signal
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from course_lib.convolution import (
    conv2d,
    conv2d_backward,
    conv2d_im2col,
    conv2d_loops,
    conv2d_output_size,
    conv_transpose2d,
    conv_transpose2d_output_size,
    convolve2d,
    im2col,
    multiplications,
    overlap_add,
    receptive_field,
    sliding_windows,
)


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def configuration(seed):
    """A layer that exists: integers or pairs, odd shapes, every option, images down to one pixel."""
    draw = random.Random(seed)
    groups = draw.choice([1, 1, 1, 2, 3])
    kernel, stride, padding, dilation = (
        [draw.randint(low, high) for _ in range(2)] for low, high in ((1, 4), (1, 5), (0, 3), (1, 3))
    )
    size = [
        max(1, d * (k - 1) + 1 - 2 * p + draw.choice([0, 0, 1, 2, 3, 5, 8]))
        for k, p, d in zip(kernel, padding, dilation)
    ]
    c_in, c_out = groups * draw.randint(1, 3), groups * draw.randint(1, 3)
    options = {"stride": tuple(stride), "padding": tuple(padding), "dilation": tuple(dilation)}
    if draw.random() < 0.3 and all(n + 2 * padding[0] > dilation[0] * (k - 1) for n, k in zip(size, kernel)):
        options = {"stride": stride[0], "padding": padding[0], "dilation": dilation[0]}
    return {
        "x": (draw.randint(1, 3), c_in, *size),
        "weight": (c_out, c_in // groups, *kernel),
        "bias": (c_out,) if draw.random() < 0.7 else None,
        "strided": draw.random() < 0.3,  # x is not contiguous
        "options": {**options, "groups": groups},
    }


def tensors(config, seed=0):
    n, c, h, w = config["x"]
    x = (
        normal(c, h, n, 2 * w, seed=seed).permute(2, 0, 1, 3)[..., ::2]
        if config["strided"]
        else normal(n, c, h, w)
    )
    bias = None if config["bias"] is None else normal(*config["bias"], seed=seed + 2)
    inputs = [x, normal(*config["weight"], seed=seed + 1), bias]
    return [None if t is None else t.detach().requires_grad_() for t in inputs]


def gradients(y, inputs, seed=9):
    return torch.autograd.grad(y, [t for t in inputs if t is not None], normal(*y.shape, seed=seed))


def output_padding_for(options, seed):
    """The largest or a smaller output padding that torch allows, per axis."""
    draw = random.Random(seed)
    stride, dilation = (
        v if isinstance(v, tuple) else (v, v) for v in (options["stride"], options["dilation"])
    )
    return tuple(draw.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation))


CONFIGURATIONS = [configuration(seed) for seed in range(200)]


def test_the_configurations_cover_what_they_should():
    plain = [c["options"] for c in CONFIGURATIONS]
    pairs = [o for o in plain if isinstance(o["stride"], tuple)]
    assert 20 < len(pairs) < 190
    assert (
        sum(max(o["stride"]) > max(c["weight"][2:]) for o, c in zip(plain, CONFIGURATIONS) if o in pairs) > 20
    )
    assert sum(o["groups"] > 1 for o in plain) > 40
    assert sum(o["padding"] in (0, (0, 0)) for o in plain) > 10
    assert sum(c["x"][0] == 1 for c in CONFIGURATIONS) > 40
    assert sum(c["x"][1] == 1 for c in CONFIGURATIONS) > 20
    assert sum(c["strided"] and not tensors(c)[0].is_contiguous() for c in CONFIGURATIONS) > 30
    assert sum(c["x"][2] != c["x"][3] for c in CONFIGURATIONS) > 100


# --- the layer ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("config", CONFIGURATIONS, ids=range(len(CONFIGURATIONS)))
def test_conv2d_and_its_gradients_equal_torch(config):
    inputs, options = tensors(config), config["options"]
    ours, theirs = conv2d(*inputs, **options), F.conv2d(*inputs, **options)
    assert_close(ours, theirs)
    expected = gradients(theirs, inputs)
    assert_close(gradients(ours, inputs), expected)

    x, weight, _ = (None if t is None else t.detach() for t in inputs)
    grad_output = normal(*theirs.shape, seed=9)
    by_hand = conv2d_backward(grad_output, x, weight, **options)
    assert_close(by_hand[: len(expected)], expected)
    assert_close(by_hand[2], grad_output.sum(dim=(0, 2, 3)))


@pytest.mark.parametrize("config", CONFIGURATIONS[::5], ids=range(0, len(CONFIGURATIONS), 5))
def test_loops_and_im2col_equal_torch_with_their_gradients(config):
    config = {**config, "x": (*config["x"][:2], *(min(n, 7) for n in config["x"][2:])), "strided": False}
    config["options"] = {**config["options"], "padding": (3, 4), "dilation": (1, 2)}  # fits all kernels
    inputs, options = tensors(config), config["options"]
    theirs = F.conv2d(*inputs, **options)
    expected = gradients(theirs, inputs)
    ours = conv2d_loops(*inputs, **options)
    assert_close(ours, theirs)
    assert_close(gradients(ours, inputs), expected)
    if options.pop("groups") == 1:
        ours = conv2d_im2col(*inputs, **options)
        assert_close(ours, theirs)
        assert_close(gradients(ours, inputs), expected)


def test_worked_by_hand():
    x = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3)  # 1 2 3 / 4 5 6 / 7 8 9
    weight = torch.tensor([[1.0, 0.0], [0.0, -2.0]])[None, None]
    expected = torch.tensor([[1 - 10.0, 2 - 12], [4 - 16, 5 - 18]])[None, None]  # not flipped
    for layer in conv2d, conv2d_loops, conv2d_im2col:
        assert_close(layer(x, weight), expected)
        assert_close(layer(x, weight, torch.tensor([0.5])), expected + 0.5)


def test_one_output_number_is_a_dot_product_with_a_chunk_of_75_numbers():
    x, weight = normal(1, 3, 9, 8), normal(1, 3, 5, 5, seed=1)
    chunk = x[0, :, 2:7, 3:8]
    assert chunk.numel() == 75
    assert_close(conv2d(x, weight)[0, 0, 2, 3], chunk.flatten() @ weight.flatten())


def test_im2col_has_the_layout_of_unfold():
    x = normal(2, 3, 7, 6)
    for kernel, stride, padding, dilation in ((3, 1, 0, 1), ((2, 3), (2, 1), (1, 0), (1, 2)), (1, 3, 2, 1)):
        expected = F.unfold(x, kernel, dilation, padding, stride)
        assert_close(im2col(x, kernel, stride, padding, dilation), expected, rtol=0, atol=0)


def test_conv2d_commutes_with_shifts():
    x, weight = normal(1, 2, 9, 9), normal(3, 2, 3, 3, seed=1)
    assert_close(conv2d(x.roll(1, dims=3), weight)[..., 1:], conv2d(x, weight)[..., :-1])


def test_an_empty_batch_gives_an_empty_batch():
    x, weight = torch.zeros(0, 2, 5, 6), torch.zeros(4, 2, 3, 3)
    assert conv2d(x, weight).shape == (0, 4, 3, 4)
    assert conv_transpose2d(torch.zeros(0, 4, 3, 4), weight).shape == (0, 2, 5, 6)
    assert conv2d_backward(torch.zeros(0, 4, 3, 4), x, weight)[1].abs().sum() == 0


# --- the adjoint --------------------------------------------------------------------------------------
@pytest.mark.parametrize("config", CONFIGURATIONS, ids=range(len(CONFIGURATIONS)))
def test_conv_transpose2d_and_its_gradients_equal_torch(config):
    options = {**config["options"], "output_padding": output_padding_for(config["options"], seed=1)}
    padding = options["padding"] if isinstance(options["padding"], tuple) else (options["padding"],) * 2
    options["padding"] = tuple(
        min(p, (n - 1) // 2) for p, n in zip(padding, config["x"][2:])
    )  # a pixel is left
    c_in, c_block, *_ = config["weight"]
    bias = (c_block * options["groups"],) if config["bias"] else None
    inputs = tensors({**config, "x": (config["x"][0], c_in, *config["x"][2:]), "bias": bias})
    ours, theirs = conv_transpose2d(*inputs, **options), F.conv_transpose2d(*inputs, **options)
    assert_close(ours, theirs)
    assert_close(gradients(ours, inputs), gradients(theirs, inputs))


@pytest.mark.parametrize("config", CONFIGURATIONS[::2], ids=range(0, len(CONFIGURATIONS), 2))
def test_conv_transpose2d_is_the_adjoint_of_conv2d(config):
    """<A a, b> = <a, A' b>, with the output padding that restores the rows which no window saw."""
    a, weight, _ = tensors(config)
    a, weight, options = a.detach(), weight.detach(), config["options"]
    forward = conv2d(a, weight, **options)
    b = normal(*forward.shape, seed=7)
    smallest = conv_transpose2d_shape(b, weight, options)
    extra = tuple(n - m for n, m in zip(a.shape[2:], smallest))
    backward = conv_transpose2d(b, weight, output_padding=extra, **options)
    assert backward.shape == a.shape
    assert_close((forward * b).sum(), (a * backward).sum())


def conv_transpose2d_shape(x, weight, options):
    pairs = (
        v if isinstance(v, tuple) else (v, v) for v in (options[k] for k in ("stride", "padding", "dilation"))
    )
    axes = zip(x.shape[2:], weight.shape[2:], *pairs)
    return [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in axes]


def test_overlap_add_is_the_adjoint_of_sliding_windows():
    a = normal(2, 3, 8, 7)
    windows = sliding_windows(a, (3, 2), stride=(2, 1), dilation=(1, 3))
    b = normal(*windows.shape, seed=1)
    assert_close((windows * b).sum(), (a * overlap_add(b, (8, 7), stride=(2, 1), dilation=(1, 3))).sum())


def test_a_single_pixel_paints_the_kernel():
    x = torch.zeros(1, 1, 3, 3)
    x[0, 0, 1, 2] = 5.0
    kernel = torch.arange(1.0, 7.0).reshape(1, 1, 2, 3)
    y = conv_transpose2d(x, kernel, stride=2)
    expected = torch.zeros(1, 1, 6, 7)
    expected[0, 0, 2:4, 4:7] = 5 * kernel[0, 0]
    assert_close(y, expected)


# --- gradients of gradients, modes, types -------------------------------------------------------------
@pytest.mark.parametrize("layer", [conv2d, conv_transpose2d, conv2d_loops])
def test_first_and_second_derivatives(layer):
    options = {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 2), "groups": 2}
    inputs = [normal(1, 2, 4, 4), normal(2, 1, 2, 2, seed=1), normal(2, seed=2)]
    inputs = [t.requires_grad_() for t in inputs]
    assert torch.autograd.gradcheck(lambda *t: layer(*t, **options), inputs)
    assert torch.autograd.gradgradcheck(lambda *t: layer(*t, **options), inputs)


def test_conv2d_backward_is_itself_differentiable():
    inputs = [normal(1, 2, 2, 3), normal(1, 1, 4, 5, seed=1), normal(2, 1, 2, 3, seed=2)]
    assert torch.autograd.gradcheck(
        lambda *t: conv2d_backward(*t, stride=2, padding=(0, 1)), [t.requires_grad_() for t in inputs]
    )


CALLS = {
    "conv2d": lambda x, w: conv2d(x, w, padding=1),
    "conv2d_loops": lambda x, w: conv2d_loops(x, w, padding=1),
    "conv2d_im2col": lambda x, w: conv2d_im2col(x, w, padding=1),
    "conv_transpose2d": lambda x, w: conv_transpose2d(x, w, stride=2),
    "conv2d_backward": lambda x, w: conv2d_backward(conv2d(x, w), x, w)[0],
    "convolve2d": lambda x, w: convolve2d(x, w[0, 0]),
}


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_and_dtype_and_device_are_kept(name):
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-5), (torch.bfloat16, 0.1)):
        x, weight = normal(2, 3, 5, 4, dtype=dtype), normal(3, 3, 3, 3, seed=1, dtype=dtype)
        before = x.clone(), weight.clone()
        y = CALLS[name](x, weight)
        assert y.dtype == dtype
        assert_close(y.double(), CALLS[name](x.double(), weight.double()), rtol=tolerance, atol=tolerance)
        assert_close((x, weight), before, rtol=0, atol=0)
        assert not y.requires_grad
    with torch.inference_mode():
        assert_close(CALLS[name](x, weight), y)
    with torch.no_grad():
        assert not CALLS[name](x.clone().requires_grad_(), weight).requires_grad
    assert CALLS[name](x.to("meta"), weight.to("meta")).device.type == "meta"


class Operators(TorchDispatchMode):
    """The names of all operators that ran."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.names.add(str(func))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_left_to_torchs_own_convolution(name):
    x, weight = normal(2, 3, 5, 4).requires_grad_(), normal(3, 3, 3, 3, seed=1).requires_grad_()
    with Operators() as seen:
        CALLS[name](x, weight).sum().backward()
    assert any("mul" in n or "bmm" in n or "mm" in n for n in seen.names)
    assert not [n for n in seen.names if "conv" in n or "im2col" in n or "col2im" in n or "unfold" in n]


# --- sizes, reach, cost -------------------------------------------------------------------------------
def test_output_sizes_equal_torchs_for_every_small_layer():
    for kernel in range(1, 5):
        for stride in range(1, 5):
            for dilation in range(1, 4):
                for padding in range(3):
                    weight = torch.zeros(1, 1, kernel, 1, device="meta")
                    kwargs = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
                    for n in range(max(1, dilation * (kernel - 1) + 1 - 2 * padding), 12):
                        x = torch.zeros(1, 1, n, 1, device="meta")
                        small = F.conv2d(x, weight, **kwargs).shape[2]
                        assert conv2d_output_size(n, kernel, stride, padding, dilation) == small
                        if (small - 1) * stride + dilation * (kernel - 1) + 1 > 2 * padding:
                            size = conv_transpose2d_output_size(small, kernel, stride, padding, 0, dilation)
                            x = torch.zeros(1, 1, small, 1, device="meta")
                            assert size == F.conv_transpose2d(x, weight, **kwargs).shape[2]
                            assert 0 <= n - size < stride  # the rows that no window saw


def test_known_sizes():
    assert [conv2d_output_size(n, 4, 2, 1) for n in (256, 128, 64)] == [128, 64, 32]
    assert conv2d_output_size(28, 5) == 24
    assert conv2d_output_size(3, 1, stride=5) == 1
    assert conv_transpose2d_output_size(4, 4, 2, 1) == 8
    assert conv_transpose2d_output_size(4, 3, 2, 1, output_padding=1) == 8


PATCHGAN = [(4, 2)] * 3 + [(4, 1)] * 2


def test_known_receptive_fields():
    assert receptive_field([]) == 1
    assert receptive_field([(5, 3)]) == 5  # a layer's own stride does not widen its view
    assert receptive_field([(3, 1), (3, 1), (3, 1)]) == 7
    assert [receptive_field(PATCHGAN[3 - n :]) for n in range(4)] == [7, 16, 34, 70]
    assert receptive_field([(4, 2)] * 4 + [(4, 1)] * 2) == 142


@pytest.mark.parametrize("layers", [[(3, 1)], [(3, 2), (2, 1), (5, 3)], [(1, 2), (4, 1)], [(2, 4), (3, 1)]])
def test_receptive_field_is_the_footprint_of_the_gradient(layers):
    x = normal(1, 1, 60, 60).requires_grad_()
    y = x
    for kernel, stride in layers:
        y = conv2d(y, torch.ones(1, 1, kernel, kernel, dtype=x.dtype), stride=stride)
    y[0, 0, y.shape[2] // 2, y.shape[3] // 2].backward()
    seen = x.grad[0, 0] != 0
    rows, cols = seen.any(dim=1).nonzero(), seen.any(dim=0).nonzero()
    assert rows.max() - rows.min() + 1 == receptive_field(layers)
    assert cols.max() - cols.min() + 1 == receptive_field(layers)


@pytest.mark.parametrize("config", CONFIGURATIONS[::20], ids=range(0, len(CONFIGURATIONS), 20))
def test_multiplications_are_half_the_flops_that_torch_counts(config):
    x, weight, _ = tensors(config)
    with FlopCounterMode(display=False) as counter:
        F.conv2d(x, weight, **config["options"])
    assert 2 * multiplications(x.shape, weight.shape, **config["options"]) == counter.get_total_flops()


def test_multiplications_of_the_75_number_example():
    assert multiplications((1, 3, 32, 32), (10, 3, 5, 5)) == 28 * 28 * 10 * 75
    assert multiplications((8, 6, 10, 10), (6, 1, 3, 3), padding=1, groups=6) == 8 * 100 * 6 * 9


# --- true convolution ---------------------------------------------------------------------------------
def test_convolve2d_equals_scipys():
    x, kernel = normal(6, 5), normal(3, 4, seed=1)
    assert_close(convolve2d(x, kernel), torch.from_numpy(signal.convolve2d(x, kernel)))


def test_convolve2d_multiplies_polynomials():
    product = convolve2d(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 0.0, -1.0]]))  # (1 + 2t)(3 - t^2)
    assert_close(product, torch.tensor([[3.0, 6.0, -1.0, -2.0]]))
    assert_close(product[0].numpy(), np.convolve([1.0, 2.0], [3.0, 0.0, -1.0]).astype(np.float32))


def test_convolution_commutes_and_associates_where_the_layer_does_not():
    a, b, c = normal(4, 5), normal(3, 2, seed=1), normal(2, 3, seed=2)
    assert_close(convolve2d(a, b), convolve2d(b, a))
    assert_close(convolve2d(convolve2d(a, b), c), convolve2d(a, convolve2d(b, c)))
    correlate = lambda p, q: conv2d(p[None, None], q[None, None], padding=tuple(n - 1 for n in q.shape))[0, 0]  # noqa: E731
    assert not torch.allclose(correlate(a, b), correlate(b, a))


def test_transposed_convolution_with_stride_1_is_true_convolution():
    x, kernel = normal(2, 1, 4, 5), normal(3, 2, seed=1)
    assert_close(conv_transpose2d(x, kernel[None, None]), convolve2d(x, kernel))


def test_convolve2d_treats_leading_axes_as_images():
    x, kernel = normal(2, 3, 4, 5), normal(2, 2, seed=1)
    assert_close(convolve2d(x, kernel)[1, 2], convolve2d(x[1, 2], kernel))


# --- errors say what came and what was expected -------------------------------------------------------
X, W = torch.zeros(2, 3, 8, 8), torch.zeros(4, 3, 3, 3)
MISTAKES = [
    (lambda: conv2d(X[0], W), "x: got shape (3, 8, 8), expected four axes, (N, C, H, W)"),
    (lambda: conv2d(X, W[0]), "weight: got shape (3, 3, 3), expected four axes"),
    (lambda: conv2d(X[:, :2], W), "x: got 2 channels, expected 3 for weight (4, 3, 3, 3)"),
    (lambda: conv2d(X, W, groups=2), "x: got 3 channels, expected 6 for weight (4, 3, 3, 3) and 2 groups"),
    (lambda: conv2d(X[:, :3], W[:, :1], groups=3), "groups: got 3, expected a divisor of 4"),
    (lambda: conv2d(X, W, groups=0), "groups: got 0, expected an integer of at least 1"),
    (lambda: conv2d(X, W, torch.zeros(3)), "bias: got shape (3,), expected (4,)"),
    (lambda: conv2d(X, W, torch.zeros(4, 1)), "bias: got shape (4, 1), expected (4,)"),
    (lambda: conv2d(X, W, stride=0), "stride: got 0, expected an integer of at least 1 or a pair of them"),
    (lambda: conv2d(X, W, stride=1.5), "stride: got 1.5, expected an integer"),
    (lambda: conv2d(X, W, padding=-1), "padding: got -1, expected an integer of at least 0"),
    (lambda: conv2d(X, W, padding="same"), "padding: got 'same', expected an integer"),
    (lambda: conv2d(X, W, padding=(1, 1, 1)), "padding: got (1, 1, 1), expected an integer of at least 0 or a pair"),
    (lambda: conv2d(X, W, dilation=(1, 0)), "dilation: got (1, 0), expected an integer of at least 1"),
    (lambda: conv2d(X[..., :2, :], W), "kernel: got 3 with dilation 1, which spans 3 pixels, expected at most 2"),
    (lambda: conv2d(X, W, padding=1, dilation=5), "kernel: got 3 with dilation 5, which spans 11 pixels, expected at most 10"),
    (lambda: conv2d_loops(X[:, :2], W), "x: got 2 channels, expected 3"),
    (lambda: conv2d_im2col(X, W, torch.zeros(5)), "bias: got shape (5,), expected (4,)"),
    (lambda: im2col(X[0], 3), "x: got shape (3, 8, 8), expected four axes, (N, C, H, W)"),
    (lambda: conv2d_backward(X, X, W), "grad_output: got shape (2, 3, 8, 8), expected (2, 4, 6, 6)"),
    (lambda: conv_transpose2d(X, W), "x: got 3 channels, expected 4 for weight (4, 3, 3, 3)"),
    (lambda: conv_transpose2d(X, W.mT.transpose(0, 1), torch.zeros(3)), "bias: got shape (3,), expected (4,)"),
    (lambda: conv_transpose2d(X, W.transpose(0, 1), output_padding=1), "output_padding: got 1, expected less than"),
    (lambda: conv_transpose2d(X, W.transpose(0, 1), padding=5), "padding: got 5, which leaves 0 pixels, expected at least 1"),
    (lambda: conv2d_output_size(2, 3), "kernel: got 3 with dilation 1, which spans 3 pixels, expected at most 2"),
    (lambda: conv2d_output_size(8, (3, 3)), "kernel: got (3, 3), expected an integer of at least 1"),
    (lambda: conv2d_output_size(8, 3, stride=-1), "stride: got -1, expected an integer of at least 1"),
    (lambda: receptive_field([(3, 1), (3, 0)]), "stride: got 0, expected an integer of at least 1"),
    (lambda: multiplications((3, 8, 8), W.shape), "x: got shape (3, 8, 8), expected four axes, (N, C, H, W)"),
    (lambda: convolve2d(X, W), "x and kernel: got shapes (2, 3, 8, 8) and (4, 3, 3, 3), expected (..., H, W) and (kH, kW)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), MISTAKES, ids=[message[:40] for _, message in MISTAKES])
def test_a_mistake_is_named_with_what_came_and_what_was_expected(call, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        call()
    assert message in str(error.value)

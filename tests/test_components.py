"""course_lib.components against torch's own layers, values worked by hand, and defining properties."""

import random

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode

from course_lib.components import (
    Conv2d,
    LeNet5,
    avg_pool2d,
    batch_norm2d,
    group_norm2d,
    instance_norm2d,
    leaky_relu,
    max_pool2d,
    overlap_count,
    relu,
    upsample_nearest,
    upsample_resize_conv,
    upsample_transposed_conv,
)


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def gradients(y, *inputs):
    return torch.autograd.grad(y, inputs, normal(*y.shape, seed=9))


# --- pooling ------------------------------------------------------------------------------------------
def pooling(seed):
    """(x, kernel, stride): odd shapes, many ties, every third x not contiguous."""
    draw = random.Random(seed)
    kernel, stride = (tuple(draw.randint(1, high) for _ in range(2)) for high in (4, 5))
    n, c, h, w = (
        draw.randint(1, 3),
        draw.randint(1, 3),
        kernel[0] + draw.randint(0, 6),
        kernel[1] + draw.randint(0, 6),
    )
    x = torch.randint(0, 3, (n, c, w, h), generator=torch.Generator().manual_seed(seed)).double()
    x = x.mT if seed % 3 == 0 else x.mT.contiguous()
    return x, *draw.choice([(kernel, stride), (kernel, None), (min(kernel), stride[0]), (min(kernel), None)])


@pytest.mark.parametrize("seed", range(100))
def test_pooling_and_its_gradients_equal_torch_ties_included(seed):
    x, kernel, stride = pooling(seed)
    x.requires_grad_()
    for ours, theirs in ((max_pool2d, F.max_pool2d), (avg_pool2d, F.avg_pool2d)):
        y, expected = ours(x, kernel, stride), theirs(x, kernel, stride)
        assert_close(y, expected)
        assert_close(gradients(y, x), gradients(expected, x))


def test_on_a_tie_the_first_pixel_row_by_row_gets_the_whole_gradient():
    x = torch.tensor([[[[1.0, 7.0], [7.0, 7.0]]]], requires_grad=True)
    max_pool2d(x, 2).backward(torch.tensor([[[[5.0]]]]))
    assert_close(x.grad, torch.tensor([[[[0.0, 5.0], [0.0, 0.0]]]]))


def test_pooling_worked_by_hand():
    x = torch.tensor([[1.0, 2, 3, 4, 0], [5, 6, 7, 8, 0], [-1, -2, -3, -9, 0]])[None, None]
    assert_close(max_pool2d(x, 2), torch.tensor([[[[6.0, 8.0]]]]))  # the last row and column are dropped
    assert_close(avg_pool2d(x, 2), torch.tensor([[[[3.5, 5.5]]]]))
    assert_close(max_pool2d(x, (1, 2), stride=(2, 3)), torch.tensor([[[[2.0, 4.0], [-1.0, 0.0]]]]))
    assert_close(max_pool2d(x[:, :, 2:, :4], (1, 4)), torch.tensor([[[[-1.0]]]]))  # nothing counts as zero


# --- normalisation ------------------------------------------------------------------------------------
NORMS = {
    "batch": (batch_norm2d, F.batch_norm),
    "instance": (instance_norm2d, F.instance_norm),
}
SHAPES = [(2, 3, 4, 5), (1, 3, 5, 4), (4, 1, 2, 3), (3, 2, 1, 7), (2, 5, 1, 2)]


def norm_inputs(shape, seed=0):
    c = shape[1]
    x, gamma, beta = 3 * normal(*shape, seed=seed) + 5, normal(c, seed=seed + 1), normal(c, seed=seed + 2)
    return x, gamma, beta, normal(c, seed=seed + 3), normal(c, seed=seed + 4).exp()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("norm", NORMS)
def test_norms_equal_torch_with_running_statistics_and_gradients(norm, training, shape):
    ours, theirs = NORMS[norm]
    x, gamma, beta, mean, var = norm_inputs(shape)
    inputs = [t.requires_grad_() for t in (x, gamma, beta)]
    before = [t.detach().clone() for t in (*inputs, mean, var)]
    y, new_mean, new_var = ours(x, gamma, beta, mean, var, training, momentum=0.3, eps=1e-3)
    assert_close([t.detach() for t in (*inputs, mean, var)], before, rtol=0, atol=0)

    their_mean, their_var = mean.clone(), var.clone()  # torch changes them in place
    expected = theirs(x, their_mean, their_var, gamma, beta, training, 0.3, 1e-3)
    assert_close(y, expected)
    assert_close((new_mean, new_var), (their_mean, their_var))
    assert not new_mean.requires_grad
    assert not new_var.requires_grad
    assert_close(gradients(y, *inputs), gradients(expected, *inputs))


@pytest.mark.parametrize("norm", NORMS)
def test_norms_default_momentum_and_eps_are_torchs(norm):
    ours, theirs = NORMS[norm]
    x, gamma, beta, mean, var = norm_inputs((3, 2, 4, 3))
    y, new_mean, new_var = ours(1e-3 * x, gamma, beta, mean, var, training=True)  # small: eps matters
    assert_close(y, theirs(1e-3 * x, mean, var, gamma, beta, True))
    assert_close((new_mean, new_var), (mean, var))


def test_batch_norm_worked_by_hand():
    x = torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1)  # mean 2, variance 1 (over n) or 2 (over n - 1)
    one, zero = torch.ones(1), torch.zeros(1)
    y, mean, var = batch_norm2d(x, 10 * one, one, zero, zero, training=True, momentum=0.5, eps=0.0)
    assert_close(y.flatten(), torch.tensor([-9.0, 11.0]))
    assert_close((mean, var), (1.0 * one, 1.0 * one))
    y, mean, var = batch_norm2d(x, one, zero, 3 * one, 4 * one, training=False, eps=0.0)
    assert_close(y.flatten(), torch.tensor([-1.0, 0.0]))
    assert_close((mean, var), (3 * one, 4 * one))


def test_instance_norm_ignores_the_other_images_and_batch_norm_does_not():
    x, *parameters = norm_inputs((3, 2, 5, 5))
    alone = instance_norm2d(x[1:2], *parameters, training=True)[0]
    assert_close(instance_norm2d(x, *parameters, training=True)[0][1:2], alone)
    assert_close(batch_norm2d(x[1:2], *parameters, training=True)[0], alone)  # one image: the same thing
    assert (batch_norm2d(x, *parameters, training=True)[0][1:2] - alone).abs().max() > 0.1
    in_evaluation = [batch_norm2d(t, *parameters, training=False)[0] for t in (x, x[1:2])]
    assert_close(in_evaluation[0][1:2], in_evaluation[1])


@pytest.mark.parametrize(
    ("shape", "groups"), [((2, 6, 4, 5), 1), ((3, 6, 2, 3), 2), ((1, 6, 3, 1), 3), ((2, 5, 2, 2), 5)]
)
def test_group_norm_equals_torch_with_gradients(shape, groups):
    x, gamma, beta, *_ = norm_inputs(shape)
    inputs = [t.requires_grad_() for t in (x, gamma, beta)]
    y, expected = group_norm2d(*inputs, groups, eps=1e-3), F.group_norm(x, groups, gamma, beta, eps=1e-3)
    assert_close(y, expected)
    assert_close(gradients(y, *inputs), gradients(expected, *inputs))
    small = 1e-3 * x.detach()  # here eps matters
    assert_close(group_norm2d(small, gamma, beta, groups), F.group_norm(small, groups, gamma, beta))


def test_group_norm_reaches_from_layer_to_instance_normalisation():
    x, gamma, beta, mean, var = norm_inputs((3, 4, 2, 5))
    layer = F.layer_norm(x, x.shape[1:]) * gamma[:, None, None] + beta[:, None, None]
    assert_close(group_norm2d(x, gamma, beta, groups=1), layer)
    instance = instance_norm2d(x, gamma, beta, mean, var, training=True)[0]
    assert_close(group_norm2d(x, gamma, beta, groups=4), instance)


def test_group_norm_worked_by_hand():
    x = torch.tensor([1.0, 3.0, 10.0, 30.0]).reshape(1, 4, 1, 1)  # blocks (1, 3) and (10, 30)
    y = group_norm2d(x, torch.full((4,), 2.0), torch.ones(4), groups=2, eps=0.0)
    assert_close(y.flatten(), torch.tensor([-1.0, 3.0, -1.0, 3.0]))


# --- activation ---------------------------------------------------------------------------------------
def test_activations_and_their_gradients_equal_torch_at_zero_too():
    x = (
        torch.cat([normal(2, 3, 4, 5).flatten(), torch.tensor([0.0, -0.0, float("inf")])])
        .double()
        .requires_grad_()
    )
    for ours, theirs in (
        (relu(x), F.relu(x)),
        (leaky_relu(x), F.leaky_relu(x)),
        (leaky_relu(x, 0.2), F.leaky_relu(x, 0.2)),
    ):
        assert_close(ours, theirs)
        assert_close(gradients(ours, x), gradients(theirs, x))
    assert relu(torch.tensor(float("nan"))).isnan()  # a failure is not hidden


# --- upsampling ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("scale", [1, 2, 3])
def test_upsampling_equals_torch_with_gradients(scale):
    x, weight, bias = (
        normal(*s, seed=i).requires_grad_() for i, s in enumerate(((2, 3, 4, 5), (2, 3, 5, 3), (2,)))
    )
    repeated = F.interpolate(x, scale_factor=scale, mode="nearest")
    assert_close(upsample_nearest(x, scale), repeated)
    assert_close(gradients(upsample_nearest(x, scale), x), gradients(repeated, x))

    y, expected = (
        upsample_resize_conv(x, weight, bias, scale),
        F.conv2d(repeated, weight, bias, padding=(2, 1)),
    )
    assert y.shape == (2, 2, 4 * scale, 5 * scale)
    assert_close(y, expected)
    assert_close(gradients(y, x, weight, bias), gradients(expected, x, weight, bias))


@pytest.mark.parametrize(
    ("kernel", "scale", "padding", "output_padding"),
    [(4, 2, 1, 0), (3, 2, 1, 1), (2, 2, 0, 0), (5, 2, 2, 1), (5, 3, 1, 0), (6, 3, 2, 1), (3, 1, 1, 0)],
)
def test_transposed_upsampling_equals_torch_with_gradients(kernel, scale, padding, output_padding):
    shapes = ((2, 3, 4, 5), (3, 2, kernel, kernel), (2,))
    inputs = [normal(*s, seed=i).requires_grad_() for i, s in enumerate(shapes)]
    y, expected = (
        upsample_transposed_conv(*inputs, scale),
        F.conv_transpose2d(*inputs, scale, padding, output_padding),
    )
    assert y.shape == (2, 2, 4 * scale, 5 * scale)
    assert_close(y, expected)
    assert_close(gradients(y, *inputs), gradients(expected, *inputs))


def test_overlap_is_1_2_4_for_kernel_3_and_uniform_inside_for_kernel_4():
    one_axis = torch.tensor([1, 1, 2, 1, 2, 1, 1])
    assert_close(overlap_count(3, kernel=3, stride=2), torch.outer(one_axis, one_axis))
    assert set(overlap_count(8, kernel=3, stride=2).unique().tolist()) == {1, 2, 4}

    counts = overlap_count((5, 7), kernel=4, stride=2, padding=1)
    assert counts.shape == (10, 14)
    assert counts.dtype == torch.long
    assert (counts[1:-1, 1:-1] == 4).all()
    assert counts[0].tolist() == [1] + [2] * 12 + [1]  # at the border half the kernels are missing
    assert overlap_count(4, kernel=2, stride=3).unique().tolist() == [0, 1]  # the stride leaves gaps


@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(3, 2, 0), (4, 2, 1), ((5, 2), (3, 1), (2, 0)), (1, 3, 0)]
)
def test_overlap_count_is_how_many_inputs_move_an_output(kernel, stride, padding):
    kernels = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    columns = []
    for i in range(12):  # 3 x 4 input pixels, one at a time
        x = F.one_hot(torch.tensor(i), 12).double().reshape(1, 1, 3, 4)
        columns.append(
            F.conv_transpose2d(x, torch.ones(1, 1, *kernels).double(), stride=stride, padding=padding) != 0
        )
    assert_close(overlap_count((3, 4), kernel, stride, padding), torch.stack(columns).sum(dim=0)[0, 0])


def test_a_flat_image_stays_flat_under_resize_convolution_only():
    flat, weight = torch.ones(1, 1, 6, 6).double(), torch.full((1, 1, 3, 3), 1 / 9).double()
    inside = slice(2, -2)
    assert upsample_resize_conv(flat, weight)[..., inside, inside].std() < 1e-12
    assert upsample_transposed_conv(flat, weight)[..., inside, inside].std() > 0.1


# --- modes, types, second derivatives -----------------------------------------------------------------
VECTOR = (normal(3, seed=1), normal(3, seed=2), normal(3, seed=3), normal(3, seed=4).exp())
LAYERS = {
    "max_pool2d": lambda x: max_pool2d(x, 2, 1),
    "avg_pool2d": lambda x: avg_pool2d(x, (3, 2)),
    "batch_norm2d": lambda x: batch_norm2d(x, *(v.to(x) for v in VECTOR), training=True)[0],
    "instance_norm2d": lambda x: instance_norm2d(x, *(v.to(x) for v in VECTOR), training=True)[0],
    "batch_norm2d in evaluation": lambda x: batch_norm2d(x, *(v.to(x) for v in VECTOR), training=False)[0],
    "group_norm2d": lambda x: group_norm2d(x, *(v.to(x) for v in VECTOR[:2]), groups=1),
    "relu": relu,
    "leaky_relu": leaky_relu,
    "upsample_nearest": upsample_nearest,
    "upsample_resize_conv": lambda x: upsample_resize_conv(x, normal(2, 3, 3, 3, seed=5).to(x)),
    "upsample_transposed_conv": lambda x: upsample_transposed_conv(x, normal(3, 2, 4, 4, seed=5).to(x)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_first_and_second_derivatives(name):
    x = normal(1, 3, 3, 2).requires_grad_()
    assert torch.autograd.gradcheck(LAYERS[name], x)
    assert torch.autograd.gradgradcheck(LAYERS[name], x)


@pytest.mark.parametrize("name", LAYERS)
def test_inputs_stay_and_dtype_and_device_are_kept(name):
    x = normal(2, 3, 5, 4, dtype=torch.float32)
    before = x.clone()
    y = LAYERS[name](x)
    assert y.dtype == torch.float32
    assert_close(y.double(), LAYERS[name](x.double()), rtol=1e-4, atol=1e-5)
    assert_close(x, before, rtol=0, atol=0)
    with torch.inference_mode():
        assert_close(LAYERS[name](x), y)
    assert LAYERS[name](x.to("meta")).device.type == "meta"


class Operators(TorchDispatchMode):
    """The names of all operators that ran."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.names.add(str(func))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", LAYERS)
def test_nothing_is_left_to_torchs_own_layers(name):
    barred = ("conv", "pool", "_norm", "relu", "upsample", "interpolate", "im2col", "unfold")
    with Operators() as seen:
        LAYERS[name](normal(2, 3, 5, 4).requires_grad_()).sum().backward()
    assert seen.names
    assert not [n for n in seen.names if any(b in n for b in barred)]


# --- LeNet-5 ------------------------------------------------------------------------------------------
def test_lenet_has_61706_parameters_layer_by_layer():
    network = LeNet5()
    counts = {name: sum(p.numel() for p in layer.parameters()) for name, layer in network.named_children()}
    assert counts == {"c1": 156, "c3": 2416, "c5": 48120, "f6": 10164, "output": 850}
    assert sum(p.numel() for p in network.parameters()) == 61706


@pytest.mark.parametrize("size", [28, 32])
def test_lenet_equals_the_same_network_in_torch(size):
    torch_net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=(32 - size) // 2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(16, 120, 5), torch.nn.ReLU(), torch.nn.Flatten(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10),
    ).double()  # fmt: skip
    ours = LeNet5().double()
    ours.load_state_dict(dict(zip(ours.state_dict(), torch_net.state_dict().values())))
    x = normal(3, 1, size, size)
    y, expected = ours(x), torch_net(x)
    assert y.shape == (3, 10)
    assert_close(y, expected)
    grads = gradients(y, *ours.parameters()), gradients(expected, *torch_net.parameters())
    assert_close(*grads)


def test_lenet_with_other_parts_equals_the_same_network_in_torch():
    ours = LeNet5(activation=torch.tanh, pool=avg_pool2d).double()
    w = ours.state_dict()
    x = normal(3, 1, 32, 32)
    h = F.avg_pool2d(F.conv2d(x, w["c1.weight"], w["c1.bias"]).tanh(), 2)
    h = F.avg_pool2d(F.conv2d(h, w["c3.weight"], w["c3.bias"]).tanh(), 2)
    h = F.conv2d(h, w["c5.weight"], w["c5.bias"]).tanh().flatten(1)
    h = F.linear(h, w["f6.weight"], w["f6.bias"]).tanh()
    assert_close(ours(x), F.linear(h, w["output.weight"], w["output.bias"]))


def test_lenet_without_a_bend_is_affine_and_with_one_it_is_not():
    a, b = normal(1, 1, 28, 28, seed=1), normal(1, 1, 28, 28, seed=2)
    for network, affine in ((LeNet5(activation=lambda x: x, pool=avg_pool2d), True), (LeNet5(), False)):
        network.double()
        gap = (network((a + b) / 2) - (network(a) + network(b)) / 2).abs().max()
        assert bool(gap < 1e-12) is affine


def test_conv2d_module_starts_as_torchs_does():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = Conv2d(8, 64, 3, stride=2, padding=1)
    bound = 1 / (8 * 9) ** 0.5
    for parameter in layer.parameters():
        assert 0.9 * bound < parameter.abs().max() <= bound
        assert abs(parameter.mean()) < 0.15 * bound
    x = normal(2, 8, 7, 6, dtype=torch.float32)
    assert_close(layer(x), F.conv2d(x, layer.weight, layer.bias, stride=2, padding=1))


# --- errors say what came and what was expected -------------------------------------------------------
X, C = torch.zeros(2, 3, 8, 8), torch.zeros(3)
MISTAKES = [
    (lambda: max_pool2d(X, 9), "kernel: got 9 with dilation 1, which spans 9 pixels, expected at most 8"),
    (lambda: max_pool2d(X, 2, stride=0), "stride: got 0, expected an integer of at least 1 or a pair of them"),
    (lambda: avg_pool2d(X[0], 2), "x: got shape (3, 8, 8), expected four axes, (N, C, H, W)"),
    (lambda: batch_norm2d(X[0], C, C, C, C, True), "x: got shape (3, 8, 8), expected (N, C, H, W)"),
    (lambda: batch_norm2d(X, C, C[:2], C, C, True), "beta: got shape (2,), expected (3,)"),
    (lambda: batch_norm2d(X, C[:, None], C, C, C, False), "gamma: got shape (3, 1), expected (3,)"),
    (lambda: instance_norm2d(X, C, C, C, C[:1], True), "running_var: got shape (1,), expected (3,)"),
    (lambda: batch_norm2d(X[:1, :, :1, :1], C, C, C, C, True), "x: got 1 value(s) to normalise over in training, expected at least 2"),
    (lambda: instance_norm2d(X[..., :1, :1], C, C, C, C, True), "x: got 1 value(s) to normalise over"),
    (lambda: group_norm2d(X, C, C, 2), "groups: got 2, expected a divisor of 3, the number of channels"),
    (lambda: group_norm2d(X, C, C, 0), "groups: got 0, expected a divisor of 3"),
    (lambda: group_norm2d(X, C[:2], C, 1), "gamma: got shape (2,), expected (3,)"),
    (lambda: upsample_resize_conv(X, torch.zeros(1, 3, 3, 4)), "weight: got a kernel of 3 x 4, expected odd sizes"),
    (lambda: upsample_transposed_conv(X, torch.zeros(3, 1, 2, 3), scale=3), "weight: got a kernel of (2, 3), expected at least the scale 3"),
    (lambda: overlap_count(0, 3, 2), "size: got 0, expected an integer of at least 1"),
    (lambda: LeNet5()(torch.zeros(1, 1, 30, 30)), "x: got (1, 1, 30, 30), expected (N, C, 28, 28) or (N, C, 32, 32)"),
    (lambda: LeNet5()(torch.zeros(1, 3, 28, 28)), "x: got 3 channels, expected 1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), MISTAKES, ids=[message[:40] for _, message in MISTAKES])
def test_a_mistake_is_named_with_what_came_and_what_was_expected(call, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        call()
    assert message in str(error.value)

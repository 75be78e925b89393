"""course_lib.stabilising: singular values and torch's own spectral norm as oracles; the rules of train and eval."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations
from torch.testing import assert_close

from course_lib.stabilising import (
    SpectralNorm,
    hinge_discriminator_loss,
    hinge_generator_loss,
    power_iteration,
    spectral_norm,
)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def with_singular_values(values, seed=0):
    """(matrix (o, i), left and right first directions) for o = i + 2."""
    i = len(values)
    left, right = (
        torch.linalg.qr(normal(i + 2, i, seed=seed)).Q,
        torch.linalg.qr(normal(i, i, seed=seed + 1)).Q,
    )
    return left @ torch.diag(values) @ right.T, left[:, 0], right[:, 0]


# --- the hinge ----------------------------------------------------------------------------------------
def test_hinge_by_hand():
    real, fake = torch.tensor([2.0, 0.5, -1.0]), torch.tensor([-3.0, 0.0])
    assert_close(hinge_discriminator_loss(real, fake), torch.tensor(2.5 / 3 + 0.5))
    assert_close(hinge_generator_loss(fake), torch.tensor(1.5))


def test_no_gradient_for_d_outside_the_margin():
    real = torch.tensor([1.5, 0.9, -4.0, 1.001], requires_grad=True)
    fake = torch.tensor([-1.5, -0.9, 4.0, -1.001, -8.0], requires_grad=True)
    hinge_discriminator_loss(real, fake).backward()
    assert_close(real.grad, torch.tensor([0, -1, -1, 0]) / 4)
    assert_close(fake.grad, torch.tensor([0, 1, 1, 0, 0]) / 5)


def test_d_stands_still_when_all_are_outside_and_g_does_not():
    d, x = nn.Linear(2, 1).double(), normal(3, 2)
    with torch.no_grad():
        d.weight.zero_(), d.bias.fill_(-2.0)
    hinge_discriminator_loss(d(x) + 4, d(x)).backward()
    assert_close(
        [p.grad for p in d.parameters()], [torch.zeros_like(p) for p in d.parameters()], rtol=0, atol=0
    )
    hinge_generator_loss(d(x)).backward()
    assert_close(d.bias.grad, -torch.ones(1, dtype=torch.float64))


# --- power iteration ----------------------------------------------------------------------------------
def test_power_iteration_by_hand():
    sigma, u, v = power_iteration(torch.tensor([[3.0, 0.0], [0.0, 4.0]]), torch.tensor([5.0, 5.0]), 1)
    assert_close(v, torch.tensor([0.6, 0.8]))  # W^T u ~ (3, 4)
    assert_close(u, torch.tensor([9.0, 16.0]) / 337**0.5)  # W v ~ (9, 16)
    assert_close(sigma, torch.tensor(337**0.5 / 5))


@pytest.mark.parametrize(("o", "i"), [(5, 3), (3, 5), (4, 4), (1, 6), (6, 1)])
def test_never_above_the_true_value_and_exact_in_the_end(o, i):
    weight, u = normal(o, i, seed=o), normal(o, seed=9)
    true, last = torch.linalg.matrix_norm(weight, 2), torch.tensor(0.0)
    for n in (1, 2, 3, 5, 10, 1000):
        sigma, *vectors = power_iteration(weight, u, n)
        assert last - 1e-12 <= sigma <= true * (1 + 1e-12)
        assert_close([v.norm() for v in vectors], [torch.tensor(1.0, dtype=torch.float64)] * 2)
        last = sigma
    assert_close(last, true)


@pytest.mark.parametrize("ratio", [0.3, 0.7, 0.9])
def test_within_one_percent_after_the_iterations_that_the_bound_states(ratio):
    """n with r^(4n - 4) tan^2 a <= 0.02, a the angle of the first v; and the bound itself at every n."""
    values = 3 * torch.tensor([1.0, ratio, ratio, ratio / 2], dtype=torch.float64)
    for seed in range(5):
        weight, _, right = with_singular_values(values, seed)
        u = normal(6, seed=100 + seed)
        first = nn.functional.normalize(weight.T @ u, dim=0)
        tan2 = 1 / (first @ right).square() - 1
        stated = next(n for n in range(1, 200) if ratio ** (4 * n - 4) * tan2 <= 0.02)
        for n in (1, 2, stated):
            sigma, *_ = power_iteration(weight, u, n)
            assert 3 * (1 + 1e-12) >= sigma >= 3 / (1 + ratio ** (4 * n - 4) * tan2).sqrt()
        assert sigma >= 0.99 * 3


@pytest.mark.parametrize("ratio", [0.3, 0.9, 0.99])
def test_a_round_shrinks_the_tangent_by_the_square_of_the_ratio(ratio):
    """Exactly for two directions; with more, where the smaller ones shrink faster, at most by that."""
    for values, exact in (([1.0, ratio], True), ([1.0, ratio, ratio / 3], False)):
        weight, _, right = with_singular_values(2 * torch.tensor(values, dtype=torch.float64))
        u, last = normal(len(values) + 2, seed=7), None
        for _ in range(4):
            _, u, v = power_iteration(weight, u, 1)
            tangent = (1 / (v @ right).square() - 1).sqrt()
            if last is not None and exact:
                assert_close(tangent / last, torch.tensor(ratio**2, dtype=torch.float64))
            elif last is not None:
                assert tangent / last < ratio**2
            last = tangent


def test_two_hundred_rounds_are_enough_for_random_layers():
    """Their largest singular values lie close together: here 50 rounds are not always enough."""
    for seed in range(10):
        weight = normal(64, 128, seed=seed)
        sigma, *_ = power_iteration(weight, normal(64, seed=50 + seed), 200)
        assert 0.99 < sigma / torch.linalg.matrix_norm(weight, 2) <= 1 + 1e-12


def test_gradient_is_the_outer_product_and_at_the_end_the_true_one():
    weight, u = normal(4, 3).requires_grad_(), normal(4, seed=1).requires_grad_()
    sigma, new_u, v = power_iteration(weight, u, 2)
    assert not new_u.requires_grad
    assert not v.requires_grad
    (grad,) = torch.autograd.grad(sigma, weight)
    assert_close(grad, torch.outer(new_u, v))
    sigma, *_ = power_iteration(weight, u, 500)
    (grad,) = torch.autograd.grad(sigma, weight)
    (true,) = torch.autograd.grad(torch.linalg.matrix_norm(weight, 2), weight)
    assert_close(grad, true)


@pytest.mark.parametrize(("o", "u", "n"), [((3, 2, 1), (3,), 1), ((3, 2), (2,), 1), ((3, 2), (3,), 0)])
def test_power_iteration_refuses_what_it_cannot_do(o, u, n):
    with pytest.raises(ValueError, match="got"):
        power_iteration(normal(*o), normal(*u), n)


# --- spectral norm ------------------------------------------------------------------------------------
def test_spectral_norm_is_torch_s_on_the_transpose():
    """torch begins with u where the paper begins with v: on the transposed matrix both do the same."""
    weight, u, x = normal(4, 3), nn.functional.normalize(normal(4, seed=1), dim=0), normal(5, 4, seed=2)
    theirs = parametrizations.spectral_norm(nn.Linear(4, 3, bias=False).double())
    mine = SpectralNorm(weight)
    theirs.parametrizations.weight.original.data.copy_(weight.T)
    theirs.parametrizations.weight[0]._v.copy_(u)
    mine.u = u
    for training in (True, True, False, True, False):
        mine.train(training), theirs.train(training)
        original = weight.clone().requires_grad_()
        ours, wanted = x @ mine(original), theirs(x)
        assert_close(ours, wanted)
        (grad,) = torch.autograd.grad(ours.square().sum(), original)
        (wanted_grad,) = torch.autograd.grad(wanted.square().sum(), theirs.parametrizations.weight.original)
        assert_close(grad, wanted_grad.T)


def network():
    layers = nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 2, 3), nn.Flatten(), nn.Linear(72, 5)
    torch.manual_seed(0)
    return nn.Sequential(*layers, nn.Linear(5, 1)).double()


def test_every_layer_has_largest_singular_value_one():
    net = spectral_norm(network(), torch.Generator().manual_seed(0))
    x = normal(2, 3, 6, 6)
    for _ in range(100):
        net(x)
    for layer, dim in ((net[0], 0), (net[1], 1), (net[3], 0), (net[4], 0)):
        matrix = layer.weight.movedim(dim, 0).flatten(1)
        assert matrix.shape[0] in (layer.bias.shape[0], 1)
        assert_close(torch.linalg.matrix_norm(matrix, 2), torch.tensor(1.0, dtype=torch.float64))
    with torch.no_grad():  # whatever the scale of the weights
        before = net[3].weight.clone()
        net[3].parametrizations.weight.original.mul_(7)
        assert_close(net[3].weight, before)


def test_u_moves_in_train_mode_only():
    net = spectral_norm(network(), torch.Generator().manual_seed(0))
    norm, x = net[3].parametrizations.weight[0], normal(2, 3, 6, 6)
    net.eval()
    kept = norm.u.clone(), norm.v.clone()
    outputs = net(x), net(x)
    assert_close(outputs[0], outputs[1], rtol=0, atol=0)
    assert_close((norm.u, norm.v), kept, rtol=0, atol=0)
    net.train()
    net(x)
    assert not torch.equal(norm.u, kept[0])
    assert not torch.equal(norm.v, kept[1])
    assert "3.parametrizations.weight.0.u" in net.state_dict()


def test_eval_follows_a_weight_that_was_changed():
    """u and v stay, sigma does not: it is computed from the present weight."""
    norm, weight = SpectralNorm(normal(4, 3)).eval(), normal(4, 3)
    assert_close(norm(2.5 * weight), norm(weight))


def test_two_uses_in_one_graph_and_gradients_that_know_sigma():
    net = spectral_norm(network(), torch.Generator().manual_seed(0))
    (net(normal(2, 3, 6, 6)) - net(normal(2, 3, 6, 6, seed=1))).sum().backward()
    for p in net.parameters():
        assert p.grad is not None
    norm = SpectralNorm(normal(4, 3)).eval()
    weight = normal(4, 3).requires_grad_()
    (norm(weight) * normal(4, 3, seed=5)).sum().backward()
    # W / sigma does not change when W is scaled, so the gradient is at right angles to W
    assert abs((weight.grad * weight).sum()) < 1e-12 < weight.grad.norm()


def test_the_first_u_comes_from_the_generator():
    state = torch.get_rng_state()
    one, two = (SpectralNorm(normal(4, 3), torch.Generator().manual_seed(3), warm_up=1).u for _ in range(2))
    assert_close(one, two, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), state)
    copied = copy.deepcopy(spectral_norm(network(), torch.Generator().manual_seed(3)))
    assert len(list(copied.parameters())) == 8

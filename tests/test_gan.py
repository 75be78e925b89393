"""course_lib.gan: losses against torch's cross-entropies and closed forms, the step by parameters and gradients."""

import copy
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from course_lib import gan


def normal(*shape, seed=0, scale=1.0):
    return scale * torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


REAL, FAKE = normal(5, seed=1, scale=3.0), normal(2, 1, 3, 3, seed=2, scale=3.0)  # a PatchGAN's map will do


# --- losses -------------------------------------------------------------------------------------------
def test_discriminator_loss_is_the_sum_of_both_cross_entropies():
    bce = F.binary_cross_entropy_with_logits
    expected = bce(REAL, torch.ones_like(REAL)) + bce(FAKE, torch.zeros_like(FAKE))
    assert_close(gan.discriminator_loss(REAL, FAKE), expected)


def test_value_is_the_papers_formula_and_at_most_zero():
    d_real, d_fake = REAL.sigmoid(), FAKE.sigmoid()
    assert_close(gan.value(REAL, FAKE), d_real.log().mean() + (1 - d_fake).log().mean())
    assert gan.value(REAL + 100, FAKE - 100) <= 0
    undecided = torch.zeros(3, dtype=torch.float64)
    assert_close(gan.value(undecided, undecided).item(), -math.log(4))


def test_generator_losses_are_the_papers_formulas():
    d = FAKE.sigmoid()
    assert_close(gan.generator_loss(FAKE), -d.log().mean())
    assert_close(gan.generator_loss(FAKE, saturating=True), (1 - d).log().mean())


def test_gradients_of_the_two_generator_losses_differ_by_exactly_one_minus_d_over_d():
    logits = FAKE.clone().requires_grad_()
    strong, weak = (torch.autograd.grad(gan.generator_loss(logits, s), logits)[0] for s in (False, True))
    d = FAKE.sigmoid()
    assert_close(strong / weak, (1 - d) / d)
    assert (strong < 0).all()
    assert (weak < 0).all()  # both push every logit up


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_losses_and_gradients_are_finite_for_extreme_logits(dtype):
    for logit in (-1e4, 1e4):
        real, fake = (torch.full((3,), logit, dtype=dtype, requires_grad=True) for _ in range(2))
        loss = gan.discriminator_loss(real, fake) + gan.generator_loss(fake) + gan.generator_loss(fake, True)
        loss.backward()
        assert loss.isfinite()
        assert real.grad.isfinite().all()
        assert fake.grad.isfinite().all()
        assert loss.dtype == dtype


def test_least_squares_losses():
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([2.0, 0.0, -1.0])
    assert_close(gan.lsgan_discriminator_loss(real, fake), torch.tensor(4 / 2 + 5 / 3))
    assert_close(gan.lsgan_generator_loss(fake), torch.tensor((1 + 1 + 4) / 3))
    mse = F.mse_loss(REAL, torch.ones_like(REAL)) + F.mse_loss(FAKE, torch.zeros_like(FAKE))
    assert_close(gan.lsgan_discriminator_loss(REAL, FAKE), mse)


def test_hinge_losses_and_no_gradient_beyond_the_margin():
    real = torch.tensor([0.5, 1.5, -2.0], requires_grad=True)
    fake = torch.tensor([0.5, -1.5, -0.25], requires_grad=True)
    loss = gan.hinge_discriminator_loss(real, fake)
    assert_close(loss, torch.tensor((0.5 + 0 + 3) / 3 + (1.5 + 0 + 0.75) / 3))
    loss.backward()
    third = 1 / 3
    assert_close(real.grad, torch.tensor([-third, 0.0, -third]))
    assert_close(fake.grad, torch.tensor([third, 0.0, third]))
    assert_close(gan.hinge_generator_loss(fake), torch.tensor(1.25 / 3))


# --- the step -----------------------------------------------------------------------------------------
def players():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        generator = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
        discriminator = nn.Sequential(
            nn.Linear(2, 5), nn.BatchNorm1d(5), nn.LeakyReLU(0.2), nn.Linear(5, 1)
        ).double()
    opt_g = torch.optim.SGD(generator.parameters(), lr=0.1)
    opt_d = torch.optim.SGD(discriminator.parameters(), lr=0.2)
    return generator, discriminator, opt_g, opt_d


X, Z_D, Z_G = normal(6, 2, seed=3), normal(6, 3, seed=4), normal(6, 3, seed=5)


def by_the_book(generator, discriminator):
    """Both updates by autograd.grad alone: no optimiser, no .grad, no detach."""
    d_params, g_params = list(discriminator.parameters()), list(generator.parameters())
    loss_d = gan.discriminator_loss(discriminator(X), discriminator(generator(Z_D)))
    for p, g in zip(d_params, torch.autograd.grad(loss_d, d_params)):
        p.data -= 0.2 * g
    loss_g = gan.generator_loss(discriminator(generator(Z_G)))
    g_grads = torch.autograd.grad(loss_g, g_params)
    for p, g in zip(g_params, g_grads):
        p.data -= 0.1 * g
    return loss_d.detach(), loss_g.detach(), g_grads


def test_step_moves_both_players_as_by_the_book():
    generator, discriminator, opt_g, opt_d = players()
    twins = copy.deepcopy((generator, discriminator))
    loss_d, loss_g, g_grads = by_the_book(*twins)
    for p in (*generator.parameters(), *discriminator.parameters()):
        p.grad = torch.full_like(p, 1e3)  # a leftover must not count
    result = gan.gan_step(generator, discriminator, opt_g, opt_d, X, Z_D, Z_G)
    assert_close((result["d_loss"], result["g_loss"]), (loss_d, loss_g))
    assert_close(dict(generator.state_dict()), dict(twins[0].state_dict()))
    assert_close(dict(discriminator.state_dict()), dict(twins[1].state_dict()))  # BatchNorm's statistics too
    assert_close([p.grad for p in generator.parameters()], list(g_grads))


def test_generators_turn_leaves_no_gradient_in_the_discriminator():
    generator, discriminator, opt_g, opt_d = players()
    d_turn = []
    step = opt_d.step
    opt_d.step = lambda: (d_turn.extend(p.grad.clone() for p in discriminator.parameters()), step())
    g_before = [p.detach().clone() for p in generator.parameters()]
    generator.zero_grad()
    opt_g.step = lambda: None
    gan.gan_step(generator, discriminator, opt_g, opt_d, X, Z_D, Z_G)
    assert_close([p.grad for p in discriminator.parameters()], d_turn, rtol=0, atol=0)
    assert_close([p.detach() for p in generator.parameters()], g_before, rtol=0, atol=0)


def test_in_the_discriminators_turn_the_generator_makes_no_graph():
    generator, discriminator, opt_g, opt_d = players()
    needs_gradient = []
    discriminator.register_forward_pre_hook(lambda _, inputs: needs_gradient.append(inputs[0].requires_grad))
    gan.gan_step(generator, discriminator, opt_g, opt_d, X, Z_D, Z_G)
    assert needs_gradient == [
        False,
        False,
        True,
    ]  # real, fake, and fake again in G's turn: three passes, not two


def test_step_reports_what_the_discriminator_believed_before_it_learned():
    generator, discriminator, opt_g, opt_d = players()
    d_real, d_fake = discriminator(X).mean(), discriminator(generator(Z_D)).mean()  # logits
    result = gan.gan_step(generator, discriminator, opt_g, opt_d, X, Z_D, Z_G)
    assert_close((result["d_real"], result["d_fake"]), (d_real.detach(), d_fake.detach()))
    assert not any(v.requires_grad for v in result.values())


def test_step_uses_the_losses_it_is_given_and_no_randomness_of_its_own():
    generator, discriminator, opt_g, opt_d = players()
    state = torch.get_rng_state()
    losses = gan.hinge_discriminator_loss, gan.hinge_generator_loss
    expected = losses[0](discriminator(X), discriminator(generator(Z_D))).detach()
    result = gan.gan_step(generator, discriminator, opt_g, opt_d, X, Z_D, Z_G, *losses)
    assert_close(result["d_loss"], expected)
    assert (torch.get_rng_state() == state).all()


def test_frozen_restores_each_parameter_even_after_an_error():
    net = nn.Linear(2, 2)
    net.bias.requires_grad_(False)
    with pytest.raises(RuntimeError), gan.frozen(net):
        net(torch.zeros(1, 2)).sum().backward()  # nothing here takes a gradient
    assert net.weight.requires_grad
    assert not net.bias.requires_grad


# --- theory -------------------------------------------------------------------------------------------
P, Q = torch.tensor([0.5, 0.5, 0.0, 0.0]).double(), torch.tensor([0.0, 0.25, 0.75, 0.0]).double()


def test_optimal_discriminator_by_hand_and_a_half_where_nothing_is():
    expected = torch.tensor([1.0, 2 / 3, 0.0, 0.5], dtype=torch.float64)
    assert_close(gan.optimal_discriminator(P, Q), expected)


def test_no_discriminator_beats_the_optimal_one():
    p, q = normal(20, seed=6).softmax(0), normal(20, seed=7).softmax(0)

    def value(d):
        return (p * d.log() + q * (1 - d).log()).sum()

    best = value(gan.optimal_discriminator(p, q))
    assert_close(gan.optimal_value(p, q), best)
    for seed in range(20):
        assert value((p / (p + q) + 0.05 * normal(20, seed=seed)).clamp(0.01, 0.99)) < best


def test_jensen_shannon_by_hand_and_its_bounds():
    # m = .25, .375, .375: KL(p|m) = .5 ln 2 + .5 ln 4/3, KL(q|m) = .25 ln 2/3 + .75 ln 2
    by_hand = (0.5 * math.log(2) + 0.5 * math.log(4 / 3) + 0.25 * math.log(2 / 3) + 0.75 * math.log(2)) / 2
    assert_close(gan.jensen_shannon(P, Q).item(), by_hand)
    assert_close(gan.jensen_shannon(Q, P).item(), by_hand)
    assert gan.jensen_shannon(P, P) == 0
    assert_close(gan.jensen_shannon(P, P.flip(0)).item(), math.log(2))
    assert_close(gan.optimal_value(P, P).item(), -math.log(4))


def test_jensen_shannon_of_densities_uses_the_cells_area():
    x = torch.linspace(-9, 9, 2001, dtype=torch.float64)
    p, q = ((-((x - m) ** 2) / 2).exp() / math.sqrt(2 * math.pi) for m in (-1.0, 1.0))
    cell = (x[1] - x[0]).item()
    coarse = gan.jensen_shannon(p[::2], q[::2], 2 * cell)
    assert_close(gan.jensen_shannon(p, q, cell), coarse)
    assert_close(
        coarse.item(), 0.3368308203, rtol=1e-6, atol=0
    )  # numerical integration by scipy.integrate.quad

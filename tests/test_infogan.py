"""InfoGAN: what the information terms reach and what they leave alone, the bound, the assignment, purity."""

import math
from copy import deepcopy

import pytest
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn
from torch.testing import assert_close

from course_lib import gan
from course_lib.dcgan import Discriminator, Generator
from course_lib.infogan import (
    InfoDiscriminator,
    Latent,
    best_assignment,
    code_table,
    continuous_loss,
    draw_latent,
    infogan_loss,
    infogan_step,
    information_bound,
    moved,
    purity,
)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


# --- codes --------------------------------------------------------------------------------------------
def test_a_joined_latent_by_hand():
    latent = Latent(torch.tensor([[0.5, -2.0]]), torch.tensor([2]), torch.tensor([[-0.25]]))
    assert_close(latent.joined(4), torch.tensor([[0.5, -2.0, 0.0, 0.0, 1.0, 0.0, -0.25]]))


def test_draws_have_their_distributions_and_their_own_generator():
    state = torch.get_rng_state()
    noise, code, continuous = draw_latent(20_000, 3, 5, 2, rng())
    assert torch.equal(state, torch.get_rng_state())
    assert noise.shape == (20_000, 3)
    assert continuous.shape == (20_000, 2)
    assert_close(noise.std(), torch.tensor(1.0), atol=0.02, rtol=0)
    assert_close(torch.bincount(code) / 20_000, torch.full((5,), 0.2), atol=0.02, rtol=0)
    assert continuous.abs().max() <= 1
    assert_close(continuous.var(0), torch.full((2,), 1 / 3), atol=0.02, rtol=0)
    joint = torch.corrcoef(torch.cat([noise, code[:, None].float(), continuous], 1).T) - torch.eye(6)
    assert joint.abs().max() < 0.04  # independent


# --- losses -------------------------------------------------------------------------------------------
def test_the_loss_by_hand():
    logits = torch.tensor([[3.0, 1.0], [1.0, 4.0]]).double().log()  # probabilities 3/4, 1/4 and 1/5, 4/5
    code = torch.tensor([0, 0])
    assert infogan_loss(logits, code).item() == pytest.approx(-(math.log(3 / 4) + math.log(1 / 5)) / 2)
    assert information_bound(logits, code).item() == pytest.approx(
        math.log(2) + (math.log(3 / 4) + math.log(1 / 5)) / 2
    )
    means, u = torch.tensor([[0.5, 0.0], [1.0, -1.0]]), torch.tensor([[0.0, 1.0], [1.0, 1.0]])
    assert continuous_loss(means, u).item() == pytest.approx(0.5 * (0.25 + 1 + 0 + 4) / 2)


def test_the_bound_is_below_the_information_and_the_posterior_reaches_it():
    joint = torch.rand(4, 7, generator=rng(3), dtype=torch.float64)
    joint = joint / joint.sum(1, keepdim=True) / 4  # p(c, x): the code is uniform, seven pictures
    true = (joint * (joint / (joint.sum(0) * 0.25)).log()).sum()
    posterior = (joint / joint.sum(0)).log().T  # log p(c | x), (7, 4)

    def bound(log_q):  # the expectation over the joint, by weights
        return math.log(4) + (joint * log_q.log_softmax(1).T).sum()

    counts = (joint * 10_000).round().long()
    code = torch.arange(4).repeat_interleave(counts.sum(1))
    x = torch.cat([torch.arange(7).repeat_interleave(c) for c in counts])
    assert_close(information_bound(posterior[x], code), bound(posterior), atol=1e-3, rtol=0)
    assert_close(bound(posterior), true)
    for seed in range(5):
        assert bound(torch.randn(7, 4, generator=rng(seed), dtype=torch.float64)) < true


def test_a_q_that_shrugs_knows_nothing():
    assert information_bound(torch.zeros(6, 10), torch.arange(6)).item() == pytest.approx(0, abs=1e-6)


# --- D and Q ------------------------------------------------------------------------------------------
def test_d_is_dcgans_and_q_shares_its_body():
    both = InfoDiscriminator(5, 2, in_channels=1, base_channels=4, size=28, hidden=6, rng=rng())
    alone = Discriminator(1, 4, 28, rng=rng())
    assert_close(both.discriminator.state_dict(), alone.state_dict())
    both.eval()
    alone.eval()
    x = torch.rand(3, 1, 28, 28, generator=rng(1)) * 2 - 1
    logits, code_logits, means = both.read(x)
    assert_close(logits, alone(x))
    assert_close(both(x), alone(x))
    assert code_logits.shape == (3, 5)
    assert means.shape == (3, 2)
    code_logits.sum().backward()
    reached = {
        name.split(".")[0] for name, p in both.named_parameters() if p.grad is not None and p.grad.any()
    }
    assert reached == {"discriminator", "q"}
    assert both.discriminator.net[-1].weight.grad is None  # D's own head is not Q's


def small(seed=0):
    g = Generator(4 + 3 + 1, 2, 1, 28, rng=rng(seed)).double()
    d = InfoDiscriminator(3, 1, 1, 2, 28, hidden=4, rng=rng(seed + 1)).double()
    return g, d, torch.optim.SGD(g.parameters(), 0.1), torch.optim.SGD(d.parameters(), 0.1)


def latents(seed, n=6):
    noise, code, continuous = draw_latent(n, 4, 3, 1, rng(seed))
    return Latent(noise.double(), code, continuous.double())


def test_a_step_is_two_gradient_steps_written_out():
    g, d, opt_g, opt_d = small()
    g2, d2 = deepcopy(g), deepcopy(d)
    real, one, two = torch.rand(6, 1, 28, 28, generator=rng(5)).double(), latents(1), latents(2)
    said = infogan_step(g, d, opt_g, opt_d, real, one, two, lambda_info=0.7, lambda_continuous=0.3)

    def info(code_logits, means, latent):
        return (
            0.7 * nn.functional.cross_entropy(code_logits, latent.code)
            + 0.3 * 0.5 * ((means - latent.continuous) ** 2).sum(1).mean()
        )

    fake = g2(one.joined(3)).detach()
    real_logits = d2(real)
    fake_logits, code_logits, means = d2.read(fake)
    loss = gan.discriminator_loss(real_logits, fake_logits)
    (loss + info(code_logits, means, one)).backward()
    with torch.no_grad():
        for p in d2.parameters():
            p -= 0.1 * p.grad
    logits, code_logits, means = d2.read(g2(two.joined(3)))
    g_loss = gan.generator_loss(logits)
    grads = torch.autograd.grad(g_loss + info(code_logits, means, two), list(g2.parameters()))
    with torch.no_grad():
        for p, grad in zip(g2.parameters(), grads):
            p -= 0.1 * grad
    assert_close(d.state_dict(), d2.state_dict())
    assert_close(dict(g.named_parameters()), dict(g2.named_parameters()))
    assert_close(said["d_loss"], loss.detach())
    assert_close(said["g_loss"], g_loss.detach())
    assert_close(said["information"], information_bound(code_logits, two.code).detach())
    assert not any(v.requires_grad for v in said.values())
    # d2's gradients were read off with autograd.grad in G's turn: D and Q keep none of it
    assert_close(
        dict((n, p.grad) for n, p in d.named_parameters()),
        dict((n, p.grad) for n, p in d2.named_parameters()),
    )


def test_without_weight_it_is_the_plain_step_and_q_learns_nothing():
    g, d, opt_g, opt_d = small()
    g2, d2, opt_g2, _ = small()
    q_before = deepcopy(d.q.state_dict())
    real, one, two = torch.rand(6, 1, 28, 28, generator=rng(5)).double(), latents(1), latents(2)
    infogan_step(g, d, opt_g, opt_d, real, one, two, 0.0, 0.0)
    plain = torch.optim.SGD(d2.discriminator.parameters(), 0.1)
    gan.gan_step(g2, d2.discriminator, opt_g2, plain, real, one.joined(3), two.joined(3))
    assert_close(dict(g.named_parameters()), dict(g2.named_parameters()))
    assert_close(d.discriminator.state_dict(), d2.discriminator.state_dict())
    for name, p in d.q.named_parameters():
        assert torch.equal(p, q_before[name])


@pytest.mark.parametrize(("weight", "least", "most"), [(5.0, 0.5, math.log(3)), (0.0, -0.3, 0.2)])
def test_g_learns_to_write_a_code_that_q_can_read_only_if_asked(weight, least, most):
    g, d, _, _ = small()
    opt_g, opt_d = (torch.optim.Adam(n.parameters(), 0.02) for n in (g, d))
    real = torch.zeros(24, 1, 28, 28).double()
    numbers = [
        infogan_step(g, d, opt_g, opt_d, real, latents(2 * k, 24), latents(2 * k + 1, 24), weight, 0.0)[
            "information"
        ]
        for k in range(30)
    ]
    assert least < torch.stack(numbers[-5:]).mean() < most


# --- what a code means --------------------------------------------------------------------------------
def test_a_table_counts_pairs():
    code, kind = torch.tensor([0, 0, 1, 2, 2, 2]), torch.tensor([1, 1, 0, 1, 0, 1])
    assert code_table(code, kind, 3, 2).tolist() == [[0, 2], [1, 0], [1, 2]]


@pytest.mark.parametrize("k", [1, 2, 5, 10])
def test_the_assignment_is_scipys(k):
    for seed in range(5):
        table = torch.randint(100, (k, k), generator=rng(seed))
        ours = best_assignment(table)
        assert sorted(ours.tolist()) == list(range(k))
        rows, columns = linear_sum_assignment(-table.numpy())
        assert table[torch.arange(k), ours].sum().item() == table.numpy()[rows, columns].sum()


def test_a_table_that_is_not_square():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        best_assignment(torch.zeros(2, 3))


def test_purity_of_perfect_useless_and_two_codes_for_one_kind():
    order = torch.randperm(6, generator=rng())
    assert purity(torch.eye(6)[order] * 50) == 1
    assert purity(torch.ones(10, 10)) == pytest.approx(0.1)
    # greedy would give kind 0 to row 0 (9) and leave 0 for row 1; the best is 8 + 7
    assert purity(torch.tensor([[9.0, 8.0], [7.0, 0.0]])) == pytest.approx(15 / 24)


# --- what D and Q see ---------------------------------------------------------------------------------


def test_moved_by_nothing_is_the_picture_itself():
    x = torch.randn(3, 2, 6, 9, generator=rng(), dtype=torch.float64)
    assert_close(moved(x, rng(), shift=0, turn=0, scale=0), x)


def test_moved_keeps_the_ink_and_moves_each_picture_its_own_way_within_its_reach():
    x = torch.full((40, 1, 28, 28), -1.0)
    x[:, :, 13:15, 13:15] = 1  # a square in the middle, which turning and scaling leave there
    ink = (moved(x, rng(1), scale=0) + 1)[:, 0]
    assert_close(ink.sum((1, 2)), torch.full((40,), 8.0), rtol=0.15, atol=0)
    at = torch.arange(28.0) - 13.5
    down, right = ((ink.sum(d) * at).sum(1) / ink.sum((1, 2)) for d in (2, 1))
    for place in (down, right):
        assert 2 < place.abs().max() < 3.2
        assert place.std() > 1
    assert (down - right).abs().max() > 1


def test_a_step_shows_d_and_q_every_picture_through_the_view_and_its_gradient_reaches_g():
    seen = []

    def view(x):
        seen.append(x.requires_grad)
        return x.flip(3)

    g, d, opt_g, opt_d = small()
    before = [p.clone() for p in g.parameters()]
    real = torch.rand(6, 1, 28, 28, generator=rng(5)).double()
    infogan_step(g, d, opt_g, opt_d, real, latents(1), latents(2), view=view)
    assert seen == [False, False, True]  # real, made in D's turn, made in G's turn
    assert all(not torch.equal(a, b) for a, b in zip(before, g.parameters()))

"""course_lib.pix2pix: losses worked by hand, the order of a step, gradients only where they belong."""

import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib.patchgan import PatchDiscriminator
from course_lib.pix2pix import (
    judged,
    linear_decay,
    noise_on,
    pix2pix_discriminator_loss,
    pix2pix_generator_loss,
    pix2pix_step,
)
from course_lib.unet import UNetGenerator

X, Y = torch.tensor([[[[1.0, 2.0]]]]), torch.tensor([[[[0.5, -0.5]]]])
Y_FAKE = torch.tensor([[[[0.0, 0.25]]]])


class Sum(nn.Module):
    """Adds up the channels with given weights: a discriminator that can be worked out by hand."""

    def __init__(self, *weights):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weights))

    def forward(self, images):
        return torch.einsum("nchw,c->nhw", images, self.weight)[:, None]


def test_losses_worked_by_hand():
    d = Sum(1.0, 2.0)  # logits x + 2 y: real (2, 1), generated (1, 2.5)

    def softplus(v):
        return math.log1p(math.exp(v))

    expected = ((softplus(-2) + softplus(-1)) / 2 + (softplus(1) + softplus(2.5)) / 2) / 2
    assert pix2pix_discriminator_loss(d, X, Y, Y_FAKE).item() == pytest.approx(expected, rel=1e-6)
    total, adversarial, l1 = pix2pix_generator_loss(d, X, Y, Y_FAKE, lambda_l1=10)
    assert adversarial.item() == pytest.approx((softplus(-1) + softplus(-2.5)) / 2, rel=1e-6)
    assert l1.item() == pytest.approx((0.5 + 0.75) / 2)
    assert total.item() == pytest.approx(adversarial.item() + 10 * 0.625, rel=1e-6)


def test_an_undecided_discriminator_costs_log_2():
    assert pix2pix_discriminator_loss(Sum(0.0, 0.0), X, Y, Y_FAKE).item() == pytest.approx(math.log(2))
    assert pix2pix_generator_loss(Sum(0.0, 0.0), X, Y, Y_FAKE)[1].item() == pytest.approx(math.log(2))


def test_without_the_condition_x_does_not_matter():
    d = Sum(2.0)
    for loss in (
        lambda x: pix2pix_discriminator_loss(d, x, Y, Y_FAKE, conditional=False),
        lambda x: pix2pix_generator_loss(d, x, Y, Y_FAKE, conditional=False)[0],
    ):
        assert_close(loss(X), loss(X + 7))
    assert_close(judged(X, Y), torch.cat([X, Y], 1))
    assert judged(X, Y, conditional=False) is Y


def test_regression_alone_has_no_adversarial_part():
    total, adversarial, l1 = pix2pix_generator_loss(None, X, Y, Y_FAKE, lambda_l1=3.0)
    assert adversarial.item() == 0
    assert_close(total, 3 * l1)


def test_the_discriminators_loss_leaves_the_generated_image_alone():
    y_fake = Y_FAKE.clone().requires_grad_()
    d = Sum(1.0, 2.0)
    pix2pix_discriminator_loss(d, X, Y, y_fake).backward()
    assert y_fake.grad is None
    assert d.weight.grad.abs().min() > 0


def players(seed=0, norm=nn.BatchNorm2d):
    rng = torch.Generator().manual_seed(seed)
    g = UNetGenerator(2, 1, 3, 3, dropout=0, norm=norm, rng=rng).double()
    d = PatchDiscriminator(3, 3, 1, norm=norm, rng=rng).double()
    x, y = (torch.randn(2, c, 8, 8, generator=rng, dtype=torch.float64) for c in (2, 1))
    return g, d, x, y


@pytest.mark.parametrize("conditional", [True, False])
def test_a_step_is_the_originals(conditional):
    """Against the step written out with torch's own losses: D first, on the same image; then G against the new D."""
    g, d, x, y = players()
    if not conditional:
        d = PatchDiscriminator(1, 3, 1).double()
    g2, d2, _, _ = players()
    d2 = d2 if conditional else PatchDiscriminator(1, 3, 1).double()
    d2.load_state_dict(d.state_dict())
    sgd = [torch.optim.SGD(net.parameters(), 0.1) for net in (g, d, g2, d2)]
    scalars = pix2pix_step(g, d, sgd[0], sgd[1], x, y, lambda_l1=7.0, conditional=conditional)

    bce, l1 = nn.BCEWithLogitsLoss(), nn.L1Loss()
    fake = g2(x)
    real_pair, fake_pair = (torch.cat([x, t], 1) if conditional else t for t in (y, fake))
    logits = d2(real_pair), d2(fake_pair.detach())
    d_loss = (bce(logits[0], torch.ones_like(logits[0])) + bce(logits[1], torch.zeros_like(logits[1]))) * 0.5
    d_loss.backward()
    sgd[3].step()
    verdict = d2(fake_pair)
    g_loss = bce(verdict, torch.ones_like(verdict)) + 7.0 * l1(fake, y)
    g_loss.backward()
    sgd[2].step()

    assert_close(scalars["d_loss"], d_loss.detach())
    assert_close(scalars["g_loss"], g_loss.detach())
    assert_close(scalars["g_loss"], scalars["adversarial"] + 7.0 * scalars["l1"])
    for ours, theirs in ((g, g2), (d, d2)):
        for (name, p), q in zip(ours.named_parameters(), theirs.parameters()):
            assert_close(p, q, msg=lambda text, name=name: f"{name}: {text}")


def test_gradients_of_a_step_stay_where_they_belong():
    g, d, x, y = players()
    opt_g, opt_d = (torch.optim.SGD(net.parameters(), 0.0) for net in (g, d))
    pix2pix_step(g, d, opt_g, opt_d, x, y)
    from_step = [p.grad.clone() for p in d.parameters()]
    d.zero_grad()
    with torch.no_grad():
        fake = g(x)
    pix2pix_discriminator_loss(d, x, y, fake).backward()
    for gathered, p in zip(from_step, d.parameters()):  # nothing was added in G's turn
        assert_close(gathered, p.grad)
    assert all(p.requires_grad for p in d.parameters())
    pix2pix_step(g, d, opt_g, opt_d, x, y)  # and a second step does not pile up on the first
    for gathered, p in zip(from_step, d.parameters()):
        assert_close(gathered, p.grad)


def test_a_step_of_regression():
    g, _, x, y = players()
    opt = torch.optim.SGD(g.parameters(), 0.01)
    before = (g(x) - y).abs().mean().item()
    for _ in range(20):
        scalars = pix2pix_step(g, None, opt, None, x, y, lambda_l1=1.0)
    assert set(scalars) == {"g_loss", "adversarial", "l1"}
    assert scalars["l1"].item() < before - 0.01


def test_a_step_says_nothing_with_a_graph():
    g, d, x, y = players()
    opts = [torch.optim.SGD(net.parameters(), 0.1) for net in (g, d)]
    assert not any(v.requires_grad for v in pix2pix_step(g, d, *opts, x, y).values())


def test_linear_decay():
    assert [linear_decay(e, 3, 3) for e in range(7)] == [1, 1, 1, 0.75, 0.5, 0.25, 0]
    assert linear_decay(99, 100, 100) == 1
    assert linear_decay(100, 100, 100) == pytest.approx(1 - 1 / 101)  # the PyTorch original, epoch_count 1
    assert linear_decay(500, 100, 100) == 0
    assert linear_decay(0, 1, 0) == 1


def test_noise_on_switches_dropout_alone():
    g = UNetGenerator(1, 1, 4, 6)
    g.eval()
    x = torch.randn(2, 1, 64, 64)
    statistics = [b.clone() for b in g.buffers()]
    assert torch.equal(g(x), g(x))
    with noise_on(g.train()):
        assert not torch.equal(g(x), g(x))
        assert [type(m) for m in g.modules() if m.training] == [nn.Dropout]
    assert all(m.training for m in g.modules())
    assert all(torch.equal(a, b) for a, b in zip(statistics, g.buffers()))
    with noise_on(g.eval()):
        pass
    assert not any(m.training for m in g.modules())

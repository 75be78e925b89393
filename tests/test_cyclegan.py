"""CycleGAN: losses by hand, the pool as the original's, the step against one written out in full."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from course_lib import cyclegan
from course_lib.cyclegan import ImagePool

D = torch.float64


class Scale(nn.Module):
    """x -> a x + b: a translator whose losses can be worked by hand."""

    def __init__(self, a, b=0.0):
        super().__init__()
        self.a, self.b = (nn.Parameter(torch.tensor(v, dtype=D)) for v in (a, b))

    def forward(self, x):
        return self.a * x + self.b


def images(*values):
    return torch.tensor(values, dtype=D).view(-1, 1, 1, 1).expand(-1, 1, 2, 2)


X, Y = images(1.0, -1.0), images(2.0)


def test_cycle_loss_by_hand():
    # there and back: x -> 2x -> 2x + 1; |2 - 1 + 1| = 2 and |-2 + 1 + 1| = 0, mean 1; y: 2 -> 3 -> 6, off by 4
    g_xy, g_yx = Scale(2.0), Scale(1.0, 1.0)
    assert cyclegan.cycle_consistency_loss(g_xy, g_yx, X, Y, 10.0).item() == pytest.approx(50)
    assert cyclegan.cycle_consistency_loss(Scale(2.0), Scale(0.5), X, Y, 10.0).item() == pytest.approx(0)


def test_identity_loss_by_hand():
    # g_xy(y) = 4 against 2; g_yx(x) = x + 1 against x
    assert cyclegan.identity_loss(Scale(2.0), Scale(1.0, 1.0), X, Y, 5.0).item() == pytest.approx(15)


def test_generator_loss_by_hand():
    out = cyclegan.cyclegan_generator_loss(
        Scale(2.0), Scale(1.0, 1.0), Scale(1.0), Scale(3.0), X, Y, 10.0, 0.5
    )
    # d_y(2x) = 6, -6: (25 + 49) / 2; d_x(y + 1) = 3: 4
    assert out["adversarial"].item() == pytest.approx(37 + 4)
    assert (out["cycle"].item(), out["identity"].item()) == pytest.approx((50, 15))
    assert out["total"].item() == pytest.approx(41 + 50 + 15)
    assert torch.equal(out["fake_y"], 2 * X)
    assert torch.equal(out["fake_x"], Y + 1)


def test_without_the_cycle_nothing_but_the_judges_counts():
    out = cyclegan.cyclegan_generator_loss(
        Scale(2.0), Scale(1.0, 1.0), Scale(1.0), Scale(3.0), X, Y, 0.0, 0.5
    )
    assert out["total"].item() == out["adversarial"].item() == pytest.approx(41)


# --- pool


def numbered(*numbers):
    return torch.tensor(numbers, dtype=D).view(-1, 1, 1, 1)


def test_a_pool_that_fills_returns_what_comes():
    pool = ImagePool(3, torch.Generator().manual_seed(0))
    assert pool.query(numbered(1, 2, 3)).flatten().tolist() == [1, 2, 3]
    assert [int(i) for i in pool.images] == [1, 2, 3]


def test_a_full_pool_returns_old_ones_half_of_the_time_and_loses_none():
    pool, seen = ImagePool(5, torch.Generator().manual_seed(0)), []
    for k in range(2000):
        seen.append(int(pool.query(numbered(k))))
    older = [n != k for k, n in enumerate(seen)]
    assert not any(older[:5])
    assert abs(sum(older) / 1995 - 0.5) < 0.04
    assert sorted(seen + [int(i) for i in pool.images]) == sorted(
        [*range(2000), *range(5)]
    )  # the first five twice


def test_a_pool_of_none_and_a_pool_s_own_memory():
    x = numbered(1, 2).requires_grad_()
    assert ImagePool(0).query(x).tolist() == x.tolist()
    pool = ImagePool(2, torch.Generator().manual_seed(0))
    out = pool.query(x)
    assert not out.requires_grad
    with torch.no_grad():
        x.fill_(9)
    assert [int(i) for i in pool.images] == [1, 2]
    with pytest.raises(ValueError, match="got -1"):
        ImagePool(-1)


def test_a_pool_resumes_exactly():
    def run(pool, ks):
        return [int(pool.query(numbered(k))) for k in ks]

    whole = ImagePool(3, torch.Generator().manual_seed(4))
    expected = run(whole, range(40))
    first = ImagePool(3, torch.Generator().manual_seed(4))
    got = run(first, range(20))
    rng = torch.Generator()
    rng.set_state(first.generator.get_state())
    second = ImagePool(3, rng)
    second.load_state_dict(first.state_dict())
    assert got + run(second, range(20, 40)) == expected


# --- step


def players(seed=0):
    rng = torch.Generator().manual_seed(seed)

    def conv(i, o):
        layer = nn.Conv2d(i, o, 3, padding=1).to(D)
        with torch.no_grad():
            for p in layer.parameters():
                p.copy_(torch.randn(p.shape, generator=rng, dtype=D) * 0.3)
        return layer

    g_xy, g_yx = (nn.Sequential(conv(2, 3), nn.Tanh(), conv(3, 2)) for _ in range(2))
    d_x, d_y = (nn.Sequential(conv(2, 3), nn.Tanh(), conv(3, 1)) for _ in range(2))
    return g_xy, g_yx, d_x, d_y


def batch(seed=1):
    rng = torch.Generator().manual_seed(seed)
    return [torch.randn(3, 2, 5, 6, generator=rng, dtype=D) for _ in range(2)]


def sgd(*networks):
    return torch.optim.SGD([p for network in networks for p in network.parameters()], lr=0.1)


@pytest.mark.parametrize("size", [0, 4])
def test_step_against_one_written_out(size):
    ours, plain = players(), [deepcopy(p) for p in players()]
    pools, plain_pools = (
        [ImagePool(size, torch.Generator().manual_seed(s)) for s in (5, 6)] for _ in range(2)
    )
    opt_g, opt_d = sgd(*ours[:2]), sgd(*ours[2:])
    g_xy, g_yx, d_x, d_y = plain
    plain_g, plain_dx, plain_dy = sgd(g_xy, g_yx), sgd(d_x), sgd(d_y)
    for k in range(3):
        x, y = batch(k)
        out = cyclegan.cyclegan_step(*ours, opt_g, opt_d, x, y, *pools)
        fake_y, fake_x = g_xy(x), g_yx(y)
        adversarial = ((d_y(fake_y) - 1) ** 2).mean() + ((d_x(fake_x) - 1) ** 2).mean()
        cycle = 10 * (g_yx(fake_y) - x).abs().mean() + 10 * (g_xy(fake_x) - y).abs().mean()
        identity = 5 * (g_xy(y) - y).abs().mean() + 5 * (g_yx(x) - x).abs().mean()
        plain_g.zero_grad()
        (adversarial + cycle + identity).backward()
        plain_g.step()
        # the pools are asked in the same order: X, then Y
        old_x, old_y = plain_pools[0].query(fake_x), plain_pools[1].query(fake_y)
        for net, opt, real, old, name in ((d_x, plain_dx, x, old_x, "d_x"), (d_y, plain_dy, y, old_y, "d_y")):
            opt.zero_grad()
            loss = 0.5 * (((net(real) - 1) ** 2).mean() + (net(old) ** 2).mean())
            loss.backward()
            opt.step()
            assert out[name].item() == pytest.approx(loss.item(), rel=1e-12)
        assert out["g_loss"].item() == pytest.approx((adversarial + cycle + identity).item(), rel=1e-12)
    for a, b in zip(ours, plain):
        for p, q in zip(a.parameters(), b.parameters()):
            torch.testing.assert_close(p, q, rtol=1e-10, atol=1e-12)


def test_no_player_learns_from_the_other_s_turn():
    networks, (x, y) = players(), batch()
    before = [[p.clone() for p in network.parameters()] for network in networks]
    still = torch.optim.SGD([p for n in networks[2:] for p in n.parameters()], lr=0.0)
    cyclegan.cyclegan_step(*networks, sgd(*networks[:2]), still, x, y, ImagePool(0), ImagePool(0))
    moved = [any((p != q).any() for p, q in zip(n.parameters(), b)) for n, b in zip(networks, before)]
    assert moved == [True, True, False, False]
    # what D's turn left in D's gradients is its own loss alone
    networks, (x, y) = players(), batch()
    frozen_g = torch.optim.SGD([p for n in networks[:2] for p in n.parameters()], lr=0.0)
    cyclegan.cyclegan_step(*networks, frozen_g, sgd(*networks[2:]), x, y, ImagePool(0), ImagePool(0))
    g_xy, _, _, d_y = players()
    loss = 0.5 * (((d_y(y) - 1) ** 2).mean() + (d_y(g_xy(x)) ** 2).mean())
    wanted = torch.autograd.grad(loss, list(d_y.parameters()))
    for p, w in zip(networks[3].parameters(), wanted):
        torch.testing.assert_close(p.grad, w)


def test_linear_decay_is_the_originals():
    # options n_epochs = n_epochs_decay = 100, epoch_count = 1: lr_l = 1 - max(0, epoch + 1 - 100) / 101
    rates = [cyclegan.linear_decay(e, 100, 100) for e in range(200)]
    assert rates[:100] == [1.0] * 100
    assert rates[100] == pytest.approx(100 / 101)
    assert rates[199] == pytest.approx(1 / 101)
    assert (torch.tensor(rates[99:], dtype=D).diff() < 0).all()
    assert cyclegan.linear_decay(500, 100, 100) == 0.0
    assert cyclegan.linear_decay(3, 5, 0) == 1.0

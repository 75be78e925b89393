"""Constraints and the editing objective, each against values worked by hand or a closed form."""

import math

import pytest
import torch
from torch.nn.functional import softplus

from course_lib.editing import (
    add_constraints,
    color_constraint,
    edit,
    edit_objective,
    move_patch,
    oriented_edges,
    sketch_constraint,
    warp_constraint,
)

C, H, W, D = 3, 6, 8, 4


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def box(top, left, bottom, right):
    mask = torch.zeros(H, W, dtype=torch.float64)
    mask[top:bottom, left:right] = 1
    return mask


# --- colour


def test_color_is_the_mean_squared_difference_under_the_brush_and_nothing_else_counts():
    y, target, mask = draw(2, C, H, W), draw(C, H, W, seed=1), box(1, 2, 4, 7)
    by_hand = (y[:, :, 1:4, 2:7] - target[:, 1:4, 2:7]).square().flatten(1).mean(1)
    got = color_constraint(target, mask)
    torch.testing.assert_close(got(y), by_hand)
    outside = y + 5 * (1 - mask)
    torch.testing.assert_close(got(outside), by_hand)


def test_every_image_may_have_its_own_brush():
    y, target = draw(2, C, H, W), draw(2, C, H, W, seed=1)
    masks = torch.stack([box(0, 0, 2, 2), box(3, 3, 6, 8)])[:, None]
    together = color_constraint(target, masks)(y)
    for i in range(2):
        alone = color_constraint(target[i], masks[i, 0])(y[i : i + 1])
        torch.testing.assert_close(together[i : i + 1], alone)


@pytest.mark.parametrize("make", [color_constraint, sketch_constraint])
def test_nothing_painted_asks_for_nothing(make):
    y = draw(2, C, H, W).requires_grad_(True)
    u = make(draw(C, H, W, seed=1), torch.zeros(H, W, dtype=torch.float64))(y)
    assert u.tolist() == [0, 0]
    u.sum().backward()
    assert (y.grad == 0).all()


# --- sketch


def ramp(angle):
    """A grey picture that rises by 0.01 a pixel in one direction (x right, y down)."""
    rows, columns = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    return (0.01 * (math.cos(angle) * columns + math.sin(angle) * rows)).double().expand(1, 3, -1, -1)


@pytest.mark.parametrize("k", range(4))
def test_edges_of_a_ramp_are_cosines_of_the_angle_between(k):
    edges = oriented_edges(ramp(k * math.pi / 4), n_orientations=4)[0, :, 3, 3]  # an inner cell
    expected = torch.tensor([0.01 * abs(math.cos((k - j) * math.pi / 4)) for j in range(4)])
    torch.testing.assert_close(edges, expected.double())


def test_edges_do_not_ask_which_side_is_dark_nor_how_bright():
    x = draw(1, C, 12, 16)
    torch.testing.assert_close(oriented_edges(-x), oriented_edges(x))
    torch.testing.assert_close(oriented_edges(x + 0.3), oriented_edges(x))


def test_a_flat_picture_has_finite_gradients():
    flat = torch.ones(1, 3, 12, 12, dtype=torch.float64, requires_grad=True)
    sketch_constraint(draw(3, 12, 12), torch.ones(12, 12))(flat).sum().backward()
    assert flat.grad.isfinite().all()


def test_a_sketch_is_satisfied_by_the_line_in_another_colour_and_not_by_another_line():
    line, across = torch.ones(3, 12, 12, dtype=torch.float64), torch.ones(3, 12, 12, dtype=torch.float64)
    line[:, :, 6], across[:, 6] = -1, -1
    asks = sketch_constraint(line, torch.ones(12, 12))
    assert asks(-line[None]).item() == pytest.approx(0, abs=1e-12)  # light on dark: the same line
    assert asks(across[None]).item() > 0.01
    far = sketch_constraint(
        line, torch.nn.functional.pad(torch.ones(12, 2), (0, 10))
    )  # touched at the left only
    assert far(torch.ones_like(line)[None]).item() == pytest.approx(0, abs=1e-12)


# --- warp


def test_a_patch_is_moved_with_its_mask():
    image, mask = draw(C, H, W), box(1, 1, 3, 4)
    moved, where = move_patch(image, mask, (2, 3))
    torch.testing.assert_close(where, box(3, 4, 5, 7))
    torch.testing.assert_close(moved[:, 3:5, 4:7], image[:, 1:3, 1:4])
    assert moved.abs().sum() == image[:, 1:3, 1:4].abs().sum()


def test_what_leaves_the_frame_is_lost_on_every_side():
    image, mask = draw(C, H, W), torch.ones(H, W, dtype=torch.float64)
    for shift, rest in (
        ((-2, 0), box(0, 0, H - 2, W)),
        ((0, -3), box(0, 0, H, W - 3)),
        ((4, 5), box(4, 5, H, W)),
    ):
        torch.testing.assert_close(move_patch(image, mask, shift)[1], rest)


def test_warp_is_satisfied_by_the_moved_patch():
    image, mask = draw(C, H, W), box(1, 1, 3, 4)
    asks = warp_constraint(image, mask, (2, -1))
    moved, where = move_patch(image, mask, (2, -1))
    assert asks((moved + 3 * (1 - where))[None]) == 0
    assert asks(image[None]) > 0.1


def test_constraints_add_with_their_weights():
    y, one, two = draw(2, C, H, W), lambda y: y.mean((1, 2, 3)), lambda y: y.amax((1, 2, 3))
    torch.testing.assert_close(add_constraints((2.0, one), (0.5, two))(y), 2 * one(y) + 0.5 * two(y))


# --- the objective


class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(draw(C * H * W, D, seed=1) / 5)

    def forward(self, z):
        return (z @ self.a.T).view(-1, C, H, W)


def judge(x):
    return x.flatten(1).sum(1) - 1


def test_the_objective_by_hand():
    g, z, z0, asks = (
        Linear(),
        draw(3, D),
        draw(3, D, seed=2),
        color_constraint(draw(C, H, W, seed=3), box(0, 0, 3, 3)),
    )
    got = edit_objective(g, judge, z, z0, asks, 0.3, 0.7)
    d = torch.sigmoid(judge(g(z)))
    expected = (
        asks(g(z)) + 0.3 * torch.stack([(z[i] - z0[i]) @ (z[i] - z0[i]) for i in range(3)]) - 0.7 * d.log()
    )
    torch.testing.assert_close(got, expected)
    torch.testing.assert_close(
        edit_objective(g, judge, z0, z0, asks, 9.0, 0.5), asks(g(z0)) + 0.5 * softplus(-judge(g(z0)))
    )


def test_it_is_never_below_zero_however_sure_d_is():
    g, z = Linear(), draw(1, D)
    for logit in (-1e4, 0.0, 1e4):
        got = edit_objective(
            g, lambda x, sure=logit: x.new_full((1,), sure), z, z, lambda y: 0 * y.sum((1, 2, 3)), 1.0, 1.0
        )
        assert got.item() == pytest.approx(max(-logit, 0) + (math.log(2) if logit == 0 else 0))


def test_editing_a_linear_generator_is_ridge_regression():
    g, z0, target, mask = Linear(), draw(2, D, seed=2), draw(C, H, W, seed=3), box(0, 2, 5, 7)
    lam = 0.05
    z, value = edit(g, judge, z0, color_constraint(target, mask), 400, 0.1, lam, 0.0)
    with torch.no_grad():
        rows = mask.expand(C, -1, -1).flatten() > 0
        a, t = g.a[rows], target.flatten()[rows]
        n = len(t)
        left = a.T @ a / n + lam * torch.eye(D, dtype=torch.float64)
        right = a.T @ t / n + lam * z0
        torch.testing.assert_close(z, torch.linalg.solve(left, right.T).T, atol=1e-4, rtol=0)
    expected = edit_objective(g, judge, z, z0, color_constraint(target, mask), lam, 0.0)
    torch.testing.assert_close(value, expected.detach())


def test_a_stiffer_leash_leaves_the_code_nearer_and_the_constraint_less_satisfied():
    g, z0, asks = Linear(), draw(1, D, seed=2), color_constraint(draw(C, H, W, seed=3), box(0, 2, 5, 7))
    ends = [edit(g, judge, z0, asks, 300, 0.05, lam, 0.0)[0] for lam in (0.0, 0.05, 0.5)]
    drift = [(z - z0).norm().item() for z in ends]
    violation = [asks(g(z)).item() for z in ends]
    assert drift[0] > drift[1] > drift[2]
    assert violation[0] < violation[1] < violation[2] < asks(g(z0)).item()


def test_d_pulls_towards_what_it_believes():
    g, z0, asks = Linear(), draw(1, D, seed=2), color_constraint(draw(C, H, W, seed=3), box(0, 2, 5, 7))
    without, with_d = (edit(g, judge, z0, asks, 200, 0.05, 0.05, lam)[0] for lam in (0.0, 1.0))
    assert judge(g(with_d)) > judge(g(without)) + 0.1


def test_an_edit_can_go_on_from_the_last_one_with_the_leash_at_z0():
    g, z0, start = Linear(), draw(1, D, seed=2), draw(1, D, seed=4)
    asks = color_constraint(draw(C, H, W, seed=3), box(0, 2, 5, 7))
    at_start, _ = edit(g, judge, z0, asks, 0, start=start)
    torch.testing.assert_close(at_start, start)
    far, near = (edit(g, judge, z0, asks, 400, 0.1, 0.05, 0.0, start=s)[0] for s in (start, None))
    torch.testing.assert_close(far, near, atol=1e-4, rtol=0)

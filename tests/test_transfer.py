"""Edit transfer: warps, colours, and the recovery of both from pictures."""

import pytest
import torch
from torch.nn.functional import avg_pool2d

from course_lib import transfer
from course_lib.transfer import (
    apply_color,
    apply_edit,
    changes_along,
    estimate_change,
    estimate_flow,
    fit_color_transfer,
    fit_local_color,
    join_changes,
    transfer_edit,
    warp,
)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def smooth(n=1, c=3, size=24, seed=0):
    """Random pictures of broad waves in [-1, 1]: something to hold on to everywhere."""
    small = draw(n, c, size // 4, size // 4, seed=seed)
    return torch.nn.functional.interpolate(small, size=(size, size), mode="bicubic").clamp(-2, 2) / 2


def bump(size=24, reach=1.5):
    """A flow that moves the middle and leaves the border."""
    line = torch.linspace(-1, 1, size, dtype=torch.float64)
    hill = torch.exp(-4 * (line[:, None] ** 2 + line[None, :] ** 2))
    return torch.stack([reach * hill, -0.7 * reach * hill])[None]


# --- warp


def test_whole_pixels_are_fetched_from_where_the_flow_says():
    x = draw(2, 3, 5, 7)
    flow = torch.zeros(2, 2, 5, 7, dtype=torch.float64)
    flow[0, 0] = 1  # from one row further down
    flow[1, 1] = -2  # from two columns to the left
    got = warp(x, flow)
    torch.testing.assert_close(got[0, :, :-1], x[0, :, 1:])
    torch.testing.assert_close(got[0, :, -1], x[0, :, -1])  # the border goes on
    torch.testing.assert_close(got[1, :, :, 2:], x[1, :, :, :-2])
    torch.testing.assert_close(got[1, :, :, :2], x[1, :, :, :1].expand(-1, -1, 2))


def test_fractions_are_bilinear():
    x = draw(1, 1, 4, 5)
    flow = torch.zeros(1, 2, 4, 5, dtype=torch.float64)
    flow[0, :, 1, 2] = torch.tensor([0.25, 0.5])
    expected = 0.75 * (x[0, 0, 1, 2] + x[0, 0, 1, 3]) / 2 + 0.25 * (x[0, 0, 2, 2] + x[0, 0, 2, 3]) / 2
    torch.testing.assert_close(warp(x, flow)[0, 0, 1, 2], expected)


def test_a_flow_of_another_size_is_named():
    with pytest.raises(ValueError, match=r"flow: got shape \(1, 2, 4, 4\), expected \(2, 2, 5, 7\)"):
        warp(draw(2, 3, 5, 7), draw(1, 2, 4, 4))


# --- colour


def test_a_known_colour_change_is_found_exactly():
    source, color = draw(40, 3), draw(3, 4, seed=1)
    target = source @ color[:, :3].T + color[:, 3]
    torch.testing.assert_close(fit_color_transfer(source, target), color)


def test_with_noise_the_residual_is_orthogonal_to_the_colours():
    """The normal equations: what is left over agrees with no colour and with no shift."""
    source, target = draw(40, 3), draw(40, 3, seed=1)
    color = fit_color_transfer(source, target)
    rest = target - source @ color[:, :3].T - color[:, 3]
    torch.testing.assert_close(rest.T @ source, torch.zeros(3, 3).double(), atol=1e-9, rtol=0)
    torch.testing.assert_close(rest.sum(0), torch.zeros(3).double(), atol=1e-9, rtol=0)


def test_one_matrix_for_all_and_one_a_pixel_are_applied_alike():
    x, color = draw(2, 3, 5, 7), draw(3, 4, seed=1)
    by_hand = torch.einsum("ij,njhw->nihw", color[:, :3], x) + color[:, 3][None, :, None, None]
    torch.testing.assert_close(apply_color(x, color), by_hand)
    torch.testing.assert_close(apply_color(x, color[None, :, :, None, None].expand(2, 3, 4, 5, 7)), by_hand)


def test_without_a_change_the_local_fit_is_the_identity():
    x = smooth(2)
    color = fit_local_color(x, x)
    torch.testing.assert_close(color, torch.eye(3, 4).double()[None, :, :, None, None].expand_as(color))


def test_a_flat_picture_is_explained_by_a_shift():
    source, target = torch.full((1, 3, 9, 9), 0.4).double(), torch.full((1, 3, 9, 9), -0.2).double()
    color = fit_local_color(source, target)
    torch.testing.assert_close(apply_color(source, color), target, atol=5e-3, rtol=0)
    assert (color[0, :, 3].abs() > 0.55).all()  # the shift carries it
    assert ((color[0, :, :3] - torch.eye(3)[..., None, None]).abs() < 0.05).all()


def test_colour_painted_in_one_corner_stays_there():
    source = smooth()
    target = source.clone()
    target[..., :8, :8] = target[..., :8, :8] * 0.5 - 0.4
    color = fit_local_color(source, target, radius=2)
    torch.testing.assert_close(
        color[..., 11:, 11:], torch.eye(3, 4).double()[None, :, :, None, None].expand(1, 3, 4, 13, 13)
    )
    assert (apply_color(source, color)[..., :5, :5] - target[..., :5, :5]).abs().mean() < 0.03


# --- flow


@pytest.mark.parametrize("shift", [(1.0, 0.0), (0.0, -1.5), (0.6, 0.8)])
def test_a_shifted_picture_s_flow_is_found(shift):
    source = smooth(size=32)
    truth = torch.tensor(shift).double()[None, :, None, None].expand(1, 2, 32, 32)
    flow = estimate_flow(source, warp(source, truth))
    error = (flow - truth).norm(dim=1)[:, 5:-5, 5:-5]
    assert error.mean() < 0.12  # of 1 to 1.5 pixels
    assert estimate_flow(source, source).abs().max() < 1e-9


def test_a_bump_is_found_far_better_than_by_standing_still():
    source, truth = smooth(size=24), bump()
    flow = estimate_flow(source, warp(source, truth))
    assert (flow - truth).norm(dim=1).mean() < 0.3 * truth.norm(dim=1).mean()


def test_each_pair_of_a_batch_is_its_own_problem():
    source, target = smooth(3), smooth(3, seed=1) * 0.2 + smooth(3) * 0.8
    together = estimate_change(source, target)
    alone = estimate_change(source[1:2], target[1:2])
    for a, b in zip(together, alone):
        torch.testing.assert_close(a[1:2], b)


# --- joined


def test_flow_and_colour_are_found_together_and_applied():
    source, truth, color = smooth(size=24), bump(), torch.eye(3, 4).double()
    color[:, 3] = torch.tensor([0.1, -0.15, 0.05])
    target = apply_color(warp(source, truth), color)
    flow, found = estimate_change(source, target)
    rest = (apply_edit(source, flow, found) - target).abs().mean()
    assert rest < 0.15 * (source - target).abs().mean()


def test_joined_changes_do_one_after_the_other():
    """Exact where nothing is interpolated: whole-pixel shifts, and colours that differ from place to place."""
    x = draw(1, 3, 12, 12)
    down, right = torch.zeros(2, 1, 2, 12, 12, dtype=torch.float64)
    down[:, 0, :, 6:], right[:, 1] = 1, 2  # the first moves the right half only
    a1, a2 = 0.3 * draw(2, 1, 3, 4, 12, 12, seed=3)
    flow, color = join_changes((down, a1), (right, a2))
    one_after_the_other = apply_color(warp(apply_color(warp(x, down), a1), right), a2)
    inner = (..., slice(0, 10), slice(0, 9))
    torch.testing.assert_close(apply_color(warp(x, flow), color)[inner], one_after_the_other[inner])
    assert (flow[0, :, 4, 4] == torch.tensor([1.0, 2.0])).all()


def test_small_steps_along_a_path_reach_what_one_leap_does_not():
    source, truth = smooth(size=24), bump(reach=6.0)
    t = torch.linspace(0, 1, 9, dtype=torch.float64)
    path = torch.cat([warp(source, s * truth) for s in t])
    walked, leapt = changes_along(path)[-1][0], changes_along(path[[0, -1]])[-1][0]
    wrong = [(flow - truth).norm(dim=1).mean() for flow in (walked, leapt)]
    assert wrong[0] < 0.7 * wrong[1]


def test_an_edit_of_a_generator_is_done_to_the_original_and_detail_survives():
    """G knows only the broad waves; the original also has grain. Moving z brightens: the grain must stay."""
    base, grain = smooth(size=16), 0.1 * draw(1, 3, 16, 16, seed=9)

    def generator(z):
        return 0.5 * base + z[:, :1, None, None] * 0.3

    z0, z1 = torch.tensor([0.0, 0.0]).double(), torch.tensor([1.0, 0.0]).double()
    x = 0.5 * base + grain
    path, results = transfer_edit(generator, x, z0, z1, steps=3)
    torch.testing.assert_close(path, 0.5 * base + 0.1 * torch.arange(4).double()[:, None, None, None])
    torch.testing.assert_close(results[:1], x)
    for k in (1, 2, 3):
        truth = x + 0.1 * k
        assert (results[k] - truth).abs().mean() < 0.2 * (path[k] - truth).abs().mean()
    same = transfer_edit(generator, x, z0, z0)[1]
    torch.testing.assert_close(same, x.expand_as(same))


def test_the_window_s_mean_is_that_of_avg_pool2d_on_a_picture_that_is_not_square():
    x = draw(2, 3, 9, 14)
    expected = avg_pool2d(x, 5, 1, padding=2, count_include_pad=False)
    torch.testing.assert_close(transfer._box(x, 2), expected)


def test_the_covariance_in_a_window_is_that_of_its_numbers():
    a, b = draw(1, 2, 7, 6), draw(1, 2, 7, 6, seed=1)
    patches = [m[0, :, 2:5, 1:4].flatten(1) for m in (a, b)]  # the window around row 3, column 2
    by_hand = sum(torch.cov(torch.stack(channel), correction=0)[0, 1] for channel in zip(*patches))
    torch.testing.assert_close(transfer._covariance(a, b, 1)[0, 3, 2], by_hand)

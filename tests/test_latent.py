"""course_lib.latent: end points, lengths and angles on the way, grids in reading order."""

import math

import pytest
import torch
from torch.testing import assert_close

from course_lib import latent

LINEAR, SPHERICAL = latent.interpolate, latent.interpolate_spherical


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def d64(*values):
    return torch.tensor(values, dtype=torch.float64)


Z0, Z1, T = normal(7, seed=1), normal(7, seed=2), torch.linspace(0, 1, 9, dtype=torch.float64)


@pytest.mark.parametrize("through", [LINEAR, SPHERICAL])
def test_paths_begin_and_end_at_their_codes(through):
    path = through(Z0, Z1, T)
    assert path.shape == (9, 7)
    assert_close(path[0], Z0)
    assert_close(path[-1], Z1)
    assert_close(through(Z1, Z0, 1 - T), path)  # backwards is the same way


def test_linear_path_is_the_formula_and_goes_on_outside():
    assert_close(LINEAR(d64(1, 2), d64(3, 6), d64(-1, 0.25, 2)), d64([-1, -2], [1.5, 3], [5, 10]))


def test_spherical_path_turns_evenly_and_lengthens_evenly():
    path = SPHERICAL(Z0, Z1, T)
    assert_close(path.norm(dim=1), torch.lerp(Z0.norm(), Z1.norm(), T))
    unit = path / path.norm(dim=1, keepdim=True)
    steps = (unit[1:] * unit[:-1]).sum(1).acos()
    total = torch.dot(Z0 / Z0.norm(), Z1 / Z1.norm()).acos()
    assert_close(steps, (total / 8).expand(8))


def test_middle_of_a_quarter_circle():
    assert_close(SPHERICAL(d64(2, 0), d64(0, 2), d64(0.5)), d64([math.sqrt(2), math.sqrt(2)]))


def test_middle_of_a_straight_path_is_shorter_than_either_end():
    a, b = normal(100, seed=3), normal(100, seed=4)
    half = d64(0.5)
    assert LINEAR(a, b, half).norm() < 0.85 * min(a.norm(), b.norm())
    assert_close(SPHERICAL(a, b, half).norm(), (a.norm() + b.norm()) / 2)


def test_equal_directions_opposite_directions_and_no_direction():
    assert_close(SPHERICAL(Z0, 3 * Z0, T), LINEAR(Z0, 3 * Z0, T))
    opposite = SPHERICAL(Z0, -Z0, T)
    assert_close(opposite.norm(dim=1), Z0.norm().expand(9))
    assert_close(opposite[-1], -Z0)
    assert_close((opposite[4] @ Z0).item(), 0.0)
    assert_close(SPHERICAL(0 * Z0, Z1, T), LINEAR(0 * Z0, Z1, T))
    almost = Z0 + 1e-12 * Z1
    assert SPHERICAL(Z0, almost, T).isfinite().all()


def test_gradients_reach_both_codes():
    z0, z1 = Z0.clone().requires_grad_(), Z1.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: SPHERICAL(a, b, T), (z0, z1))


@pytest.mark.parametrize("through", [LINEAR, SPHERICAL])
def test_round_trip(through):
    corners = normal(3, 7, seed=5)
    trip = latent.path(corners, 4, through)
    assert trip.shape == (12, 7)
    assert_close(trip[::4], corners)
    assert_close(trip[4:8], through(corners[1], corners[2], T[:8:2]))
    assert_close(trip[8:], through(corners[2], corners[0], T[:8:2]))  # and back to the first


def test_grid_has_its_corners_in_place_and_is_bilinear():
    corners = normal(4, 7, seed=6)
    sheet = latent.grid(corners, 3, 5).unflatten(0, (3, 5))
    assert_close(torch.stack([sheet[0, 0], sheet[0, -1], sheet[-1, 0], sheet[-1, -1]]), corners)
    assert_close(sheet[1, 2], corners.mean(0))
    assert_close(sheet[0, 1], 0.75 * corners[0] + 0.25 * corners[1])


def test_plane():
    sheet = latent.plane(d64(10, 10, 10), d64(1, 0, 0), d64(0, 1, 0), 2.0, 3, 5).unflatten(0, (3, 5))
    assert_close(sheet[1, 2], d64(10, 10, 10))
    assert_close(sheet[0, 0], d64(8, 8, 10))
    assert_close(sheet[2, 3], d64(11, 12, 10))


def test_errors():
    with pytest.raises(ValueError, match=r"\(7,\) and \(3,\)"):
        LINEAR(Z0, Z0[:3], T)
    with pytest.raises(ValueError, match=r"t: got shape \(\)"):
        SPHERICAL(Z0, Z1, T[0])
    with pytest.raises(ValueError, match=r"expected \(4, d\)"):
        latent.grid(Z0[None], 2, 2)
    with pytest.raises(ValueError, match="1 and 3"):
        latent.grid(normal(4, 2), 1, 3)

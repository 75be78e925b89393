r"""Ways through the latent space: straight and great-circle paths, and grids.

All of them return one batch of codes, so that a generator makes a whole path in one pass. Lecture: 06_dcgan.
"""

import torch


def interpolate(z0, z1, t):
    r"""The straight path z0 + t (z1 - z0).

    Args:
        z0, z1: codes, (d,).
        t: positions, (T,); 0 is z0, 1 is z1; outside it goes on.

    Returns:
        (T, d)
    """
    _check(z0, z1, t)
    return z0 + t[:, None] * (z1 - z0)


def interpolate_spherical(z0, z1, t):
    r"""The path along the great circle from z0 to z1; its length changes evenly from |z0| to |z1|.

    .. math:: \frac{\sin((1 - t) \Omega)}{\sin\Omega} z_0 + \frac{\sin(t \Omega)}{\sin\Omega} z_1

    with the angle Omega between z0 and z1, applied to directions. In 100 dimensions nearly all draws from N(0, 1)
    have a length near 10, but the middle of a straight path has about 7: G never saw such a code in training.
    Where the directions are equal the path is straight; where they are opposite every great circle is as good as
    another, and one of them is taken.

    Args, returns: as `interpolate`. A code of length 0 has no direction: the path is then straight.

    Source: White 2016, arXiv:1609.04468.
    """
    _check(z0, z1, t)
    length0, length1 = z0.norm(), z1.norm()
    if length0 == 0 or length1 == 0:
        return interpolate(z0, z1, t)
    u, v = z0 / length0, z1 / length1
    across = v - (u @ v) * u  # what v has beside u's direction
    angle = torch.atan2(across.norm(), u @ v)  # exact for small and for large angles, unlike acos
    if across.norm() < 1e-6:
        if u @ v > 0:
            return interpolate(z0, z1, t)
        across = torch.zeros_like(u).index_fill(0, u.abs().argmin(), 1.0)
        across = across - (u @ across) * u
    across = across / across.norm()
    turned = torch.cos(t * angle)[:, None] * u + torch.sin(t * angle)[:, None] * across  # (T, d), length 1
    return turned * (length0 + t * (length1 - length0))[:, None]


def path(corners, steps, through=interpolate):
    r"""A round trip through several codes and back to the first, `steps` codes from one to the next.

    Args:
        corners: (K, d).
        through: `interpolate` or `interpolate_spherical`.

    Returns:
        (K * steps, d); the first code is not repeated at the end.
    """
    t = torch.arange(steps, dtype=corners.dtype, device=corners.device) / steps
    return torch.cat([through(z0, z1, t) for z0, z1 in zip(corners, corners.roll(-1, dims=0))])


def grid(corners, rows, columns, through=interpolate):
    r"""The codes of a sheet between four: along the columns of the upper and lower edge, then down.

    Args:
        corners: (4, d): upper left, upper right, lower left, lower right.
        rows, columns: at least 2 each.
        through: `interpolate` or `interpolate_spherical`.

    Returns:
        (rows * columns, d), row by row.
    """
    if corners.dim() != 2 or len(corners) != 4:
        raise ValueError(f"corners: got shape {tuple(corners.shape)}, expected (4, d)")
    if min(rows, columns) < 2:
        raise ValueError(f"rows, columns: got {rows} and {columns}, expected at least 2 each")
    across, down = (
        torch.linspace(0, 1, n, dtype=corners.dtype, device=corners.device) for n in (columns, rows)
    )
    upper, lower = through(corners[0], corners[1], across), through(corners[2], corners[3], across)
    return torch.stack([through(a, b, down) for a, b in zip(upper, lower)], dim=1).flatten(0, 1)


def plane(center, right, down, reach, rows, columns):
    r"""The codes center + a * right + b * down, a and b from -reach to reach.

    Args:
        center, right, down: (d,); for directions found by attributes, (d,) too.
        reach: in multiples of the directions.

    Returns:
        (rows * columns, d), row by row; `center` lies in the middle when rows and columns are odd.
    """
    _check(center, right, torch.empty(0))
    a, b = (
        torch.linspace(-reach, reach, n, dtype=center.dtype, device=center.device) for n in (columns, rows)
    )
    return (center + a[None, :, None] * right + b[:, None, None] * down).flatten(0, 1)


def _check(z0, z1, t):
    if z0.dim() != 1 or z0.shape != z1.shape:
        raise ValueError(f"z0, z1: got shapes {tuple(z0.shape)} and {tuple(z1.shape)}, expected (d,) both")
    if t.dim() != 1:
        raise ValueError(f"t: got shape {tuple(t.shape)}, expected (T,)")

r"""Edit transfer: what changed from G(z0) to G(z1), done to the original picture, which keeps its detail.

The change is described by a motion and a change of colour at every pixel, estimated between neighbours on the path
from z0 to z1, where steps are small, and then joined:

.. math:: I_{t+1}(p) \approx A_t(p) \begin{pmatrix} I_t(p + f_t(p)) \\ 1 \end{pmatrix}

f is the flow (down, right) in pixels, *backward*: it says where each pixel comes from. A is 3 x 4: a colour matrix and a
shift (here C x (C + 1), for grey pictures too). Lecture: 10_editing.
Source: Zhu, Krahenbuhl, Shechtman and Efros 2016, arXiv:1609.03552, section 4.2.
"""

import torch
from torch.nn.functional import grid_sample, pad

from course_lib.latent import interpolate


def warp(x, flow):
    r"""y[p] = x[p + flow(p)], between pixels bilinearly; outside x its border continues.

    Args:
        x: (N, C, H, W), any range.
        flow: (N, 2, H, W) in pixels, down first; backward: where the value at p is fetched from.
    """
    n, _, height, width = x.shape
    if flow.shape != (n, 2, height, width):
        raise ValueError(f"flow: got shape {tuple(flow.shape)}, expected {(n, 2, height, width)}")
    rows, columns = torch.meshgrid(
        torch.arange(height, dtype=x.dtype, device=x.device),
        torch.arange(width, dtype=x.dtype, device=x.device),
        indexing="ij",
    )
    y, x_ = rows + flow[:, 0], columns + flow[:, 1]  # (N, H, W)
    places = torch.stack([2 * x_ / (width - 1) - 1, 2 * y / (height - 1) - 1], dim=-1)  # -1 to 1: the centres
    return grid_sample(x, places, mode="bilinear", padding_mode="border", align_corners=True)


def fit_color_transfer(source, target):
    r"""The matrix A (C, C + 1) with A [source; 1] nearest to target: ordinary least squares.

    Args:
        source, target: colours of the same points before and after, (P, C).
    """
    columns = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)  # (P, C + 1)
    return torch.linalg.lstsq(columns, target).solution.T


def fit_local_color(source, target, radius=2, ridge=0.02):
    r"""A matrix for each pixel, from the window around it: least squares, held towards "no change".

    .. math:: A(p) = \arg\min_A \sum_{q \in w(p)} |A [s_q; 1] - t_q|^2 / |w| + \text{ridge}\, |A - I|_{colours}^2 + \tfrac{\text{ridge}}{100}|A|_{shift}^2

    A window of one colour says nothing about the matrix; the ridge then leaves it alone and the shift explains all.

    Args:
        source, target: (N, C, H, W).
        radius: the window is 2 * radius + 1 pixels wide.

    Returns:
        (N, C, C + 1, H, W).
    """
    n, c, height, width = source.shape
    ones = torch.ones_like(source[:, :1])
    s = torch.cat([source, ones], dim=1)  # (N, C + 1, H, W)
    gain = target - source  # what the change shall explain: the identity is taken out
    cross = _box((s[:, :, None] * s[:, None]).flatten(1, 2), radius).view(n, c + 1, c + 1, height, width)
    right = _box((s[:, :, None] * gain[:, None]).flatten(1, 2), radius).view(n, c + 1, c, height, width)
    hold = torch.full((c + 1,), ridge, dtype=source.dtype, device=source.device)
    hold[-1] = ridge / 100
    solved = torch.linalg.solve(
        cross.movedim((1, 2), (3, 4)) + torch.diag(hold), right.movedim((1, 2), (3, 4))
    )
    return solved.permute(0, 4, 3, 1, 2) + _identity(source)  # (N, C, C + 1, H, W)


def apply_color(x, color):
    r"""A [x; 1] at every pixel.

    Args:
        x: (N, C, H, W).
        color: (C, C + 1), one for all pixels, or (N, C, C + 1, H, W).
    """
    with_one = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    return torch.einsum("ij,njhw->nihw" if color.dim() == 2 else "nijhw,njhw->nihw", color, with_one)


def apply_edit(x, flow, color):
    r"""Move, then recolour: A [x(p + flow(p)); 1], clipped to [-1, 1]. Shapes as for `warp` and `apply_color`."""
    return apply_color(warp(x, flow), color).clamp(-1, 1)


def estimate_flow(source, target, radius=3, ridge=0.01, rounds=4):
    r"""The backward flow with warp(source, flow) near target: Lucas and Kanade, window by window, warped and repeated.

    Each round solves, for every window, two equations in (down, right) from the slopes of the warped source. They hold
    covariances, not products: each window and channel may also have become brighter or darker as a whole, which is
    colour's business and not motion's. The ridge keeps windows without texture where they are.

    Args:
        source, target: (N, C, H, W) in [-1, 1]; moved by about two pixels at most.

    Returns:
        (N, 2, H, W).

    Source: Lucas and Kanade 1981, "An iterative image registration technique".
    """
    n, _, height, width = source.shape
    flow = source.new_zeros(n, 2, height, width)
    for _ in range(rounds):
        moved = warp(source, flow)
        framed = pad(moved, (1, 1, 1, 1), mode="replicate")
        dy = (framed[:, :, 2:, 1:-1] - framed[:, :, :-2, 1:-1]) / 2
        dx = (framed[:, :, 1:-1, 2:] - framed[:, :, 1:-1, :-2]) / 2
        rest = target - moved
        yy, xx, yx, yr, xr = (
            _covariance(a, b, radius) for a, b in ((dy, dy), (dx, dx), (dy, dx), (dy, rest), (dx, rest))
        )
        yy, xx = yy + ridge, xx + ridge
        determinant = yy * xx - yx * yx  # positive: of a covariance matrix plus the ridge
        step = torch.stack([xx * yr - yx * xr, yy * xr - yx * yr], dim=1) / determinant[:, None]
        flow = flow + step.clamp(-1, 1)
    return flow


def estimate_change(source, target, alternations=2):
    r"""Flow and colour from one picture to the next: in turn, each given the other.

    Returns:
        (flow, color): (N, 2, H, W) and (N, C, C + 1, H, W) with apply_edit(source, flow, color) near target.
    """
    color = _identity(source).expand(len(source), -1, -1, *source.shape[2:])
    for _ in range(alternations):
        flow = estimate_flow(apply_color(source, color), target)
        color = fit_local_color(warp(source, flow), target)
    return flow, color


def join_changes(first, second):
    r"""One change that does `first`, then `second`; each a pair (flow, color) as `estimate_change` returns it.

    The pixel at p comes from p + f2(p) of the middle picture, which came from f1 further on:
    f(p) = f2(p) + f1(p + f2(p)), and A(p) = A2(p) A1(p + f2(p)).
    """
    (f1, a1), (f2, a2) = first, second
    n, c, c1, height, width = a1.shape
    flow = f2 + warp(f1, f2)
    a1 = warp(a1.flatten(1, 2), f2).view(n, c, c1, height, width)
    bottom = torch.zeros(c1, dtype=a1.dtype, device=a1.device)
    bottom[-1] = 1  # the row (0, 0, 0, 1) makes the matrices square, so that they multiply
    squared = torch.cat([a1, bottom[None, None, :, None, None].expand(n, 1, c1, height, width)], dim=1)
    return flow, torch.einsum("nijhw,njkhw->nikhw", a2, squared)


def changes_along(images):
    r"""The changes from the first of a sequence of pictures (T, C, H, W) to every later one, T - 1 pairs (flow, color).

    They are estimated between neighbours, all in one batch, and joined.
    """
    flows, colors = estimate_change(images[:-1], images[1:])
    changes = [(flows[:1], colors[:1])]
    for t in range(1, len(flows)):
        changes.append(join_changes(changes[-1], (flows[t : t + 1], colors[t : t + 1])))
    return changes


@torch.no_grad()
def transfer_edit(generator, x, z0, z1, steps=4):
    r"""The edit that leads from G(z0) to G(z1), done to x, by degrees.

    Args:
        x: the original picture, (1, C, H, W) in [-1, 1], whose projection is G(z0).
        z0, z1: (d,).
        steps: pictures on the path after the first.

    Returns:
        (path, results): (steps + 1, C, H, W) each: G along the path, and x with the same change; the first is x itself.
    """
    t = torch.linspace(0, 1, steps + 1, dtype=z0.dtype, device=z0.device)
    path = generator(interpolate(z0, z1, t))
    return path, torch.cat([x, *(apply_edit(x, *change) for change in changes_along(path))])


def _box(x, radius):
    """The mean over the window around each pixel, cut off at the border: a band matrix from either side."""
    rows, columns = (_band(side, radius, x) for side in x.shape[-2:])
    return rows @ (x @ columns.T)  # avg_pool2d's loop took most of a transfer's time


def _band(side, radius, x):
    """The matrix (side, side) whose product with a column is its running mean."""
    places = torch.arange(side, device=x.device)
    near = ((places[:, None] - places).abs() <= radius).to(x.dtype)
    return near / near.sum(1, keepdim=True)


def _covariance(a, b, radius):
    """Of two maps within each window, summed over channels: (N, C, H, W) each -> (N, H, W)."""
    return (_box(a * b, radius) - _box(a, radius) * _box(b, radius)).sum(1)


def _identity(x):
    """The colour change that changes nothing, (1, C, C + 1, 1, 1)."""
    c = x.shape[1]
    return torch.eye(c, c + 1, dtype=x.dtype, device=x.device)[None, :, :, None, None]

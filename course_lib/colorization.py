r"""Colour for a grey picture: CIE Lab, quantised colours, regression and classification, the annealed mean.

A grey picture is the lightness L of a colour picture; what is missing are two numbers a pixel, a (green to red)
and b (blue to yellow). A network may name them (regression), or a probability for each of Q colours
(classification), from which a colour is then read.

Source: Zhang, Isola, Efros 2016, arXiv:1603.08511. Lecture: 04_regression_to_the_mean.
"""

import torch
from torch import nn
from torch.nn.functional import interpolate

# sRGB to XYZ under daylight D65 (IEC 61966-2-1), each row divided by its sum: white is (1, 1, 1).
TO_XYZ = torch.tensor(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=torch.float64,
)
TO_XYZ = TO_XYZ / TO_XYZ.sum(1, keepdim=True)
KNEE = 6 / 29  # below it Lab's cube root is replaced by its tangent


def rgb_to_lab(x):
    r"""Images in [-1, 1] as CIE Lab.

    Args:
        x: sRGB, (N, 3, H, W), float.

    Returns:
        (N, 3, H, W): L in 0..100; a and b, grey at 0, about -110..110.
    """
    x = (x + 1) / 2
    linear = torch.where(x <= 0.04045, x / 12.92, ((x.clamp(min=0.04) + 0.055) / 1.055) ** 2.4)
    xyz = torch.einsum("ij,njhw->nihw", TO_XYZ.to(x), linear)
    f = torch.where(xyz > KNEE**3, xyz.clamp(min=1e-6) ** (1 / 3), xyz / (3 * KNEE**2) + 4 / 29)
    fx, fy, fz = f.unbind(1)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], dim=1)


def lab_to_rgb(lab, clip=True):
    r"""CIE Lab (N, 3, H, W) as sRGB images in [-1, 1]; colours no screen can show are clipped if `clip`."""
    lightness, a, b = lab.unbind(1)
    fy = (lightness + 16) / 116
    f = torch.stack([fy + a / 500, fy, fy - b / 200], dim=1)
    xyz = torch.where(f > KNEE, f**3, 3 * KNEE**2 * (f - 4 / 29))
    linear = torch.einsum("ij,njhw->nihw", torch.linalg.inv(TO_XYZ).to(lab), xyz)
    x = torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp(min=0.003) ** (1 / 2.4) - 0.055)
    return 2 * (x.clamp(0, 1) if clip else x) - 1


def recolor(lightness, ab):
    """Lightness (N, 1, H, W) and colour (N, 2, H, W) as sRGB images in [-1, 1]."""
    return lab_to_rgb(torch.cat([lightness, ab], dim=1))


def chroma(ab):
    """How far from grey: the length of (a, b), (N, 2, ...) -> (N, ...)."""
    return ab.norm(dim=1)


# --- quantised colours ----------------------------------------------------------------------------------
def color_bins(spacing=10.0):
    r"""The colours (a, b) of a square grid that a screen can show at some lightness.

    Returns:
        (Q, 2); the grid has `spacing` units and holds grey, (0, 0).
    """
    n = int(120 // spacing)
    axis = spacing * torch.arange(-n, n + 1, dtype=torch.float64)
    ab = torch.cartesian_prod(axis, axis)  # (G, 2)
    levels = torch.arange(1.0, 100.0, dtype=torch.float64)
    lab = torch.cat(
        [
            levels.view(1, 1, -1, 1).expand(len(ab), -1, -1, -1),
            ab[:, :, None, None].expand(-1, -1, len(levels), -1),
        ],
        dim=1,
    )  # (G, 3, levels, 1)
    shown = (lab_to_rgb(lab, clip=False).abs().amax(dim=1) <= 1 + 1e-6).any(dim=1)[:, 0]
    return ab[shown].float()


def soft_encode(ab, bins, sigma):
    r"""Each pixel's colour as a distribution over the bins, a Gaussian of width sigma around it.

    The paper keeps the five nearest bins of the Gaussian; with sigma half the spacing the others weigh next to nothing.

    Args:
        ab: (N, 2, H, W). bins: (Q, 2). sigma: in units of ab.

    Returns:
        (N, Q, H, W), sums to 1 over Q.
    """
    flat = ab.permute(0, 2, 3, 1).flatten(0, 2)  # (NHW, 2)
    squared = flat.square().sum(1, keepdim=True) - 2 * flat @ bins.T + bins.square().sum(1)
    weights = torch.softmax(-squared / (2 * sigma**2), dim=1)  # (NHW, Q)
    return weights.view(ab.shape[0], *ab.shape[2:], -1).permute(0, 3, 1, 2)


def annealed_mean(logits, bins, temperature):
    r"""A colour from a distribution: the mean of p^(1/T), renormalised.

    T = 1 is the mean, T -> 0 the most probable bin; the paper takes 0.38.

    Args:
        logits: (N, Q, H, W). bins: (Q, 2). temperature: T > 0.

    Returns:
        ab, (N, 2, H, W).
    """
    if temperature <= 0:
        raise ValueError(f"temperature: got {temperature}, expected a positive number")
    return torch.einsum("nqhw,qc->nchw", torch.softmax(logits / temperature, dim=1), bins)


# --- losses ---------------------------------------------------------------------------------------------
def rebalancing(prior, lam=0.5):
    r"""Weights of the bins that make rare colours count: the colourfulness term.

    .. math:: w \propto \big((1 - \lambda)\, p + \lambda / Q\big)^{-1}, \qquad \textstyle\sum_q p_q w_q = 1

    Args:
        prior: how often each bin occurs, (Q,), sums to 1.
        lam: 0: every colour has the same say in all; 1: every pixel has, and the weights are all 1.

    Returns:
        (Q,)
    """
    weights = 1 / ((1 - lam) * prior + lam / len(prior))
    return weights / (prior * weights).sum()


def classification_loss(logits, target, weights=None):
    r"""Cross-entropy between two distributions over bins, mean over pixels, in nats.

    Args:
        logits: (N, Q, H, W).
        target: (N, Q, H, W), from `soft_encode`.
        weights: (Q,) or None; a pixel has the weight of its most probable bin.
    """
    logits, target = (
        logits.movedim(1, -1),
        target.movedim(1, -1),
    )  # (N, H, W, Q): sums along Q are faster there
    nats = -(target * logits.log_softmax(dim=-1)).sum(dim=-1)  # (N, H, W)
    if weights is not None:
        nats = nats * weights[target.argmax(dim=-1)]
    return nats.mean()


# --- rulers ---------------------------------------------------------------------------------------------
def color_histogram(ab, bins):
    """The share of pixels whose nearest bin is each one: ab (P, 2) -> (Q,)."""
    nearest = torch.cdist(ab, bins).argmin(dim=1)
    return torch.bincount(nearest, minlength=len(bins)).double() / len(ab)


def color_scores(ab, truth, where, bins):
    r"""What the colours of a set of pictures are worth, by three rulers.

    Args:
        ab, truth: (N, 2, H, W). where: the pixels that count, (N, H, W) bool. bins: (Q, 2).

    Returns:
        dict: `saturation`, mean chroma as a share of the truth's; `error`, root of the mean squared distance, in Lab
        units; `histogram`, total variation between the colour histograms, from 0 (equal) to 1 (nothing in common).
    """
    got, true = (t.permute(0, 2, 3, 1)[where] for t in (ab, truth))  # (P, 2)
    apart = color_histogram(got, bins) - color_histogram(true, bins)
    return {
        "saturation": (chroma(got).mean() / chroma(true).mean()).item(),
        "error": (got - true).square().sum(1).mean().sqrt().item(),
        "histogram": apart.abs().sum().item() / 2,
    }


# --- a network ------------------------------------------------------------------------------------------
class ColorNet(nn.Module):
    r"""A small hourglass with skips: lightness in, `out_channels` numbers a pixel out.

    Args:
        out_channels: 2 to name a colour, in hundreds of Lab units; Q for logits of Q colours.
        base_channels: of the finest map; the coarser ones have 2, 4 and 4 times as many.

    Shapes:
        lightness (N, 1, H, W), 0..100 -> (N, out_channels, H, W); H and W are multiples of 8.
    """

    def __init__(self, out_channels, base_channels=16):
        super().__init__()
        c = base_channels
        self.first = block(1, c)
        self.down = nn.ModuleList(
            [block(c, 2 * c, stride=2), block(2 * c, 4 * c, stride=2), block(4 * c, 4 * c, stride=2)]
        )
        self.middle = block(4 * c, 4 * c)
        self.up = nn.ModuleList([block(8 * c, 4 * c), block(6 * c, 2 * c), block(3 * c, c)])
        self.last = nn.Conv2d(c, out_channels, 1)

    def forward(self, lightness):
        h = self.first(lightness / 50 - 1)
        skips = [h]
        for down in self.down:
            h = down(h)
            skips.append(h)
        h = self.middle(skips.pop())  # (N, 4c, H/8, W/8)
        for up in self.up:
            h = up(torch.cat([skips.pop(), interpolate(h, scale_factor=2)], dim=1))
        return self.last(h)


def block(in_channels, out_channels, stride=1):
    """Convolution 3 x 3, BatchNorm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )

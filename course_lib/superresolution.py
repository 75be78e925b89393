r"""Small picture to large: squared error, feature loss, feature covariance.

A network enlarges a photograph four times. What it does with the detail that is lost is decided by its loss: the
squared error of pixels, that of a classifier's feature maps, or that of the covariances of these maps.

Source: Johnson, Alahi, Li 2016, arXiv:1603.08155 (feature loss, Gram matrices). Lecture: 04_regression_to_the_mean.
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, mse_loss, pad

from course_lib.checkpoint import shipped
from course_lib.features import feature_covariance


def shrink(x, scale=4):
    """Each scale x scale square of pixels becomes their mean: (N, C, H, W) -> (N, C, H/scale, W/scale)."""
    return avg_pool2d(x, scale)


def enlarge(x, scale=4):
    """Cubic interpolation, the baseline that knows nothing."""
    return interpolate(x, scale_factor=scale, mode="bicubic", align_corners=False)


class SuperResolver(nn.Module):
    r"""Cubic interpolation plus a learned correction, four times the size.

    Most of the convolutions work on the small image; two resize convolutions double it.

    Args:
        base_channels: on the small image and when it is doubled; the largest maps have half as many.
        n_blocks: residual blocks of two convolutions.

    Shapes:
        (N, 3, H, W) in [-1, 1] -> (N, 3, 4H, 4W), not clipped.
    """

    def __init__(self, base_channels=24, n_blocks=2):
        super().__init__()
        c = base_channels
        self.first = nn.Conv2d(3, c, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(c, c, 3, padding=1))
            for _ in range(n_blocks)
        )
        self.twice = nn.Conv2d(c, c, 3, padding=1)
        self.four_times = nn.Conv2d(c, c // 2, 3, padding=1)
        self.last = nn.Conv2d(c // 2, 3, 3, padding=1)

    def forward(self, x):
        h = self.first(x).relu()
        for block in self.blocks:
            h = h + block(h)
        for resize_conv in (self.twice, self.four_times):  # no checkerboard: lecture 02
            h = resize_conv(interpolate(h, scale_factor=2)).relu()
        return enlarge(x) + self.last(h)  # (N, 3, 4H, 4W)


# --- losses -----------------------------------------------------------------------------------------------
class Eyes(nn.Module):
    r"""A small classifier that tells from a patch which photograph it was cut from; its maps are what counts.

    It is shown local contrast only, each pixel minus the mean of its 5 x 5 neighbours: light and colour of a large area
    would tell a photograph at once, and say nothing of detail. Average pooling instead of max pooling: every pixel gets
    a gradient.

    Args:
        num_classes: photographs.
        base_channels: of the first stage; the second has twice, the third four times as many.

    Shapes:
        x (N, 3, H, W) in [-1, 1] -> logits (N, num_classes); ``maps(x)`` -> three feature maps, at H, H/2 and H/4.
    """

    def __init__(self, num_classes=20, base_channels=16):
        super().__init__()
        c = base_channels
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(i, o, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(o, o, 3, padding=1), nn.ReLU()
            )
            for i, o in ((3, c), (c, 2 * c), (2 * c, 4 * c))
        )
        self.output = nn.Linear(4 * c, num_classes)

    def maps(self, x):
        found, x = [], local_contrast(x)
        for stage in self.stages:
            x = stage(avg_pool2d(x, 2) if found else x)
            found.append(x)
        return found

    def features(self, x):
        return self.maps(x)[-1].mean(dim=(2, 3))  # (N, 4 * base_channels)

    def forward(self, x):
        return self.output(self.features(x))


def local_contrast(x, size=5):
    """Each pixel minus the mean of its size x size neighbours, four times enlarged: (N, C, H, W) -> the same."""
    around = avg_pool2d(pad(x, [size // 2] * 4, mode="replicate"), size, stride=1)
    return 4 * (x - around)


def shipped_eyes(name="superresolution_eyes"):
    """The shipped classifier, in eval mode, its parameters frozen."""
    return shipped(name, Eyes)


def feature_loss(maps, target_maps):
    r"""Squared error of feature maps, each measured by the mean square of the target's, mean over the maps.

    Args:
        maps, target_maps: lists of (N, C, H, W), as `Eyes.maps` gives them.
    """
    return relative_error(maps, target_maps)


def covariance_loss(maps, target_maps):
    r"""Squared error of the covariances of features over places, relative as above: which occur together, not where."""
    return relative_error([feature_covariance(m) for m in maps], [feature_covariance(m) for m in target_maps])


def relative_error(tensors, targets):
    """Mean over the pairs of |x - y|^2 / |y|^2."""
    parts = [
        mse_loss(x, y) / y.square().mean().clamp(min=1e-8) for x, y in zip(tensors, targets, strict=True)
    ]
    return torch.stack(parts).mean()


# --- a ruler ----------------------------------------------------------------------------------------------
LAPLACE = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))


def detail(x):
    r"""Energy of the finest detail: the mean square of the Laplacian of the grey image, (N, C, H, W) -> scalar."""
    kernel = torch.tensor(LAPLACE, dtype=x.dtype, device=x.device)[None, None]
    return conv2d(x.mean(1, keepdim=True), kernel).square().mean()

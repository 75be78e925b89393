r"""What a network's features are: the pixels a unit sees, what it answers to, statistics over places.

Feature maps are (N, C, H, W): a channel is one feature, a place (i, j) of it one unit. Networks are plain sequences of
convolution, normalisation, ReLU and pooling (`nn.Sequential`), such as `Classifier.net` or the front of one, `net[:7]`.

A unit's receptive field is known twice: from kernels and strides alone (`unit_window`), and by asking backpropagation
which pixels it depends on (`gradient_footprint`). What a feature stands for is shown twice, too: by the pictures that
excite it most (`top_activations`, `cut_windows`), and by sending one unit's activity back to the pixels
(`project_to_pixels`). Lecture: 03_features; Gram matrix and covariance enter losses in 04_regression_to_the_mean.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import pad

from course_lib.data.store import to_float


# --- the pixels a unit sees ---------------------------------------------------------------------------
def window_layers(network):
    r"""The layers of a network that look at neighbours: [(kernel, stride, padding), ...], the first one first.

    Raises:
        ValueError: a window that is not square, or dilated.
    """
    layers = []
    for layer in network:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            sizes = [getattr(layer, name) for name in ("kernel_size", "stride", "padding")]
            square = [size[0] if isinstance(size, tuple) else size for size in sizes]
            if any(isinstance(size, tuple) and len(set(size)) > 1 for size in sizes):
                raise ValueError(f"network: got {layer}, expected square windows")
            if getattr(layer, "dilation", 1) not in (1, (1, 1)):
                raise ValueError(f"network: got {layer}, expected no dilation")
            layers.append(tuple(square))
    return layers


def unit_window(layers, place):
    r"""The pixels from `first` to `last` (inclusive) that the unit at `place` sees along one axis.

    Walk back from the unit: what a layer shows of its inputs first..last is s * first - p .. s * last - p + k - 1.
    The window may reach into the padding, below 0 or beyond the image; its length is
    `convolution.receptive_field`, for any place.

    Args:
        layers: [(kernel, stride, padding), ...] as in `window_layers`.
        place: row or column of the unit in the last layer's map, from 0.
    """
    first = last = place
    for kernel, stride, padding in reversed(layers):
        first, last = stride * first - padding, stride * last - padding + kernel - 1
    return first, last


def gradient_footprint(network, x, row, column):
    r"""How much each pixel moves the units at one place: |d(sum of all channels' activity) / d pixel|, (H, W).

    Zero where no channel's unit depends on the pixel. The footprint fills the whole window of `unit_window` only if
    nothing cancels and nothing is cut off: positive weights, average pooling, no ReLU that is shut, and a normalisation
    that treats every place by itself (BatchNorm in eval mode, or none). InstanceNorm, and BatchNorm in train mode, spread
    it over all pixels; max pooling and ReLU thin it out.

    Args:
        network: (1, C, H, W) -> (1, D, h, w); used in the mode it is in.
        x: one image, (1, C, H, W); its channels' footprints are summed.
    """
    x = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network(x)[0, :, row, column].sum(), x)
    return gradient[0].abs().sum(dim=0)


def bounding_box(mask):
    r"""(top, bottom, left, right), inclusive, of what is not zero in (H, W).

    Raises:
        ValueError: nothing is.
    """
    rows, columns = (mask.any(dim=axis).nonzero()[:, 0] for axis in (1, 0))
    if len(rows) == 0:
        raise ValueError("mask: got zeros only, expected at least one other value")
    return rows[0].item(), rows[-1].item(), columns[0].item(), columns[-1].item()


# --- what a feature answers to ------------------------------------------------------------------------
def activations(network, x, layers):
    r"""The outputs of some layers in one pass through a network.

    Args:
        network: any module.
        x: its input; gradients flow through what is returned, unless they are switched off.
        layers: names as in `network.named_modules()`, such as "net.2".

    Returns:
        A dict, name -> output, copied: a ReLU that works in place would overwrite its neighbour's.

    Raises:
        ValueError: there is no layer of that name.
    """
    modules, outputs, handles = dict(network.named_modules()), {}, []
    for name in layers:
        if name not in modules:
            raise ValueError(f"layers: got {name!r}, expected some of {', '.join(filter(None, modules))}")

    def keep(name):
        return lambda module, inputs, output: outputs.__setitem__(name, output.clone())

    try:
        handles = [modules[name].register_forward_hook(keep(name)) for name in layers]
        network(x)
    finally:
        for handle in handles:
            handle.remove()
    return outputs


class Tops(NamedTuple):
    """Where every feature is loudest: k images for each of C channels, the loudest first; all (C, k)."""

    value: torch.Tensor
    image: torch.Tensor  # row of `images`
    row: torch.Tensor  # place in the feature map
    column: torch.Tensor


@torch.no_grad()
def top_activations(network, images, k=9, batch_size=200):
    r"""The k images that excite each channel most, and the place in each where they do; an image counts once.

    Args:
        network: images -> (N, C, h, w); used in the mode it is in, so put it into eval mode first.
        images: (N, c, H, W), uint8 or in [-1, 1]; at least k.

    Returns:
        Tops.

    Source: Zeiler and Fergus 2014, arXiv:1311.2901.
    """
    if len(images) < k:
        raise ValueError(f"images: got {len(images)}, expected at least k = {k}")
    values, places = [], []
    for part in images.split(batch_size):
        maps = network(to_float(part) if part.dtype == torch.uint8 else part)  # (n, C, h, w)
        width = maps.shape[3]
        value, place = maps.flatten(2).max(dim=2)
        values.append(value)
        places.append(place)
    value, image = torch.cat(values).topk(k, dim=0)  # (k, C)
    place = torch.cat(places).gather(0, image)
    return Tops(value.T, image.T, (place // width).T, (place % width).T)


def cut_windows(images, layers, image, row, column, outside):
    r"""Cut out what the units at (row, column) see of images (N, c, H, W): (..., c, f, f), f the receptive field.

    Args:
        layers: as in `unit_window`.
        image, row, column: integer tensors of one shape (...), as in `Tops`.
        outside: the value of what lies beyond the image's border.
    """
    first, last = unit_window(layers, 0)
    field = last - first + 1
    step = unit_window(layers, 1)[0] - first  # pixels between neighbouring units
    margin = field  # a unit's window overlaps the image, so it cannot reach further than this
    cut = []
    for n, i, j in zip(image.flatten().tolist(), row.flatten().tolist(), column.flatten().tolist()):
        framed = pad(images[n], (margin,) * 4, value=outside)
        top, left = first + step * i + margin, first + step * j + margin
        cut.append(framed[:, top : top + field, left : left + field])
    return torch.stack(cut).unflatten(0, image.shape)


# --- from one unit back to the pixels -----------------------------------------------------------------
def gradient_rule(x, signal):
    """Backpropagation through ReLU: pass where the forward input x was positive."""
    return signal * (x > 0)


def deconvnet_rule(x, signal):
    """Zeiler and Fergus: rectify what comes back, whatever went forward."""
    return signal.relu()


def guided_rule(x, signal):
    """Springenberg et al.: both, pass what is positive where the forward input was."""
    return signal.relu() * (x > 0)


def project_to_pixels(network, x, channel, row, column, relu_rule=deconvnet_rule):
    r"""Send one unit's activity back to the pixels: the pattern of *this* image that the unit answered to.

    The image goes forward once. Then all activities of the last layer but one are set to zero and sent back layer by
    layer: a convolution becomes its transpose, BatchNorm (eval mode) its gain, and max pooling puts each value where the
    maximum was found ("switches"). These are the layers' own gradients. So the only step in which a deconvolutional
    network differs from backpropagation is ReLU, and `relu_rule` says how: `deconvnet_rule`, `gradient_rule` or
    `guided_rule`. With `gradient_rule` the result is the unit's gradient times its activity.

    Args:
        network: an nn.Sequential, in eval mode.
        x: images, (N, C, H, W).
        channel, row, column: of the unit, integers, or (N,) tensors with one unit an image.
        relu_rule: (input of the ReLU, what comes back) -> what goes on back.

    Returns:
        (N, C, H, W), signed.

    Source: Zeiler and Fergus 2014, arXiv:1311.2901, section 2; Springenberg et al. 2015, arXiv:1412.6806, figure 1.
    """
    inputs = [x.detach()]
    for layer in network:
        if getattr(layer, "training", False) and isinstance(layer, nn.modules.batchnorm._BatchNorm):
            raise ValueError("network: got BatchNorm in train mode, expected eval()")
        with torch.no_grad():  # never in place: the inputs are needed on the way back
            inputs.append(inputs[-1].relu() if isinstance(layer, nn.ReLU) else layer(inputs[-1]))
    every = torch.arange(len(x))
    signal = torch.zeros_like(inputs[-1])
    signal[every, channel, row, column] = inputs[-1][every, channel, row, column]
    for layer, h in zip(reversed(network), reversed(inputs[:-1])):
        if isinstance(layer, nn.ReLU):
            signal = relu_rule(h, signal)
        else:
            signal = torch.autograd.functional.vjp(layer, h, signal)[1]
    return signal


# --- statistics over places ---------------------------------------------------------------------------
def gram_matrix(features):
    r"""Mean product of every two channels over all places: which features occur together, and not where.

    .. math:: G[n,c,d] = \frac{1}{HW} \sum_{i,j} f[n,c,i,j] \, f[n,d,i,j]

    Divided by the number of places only, so that maps of different sizes compare and
    G = covariance + mean mean^T (`feature_covariance`). Johnson et al. divide by C as well; Gatys et al. divide
    nothing here and the loss instead.

    Args:
        features: (N, C, H, W).

    Returns:
        (N, C, C), symmetric, positive semi-definite, in squared units of the features.

    Source: Gatys, Ecker and Bethge 2015, arXiv:1508.06576; Johnson, Alahi and Li 2016, arXiv:1603.08155.
    """
    columns = _places(features)  # (N, C, H * W)
    return columns @ columns.mT / columns.shape[2]


def feature_covariance(features):
    r"""`gram_matrix` of the features minus their mean over places: how channels vary together, (N, C, C).

    The biased covariance, divided by H * W: a channel that is constant over the image has variance 0, however
    large it is.
    """
    columns = _places(features)
    columns = columns - columns.mean(dim=2, keepdim=True)
    return columns @ columns.mT / columns.shape[2]


def _places(features):
    if features.dim() != 4 or 0 in features.shape:
        raise ValueError(f"features: got shape {tuple(features.shape)}, expected (N, C, H, W), none empty")
    return features.flatten(2)

r"""Convolution from first principles: one sum, its gradients, its adjoint, its sizes and its cost.

Two operations do all the bookkeeping: `sliding_windows` cuts out of an image every window that a kernel
visits, `overlap_add` adds windows back where they came from. Between them stands one sum, an einsum whose
letters are always:

    n image, g group, c input channel, o output channel, u v place in the kernel, i j place in the output map.

No function calls torch's own convolution; it is the oracle of the tests.
Sizes are in pixels; stride, padding and dilation are integers or pairs (vertical, horizontal).
Source: Dumoulin and Visin 2016, arXiv:1603.07285. Lecture: 01_convolution.
"""

import math

import torch
from torch.nn.functional import pad


# --- sizes, reach and cost ----------------------------------------------------------------------------
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    r"""Count the windows along one axis of n pixels: floor((n + 2p - d(k-1) - 1) / s) + 1.

    Raises:
        ValueError: an argument out of range, or a (dilated) kernel longer than the padded image.
    """
    _check_integers(1, kernel=kernel, stride=stride, dilation=dilation)
    _check_integers(0, padding=padding)
    span = dilation * (kernel - 1) + 1  # pixels from the kernel's first tap to its last
    if span > n + 2 * padding:
        raise ValueError(
            f"kernel: got {kernel} with dilation {dilation}, which spans {span} pixels, "
            f"expected at most {n + 2 * padding} (image {n} + 2 * padding {padding})"
        )
    return (n + 2 * padding - span) // stride + 1


def conv_transpose2d_output_size(n, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    r"""Size of the image whose convolution has n pixels along this axis: (n-1)s - 2p + d(k-1) + 1 + o.

    With a stride several image sizes give the same n; output_padding o, less than the stride or the dilation,
    chooses among them.

    Raises:
        ValueError: an argument out of range, or nothing left of the image after cropping the padding.
    """
    _check_integers(1, kernel=kernel, stride=stride, dilation=dilation)
    _check_integers(0, padding=padding, output_padding=output_padding)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding: got {output_padding}, "
            f"expected less than the stride {stride} or the dilation {dilation}"
        )
    size = (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + output_padding
    if size < 1:
        raise ValueError(f"padding: got {padding}, which leaves {size} pixels, expected at least 1 left")
    return size


def receptive_field(layers):
    r"""Pixels along one axis that one unit of the last layer sees, for layers [(kernel, stride), ...].

    A layer widens the view by kernel - 1 steps. A step is the product of all strides *before* the layer: so
    far apart, in pixels, are two neighbours on its input map. [(3, 2), (3, 1)] sees 1 + 2 * 1 + 2 * 2 = 7.
    A dilated kernel counts as d(k-1) + 1.
    """
    field, step = 1, 1
    for kernel, stride in layers:
        _check_integers(1, kernel=kernel, stride=stride)
        field += (kernel - 1) * step
        step *= stride
    return field


def multiplications(x_shape, weight_shape, stride=1, padding=0, dilation=1, groups=1):
    r"""Multiplications of one `conv2d`, from the shapes of x and weight: each weight meets each window once.

    Products with the zeros of the padding are counted too.
    """
    _check_shapes(x_shape, weight_shape, None, groups)
    h_out, w_out = _output_sizes(x_shape, weight_shape[2:], *_pairs(stride, padding, dilation))
    return x_shape[0] * h_out * w_out * math.prod(weight_shape)


# --- cutting windows out, adding them back ------------------------------------------------------------
def sliding_windows(x, kernel, stride=1, padding=0, dilation=1):
    r"""Cut out every window that a kernel visits: windows[n, c, u, v, i, j] = x[n, c, si+du-p, sj+dv-p].

    Place (u, v) of the kernel meets one pixel of every window. All these pixels together are the image,
    shifted by (du, dv) and thinned by the stride: one slice of x. So it takes kH * kW slices, however many
    windows there are.

    Args:
        x: images, (N, C, H, W); zero outside the image.

    Returns:
        (N, C, kH, kW, H_out, W_out), a copy.
    """
    kh, kw = pair("kernel", kernel, 1)
    (sh, sw), (ph, pw), (dh, dw) = _pairs(stride, padding, dilation)
    h_out, w_out = _output_sizes(x.shape, (kh, kw), (sh, sw), (ph, pw), (dh, dw))
    x = pad(x, (pw, pw, ph, ph))  # left, right, top, bottom
    rows = [_visited(u, h_out, sh, dh) for u in range(kh)]
    cols = [_visited(v, w_out, sw, dw) for v in range(kw)]
    return torch.stack([x[:, :, r, c] for r in rows for c in cols], dim=2).unflatten(2, (kh, kw))


def overlap_add(windows, size, stride=1, dilation=1):
    r"""Add windows (N, C, kH, kW, H_out, W_out) into an empty image of size (H, W), each where it came from.

    The adjoint of `sliding_windows` without padding: a pixel that lies in four windows sums up all four.
    """
    (sh, sw), (dh, dw) = pair("stride", stride, 1), pair("dilation", dilation, 1)
    n, channels, kh, kw, h_out, w_out = windows.shape
    image = windows.new_zeros(n, channels, *size)
    for u in range(kh):
        rows = _visited(u, h_out, sh, dh)
        for v in range(kw):
            cols = _visited(v, w_out, sw, dw)
            image[:, :, rows, cols] += windows[:, :, u, v]
    return image


def _visited(u, count, stride, dilation):
    """The image rows that row u of the kernel visits in so many windows: du, du + s, du + 2s, ..."""
    return slice(dilation * u, dilation * u + stride * (count - 1) + 1, stride)


# --- the convolution layer, three times ---------------------------------------------------------------
def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    r"""Cross-correlate a batch of images with a bank of filters.

    .. math:: y[n,o,i,j] = b[o] + \sum_{c,u,v} w[o,c,u,v] \, x[n,c,\,si+du-p,\,sj+dv-p]

    Args:
        x: images, (N, C_in, H, W), float, any range; zero outside the image.
        weight: filters, (C_out, C_in/groups, kH, kW).
        bias: (C_out,) or None.
        stride, padding, dilation: pixels; stride, dilation >= 1, padding >= 0; integers or pairs.
        groups: channels fall into this many blocks; an output channel sees its own block only.

    Returns:
        (N, C_out, H_out, W_out), sizes as in `conv2d_output_size`.

    Raises:
        ValueError: channels or bias disagree, or the filter exceeds the padded image.

    Source: Dumoulin and Visin 2016, arXiv:1603.07285. Lecture: 01_convolution.
    """
    _check_shapes(x.shape, weight.shape, bias, groups)
    windows = sliding_windows(x, weight.shape[2:], stride, padding, dilation)
    windows = windows.unflatten(1, (groups, -1))  # (N, groups, C_in/groups, kH, kW, H_out, W_out)
    filters = weight.unflatten(0, (groups, -1))  # (groups, C_out/groups, C_in/groups, kH, kW)
    y = torch.einsum("gocuv, ngcuvij -> ngoij", filters, windows).flatten(1, 2)  # (N, C_out, H_out, W_out)
    return y if bias is None else y + bias[:, None, None]


def conv2d_loops(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    r"""`conv2d` as one dot product after another. For reading and for tiny images: 30 us a dot product."""
    _check_shapes(x.shape, weight.shape, bias, groups)
    (sh, sw), (ph, pw), (dh, dw) = _pairs(stride, padding, dilation)
    c_out, c_block, kh, kw = weight.shape
    h_out, w_out = _output_sizes(x.shape, (kh, kw), (sh, sw), (ph, pw), (dh, dw))
    x = pad(x, (pw, pw, ph, ph))
    y = weight.new_zeros(len(x), c_out, h_out, w_out)
    for n in range(len(x)):
        for o in range(c_out):
            c = o // (c_out // groups) * c_block  # the first input channel of this filter's group
            for i in range(h_out):
                for j in range(w_out):
                    top, left = i * sh, j * sw
                    chunk = x[n, c : c + c_block, top : top + dh * kh : dh, left : left + dw * kw : dw]
                    y[n, o, i, j] = (chunk * weight[o]).sum()
    return y if bias is None else y + bias[:, None, None]


def im2col(x, kernel, stride=1, padding=0, dilation=1):
    r"""Write every window as one column: (N, C*kH*kW, H_out*W_out), channels outermost, as torch's unfold."""
    return sliding_windows(x, kernel, stride, padding, dilation).flatten(1, 3).flatten(2)


def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    r"""`conv2d` (one group) as a matrix product: filters as rows times windows as columns."""
    _check_shapes(x.shape, weight.shape, bias, groups=1)
    h_out, w_out = _output_sizes(x.shape, weight.shape[2:], *_pairs(stride, padding, dilation))
    columns = im2col(x, weight.shape[2:], stride, padding, dilation)  # (N, C_in*kH*kW, H_out*W_out)
    y = weight.flatten(1) @ columns  # (C_out, C_in*kH*kW) @ columns -> (N, C_out, H_out*W_out)
    y = y.unflatten(2, (h_out, w_out))
    return y if bias is None else y + bias[:, None, None]


# --- the adjoint and the gradients --------------------------------------------------------------------
def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    r"""Transposed convolution: every input pixel paints its weighted kernel into the output; overlaps add up.

    As a matrix, `conv2d` with the same weight transposed: <conv2d(a, w), b> = <a, conv_transpose2d(b, w)>.
    It is not the inverse. Arguments stand in torch's order (groups before dilation).

    Args:
        x: (N, C_in, H, W).
        weight: (C_in, C_out/groups, kH, kW), the layout of the convolution it transposes.
        bias: (C_out,) or None.
        padding: pixels *cropped* on each side, since the convolution it transposes adds them.
        output_padding: pixels added at the bottom and right, see `conv_transpose2d_output_size`.

    Returns:
        (N, C_out, H_out, W_out)

    Raises:
        ValueError: channels or bias disagree, output_padding is too large, or no pixel is left.
    """
    _check_shapes(x.shape, weight.shape, bias, groups, transposed=True)
    (sh, sw), (ph, pw), (dh, dw) = _pairs(stride, padding, dilation)
    extra_h, extra_w = pair("output_padding", output_padding, 0)
    h_out = conv_transpose2d_output_size(x.shape[2], weight.shape[2], sh, ph, extra_h, dh)
    w_out = conv_transpose2d_output_size(x.shape[3], weight.shape[3], sw, pw, extra_w, dw)

    # the roles of o and c are those of the convolution that is transposed: o comes in, c goes out
    x, filters = x.unflatten(1, (groups, -1)), weight.unflatten(0, (groups, -1))
    painted = torch.einsum("gocuv, ngoij -> ngcuvij", filters, x).flatten(1, 2)  # (N, C_out, kH, kW, H, W)
    canvas = overlap_add(painted, (h_out + 2 * ph, w_out + 2 * pw), (sh, sw), (dh, dw))
    y = canvas[:, :, ph : ph + h_out, pw : pw + w_out]
    return y if bias is None else y + bias[:, None, None]


def conv2d_backward(grad_output, x, weight, stride=1, padding=0, dilation=1, groups=1):
    r"""Gradients of a loss for the input, the filters and the bias of `conv2d`.

    The layer multiplies w by x, sums, and adds b. So grad_weight multiplies grad_output by x and sums over
    images and places; grad_x multiplies grad_output by w and adds up where windows overlap, which is the
    transposed convolution; grad_bias sums grad_output.

    Args:
        grad_output: the loss's gradient at the layer's output, (N, C_out, H_out, W_out).
        x, weight, stride, padding, dilation, groups: as given to `conv2d`.

    Returns:
        (grad_x, grad_weight, grad_bias) in the shapes of x, weight and bias.
    """
    _check_shapes(x.shape, weight.shape, None, groups)
    (h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = _pairs(stride, padding, dilation)
    expected = (len(x), len(weight), *_output_sizes(x.shape, (kh, kw), (sh, sw), (ph, pw), (dh, dw)))
    if grad_output.shape != expected:
        raise ValueError(f"grad_output: got shape {tuple(grad_output.shape)}, expected {expected}")

    windows = sliding_windows(x, (kh, kw), stride, padding, dilation).unflatten(1, (groups, -1))
    grad = grad_output.unflatten(1, (groups, -1))  # (N, groups, C_out/groups, H_out, W_out)
    grad_weight = torch.einsum("ngoij, ngcuvij -> gocuv", grad, windows).flatten(0, 1)

    # with a stride the last rows and columns may lie in no window: output_padding brings them back, as zeros
    unseen = (h + 2 * ph - dh * (kh - 1) - 1) % sh, (w + 2 * pw - dw * (kw - 1) - 1) % sw
    grad_x = conv_transpose2d(grad_output, weight, None, stride, padding, unseen, groups, dilation)
    return grad_x, grad_weight, grad_output.sum(dim=(0, 2, 3))


# --- convolution in the mathematician's sense ---------------------------------------------------------
def convolve2d(x, kernel):
    r"""True convolution: the kernel is flipped, and every overlap with the image is kept.

    .. math:: y[i,j] = \sum_{u,v} k[u,v] \, x[i-u,j-v]

    Commutative and associative, which the layer (`conv2d`, a cross-correlation) is not.

    Args:
        x: (..., H, W); every leading index is an image of its own.
        kernel: (kH, kW).

    Returns:
        (..., H + kH - 1, W + kW - 1)
    """
    if x.dim() < 2 or kernel.dim() != 2:
        got = f"{tuple(x.shape)} and {tuple(kernel.shape)}"
        raise ValueError(f"x and kernel: got shapes {got}, expected (..., H, W) and (kH, kW)")
    kh, kw = kernel.shape
    y = conv2d(x.reshape(-1, 1, *x.shape[-2:]), kernel.flip(0, 1)[None, None], padding=(kh - 1, kw - 1))
    return y.reshape(*x.shape[:-2], *y.shape[-2:])


# --- bookkeeping --------------------------------------------------------------------------------------
def _check_integers(least, **arguments):
    for name, value in arguments.items():
        if not isinstance(value, int) or value < least:
            raise ValueError(f"{name}: got {value!r}, expected an integer of at least {least}")


def pair(name, value, least):
    """Let an integer stand for both axes: 2 -> (2, 2)."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(isinstance(v, int) and v >= least for v in both):
        raise ValueError(f"{name}: got {value!r}, expected an integer of at least {least} or a pair of them")
    return both


def _pairs(stride, padding, dilation):
    return pair("stride", stride, 1), pair("padding", padding, 0), pair("dilation", dilation, 1)


def _output_sizes(x_shape, kernel, stride, padding, dilation):
    _check_axes("x", x_shape, "(N, C, H, W)")
    return tuple(conv2d_output_size(*axis) for axis in zip(x_shape[2:], kernel, stride, padding, dilation))


def _check_axes(name, shape, expected):
    if len(shape) != 4:
        raise ValueError(f"{name}: got shape {tuple(shape)}, expected four axes, {expected}")


def _check_shapes(x_shape, weight_shape, bias, groups, transposed=False):
    _check_integers(1, groups=groups)
    _check_axes("x", x_shape, "(N, C, H, W)")
    _check_axes("weight", weight_shape, "two of channels, then (kH, kW)")
    first, second = weight_shape[0], weight_shape[1] * groups
    c_in, c_out = (first, second) if transposed else (second, first)
    if x_shape[1] != c_in:
        layer = f"weight {tuple(weight_shape)} and {groups} groups"
        raise ValueError(f"x: got {x_shape[1]} channels, expected {c_in} for {layer}")
    if first % groups:
        raise ValueError(f"groups: got {groups}, expected a divisor of {first}, the first size of weight")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError(f"bias: got shape {tuple(bias.shape)}, expected ({c_out},)")

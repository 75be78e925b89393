import torch
from torch.nn.functional import pad


def correlate(x, weight):
    windows = x.unfold(2, weight.shape[2], 1).unfold(3, weight.shape[3], 1)
    return torch.einsum("ncijuv,fcuv->nfij", windows, weight)


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    n, c, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    full_h, full_w = height + 2 * padding - k_h + 1, width + 2 * padding - k_w + 1
    spread = grad_output.new_zeros(n, f, full_h, full_w)
    spread[:, :, ::stride, ::stride] = grad_output
    framed = pad(spread, [k_w - 1, k_w - 1, k_h - 1, k_h - 1])
    grad_x = correlate(framed, weight.flip(2, 3).transpose(0, 1))
    grad_x = grad_x[:, :, padding : padding + height, padding : padding + width]
    grad_weight = correlate(pad(x, [padding] * 4).transpose(0, 1), spread.transpose(0, 1)).transpose(0, 1)
    return grad_x, grad_weight, grad_output.sum((0, 2, 3))

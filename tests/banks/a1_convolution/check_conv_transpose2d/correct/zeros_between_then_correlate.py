import torch
from torch.nn.functional import pad


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    _, f, k_h, k_w = weight.shape
    spread = x.new_zeros(n, c, stride * (h - 1) + 1, stride * (w - 1) + 1)
    spread[:, :, ::stride, ::stride] = x
    a, b = k_h - 1 - padding, k_w - 1 - padding
    windows = pad(spread, [b, b, a, a]).unfold(2, k_h, 1).unfold(3, k_w, 1)
    y = torch.einsum("ncijuv,cfuv->nfij", windows, weight.flip(2, 3))
    return y if bias is None else y + bias[:, None, None]

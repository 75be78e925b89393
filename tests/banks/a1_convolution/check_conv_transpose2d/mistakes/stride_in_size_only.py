# loses: stride; padding
# hint: stamps without stride
import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, c, height, width = x.shape
    _, f, k_h, k_w = weight.shape
    y = torch.zeros(n, f, (height - 1) * stride + k_h, (width - 1) * stride + k_w, dtype=x.dtype)
    for i in range(height):
        for j in range(width):
            stamp = torch.einsum("nc,cfuv->nfuv", x[:, :, i, j], weight)
            y[:, :, i : i + k_h, j : j + k_w] += stamp
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    if bias is not None:
        y = y + bias[:, None, None]
    return y

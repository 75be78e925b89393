# loses: stride 1; stride; bias
# hint: empty without padding
import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, c, height, width = x.shape
    _, f, k_h, k_w = weight.shape
    y = torch.zeros(n, f, (height - 1) * stride + k_h, (width - 1) * stride + k_w, dtype=x.dtype)
    for i in range(height):
        for j in range(width):
            stamp = torch.einsum("nc,cfuv->nfuv", x[:, :, i, j], weight)
            y[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w] += stamp
    y = y[:, :, padding:-padding, padding:-padding]
    if bias is not None:
        y = y + bias[:, None, None]
    return y

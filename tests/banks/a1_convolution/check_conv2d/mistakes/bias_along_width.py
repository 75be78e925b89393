# loses: bias; all of it together
# hint: bias along the width
import torch
from torch.nn.functional import pad


def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding, padding, padding, padding])
    n, c, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    h_out = (height - k_h) // stride + 1
    w_out = (width - k_w) // stride + 1
    y = torch.zeros(n, f, h_out, w_out, dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            chunk = x[:, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            y[:, :, i, j] = torch.einsum("ncuv,fcuv->nf", chunk, weight)
    if bias is not None:
        y = y + bias
    return y

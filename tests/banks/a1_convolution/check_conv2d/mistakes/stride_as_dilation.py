# loses: stride; all of it together
# hint: dilated instead
import torch
from torch.nn.functional import pad


def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)
    f, c, k_h, k_w = weight.shape
    h_out, w_out = x.shape[2] - stride * (k_h - 1), x.shape[3] - stride * (k_w - 1)
    y = x.new_zeros(len(x), f, h_out, w_out)
    for u in range(k_h):
        for v in range(k_w):
            part = x[:, :, u * stride : u * stride + h_out, v * stride : v * stride + w_out]
            y = y + torch.einsum("ncij,fc->nfij", part, weight[:, :, u, v])
    return y if bias is None else y + bias[:, None, None]

import torch
from torch.nn.functional import pad


def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)
    f, c, k_h, k_w = weight.shape
    h_out, w_out = (x.shape[2] - k_h) // stride + 1, (x.shape[3] - k_w) // stride + 1
    y = 0
    for u in range(k_h):
        for v in range(k_w):
            part = x[
                :, :, u : u + (h_out - 1) * stride + 1 : stride, v : v + (w_out - 1) * stride + 1 : stride
            ]
            y = y + torch.tensordot(part, weight[:, :, u, v], dims=([1], [1])).permute(0, 3, 1, 2)
    return y if bias is None else y + bias.view(1, -1, 1, 1)

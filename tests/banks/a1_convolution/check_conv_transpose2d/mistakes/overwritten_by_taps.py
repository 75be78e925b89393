# loses: stride 1; stride; padding; bias; inputs, types and random generator left alone
# hint: overwritten by taps
import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, _, h, w = x.shape
    _, f, k_h, k_w = weight.shape
    y = x.new_zeros(n, f, stride * (h - 1) + k_h, stride * (w - 1) + k_w)
    for u in range(k_h):
        for v in range(k_w):
            part = torch.tensordot(x, weight[:, :, u, v], dims=([1], [0])).permute(0, 3, 1, 2)
            y[:, :, u : u + stride * (h - 1) + 1 : stride, v : v + stride * (w - 1) + 1 : stride] = part
    if padding:
        y = y[:, :, padding:-padding, padding:-padding]
    return y if bias is None else y + bias.view(1, -1, 1, 1)

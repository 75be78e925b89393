import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    _, f, k_h, k_w = weight.shape
    height, width = stride * (h - 1) + k_h, stride * (w - 1) + k_w
    matrix = x.new_zeros(c, h, w, f, height, width)
    for i in range(h):
        for j in range(w):
            matrix[:, i, j, :, i * stride : i * stride + k_h, j * stride : j * stride + k_w] = weight
    y = (x.reshape(n, -1) @ matrix.reshape(c * h * w, -1)).reshape(n, f, height, width)
    y = y.narrow(2, padding, height - 2 * padding).narrow(3, padding, width - 2 * padding)
    return y if bias is None else y + bias[:, None, None]

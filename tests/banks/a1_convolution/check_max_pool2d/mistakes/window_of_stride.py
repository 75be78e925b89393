# loses: windows that overlap or leave gaps
# hint: window of the stride
import torch


def max_pool2d(x, kernel, stride=None):
    if stride is None:
        stride = kernel
    n, c, height, width = x.shape
    h_out = (height - kernel) // stride + 1
    w_out = (width - kernel) // stride + 1
    y = torch.zeros(n, c, h_out, w_out, dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = x[:, :, i * stride : i * stride + stride, j * stride : j * stride + stride]
            y[:, :, i, j] = window.amax((2, 3))
    return y

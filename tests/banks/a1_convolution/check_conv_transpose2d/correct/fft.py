import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    _, f, k_h, k_w = weight.shape
    size = stride * (h - 1) + k_h, stride * (w - 1) + k_w
    spread = x.new_zeros(n, c, *size)
    spread[:, :, : stride * (h - 1) + 1 : stride, : stride * (w - 1) + 1 : stride] = x
    product = torch.einsum("ncij,cfij->nfij", torch.fft.rfft2(spread), torch.fft.rfft2(weight, size))
    y = torch.fft.irfft2(product, size)[:, :, padding : size[0] - padding, padding : size[1] - padding]
    return y if bias is None else y + bias[:, None, None]

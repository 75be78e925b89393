import torch
from torch.nn.functional import pad


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    height, width = x.shape[2:]
    k_h, k_w = weight.shape[2:]
    padded = pad(x, [padding] * 4)
    size = padded.shape[2:]
    spread = x.new_zeros(len(x), len(weight), *size)
    spread[:, :, : size[0] - k_h + 1 : stride, : size[1] - k_w + 1 : stride] = grad_output
    g, w, a = torch.fft.rfft2(spread), torch.fft.rfft2(weight, size), torch.fft.rfft2(padded)
    grad_padded = torch.fft.irfft2(torch.einsum("nfij,fcij->ncij", g, w), size)
    grad_weight = torch.fft.irfft2(torch.einsum("nfij,ncij->fcij", g.conj(), a), size)[:, :, :k_h, :k_w]
    grad_x = grad_padded[:, :, padding : padding + height, padding : padding + width]
    return grad_x, grad_weight, spread.sum((0, 2, 3))

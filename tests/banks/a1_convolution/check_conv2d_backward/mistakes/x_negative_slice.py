# loses: grad_x
# hint: x empty without padding
import torch
from torch.nn.functional import pad


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    n, c, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    _, _, h_out, w_out = grad_output.shape
    padded = pad(x, [padding] * 4)
    grad_padded = torch.zeros_like(padded)
    grad_weight = torch.zeros_like(weight)
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            chunk = padded[:, :, top : top + k_h, left : left + k_w]
            grad_weight += torch.einsum("nf,ncuv->fcuv", grad_output[:, :, i, j], chunk)
            grad_padded[:, :, top : top + k_h, left : left + k_w] += torch.einsum(
                "nf,fcuv->ncuv", grad_output[:, :, i, j], weight
            )
    grad_x = grad_padded[:, :, padding:-padding, padding:-padding]
    grad_bias = grad_output.sum((0, 2, 3))
    return grad_x, grad_weight, grad_bias

# loses: grad_x with stride and padding
# hint: x ends with the last window
import torch
from torch.nn.functional import pad


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    n, c, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    _, _, h_out, w_out = grad_output.shape
    padded = pad(x, [padding] * 4)
    grad_padded = x.new_zeros(n, c, (h_out - 1) * stride + k_h, (w_out - 1) * stride + k_w)
    grad_weight = torch.zeros_like(weight)
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            chunk = padded[:, :, top : top + k_h, left : left + k_w]
            grad_weight += torch.einsum("nf,ncuv->fcuv", grad_output[:, :, i, j], chunk)
            grad_padded[:, :, top : top + k_h, left : left + k_w] += torch.einsum(
                "nf,fcuv->ncuv", grad_output[:, :, i, j], weight
            )
    grad_x = grad_padded[:, :, padding : padding + height, padding : padding + width]
    grad_bias = grad_output.sum((0, 2, 3))
    return grad_x, grad_weight, grad_bias

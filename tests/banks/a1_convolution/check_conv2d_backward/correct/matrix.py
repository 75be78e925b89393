import torch
from torch.nn.functional import pad


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    padded = pad(x, [padding] * 4)
    n, c, height, width = padded.shape
    f, _, k_h, k_w = weight.shape
    positions = torch.arange(c * height * width).reshape(1, c, height, width)
    index = positions.unfold(2, k_h, stride).unfold(3, k_w, stride)[
        0
    ]  # (C, H_out, W_out, kH, kW): where each tap reads
    g = grad_output.movedim(1, -1)  # (N, H_out, W_out, F)
    met = padded.flatten(1)[:, index]
    grad_weight = torch.einsum("nijf,ncijuv->fcuv", g, met)
    shares = torch.einsum("nijf,fcuv->ncijuv", g, weight)
    grad_padded = x.new_zeros(n, c * height * width).index_add(1, index.flatten(), shares.flatten(1))
    grad_padded = grad_padded.reshape(padded.shape)
    grad_x = grad_padded[:, :, padding : height - padding, padding : width - padding]
    return grad_x, grad_weight, grad_output.sum(3).sum(2).sum(0)

# loses: grad_x; grad_x with stride and padding
# hint: x overwritten by taps
import torch
from torch.nn.functional import pad


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    height, width = x.shape[2:]
    h_out, w_out = grad_output.shape[2:]
    xp = pad(x, [padding] * 4)
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(weight)
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            view = (..., slice(u, u + stride * h_out, stride), slice(v, v + stride * w_out, stride))
            dw[:, :, u, v] = torch.tensordot(grad_output, xp[view], dims=([0, 2, 3], [0, 2, 3]))
            dxp[view] = torch.tensordot(grad_output, weight[:, :, u, v], dims=([1], [0])).permute(0, 3, 1, 2)
    return [
        dxp[:, :, padding : padding + height, padding : padding + width],
        dw,
        grad_output.sum(dim=(0, 2, 3)),
    ]

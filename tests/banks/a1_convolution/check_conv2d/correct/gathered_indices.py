import torch
from torch.nn.functional import pad


def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)
    k_h, k_w = weight.shape[2:]
    rows = torch.arange(0, x.shape[2] - k_h + 1, stride)[:, None] + torch.arange(k_h)
    columns = torch.arange(0, x.shape[3] - k_w + 1, stride)[:, None] + torch.arange(k_w)
    chunks = x[:, :, rows[:, None, :, None], columns[None, :, None, :]]  # (N, C, H_out, W_out, kH, kW)
    y = (chunks[:, None] * weight[None, :, :, None, None]).sum((2, 5, 6))
    if bias is not None:
        y += bias[:, None, None]
    return y

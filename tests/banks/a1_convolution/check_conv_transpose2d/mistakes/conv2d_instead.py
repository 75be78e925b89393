# loses: stride 1; stride; padding; bias; inputs, types and random generator left alone
import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    windows = torch.nn.functional.pad(x, [padding] * 4)
    windows = windows.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,cfuv->nfij", windows, weight)
    return y if bias is None else y + bias[:, None, None]

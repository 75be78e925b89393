import torch.nn.functional as F


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    c, f, k_h, k_w = weight.shape
    height = stride * (x.shape[2] - 1) + k_h - 2 * padding
    width = stride * (x.shape[3] - 1) + k_w - 2 * padding
    columns = weight.reshape(c, -1).T @ x.flatten(2)
    y = F.fold(columns, (height, width), (k_h, k_w), padding=padding, stride=stride)
    return y if bias is None else y + bias[:, None, None]

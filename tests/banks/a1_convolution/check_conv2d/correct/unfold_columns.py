import torch.nn.functional as F


def conv2d(x, weight, bias, stride=1, padding=0):
    n, _, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    columns = F.unfold(x, (k_h, k_w), padding=padding, stride=stride)  # (N, C kH kW, positions)
    y = weight.reshape(f, -1) @ columns
    if bias is not None:
        y = y + bias[:, None]
    return y.reshape(n, f, (height + 2 * padding - k_h) // stride + 1, -1)

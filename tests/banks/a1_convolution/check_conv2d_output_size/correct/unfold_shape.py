import torch


def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return torch.zeros(n + 2 * padding).unfold(0, dilation * (kernel - 1) + 1, stride).shape[0]

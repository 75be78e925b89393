# loses: gradients flow through it
import numpy as np
import torch


def conv2d(x, weight, bias, stride=1, padding=0):
    a = np.pad(x.detach().numpy(), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    w = weight.detach().numpy()
    h_out = (a.shape[2] - w.shape[2]) // stride + 1
    w_out = (a.shape[3] - w.shape[3]) // stride + 1
    y = np.zeros((a.shape[0], w.shape[0], h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            part = a[:, :, i * stride : i * stride + w.shape[2], j * stride : j * stride + w.shape[3]]
            y[:, :, i, j] = np.tensordot(part, w, ((1, 2, 3), (1, 2, 3)))
    y = torch.from_numpy(y)
    return y if bias is None else y + bias.detach()[:, None, None]

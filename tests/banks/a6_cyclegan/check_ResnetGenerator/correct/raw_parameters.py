import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.functional import instance_norm as norm


class ResnetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_blocks):
        super().__init__()
        c, self.n = base_channels, num_blocks
        shapes = [(c, in_channels, 7), (2 * c, c, 3), (4 * c, 2 * c, 3)] + [(4 * c, 4 * c, 3)] * (
            2 * num_blocks
        )
        shapes += [(4 * c, 2 * c, 3), (2 * c, c, 3), (out_channels, c, 7)]
        biases = [s[0] for s in shapes[:-3]] + [2 * c, c, out_channels]
        self.weights = nn.ParameterList(0.02 * torch.randn(a, b, k, k) for a, b, k in shapes)
        self.biases = nn.ParameterList(torch.zeros(b) for b in biases)

    def forward(self, x):
        w, b = list(self.weights), list(self.biases)
        x = norm(F.conv2d(F.pad(x, (3, 3, 3, 3), "reflect"), w[0], b[0])).clamp(min=0)
        for i in (1, 2):
            x = norm(F.conv2d(x, w[i], b[i], 2, 1)).clamp(min=0)
        for i in range(3, 3 + 2 * self.n, 2):
            h = norm(F.conv2d(F.pad(x, (1, 1, 1, 1), "reflect"), w[i], b[i])).clamp(min=0)
            x = x + norm(F.conv2d(F.pad(h, (1, 1, 1, 1), "reflect"), w[i + 1], b[i + 1]))
        for i in (-3, -2):
            x = norm(F.conv_transpose2d(x, w[i], b[i], 2, 1, 1)).clamp(min=0)
        return torch.tanh(F.conv2d(F.pad(x, (3, 3, 3, 3), "reflect"), w[-1], b[-1]))

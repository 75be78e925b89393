import torch
from torch import nn
from torch.nn import functional as F


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        w = [base_channels * min(2**i, 8) for i in range(n_layers + 1)]
        self.last = nn.Conv2d(w[-1], 1, kernel_size=4, padding=1)
        self.first = nn.Conv2d(in_channels, w[0], kernel_size=4, stride=2, padding=1)
        self.between = nn.ModuleList(
            nn.Conv2d(a, b, kernel_size=4, stride=2, padding=1, bias=False) for a, b in zip(w, w[1:])
        )
        self.between[-1].stride = (1, 1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in w[1:])

    def forward(self, xy):
        h = F.leaky_relu(self.first(xy), 0.2)
        for conv, norm in zip(self.between, self.norms):
            h = norm(conv(h))
            h = torch.maximum(h, 0.2 * h)
        return self.last(h)

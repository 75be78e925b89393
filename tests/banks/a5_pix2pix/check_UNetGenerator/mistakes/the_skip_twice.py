# loses: what it computes when all weights are equal; five steps down: at most 8 times base_channels
# hint: the skip twice
import torch
from torch import nn
from torch.nn.functional import leaky_relu, relu


class UNetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_downs):
        super().__init__()
        c = base_channels
        widths = [c * min(2**i, 8) for i in range(num_downs)]
        self.down = nn.ModuleList()
        self.down_norm = nn.ModuleList()
        for i in range(num_downs):
            before = in_channels if i == 0 else widths[i - 1]
            self.down.append(nn.Conv2d(before, widths[i], 4, 2, 1, bias=False))
            normed = 0 < i < num_downs - 1
            self.down_norm.append(nn.BatchNorm2d(widths[i]) if normed else nn.Identity())
        self.up = nn.ModuleList()
        self.up_norm = nn.ModuleList()
        for i in range(num_downs - 1, 0, -1):
            reads = widths[i] if i == num_downs - 1 else 2 * widths[i]
            self.up.append(nn.ConvTranspose2d(reads, widths[i - 1], 4, 2, 1, bias=False))
            self.up_norm.append(nn.BatchNorm2d(widths[i - 1]))
        self.last = nn.ConvTranspose2d(2 * c, out_channels, 4, 2, 1)

    def forward(self, x):
        maps = []
        h = x
        for i, (conv, norm) in enumerate(zip(self.down, self.down_norm)):
            if i > 0:
                h = leaky_relu(h, 0.2)
            h = norm(conv(h))
            maps.append(h)
        for i, (conv, norm) in enumerate(zip(self.up, self.up_norm)):
            if i > 0:
                h = torch.cat([maps[-1 - i], maps[-1 - i]], 1)
            h = norm(conv(relu(h)))
        h = torch.cat([maps[0], maps[0]], 1)
        return torch.tanh(self.last(relu(h)))

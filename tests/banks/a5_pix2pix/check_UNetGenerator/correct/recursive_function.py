import torch
from torch import nn


class UNetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_downs):
        super().__init__()
        self.n = num_downs
        wide = lambda i: base_channels * 2 ** min(i, 3)
        parts = {}
        for i in range(num_downs):
            parts[f"down{i}"] = nn.Conv2d(wide(i - 1) if i else in_channels, wide(i), 4, 2, 1, bias=False)
            reads = wide(i) if i + 1 == num_downs else wide(i) * 2
            parts[f"up{i}"] = nn.ConvTranspose2d(
                reads, wide(i - 1) if i else out_channels, 4, 2, 1, bias=i == 0
            )
            if 0 < i < num_downs - 1:
                parts[f"norm_down{i}"] = nn.BatchNorm2d(wide(i))
            if i:
                parts[f"norm_up{i}"] = nn.BatchNorm2d(wide(i - 1))
        self.parts = nn.ModuleDict(parts)

    def around(self, x, i):
        h = self.parts[f"down{i}"](x if i == 0 else torch.where(x > 0, x, 0.2 * x))
        if f"norm_down{i}" in self.parts:
            h = self.parts[f"norm_down{i}"](h)
        if i + 1 < self.n:
            h = torch.cat([h, self.around(h, i + 1)], 1)
        h = self.parts[f"up{i}"](h.clamp(min=0))
        return self.parts[f"norm_up{i}"](h) if i else h.tanh()

    def forward(self, x):
        return self.around(x, 0)

from torch import nn


class Discriminator(nn.Module):
    def __init__(self, in_channels, base_channels):
        super().__init__()
        c = base_channels
        self.convs = nn.ModuleList(
            nn.Conv2d(i, o, 4, 2, 1, bias=False) for i, o in ((in_channels, c), (c, 2 * c), (2 * c, 4 * c))
        )
        self.norms = nn.ModuleList([nn.Identity(), nn.BatchNorm2d(2 * c), nn.BatchNorm2d(4 * c)])
        self.last = nn.Conv2d(4 * c, 1, 4, bias=False)

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x))
            x = x.maximum(0.2 * x)
        return self.last(x).mean((1, 2, 3))

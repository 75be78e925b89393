# loses: what it computes when all weights are equal
# hint: torch's slope
from torch import nn


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        c = base_channels
        layers = [nn.Conv2d(in_channels, c, 4, 2, 1), nn.LeakyReLU()]
        width = c
        for i in range(1, n_layers):
            wider = min(2**i, 8) * c
            layers += [nn.Conv2d(width, wider, 4, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU()]
            width = wider
        wider = min(2**n_layers, 8) * c
        layers += [nn.Conv2d(width, wider, 4, 1, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU()]
        layers += [nn.Conv2d(wider, 1, 4, 1, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, xy):
        return self.net(xy)

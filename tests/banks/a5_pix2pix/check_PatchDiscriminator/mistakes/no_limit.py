# loses: four layers: at most 8 times base_channels
# hint: no limit
from torch import nn


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        c = base_channels
        layers = [nn.Conv2d(in_channels, c, 4, 2, 1), nn.LeakyReLU(0.2)]
        width = c
        for i in range(1, n_layers):
            wider = 2**i * c
            layers += [nn.Conv2d(width, wider, 4, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
            width = wider
        wider = 2**n_layers * c
        layers += [nn.Conv2d(width, wider, 4, 1, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(wider, 1, 4, 1, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, xy):
        return self.net(xy)

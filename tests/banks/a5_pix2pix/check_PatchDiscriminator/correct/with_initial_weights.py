from torch import nn


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        c = base_channels
        layers = [nn.Conv2d(in_channels, c, 4, 2, 1), nn.LeakyReLU(0.2)]
        width = c
        for i in range(1, n_layers):
            wider = min(2**i, 8) * c
            layers += [nn.Conv2d(width, wider, 4, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
            width = wider
        wider = min(2**n_layers, 8) * c
        layers += [nn.Conv2d(width, wider, 4, 1, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(wider, 1, 4, 1, 1)]
        self.net = nn.Sequential(*layers)
        for p in self.parameters():
            nn.init.normal_(p, 0.0, 0.02)

    def forward(self, xy):
        return self.net(xy)

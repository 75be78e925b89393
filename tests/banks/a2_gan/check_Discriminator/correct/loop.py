from torch import nn


class Discriminator(nn.Module):
    def __init__(self, in_channels, base_channels):
        super().__init__()
        c = base_channels
        layers, width = [], in_channels
        for k, wider in enumerate((c, 2 * c, 4 * c)):
            layers.append(nn.Conv2d(width, wider, 4, 2, 1, bias=False))
            if k > 0:
                layers.append(nn.BatchNorm2d(wider))
            layers.append(nn.LeakyReLU(0.2))
            width = wider
        self.features, self.head = nn.Sequential(*layers), nn.Conv2d(width, 1, 4, bias=False)

    def forward(self, x):
        return self.head(self.features(x)).reshape(len(x))

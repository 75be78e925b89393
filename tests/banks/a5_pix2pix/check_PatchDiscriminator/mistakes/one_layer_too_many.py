# loses: number of parameters; shapes of the logits and of the maps on the way; what it computes when all weights are equal; how many pixels a logit sees; four layers: at most 8 times base_channels
# hint: one layer too many
from torch import nn


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        c = base_channels
        layers = [nn.Conv2d(in_channels, c, 4, 2, 1), nn.LeakyReLU(0.2)]
        width = c
        for i in range(1, n_layers + 1):
            wider = min(2**i, 8) * c
            layers += [nn.Conv2d(width, wider, 4, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
            width = wider
        wider = min(2 ** (n_layers + 1), 8) * c
        layers += [nn.Conv2d(width, wider, 4, 1, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(wider, 1, 4, 1, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, xy):
        return self.net(xy)

# loses: number of parameters
# hint: frozen
from torch import nn


class Discriminator(nn.Module):
    def __init__(self, in_channels, base_channels):
        super().__init__()
        c = base_channels
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, c, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * c),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * c, 4 * c, 4, 2, 1, bias=False),
            nn.BatchNorm2d(4 * c),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4 * c, 1, 4, 1, 0, bias=False),
        )

        self.requires_grad_(False)

    def forward(self, x):
        return self.net(x).flatten()

# loses: number of parameters; what it computes when all weights are equal
# hint: resized
from torch import nn


class Generator(nn.Module):
    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        c = base_channels

        def up(i, o):
            return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 3, 1, 1, bias=False))

        self.net = nn.Sequential(
            nn.ConvTranspose2d(z_dim, 4 * c, 4, 1, 0, bias=False),
            nn.BatchNorm2d(4 * c),
            nn.ReLU(),
            up(4 * c, 2 * c),
            nn.BatchNorm2d(2 * c),
            nn.ReLU(),
            up(2 * c, c),
            nn.BatchNorm2d(c),
            nn.ReLU(),
            up(c, out_channels),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.net(z[:, :, None, None])

from torch import nn


def block(i, o, stride=2, padding=1):
    return nn.Sequential(
        nn.ConvTranspose2d(i, o, 4, stride, padding, bias=False), nn.BatchNorm2d(o), nn.ReLU()
    )


class Generator(nn.Sequential):
    def __init__(self, z_dim, base_channels, out_channels):
        c = base_channels
        super().__init__(
            block(z_dim, 4 * c, 1, 0),
            block(4 * c, 2 * c),
            block(2 * c, c),
            nn.ConvTranspose2d(c, out_channels, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, z):
        return super().forward(z.reshape(*z.shape, 1, 1))

# loses: number of parameters; shapes of the image and of the maps on the way; what it computes when all weights are equal
from torch import nn


class Generator(nn.Module):
    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        c = base_channels
        self.first = nn.ConvTranspose2d(z_dim, 4 * c, 4, bias=False)
        self.norm = nn.BatchNorm2d(4 * c)
        self.again = nn.ConvTranspose2d(4 * c, 4 * c, 4, 2, 1, bias=False)
        self.last = nn.ConvTranspose2d(4 * c, out_channels, 4, 2, 1, bias=False)

    def forward(self, z):
        x = self.norm(self.first(z[:, :, None, None])).relu()
        for _ in range(2):
            x = self.norm(self.again(x)).relu()
        return self.last(x).tanh()

from torch import nn
from torch.nn.functional import leaky_relu


class Discriminator(nn.Module):
    def __init__(self, in_channels, base_channels):
        super().__init__()
        c = base_channels
        self.d = nn.Conv2d(4 * c, 1, 4, bias=False)
        self.a = nn.Conv2d(in_channels, c, 4, 2, 1, bias=False)
        self.b, self.norm_b = nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * c)
        self.c, self.norm_c = nn.Conv2d(2 * c, 4 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(4 * c)

    def forward(self, x):
        h = leaky_relu(self.a(x), 0.2)
        h = leaky_relu(self.norm_b(self.b(h)), 0.2)
        h = leaky_relu(self.norm_c(self.c(h)), 0.2)
        return self.d(h)[:, 0, 0, 0]

from torch import nn


def block(a, b, stride):
    return nn.Sequential(nn.Conv2d(a, b, 4, stride, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2))


class PatchDiscriminator(nn.Module):
    def __init__(self, in_channels, base_channels, n_layers):
        super().__init__()
        cap = 8 * base_channels
        self.head = nn.Sequential(nn.Conv2d(in_channels, base_channels, 4, 2, 1), nn.LeakyReLU(0.2))
        body, a = [], base_channels
        for k in range(n_layers):
            b = min(2 * a, cap)
            body.append(block(a, b, 1 if k == n_layers - 1 else 2))
            a = b
        self.body, self.tail = nn.Sequential(*body), nn.Conv2d(a, 1, 4, padding=1)

    def forward(self, xy):
        return self.tail(self.body(self.head(xy)))

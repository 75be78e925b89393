# loses: number of parameters; what it computes when all weights are equal; how much of the picture a pixel sees
# hint: kernel 4 on the way up
from torch import nn


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.f = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(c, c, 3),
            nn.InstanceNorm2d(c),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(c, c, 3),
            nn.InstanceNorm2d(c),
        )

    def forward(self, x):
        return x + self.f(x)


class ResnetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_blocks):
        super().__init__()
        c = base_channels
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(in_channels, c, 7), nn.InstanceNorm2d(c), nn.ReLU()]
        for k in (c, 2 * c):
            layers += [nn.Conv2d(k, 2 * k, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * k), nn.ReLU()]
        layers += [Block(4 * c) for _ in range(num_blocks)]
        for k in (2 * c, c):
            layers += [nn.ConvTranspose2d(2 * k, k, 4, 2, 1), nn.InstanceNorm2d(k), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(c, out_channels, 7), nn.Tanh()]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)

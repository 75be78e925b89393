import torch
from torch import nn


class Block(nn.Module):
    """One step down and up with what lies inside; returns its input beside its output."""

    def __init__(self, outer, inner, channels=None, submodule=None, outermost=False):
        super().__init__()
        self.outermost = outermost
        conv = nn.Conv2d(
            outer if channels is None else channels, inner, kernel_size=4, stride=2, padding=1, bias=False
        )
        if outermost:
            up = nn.ConvTranspose2d(inner * 2, outer, kernel_size=4, stride=2, padding=1)
            layers = [conv, submodule, nn.ReLU(True), up, nn.Tanh()]
        elif submodule is None:
            up = nn.ConvTranspose2d(inner, outer, kernel_size=4, stride=2, padding=1, bias=False)
            layers = [nn.LeakyReLU(0.2, True), conv, nn.ReLU(True), up, nn.BatchNorm2d(outer)]
        else:
            up = nn.ConvTranspose2d(inner * 2, outer, kernel_size=4, stride=2, padding=1, bias=False)
            layers = [nn.LeakyReLU(0.2, True), conv, nn.BatchNorm2d(inner), submodule]
            layers += [nn.ReLU(True), up, nn.BatchNorm2d(outer)]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class UNetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_downs):
        super().__init__()
        widths = [base_channels * min(2**i, 8) for i in range(num_downs)]
        block = Block(widths[-2], widths[-1])
        for outer, inner in reversed(list(zip(widths[:-2], widths[1:-1]))):
            block = Block(outer, inner, submodule=block)
        self.model = Block(out_channels, base_channels, channels=in_channels, submodule=block, outermost=True)

    def forward(self, x):
        return self.model(x)

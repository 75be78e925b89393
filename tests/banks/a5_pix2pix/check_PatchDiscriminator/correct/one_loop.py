from torch import nn


class PatchDiscriminator(nn.Sequential):
    def __init__(self, in_channels, base_channels, n_layers):
        widths = [in_channels, *(base_channels * min(2**i, 8) for i in range(n_layers + 1)), 1]
        layers = []
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            ends = i in (0, n_layers + 1)
            layers.append(nn.Conv2d(a, b, 4, 2 if i < n_layers else 1, 1, bias=ends))
            if not ends:
                layers.append(nn.BatchNorm2d(b))
            if i <= n_layers:
                layers.append(nn.LeakyReLU(0.2, inplace=True))
        super().__init__(*layers)

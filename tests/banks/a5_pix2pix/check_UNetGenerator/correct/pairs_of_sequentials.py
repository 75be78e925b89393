import torch
from torch import nn


class UNetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_downs):
        super().__init__()
        ws = [min(2**i, 8) * base_channels for i in range(num_downs)]
        self.encoders = nn.ModuleList([nn.Conv2d(in_channels, ws[0], 4, 2, 1, bias=False)])
        for a, b in zip(ws, ws[1:]):
            self.encoders.append(
                nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b))
            )
        del self.encoders[-1][-1]
        outs = [*ws[:-1][::-1]]
        ins = [ws[-1], *(2 * w for w in ws[1:-1][::-1])]
        self.decoders = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b))
            for a, b in zip(ins, outs)
        )
        self.decoders.append(
            nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(2 * ws[0], out_channels, 4, 2, 1), nn.Tanh())
        )

    def forward(self, x):
        skips = []
        for encode in self.encoders:
            x = encode(x)
            skips.insert(0, x)
        x = self.decoders[0](x)
        for skip, decode in zip(skips[1:], list(self.decoders)[1:]):
            x = decode(torch.hstack([skip, x]))
        return x

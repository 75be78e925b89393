from torch import nn


class Generator(nn.Module):
    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        c = base_channels
        widths = [z_dim, 4 * c, 2 * c, c, out_channels]
        self.convs = nn.ModuleList(
            nn.ConvTranspose2d(i, o, 4, 2 if k else 1, 1 if k else 0, bias=False)
            for k, (i, o) in enumerate(zip(widths, widths[1:]))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(w) for w in widths[1:-1])

    def forward(self, z):
        x = z[..., None, None]
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x)).relu()
        return self.convs[-1](x).tanh()

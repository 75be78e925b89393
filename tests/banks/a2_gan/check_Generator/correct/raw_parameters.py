import torch
from torch import nn
from torch.nn.functional import conv_transpose2d


class Generator(nn.Module):
    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        c = base_channels

        def weights(i, o):
            return nn.Parameter(0.02 * torch.randn(i, o, 4, 4))

        self.weights = nn.ParameterList(
            [weights(z_dim, 4 * c), weights(4 * c, 2 * c), weights(2 * c, c), weights(c, out_channels)]
        )
        self.norms = nn.ModuleList([nn.BatchNorm2d(4 * c), nn.BatchNorm2d(2 * c), nn.BatchNorm2d(c)])

    def forward(self, z):
        x = conv_transpose2d(z[:, :, None, None], self.weights[0])
        for norm, weight in zip(self.norms, list(self.weights)[1:]):
            x = conv_transpose2d(norm(x).relu(), weight, stride=2, padding=1)
        return x.tanh()

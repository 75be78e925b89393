import torch
from torch import nn
from torch.nn import functional as F


class Generator(nn.Module):
    def __init__(self, z_dim, base_channels, out_channels):
        super().__init__()
        c = base_channels
        self.last = nn.ConvTranspose2d(c, out_channels, 4, 2, 1, bias=False)
        self.conv3 = nn.ConvTranspose2d(2 * c, c, 4, 2, 1, bias=False)
        self.conv2 = nn.ConvTranspose2d(4 * c, 2 * c, 4, 2, 1, bias=False)
        self.conv1 = nn.ConvTranspose2d(z_dim, 4 * c, 4, bias=False)
        self.norm1, self.norm2, self.norm3 = nn.BatchNorm2d(4 * c), nn.BatchNorm2d(2 * c), nn.BatchNorm2d(c)

    def forward(self, z):
        x = z.view(z.size(0), -1, 1, 1)
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        return torch.tanh(self.last(x))

import torch
from torch import nn
from torch.nn.functional import instance_norm, pad, relu


class ResnetGenerator(nn.Module):
    def __init__(self, in_channels, out_channels, base_channels, num_blocks):
        super().__init__()
        c = base_channels
        self.last = nn.Conv2d(c, out_channels, 7)
        self.up2 = nn.ConvTranspose2d(2 * c, c, 3, 2, 1, 1)
        self.up1 = nn.ConvTranspose2d(4 * c, 2 * c, 3, 2, 1, 1)
        self.first = nn.Conv2d(in_channels, c, 7)
        self.down1 = nn.Conv2d(c, 2 * c, 3, 2, 1)
        self.down2 = nn.Conv2d(2 * c, 4 * c, 3, 2, 1)
        self.inner = nn.ModuleList([nn.Conv2d(4 * c, 4 * c, 3) for _ in range(2 * num_blocks)])

    def forward(self, x):
        x = relu(instance_norm(self.first(pad(x, [3] * 4, mode="reflect"))))
        x = relu(instance_norm(self.down1(x)))
        x = relu(instance_norm(self.down2(x)))
        for one, two in zip(self.inner[::2], self.inner[1::2]):
            h = relu(instance_norm(one(pad(x, [1] * 4, mode="reflect"))))
            x = x + instance_norm(two(pad(h, [1] * 4, mode="reflect")))
        x = relu(instance_norm(self.up1(x)))
        x = relu(instance_norm(self.up2(x)))
        return torch.tanh(self.last(pad(x, [3] * 4, mode="reflect")))

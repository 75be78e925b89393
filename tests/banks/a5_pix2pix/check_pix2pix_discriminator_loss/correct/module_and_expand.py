import torch
from torch import nn


class GANLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("real", torch.tensor(1.0))
        self.register_buffer("fake", torch.tensor(0.0))
        self.loss = nn.BCEWithLogitsLoss()

    def __call__(self, prediction, is_real):
        target = (self.real if is_real else self.fake).to(prediction).expand_as(prediction)
        return self.loss(prediction, target)


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    criterion = GANLoss()
    real = criterion(discriminator(torch.cat([x, y], dim=1)), True)
    fake = criterion(discriminator(torch.cat([x, y_fake.detach()], dim=1)), False)
    return 0.5 * real + 0.5 * fake

import torch
from torch import nn


def lsgan_discriminator_loss(real, fake):
    criterion = nn.MSELoss()
    return criterion(real, torch.ones_like(real)) + criterion(fake, torch.zeros_like(fake))

import torch
from torch.nn.functional import mse_loss


def lsgan_discriminator_loss(real, fake):
    return mse_loss(real, torch.ones_like(real)) + mse_loss(fake, torch.zeros_like(fake))

import torch
from torch.nn.functional import mse_loss


def lsgan_generator_loss(fake):
    return mse_loss(fake, torch.ones_like(fake))

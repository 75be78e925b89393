import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    return F.mse_loss(generator(encoder(x)), x) + F.mse_loss(encoder(generator(z)), z) / 10

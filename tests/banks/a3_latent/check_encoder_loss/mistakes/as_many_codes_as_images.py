# loses: more codes than images; what E learns from it: gradients
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    codes = encoder(torch.cat([x, generator(z).detach()])).chunk(2)
    return F.mse_loss(generator(codes[0]), x) + 0.1 * F.mse_loss(codes[1], z)

# loses: what E learns from it: gradients
# hint: codes teach nothing
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    found = encoder(generator(z)).detach()
    return F.mse_loss(generator(encoder(x)), x) + 0.1 * F.mse_loss(found, z)

# loses: the loss; more codes than images; what E learns from it: gradients
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        remade, found = generator(encoder(x)), encoder(generator(z))
        return F.mse_loss(remade, x) + 0.1 * F.mse_loss(found, z)

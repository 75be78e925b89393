# loses: the loss; more codes than images; what E learns from it: gradients
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    errors = [(generator(encoder(x)) - x).square().flatten(), 0.1 * (encoder(fake) - z).square().flatten()]
    return torch.cat(errors).mean()

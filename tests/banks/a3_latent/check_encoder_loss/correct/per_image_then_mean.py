import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    images = (generator(encoder(x)) - x).square().flatten(1).mean(1)
    codes = (encoder(fake) - z).square().mean(1)
    return images.mean() + 0.1 * codes.mean()

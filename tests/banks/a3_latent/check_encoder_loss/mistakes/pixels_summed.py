# loses: the loss; more codes than images; what E learns from it: gradients
# hint: summed over pixels
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    return (generator(encoder(x)) - x).square().sum((1, 2, 3)).mean() + 0.1 * F.mse_loss(encoder(fake), z)

# loses: the loss; more codes than images; what E learns from it: gradients
# hint: averaged
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    return (F.mse_loss(generator(encoder(x)), x) + 0.1 * F.mse_loss(encoder(fake), z)) / 2

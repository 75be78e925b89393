# loses: more codes than images; what E learns from it: gradients
# hint: as many codes as images
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    z = z[: len(x)]
    fake = generator(z).detach()
    return F.mse_loss(generator(encoder(x)), x) + 0.1 * F.mse_loss(encoder(fake), z)

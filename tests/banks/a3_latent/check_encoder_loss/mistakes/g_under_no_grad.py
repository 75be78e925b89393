# loses: what E learns from it: gradients
# hint: pictures teach nothing
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake, remade = generator(z), generator(encoder(x))
    return F.mse_loss(remade, x) + 0.1 * F.mse_loss(encoder(fake), z)

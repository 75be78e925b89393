# loses: the loss; more codes than images; what E learns from it: gradients
# hint: codes of codes
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    code = encoder(x)
    return F.mse_loss(encoder(generator(code)), code) + 0.1 * F.mse_loss(encoder(fake), z)

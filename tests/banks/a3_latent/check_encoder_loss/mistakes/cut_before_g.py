# loses: what E learns from it: gradients
# hint: pictures teach nothing
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    code = encoder(x).detach()
    return F.mse_loss(generator(code), x) + 0.1 * F.mse_loss(encoder(fake), z)

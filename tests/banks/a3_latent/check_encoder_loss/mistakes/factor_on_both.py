# loses: the loss; more codes than images; what E learns from it: gradients
# hint: factor on both
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    return 0.1 * (F.mse_loss(generator(encoder(x)), x) + F.mse_loss(encoder(fake), z))

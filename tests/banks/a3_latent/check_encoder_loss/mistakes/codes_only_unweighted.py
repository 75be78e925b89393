# loses: the loss; more codes than images; what E learns from it: gradients
# hint: codes only, without the factor
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    return F.mse_loss(encoder(fake), z)

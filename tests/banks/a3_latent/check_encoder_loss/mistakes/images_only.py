# loses: the loss; more codes than images; what E learns from it: gradients
# hint: images only
import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    return F.mse_loss(generator(encoder(x)), x)

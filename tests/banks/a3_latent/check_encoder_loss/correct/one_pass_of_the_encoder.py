import torch
from torch.nn import functional as F


def encoder_loss(generator, encoder, x, z):
    with torch.no_grad():
        fake = generator(z)
    code, found = encoder(torch.cat([x, fake])).split([len(x), len(z)])
    return F.mse_loss(generator(code), x) + 0.1 * F.mse_loss(found, z)

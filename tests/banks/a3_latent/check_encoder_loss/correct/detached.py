import torch


def encoder_loss(generator, encoder, x, z):
    remade = generator(encoder(x))
    found = encoder(generator(z).detach())
    return torch.mean((remade - x) ** 2) + 0.1 * torch.mean((found - z) ** 2)

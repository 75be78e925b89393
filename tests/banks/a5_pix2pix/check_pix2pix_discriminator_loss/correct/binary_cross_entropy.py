import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    pred_fake = discriminator(torch.cat((x, y_fake), 1).detach())
    loss_fake = bce(pred_fake, torch.zeros_like(pred_fake))
    pred_real = discriminator(torch.cat((x, y), 1))
    loss_real = bce(pred_real, torch.ones_like(pred_real))
    return (loss_fake + loss_real) * 0.5

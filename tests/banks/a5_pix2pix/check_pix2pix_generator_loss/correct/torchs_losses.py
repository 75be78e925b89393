import torch
from torch import nn


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    pred_fake = discriminator(torch.cat((x, y_fake), dim=1))
    loss_gan = nn.BCEWithLogitsLoss()(pred_fake, torch.ones_like(pred_fake))
    loss_l1 = nn.L1Loss()(y_fake, y)
    return loss_gan + loss_l1 * lambda_l1, loss_gan, loss_l1

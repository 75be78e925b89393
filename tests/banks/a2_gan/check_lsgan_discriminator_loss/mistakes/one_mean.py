# loses: values; maps, and gradients
# hint: one mean
import torch


def lsgan_discriminator_loss(real, fake):
    return torch.cat([real - 1, fake]).square().mean()

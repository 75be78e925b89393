# loses: a discriminator that is sure
# hint: clamped
import torch
from torch.nn.functional import binary_cross_entropy as bce


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake.detach()], 1))
    real, fake = real_logits.sigmoid(), fake_logits.sigmoid()
    return (bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))) / 2

# loses: a discriminator that is sure; D learns from real and from generated pairs; inputs, types and random generator left alone
# hint: a little added
import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake.detach()], 1))
    real, fake = real_logits.sigmoid(), fake_logits.sigmoid()
    return -((real + 1e-8).log().mean() + (1 - fake + 1e-8).log().mean()) / 2

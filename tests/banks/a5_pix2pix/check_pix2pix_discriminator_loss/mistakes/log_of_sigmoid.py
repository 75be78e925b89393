# loses: a discriminator that is sure
# hint: infinite
import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake.detach()], 1))
    real, fake = real_logits.sigmoid(), fake_logits.sigmoid()
    return -(real.log().mean() + (1 - fake).log().mean()) / 2

# loses: a discriminator with BatchNorm
# hint: joint batch
import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real, fake = torch.cat([x, y], 1), torch.cat([x, y_fake.detach()], 1)
    real_logits, fake_logits = discriminator(torch.cat([real, fake])).chunk(2)
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2

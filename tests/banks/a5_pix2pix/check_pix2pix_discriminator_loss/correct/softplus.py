import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake.detach()], 1))
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2

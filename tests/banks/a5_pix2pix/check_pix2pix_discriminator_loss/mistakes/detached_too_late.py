# loses: D learns from real and from generated pairs
# hint: D does not learn from fakes
import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake], 1)).detach()
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2

# loses: values; a discriminator that is sure; a discriminator with BatchNorm; D learns from real and from generated pairs; no gradient reaches the generated image; inputs, types and random generator left alone
# hint: without the condition
import torch
from torch.nn.functional import softplus


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    real_logits = discriminator(y)
    fake_logits = discriminator(y_fake.detach())
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2

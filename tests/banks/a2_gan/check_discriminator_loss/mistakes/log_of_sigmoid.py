# loses: logits of up to ±10,000, and gradients
# hint: infinite
import torch


def discriminator_loss(real_logits, fake_logits):
    return -(torch.sigmoid(real_logits).log().mean() + (1 - torch.sigmoid(fake_logits)).log().mean())

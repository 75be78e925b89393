# loses: logits of up to ±10,000, and gradients
import torch


def discriminator_loss(real_logits, fake_logits):
    real = torch.sigmoid(real_logits).clamp(1e-7, 1 - 1e-7)
    fake = torch.sigmoid(fake_logits).clamp(1e-7, 1 - 1e-7)
    return -real.log().mean() - (1 - fake).log().mean()

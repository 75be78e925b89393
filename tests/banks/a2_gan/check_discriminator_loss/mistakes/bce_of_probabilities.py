# loses: logits of up to ±10,000, and gradients
# hint: clamped
import torch
from torch.nn.functional import binary_cross_entropy


def discriminator_loss(real_logits, fake_logits):
    real, fake = real_logits.sigmoid(), fake_logits.sigmoid()
    return binary_cross_entropy(real, torch.ones_like(real)) + binary_cross_entropy(
        fake, torch.zeros_like(fake)
    )

# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: summed
import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def discriminator_loss(real_logits, fake_logits):
    real = binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits), reduction="sum")
    fake = binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits), reduction="sum")
    return real + fake

# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: sigmoid twice
import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def discriminator_loss(real_logits, fake_logits):
    real, fake = torch.sigmoid(real_logits), torch.sigmoid(fake_logits)
    loss = binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return loss + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))

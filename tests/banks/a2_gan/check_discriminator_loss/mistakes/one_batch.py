# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: one mean
import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def discriminator_loss(real_logits, fake_logits):
    logits = torch.cat([real_logits, fake_logits])
    labels = torch.cat([torch.ones_like(real_logits), torch.zeros_like(fake_logits)])
    return binary_cross_entropy_with_logits(logits, labels)

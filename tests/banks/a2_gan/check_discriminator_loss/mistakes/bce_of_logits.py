# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: logits given to the loss of probabilities
import torch
from torch.nn.functional import binary_cross_entropy


def discriminator_loss(real_logits, fake_logits):
    return binary_cross_entropy(real_logits, torch.ones_like(real_logits)) + binary_cross_entropy(
        fake_logits, torch.zeros_like(fake_logits)
    )

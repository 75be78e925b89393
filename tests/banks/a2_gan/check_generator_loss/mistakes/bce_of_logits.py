# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: logits given to the loss of probabilities
import torch
from torch.nn.functional import binary_cross_entropy


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -binary_cross_entropy(fake_logits, torch.zeros_like(fake_logits))
    return binary_cross_entropy(fake_logits, torch.ones_like(fake_logits))

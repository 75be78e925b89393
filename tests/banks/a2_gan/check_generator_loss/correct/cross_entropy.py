import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def generator_loss(fake_logits, saturating=False):
    label = 0.0 if saturating else 1.0
    loss = binary_cross_entropy_with_logits(fake_logits, torch.full_like(fake_logits, label))
    return -loss if saturating else loss

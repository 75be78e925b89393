import torch
from torch import nn


def generator_loss(fake_logits, saturating=False):
    criterion = nn.BCEWithLogitsLoss()
    if saturating:
        return -criterion(fake_logits, torch.zeros_like(fake_logits))
    return criterion(fake_logits, torch.ones_like(fake_logits))

# loses: logits of up to ±10,000, and gradients
# hint: infinite
import torch


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -torch.log(1 + torch.exp(fake_logits)).mean()
    return torch.log(1 + torch.exp(-fake_logits)).mean()

# loses: logits of up to ±10,000, and gradients
# hint: infinite
import torch


def generator_loss(fake_logits, saturating=False):
    p = torch.sigmoid(fake_logits)
    if saturating:
        return torch.log(1 - p).mean()
    return -torch.log(p).mean()

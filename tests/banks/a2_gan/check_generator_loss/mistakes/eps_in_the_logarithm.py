# loses: logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: a little added
import torch


def generator_loss(fake_logits, saturating=False):
    p = torch.sigmoid(fake_logits)
    if saturating:
        return torch.log(1 - p + 1e-8).mean()
    return -torch.log(p + 1e-8).mean()

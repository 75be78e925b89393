# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: no logarithm
import torch


def generator_loss(fake_logits, saturating=False):
    p = torch.sigmoid(fake_logits)
    if saturating:
        return (1 - p).mean()
    return -p.mean()

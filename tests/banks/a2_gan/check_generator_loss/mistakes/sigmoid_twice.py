# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: sigmoid twice
import torch
from torch.nn.functional import softplus


def generator_loss(fake_logits, saturating=False):
    p = torch.sigmoid(fake_logits)
    if saturating:
        return -softplus(p).mean()
    return softplus(-p).mean()

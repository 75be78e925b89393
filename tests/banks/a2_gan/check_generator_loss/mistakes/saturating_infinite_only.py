# loses: logits of up to ±10,000, and gradients
# hint: infinite
import torch
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return torch.log(1 - torch.sigmoid(fake_logits)).mean()
    return -logsigmoid(fake_logits).mean()

# loses: logits of thousands, and gradients
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return F.cross_entropy(code_logits.detach(), code)

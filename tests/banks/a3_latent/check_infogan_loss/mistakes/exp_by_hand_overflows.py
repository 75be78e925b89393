# loses: logits of thousands, and gradients
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = code_logits.exp() / code_logits.exp().sum(1, keepdim=True)
    return -q[torch.arange(len(code)), code].log().mean()

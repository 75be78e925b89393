# loses: how surprised Q is; logits of thousands, and gradients
# hint: Q's own entropy
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = F.log_softmax(code_logits, 1)
    return -(q.exp() * q).sum(1).mean()

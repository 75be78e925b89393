# loses: how surprised Q is; logits of thousands, and gradients
# hint: Q's own guess
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return F.cross_entropy(code_logits, code_logits.argmax(1))

# loses: logits of thousands, and gradients
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = code_logits.softmax(1).clamp(min=1e-6)
    return -q[torch.arange(len(code)), code].log().mean()

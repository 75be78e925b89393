# loses: how surprised Q is; logits of thousands, and gradients
# hint: a little added
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = code_logits.softmax(1)
    return -(q[torch.arange(len(code)), code] + 1e-8).log().mean()

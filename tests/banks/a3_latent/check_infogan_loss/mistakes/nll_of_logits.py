# loses: how surprised Q is; logits of thousands, and gradients
# hint: no softmax
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return F.nll_loss(code_logits, code)

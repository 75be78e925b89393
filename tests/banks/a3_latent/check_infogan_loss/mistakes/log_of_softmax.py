# loses: logits of thousands, and gradients
# hint: infinite
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return F.nll_loss(code_logits.softmax(1).log(), code)

# loses: how surprised Q is; logits of thousands, and gradients
# hint: softmax over the batch
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = F.log_softmax(code_logits, dim=0)
    return F.nll_loss(q, code)

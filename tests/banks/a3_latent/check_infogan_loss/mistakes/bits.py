# loses: how surprised Q is; logits of thousands, and gradients
# hint: bits
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = F.log_softmax(code_logits, 1) / torch.log(torch.tensor(2.0))
    return F.nll_loss(q, code)

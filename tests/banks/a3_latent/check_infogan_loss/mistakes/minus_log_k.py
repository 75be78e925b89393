# loses: how surprised Q is; logits of thousands, and gradients
# hint: minus the bound
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return F.cross_entropy(code_logits, code) - torch.tensor(float(code_logits.shape[1])).log()

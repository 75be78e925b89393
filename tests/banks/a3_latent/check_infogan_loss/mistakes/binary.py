# loses: how surprised Q is; logits of thousands, and gradients
# hint: two-valued cross-entropy
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    wanted = F.one_hot(code, code_logits.shape[1]).to(code_logits)
    return F.binary_cross_entropy_with_logits(code_logits, wanted)

# loses: how surprised Q is; logits of thousands, and gradients
# hint: mean over the codes, too
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    wanted = F.one_hot(code, code_logits.shape[1])
    return -(wanted * F.log_softmax(code_logits, 1)).mean()

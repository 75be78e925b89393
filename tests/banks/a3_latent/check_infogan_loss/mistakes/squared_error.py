# loses: how surprised Q is; logits of thousands, and gradients
# hint: squared error
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    wanted = F.one_hot(code, code_logits.shape[1]).to(code_logits)
    return F.mse_loss(code_logits.softmax(1), wanted)

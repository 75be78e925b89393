# loses: how surprised Q is; logits of thousands, and gradients
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return 1 - (code_logits.argmax(1) == code).double().mean()

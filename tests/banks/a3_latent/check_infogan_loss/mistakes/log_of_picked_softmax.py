# loses: logits of thousands, and gradients
# hint: infinite, the code picked first
import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    q = code_logits.softmax(1)
    return -q[torch.arange(len(code)), code].log().mean()

import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return -F.log_softmax(code_logits, dim=1)[torch.arange(len(code)), code].mean()

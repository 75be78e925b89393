import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    total = 0.0
    for logits, c in zip(code_logits, code):
        total = total + torch.logsumexp(logits, 0) - logits[c]
    return total / len(code)

import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    shifted = code_logits - code_logits.amax(1, keepdim=True).detach()
    picked = shifted[torch.arange(len(code)), code]
    return (shifted.exp().sum(1).log() - picked).mean()

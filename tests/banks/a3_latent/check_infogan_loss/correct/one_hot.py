import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    wanted = F.one_hot(code, code_logits.shape[1])
    return -(wanted * code_logits.log_softmax(1)).sum(1).mean()

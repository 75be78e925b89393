import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    chosen = code_logits.gather(1, code[:, None]).squeeze(1)
    return (code_logits.logsumexp(1) - chosen).mean()

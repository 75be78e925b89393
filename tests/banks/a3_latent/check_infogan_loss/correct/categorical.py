import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return -torch.distributions.Categorical(logits=code_logits).log_prob(code).mean()

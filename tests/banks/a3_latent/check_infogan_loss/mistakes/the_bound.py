# loses: how surprised Q is; logits of thousands, and gradients
# hint: the bound
import math

import torch
from torch.nn import functional as F


def infogan_loss(code_logits, code):
    return math.log(code_logits.shape[1]) - F.cross_entropy(code_logits, code)

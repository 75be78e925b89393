from torch import nn


def infogan_loss(code_logits, code):
    return nn.CrossEntropyLoss()(code_logits, code)

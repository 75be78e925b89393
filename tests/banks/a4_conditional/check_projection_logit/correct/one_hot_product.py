import torch
from torch.nn import functional as F


def projection_logit(features, y, embedding, weight, bias):
    return (
        ((F.one_hot(y, len(embedding)).to(features) @ embedding) * features).sum(dim=1)
        + torch.mv(features, weight)
        + bias
    )

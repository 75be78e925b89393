import torch


def projection_logit(features, y, embedding, weight, bias):
    logits = []
    for phi, k in zip(features, y.tolist()):
        logits.append(weight.dot(phi) + bias + embedding[k].dot(phi))
    return torch.stack(logits)

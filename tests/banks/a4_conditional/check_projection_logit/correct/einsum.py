import torch


def projection_logit(features, y, embedding, weight, bias):
    return torch.einsum("nd,d->n", features, weight) + bias + torch.einsum("nd,nd->n", features, embedding[y])

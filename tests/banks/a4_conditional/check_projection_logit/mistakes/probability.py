# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: probability
import torch


def projection_logit(features, y, embedding, weight, bias):
    return torch.sigmoid(features @ weight + bias + (features * embedding[y]).sum(1))

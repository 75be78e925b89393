# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: cosine
from torch.nn import functional as F


def projection_logit(features, y, embedding, weight, bias):
    return features @ weight + bias + F.cosine_similarity(features, embedding[y], dim=1)

# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: by place in the batch
def projection_logit(features, y, embedding, weight, bias):
    return features @ weight + bias + (features * embedding).sum(1)

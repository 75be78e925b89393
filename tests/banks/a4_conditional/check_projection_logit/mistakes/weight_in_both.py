# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: weight in both
def projection_logit(features, y, embedding, weight, bias):
    return features @ weight + bias + (features * embedding[y]) @ weight

# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: not summed
def projection_logit(features, y, embedding, weight, bias):
    return (features @ weight + bias).unsqueeze(1) + features * embedding[y]

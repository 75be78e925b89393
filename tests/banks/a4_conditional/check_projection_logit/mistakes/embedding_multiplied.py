# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: embedding multiplied in
def projection_logit(features, y, embedding, weight, bias):
    return (features * embedding[y]) @ weight + bias

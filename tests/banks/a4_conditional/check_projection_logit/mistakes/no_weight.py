# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: only the class, and the bias
def projection_logit(features, y, embedding, weight, bias):
    return (features * embedding[y]).sum(1) + bias

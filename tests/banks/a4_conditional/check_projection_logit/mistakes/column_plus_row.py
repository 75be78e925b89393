# loses: logits; as many images as classes and as features; gradients; inputs, types and random generator left alone
# hint: column plus row
def projection_logit(features, y, embedding, weight, bias):
    return features @ weight[:, None] + bias + (features * embedding[y]).sum(1)

# loses: gradients
def projection_logit(features, y, embedding, weight, bias):
    return features @ weight + bias + (features * embedding.detach()[y]).sum(1)

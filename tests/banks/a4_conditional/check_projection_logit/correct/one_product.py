def projection_logit(features, y, embedding, weight, bias):
    return (features * (embedding[y] + weight)).sum(-1) + bias

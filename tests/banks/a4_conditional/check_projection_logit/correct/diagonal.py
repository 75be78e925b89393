def projection_logit(features, y, embedding, weight, bias):
    return features @ weight + bias + (features @ embedding[y].T).diagonal()

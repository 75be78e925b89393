from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix = weight.flatten(1)
    if not training:
        u, v = u.data, v.data
        return weight / (u @ matrix @ v), u, v
    v = normalize(matrix.data.T @ u.data, dim=0)
    u = normalize(matrix.data @ v, dim=0)
    return weight / (u @ matrix @ v), u, v

from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix, u, v = weight.flatten(1), u.detach(), v.detach()
    for _ in range(1 if training else 0):
        v = normalize(u @ matrix.detach(), dim=0)
        u = normalize(v @ matrix.detach().T, dim=0)
    return weight / (v @ matrix.T @ u), u, v

import torch
from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix = weight.view(weight.shape[0], -1)
    with torch.set_grad_enabled(False):
        if training:
            v = normalize(torch.mv(matrix.t(), u), dim=0)
            u = normalize(torch.mv(matrix, v), dim=0)
    u, v = u.clone().detach(), v.clone().detach()
    return torch.div(weight, torch.einsum("o,oi,i->", u, matrix, v)), u, v

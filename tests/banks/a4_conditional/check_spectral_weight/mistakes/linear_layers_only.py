# loses: in training; in evaluation; gradient of the weight
import torch
from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix = weight
    if training:
        with torch.no_grad():
            v = normalize(matrix.T @ u, dim=0)
            u = normalize(matrix @ v, dim=0)
    u, v = u.detach(), v.detach()
    sigma = u @ matrix @ v
    return weight / sigma, u, v

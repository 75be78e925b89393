# loses: gradient of the weight
# hint: sigma cut off
import torch
from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix = weight.flatten(1)
    with torch.no_grad():
        if training:
            v = normalize(matrix.T @ u, dim=0)
            u = normalize(matrix @ v, dim=0)
        sigma = u @ matrix @ v
    return weight / sigma, u.detach(), v.detach()

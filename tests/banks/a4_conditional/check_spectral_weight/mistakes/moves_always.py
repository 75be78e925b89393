# loses: in evaluation; gradient of the weight
# hint: moves in evaluation
import torch
from torch.nn.functional import normalize


def spectral_weight(weight, u, v, training):
    matrix = weight.flatten(1)
    if True:
        with torch.no_grad():
            v = normalize(matrix.T @ u, dim=0)
            u = normalize(matrix @ v, dim=0)
    u, v = u.detach(), v.detach()
    sigma = u @ matrix @ v
    return weight / sigma, u, v

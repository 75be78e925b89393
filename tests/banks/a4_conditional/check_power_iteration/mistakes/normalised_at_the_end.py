# loses: one round; several rounds, square matrices too
# hint: normalised at the end
import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = weight.T @ u
            u = weight @ v
        sigma_u, sigma_v = normalize(u, dim=0), normalize(v, dim=0)
    return sigma_u @ weight @ sigma_v, u, v

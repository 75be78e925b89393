import torch
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    @torch.no_grad()
    def vectors():
        left = u[:, None]
        for _ in range(n):
            right = normalize(weight.mT @ left, dim=0)
            left = normalize(weight @ right, dim=0)
        return left, right

    left, right = vectors()
    return (left.mT @ weight @ right).squeeze(), left.squeeze(1), right.squeeze(1)

# loses: gradient of sigma
# hint: graph through the vectors
from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    for _ in range(n):
        v = normalize(weight.T @ u, dim=0)
        u = normalize(weight @ v, dim=0)
    return u @ weight @ v, u, v

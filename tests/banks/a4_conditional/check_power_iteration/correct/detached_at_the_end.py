from torch.nn.functional import normalize


def power_iteration(weight, u, n):
    for _ in range(n):
        v = normalize(u @ weight, dim=0).detach()
        u = normalize(v @ weight.T, dim=0).detach()
    return (u * (weight @ v)).sum(), u, v

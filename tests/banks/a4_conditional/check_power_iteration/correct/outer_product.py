import torch


def power_iteration(weight, u, n):
    matrix = weight.data
    for _ in range(n):
        v = torch.mv(matrix.t(), u.data)
        v = v / torch.linalg.vector_norm(v)
        u = torch.mv(matrix, v)
        u = u / torch.linalg.vector_norm(u)
    return (weight * torch.outer(u, v)).sum(), u, v

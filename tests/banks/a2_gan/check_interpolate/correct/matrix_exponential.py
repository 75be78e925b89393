import torch


def interpolate(z0, z1, t):
    u, v = z0 / z0.norm(), z1 / z1.norm()
    turn = torch.outer(v, u) - torch.outer(u, v)
    across = torch.linalg.matrix_norm(turn) / 2**0.5
    angle = torch.atan2(across, u @ v)
    turn = turn / across if across > 1e-12 else 0 * turn
    rows = [
        torch.linalg.matrix_exp(s * angle * turn) @ u * (z0.norm() + s * (z1.norm() - z0.norm())) for s in t
    ]
    return torch.stack(rows)

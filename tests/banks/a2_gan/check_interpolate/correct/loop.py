import torch


def interpolate(z0, z1, t):
    n0, n1 = torch.linalg.vector_norm(z0), torch.linalg.vector_norm(z1)
    cosine = torch.clamp(torch.dot(z0, z1) / (n0 * n1), -1.0, 1.0)
    omega = torch.arccos(cosine)
    rows = []
    for s in t:
        if cosine > 0.9995:
            rows.append((1 - s) * z0 + s * z1)
        else:
            direction = torch.sin((1 - s) * omega) * z0 / n0 + torch.sin(s * omega) * z1 / n1
            rows.append(direction / torch.sin(omega) * ((1 - s) * n0 + s * n1))
    return torch.stack(rows)

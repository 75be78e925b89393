import torch


def attribute_vector(z, attribute):
    a = torch.stack([attribute.to(z), torch.ones_like(z[:, 0])], 1)
    return torch.linalg.lstsq(a, z).solution[0]

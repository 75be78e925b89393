import torch


def attribute_vector(z, attribute):
    a = attribute.double()
    up = torch.einsum("n,nd->d", a, z.double()) / a.sum()
    down = torch.einsum("n,nd->d", 1 - a, z.double()) / (1 - a).sum()
    return (up - down).to(z.dtype)

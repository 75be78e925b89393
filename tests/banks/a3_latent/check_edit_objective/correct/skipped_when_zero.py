import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    total = constraint(image)
    if lambda_z:
        total = total + lambda_z * torch.einsum("nd,nd->n", z - z0, z - z0)
    if lambda_d:
        total = total + lambda_d * F.softplus(-discriminator(image))
    return total

import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    values = []
    for code, before in zip(z, z0):
        image = generator(code[None])
        value = constraint(image)[0] + lambda_z * torch.dot(code - before, code - before)
        values.append(value + lambda_d * F.softplus(-discriminator(image))[0])
    return torch.stack(values)

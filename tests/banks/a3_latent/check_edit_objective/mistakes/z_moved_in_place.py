# loses: inputs, types and random generator left alone
import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = (z - z0).pow(2).sum(dim=1)
    realism = F.softplus(-discriminator(image))
    z.data.sub_(0.1)
    return constraint(image) + lambda_z * drift + lambda_d * realism

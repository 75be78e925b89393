import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = (z - z0).pow(2).sum(dim=1)
    realism = F.binary_cross_entropy_with_logits(
        discriminator(image), torch.ones_like(z[:, 0]), reduction="none"
    )
    return constraint(image) + lambda_z * drift + lambda_d * realism

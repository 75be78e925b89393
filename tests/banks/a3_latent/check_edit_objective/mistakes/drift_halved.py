# loses: with the drift; all three, and the gradient for z
# hint: drift halved
import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = 0.5 * (z - z0).pow(2).sum(dim=1)
    realism = F.softplus(-discriminator(image))
    return constraint(image) + lambda_z * drift + lambda_d * realism

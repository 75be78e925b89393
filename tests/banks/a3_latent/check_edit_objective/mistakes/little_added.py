# loses: with the discriminator, unsure and sure; inputs, types and random generator left alone
# hint: a little added
import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = (z - z0).pow(2).sum(dim=1)
    realism = -torch.log(torch.sigmoid(discriminator(image)) + 1e-8)
    return constraint(image) + lambda_z * drift + lambda_d * realism

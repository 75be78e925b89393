# loses: the constraint alone; with the drift; with the discriminator, unsure and sure; all three, and the gradient for z; inputs, types and random generator left alone
# hint: constraint turned
import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = (z - z0).pow(2).sum(dim=1)
    realism = F.softplus(-discriminator(image))
    return -constraint(image) + lambda_z * drift + lambda_d * realism

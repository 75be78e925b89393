# loses: with the drift; all three, and the gradient for z
# hint: mean over everything
import torch
from torch.nn import functional as F


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    image = generator(z)
    drift = F.mse_loss(z, z0)
    realism = F.softplus(-discriminator(image))
    return constraint(image) + lambda_z * drift + lambda_d * realism

import torch


def edit_objective(generator, discriminator, z, z0, constraint, lambda_z, lambda_d):
    y = generator(z)
    logit = discriminator(y)
    penalty = torch.logaddexp(-logit, torch.zeros_like(logit))
    return constraint(y) + lambda_z * ((z - z0) ** 2).sum(-1) + lambda_d * penalty

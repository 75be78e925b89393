import torch


def edit_codes(generator, constraint, z0, lambda_z, steps, lr):
    z = z0.clone()
    for _ in range(steps):
        z.requires_grad_(True)
        (slope,) = torch.autograd.grad(constraint(generator(z)).sum(), z)
        z = (z - lr * (slope + 2 * lambda_z * (z - z0))).detach()
    return z

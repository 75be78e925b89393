# loses: one picture; several pictures: each as if it were alone
import torch


def edit_codes(generator, constraint, z0, lambda_z, steps, lr):
    z = z0.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([z], lr=lr)
    for _ in range(steps):
        objective = constraint(generator(z)) + lambda_z * (z - z0).square().sum(1)
        objective.sum().backward()
        optimizer.step()
    return z.detach()

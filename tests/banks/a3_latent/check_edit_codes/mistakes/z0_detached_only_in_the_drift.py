# loses: one picture; several pictures: each as if it were alone
# hint: still one tensor
import torch


def edit_codes(generator, constraint, z0, lambda_z, steps, lr):
    z = z0.requires_grad_(True)
    optimizer = torch.optim.SGD([z], lr=lr)
    for _ in range(steps):
        objective = constraint(generator(z)) + lambda_z * (z - z0.detach()).square().sum(1)
        optimizer.zero_grad()
        objective.sum().backward()
        optimizer.step()
    return z.detach()

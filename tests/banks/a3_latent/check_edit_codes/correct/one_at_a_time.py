import torch


def edit_codes(generator, constraint, z0, lambda_z, steps, lr):
    ends = []
    for before in z0.split(1):
        z = before.clone().requires_grad_(True)
        optimizer = torch.optim.SGD([z], lr=lr)
        for _ in range(steps):
            objective = constraint(generator(z)) + lambda_z * (z - before).square().sum(1)
            optimizer.zero_grad()
            objective.mean().backward(inputs=[z])
            optimizer.step()
        ends.append(z.detach())
    return torch.cat(ends)

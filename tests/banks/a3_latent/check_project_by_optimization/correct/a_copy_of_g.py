from copy import deepcopy

import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    copy = deepcopy(generator).eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = ((copy(z) - x) ** 2).mean(dim=(1, 2, 3)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = ((copy(z) - x) ** 2).mean(dim=(1, 2, 3))
    return z.detach(), loss

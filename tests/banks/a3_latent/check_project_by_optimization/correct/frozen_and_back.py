import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
    generator.eval()
    flags = [p.requires_grad for p in generator.parameters()]
    generator.requires_grad_(False)
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
    for p, flag in zip(generator.parameters(), flags):
        p.requires_grad_(flag)
    generator.train(was_training)
    return z.detach(), loss

import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    def error(z):
        return (generator(z) - x).square().flatten(1).mean(1)

    mode = generator.training
    generator.eval()
    z = z_init.clone()
    for _ in range(steps):
        z.requires_grad_(True)
        (slope,) = torch.autograd.grad(error(z).sum(), z)
        z = (z - lr * slope).detach()
    with torch.no_grad():
        loss = error(z)
    generator.train(mode)
    return z, loss

# loses: no step: the encoder's answer, and its loss; two valleys: the encoder decides which
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    mode_of_g = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3)).sum()
        z.grad = torch.autograd.grad(loss, z)[0]
        optimizer.step()
    with torch.no_grad():
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
    generator.train(mode_of_g)
    return z.detach(), loss


def project_hybrid(generator, encoder, x, steps, lr):
    mode = encoder.training
    encoder.eval()
    with torch.no_grad():
        z_init = encoder((x + 1) / 2)
    encoder.train(mode)
    return project_by_optimization(generator, x, z_init, steps, lr)

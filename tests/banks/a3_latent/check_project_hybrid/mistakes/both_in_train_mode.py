# loses: no step: the encoder's answer, and its loss
# hint: both in train mode
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    mode_of_g = generator.training
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
    with torch.no_grad():
        z_init = encoder(x)
    encoder.train(mode)
    return project_by_optimization(generator, x, z_init, steps, lr)

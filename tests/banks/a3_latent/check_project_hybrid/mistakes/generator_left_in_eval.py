# loses: both networks are left as they were
# hint: generator left in eval mode
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
    return z.detach(), loss


def project_hybrid(generator, encoder, x, steps, lr):
    mode = encoder.training
    encoder.eval()
    with torch.no_grad():
        z_init = encoder(x)
    encoder.train(mode)
    return project_by_optimization(generator, x, z_init, steps, lr)

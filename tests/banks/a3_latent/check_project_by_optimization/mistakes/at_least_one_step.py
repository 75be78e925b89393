# loses: no step and one step: where it begins, and the loss of what is returned
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(max(steps, 1)):
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3)).sum()
        z.grad = torch.autograd.grad(loss, z)[0]
        optimizer.step()
    with torch.no_grad():
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
    generator.train(was_training)
    return z.detach(), loss

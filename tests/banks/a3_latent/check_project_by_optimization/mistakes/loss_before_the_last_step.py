# loses: no step and one step: where it begins, and the loss of what is returned
# hint: loss of the beginning
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
        z.grad = torch.autograd.grad(loss.sum(), z)[0]
        optimizer.step()
    generator.train(was_training)
    return z.detach(), loss.detach()

# loses: BatchNorm, and G comes in train mode; G is left as it was: parameters, their .grad, mode
# hint: left in eval mode
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
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

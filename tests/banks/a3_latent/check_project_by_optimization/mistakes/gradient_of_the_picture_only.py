# loses: a linear generator: the least-squares code; a generator with tanh: the code that made the image; an image that G cannot make, among others that it can; BatchNorm, and G comes in train mode; no step and one step: where it begins, and the loss of what is returned
# hint: never moves
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], lr=lr)
    for _ in range(steps):
        loss = ((generator(z).detach() - x) ** 2).mean(dim=(1, 2, 3)).sum() + 0 * z.sum()
        z.grad = torch.autograd.grad(loss, z)[0]
        optimizer.step()
    with torch.no_grad():
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
    generator.train(was_training)
    return z.detach(), loss

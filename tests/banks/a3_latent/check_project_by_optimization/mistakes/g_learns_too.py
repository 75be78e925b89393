# loses: a linear generator: the least-squares code; a generator with tanh: the code that made the image; an image that G cannot make, among others that it can; BatchNorm, and G comes in train mode; no step and one step: where it begins, and the loss of what is returned; G is left as it was: parameters, their .grad, mode; inputs, types and random generator left alone
import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    was_training = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_()
    optimizer = torch.optim.Adam([z, *generator.parameters()], lr=lr)
    for _ in range(steps):
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        loss = ((generator(z) - x) ** 2).mean(dim=(1, 2, 3))
    generator.train(was_training)
    return z.detach(), loss

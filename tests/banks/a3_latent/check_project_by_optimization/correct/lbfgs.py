import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    mode = generator.training
    generator.eval()
    z = z_init.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([z], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (generator(z) - x).square().flatten(1).mean(1).sum()
        loss.backward(inputs=[z])
        return loss

    if lr > 0:
        for _ in range(min(steps, 5)):
            optimizer.step(closure)
    z = z.detach()
    loss = (generator(z) - x).square().flatten(1).mean(1).detach()
    generator.train(mode)
    return z, loss

import torch


def project_hybrid(generator, encoder, x, steps, lr):
    modes = [network.training for network in (generator, encoder)]
    generator.eval(), encoder.eval()
    z = encoder(x).detach()
    for _ in range(steps):
        z.requires_grad_(True)
        each = (generator(z) - x).square().flatten(1).mean(1)
        z = (z - lr * torch.autograd.grad(each.sum(), z)[0]).detach()
    loss = (generator(z) - x).square().flatten(1).mean(1).detach()
    for network, mode in zip((generator, encoder), modes):
        network.train(mode)
    return z, loss

import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    mode, weights = generator.training, {name: p.detach() for name, p in generator.named_parameters()}

    def loss_of(z):
        image = torch.func.functional_call(generator, weights, (z,))
        return (image - x).pow(2).reshape(len(x), -1).mean(-1)

    generator.eval()
    z = torch.nn.Parameter(z_init.clone())
    optimizer = torch.optim.Adam([z], lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(z).sum().backward()
        optimizer.step()
    z = z.data
    loss = loss_of(z)
    generator.train(mode)
    return z, loss

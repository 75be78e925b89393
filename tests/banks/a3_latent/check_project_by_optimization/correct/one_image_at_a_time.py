import torch


def project_by_optimization(generator, x, z_init, steps, lr):
    mode = generator.training
    generator.eval()
    codes, losses = [], []
    for image, start in zip(x, z_init):
        z = start[None].clone().requires_grad_(True)
        optimizer = torch.optim.Adam([z], lr)
        for _ in range(steps):
            optimizer.zero_grad()
            (generator(z) - image[None]).pow(2).mean().backward(inputs=[z])
            optimizer.step()
        codes.append(z.detach())
        losses.append((generator(z).detach() - image[None]).pow(2).mean())
    generator.train(mode)
    return torch.cat(codes), torch.stack(losses)

import torch


def learn_filter(patches, target, weight, rate, steps):
    losses = []
    for _ in range(steps):
        leaf = weight.detach().clone().requires_grad_()
        loss = (patches @ leaf - target).square().mean()
        loss.backward()
        losses.append(loss.detach())
        weight = leaf.detach() - rate * leaf.grad
    return weight, torch.stack(losses)

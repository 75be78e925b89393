import torch


def learn_filter(patches, target, weight, rate, steps):
    losses = []
    for _ in range(steps):
        y = torch.einsum("pk,k->p", patches, weight)
        error = y - target
        losses.append(error.square().mean())
        weight = weight - rate * 2 / len(target) * torch.einsum("pk,p->k", patches, error)
    return weight, torch.stack(losses)

import torch


def learn_filter(patches, target, weight, rate, steps):
    losses = []
    weight = weight.clone()
    for _ in range(steps):
        y = patches @ weight
        error = y - target
        losses.append(error.square().mean())
        weight -= rate * 2 / len(target) * patches.T @ error
    return weight, torch.stack(losses)

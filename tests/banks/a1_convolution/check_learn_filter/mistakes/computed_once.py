# loses: the filter and its losses; inputs, types and random generator left alone
# hint: answers of the first step
import torch


def learn_filter(patches, target, weight, rate, steps):
    losses = []
    y = patches @ weight
    for _ in range(steps):
        error = y - target
        losses.append(error.square().mean())
        weight = weight - rate * 2 / len(target) * patches.T @ error
    return weight, torch.stack(losses)

# loses: the filter and its losses; inputs, types and random generator left alone
import torch


def learn_filter(patches, target, weight, rate, steps):
    losses = []
    for _ in range(steps):
        y = patches @ weight
        error = y - target
        losses.append(error.square().mean())
        weight = weight - rate * 2 * patches.T @ error
    return weight, torch.stack(losses)

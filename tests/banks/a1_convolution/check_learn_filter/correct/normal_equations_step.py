import torch


def learn_filter(patches, target, weight, rate, steps):
    a, b = patches.T @ patches / len(target), patches.T @ target / len(target)
    losses = []
    for _ in range(steps):
        losses.append(weight @ a @ weight - 2 * b @ weight + target @ target / len(target))
        weight = weight - 2 * rate * (a @ weight - b)
    return weight, torch.stack(losses)

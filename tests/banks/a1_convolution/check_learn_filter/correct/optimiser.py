import torch


def learn_filter(patches, target, weight, rate, steps):
    weight = torch.nn.Parameter(weight.clone())
    optimiser = torch.optim.SGD([weight], lr=rate)
    losses = torch.zeros(steps, dtype=target.dtype)
    for i in range(steps):
        loss = torch.nn.functional.mse_loss(patches @ weight, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses[i] = loss.detach()
    return weight.detach(), losses

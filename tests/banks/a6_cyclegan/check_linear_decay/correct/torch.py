import torch


def linear_decay(epoch, n_constant, n_decay):
    done = torch.tensor(epoch + 1 - n_constant, dtype=torch.float64).clamp(min=0) / (n_decay + 1)
    return (1 - done).clamp(min=0).item()

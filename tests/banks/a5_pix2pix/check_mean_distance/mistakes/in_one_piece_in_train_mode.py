# loses: with BatchNorm, and as it was afterwards
# hint: train mode
import torch


def mean_distance(generator, x, y, batch_size):
    found = []
    with torch.no_grad():
        for part, truth in zip(x.split(batch_size), y.split(batch_size)):
            found.append((generator(part) - truth).abs().mean((1, 2, 3)))
    return torch.cat(found).mean()

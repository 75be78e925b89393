# loses: with BatchNorm, and as it was afterwards
import torch


def mean_distance(generator, x, y, batch_size):
    total, count = 0, 0
    generator.requires_grad_(False)
    with torch.no_grad():
        for i in range(0, len(x), batch_size):
            y_fake, truth = generator(x[i : i + batch_size]), y[i : i + batch_size]
            total += (y_fake - truth).abs().mean() * len(truth)
            count += len(truth)
    return total / count

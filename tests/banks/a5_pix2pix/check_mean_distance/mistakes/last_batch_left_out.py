# loses: the last batch is smaller
# hint: last batch left out
import torch


def mean_distance(generator, x, y, batch_size):
    total, count = 0, 0
    generator.eval()
    with torch.no_grad():
        for i in range(0, len(x) - batch_size + 1, batch_size):
            y_fake, truth = generator(x[i : i + batch_size]), y[i : i + batch_size]
            total += (y_fake - truth).abs().mean() * len(truth)
            count += len(truth)
    generator.train()
    return total / count

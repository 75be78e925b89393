import torch


def mean_distance(generator, x, y, batch_size):
    total, count = 0, 0
    generator.eval()
    with torch.no_grad():
        for part, truth in zip(x.split(batch_size), y.split(batch_size)):
            y_fake = generator(part)
            total += (y_fake - truth).abs().mean() * len(truth)
            count += len(truth)
    generator.train()
    return total / count

# loses: the last batch is smaller
# hint: batches averaged
import torch


def mean_distance(generator, x, y, batch_size):
    found = []
    generator.eval()
    with torch.no_grad():
        for i in range(0, len(x), batch_size):
            y_fake = generator(x[i : i + batch_size])
            found.append((y_fake - y[i : i + batch_size]).abs().mean())
    generator.train()
    return torch.stack(found).mean()

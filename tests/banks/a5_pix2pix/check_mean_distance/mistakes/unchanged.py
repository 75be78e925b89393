# loses: the last batch is smaller; with BatchNorm, and as it was afterwards; inputs, types and random generator left alone
# hint: both
import torch


def mean_distance(generator, x, y, batch_size):
    found = []
    with torch.no_grad():
        for i in range(0, len(x), batch_size):
            y_fake = generator(x[i : i + batch_size])
            found.append((y_fake - y[i : i + batch_size]).abs().mean())
    return torch.stack(found).mean()

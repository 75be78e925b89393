# loses: the last batch is smaller; with BatchNorm, and as it was afterwards; inputs, types and random generator left alone
# hint: summed
import torch


def mean_distance(generator, x, y, batch_size):
    total, count = 0, 0
    generator.eval()
    with torch.no_grad():
        for i in range(0, len(x), batch_size):
            y_fake, truth = generator(x[i : i + batch_size]), y[i : i + batch_size]
            total += (y_fake - truth).abs().mean()
            count += len(truth)
    generator.train()
    return total * -(-len(x) // batch_size) / (count / len(x) * -(-len(x) // batch_size))

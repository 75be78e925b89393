import torch


def mean_distance(generator, x, y, batch_size):
    found = []
    generator.eval()
    with torch.no_grad():
        for i in range(0, len(x), batch_size):
            y_fake, truth = generator(x[i : i + batch_size]), y[i : i + batch_size]
            found.append((y_fake - truth).abs().flatten(1).mean(1))
    generator.train()
    return torch.cat(found).mean()

"""Trains the classifier whose features the metrics use: `python data_scripts/train_classifier.py [--seeds 3]`.

8,000 clothes of Fashion-MNIST, mirrored and shifted by up to 2 pixels; Adam, the learning rate falls to 0 along a cosine.
One run per seed; the first seed's network is shipped, all accuracies on the 2,000 test images stand on its card.
"""

import argparse

import torch
from running import RUNS, hardware
from torch.nn.functional import cross_entropy, pad

from course_lib import data
from course_lib.checkpoint import save_checkpoint
from course_lib.classifier import Classifier, extract_features
from course_lib.training import Batches, Trainer

STEPS, BATCH, LR = 1500, 64, 2e-3


def augment(x, rng):
    """Mirror each image with probability 1/2 and shift it by -2..2 pixels both ways; the frame is black."""
    flip = torch.rand(len(x), generator=rng) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    side = x.shape[2]
    framed = pad(x, (2, 2, 2, 2), value=-1.0)
    shifts = torch.randint(5, (len(x), 2), generator=rng).tolist()
    return torch.stack([image[:, i : i + side, j : j + side] for image, (i, j) in zip(framed, shifts)])


def train(seed, images, labels):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Classifier()
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), LR, weight_decay=1e-2, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)

    def step(batch, rng):
        x, y = batch
        loss = cross_entropy(network(augment(x, rng)), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        return {"loss": loss.detach()}

    trainer = Trainer(
        step,
        Batches(images, labels, batch_size=BATCH),
        {"network": network, "optimizer": optimizer, "schedule": schedule},
        seed=seed,
        state_file=RUNS / f"classifier_fashion_{seed}.pt",
    )
    trainer.run(STEPS)
    if trainer.steps_done < STEPS:
        raise SystemExit("interrupted; run again to go on")
    return network.eval(), trainer


def accuracy(network, images, labels):
    logits = network.output(extract_features(network, images))
    return (logits.argmax(1) == labels).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(parser.parse_args().seeds)
    images, labels = data.fashion_mnist("train")
    test_images, test_labels = data.fashion_mnist("test")
    accuracies = {}
    for seed in seeds:
        network, trainer = train(seed, images, labels)
        accuracies[seed] = round(accuracy(network, test_images, test_labels), 4)
        print(f"seed {seed}: accuracy {accuracies[seed]:.4f}, {trainer.seconds:.0f} s")
        if seed == 0:
            shipped, seconds = network, trainer.seconds
    card = {
        "script": "data_scripts/train_classifier.py",
        "data": "Fashion-MNIST 10k of course_lib.data, split train (8,000)",
        "architecture": {"in_channels": 1, "num_classes": 10, "size": 28, "base_channels": 32},
        "seed": 0,
        "steps": STEPS,
        "batch_size": BATCH,
        "seconds": round(seconds),
        "hardware": hardware(),
        "metrics": {"test_accuracy": accuracies[0], "test_accuracy_by_seed": accuracies},
    }
    save_checkpoint("classifier_fashion", shipped, card)


if __name__ == "__main__":
    main()

"""Trains the classifiers whose features the metrics use: `python data_scripts/train_classifier.py fashion|mnist|faces|styles [--seeds 3]`.

fashion: 8,000 clothes of Fashion-MNIST, mirrored and shifted by up to 2 pixels; ten classes.
mnist: the training digits of MNIST 10k, shifted by up to 2 pixels; ten classes.
faces: the face compositions at 32 px, shifted by up to 2 pixels; which eyes, which mouth, blush or not, a tear or not.
styles: emoji at 64 px, mirrored and shifted by up to 2 pixels; Noto (0) or Fluent flat (1).
AdamW, the learning rate falls to 0 along a cosine. One run per seed; the first seed's network is shipped, the accuracies
of all on test images stand on its card, with the number of hidden features that are 0 for every test image.
Interrupt and run again to go on.

Those silent features are the likely reason why seeds differ on the faces (.938, .467, .682 right in every part). Adam's
first step moves every weight of the hidden layer by the learning rate; its 1,024 inputs are never negative, so features
fall below 0, most of them within ten steps and for good. What the some 30 that are left cannot hold is a matter of luck:
the blush is right in .98, .53 and .70. Tried once each: with the learning rate rising over the first 100 steps, the seeds
reach .988, .985 and .994 with 42 to 45 silent features. The shipped network is seed 0 without that: lectures quote it.
"""

import argparse

import torch
from running import RUNS, hardware
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, cross_entropy, pad

from course_lib import data
from course_lib.checkpoint import save_checkpoint
from course_lib.classifier import Classifier, extract_features
from course_lib.training import Batches, Trainer

BATCH, LR = 64, 2e-3
SETTINGS = {
    "fashion": {
        "data": "Fashion-MNIST 10k of course_lib.data, split train (8,000)",
        "architecture": {"in_channels": 1, "num_classes": 10, "size": 28, "base_channels": 32},
        "steps": 1500,
        "flip": True,
        "border": -1.0,
    },
    "mnist": {
        "data": "MNIST 10k of course_lib.data, split train",
        "architecture": {"in_channels": 1, "num_classes": 10, "size": 28, "base_channels": 16},
        "steps": 700,
        "flip": False,
        "border": -1.0,
    },
    "faces": {
        "data": "face compositions of course_lib.data, split train, at 32 px",
        "architecture": {"in_channels": 3, "num_classes": 60, "size": 32, "base_channels": 16},
        "steps": 800,
        "flip": False,
        "border": 1.0,
    },
    "styles": {
        "data": "emoji of course_lib.data in two styles, Noto and Fluent flat, split train, at 64 px",
        "architecture": {"in_channels": 3, "num_classes": 2, "size": 64, "base_channels": 16},
        "steps": 1200,
        "flip": True,
        "border": 1.0,
    },
}


def half(images):
    """uint8 (N, C, H, W) at half the side."""
    return avg_pool2d(images.float(), 2).round().to(torch.uint8)


def styles(split):
    """Emoji and which style they are drawn in: 0 for Noto, 1 for Fluent flat."""
    noto, flat = data.pairs("noto", "flat", split)
    return torch.cat([noto, flat]), torch.arange(2).repeat_interleave(len(noto))


CLASSES = {
    "fashion": data.fashion_mnist,
    "mnist": data.mnist,
    "styles": styles,
}  # sets with one class an image


def load(name, split):
    """Images and labels: the class, or (eyes, mouth, blush, tear) in columns."""
    if name in CLASSES:
        return CLASSES[name](split)
    images, facts = data.faces(split)
    labels = torch.stack([facts[key].long() for key in ("eyes", "mouth", "blush", "tear")], dim=1)
    return half(images), labels  # 64 -> 32 px


def heads(logits):
    """The 60 logits of a face: 32 eyes, 26 mouths, blush, tear."""
    return logits.split([32, 26, 1, 1], dim=1)


def loss_of(name, logits, y):
    if name in CLASSES:
        return cross_entropy(logits, y)
    eyes, mouth, blush, tear = heads(logits)
    yes_or_no = binary_cross_entropy_with_logits(torch.cat([blush, tear], dim=1), y[:, 2:].float())
    return cross_entropy(eyes, y[:, 0]) + cross_entropy(mouth, y[:, 1]) + yes_or_no


def accuracy(name, network, images, labels):
    """Share of images with the right class; of faces with every part right."""
    with torch.no_grad():
        logits = network.output(extract_features(network, images))
    if name in CLASSES:
        return (logits.argmax(1) == labels).float().mean().item()
    eyes, mouth, blush, tear = heads(logits)
    said = torch.stack([eyes.argmax(1), mouth.argmax(1), (blush > 0)[:, 0], (tear > 0)[:, 0]], dim=1)
    return (said == labels).all(dim=1).float().mean().item()


def silent_features(network, images):
    """How many hidden features are 0 for every image: ReLUs that no gradient wakes up again."""
    return int((extract_features(network, images) == 0).all(dim=0).sum())


def augment(x, rng, flip, border):
    """Mirror each image with probability 1/2 if `flip`, and shift it by -2..2 pixels both ways."""
    if flip:
        mirrored = torch.rand(len(x), generator=rng) < 0.5
        x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
    side = x.shape[2]
    framed = pad(x, (2, 2, 2, 2), value=border)
    shifts = torch.randint(5, (len(x), 2), generator=rng).tolist()
    return torch.stack([image[:, i : i + side, j : j + side] for image, (i, j) in zip(framed, shifts)])


def train(name, seed, images, labels):
    s = SETTINGS[name]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = Classifier(**s["architecture"])
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), LR, weight_decay=1e-2, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, s["steps"])

    def step(batch, rng):
        x, y = batch
        loss = loss_of(name, network(augment(x, rng, s["flip"], s["border"])), y)
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
        state_file=RUNS / f"classifier_{name}_{seed}.pt",
    )
    trainer.run(s["steps"])
    if trainer.steps_done < s["steps"]:
        raise SystemExit("interrupted; run again to go on")
    return network.eval(), trainer


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=SETTINGS)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    name, s = options.name, SETTINGS[options.name]
    training, test = load(name, "train"), load(name, "test")
    accuracies, silent = {}, {}
    for seed in range(options.seeds):
        network, trainer = train(name, seed, *training)
        accuracies[seed] = round(accuracy(name, network, *test), 4)
        silent[seed] = silent_features(network, test[0])
        print(
            f"seed {seed}: accuracy {accuracies[seed]:.4f}, {silent[seed]} silent features, {trainer.seconds:.0f} s",
            flush=True,
        )
        if seed == 0:
            shipped, seconds = network, trainer.seconds
    card = {
        "script": f"data_scripts/train_classifier.py {name}",
        "data": s["data"],
        "architecture": s["architecture"],
        "seed": 0,
        "steps": s["steps"],
        "batch_size": BATCH,
        "seconds": round(seconds),
        "hardware": hardware(),
        "metrics": {
            "test_accuracy": accuracies[0],
            "test_accuracy_by_seed": accuracies,
            "silent_features_of_128_by_seed": silent,
        },
    }
    save_checkpoint(f"classifier_{name}", shipped, card)


if __name__ == "__main__":
    main()

"""Trains the network that lecture 03 looks into: `python data_scripts/train_features.py`; interrupt and run again to go on.

Emoji at 64 px in three styles (Fluent flat, Fluent 3-D, Noto): to which of the nine groups does it belong? Four stages with
kernels 7, 5, 3, 3, so that the first filters are large enough to be seen and the views grow from 7 to 46 pixels. Every image
is mirrored with probability 1/2 and shifted by up to 4 pixels. One seed: the network is shown, not compared.
"""

import torch
from running import RUNS, hardware
from torch.nn.functional import cross_entropy, pad

from course_lib import data
from course_lib.checkpoint import save_checkpoint
from course_lib.classifier import Classifier, extract_features
from course_lib.training import Batches, Trainer

STYLES = ("flat", "3d", "noto")
ARCHITECTURE = {"in_channels": 3, "num_classes": 9, "size": 64, "base_channels": 16, "kernels": [7, 5, 3, 3]}
STEPS, BATCH, LR, SHIFT = 500, 32, 5e-3, 4


def load(split):
    """Emoji of all styles (N, 3, 64, 64), and the number of each one's group."""
    groups = list(data.emoji_groups())
    labels = torch.tensor([groups.index(e.group) for e in data.emoji_index(split)])
    return torch.cat([data.emoji(style, split) for style in STYLES]), labels.repeat(len(STYLES))


def augment(x, rng):
    """Mirror each image with probability 1/2, and shift it by -4..4 pixels both ways over white."""
    mirrored = torch.rand(len(x), generator=rng) < 0.5
    x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
    side, framed = x.shape[2], pad(x, (SHIFT,) * 4, value=1.0)
    corners = torch.randint(2 * SHIFT + 1, (len(x), 2), generator=rng).tolist()
    return torch.stack([image[:, i : i + side, j : j + side] for image, (i, j) in zip(framed, corners)])


def main():
    images, labels = load("train")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Classifier(**ARCHITECTURE)
    network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), LR, weight_decay=1e-2, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=STEPS)

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
        state_file=RUNS / "features_emoji.pt",
    )
    trainer.run(STEPS)
    if trainer.steps_done < STEPS:
        raise SystemExit("interrupted; run again to go on")
    network.eval()
    test_images, test_labels = load("test")
    with torch.no_grad():
        correct = network.output(extract_features(network, test_images)).argmax(1) == test_labels
    accuracy = round(correct.double().mean().item(), 4)
    print(f"accuracy {accuracy}, {trainer.seconds:.0f} s", flush=True)
    card = {
        "script": "data_scripts/train_features.py",
        "data": f"emoji of course_lib.data at 64 px, styles {', '.join(STYLES)}, split train",
        "classes": list(data.emoji_groups()),
        "architecture": ARCHITECTURE,
        "seed": 0,
        "steps": STEPS,
        "batch_size": BATCH,
        "seconds": round(trainer.seconds),
        "hardware": hardware(),
        "metrics": {"test_accuracy": accuracy},
    }
    save_checkpoint("features_emoji", network, card)


if __name__ == "__main__":
    main()

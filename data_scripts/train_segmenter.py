"""Trains the segmenters of photo-like street scenes: `python data_scripts/train_segmenter.py streets|streets_half`.

They are the judges of lectures 15 and 16: what a U-Net that knows only real scenes sees in a generated one. streets works at
64 x 96, streets_half at 32 x 48: images are averaged over 2 x 2 pixels, labels are those of the upper left pixel of
the four. Adam on the cross-entropy of all pixels, its rate falling to 0 along a cosine; windows and mirror images are drawn
anew. The cards hold the scores on the 200 held-out scenes, measured as shipped. Interrupt and run again to go on.
"""

import argparse

import torch
from running import RUNS, hardware
from torch.nn.functional import avg_pool2d, cross_entropy

from course_lib import data
from course_lib.averaging import refresh_batch_norm
from course_lib.checkpoint import save_checkpoint
from course_lib.devices import adam
from course_lib.segmentation import (
    Segmenter,
    class_scores,
    confusion_matrix,
    scores_of,
    segment,
    street_segmenter,
)
from course_lib.training import Batches, Trainer

ARCHITECTURE = {
    "num_classes": len(data.STREET_CLASSES),
    "base_channels": 16,
    "num_downs": 4,
    "max_channels": 64,
}
LR = 3e-3
SETTINGS = {
    "streets": {"half": False, "batch_size": 8, "steps": 1400},
    "streets_half": {"half": True, "batch_size": 16, "steps": 2000},
}


def halved(images, labels):
    """Scenes at half the side: uint8 (N, 3, H/2, W/2), (N, 1, H/2, W/2)."""
    return avg_pool2d(images.float(), 2).round().to(torch.uint8), labels[..., ::2, ::2].contiguous()


def scenes(split, half):
    pairs = data.streets("photo", "day", split)
    return halved(*pairs) if half else pairs


class Windows(Batches):
    """Shuffled scenes with their labels, moved by a few pixels, every second one mirrored."""

    def next(self, rng):
        images, labels = data.augment(*super().next(rng), pad=2, generator=rng)
        return data.to_float(images), labels[:, 0].long()

    @staticmethod
    def _take(tensor, chosen):
        return tensor[chosen]


def train(name, seed):
    s = SETTINGS[name]
    segmenter = Segmenter(**ARCHITECTURE, rng=torch.Generator().manual_seed(seed))
    segmenter.to(memory_format=torch.channels_last)
    optimizer = adam(segmenter, LR, betas=(0.9, 0.999))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, s["steps"])

    def step(batch, _rng):
        x, labels = batch
        loss = cross_entropy(segmenter(x.contiguous(memory_format=torch.channels_last)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        return {"loss": loss.detach()}

    images, labels = scenes("train", s["half"])
    trainer = Trainer(
        step,
        Windows(images, labels, batch_size=s["batch_size"]),
        {"segmenter": segmenter, "optimizer": optimizer, "schedule": schedule},
        seed=seed,
        state_file=RUNS / f"segmenter_{name}_{seed}.pt",
    )
    trainer.run(s["steps"], progress=False)
    if trainer.steps_done < s["steps"]:
        raise SystemExit("interrupted; run again to go on")
    refresh_batch_norm(segmenter, data.to_float(images).split(100))
    return segmenter.eval(), trainer


def measure(half):
    """The shipped segmenter on held-out scenes, in three digits."""
    images, labels = scenes("test", half)
    n = confusion_matrix(segment(street_segmenter(half), images), labels[:, 0], ARCHITECTURE["num_classes"])
    pixels, classes, iou = (round(score, 3) for score in scores_of(n))
    each = {
        name: {"accuracy": round(accuracy, 3), "iou": round(overlap, 3)}
        for name, accuracy, overlap in zip(data.STREET_CLASSES, *(t.tolist() for t in class_scores(n)))
    }
    return {
        "held-out scenes": len(images),
        "pixel_accuracy": pixels,
        "class_accuracy": classes,
        "mean_iou": iou,
        "classes": each,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=SETTINGS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    s = SETTINGS[options.name]
    segmenter, trainer = train(options.name, options.seed)
    card = {
        "task": f"photo-like street scenes to labels, {'32 x 48' if s['half'] else '64 x 96'}",
        "script": f"data_scripts/train_segmenter.py {options.name} --seed {options.seed}",
        "data": "800 scenes, split train",
        "seed": options.seed,
        "steps": trainer.steps_done,
        "seconds": round(trainer.seconds),
        "batch_size": s["batch_size"],
        "learning_rate": f"{LR}, to 0 along a cosine",
        "hardware": hardware(),
        "architecture": ARCHITECTURE,
        "classes": list(data.STREET_CLASSES),
    }
    save_checkpoint(f"segmenter_{options.name}", segmenter, card)
    metrics = measure(s["half"])
    print(metrics)
    save_checkpoint(f"segmenter_{options.name}", segmenter, card | {"metrics": metrics})


if __name__ == "__main__":
    main()

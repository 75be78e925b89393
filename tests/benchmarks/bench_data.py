"""Images a second into a float batch: ours (one uint8 tensor, windows by slicing) against PIL and torchvision v2 image by image."""

import io
import statistics
import time

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate
from torchvision.transforms import v2

from course_lib import data

BATCH, ROUNDS = 16, 7


def seconds(step, images):
    """CPU seconds of one thread an image, so that what else the machine does counts as little as possible."""
    start = time.thread_time()
    step()
    return (time.thread_time() - start) / images


def interleaved(ours, baseline, images):
    """Medians of ours and baseline in images a second, measured turn by turn after a warm-up."""
    ours(), baseline()
    times = [(seconds(ours, images), seconds(baseline, images)) for _ in range(ROUNDS)]
    return tuple(1 / statistics.median(t) for t in zip(*times))


def encoded(images, kind, **options):
    files = []
    for image in images:
        out = io.BytesIO()
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(out, kind, **options)
        files.append(out.getvalue())
    return files


def compare(label, images, files, transform, **augmentation):
    count = len(images)
    pictures = [Image.open(io.BytesIO(f)).convert("RGB") for f in files]

    def ours():
        for x in data.batches(images, batch_size=BATCH):
            data.to_float(data.augment(x, **augmentation))

    def in_batches(load):
        def step():
            order = np.random.default_rng(0).permutation(count)
            for at in range(0, count - BATCH + 1, BATCH):
                torch.stack([transform(load(i)) for i in order[at : at + BATCH]])

        return step

    rows = []
    for kind, load in (
        ("files in memory", lambda i: Image.open(io.BytesIO(files[i])).convert("RGB")),
        ("decoded PIL images", lambda i: pictures[i]),
    ):
        a, b = interleaved(ours, in_batches(load), count // BATCH * BATCH)
        rows.append(
            {
                "name": f"{label}, against PIL + v2 on {kind}",
                "ours": a,
                "baseline": b,
                "ratio": a / b,
                "unit": "images/s",
            }
        )
    return rows


def run():
    torch.set_num_threads(1)
    to_float = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5] * 3, [0.5] * 3)]
    small = data.emoji("3d", "train")[:320]
    crop = v2.Compose(
        [v2.RandomCrop(64, padding=4, padding_mode="edge"), v2.RandomHorizontalFlip(), *to_float]
    )
    rows = compare("batches at 64 px", small, encoded(small, "PNG"), crop, pad=4)

    large = interpolate(data.photos("all", 286), 286).repeat(4, 1, 1, 1)
    crop = v2.Compose([v2.RandomCrop(256), v2.RandomHorizontalFlip(), *to_float])
    rows += compare("batches at 256 px", large, encoded(large, "JPEG", quality=95), crop, size=256)

    x, y = data.pairs("flat", "3d", "train")
    held, as_float = x.nbytes + y.nbytes, 4 * (x.numel() + y.numel())
    rows.append(
        {
            "name": "memory of the emoji pairs, uint8 against float32",
            "ours": held / 2**20,
            "baseline": as_float / 2**20,
            "ratio": as_float / held,
            "unit": "MiB",
        }
    )
    return rows


if __name__ == "__main__":
    for row in run():
        print(
            f"{row['name']:60} {row['ours']:10,.0f} {row['baseline']:10,.0f} {row['unit']:9} {row['ratio']:6.1f}x"
        )

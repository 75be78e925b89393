"""Width and batch of the small BigGAN over three seeds: lectures/results/13_width_and_batch.json.

The clothes of `train_biggan.py`, the same rates and losses, at WIDTHS x (batch, steps): 200 steps of 8 pictures, 800 steps of
8 (four times the pictures), 200 steps of 32 (the same pictures as 800 of 8). Measured on 400 generated and 400 real test
pictures: agreement with the class that was ordered, precision and recall in the judge's features; and the processor time.

Claimed before the run, for every seed, as Brock and colleagues found at their size:
1. at equal steps a larger batch is better: agreement of 32 x 200 above that of 8 x 200, for both widths;
2. a wider pair of networks is better: agreement of 16 channels above that of 8, at 32 x 200.
Reported, not claimed: equal pictures (8 x 800 against 32 x 200), precision, recall. The mean picture of each class, the trivial
answer, would have full agreement and no recall: both numbers are shown.
"""

import time

import torch
from sweep import Sweep
from torch import nn
from train_biggan import ARCHITECTURE, TRAINING, fresh_generator, play

from course_lib import biggan, data
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.metrics import precision_recall
from course_lib.training import Batches

WIDTHS = (8, 16)
TIMES = ((8, 200), (8, 800), (32, 200))  # batch, steps


@torch.no_grad()
def measured(generator):
    judge = fashion_classifier()
    y = torch.arange(400) % 10
    z = torch.randn(400, generator.z_dim, generator=torch.Generator().manual_seed(2))
    features = extract_features(
        judge, torch.cat([generator(a, b) for a, b in zip(z.split(100), y.split(100))])
    )
    real = extract_features(judge, data.to_float(data.fashion_mnist("test")[0][:400]))
    precision, recall = precision_recall(real, features)
    right = (judge.output(features).argmax(1) == y).double().mean().item()
    return {"agreement": round(right, 4), "precision": round(precision, 4), "recall": round(recall, 4)}


def run(seed, width, batch, steps):
    start = time.process_time()
    generator, _ = play(
        lambda rng: fresh_generator(**ARCHITECTURE | {"base_channels": width}, rng=rng),
        lambda rng: biggan.Discriminator(nn.Embedding(10, 4 * width), base_channels=width, rng=rng),
        Batches(*data.fashion_mnist("train"), batch_size=batch),
        seed,
        TRAINING | {"batch_size": batch, "steps": steps},
    )
    return measured(generator) | {"processor_seconds": round(time.process_time() - start)}


SETTINGS = [{"width": width, "batch": batch, "steps": steps} for width in WIDTHS for batch, steps in TIMES]

if __name__ == "__main__":
    torch.set_num_threads(1)
    Sweep("13_width_and_batch", __file__).main(run, SETTINGS, seeds=range(3))

r"""Trains the small BigGAN of lecture 13: `python data_scripts/train_biggan.py [--seed 0]`; interrupt and run again to go on.

Clothes of Fashion-MNIST 10k at 28 px with their classes; hinge, spectral normalisation and attention as in `course_lib.biggan`,
one rate for both. Shipped: the generator (the average of its weights, BatchNorm's statistics measured anew on codes
from N(0, 1)) as `biggan_fashion`, and as `biggan_fashion.replay` 30 pictures (three a class) on the way with the curves of
the losses and of both gammas. `sweep_scale.py` plays the same game with captions.
"""

import argparse

import torch
from running import RUNS, hardware
from torch import nn

from course_lib import biggan, data
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import load_checkpoint, save_checkpoint, save_snapshots
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.devices import adam
from course_lib.training import Batches, Trainer

DIM = 16  # of the shared embedding
ARCHITECTURE = {
    "num_classes": 10,
    "dim": DIM,
    "chunk": 16,
    "base_channels": 16,
    "out_channels": 1,
    "size": 28,
}
TRAINING = {"batch_size": 32, "steps": 900, "lr_g": 2e-3, "lr_d": 2e-3, "betas": (0.0, 0.999), "decay": 0.99}


def fresh_generator(num_classes=10, rng=None, **architecture):
    """A generator of the classes 0 .. num_classes - 1, as the card's `architecture` tells."""
    return biggan.Generator(nn.Embedding(num_classes, architecture["dim"]), rng=rng, **architecture)


class Drawing(nn.Module):
    """A generator as a network of one input, (z, y): what `refresh_batch_norm` calls."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, pair):
        return self.generator(*pair)


def play(
    make_generator, discriminator, batches, seed, setting, state_file=None, sample_every=None, show=None
):
    """The game: (the averaged generator in eval mode, trainer).

    Args:
        make_generator: rng or None -> a generator; called again for the average.
        batches: of (images, classes).
        setting: as TRAINING.
        show: (z, y) of the snapshots.
    """
    rng = torch.Generator().manual_seed(seed)
    steps, layout = setting["steps"], torch.channels_last
    generator, discriminator = (
        make_generator(rng).to(memory_format=layout),
        discriminator(rng).to(memory_format=layout),
    )
    opt_g, opt_d = (
        adam(net, setting[lr], setting["betas"]) for net, lr in ((generator, "lr_g"), (discriminator, "lr_d"))
    )
    fall = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (steps - k) / (steps / 2)))
        for o in (opt_g, opt_d)
    ]
    average = weight_average(generator, setting["decay"])

    def step(batch, rng):
        real, y = batch
        z_d, z_g = (torch.randn(len(y), generator.z_dim, generator=rng) for _ in range(2))
        real = real.contiguous(memory_format=layout)
        scalars = biggan.conditional_step(generator, discriminator, opt_g, opt_d, real, y, z_d, z_g)
        average.update_parameters(generator)
        for schedule in fall:
            schedule.step()
        return scalars

    parts = {
        "generator": generator,
        "discriminator": discriminator,
        "opt_g": opt_g,
        "opt_d": opt_d,
        "fall_g": fall[0],
        "fall_d": fall[1],
        "average": average,
    }

    def finished():
        calm = make_generator(None)
        calm.load_state_dict(average.module.state_dict())
        rng, codes = torch.Generator().manual_seed(777), []
        for _ in range(20):
            y = batches.tensors[1][torch.randint(len(batches.tensors[1]), (100,), generator=rng)]
            codes.append((torch.randn(100, calm.z_dim, generator=rng), y))
        refresh_batch_norm(Drawing(calm), codes)
        return calm.eval()

    trainer = Trainer(
        step,
        batches,
        parts,
        seed=seed,
        state_file=state_file,
        sample=(lambda: finished()(*show)) if show else None,
    )
    trainer.run(steps, sample_every=sample_every, progress=False)
    return finished(), trainer


def train_fashion(seed, state_file=None, sample_every=200):
    """(generator, trainer) on clothes."""
    images, classes = data.fashion_mnist("train")
    z = torch.randn(30, 48, generator=torch.Generator().manual_seed(5))
    width = ARCHITECTURE["base_channels"]
    return play(
        lambda rng: fresh_generator(**ARCHITECTURE, rng=rng),
        lambda rng: biggan.Discriminator(nn.Embedding(10, 4 * width), base_channels=width, rng=rng),
        Batches(images, classes, batch_size=TRAINING["batch_size"]),
        seed,
        TRAINING,
        state_file,
        sample_every,
        (z, torch.arange(30) % 10),
    )


def state_of(name, seed):
    """The local file from which a training that was interrupted goes on."""
    return RUNS / f"biggan_{name}_{seed}.pt"


@torch.no_grad()
def agreement(generator, n=2000, seed=1):
    """What the shipped classifier of clothes says of n pictures, the classes in turn: share right in all and by class."""
    y = torch.arange(n) % 10
    z = torch.randn(n, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    images = torch.cat([generator(a, b) for a, b in zip(z.split(250), y.split(250))])
    classifier = fashion_classifier()
    right = (classifier.output(extract_features(classifier, images)).argmax(1) == y).double()
    return {
        "agreement": round(right.mean().item(), 4),
        "by_class": [round(right[y == k].mean().item(), 3) for k in range(10)],
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    generator, trainer = train_fashion(seed, state_of("fashion", seed))
    if trainer.steps_done < TRAINING["steps"]:
        raise SystemExit("interrupted; run again to go on")
    card = {
        "script": f"data_scripts/train_biggan.py --seed {seed}",
        "data": "Fashion-MNIST 10k of course_lib.data, split train, with classes",
        "architecture": ARCHITECTURE,
        "seed": seed,
        **TRAINING,
        "seconds": round(trainer.seconds),
        "hardware": hardware(),
    }
    save_checkpoint("biggan_fashion", generator, card)
    load_checkpoint("biggan_fashion", generator)  # measured as shipped, in half precision
    save_checkpoint("biggan_fashion", generator, card | {"metrics": agreement(generator)})
    save_snapshots("biggan_fashion", trainer.snapshots, trainer.history)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

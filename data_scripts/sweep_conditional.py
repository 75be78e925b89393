r"""Lecture 11 over seeds: `python data_scripts/sweep_conditional.py [--minutes 5]`; resumes, `main` first.

One thread, three seeds, the nets and learning rates of `train_conditional.py`. What is measured and what counts as success was
written here before the runs and not changed after them; the thresholds follow trials with seed 100: agreement .946 after 750
steps of `main` on digits, and after 500 steps .72 with `concatenation` and .90 with `gains`.

The judges are the shipped classifiers, which have seen labels and none of these generators. 2,000 images, 200 a class.
Agreement is the share that the judge names as ordered; 0.10 is what a G that ignores y gets. Spread is how far apart, in
the judge's features, the images of one class lie among those named as ordered, over the same of the test images: a G that draws
the mean image of each class gets agreement and no spread.

1. `main`, on digits and on clothes: G by concatenation, D by projection, STEPS steps.
   Success, for every seed: agreement at least DIGITS_AT_LEAST on digits, on clothes at least CLOTHES_AT_LEAST of
   the agreement of the real test images; spread at least SPREAD_AT_LEAST on both.
2. The ways to tell the class, on digits, for COMPARED steps each. Reported as they come out:
   `concatenation` (both by concatenation, as in 2014), `projection` (as `main`), `gains` (G by conditional batch normalisation, D by
   projection), `slow gains` (the same, gains and biases at the learning rate of everything else), `blind` (G by
   concatenation, D not told). Success, for `blind` alone: agreement within BLIND_WITHIN.
"""

import torch
from running import hardware
from sweep import Sweep
from train_conditional import GAINS, GENERATOR, STEPS, TRAINING, measure, ship, state_of, train

from course_lib.checkpoint import save_checkpoint
from course_lib.conditional import (
    ConcatDiscriminator,
    ConcatGenerator,
    NormGenerator,
    ProjectionDiscriminator,
)
from course_lib.dcgan import Discriminator

SEEDS = (0, 1, 2)
DIGITS_AT_LEAST, CLOTHES_AT_LEAST, SPREAD_AT_LEAST = 0.95, 0.97, 0.7
BLIND_WITHIN = (0.05, 0.2)
COMPARED = 400


class BlindDiscriminator(Discriminator):
    """DCGAN's, which is handed the class and does not look."""

    def __init__(self, num_classes, **options):
        super().__init__(**options)

    def forward(self, x, y):
        return super().forward(x)


WAYS = {
    "concatenation": (ConcatGenerator, ConcatDiscriminator, GAINS),
    "projection": (ConcatGenerator, ProjectionDiscriminator, GAINS),
    "gains": (NormGenerator, ProjectionDiscriminator, GAINS),
    "slow gains": (NormGenerator, ProjectionDiscriminator, 1),
    "blind": (ConcatGenerator, BlindDiscriminator, GAINS),
}


def run(seed, experiment, name, way=None):
    if experiment == "main":
        generator, discriminator, trainer = train(name, seed, state_file=state_of(name, seed))
        if seed == SEEDS[0]:
            ship(name, generator, discriminator, trainer, seed)
    else:
        make_g, make_d, gains = WAYS[way]
        generator, _, trainer = train(name, seed, make_g, make_d, COMPARED, gains)
    result = measure(name, generator)
    if way == "gains" and seed == SEEDS[0]:
        card = {
            "script": "data_scripts/sweep_conditional.py",
            "data": "MNIST 10k of course_lib.data, split train, with labels",
            "architecture": GENERATOR,
            "seed": seed,
            "steps": COMPARED,
            **TRAINING,
            "seconds": round(trainer.seconds),
            "hardware": hardware(),
            "metrics": result,
        }
        save_checkpoint("cgan_mnist_gains", generator, card)
    return result | {"train_seconds": round(trainer.seconds)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    sweep = Sweep("11_conditional_gan", __file__)
    sweep.content["protocol"] = {
        "digits_at_least": DIGITS_AT_LEAST,
        "clothes_at_least": CLOTHES_AT_LEAST,
        "spread_at_least": SPREAD_AT_LEAST,
        "blind_within": BLIND_WITHIN,
        "steps": STEPS,
        "compared": COMPARED,
        "gains": GAINS,
        "training": TRAINING,
    }
    main = [{"experiment": "main", "name": name} for name in ("mnist", "fashion")]
    ways = [{"experiment": "ways", "name": "mnist", "way": way} for way in WAYS]
    sweep.main(run, main if sweep.missing(main, SEEDS) else ways, SEEDS)

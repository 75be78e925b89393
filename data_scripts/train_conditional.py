r"""Trains the shipped conditional GANs of lecture 11: `python data_scripts/train_conditional.py [mnist|fashion] [--seed 0]`.

Interrupt and run again to go on. MNIST 10k and Fashion-MNIST 10k at 28 px, one thread. G is told the class by concatenation,
D by projection. Shipped: the generators (the average of the weights over the last part of training, statistics measured anew)
as `cgan_mnist` and `cgan_fashion`, and the digits' discriminator as `cgan_mnist_discriminator`.
`sweep_conditional.py` trains the same with other seeds, and with other ways to tell the class for a third of the steps.
"""

import argparse

import torch
from running import RUNS, hardware
from torch import nn

from course_lib import data, metrics
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import load_checkpoint, save_checkpoint
from course_lib.classifier import extract_features, fashion_classifier, mnist_classifier
from course_lib.conditional import ConcatGenerator, ProjectionDiscriminator, cgan_step
from course_lib.devices import adam
from course_lib.training import Batches, Trainer

K = 10
GENERATOR = {"num_classes": K, "z_dim": 32, "base_channels": 24, "out_channels": 1, "size": 28}
DISCRIMINATOR = {"num_classes": K, "in_channels": 1, "base_channels": 24, "size": 28}
TRAINING = {"batch_size": 32, "lr_g": 1e-3, "lr_d": 5e-4, "decay": 0.99}
STEPS = 1500
GAINS = 10  # how much faster gains and biases learn: Adam moves a number by about lr a step, and a gain of 1 has far to go
SETS = {"mnist": (data.mnist, mnist_classifier), "fashion": (data.fashion_mnist, fashion_classifier)}
EACH = 200  # pictures a class that are measured


class OfPairs(nn.Module):
    """A generator that takes (z, y) as one argument, as `refresh_batch_norm` hands it over."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, pair):
        return self.generator(*pair)


def adam_of_generator(generator, gains=GAINS):
    """Adam, with a learning rate of its own for what conditional normalisation holds for each class."""
    opt = adam(generator, TRAINING["lr_g"])
    of_classes = {p for n, p in generator.named_parameters() if n.startswith("norms.")}
    if of_classes:
        (group,) = opt.param_groups
        group["params"] = [p for p in group["params"] if p not in of_classes]
        opt.add_param_group({"params": list(of_classes), "lr": gains * TRAINING["lr_g"]})
    return opt


def train(
    name,
    seed,
    make_g=ConcatGenerator,
    make_d=ProjectionDiscriminator,
    steps=STEPS,
    gains=GAINS,
    state_file=None,
):
    """(generator in eval mode, D in eval mode, trainer)"""
    rng = torch.Generator().manual_seed(seed)
    generator = make_g(**GENERATOR, rng=rng).to(memory_format=torch.channels_last)
    discriminator = make_d(**DISCRIMINATOR, rng=rng).to(memory_format=torch.channels_last)
    opt_g, opt_d = adam_of_generator(generator, gains), adam(discriminator, TRAINING["lr_d"])
    fall = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (steps - k) / (steps / 2)))
        for o in (opt_g, opt_d)
    ]
    average = weight_average(generator, TRAINING["decay"])

    def step(batch, rng):
        real, y = batch
        z_d, z_g = (torch.randn(len(real), GENERATOR["z_dim"], generator=rng) for _ in range(2))
        scalars = cgan_step(generator, discriminator, opt_g, opt_d, real, y, z_d, z_g)
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
    batches = Batches(*SETS[name][0]("train"), batch_size=TRAINING["batch_size"])
    trainer = Trainer(step, batches, parts, seed=seed, state_file=state_file)
    trainer.run(steps, progress=False)
    if trainer.steps_done < steps:
        raise SystemExit("interrupted; run again to go on")
    calm = make_g(**GENERATOR)
    calm.load_state_dict(average.module.state_dict())
    rng = torch.Generator().manual_seed(777)
    pairs = [(torch.randn(100, GENERATOR["z_dim"], generator=rng), torch.arange(100) % K) for _ in range(20)]
    return refresh_batch_norm(OfPairs(calm), pairs).generator.eval(), discriminator.eval(), trainer


def state_of(name, seed):
    """The local file from which a training that was interrupted goes on."""
    return RUNS / f"cgan_{name}_{seed}.pt"


@torch.no_grad()
def generate(generator, each=EACH, seed=1):
    """`each` images of every class in turn, uint8, and the classes that were ordered."""
    y = torch.arange(K).repeat(each)
    z = torch.randn(len(y), generator.z_dim, generator=torch.Generator().manual_seed(seed))
    pairs = zip(z.split(250), y.split(250))
    return data.to_uint8(torch.cat([generator(*pair) for pair in pairs])), y


@torch.no_grad()
def judged(judge, images, y):
    """Features of the images, and what the classifier names them."""
    features = extract_features(judge, images)
    return features, judge.output(features).argmax(1)


def spread(features, y, named):
    """How far apart the images of a class lie that are named as ordered: the trace of their covariance, mean over classes."""
    traces = [features[(y == k) & (named == k)].var(0).sum() for k in range(K)]
    return torch.stack(traces).nanmean().item()


def measure(name, generator):
    """What the shipped classifier sees in 2,000 images, 200 a class, beside the test images."""
    load, judge = SETS[name][0], SETS[name][1]()
    (images, y), (test, test_y) = generate(generator), load("test")
    (fake, named), (real, real_named) = judged(judge, images, y), judged(judge, test, test_y)
    table = torch.zeros(K, K, dtype=torch.long).index_put_((y, named), torch.tensor(1), accumulate=True)
    return {
        "agreement": round((named == y).double().mean().item(), 4),
        "agreement_real": round((real_named == test_y).double().mean().item(), 4),
        "spread": round(spread(fake, y, named) / spread(real, test_y, real_named), 4),
        "frechet_distance": round(metrics.frechet_feature_distance(real, fake).item(), 2),
        "table": table.tolist(),
    }


def ship(name, generator, discriminator, trainer, seed):
    """Write the checkpoints; the card's measures are those of the generator as shipped, in half precision."""
    card = {
        "script": f"data_scripts/train_conditional.py {name} --seed {seed}",
        "data": f"{'MNIST' if name == 'mnist' else 'Fashion-MNIST'} 10k of course_lib.data, split train, with labels",
        "seed": seed,
        "steps": trainer.steps_done,
        **TRAINING,
        "learning_rates_fall": "to 0 over the second half",
        "seconds": round(trainer.seconds),
        "hardware": hardware(),
    }
    own = {"architecture": GENERATOR}
    save_checkpoint(f"cgan_{name}", generator, card | own)
    load_checkpoint(f"cgan_{name}", generator)
    save_checkpoint(f"cgan_{name}", generator, card | own | {"metrics": measure(name, generator)})
    if name == "mnist":
        save_checkpoint("cgan_mnist_discriminator", discriminator, card | {"architecture": DISCRIMINATOR})


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=SETS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    name, seed = options.name, options.seed
    generator, discriminator, trainer = train(name, seed, state_file=state_of(name, seed))
    ship(name, generator, discriminator, trainer, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

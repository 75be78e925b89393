r"""Trains the shipped InfoGAN of lecture 08: `python data_scripts/train_infogan.py [--seed 0]`; interrupt and run again to go on.

Digits of MNIST 10k at 28 px, one code of ten values, two continuous codes, 32 numbers of noise. Labels are used by nobody in
training; the shipped classifier of digits names what came out. Shipped: the generator (the average of the weights over the last
part of training, BatchNorm measured anew) as `infogan_mnist`, and D with Q as `infogan_mnist_discriminator`.
`sweep_codes.py` trains the same with other seeds and with the information weights at 0, and with the paper's learning rate of D and
pictures that D and Q see only moved (`infogan_mnist_moved`).
"""

import argparse

import torch
from running import RUNS, hardware

from course_lib import data, dcgan, infogan
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import load_checkpoint, save_checkpoint
from course_lib.classifier import extract_features, mnist_classifier
from course_lib.devices import adam
from course_lib.training import Batches, Trainer

NUM_CODES, NUM_CONTINUOUS, NOISE = 10, 2, 32
GENERATOR = {"z_dim": NOISE + NUM_CODES + NUM_CONTINUOUS, "base_channels": 16, "out_channels": 1, "size": 28}
DISCRIMINATOR = {"num_codes": NUM_CODES, "num_continuous": NUM_CONTINUOUS, "base_channels": 16, "size": 28}
TRAINING = {"batch_size": 32, "steps": 1000, "lr_g": 1e-3, "lr_d": 5e-4, "decay": 0.99}


def train(
    seed,
    lambda_info=1.0,
    lambda_continuous=0.1,
    steps=TRAINING["steps"],
    state_file=None,
    on_way=None,
    lr_d=TRAINING["lr_d"],
    moved=False,
):
    """(generator in eval mode, D with Q in eval mode, trainer); on_way(trainer, finished) is called every 200 steps."""
    rng = torch.Generator().manual_seed(seed)
    generator = dcgan.Generator(**GENERATOR, rng=rng).to(memory_format=torch.channels_last)
    discriminator = infogan.InfoDiscriminator(**DISCRIMINATOR, rng=rng).to(memory_format=torch.channels_last)
    opt_g, opt_d = adam(generator, TRAINING["lr_g"]), adam(discriminator, lr_d)
    fall = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (steps - k) / (steps / 2)))
        for o in (opt_g, opt_d)
    ]
    average = weight_average(generator, TRAINING["decay"])

    def step(real, rng):
        latent_d, latent_g = (
            infogan.draw_latent(len(real), NOISE, NUM_CODES, NUM_CONTINUOUS, rng) for _ in range(2)
        )
        networks, latents = (generator, discriminator, opt_g, opt_d), (latent_d, latent_g)
        view = (lambda x: infogan.moved(x, rng)) if moved else None
        scalars = infogan.infogan_step(*networks, real, *latents, lambda_info, lambda_continuous, view)
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
    batches = Batches(data.mnist("train")[0], batch_size=TRAINING["batch_size"])
    trainer = Trainer(step, batches, parts, seed=seed, state_file=state_file)

    def finished():
        calm = dcgan.Generator(**GENERATOR)
        calm.load_state_dict(average.module.state_dict())
        noise = [
            infogan.draw_latent(100, NOISE, rng=torch.Generator().manual_seed(777 + i)).joined(NUM_CODES)
            for i in range(20)
        ]
        return refresh_batch_norm(calm, noise).eval()

    for stage in [*range(200, steps, 200), steps] if on_way else [steps]:
        trainer.run(stage, progress=False)
        if on_way:
            on_way(trainer, finished())
    return finished(), discriminator.eval(), trainer


def state_of(seed, lambda_info=1.0, remedy=""):
    """The local file from which a training that was interrupted goes on."""
    return RUNS / f"infogan_{lambda_info:g}{remedy}_{seed}.pt"


@torch.no_grad()
def generate(generator, n, seed=1):
    """n draws: (the `Latent`, images)."""
    latent = infogan.draw_latent(n, NOISE, NUM_CODES, NUM_CONTINUOUS, torch.Generator().manual_seed(seed))
    return latent, torch.cat([generator(z) for z in latent.joined(NUM_CODES).split(250)])


@torch.no_grad()
def measure(generator, n=2000, seed=1):
    """What the shipped classifier of digits says of the codes, and how sure it is that these are digits."""
    latent, images = generate(generator, n, seed)
    classifier = mnist_classifier()
    prob = classifier.output(extract_features(classifier, images)).softmax(1)
    table = infogan.code_table(latent.code, prob.argmax(1), NUM_CODES, NUM_CODES)
    return {
        "purity": round(infogan.purity(table), 4),
        "table": table.tolist(),
        "digits_seen": int(
            (table.sum(0) >= n / 50).sum()
        ),  # digits that make up at least 2 % of the pictures
        "confidence": round(prob.max(1).values.mean().item(), 4),
    }


def ship(generator, discriminator, trainer, seed):
    """Write both checkpoints; the card's measures are those of the generator as shipped, in half precision."""
    card = {
        "script": f"data_scripts/train_infogan.py --seed {seed}",
        "data": "MNIST 10k of course_lib.data, split train; no labels",
        "seed": seed,
        **TRAINING,
        "lambda_info": 1.0,
        "lambda_continuous": 0.1,
        "seconds": round(trainer.seconds),
        "hardware": hardware(),
    }
    own = {
        "architecture": GENERATOR,
        "codes": {"noise": NOISE, "num_codes": NUM_CODES, "num_continuous": NUM_CONTINUOUS},
    }
    save_checkpoint("infogan_mnist", generator, card | own)
    load_checkpoint("infogan_mnist", generator)
    save_checkpoint("infogan_mnist", generator, card | own | {"metrics": measure(generator)})
    save_checkpoint("infogan_mnist_discriminator", discriminator, card | {"architecture": DISCRIMINATOR})


def ship_remedy(generator, trainer, seed):
    """Write the generator of lecture 08's second InfoGAN: D at the paper's rate, pictures seen moved."""
    card = {
        "script": "data_scripts/sweep_codes.py remedy",
        "data": "MNIST 10k of course_lib.data, split train; no labels",
        "architecture": GENERATOR,
        "codes": {"noise": NOISE, "num_codes": NUM_CODES, "num_continuous": NUM_CONTINUOUS},
        "seed": seed,
        **TRAINING,
        "steps": trainer.steps_done,
        "lr_d": 2e-4,
        "moved": True,
        "lambda_info": 1.0,
        "lambda_continuous": 0.1,
        "seconds": round(trainer.seconds),
        "hardware": hardware(),
    }
    save_checkpoint("infogan_mnist_moved", generator, card)
    load_checkpoint("infogan_mnist_moved", generator)
    save_checkpoint("infogan_mnist_moved", generator, card | {"metrics": measure(generator)})


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    generator, discriminator, trainer = train(seed, state_file=state_of(seed))
    if trainer.steps_done < TRAINING["steps"]:
        raise SystemExit("interrupted; run again to go on")
    ship(generator, discriminator, trainer, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

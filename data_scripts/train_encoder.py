"""Trains the inverting networks of the shipped DCGANs: `python data_scripts/train_encoder.py faces|fashion [--seed 1]`.

The generator is fixed. The encoder learns from real training images (reconstruction) and from images that the generator
made (their codes are known), with Adam whose rate falls to 0 along a cosine. Its BatchNorm statistics are measured anew on
real training images at the end, because training mixed them with generated ones. One run per seed;
the first seed's network is shipped, with the measures of all on its card. `--seed 1` trains that one and stops, so that
three trainings can be done at three times; interrupt and run again to go on.
"""

import argparse

import torch
from running import RUNS, hardware
from train_dcgan import images_of

from course_lib import data, dcgan
from course_lib.averaging import refresh_batch_norm
from course_lib.checkpoint import checkpoint_card, load_checkpoint, save_checkpoint
from course_lib.devices import adam
from course_lib.encoder import Encoder, code_loss, encoder_loss, reconstruction_loss, shipped_encoder
from course_lib.training import Batches, Trainer

BATCH, LR, LAMBDA_CODE = 32, 2e-3, 0.1
SEEDS = (0, 1, 2)
SETTINGS = {
    "faces": {
        "architecture": {"z_dim": 64, "base_channels": 32, "in_channels": 3, "size": 32},
        "steps": 1500,
    },
    "fashion": {
        "architecture": {"z_dim": 64, "base_channels": 32, "in_channels": 1, "size": 28},
        "steps": 1500,
    },
}


def load_generator(name):
    generator = dcgan.Generator(**checkpoint_card(f"dcgan_{name}")["architecture"])
    load_checkpoint(f"dcgan_{name}", generator)
    return generator.eval().requires_grad_(False)


def train(name, seed):
    s, generator = SETTINGS[name], load_generator(name)
    images = images_of(name, "train")
    encoder = Encoder(**s["architecture"], rng=torch.Generator().manual_seed(seed))
    encoder.to(memory_format=torch.channels_last)
    optimizer = adam(encoder, LR, betas=(0.9, 0.999))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, s["steps"])

    def step(x, rng):
        z = torch.randn(BATCH, generator.z_dim, generator=rng)
        loss = encoder_loss(generator, encoder, x, z, LAMBDA_CODE)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        return {"loss": loss.detach()}

    trainer = Trainer(
        step,
        Batches(images, batch_size=BATCH),
        {"encoder": encoder, "optimizer": optimizer, "schedule": schedule},
        seed=seed,
        state_file=RUNS / f"encoder_{name}_{seed}.pt",
    )
    trainer.run(s["steps"], progress=False)
    if trainer.steps_done < s["steps"]:
        raise SystemExit("interrupted; run again to go on")
    refresh_batch_norm(encoder, data.to_float(images[: 8 * 250]).split(250))
    return encoder.eval(), trainer


@torch.no_grad()
def measure(name, encoder):
    generator, z = load_generator(name), torch.randn(500, 64, generator=torch.Generator().manual_seed(1))
    held_out, seen = (data.to_float(images_of(name, split)[:500]) for split in ("test", "train"))
    return {
        "held_out_reconstruction": round(reconstruction_loss(generator, encoder, held_out).item(), 4),
        "training_reconstruction": round(reconstruction_loss(generator, encoder, seen).item(), 4),
        "code_loss": round(code_loss(generator, encoder, z).item(), 4),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=SETTINGS)
    parser.add_argument("--seed", type=int, choices=SEEDS)
    options = parser.parse_args()
    name, measured = options.name, {}
    for seed in SEEDS if options.seed is None else [options.seed]:
        encoder, trainer = train(name, seed)
        measured[seed] = measure(name, encoder)
        print(f"{name}, seed {seed}: {measured[seed]}, {trainer.seconds:.0f} s", flush=True)
        if seed == SEEDS[0]:
            shipped, steps, seconds = encoder, trainer.steps_done, trainer.seconds
    if options.seed is not None:
        return
    card = {
        "script": f"data_scripts/train_encoder.py {name}",
        "data": {"fashion": "Fashion-MNIST 10k", "faces": "face compositions at 32 px"}[name]
        + f", split train, and images of dcgan_{name}",
        "architecture": SETTINGS[name]["architecture"],
        "seed": 0,
        "steps": steps,
        "batch_size": BATCH,
        "learning_rate": {"encoder": LR, "fall": "to 0 along a cosine"},
        "lambda_code": LAMBDA_CODE,
        "seconds": round(seconds),
        "hardware": hardware(),
    }
    by_seed = {seed: m["held_out_reconstruction"] for seed, m in measured.items()}
    save_checkpoint(f"encoder_{name}", shipped, card)
    metrics = measure(name, shipped_encoder(name))  # as shipped, in half precision
    save_checkpoint(
        f"encoder_{name}", shipped, card | {"metrics": metrics | {"held_out_reconstruction_by_seed": by_seed}}
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()

"""Trains the shipped DCGANs: `python data_scripts/train_dcgan.py fashion|faces [--seed 0]`; interrupt and run again to go on.

The generator that is shipped is the average of the weights over the last part of training, its BatchNorm statistics
measured anew. D is shipped too, so that a lecture can continue. `dcgan_NAME_00300` and the like
are the generator on the way, for lecture 07.
"""

import argparse
from copy import deepcopy

import torch
from running import RUNS, hardware
from torch.nn.functional import avg_pool2d

from course_lib import data, dcgan, metrics
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import load_checkpoint, save_checkpoint, save_snapshots
from course_lib.classifier import extract_features, faces_classifier, fashion_classifier
from course_lib.devices import adam, autocast, find_device
from course_lib.gan import discriminator_loss, gan_step
from course_lib.training import Batches, Trainer

COMMON = {"batch_size": 32, "lr_g": 1e-3, "lr_d": 5e-4, "decay": 0.995, "steps": 5000, "r1": 0.0}
SETTINGS = {
    "fashion": COMMON
    | {
        "architecture": {"z_dim": 64, "base_channels": 32, "out_channels": 1, "size": 28},
        "discriminator": {"in_channels": 1, "base_channels": 32, "size": 28},
    },
    "faces": COMMON
    | {
        # Flat colours give D an easy game: it tells generated faces by the grain of their pixels alone, wins (loss .23
        # after 1,500 steps, .09 after 3,000 with noise on its images that thins out), and the faces stay grainy.
        # A penalty on D's slope at real images keeps it from being that sure.
        "r1": 10.0,
        "lr_g": 5e-4,
        "steps": 4000,
        "architecture": {"z_dim": 64, "base_channels": 48, "out_channels": 3, "size": 32},
        "discriminator": {"in_channels": 3, "base_channels": 32, "size": 32},
    },
}


STAGES = (100, 300, 1000, 3000)


def build(s, images, seed, state_file):
    """The trainer of one run; networks, average and fixed noise are its attributes."""
    device = find_device()
    rng = torch.Generator().manual_seed(seed)
    as_last = {"device": device, "memory_format": torch.channels_last}
    generator = dcgan.Generator(**s["architecture"], rng=rng).to(**as_last)
    discriminator = dcgan.Discriminator(**s["discriminator"], rng=rng).to(**as_last)
    opt_g, opt_d = adam(generator, s["lr_g"]), adam(discriminator, s["lr_d"])
    half = s["steps"] // 2  # constant, then down to 0 along a line, as pix2pix and CycleGAN do
    fall = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (s["steps"] - k) / half))
        for o in (opt_g, opt_d)
    ]
    average = weight_average(generator, s["decay"])
    z_dim, batch_size = s["architecture"]["z_dim"], s["batch_size"]
    fixed = torch.randn(64, z_dim, generator=torch.Generator().manual_seed(12345)).to(device)

    def step(real, rng):
        z_d, z_g = (torch.randn(batch_size, z_dim, generator=rng).to(device) for _ in range(2))
        real.requires_grad_(s["r1"] > 0)

        def d_loss(real_logits, fake_logits):
            loss = discriminator_loss(real_logits, fake_logits)
            if s["r1"]:  # R1, Mescheder et al. 2018, arXiv:1801.04406: r1 / 2 * |slope of D at real images|^2
                (slope,) = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
                loss = loss + s["r1"] / 2 * slope.square().flatten(1).sum(1).mean()
            return loss

        scalars = gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g, d_loss)
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
    trainer = Trainer(
        step,
        Batches(images, batch_size=batch_size, device=device),
        parts,
        seed=seed,
        sample=lambda: finished(trainer)(fixed[:16]),
        state_file=state_file,
        precision=autocast(device),
    )
    trainer.z_dim = z_dim
    return trainer


def finished(trainer):
    """The averaged generator as it stands, with BatchNorm statistics of its own, in eval mode."""
    generator = deepcopy(trainer.parts["average"].module)
    device = next(generator.parameters()).device
    rng = torch.Generator().manual_seed(777)
    batches = (torch.randn(100, trainer.z_dim, generator=rng).to(device) for _ in range(20))
    return refresh_batch_norm(generator, batches).eval()


@torch.no_grad()
def generate(generator, n, z_dim, seed=1):
    z = torch.randn(n, z_dim, generator=torch.Generator().manual_seed(seed))
    device = next(generator.parameters()).device
    return torch.cat([data.to_uint8(generator(part.to(device))).cpu() for part in z.split(250)])


def images_of(name, split):
    if name == "fashion":
        return data.fashion_mnist(split)[0]
    faces = data.faces(split)[0].float()
    return avg_pool2d(faces, 2).round().to(torch.uint8)  # 64 -> 32 px


def measure(images, network, references):
    """Distances of 2,000 generated images from the test images, in the features of the data set's classifier."""
    fake = extract_features(network, images)
    precision, recall = metrics.precision_recall(references, fake)
    return {
        "frechet_distance": round(metrics.frechet_feature_distance(references, fake).item(), 4),
        "kernel_distance": round(metrics.kernel_distance(references, fake).item(), 5),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "images": len(images),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SETTINGS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--snapshots", type=int, default=48, help="pictures of the training replay")
    options = parser.parse_args()
    name, s = options.name, SETTINGS[options.name]
    trainer = build(s, images_of(name, "train"), options.seed, RUNS / f"dcgan_{name}_{options.seed}.pt")
    network = {"fashion": fashion_classifier, "faces": faces_classifier}[name]()
    references = extract_features(network, images_of(name, "test"))
    card = {
        "script": f"data_scripts/train_dcgan.py {name} --seed {options.seed}",
        "data": {"fashion": "Fashion-MNIST 10k", "faces": "face compositions at 32 px"}[name]
        + ", split train",
        "seed": options.seed,
        "batch_size": s["batch_size"],
        "learning_rates": {
            "generator": s["lr_g"],
            "discriminator": s["lr_d"],
            "fall": "to 0 over the second half",
        },
        "weight_average": s["decay"],
        "r1": s["r1"],
        "hardware": hardware(),
    }

    def ship(suffix, network_saved, architecture, metrics_=None):
        facts = {"architecture": architecture, "steps": trainer.steps_done, "seconds": round(trainer.seconds)}
        save_checkpoint(
            f"dcgan_{name}{suffix}", network_saved, card | facts | ({"metrics": metrics_} if metrics_ else {})
        )

    def ship_generator(suffix):
        generator = finished(trainer)
        architecture = s["architecture"]
        ship(suffix, generator, architecture)
        load_checkpoint(f"dcgan_{name}{suffix}", generator)  # measured as shipped, in half precision
        measured = measure(generate(generator, 2000, s["architecture"]["z_dim"]), network, references)
        print(trainer.steps_done, measured, flush=True)
        ship(suffix, generator, architecture, measured)

    every = max(1, s["steps"] // options.snapshots)
    for stage in [k for k in STAGES if k > trainer.steps_done] + [s["steps"]]:
        trainer.run(stage, sample_every=every)
        if trainer.steps_done < stage:
            return  # interrupted: the state is saved, run again to go on
        ship_generator(f"_{stage:05d}" if stage < s["steps"] else "")
    ship("_discriminator", trainer.parts["discriminator"], s["discriminator"])
    save_snapshots(f"dcgan_{name}", trainer.snapshots, trainer.history)


if __name__ == "__main__":
    main()

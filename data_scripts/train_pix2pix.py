"""Trains pix2pix: the shipped tasks at 64 px, or a folder of pairs at 256 px; interrupt and run again to go on.

    python data_scripts/train_pix2pix.py labels_to_3d                 # a task of course_lib/translation.py
    python data_scripts/download.py facades
    python data_scripts/train_pix2pix.py downloads/facades --swap     # labels -> photo, as in the paper
    torchrun --nproc_per_node 4 data_scripts/train_pix2pix.py downloads/maps

Under torchrun every process takes its part of each batch and the gradients are averaged; a folder then has one picture a
process, a task shares its batch. What a task ships is the average of the generator's weights, its BatchNorm statistics
measured anew, in course_lib/checkpoints; a folder's generator and pictures go to runs/.
"""

import argparse
from copy import copy, deepcopy
from pathlib import Path

import torch
from replicated import processes, replicate, share
from running import RUNS, hardware, write_json
from safetensors.torch import save_file
from torch import nn

from course_lib import data, metrics
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import save_checkpoint, save_snapshots
from course_lib.classifier import Classifier, extract_features
from course_lib.devices import adam, autocast, find_device
from course_lib.patchgan import PatchDiscriminator
from course_lib.pix2pix import linear_decay, pix2pix_step
from course_lib.resnet import InstanceNorm
from course_lib.streams import rng_state
from course_lib.training import Trainer
from course_lib.translation import TASKS, PairBatches, Task, Translator
from course_lib.unet import UNetGenerator

# The recipe of the 64 px tasks, and what it took. Going up by repeated pixels (nearest) wove a grid of one or two pixels
# into smooth areas that grew with training: second differences where the truth is smooth were 2.6 grey levels (truth
# .65) after 400 steps; with bilinear interpolation 1.9, nothing to see. Random shifts of what D sees did not help.
# lambda 30, not 100: the Frechet distance is smaller. A discriminator of base 32: with 64 it takes two thirds of the
# time. Batches of 4, not 16: at the same number of pictures four times the steps. But where G must recognise what it
# sees to know its colour, batches of 4 failed (rainbow edges around grey-brown shapes after 1,600 steps): what is
# recognised is decided at 1 x 1 to 4 x 4 pixels, and BatchNorm's statistics over so few values are noise.
SMALL = {
    "generator": {"base_channels": 32, "num_downs": 6, "max_channels": 128, "resize": True},
    "discriminator": {"base_channels": 32, "n_layers": 2},
    "batch_size": 4,
    "lr_g": 4e-4,
    "lr_d": 4e-4,
    "lambda_l1": 30.0,
    "decay": 0.995,
    "steps": 3000,
    "augmentation": {"pad": 4},
}
SLIM = SMALL | {
    "generator": {"base_channels": 24, "num_downs": 6, "max_channels": 96, "resize": True},
    "discriminator": {"base_channels": 24, "n_layers": 2},
    "lr_d": 2e-4,
    "steps": 1200,
}
# To colourise, G paints only what is to be added to the grey image: painting everything blurred the photographs.
# Where the picture is texture and fine lines, interpolation blurs them (street windows were mush after 1,400 steps): the
# original's transposed convolutions.
CRISP = SLIM | {"generator": SLIM["generator"] | {"resize": False}, "steps": 1000}
STREET = CRISP | {"generator": CRISP["generator"] | {"num_downs": 5}}  # 96 px can be halved five times
# To paint streets, G must recognise a car, a person, a dog by its outline. With the game from the first step on it never did
# (3,500 steps of 4, lambda 30): the things were crumbs, and L1 in training stood at .128 where it had begun with .131.
# L1 alone reached .104 on held-out scenes in 92 s; the game afterwards gives the contrast back. Static on what D is shown,
# or it judges by the camera's grain, which G has no noise to make. Bilinear interpolation took the faint weave away and the
# windows and the dashes on the road with it, with L1 alone first or without.
# Written before the final run, after three trials of seed 0: better than the network before (L1 .1326, Frechet .347, mean IoU
# of the segmenter .784, weave 2.6) means L1 at most .120 and mean IoU at least .784 and Frechet at most 4, and whole things to
# be seen; the weave at most 2.6 is no worse. (weave: RMS in grey levels of the patterns of period 2 px that hold over 8 x 8 px
# of sky; truth 1.3.) It came out as .1192, .792, 1.56 and 2.5: the Frechet distance, which sees edges and colours but no
# things, is worse: the crumbs had more grain. Written before the way back was run with it: better than the network before
# (L1 .0544, nearest classes' mean IoU .704, 2.2 % of the pixels alone among other labels) means L1 at most .050, IoU no less.
# It came out as .0405 and .761, 0.7 % alone; its Frechet distance rose from .15 to 1.9.
RECOGNISED_FIRST = {"batch_size": 8, "lr_g": 6e-4, "static": 0.1, "alone": 2000, "steps": 3200}
SETTINGS = {
    "labels_to_3d": SMALL,
    "line_to_flat": SMALL | {"batch_size": 16, "lr_d": 2e-4, "steps": 1500},
    "flat_to_3d": SLIM,
    # L1 alone first (900 of 1,400 steps) was tried here too: better would have been L1 at most .190 and Frechet at most 4, it
    # came out as .2045 (both losses from the first step: .2134) and 5.1 (.72), and was not kept.
    "edges_to_line": CRISP | {"batch_size": 16, "lr_g": 8e-4, "steps": 1500},
    "grey_to_color": SLIM | {"batch_size": 8, "lambda_l1": 60.0, "steps": 600},
    # With lambda 60 D painted rainbows and a hint stayed a dot: nearly regression, as in the paper of the hints.
    "hints_to_color": SLIM | {"batch_size": 8, "lambda_l1": 300.0, "lr_g": 8e-4, "steps": 2800},
    "labels_to_street": STREET | RECOGNISED_FIRST,
    "street_to_labels": STREET | RECOGNISED_FIRST | {"alone": 1200, "steps": 1800},
}
TRAINING_CONTINUES = ("labels_to_3d", "line_to_flat")  # these ship D and the pictures of their training too


def paper_settings(size, pictures):
    """The original's recipe for a folder of pairs: 200 epochs of single pictures, the rate falling in the second half."""
    return {
        "generator": {"base_channels": 64, "num_downs": min(8, size.bit_length() - 1)},
        "discriminator": {"base_channels": 64, "n_layers": 3},
        "batch_size": 1,
        "lr_g": 2e-4,
        "lr_d": 2e-4,
        "lambda_l1": 100.0,
        "decay": 0.0,
        "steps": 200 * pictures,
        "augmentation": {"size": size},
    }


class Static(nn.Module):
    """Adds normal noise: what is much weaker is hard to see behind it."""

    def __init__(self, deviation):
        super().__init__()
        self.deviation = deviation

    def forward(self, x):
        return x + self.deviation * torch.randn_like(x)


def build(task, s, x, y, seed=0, state_file=None, norm=nn.BatchNorm2d, watched=None):
    """The trainer of one run. watched: inputs whose translations become the snapshots, or None."""
    rank, world = share()
    device = find_device()
    as_last = {"device": device, "memory_format": torch.channels_last}
    rng = torch.Generator().manual_seed(seed)
    channels = {"in_channels": task.in_channels, "out_channels": task.out_channels}
    generator = UNetGenerator(**channels, **s["generator"], norm=norm, rng=rng).to(**as_last)
    discriminator = PatchDiscriminator(sum(channels.values()), **s["discriminator"], norm=norm, rng=rng).to(
        **as_last
    )
    opt_g, opt_d = adam(generator, s["lr_g"]), adam(discriminator, s["lr_d"])
    half, alone = s["steps"] // 2, s.get("alone", 0)
    fall = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k, k0=k0: linear_decay(k0 + k, s["steps"] - half, half))
        for o, k0 in ((opt_g, 0), (opt_d, alone))  # D's schedule begins where D does
    ]
    average = weight_average(generator, s["decay"])
    g, d = replicate(generator, discriminator)
    if "static" in s:
        d = nn.Sequential(Static(s["static"]), d)

    def step(batch, _rng):
        game = trainer.steps_done >= alone
        scalars = pix2pix_step(g, d if game else None, opt_g, opt_d, *batch, s["lambda_l1"])
        average.update_parameters(generator)
        for schedule in fall if game else fall[:1]:
            schedule.step()
        return scalars

    batches = PairBatches(task, x, y, s["batch_size"], s["augmentation"], device, (rank, world))
    trainer = Trainer(
        step,
        batches,
        {
            "generator": generator,
            "discriminator": discriminator,
            "opt_g": opt_g,
            "opt_d": opt_d,
            "fall_g": fall[0],
            "fall_d": fall[1],
            "average": average,
        },
        seed=seed,
        sample=lambda: finished(trainer, min(40, len(x)))(task.encode(watched.to(device))),
        state_file=state_file,
        precision=autocast(device),
    )
    if rank > 0:  # every process goes on from the first one's state; its dropout draws other noise
        trainer.state_file = None
        trainer.layer_rng = rng_state(seed + 1000 * rank + trainer.steps_done)
    return trainer


@torch.no_grad()
def finished(trainer, pictures=200):
    """The averaged generator as it stands, with BatchNorm statistics of its own, in eval mode."""
    generator = deepcopy(trainer.parts["average"].module)
    batches = copy(trainer.batches)  # its own place in the epoch, the same pictures
    batches.rank, batches.world = 0, 1
    rng = torch.Generator().manual_seed(777)
    return refresh_batch_norm(
        generator, (batches.next(rng)[0] for _ in range(-(-pictures // batches.batch_size)))
    ).eval()


# --- measuring ----------------------------------------------------------------------------------------
def untrained_features(images):
    """64 means of the last maps of a classifier with its first weights: they see colours and edges, whatever the task.

    Args:
        images: uint8 (N, C, H, W).
    """
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        network = Classifier(in_channels=images.shape[1], base_channels=16).net.eval()
    return extract_features(nn.Sequential(network, nn.AdaptiveAvgPool2d(1)), images)


def saturation(images):
    """Largest minus smallest colour channel, mean over pixels, from 0 to 1."""
    images = images.float() / 255
    return (images.amax(1) - images.amin(1)).mean().item()


def measure(y_fake, y):
    """Distance from the truth (0 to 1), Frechet distance in untrained features (times 1,000), saturation."""
    distance = metrics.frechet_feature_distance(untrained_features(y), untrained_features(y_fake)).item()
    return {
        "l1": round((y_fake.float() - y.float()).abs().mean().item() / 255, 4),
        "frechet_distance": round(1000 * distance, 3),
        "saturation": round(saturation(y_fake), 3),
    }


def trivial_answers(task, x, y, train_y):
    """What needs no learning: the mean image, the input itself where it is an image, and the truth for comparison."""
    mean = train_y.float().mean(0, keepdim=True).round().to(torch.uint8).expand_as(y)
    rows = {"truth": measure(y, y), "mean image": measure(mean, y)}
    if task.encode is data.to_float and x.shape[1] in (1, y.shape[1]):
        rows["the input itself"] = measure(x.expand_as(y).contiguous(), y)
    return rows


def shown(x, task):
    """Inputs as pictures to look at: uint8 (N, 3, H, W)."""
    if x.shape[1] == 5:  # the hints upon the grey image
        return torch.where(x[:, 1:2] > 0, x[:, 2:], x[:, :1].expand(-1, 3, -1, -1))
    if task.encode is data.to_float:
        return x.expand(-1, 3, -1, -1)
    palette = data.COLOR_PALETTE if task.in_channels == len(data.COLOR_CLASSES) else data.STREET_PALETTE
    return data.paint_labels(x, palette)


def save_grid(path, x, y_fake, y, task, columns=16):
    """Rows of input, translation, truth."""
    from PIL import Image

    chosen = torch.arange(0, len(x), max(1, len(x) // columns))[:columns]
    rows = [t[chosen].expand(-1, 3, -1, -1) for t in (shown(x, task), y_fake, y)]
    picture = torch.cat([torch.cat(list(row), 2) for row in rows], 1)  # (3, 3 H, columns * W)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture.permute(1, 2, 0).contiguous().numpy()).save(path)


# --- the two uses -------------------------------------------------------------------------------------
def train_task(name, options):
    task, s = TASKS[name], dict(SETTINGS[name])
    s["steps"] = options.steps or s["steps"]
    (x, y), (test_x, test_y) = task.pairs("train"), task.pairs("test")
    rng = torch.Generator().manual_seed(99)
    test_x = task.simulate(test_x, rng)
    some = torch.arange(0, len(test_x), len(test_x) // 12)[:12]
    trainer = build(
        task, s, x, y, options.seed, RUNS / f"pix2pix_{name}_{options.seed}.pt", watched=test_x[some]
    )
    every = s["steps"] // 20 if name in TRAINING_CONTINUES and trainer.batches.rank == 0 else None
    trainer.run(s["steps"], sample_every=every, progress=options.progress)
    if trainer.steps_done < s["steps"] or trainer.batches.rank > 0:
        return  # interrupted: the state is saved, run again to go on

    card = {
        "task": task.line,
        "script": f"data_scripts/train_pix2pix.py {name} --seed {options.seed}",
        "data": f"{len(x)} pairs, split train",
        "seed": options.seed,
        "steps": trainer.steps_done,
        "seconds": round(trainer.seconds),
        "batch_size": s["batch_size"],
        "learning_rates": {
            "generator": s["lr_g"],
            "discriminator": s["lr_d"],
            "fall": "to 0 over the second half",
        },
        "lambda_l1": s["lambda_l1"],
        **({"steps_of_l1_alone": s["alone"], "static_before_d": s["static"]} if "alone" in s else {}),
        "weight_average": s["decay"],
        "hardware": hardware(),
    }
    channels = {"in_channels": task.in_channels, "out_channels": task.out_channels}
    facts = card | {"architecture": channels | s["generator"]}
    generator = finished(trainer)
    save_checkpoint(f"pix2pix_{name}", generator, facts)
    y_fake = Translator(name)(test_x)  # measured as shipped, in half precision
    facts["metrics"] = {"test pairs": len(test_x), "ours": measure(y_fake, test_y)}
    facts["metrics"] |= trivial_answers(task, test_x, test_y, y)
    print(facts["metrics"])
    save_checkpoint(f"pix2pix_{name}", generator, facts)
    save_grid(RUNS / f"pix2pix_{name}.png", test_x, y_fake, test_y, task)
    if name in TRAINING_CONTINUES:
        architecture = {"in_channels": sum(channels.values())} | s["discriminator"]
        facts = card | {"architecture": architecture}
        save_checkpoint(f"pix2pix_{name}_discriminator", trainer.parts["discriminator"], facts)
        save_snapshots(f"pix2pix_{name}", trainer.snapshots, trainer.history)


def train_folder(folder, options):
    """Pairs side by side, as data_scripts/download.py leaves them: folder/train, and folder/val or test to look at."""
    size, world = options.size, share()[1]
    larger = size * 286 // 256  # room for the random window
    x, y = data.load_pairs(folder, "train", larger, options.swap)
    task = Task(f"pairs of {Path(folder).name}", None, 3, 3)
    s = paper_settings(size, len(x))
    s["batch_size"] = options.batch_size or world
    s["steps"] = options.steps or -(-s["steps"] // s["batch_size"])
    s["generator"]["base_channels"] = s["discriminator"]["base_channels"] = options.base_channels
    norm = InstanceNorm if options.instance_norm else nn.BatchNorm2d
    name = f"pix2pix_{Path(folder).name}_{options.seed}"
    out = Path(options.out)
    held_out = next((split for split in ("val", "test") if (Path(folder) / split).is_dir()), "train")
    test_x, test_y = (t[:16] for t in data.load_pairs(folder, held_out, size, options.swap))
    trainer = build(task, s, x, y, options.seed, out / f"{name}.pt", norm, watched=test_x[:4])
    paint = trainer.sample

    def look():
        """A translation of the pictures watched, also to be looked at while the training goes on."""
        y_fake = paint().cpu()
        save_grid(out / f"{name}_so_far.png", test_x[:4], data.to_uint8(y_fake), test_y[:4], task)
        return y_fake

    trainer.sample = look
    every = (
        s["steps"] // 24 or None
    )  # a translation of four costs as much as thirteen steps: none in the shortest runs
    trainer.run(s["steps"], None if trainer.batches.rank else every, progress=options.progress)
    if trainer.batches.rank > 0:
        return
    if trainer.steps_done < s["steps"]:
        print(
            f"stopped after {trainer.steps_done} of {s['steps']} steps: the same command goes on from there"
        )
        return
    generator = finished(trainer, min(200, len(x)))
    device = next(generator.parameters()).device
    with torch.no_grad():
        parts = [data.to_uint8(generator(task.encode(part.to(device)))).cpu() for part in test_x.split(1)]
    save_grid(out / f"{name}.png", test_x, torch.cat(parts), test_y, task, columns=8)
    save_file(
        {k: v.cpu().contiguous() for k, v in generator.half().state_dict().items()},
        out / f"{name}.safetensors",
    )
    write_json(
        out / f"{name}.json",
        {
            "architecture": {"in_channels": 3, "out_channels": 3} | s["generator"],
            "norm": norm.__name__,
            "steps": trainer.steps_done,
            "seconds": round(trainer.seconds),
            "processes": world,
            "hardware": hardware(),
            "metrics": {f"{len(test_x)} of {held_out}": measure(torch.cat(parts), test_y)},
        },
    )
    print(
        f"{out / name}.png shows inputs, translations and truths of {held_out}; beside it the generator and its card"
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", help=f"a folder with train/, or a task: {', '.join(SETTINGS)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="instead of the recipe's")
    parser.add_argument(
        "--swap", action="store_true", help="folder: translate the right picture into the left one"
    )
    parser.add_argument("--size", type=int, default=256, help="folder: pixels of a side, a power of two")
    parser.add_argument("--batch-size", type=int, help="folder: of all processes together (one picture each)")
    parser.add_argument("--base-channels", type=int, default=64, help="folder: width of both networks")
    parser.add_argument(
        "--instance-norm", action="store_true", help="folder: InstanceNorm instead of BatchNorm"
    )
    parser.add_argument("--out", default=RUNS, help="folder: where states and results go (runs/)")
    parser.add_argument("--no-progress", dest="progress", action="store_false")
    options = parser.parse_args(arguments)

    with processes():
        options.progress &= share()[0] == 0
        if options.what in TASKS:
            train_task(options.what, options)
        elif Path(options.what).is_dir():
            train_folder(options.what, options)
        else:
            parser.error(f"{options.what} is neither a task ({', '.join(TASKS)}) nor a folder")


if __name__ == "__main__":
    main()

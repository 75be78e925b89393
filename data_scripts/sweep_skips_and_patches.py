r"""The claims of lecture 16 over seeds: `python data_scripts/sweep_skips_and_patches.py [--train SEED]`.

Street labels -> photo-like scenes, learned from windows of 64 x 64 pixels with small networks, tested on the 200 held-out
scenes of 64 x 96; one thread, three seeds. `--train` only trains and keeps the translations of the held-out scenes in runs/,
seed by seed; without it they are scored by lecture 15's segmenter (and trained, where they are missing). Stop and start at
will. What is measured and what counts as success was written here before the final run, and nothing was changed after
it; a trial with seed 100 came first.

Measured at every checkpoint: the FCN-score (pixel accuracy, class accuracy, mean IoU of what the segmenter sees), L1 to the
truth (share of a pixel's range), and two distances that look at the set as a whole, from 0 (same) to 1 (nothing in common):
`color`, the total variation between the joint histograms of red, green and blue (8 levels each) of all pixels;
*texture*, that between the histograms of the differences of neighbouring grey values (on a logarithmic scale).

1. Skips: U-Net against the same network without its shortcuts, with L1 alone and with L1 + cGAN (patches of 16 px).
   Success: mean IoU is larger by at least SKIPS_AT_LEAST for every seed and both losses.
2. Patches: 1, 16, 34 px and the whole window. Success, for every seed: 1 px brings the colour distance to at most
   COLOR_AT_MOST times that of L1 alone; 16 px bring the texture distance to at most TEXTURE_AT_MOST times that of
   1 px. The order of the four scores is recorded without a threshold: the paper's is 1 < whole < 16 < 70.
3. lambda x steps: 1, 10, 100 at four checkpoints of each run. Success: with lambda 100 the L1 to the truth at the end is
   below that with lambda 1, for every seed. Where the best score lies is recorded.
"""

import argparse
import time
from copy import deepcopy

import torch
from running import RUNS, hardware
from safetensors.torch import load_file, save_file
from sweep import Sweep

from course_lib import data
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import save_checkpoint, save_snapshots
from course_lib.devices import adam
from course_lib.histograms import color_histogram, texture_histogram, total_variation
from course_lib.patchgan import ImageDiscriminator, PatchDiscriminator
from course_lib.pix2pix import pix2pix_step
from course_lib.segmentation import segment, segmentation_scores, street_segmenter
from course_lib.training import Trainer
from course_lib.translation import TASKS, PairBatches
from course_lib.unet import UNetGenerator

SEEDS = (0, 1, 2)
SKIPS_AT_LEAST = 0.05
COLOR_AT_MOST = 0.8
TEXTURE_AT_MOST = 0.7

TASK = TASKS["labels_to_street"]
CHANNELS = TASK.in_channels + TASK.out_channels
SIDE = 64  # of the windows that are learned from
GENERATOR = {"base_channels": 16, "num_downs": 5, "max_channels": 64}
TRAINING = {"batch_size": 4, "lr_g": 1e-3, "lr_d": 5e-4, "decay": 0.98}
CHECKPOINTS = (50, 100, 200, 400)  # steps
SHOWN = (3, 20, 71)  # of the held-out scenes, in the lecture's player

# name -> shortcuts; side of a patch, 0 for no game, 64 for the whole window; weight of L1
RUNS_OF_A_SEED = {
    "patch_16": {"skips": True, "patch": 16, "lambda_l1": 10.0},  # the middle of everything
    "unet_l1": {"skips": True, "patch": 0, "lambda_l1": 10.0},
    "plain_cgan": {"skips": False, "patch": 16, "lambda_l1": 10.0},
    "plain_l1": {"skips": False, "patch": 0, "lambda_l1": 10.0},
    "patch_1": {"skips": True, "patch": 1, "lambda_l1": 10.0},
    "patch_34": {"skips": True, "patch": 34, "lambda_l1": 10.0},
    "patch_whole": {"skips": True, "patch": SIDE, "lambda_l1": 10.0},
    "lambda_1": {"skips": True, "patch": 16, "lambda_l1": 1.0},
    "lambda_100": {"skips": True, "patch": 16, "lambda_l1": 100.0},
}
LAMBDAS = {"lambda_1": 1, "patch_16": 10, "lambda_100": 100}  # name -> lambda of claim 3


# --- training -------------------------------------------------------------------------------------------
def judge(patch, rng):
    """The discriminator whose patches have this side."""
    if patch == SIDE:
        return ImageDiscriminator(CHANNELS, 16, SIDE, rng=rng)
    return PatchDiscriminator(CHANNELS, 16, {1: 0, 16: 1, 34: 2}[patch], rng=rng)


def train(seed, skips, patch, lambda_l1, pairs, checkpoints=CHECKPOINTS):
    """Averaged generators at the checkpoints, in eval mode: step -> generator; and the history of the losses."""
    rng = torch.Generator().manual_seed(seed)
    generator = UNetGenerator(TASK.in_channels, 3, **GENERATOR, skips=skips, rng=rng)
    discriminator = judge(patch, rng) if patch else None
    networks = {"generator": generator} | ({"discriminator": discriminator} if patch else {})
    opt_g = adam(generator, TRAINING["lr_g"])
    opt_d = adam(discriminator, TRAINING["lr_d"]) if patch else None
    average = weight_average(generator, TRAINING["decay"])

    def step(batch, _rng):
        scalars = pix2pix_step(generator, discriminator, opt_g, opt_d, *batch, lambda_l1)
        average.update_parameters(generator)
        return scalars

    batches = PairBatches(TASK, *pairs, TRAINING["batch_size"], {"size": SIDE})
    trainer = Trainer(step, batches, networks | {"average": average}, seed=seed)
    found = {}
    for at in checkpoints:
        trainer.run(at, progress=False)
        found[at] = finished(average.module, deepcopy(batches))
    return found, trainer.history


def finished(generator, batches, pictures=120):
    """A copy with BatchNorm statistics of its own, in eval mode."""
    rng = torch.Generator().manual_seed(777)
    some = (batches.next(rng)[0] for _ in range(pictures // batches.batch_size))
    return refresh_batch_norm(deepcopy(generator), some).eval()


@torch.no_grad()
def translate(generator, x):
    return torch.cat([data.to_uint8(generator(TASK.encode(part))) for part in x.split(50)])


def outputs_file(name, seed):
    return RUNS / "16_skips_and_patches" / f"{name}_{seed}.safetensors"


def outputs(name, seed):
    """step -> translations of the held-out scenes, uint8 (200, 3, 64, 96); trained now if they are not kept."""
    path = outputs_file(name, seed)
    if not path.exists():
        setting, started, cpu = RUNS_OF_A_SEED[name], time.monotonic(), time.process_time()
        found, history = train(seed, **setting, pairs=TASK.pairs("train"))
        x = TASK.pairs("test")[0]
        images = {str(at): translate(generator, x) for at, generator in found.items()}
        seconds = {"wall": round(time.monotonic() - started), "processor": round(time.process_time() - cpu)}
        if seed == SEEDS[0]:
            ship(name, found[CHECKPOINTS[-1]], images, history, seconds)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(images | {"seconds": torch.tensor(list(seconds.values()))}, path)
    kept = load_file(path)
    return {int(at): images for at, images in kept.items() if at != "seconds"}, kept["seconds"].tolist()


def ship(name, generator, images, history, seconds):
    """The first seed's last generator, and the pictures and losses along the runs of three lambdas."""
    card = {
        "task": f"{TASK.line}, 64 x 96: run {name}",
        "script": "data_scripts/sweep_skips_and_patches.py",
        "data": "windows of 800 scenes, split train",
        "seed": SEEDS[0],
        "steps": CHECKPOINTS[-1],
        "seconds": seconds,
        "hardware": hardware(),
        "scores": "lectures/results/16_unet_and_patchgan.json",
        "architecture": {"in_channels": TASK.in_channels, "out_channels": 3}
        | GENERATOR
        | {"skips": RUNS_OF_A_SEED[name]["skips"]},
    }
    if name not in ("lambda_1", "lambda_100"):
        save_checkpoint(f"street_{name}", generator, card | RUNS_OF_A_SEED[name] | TRAINING)
    if name in LAMBDAS:
        snapshots = [(int(at), picture[list(SHOWN)]) for at, picture in images.items()]
        save_snapshots(f"16_lambda_{LAMBDAS[name]}", snapshots, history, folder=SWEEP.path.parent)


# --- what is measured -----------------------------------------------------------------------------------
def measure(y_fake, y, labels, segmenter):
    """The scores of a set of translations; labels (N, 1, H, W) are what they were made from."""
    names = ("pixel_accuracy", "class_accuracy", "mean_iou")
    scores = segmentation_scores(segment(segmenter, y_fake), labels[:, 0], TASK.in_channels)
    found = dict(zip(names, scores)) | {
        "l1": (y_fake.float() - y.float()).abs().mean().item() / 255,
        "color": total_variation(color_histogram(y_fake), color_histogram(y)),
        "texture": total_variation(texture_histogram(y_fake), texture_histogram(y)),
    }
    return {name: round(value, 4) for name, value in found.items()}


def run(seed, name):
    images, (wall, processor) = outputs(name, seed)
    x, y = TASK.pairs("test")
    segmenter = street_segmenter()
    scores = {str(at): measure(images[at], y, x, segmenter) for at in CHECKPOINTS}
    return {"at": scores, "training_seconds": wall, "training_processor_seconds": processor}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=int, help="only train this seed")
    options = parser.parse_args()
    if options.train is not None:
        for name in RUNS_OF_A_SEED:
            print(name, options.train, outputs(name, options.train)[1], flush=True)
        return
    settings = [{"name": name} for name in RUNS_OF_A_SEED]
    SWEEP.work(run, settings, SEEDS, tell=lambda line: print(line[:100], flush=True))


SWEEP = Sweep("16_unet_and_patchgan", __file__)

if __name__ == "__main__":
    main()

r"""The claims of lecture 19 over seeds: `python data_scripts/sweep_cyclegan.py claims|ablation [--minutes 20]`.

Noto <-> Fluent flat at 64 px on disjoint halves, small networks, one thread, three seeds; stop and start at will. What
is measured and what counts as success was written here before the final runs and not changed after them; trials with
other settings came first. Every row is scored on 224 and more held-out emoji whose true partners are known, Noto -> flat
("x to y") and, where the row has a translator that way, flat -> Noto ("y to x"):
  style      share that the shipped classifier of styles (trained on real pictures) takes for the target style,
  l1         mean absolute difference from the true partner, 0 to 1,
  retrieval  share whose true partner is the nearest of all partners (`unpaired.retrieval`),
  names its input   the same with the picture it was made from.

claims: CycleGAN in the two stages of `train_cyclegan.EMOJI`, STEPS["claims"] steps each. Success for x to y, for every seed, all three: style at least STYLE_AT_LEAST, l1
   below that of the picture itself, retrieval at least that of the picture itself. Copying the input fails the first,
   the mean picture the third.
ablation: one stage of STEPS["ablation"] steps a row, from scratch, so that rows compare with one another and not with the claims.
   The paper's: cycle alone, GAN alone, GAN + forward cycle (one way only). Without the identity loss. The rivals of
   its table: the picture tied to itself by L1 (as SimGAN does) or by features, coupled GANs (CoGAN: one code, two pictures;
   a picture is translated through the code that paints it best). And pairs: L1 + a GAN with the true partners in training.
   Success for every seed: retrieval of GAN alone below half of CycleGAN's; style of cycle alone below STYLE_AT_LEAST;
   l1 of pairs below every other row's.
"""

import sys

import torch
from sweep import Sweep
from torch import nn
from train_cyclegan import EMOJI, build, finished, measured, trivial_answers

from course_lib import data, gan
from course_lib.averaging import weight_average
from course_lib.classifier import style_classifier
from course_lib.cyclegan import ImagePool, l1, linear_decay
from course_lib.dcgan import init_weights
from course_lib.devices import adam
from course_lib.gan import frozen, lsgan_discriminator_loss, lsgan_generator_loss
from course_lib.patchgan import PatchDiscriminator
from course_lib.projection import project_by_optimization
from course_lib.resnet import InstanceNorm, ResnetGenerator
from course_lib.training import Trainer
from course_lib.translation import PairBatches, Task
from course_lib.unpaired import CYCLES, UnpairedBatches, translate

SEEDS = (0, 1, 2)
STYLE_AT_LEAST = 0.9
STEPS = {"claims": (600, 1200), "ablation": 400}
SMALL = EMOJI | {
    "generator": {"base_channels": 16, "num_blocks": 4, "upsample": "resize"},
    "batch_size": 2,
    "lr_g": 6e-4,
    "lr_d": 3e-4,
    "decay": 0.99,
}
ROWS = {  # weights of the losses
    "cyclegan": {"game": 1, "forward": 10, "backward": 10, "identity": 5},
    "no identity": {"game": 1, "forward": 10, "backward": 10},
    "cycle alone": {"forward": 10, "backward": 10},
    "GAN alone": {"game": 1},
    "GAN + forward cycle": {"game": 1, "forward": 10},
    "GAN + itself": {"game": 1, "itself": 5},
    "GAN + features": {"game": 1, "features": 5},
    "pairs": {"game": 1, "partner": 30},
    "CoGAN": {},
}


# --- rows with translators ------------------------------------------------------------------------------
def train_row(weights, seed, steps):
    """The averaged translators of one row, (g_xy, g_yx); g_yx is None where nothing asks for it."""
    w = (
        dict.fromkeys(("game", "forward", "backward", "identity", "itself", "features", "partner"), 0)
        | weights
    )
    both = any(w[name] for name in ("forward", "backward", "identity"))
    rng = torch.Generator().manual_seed(seed)

    def last(network):
        return network.to(memory_format=torch.channels_last)

    g_xy, g_yx = (last(ResnetGenerator(**SMALL["generator"], rng=rng)) for _ in range(2))
    d_y, d_x = (
        last(PatchDiscriminator(3, **SMALL["discriminator"], norm=InstanceNorm, rng=rng)) for _ in range(2)
    )
    used = [g_xy, g_yx] if both else [g_xy]
    judges = [d_y, d_x] if both else [d_y]
    opt_g, opt_d = adam(nn.ModuleList(used), SMALL["lr_g"]), adam(nn.ModuleList(judges), SMALL["lr_d"])
    half = steps // 2
    falls = [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: linear_decay(k, steps - half, half))
        for o in (opt_g, opt_d)
    ]
    averages = [weight_average(g, SMALL["decay"]) for g in used]
    pools = [ImagePool(SMALL["pool"]) for _ in judges]
    eyes = nn.Sequential(style_classifier().net, nn.AvgPool2d(2)) if w["features"] else None

    def step(batch, _rng):
        x, y = batch
        fakes = [g_xy(x), g_yx(y)] if both else [g_xy(x)]
        reals = [y, x][: len(fakes)]
        loss = x.new_zeros(())
        with frozen(nn.ModuleList(judges)):
            if w["game"]:
                loss = loss + sum(lsgan_generator_loss(d(fake)) for d, fake in zip(judges, fakes))
            if w["forward"]:
                loss = loss + w["forward"] * l1(g_yx(fakes[0]), x)
            if w["backward"]:
                loss = loss + w["backward"] * l1(g_xy(fakes[1]), y)
            if w["identity"]:
                loss = loss + w["identity"] * (l1(g_xy(y), y) + l1(g_yx(x), x))
            if w["itself"]:
                loss = loss + w["itself"] * l1(fakes[0], x)
            if w["features"]:
                loss = loss + w["features"] * l1(eyes(fakes[0]), eyes(x))
            if w["partner"]:
                loss = loss + w["partner"] * l1(fakes[0], y)
            opt_g.zero_grad()
            loss.backward()
            opt_g.step()
        for average, g in zip(averages, used):
            average.update_parameters(g)
        scalars = {"g_loss": loss.detach()}
        if w["game"]:
            older = [pool.query(fake) for pool, fake in zip(pools, fakes)]
            d_loss = sum(lsgan_discriminator_loss(d(r), d(f)) / 2 for d, r, f in zip(judges, reals, older))
            opt_d.zero_grad()
            d_loss.backward()
            opt_d.step()
            scalars["d_loss"] = d_loss.detach()
        for fall in falls[: 2 if w["game"] else 1]:
            fall.step()
        return scalars

    if w["partner"]:  # the ceiling: all training emoji, each beside its true partner
        pairs = data.pairs("noto", "flat", "train")
        batches = PairBatches(Task("pairs", None, 3, 3), *pairs, SMALL["batch_size"], SMALL["augmentation"])
    else:
        domains = CYCLES["emoji"].domains("train")
        batches = UnpairedBatches(*domains, SMALL["batch_size"], SMALL["augmentation"])
    parts = {"g_xy": g_xy, "g_yx": g_yx, "d_y": d_y, "d_x": d_x}
    Trainer(step, batches, parts, seed=seed).run(steps, progress=False)
    shipped = [average.module.eval() for average in averages]
    return shipped if both else (shipped[0], None)


# --- CoGAN ------------------------------------------------------------------------------------------------
class CoupledGenerator(nn.Module):
    """z (N, 64) -> a picture in both styles, 64 px: all but the last layers are shared."""

    def __init__(self, rng):
        super().__init__()
        c = 16
        self.shared = nn.Sequential(
            nn.ConvTranspose2d(64, 8 * c, 4, bias=False), nn.BatchNorm2d(8 * c), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(8 * c, 4 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(4 * c), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(4 * c, 2 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * c), nn.ReLU(inplace=True),
        )  # (N, 2c, 16, 16)  # fmt: skip
        self.heads = nn.ModuleList(
            nn.Sequential(
                nn.ConvTranspose2d(2 * c, c, 4, 2, 1, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True),
                nn.ConvTranspose2d(c, 3, 4, 2, 1), nn.Tanh(),
            ) for _ in range(2)
        )  # fmt: skip
        init_weights(self, rng)

    def forward(self, z):
        h = self.shared(z[:, :, None, None])
        return [head(h) for head in self.heads]


class CoupledDiscriminator(nn.Module):
    """Pictures of either style -> logits (N,): the first layers are each one's own, the rest is shared."""

    def __init__(self, rng):
        super().__init__()
        c = 16
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Conv2d(3, c, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)) for _ in range(2)
        )
        self.shared = nn.Sequential(
            nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * c), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(2 * c, 4 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(4 * c), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(4 * c, 8 * c, 4, 2, 1, bias=False), nn.BatchNorm2d(8 * c), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(8 * c, 1, 4),
        )  # fmt: skip
        init_weights(self, rng)

    def forward(self, images, style):
        return self.shared(self.heads[style](images)).flatten()


def train_cogan(seed, steps):
    """A function that translates uint8 Noto pictures: find the code that paints them, paint it in the other style."""
    rng = torch.Generator().manual_seed(seed)
    generator, discriminator = CoupledGenerator(rng), CoupledDiscriminator(rng)
    opt_g, opt_d = adam(generator, 1e-3), adam(discriminator, 5e-4)

    def step(batch, rng):
        n = len(batch[0])
        fakes = generator(torch.randn(n, 64, generator=rng))
        d_loss = sum(
            gan.discriminator_loss(discriminator(real, k), discriminator(fakes[k].detach(), k))
            for k, real in enumerate(batch)
        )
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        with frozen(discriminator):
            fakes = generator(torch.randn(n, 64, generator=rng))
            g_loss = sum(gan.generator_loss(discriminator(fakes[k], k)) for k in range(2))
            opt_g.zero_grad()
            g_loss.backward()
            opt_g.step()
        return {"g_loss": g_loss.detach(), "d_loss": d_loss.detach()}

    batches = UnpairedBatches(*CYCLES["emoji"].domains("train"), 32, SMALL["augmentation"])
    Trainer(step, batches, {"generator": generator, "discriminator": discriminator}, seed=seed).run(
        steps, progress=False
    )
    generator.eval().requires_grad_(False)

    def translated(x):
        out = []
        for part in x.split(64):
            start = torch.zeros(len(part), 64)
            z, _ = project_by_optimization(lambda z: generator(z)[0], data.to_float(part), start, 100, 0.1)
            out.append(data.to_uint8(generator(z)[1]))
        return torch.cat(out)

    return translated


# --- runs -----------------------------------------------------------------------------------------------
def both_ways(g_xy, g_yx, x, y):
    result = {"x to y": measured(translate(g_xy, x), x, y, 1)}
    return result | ({"y to x": measured(translate(g_yx, y), y, x, 0)} if g_yx is not None else {})


def run_claims(seed, row):
    x, y = CYCLES["emoji"].domains("test")
    train_x, train_y = CYCLES["emoji"].domains("train")
    trainer, stages = (
        None,
        (SMALL | {"lambda_cycle": 10.0}, SMALL | {"lambda_cycle": 5.0, "lambda_identity": 0.0, "lr_d": 6e-4}),
    )
    for steps, stage in zip(STEPS["claims"], stages):
        trainer = build(stage | {"fall": (steps // 2, steps // 2)}, train_x, train_y, seed, before=trainer)
        trainer.run(steps, progress=False)
    rows = trivial_answers(x, y, train_y)
    copied = rows["the input itself"] | {"style": measured(x, x, y, 1)["style"]}
    return both_ways(*finished(trainer), x, y) | {
        "the input itself": copied,
        "mean image": rows["mean image"],
    }


def run_ablation(seed, row):
    x, y = CYCLES["emoji"].domains("test")
    if row == "CoGAN":
        return {"x to y": measured(train_cogan(seed, STEPS["ablation"])(x), x, y, 1)}
    return both_ways(*train_row(ROWS[row], seed, STEPS["ablation"]), x, y)


PARTS = {
    "claims": ("19_cyclegan", run_claims, [{"row": "cyclegan"}]),
    "ablation": ("19_ablation", run_ablation, [{"row": row} for row in ROWS]),
}

if __name__ == "__main__":
    part = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in PARTS else None
    if part is None:
        sys.exit(f"say which part: {', '.join(PARTS)}\n\n{__doc__}")
    name, run, settings = PARTS[part]
    Sweep(name, __file__).main(run, settings, SEEDS)

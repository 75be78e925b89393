r"""The two claims of lecture 06 over seeds: `python data_scripts/sweep_dcgan.py [--minutes 20]`; stop and start at will.

Clothes of Fashion-MNIST 10k at 28 px, one thread, three seeds. What is measured and what counts as success was
written here before the final run, and nothing was changed after it; a trial with seed 100 came first.

1. Midpoints. One DCGAN a seed, trained on one half of the training images. A critic, a network like D, learns from the
   *other* half to tell real images from two kinds of fake in equal parts: samples of another seed's DCGAN, and
   cross-fades of real images, (1 - t) x0 + t x1 with t in [.25, .75]. It has seen both kinds that it will compare, and
   neither this generator nor its training images. Then 500 pairs of codes: which does the critic hold for more real,
   G((z0 + z1) / 2) or (G(z0) + G(z1)) / 2? The number is the share of pairs in which it is the first.
   No effect is .5. Success: at least MIDPOINTS_AT_LEAST for every seed. The midpoint of the great circle against the
   straight one, same critic: at least CIRCLE_AT_LEAST.
   Two more critics, without a threshold: one that knows only the other DCGAN's samples (it has learned what gives
   generators away, and never saw a cross-fade), one that knows only cross-fades.
   Copying an end would look real and be no path, so the largest of 16 steps of each path, as a share of the whole
   path's length, is recorded: 1/16 is even, 1 is a jump.

2. Codes without a discriminator. Generative latent optimisation (GLO) and principal components (PCA) reconstruct the same
   1,000 training images from d numbers each, d in DIMENSIONS; GLO's codes start at PCA's. Success: the PSNR of GLO exceeds
   that of PCA by GLO_AT_LEAST dB for every seed and every d. Both have seen these images, and the generator has more
   parameters to remember them with; so 200 images that neither has seen are measured too (GLO: codes by 150 steps of Adam
   with G fixed, from PCA's; PCA: projection). Success there: GLO_UNSEEN_AT_LEAST dB more.
"""

import torch
from running import RUNS, hardware
from sweep import Sweep

from course_lib import data, dcgan, glo
from course_lib.averaging import refresh_batch_norm, weight_average
from course_lib.checkpoint import save_checkpoint
from course_lib.devices import adam
from course_lib.gan import gan_step
from course_lib.latent import interpolate, interpolate_spherical
from course_lib.training import Batches, Trainer

SEEDS = (0, 1, 2)
MIDPOINTS_AT_LEAST = 0.8
CIRCLE_AT_LEAST = 0.6
GLO_AT_LEAST = 2.0
GLO_UNSEEN_AT_LEAST = 1.0
DIMENSIONS = (4, 8, 16, 32)

GAN = {
    "z_dim": 64,
    "base_channels": 16,
    "batch_size": 64,
    "steps": 800,
    "lr_g": 1e-3,
    "lr_d": 5e-4,
    "decay": 0.99,
}
CRITIC = {"base_channels": 16, "batch_size": 64, "steps": 200, "lr": 1e-3}
GLO = {"images": 1000, "base_channels": 16, "batch_size": 64, "steps": 800, "lr_g": 3e-3, "lr_z": 2e-2}
PAIRS = 500


def halves():
    """The training images, cut in two for ever: for generators, for critics."""
    images = data.fashion_mnist("train")[0]
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(2026))
    return images[order[: len(order) // 2]], images[order[len(order) // 2 :]]


def falling(optimizers, steps):
    """Learning rates constant for half of the steps, then down to 0 along a line."""
    return [
        torch.optim.lr_scheduler.LambdaLR(o, lambda k: min(1.0, (steps - k) / (steps / 2)))
        for o in optimizers
    ]


# --- midpoints ----------------------------------------------------------------------------------------
def generator_of(seed):
    """The DCGAN of a seed, trained on the first half; kept in runs/, because two seeds' measurements need it."""
    generator = dcgan.Generator(GAN["z_dim"], GAN["base_channels"], 1, 28)
    kept = RUNS / "sweep_dcgan" / f"generator_{seed}.pt"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        torch.save(train_generator(seed).state_dict(), kept)
    generator.load_state_dict(torch.load(kept, weights_only=True))
    return generator.eval().requires_grad_(False)


def train_generator(seed):
    rng = torch.Generator().manual_seed(seed)
    as_last = {"memory_format": torch.channels_last}
    generator = dcgan.Generator(GAN["z_dim"], GAN["base_channels"], 1, 28, rng=rng).to(**as_last)
    discriminator = dcgan.Discriminator(1, GAN["base_channels"], 28, rng=rng).to(**as_last)
    opt_g, opt_d = adam(generator, GAN["lr_g"]), adam(discriminator, GAN["lr_d"])
    schedules = falling((opt_g, opt_d), GAN["steps"])
    average = weight_average(generator, GAN["decay"])

    def step(real, rng):
        z_d, z_g = (torch.randn(len(real), GAN["z_dim"], generator=rng) for _ in range(2))
        scalars = gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g)
        average.update_parameters(generator)
        for schedule in schedules:
            schedule.step()
        return scalars

    batches = Batches(halves()[0], batch_size=GAN["batch_size"])
    Trainer(step, batches, {"g": generator, "d": discriminator}, seed=seed).run(GAN["steps"], progress=False)
    noise = torch.randn(2000, GAN["z_dim"], generator=torch.Generator().manual_seed(777))
    return refresh_batch_norm(average.module, noise.split(100)).eval()


def cross_fade(x, rng):
    """Every image faded into the next one of the batch, by a quarter to three quarters."""
    t = 0.25 + 0.5 * torch.rand(len(x), 1, 1, 1, generator=rng)
    return (1 - t) * x + t * x.roll(1, 0)


def train_critic(seed, other, kinds):
    """A network that returns a logit of "real", in eval mode; `kinds` of fake: "generated", "faded"."""
    rng = torch.Generator().manual_seed(1000 + seed)
    critic = dcgan.Discriminator(1, CRITIC["base_channels"], 28, rng=rng)
    optimizer = adam(critic, CRITIC["lr"], betas=(0.9, 0.999))
    schedules = falling([optimizer], CRITIC["steps"])

    def step(real, rng):
        with torch.no_grad():
            n = len(real) // len(kinds)
            make = {
                "generated": lambda: other(torch.randn(n, other.z_dim, generator=rng)),
                "faded": lambda: cross_fade(real, rng)[:n],
            }
            fake = torch.cat([make[kind]() for kind in kinds])
        logits = critic(
            torch.cat([real, fake])
        )  # one pass: with BatchNorm, two would tell the kinds apart by themselves
        target = torch.cat([torch.ones(len(real)), torch.zeros(len(fake))])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for schedule in schedules:
            schedule.step()
        return {"loss": loss.detach()}

    batches = Batches(halves()[1], batch_size=CRITIC["batch_size"])
    Trainer(step, batches, {"critic": critic}, seed=seed).run(CRITIC["steps"], progress=False)
    return critic.eval().requires_grad_(False)


def auc(higher, lower):
    """How often a number of the first kind exceeds one of the second."""
    return (higher[:, None] > lower).float().mean().item()


@torch.no_grad()
def judge(critic, generator, seed=1, pairs=PAIRS):
    """The shares of pairs in which the critic prefers the midpoint, straight and on the great circle, to the cross-fade."""
    z0, z1 = torch.randn(2, pairs, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    half = torch.tensor([0.5])
    circle = torch.cat([interpolate_spherical(a, b, half) for a, b in zip(z0, z1)])
    fade = critic((generator(z0) + generator(z1)) / 2)
    linear, spherical = critic(generator((z0 + z1) / 2)), critic(generator(circle))
    return {
        "linear_over_fade": (linear > fade).float().mean().item(),
        "spherical_over_fade": (spherical > fade).float().mean().item(),
        "spherical_over_linear": (spherical > linear).float().mean().item(),
    }


@torch.no_grad()
def largest_step(generator, seed=1, paths=100, steps=16):
    """The median over paths of the largest step, as a share of the path's length in pixel space."""
    z0, z1 = torch.randn(2, paths, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    t = torch.linspace(0, 1, steps + 1)
    shares = []
    for a, b in zip(z0, z1):
        lengths = generator(interpolate(a, b, t)).flatten(1).diff(dim=0).norm(dim=1)
        shares.append((lengths.max() / lengths.sum()).item())
    return torch.tensor(shares).median().item()


def midpoints(seed):
    generator, other = generator_of(seed), generator_of(SEEDS[(SEEDS.index(seed) + 1) % len(SEEDS)])
    result = {"largest_step": largest_step(generator)}
    test = data.to_float(data.fashion_mnist("test")[0])
    for name, kinds in (
        ("both", ("generated", "faded")),
        ("generated", ("generated",)),
        ("faded", ("faded",)),
    ):
        critic = train_critic(seed, other, kinds)
        result[name] = judge(critic, generator)
        with torch.no_grad():  # is the critic worth asking? 1 is a perfect one, .5 one that guesses
            rng = torch.Generator().manual_seed(3)
            real, fade = critic(test[:1000]), critic(cross_fade(test[1000:], rng))
            fake = critic(generator(torch.randn(1000, generator.z_dim, generator=rng)))
            result[name] |= {"auc_real_fade": auc(real, fade), "auc_real_fake": auc(real, fake)}
        if name == "both" and seed == SEEDS[0]:
            card = {
                "script": "data_scripts/sweep_dcgan.py",
                "hardware": hardware(),
                "seed": seed,
                "data": "Fashion-MNIST 10k, half of split train",
            }
            architecture = {"in_channels": 1, "base_channels": CRITIC["base_channels"], "size": 28}
            save_checkpoint(
                "critic_fashion", critic, card | {"architecture": architecture, "steps": CRITIC["steps"]}
            )
    return rounded(result)


# --- codes without a discriminator --------------------------------------------------------------------
def glo_against_pca(seed, d):
    images = data.fashion_mnist("train")[0][: GLO["images"]]
    x, unseen = data.to_float(images), data.to_float(data.fashion_mnist("test")[0][:200])
    mean, directions = glo.principal_components(x, d)
    scale = d**0.5 * glo.encode(x, mean, directions).std(0)  # whitened, so that a typical code has length 1

    def first_codes(images):
        return glo.encode(images, mean, directions) / scale

    rng = torch.Generator().manual_seed(seed)
    generator = dcgan.Generator(d, GLO["base_channels"], 1, 28, rng=rng).to(memory_format=torch.channels_last)
    codes = glo.Codes(first_codes(x))
    opt_g = adam(generator, GLO["lr_g"], betas=(0.9, 0.999))
    opt_z = torch.optim.SparseAdam(codes.parameters(), GLO["lr_z"])
    schedules = falling((opt_g, opt_z), GLO["steps"])

    def step(batch, rng):
        scalars = glo.glo_step(generator, codes, opt_g, opt_z, *batch)
        for schedule in schedules:
            schedule.step()
        return scalars

    batches = Batches(images, torch.arange(len(x)), batch_size=GLO["batch_size"])
    Trainer(step, batches, {"g": generator, "codes": codes}, seed=seed).run(GLO["steps"], progress=False)
    z = codes.weight.detach()
    refresh_batch_norm(generator, z.split(100)).eval().requires_grad_(False)

    def decibels(made, truth):
        return glo.psnr(made, truth).item()

    if seed == SEEDS[0] and d == 8:
        card = {
            "script": "data_scripts/sweep_dcgan.py",
            "hardware": hardware(),
            "seed": seed,
            "data": "Fashion-MNIST 10k, train, the first 1,000",
        }
        architecture = {"z_dim": d, "base_channels": GLO["base_channels"], "out_channels": 1, "size": 28}
        save_checkpoint(
            "glo_fashion", generator, card | {"architecture": architecture, "steps": GLO["steps"]}
        )
        save_checkpoint("glo_fashion_codes", codes, card | {"architecture": {"n": len(x), "z_dim": d}})
    return rounded(
        {
            "glo": decibels(generator(z), x),
            "pca": decibels(glo.through_components(x, mean, directions), x),
            "glo_unseen": decibels(
                generator(glo.fit_codes(generator, unseen, first_codes(unseen), 150)), unseen
            ),
            "pca_unseen": decibels(glo.through_components(unseen, mean, directions), unseen),
        }
    )


def rounded(numbers):
    return {k: rounded(v) if isinstance(v, dict) else round(v, 4) for k, v in numbers.items()}


def run(seed, experiment, d=None):
    return midpoints(seed) if experiment == "midpoints" else glo_against_pca(seed, d)


if __name__ == "__main__":
    torch.set_num_threads(1)
    sweep = Sweep("06_dcgan", __file__)
    sweep.content["protocol"] = {
        "midpoints_at_least": MIDPOINTS_AT_LEAST,
        "circle_at_least": CIRCLE_AT_LEAST,
        "glo_at_least": GLO_AT_LEAST,
        "glo_unseen_at_least": GLO_UNSEEN_AT_LEAST,
        "gan": GAN,
        "critic": CRITIC,
        "glo": GLO,
        "pairs": PAIRS,
    }
    settings = [{"experiment": "midpoints"}, *({"experiment": "glo", "d": d} for d in DIMENSIONS)]
    sweep.main(run, settings, SEEDS)

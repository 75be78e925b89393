"""Modes covered on a ring of 8 Gaussians by generator loss and seed: lectures/results/mixtures.json (lecture 05).

Written down before the run: 20 seeds; 3,000 steps; batch 256; a mode counts as `mixtures.modes_covered` says.
"""

import torch
from sweep import Sweep

from course_lib import gan, mixtures
from course_lib.devices import adam

STEPS, BATCH, Z_DIM, WIDTH, LR = 3000, 256, 8, 64, 1e-3

LOSSES = {
    "saturating": (gan.discriminator_loss, lambda logits: gan.generator_loss(logits, saturating=True)),
    "non-saturating": (gan.discriminator_loss, gan.generator_loss),
    "least squares": (gan.lsgan_discriminator_loss, gan.lsgan_generator_loss),
    "hinge": (gan.hinge_discriminator_loss, gan.hinge_generator_loss),
}


def run(seed, loss, steps=STEPS):
    """One game on the ring; the mean over the last five looks, 100 steps apart, smooths a generator that circles."""
    target, rng = mixtures.ring(8), torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        generator = mixtures.Perceptron(Z_DIM, WIDTH, WIDTH, 2)
        discriminator = mixtures.Perceptron(2, WIDTH, WIDTH, 1)
    opt_g, opt_d = adam(generator, LR), adam(discriminator, LR)
    looks = []
    for k in range(1, steps + 1):
        z_d, z_g = (torch.randn(BATCH, Z_DIM, generator=rng) for _ in range(2))
        gan.gan_step(
            generator, discriminator, opt_g, opt_d, target.sample(BATCH, rng), z_d, z_g, *LOSSES[loss]
        )
        if k > steps - 500 and k % 100 == 0:
            with torch.no_grad():
                samples = generator(torch.randn(2000, Z_DIM, generator=rng))
            looks.append(mixtures.modes_covered(samples, target))
    modes, near = (sum(x) / len(x) for x in zip(*looks))
    return {"modes": modes, "share_near_a_mode": round(near, 4)}


if __name__ == "__main__":
    Sweep("mixtures", __file__).main(run, [{"loss": name} for name in LOSSES], seeds=range(20))

r"""The runs behind lecture 12: `python data_scripts/sweep_stabilising.py` writes lectures/results/12_stabilising.json.

Games of points, as in lecture 05, on two mixtures: the ring of 8 places (rate 1e-3 for both players) and the square of 25
(rate 2e-3), 2000 steps. The games of 20 seeds are stacked along a first axis and take their steps together; each has its own
first weights, randomness and part of the loss, so they never meet. Games that stand in the file are not played again.

    none               lecture 05's game: non-saturating losses, equal rates
    hinge              the hinge losses in their place
    spectral norm, 1   D's layers divided by sigma: no steeper than 1
    spectral norm, 10  the same, and D's answer times 10
    two rates          half the rate for G, twice the rate for D: the ratio of Zhang et al. 2018, 1 : 4
    all                hinge, spectral norm 10, two rates

Weights of G are averaged (decay 0.99) in every game and measured beside G's own: averaging does not touch the game.

Written down before the final run (seeds 0 to 19), after trials on seeds 100 to 105 (square) or 109 (ring):

    sigma        at every mark from step 500 on, the largest singular value of any normalised layer is at least 1 (the estimate
                 is from below; 1e-4 for rounding) and at most 1.1, in each seed
    ring, early  after 500 steps the median of "spectral norm, 1" is at least 2 modes above that of "none"
    ring, end    at least 15 of 20 games end with 7 or 8 modes, with each device
    square, end  the median of "none" is at most 17 of 25 modes, that of "spectral norm, 1" is below it: a slope of 1 is too
                 flat for places that lie 1 apart

Nothing is promised of the order of the other devices, nor of averaging: in the trials it helped in some games and not in others,
and "spectral norm, 1" lost one game in ten altogether.
"""

import time

import torch
from sweep import Sweep
from sweep_minimax import BATCH, BETAS, WIDTH, Z_DIM, Stacked, packed, rounded
from torch.nn.functional import normalize, relu

from course_lib import gan
from course_lib.mixtures import Perceptron, modes_covered, plane_points, ring, square

SEEDS = range(20)
STEPS, MARKS, SHOWN, DECAY = 2000, 20, (200, 600, 1000, 2000), 0.99
MIXTURES = {"ring": ring(), "square": square()}
PLAIN = (gan.discriminator_loss, gan.generator_loss)
HINGE = (gan.hinge_discriminator_loss, gan.hinge_generator_loss)
RATE = {"ring": 1e-3, "square": 2e-3}  # of both players, where nothing else is said
STEEP = 10.0  # what D's answer is multiplied by after normalisation: a bound on its slope
DEVICES = {  # name -> (losses, bound on D's slope or None, rate of G and of D in units of RATE); weights are averaged in every game
    "none": (PLAIN, None, 1.0, 1.0),
    "hinge": (HINGE, None, 1.0, 1.0),
    "spectral norm, 1": (PLAIN, 1.0, 1.0, 1.0),
    "spectral norm, 10": (PLAIN, STEEP, 1.0, 1.0),
    "two rates": (PLAIN, None, 0.5, 2.0),
    "all": (HINGE, STEEP, 0.5, 2.0),
}


THRESHOLDS = {  # the docstring in numbers
    "sigma": {"from_step": 500, "at_least": 0.9999, "at_most": 1.1},
    "ring, early": {"step": 500, "more": 2},
    "ring, end": {"modes": 7, "seeds": 15},
    "square, end": {"none_at_most": 17},
}


class NormalisedStack(Stacked):
    """Perceptrons side by side, each weight divided by its sigma: `course_lib.stabilising.SpectralNorm` for a stack.

    The weights are (S, in, out), so network s has the matrix weights[s].T; each use makes one round of power iteration.
    """

    def __init__(self, networks, rngs, steep=1.0, warm_up=15):
        super().__init__(networks)
        self.steep = steep
        starts = [torch.stack([torch.randn(w.shape[2], generator=rng) for rng in rngs]) for w in self.weights]
        self.vectors = [self.rounds(w, u, warm_up) for w, u in zip(self.weights, starts)]

    @staticmethod
    @torch.no_grad()
    def rounds(weight, u, n=1):
        for _ in range(n):  # `power_iteration` of each network; vmap would take five times as long
            v = normalize(torch.bmm(weight, u[..., None])[..., 0], dim=1)
            u = normalize(torch.bmm(v[:, None], weight)[:, 0], dim=1)
        return u, v

    def sigma(self, i):
        u, v = self.vectors[i]
        return torch.bmm(torch.bmm(v[:, None], self.weights[i]), u[..., None])[:, 0, 0]

    def forward(self, x):
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            if self.training:
                self.vectors[i] = self.rounds(weight, self.vectors[i][0])
            normalised = weight / self.sigma(i)[:, None, None]
            x = torch.baddbmm(bias, relu(x) if i else x, normalised)
        return self.steep * x.squeeze(-1)


class Game:
    """As many games at once as there are seeds: each its own weights, its own randomness, its own part of the loss."""

    def __init__(self, mixture, losses, steep, lr_g, lr_d, seeds=SEEDS):
        self.mixture, self.losses, self.seeds = mixture, losses, list(seeds)
        self.rngs = [torch.Generator().manual_seed(seed) for seed in self.seeds]
        pairs = []
        for seed in self.seeds:
            with torch.random.fork_rng():
                torch.manual_seed(seed)
                pairs.append((Perceptron(Z_DIM, WIDTH, WIDTH, 2), Perceptron(2, WIDTH, WIDTH, 1)))
        generators, discriminators = zip(*pairs)
        self.g, self.average = Stacked(generators), Stacked(generators)
        self.average.requires_grad_(False)
        self.d = NormalisedStack(discriminators, self.rngs, steep) if steep else Stacked(discriminators)
        self.opt_g = torch.optim.Adam(self.g.parameters(), lr_g, BETAS, fused=True)
        self.opt_d = torch.optim.Adam(self.d.parameters(), lr_d, BETAS, fused=True)

    def draw(self, sample):
        return torch.stack([sample(rng) for rng in self.rngs])

    def step(self):
        noise = [self.draw(lambda rng: torch.randn(BATCH, Z_DIM, generator=rng)) for _ in range(2)]
        real = self.draw(lambda rng: self.mixture.sample(BATCH, rng))
        d_loss, g_loss = self.losses
        gan.gan_step(
            self.g,
            self.d,
            self.opt_g,
            self.opt_d,
            real,
            *noise,
            # a sum: each network gets the gradient of its own loss
            lambda r, f: torch.vmap(d_loss)(r, f).sum(),
            lambda f: torch.vmap(g_loss)(f).sum(),
        )
        torch._foreach_lerp_(list(self.average.parameters()), list(self.g.parameters()), 1 - DECAY)


@torch.no_grad()
def singular_values(d):
    """The largest of each layer as D uses it, (layers, S)."""
    raw = torch.stack([torch.linalg.matrix_norm(w, 2) for w in d.weights])
    return raw / torch.stack([d.sigma(i) for i in range(len(d.weights))]) if hasattr(d, "sigma") else raw


@torch.no_grad()
def picture(game, points, seed, shown=200, reach=3.0, n=25):
    """Points of one game in hundredths (int16), and D's logits on an n x n grid in tenths (int8), base64."""
    grid, _ = plane_points(reach, n)
    training = game.d.training
    logits = game.d.eval()(grid.view(1, -1, 2).expand(len(game.seeds), -1, -1))[seed]
    game.d.train(training)
    return {
        "points": packed((100 * points[seed, :shown]).round().clamp(-32767, 32767).short()),
        "logits": packed((10 * logits).clamp(-127, 127).round().char()),
    }


def play(mixture, device, seeds=SEEDS, pictured=0, steps=STEPS, marks=MARKS):
    """The games of one device: modes and share near a mode at each mark, by G and by its average, and D's steepness."""
    started = time.process_time()
    losses, steep, *rates = DEVICES[device]
    game = Game(MIXTURES[mixture], losses, steep, *(rate * RATE[mixture] for rate in rates), seeds)
    codes = torch.randn(2000, Z_DIM, generator=torch.Generator().manual_seed(99))
    at, slopes, excess, pictures = [], [], [], []
    found = {who: {"modes": [], "near": []} for who in ("g", "average")}
    for step in range(steps + 1):
        if step % (steps // marks) == 0:
            at.append(step)
            for who, counts in found.items():
                with torch.no_grad():
                    points = getattr(game, who)(codes.expand(len(game.seeds), -1, -1))
                counted = [modes_covered(x, game.mixture) for x in points]
                counts["modes"].append([m for m, _ in counted])
                counts["near"].append([share for _, share in counted])
                if step in SHOWN:
                    pictures.append({"who": who, "step": step} | picture(game, points, pictured))
            values = singular_values(game.d)
            slopes.append(values.prod(0) * (steep or 1))
            excess.append(values.max(0).values)
        if step < steps:
            game.step()
    return {
        "steps": at,
        **{
            who: {
                "modes": torch.tensor(counts["modes"]).T.tolist(),
                "near": rounded(torch.tensor(counts["near"]).T, 3),
            }
            for who, counts in found.items()
        },
        "slope": rounded(
            torch.stack(slopes, 1), 3
        ),  # a bound: the product of the layers' largest singular values
        "largest": rounded(torch.stack(excess, 1), 4),  # of any layer
        "pictures": pictures,
        "cpu_seconds": round(time.process_time() - started),
    }


def run(mixture, device, seed):
    return play(mixture, device)


if __name__ == "__main__":
    torch.set_num_threads(1)
    settings = [{"mixture": mixture, "device": device} for mixture in MIXTURES for device in DEVICES]
    sweep = Sweep("12_stabilising", __file__)
    sweep.content["thresholds"] = THRESHOLDS
    sweep.work(run, settings, ["0 to 19"], tell=lambda line: print(line[:70], flush=True))

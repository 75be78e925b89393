"""The runs behind lecture 05: `python data_scripts/sweep_minimax.py` writes lectures/results/05_minimax_game.json.

Everything is two-dimensional and small. The 20 networks of an experiment are stacked along a first axis and take their
steps together, which is several times cheaper; each has its own first weights, its own generator of randomness and its own part of
the loss, so they never meet. An experiment whose results stand in the file is not run again.

Written down before the final run (seeds 0 to 19), after trials on seeds 100 to 109:

    d_error       D alone, on a fixed p and q: the error, weighted by (p + q) / 2, ends below 0.03 and below a quarter of
                  the error of the constant 1/2, in each of 20 seeds
    equal_value   D alone, on p against p: the value on samples it has not seen ends within 0.02 of -log 4, in each seed
    vanishing     D alone, against the untrained generator: the saturating gradient ends below 1 % of its first size,
                  the non-saturating one above 10 %, in each seed
    balanced      at least 15 of 20 games end with 7 or 8 of 8 modes, for each of the four losses
    G fast        G learns ten times faster: the median game ends with at most 4 modes
    D ahead       D learns for 500 steps before G begins. With plain gradient descent for G: the saturating loss reaches no
                  mode at any look in any seed, the non-saturating one reaches a mode in at least 15 of 20 seeds. With Adam,
                  which rescales small gradients, the saturating loss does so too.

What the trials also showed, and is not promised: in the balanced game the saturating loss does not lag behind. "D fast" and
"wrong sign" were added after the other runs, to illustrate; nothing is promised of them.
"""

import base64
import time

import torch
from running import hardware
from sweep import Sweep
from torch import nn
from torch.nn.functional import logsigmoid, relu

from course_lib import gan
from course_lib.checkpoint import save_checkpoint
from course_lib.mixtures import Mixture, Perceptron, modes_covered, plane_points, ring

SEEDS = range(20)
WIDTH, Z_DIM, BATCH, LR, BETAS = 64, 2, 64, 1e-3, (0.5, 0.9)
STEPS, MARKS = 2000, 20
THRESHOLDS = {  # the docstring in numbers
    "d_error": {"at_most": 0.03, "of_half": 0.25},
    "equal_value": {"within": 0.02},
    "vanishing": {"saturating_below": 0.01, "non_saturating_above": 0.1},
    "balanced": {"modes": 7, "seeds": 15},
    "G fast": {"median_at_most": 4},
    "D ahead": {"seeds": 15},
}


def saturating(fake_logits):
    return gan.generator_loss(fake_logits, saturating=True)


def flees(fake_logits):
    """The slides' loss of G, log D(G(z)) where D scores fake, on our D, which scores real: the wrong sign."""
    return logsigmoid(fake_logits).mean()


LOSSES = {  # name -> (D's, G's)
    "saturating": (gan.discriminator_loss, saturating),
    "non-saturating": (gan.discriminator_loss, gan.generator_loss),
    "least squares": (gan.lsgan_discriminator_loss, gan.lsgan_generator_loss),
    "hinge": (gan.hinge_discriminator_loss, gan.hinge_generator_loss),
}
REAL = ring()  # 8 modes, radius 2, std 0.1


class Stacked(nn.Module):
    """Perceptrons side by side: (S, N, in) -> (S, N, out), or (S, N) where out is 1; network s sees only x[s]."""

    def __init__(self, networks):
        super().__init__()
        layers = [[m for m in network.net if isinstance(m, nn.Linear)] for network in networks]
        self.weights = nn.ParameterList(
            torch.stack([m.weight.detach().T for m in same]) for same in zip(*layers)
        )
        self.biases = nn.ParameterList(
            torch.stack([m.bias.detach()[None] for m in same]) for same in zip(*layers)
        )

    def forward(self, x):
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = torch.baddbmm(bias, relu(x) if i else x, weight)
        return x.squeeze(-1) if x.shape[-1] == 1 else x

    def network(self, s):
        """Network s alone."""
        sizes = [self.weights[0].shape[1], *(w.shape[2] for w in self.weights)]
        alone = Perceptron(*sizes)
        with torch.no_grad():
            for m, weight, bias in zip(
                (m for m in alone.net if isinstance(m, nn.Linear)), self.weights, self.biases
            ):
                m.weight.copy_(weight[s].T)
                m.bias.copy_(bias[s, 0])
        return alone


class Game:
    """20 games at once; `losses` are those of one game."""

    def __init__(self, losses, lr_g=LR, lr_d=LR, plain_g=False, seeds=SEEDS):
        self.seeds = list(seeds)
        self.rngs = [torch.Generator().manual_seed(seed) for seed in self.seeds]
        pairs = []
        for seed in self.seeds:
            with torch.random.fork_rng():
                torch.manual_seed(seed)
                pairs.append((Perceptron(Z_DIM, WIDTH, WIDTH, 2), Perceptron(2, WIDTH, WIDTH, 1)))
        self.g, self.d = (Stacked(networks) for networks in zip(*pairs))
        if plain_g:  # gradient descent as it stands: small gradients make small steps
            self.opt_g = torch.optim.SGD(self.g.parameters(), lr_g)
        else:
            self.opt_g = torch.optim.Adam(self.g.parameters(), lr_g, BETAS, fused=True)
        self.opt_d = torch.optim.Adam(self.d.parameters(), lr_d, BETAS, fused=True)
        self.losses = losses
        self.last = {}  # each game's own losses, where gan_step only sees their sum

    def draw(self, sample):
        return torch.stack([sample(rng) for rng in self.rngs])

    def noise(self):
        return self.draw(lambda rng: torch.randn(BATCH, Z_DIM, generator=rng))

    def real(self, n=BATCH):
        return self.draw(lambda rng: REAL.sample(n, rng))

    def d_loss(self, real_logits, fake_logits):
        self.last["d_loss"] = torch.vmap(self.losses[0])(real_logits, fake_logits)
        return self.last["d_loss"].sum()  # a sum: each network gets the gradient of its own loss

    def g_loss(self, fake_logits):
        self.last["g_loss"] = torch.vmap(self.losses[1])(fake_logits)
        return self.last["g_loss"].sum()

    def step(self):
        gan.gan_step(
            self.g,
            self.d,
            self.opt_g,
            self.opt_d,
            self.real(),
            self.noise(),
            self.noise(),
            self.d_loss,
            self.g_loss,
        )

    def train_d(self, real, fake):
        """One step of D alone."""
        loss = self.d_loss(self.d(real), self.d(fake))
        self.opt_d.zero_grad()
        loss.backward()
        self.opt_d.step()


def rounded(tensor, digits=4):
    return [[round(v, digits) for v in row] for row in torch.as_tensor(tensor).tolist()]


def play(losses, steps=STEPS, marks=MARKS, d_ahead=0, **settings):
    """Play 20 games; (scores, pictures [look][seed], the game). D gets `d_ahead` steps before the first of G."""
    game = Game(losses, **settings)
    codes = torch.randn(2000, Z_DIM, generator=torch.Generator().manual_seed(99))
    for _ in range(d_ahead):
        with torch.no_grad():
            fake = game.g(game.noise())
        game.train_d(game.real(), fake)
    modes, near, at, sums, pictures = [], [], [], {"d_loss": [], "g_loss": []}, []
    since = {name: torch.zeros(len(game.seeds)) for name in sums}
    every = steps // marks
    for step in range(steps + 1):
        if step % every == 0:
            with torch.no_grad():
                points = game.g(codes.expand(len(game.seeds), -1, -1))
            counted = [modes_covered(x, REAL) for x in points]
            modes.append([m for m, _ in counted])
            near.append([share for _, share in counted])
            at.append(step)
            if step:
                for name in sums:
                    sums[name].append(since[name] / every)
                    since[name] = torch.zeros(len(game.seeds))
            pictures.append(pictures_of(game, step, points))
        if step < steps:
            game.step()
            for name in since:
                since[name] += game.last[name].detach()
    scores = {
        "steps": at,
        "modes": torch.tensor(modes).T.tolist(),  # (seeds, marks)
        "near": rounded(torch.tensor(near).T, 3),
        "losses_at": at[1:],  # each the mean over the steps since the mark before
        **{name: rounded(torch.stack(values, 1), 3) for name, values in sums.items()},
    }
    return scores, pictures, game


def packed(tensor):
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


@torch.no_grad()
def pictures_of(game, step, points, shown=250, reach=3.0, n=33):
    """For each game: some points in hundredths (int16) and D's logit on an n x n grid in tenths (int8), base64."""
    grid, _ = plane_points(reach, n)
    logits = game.d(grid.view(1, -1, 2).expand(len(game.seeds), -1, -1))
    return [
        {
            "step": step,
            "points": packed((100 * x[:shown]).round().clamp(-32767, 32767).short()),
            "logits": packed((10 * answers).clamp(-127, 127).round().char()),
        }
        for x, answers in zip(points, logits)
    ]


# --- the experiments ----------------------------------------------------------------------------------
def fixed_pair():
    """A p and a q with known densities: the ring, wider, and a generator that has lost three of its eight modes."""
    p = ring(std=0.25)
    return p, Mixture(p.means[:5], 0.25)


def d_against_known_densities(equal, steps=1000, every=50):
    """D alone on samples of p and q (or of p and p): its error against p / (p + q) and the value of the game."""
    p, q = fixed_pair()
    q = p if equal else q
    game = Game((gan.discriminator_loss, gan.generator_loss))
    grid, cell = plane_points(3.5, 101)
    weight = (p.density(grid) + q.density(grid)).flatten() / 2 * cell
    best = gan.optimal_discriminator(p.density(grid), q.density(grid)).flatten()
    new = torch.Generator().manual_seed(4321)
    unseen = p.sample(20_000, new), q.sample(20_000, new)
    at, errors, values = [], [], []
    for step in range(steps + 1):
        if step % every == 0:
            with torch.no_grad():
                answers = game.d(grid.view(1, -1, 2).expand(len(SEEDS), -1, -1)).sigmoid()
                logits = [game.d(x.expand(len(SEEDS), -1, -1)) for x in unseen]
            at.append(step)
            errors.append(((answers - best).abs() * weight).sum(1))
            values.append(torch.vmap(gan.value)(*logits))
        if step < steps:
            game.train_d(game.draw(lambda rng: p.sample(128, rng)), game.draw(lambda rng: q.sample(128, rng)))
    if not equal:
        ship(
            "minimax_best_discriminator",
            game.d.network(0),
            {"steps": steps, "metrics": {"d_error": round(errors[-1][0].item(), 4)}},
        )
    return {
        "steps": at,
        "error": rounded(torch.stack(errors, 1)),
        "value": rounded(torch.stack(values, 1)),
        "error_of_half": round(((best - 0.5).abs() * weight).sum().item(), 4),
        "optimal_value": round(gan.optimal_value(p.density(grid), q.density(grid), cell).item(), 4),
    }


def vanishing(steps=500, every=25):
    """The size of G's gradient, by either loss, while D learns and G, as it was born, stands still."""
    game = Game((gan.discriminator_loss, gan.generator_loss))
    parameters = list(game.g.parameters())
    codes = torch.randn(len(SEEDS), 1000, Z_DIM, generator=torch.Generator().manual_seed(99))
    norms, answers, at = {"saturating": [], "non-saturating": []}, [], []
    for step in range(steps + 1):
        if step % every == 0:
            at.append(step)
            for name in norms:
                with gan.frozen(game.d):
                    logits = game.d(game.g(codes))
                    gradients = torch.autograd.grad(torch.vmap(LOSSES[name][1])(logits).sum(), parameters)
                norms[name].append(sum(g.square().flatten(1).sum(1) for g in gradients).sqrt())
            answers.append(logits.detach().sigmoid().mean(1))
        if step < steps:
            with torch.no_grad():
                fake = game.g(game.noise())
            game.train_d(game.real(), fake)
    exact = {
        name: [[float(f"{v:.4g}") for v in row] for row in torch.stack(v, 1).tolist()]
        for name, v in norms.items()
    }
    return {
        "steps": at,
        "norms": exact,
        "d_of_fake": [[float(f"{v:.4g}") for v in row] for row in torch.stack(answers, 1).tolist()],
    }


def balanced(name):
    scores, pictures, game = play(LOSSES[name])
    if name == "non-saturating":
        facts = {"steps": STEPS, "metrics": {"modes": scores["modes"][0][-1], "near": scores["near"][0][-1]}}
        ship("minimax_ring_generator", game.g.network(0), facts)
        ship("minimax_ring_discriminator", game.d.network(0), facts)
    shown = [look[0] for look in pictures if look[0]["step"] in (0, 200, 500, 1000, 2000)]
    return scores | {"pictures": shown if name == "non-saturating" else []}


def spoiled(losses, steps, marks, seed=0, **settings):
    """A game with one thing wrong, and the last five pictures of one seed; None: of the one with the fewest modes."""
    scores, pictures, _ = play(losses, steps, marks, **settings)
    seed = min(SEEDS, key=lambda s: scores["modes"][s][-1]) if seed is None else seed
    return scores | {"pictured_seed": seed, "pictures": [look[seed] for look in pictures[-5:]]}


def ship(name, network, facts):
    card = {
        "script": "data_scripts/sweep_minimax.py",
        "seed": 0,
        "data": "mixtures.ring, drawn anew at every step",
        "architecture": [m.in_features for m in network.net if isinstance(m, nn.Linear)]
        + [network.net[-1].out_features],
        "batch_size": BATCH,
        "learning_rate": LR,
        "hardware": hardware(),
    }
    save_checkpoint(name, network, card | facts)


AHEAD = {"d_ahead": 500, "steps": 1000, "marks": 20}
EXPERIMENTS = {
    "d_error": lambda: d_against_known_densities(equal=False),
    "equal_value": lambda: d_against_known_densities(equal=True),
    "vanishing": vanishing,
    **{f"balanced, {name}": lambda name=name: balanced(name) for name in LOSSES},
    "G fast": lambda: spoiled(LOSSES["non-saturating"], lr_g=10 * LR, steps=1500, marks=60),
    "D ahead, saturating, descent": lambda: spoiled(LOSSES["saturating"], **AHEAD, plain_g=True, lr_g=0.05),
    "D ahead, non-saturating, descent": lambda: spoiled(
        LOSSES["non-saturating"], **AHEAD, plain_g=True, lr_g=0.05
    ),
    "D ahead, saturating, Adam": lambda: spoiled(LOSSES["saturating"], **AHEAD),
    "D fast": lambda: spoiled(LOSSES["non-saturating"], lr_d=10 * LR, steps=1500, marks=30, seed=None),
    "wrong sign": lambda: spoiled((gan.discriminator_loss, flees), steps=400, marks=20),
}


def run(experiment, seed):
    started = time.process_time()
    return EXPERIMENTS[experiment]() | {"cpu_seconds": round(time.process_time() - started)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    sweep = Sweep("05_minimax_game", __file__)
    sweep.content["thresholds"] = THRESHOLDS
    sweep.work(
        run,
        [{"experiment": name} for name in EXPERIMENTS],
        seeds=["0 to 19"],
        tell=lambda text: print(text[:60], flush=True),
    )

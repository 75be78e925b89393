"""The patients of the clinic: small CycleGANs on colours, trained with one thing wrong. Not released: it holds the diagnoses.

    python solutions/a6_cyclegan/patients.py       train them (a minute) and print the cell of a6_cyclegan.py

What the notebook keeps of each: eight colours of X, their translations, what came back, and 12 points of five curves.
"""

import colorsys
import json

import torch
from torch import nn

from course_lib.cyclegan import ImagePool
from course_lib.devices import adam

STEPS, EVERY, BATCH, N = 300, 25, 32, 8
FAULTS = {
    "healthy": "",
    "0": "identity of the wrong domain",
    "A": "cycle compared with the translation",
    "B": "judges frozen",
    "C": "no cycle",
    "D": "judges exchanged",
}
HUES = torch.tensor([colorsys.hsv_to_rgb(k / N, 0.85, 1.0) for k in range(N)])
DAY, NIGHT = 2 * HUES - 1, 2 * (0.3 * HUES + torch.tensor([0.0, 0.0, 0.12])) - 1


def draw(colors, rng):
    """BATCH pictures of one pixel, (BATCH, 3, 1, 1): colours drawn at random, a little varied."""
    chosen = colors[torch.randint(N, (BATCH,), generator=rng)]
    return (chosen + 0.06 * torch.randn(BATCH, 3, generator=rng)).clamp(-1, 1)[:, :, None, None]


def network(out_channels, end):
    middle = [nn.Conv2d(3, 32, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 32, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*middle, nn.Conv2d(32, out_channels, 1), end)


def l1(a, b):
    return (a - b).abs().mean()


def train(fault, seed, lambda_identity=0.5):
    """One game with a fault; returns (translations, what came back, {curve: 12 numbers})."""
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    g_xy, g_yx = network(3, nn.Tanh()), network(3, nn.Tanh())
    d_x, d_y = network(1, nn.Identity()), network(1, nn.Identity())
    opt_g, opt_d = adam(nn.ModuleList([g_xy, g_yx]), 2e-3), adam(nn.ModuleList([d_x, d_y]), 2e-3)
    pools = ImagePool(50, rng), ImagePool(50, rng)
    history = {name: [] for name in ("adversarial", "cycle", "identity", "d_x", "d_y")}
    for _ in range(STEPS):
        x, y = draw(DAY, rng), draw(NIGHT, rng)
        fake_y, fake_x = g_xy(x), g_yx(y)
        of_y, of_x = (d_x, d_y) if fault == "judges exchanged" else (d_y, d_x)
        adversarial = (of_y(fake_y) - 1).square().mean() + (of_x(fake_x) - 1).square().mean()
        wrong_cycle = fault == "cycle compared with the translation"
        cycle = l1(g_yx(fake_y), fake_y if wrong_cycle else x) + l1(
            g_xy(fake_x), fake_x if wrong_cycle else y
        )
        of_xy, of_yx = (x, y) if fault == "identity of the wrong domain" else (y, x)
        identity = l1(g_xy(of_xy), of_xy) + l1(g_yx(of_yx), of_yx)
        weight = 0 if fault == "no cycle" else 10
        opt_g.zero_grad()
        (adversarial + weight * (cycle + lambda_identity * identity)).backward()
        opt_g.step()
        losses = []
        for judge, real, fake, pool in ((d_x, x, fake_x, pools[0]), (d_y, y, fake_y, pools[1])):
            losses.append(((judge(real) - 1).square().mean() + judge(pool.query(fake)).square().mean()) / 2)
        opt_d.zero_grad()
        sum(losses).backward()
        if fault != "judges frozen":
            opt_d.step()
        for values, scalar in zip(history.values(), (adversarial, cycle, identity, *losses)):
            values.append(scalar.item())
    with torch.no_grad():
        there = g_xy(DAY[:, :, None, None])
        back = g_yx(there)
    curves = {name: torch.tensor(v).view(-1, EVERY).mean(1).tolist() for name, v in history.items()}
    return there.flatten(1), back.flatten(1), {name: [round(v, 2) for v in c] for name, c in curves.items()}


def as_hex(colors):
    return ["#" + "".join(f"{int(v):02x}" for v in ((c + 1) * 127.5).round().tolist()) for c in colors]


def main():
    torch.set_num_threads(1)
    print("PATIENTS = {", flush=True)
    for seed, (name, fault) in enumerate(FAULTS.items()):
        there, back, curves = train(fault, seed)
        text = json.dumps({"translated": as_hex(there), "back": as_hex(back), **curves}).replace('"', "'")
        print(f"    {name!r}: {text},", flush=True)
    print("}")


if __name__ == "__main__":
    main()

"""The CycleGAN step against the classic PyTorch style, on the same networks, losses and data in memory.

The baseline is the step of the PyTorch original: eager float32, contiguous, torch's own InstanceNorm, `torch.optim.Adam`
as it comes, six translations a step (there, back and identity, both ways), D's gradients off in the translators' turn,
both D's after it, images from a pool. Both variants take turns (`side_by_side`), with one thread.
"""

import itertools
from copy import deepcopy

import torch
from torch import nn

from course_lib.cyclegan import ImagePool, cyclegan_step
from course_lib.devices import adam, autocast, bf16_pays
from course_lib.patchgan import PatchDiscriminator
from course_lib.resnet import InstanceNorm, ResnetGenerator
from tests.benchmarks import bench_gan
from tests.benchmarks.side_by_side import WARM, take_turns

SIZES = {  # name: side, batch, generator, discriminator, rounds
    "9 blocks, 256 px, batch 1 (the original)": (256, 1, {}, {}, 3),
    "6 blocks, 64 px, batch 4": (
        64,
        4,
        {"base_channels": 32, "num_blocks": 6, "upsample": "resize"},
        {"base_channels": 32, "n_layers": 2},
        20,
    ),
}


def players(side, batch, generator, discriminator, rounds):
    rng = torch.Generator().manual_seed(0)
    gs = [ResnetGenerator(**generator, rng=rng) for _ in range(2)]
    ds = [PatchDiscriminator(3, **discriminator, norm=InstanceNorm, rng=rng) for _ in range(2)]
    return gs, ds, *(torch.rand(batch, 3, side, side, generator=rng) * 2 - 1 for _ in range(2))


def with_torchs_layers(network):
    """torch's own layers in place of ours; the weights stay."""
    for module in bench_gan.with_torchs_layers(network).modules():
        for name, child in module.named_children():
            if isinstance(child, InstanceNorm):
                setattr(module, name, nn.InstanceNorm2d(child.num_features))
    return network


def classic(gs, ds):
    g_xy, g_yx, d_x, d_y = map(with_torchs_layers, (*gs, *ds))
    opt_g = torch.optim.Adam(
        itertools.chain(g_xy.parameters(), g_yx.parameters()), lr=2e-4, betas=(0.5, 0.999)
    )
    opt_d = torch.optim.Adam(itertools.chain(d_x.parameters(), d_y.parameters()), lr=2e-4, betas=(0.5, 0.999))
    mse, l1 = nn.MSELoss(), nn.L1Loss()
    pools = ImagePool(50), ImagePool(50)

    def judged(d, real, fake):
        logits = d(real)
        loss_real = mse(logits, torch.ones_like(logits))
        logits = d(fake)
        loss = (loss_real + mse(logits, torch.zeros_like(logits))) * 0.5
        loss.backward()
        return loss

    def step(x, y):
        fake_y = g_xy(x)
        back_x = g_yx(fake_y)
        fake_x = g_yx(y)
        back_y = g_xy(fake_x)
        for p in itertools.chain(d_x.parameters(), d_y.parameters()):
            p.requires_grad = False
        opt_g.zero_grad()
        identity = (l1(g_xy(y), y) + l1(g_yx(x), x)) * 10.0 * 0.5
        logits_y, logits_x = d_y(fake_y), d_x(fake_x)
        adversarial = mse(logits_y, torch.ones_like(logits_y)) + mse(logits_x, torch.ones_like(logits_x))
        g_loss = adversarial + (l1(back_x, x) + l1(back_y, y)) * 10.0 + identity
        g_loss.backward()
        opt_g.step()
        for p in itertools.chain(d_x.parameters(), d_y.parameters()):
            p.requires_grad = True
        opt_d.zero_grad()
        loss_x = judged(d_x, x, pools[0].query(fake_x))
        loss_y = judged(d_y, y, pools[1].query(fake_y))
        opt_d.step()
        return g_loss.item(), loss_x.item(), loss_y.item()

    return step


def ours(gs, ds, bf16=False):
    for network in (*gs, *ds):
        network.to(memory_format=torch.channels_last)
    opt_g, opt_d = adam(nn.ModuleList(gs), 2e-4), adam(nn.ModuleList(ds), 2e-4)
    pools = ImagePool(50), ImagePool(50)

    def step(x, y):
        with autocast("cpu", bf16):
            scalars = cyclegan_step(*gs, *ds, opt_g, opt_d, x, y, *pools)
        return tuple(scalars[name].item() for name in ("g_loss", "d_x", "d_y"))

    return step


def compare(name, settings, bf16):
    gs, ds, x, y = players(*settings)
    variants = {"baseline": classic(deepcopy(gs), deepcopy(ds)), "ours": ours(gs, ds, bf16)}
    row, _ = take_turns(variants, [(x, y)] * (WARM + settings[-1]))
    return {"name": f"CycleGAN step, {name}, {'bf16' if bf16 else 'fp32'}", **row}


def first_losses():
    """The largest relative difference over five steps of a small pair, in float64: the pools return what comes."""
    gs, ds, x, y = players(
        32, 2, {"base_channels": 8, "num_blocks": 2}, {"base_channels": 8, "n_layers": 2}, 5
    )
    gs, ds, x, y = [g.double() for g in gs], [d.double() for d in ds], x.double(), y.double()
    theirs, mine, worst = classic(deepcopy(gs), deepcopy(ds)), ours(gs, ds), 0.0
    for _ in range(5):
        worst = max(worst, *(abs(a - b) / abs(b) for a, b in zip(mine(x, y), theirs(x, y))))
    return {
        "name": "CycleGAN, first five losses, 32 px, float64",
        "ours": worst,
        "baseline": 1e-9,
        "ratio": 1e-9 / max(worst, 1e-16),
        "unit": "relative difference (allowed: 1e-09)",
    }


def run():
    torch.set_num_threads(1)
    rows = [first_losses()]
    for name, settings in SIZES.items():
        rows.append(compare(name, settings, bf16=False))
        if bf16_pays("cpu"):
            rows.append(compare(name, settings, bf16=True))
    return rows

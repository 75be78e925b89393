"""The patients of the clinic: small GANs on clothes, trained with one thing wrong. Not released: it holds the diagnoses.

    python solutions/a2_gan/patients.py            train them (some minutes) and rewrite the cell in a2_gan.py
    python solutions/a2_gan/patients.py picture.png     and draw all of them, healthy ones included

What the notebook keeps of each: 12 pictures (6 early, 6 late, from fixed codes), and 20 points of four curves.
"""

import base64
import io
import json
import sys
import textwrap
from pathlib import Path

import torch
from PIL import Image
from torch.nn.functional import pad, softplus

from course_lib import data
from course_lib.dcgan import Discriminator, Generator
from course_lib.devices import adam

STEPS, EVERY, EARLY = 600, 30, 120
FAULTS = {
    "0": "discriminator frozen",
    "A": "sigmoid twice",
    "B": "wrong range",
    "C": "generator cut off",
    "D": "wrong sign",
}
BEGIN, END = "# patients: begin\n", "# patients: end\n"


def train(fault, seed):
    """One game with a fault; returns (pictures (12, 1, 32, 32), {curve: 20 numbers})."""
    torch.set_flush_denormal(True)  # gradients of a D that is sure are tiny, and tiny numbers are slow
    rng = torch.Generator().manual_seed(seed)
    generator, discriminator = Generator(32, 8, 1, 32, rng), Discriminator(1, 8, 32, rng)
    opt_g, opt_d = adam(generator, 2e-3), adam(discriminator, 1e-3)
    if fault == "generator too fast":
        opt_g, opt_d = adam(generator, 1e-2), adam(discriminator, 1e-4)
    images = pad(data.fashion_mnist("train")[0], [2] * 4)
    fixed = torch.randn(64, 32, generator=rng)
    history = {name: [] for name in ("d_loss", "g_loss", "d_real", "d_fake")}
    looks = []
    judge = (lambda x: discriminator(x).sigmoid()) if fault == "sigmoid twice" else discriminator
    for step in range(1, STEPS + 1):
        real = images[torch.randint(len(images), (32,), generator=rng)].float() / 255
        real = real if fault == "wrong range" else 2 * real - 1
        z_d, z_g = torch.randn(2, 32, 32, generator=rng)
        real_logits, fake_logits = judge(real), judge(generator(z_d).detach())
        d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        opt_d.zero_grad()
        d_loss.backward()
        if fault != "discriminator frozen":
            opt_d.step()
        fake = generator(z_g)
        logits = judge(fake.detach() if fault == "generator cut off" else fake)
        g_loss = -softplus(-logits).mean() if fault == "wrong sign" else softplus(-logits).mean()
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()
        scalars = (d_loss, g_loss, real_logits.mean(), fake_logits.mean())
        for values, scalar in zip(history.values(), scalars):
            values.append(scalar.item())
        if step in (EARLY, STEPS):
            with torch.no_grad():
                looks.append(generator(fixed)[:6])
    curves = {name: torch.tensor(v).view(-1, EVERY).mean(1).tolist() for name, v in history.items()}
    return torch.cat(looks), {name: [round(v, 2) for v in values] for name, values in curves.items()}


def packed(patients):
    """{name: (pictures, curves)} as the text of the notebook's cell."""
    rows = [((pictures[:, 0] + 1) * 127.5).round().byte() for pictures, _ in patients.values()]
    sheet = torch.cat([row.movedim(0, 1).reshape(32, -1) for row in rows])  # a row of 12 for each patient
    file = io.BytesIO()
    Image.fromarray(sheet.numpy()).save(file, "WEBP", quality=40, method=6)
    lines = textwrap.wrap(base64.b64encode(file.getvalue()).decode(), 100)
    curves = [f"    {name!r}: {json.dumps(curves)}," for name, (_, curves) in patients.items()]
    curves = [line.replace('"', "'") for line in curves]
    return "\n".join(
        ["# fmt: off", "CURVES = {", *curves, "}", "# fmt: on", 'SHEET = """', *lines, '"""', ""]
    )


def main(picture=None):
    faults = dict(FAULTS)
    if picture:
        faults |= {"healthy": "healthy", "fast": "generator too fast"}
    made = {}
    for seed, (name, fault) in enumerate(faults.items()):
        made[name] = train(fault, seed)
        print(
            name, fault, {key: values[::6] + values[-1:] for key, values in made[name][1].items()}, flush=True
        )
    if picture:
        from torchvision.utils import save_image

        save_image(
            torch.cat([m[0] for m in made.values()]), picture, nrow=12, normalize=True, value_range=(-1, 1)
        )
    text = Path(__file__).with_name("a2_gan.py")
    if text.exists():
        before, _, rest = text.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        text.write_text(before + BEGIN + packed({name: made[name] for name in FAULTS}) + END + after)


if __name__ == "__main__":
    main(*sys.argv[1:])

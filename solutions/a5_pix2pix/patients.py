"""The patients of the clinic: small pix2pix networks, trained with one thing wrong. Not released: it holds the diagnoses.

    python solutions/a5_pix2pix/patients.py            train them (some minutes) and rewrite the cell in a5_pix2pix.py
    python solutions/a5_pix2pix/patients.py picture.png     and draw all of them, a healthy one included

What the notebook keeps of each: what G makes of 8 test inputs at the end, and 20 points of four curves.
"""

import base64
import io
import json
import sys
import textwrap
from pathlib import Path

import torch
from PIL import Image
from torch.nn.functional import avg_pool2d, softplus

from course_lib import data
from course_lib.devices import adam
from course_lib.patchgan import PatchDiscriminator
from course_lib.unet import UNetGenerator

STEPS, EVERY, BATCH, LAMBDA = 400, 20, 8, 30.0
SHOWN = (3, 10, 31, 60, 90, 117, 150, 200)  # of the test pairs
FAULTS = {
    "0": "pairs shuffled",
    "A": "condition exchanged",
    "B": "mirrored apart",
    "C": "skips missing",
    "D": "L1 missing",
}
BEGIN, END = "# patients: begin\n", "# patients: end\n"


def small_pairs(split):
    """Colour labels as 18 channels, and the 3-D emoji in [-1, 1], both at 32 px."""
    labels, images = data.emoji_labels(split), data.emoji("3d", split)
    return data.one_hot(labels[:, :, ::2, ::2], 18), avg_pool2d(data.to_float(images), 2)


def train(fault, seed):
    """One training with a fault; returns (pictures (8, 3, 32, 32), {curve: 20 numbers})."""
    torch.set_flush_denormal(True)
    rng = torch.Generator().manual_seed(seed)
    generator = UNetGenerator(18, 3, 12, 5, skips=fault != "skips missing", dropout=0, rng=rng)
    discriminator = PatchDiscriminator(21, 12, 2, rng=rng)
    opt_g, opt_d = adam(generator, 2e-3), adam(discriminator, 2e-3)
    xs, ys = small_pairs("train")
    history = {name: [] for name in ("d_real", "d_fake", "adversarial", "l1")}
    for _ in range(STEPS):
        chosen = torch.randint(len(xs), (BATCH,), generator=rng)
        x, y = xs[chosen], ys[chosen]
        if fault == "pairs shuffled":
            y = y[torch.randperm(BATCH, generator=rng)]
        if fault == "mirrored apart":
            x, y = (
                torch.where(torch.rand(BATCH, 1, 1, 1, generator=rng) < 0.5, v, v.flip(-1)) for v in (x, y)
            )
        y_fake = generator(x)

        def shown(image, x=x):
            return torch.cat([image, x] if fault == "condition exchanged" else [x, image], 1)

        real_logits, fake_logits = discriminator(torch.cat([x, y], 1)), discriminator(shown(y_fake.detach()))
        d_loss = (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        adversarial, l1 = softplus(-discriminator(shown(y_fake))).mean(), (y - y_fake).abs().mean()
        opt_g.zero_grad()
        (adversarial + (0 if fault == "L1 missing" else LAMBDA) * l1).backward()
        opt_g.step()
        scalars = (real_logits.mean(), fake_logits.mean(), adversarial, l1)
        for values, scalar in zip(history.values(), scalars):
            values.append(scalar.item())
    with torch.no_grad():
        pictures = generator.eval()(small_pairs("test")[0][list(SHOWN)])
    curves = {name: torch.tensor(v).view(-1, EVERY).mean(1).tolist() for name, v in history.items()}
    return pictures, {name: [round(v, 3) for v in values] for name, values in curves.items()}


def packed(patients):
    """{name: (pictures, curves)} as the text of the notebook's cell."""
    rows = [data.to_uint8(pictures) for pictures, _ in patients.values()]
    sheet = torch.cat([row.permute(2, 0, 3, 1).reshape(32, -1, 3) for row in rows])  # one row a patient
    file = io.BytesIO()
    Image.fromarray(sheet.numpy()).save(file, "WEBP", quality=75, method=6)
    lines = textwrap.wrap(base64.b64encode(file.getvalue()).decode(), 100)
    curves = [f"    {name!r}: {json.dumps(curves)}," for name, (_, curves) in patients.items()]
    curves = [line.replace('"', "'") for line in curves]
    return "\n".join(
        ["# fmt: off", "CURVES = {", *curves, "}", "# fmt: on", 'SHEET = """', *lines, '"""', ""]
    )


def main(picture=None):
    faults = dict(FAULTS) | ({"healthy": "healthy"} if picture else {})
    made = {}
    for seed, (name, fault) in enumerate(faults.items()):
        made[name] = train(fault, seed)
        print(name, fault, {key: [values[k] for k in (0, 3, 9, 19)] for key, values in made[name][1].items()})
        sys.stdout.flush()
    if picture:
        from torchvision.utils import save_image

        x, y = small_pairs("test")
        painted = data.to_float(data.paint_labels(x[list(SHOWN)].argmax(1, keepdim=True), data.COLOR_PALETTE))
        rows = torch.cat([painted, *(m[0] for m in made.values()), y[list(SHOWN)]])
        rows = rows.repeat_interleave(3, 2).repeat_interleave(3, 3)
        save_image(rows, picture, nrow=8, normalize=True, value_range=(-1, 1))
    text = Path(__file__).with_name("a5_pix2pix.py")
    if text.exists():
        before, _, rest = text.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        text.write_text(before + BEGIN + packed({name: made[name] for name in FAULTS}) + END + after)
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])

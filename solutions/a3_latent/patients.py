"""The patients of the clinic: projections of six faces with one thing wrong. Not released: it holds the diagnoses.

    python solutions/a3_latent/patients.py              run them (seconds) and rewrite the cell in a3_latent.py
    python solutions/a3_latent/patients.py picture.png      and draw all faults, a healthy run included

What the notebook keeps of each: what the run shows at its end, the same codes through the shipped G one by one, and 20 points of
two curves.
"""

import base64
import io
import json
import sys
import textwrap
from pathlib import Path

import torch
from PIL import Image
from torch.nn.functional import avg_pool2d

from course_lib import data
from course_lib.checkpoint import checkpoint_card, load_checkpoint
from course_lib.dcgan import Generator

STEPS, EVERY, N = 200, 10, 6
FAULTS = {
    "0": "one code for all",
    "A": "wrong range",
    "B": "G learns, too",
    "C": "never zeroed",
    "D": "train mode",
}
BEGIN, END = "# patients: begin\n", "# patients: end\n"


def shipped():
    generator = Generator(**checkpoint_card("dcgan_faces")["architecture"])
    load_checkpoint("dcgan_faces", generator)
    return generator.eval()


def faces():
    """Six test faces at 32 px, (6, 3, 32, 32), in [-1, 1]."""
    images, _ = data.faces("test")
    return avg_pool2d(data.to_float(images[torch.linspace(10, len(images) - 10, N).long()]), 2)


def project(fault, seed=0):
    """One run; returns (what it shows (6, 3, 32, 32), the codes by the shipped G one by one, {curve: 20 numbers})."""
    x, generator = faces(), shipped()
    target = (x + 1) / 2 if fault == "wrong range" else x
    rows = 1 if fault == "one code for all" else N
    z = torch.randn(rows, 64, generator=torch.Generator().manual_seed(seed)).requires_grad_()
    generator.train(fault == "train mode")
    learning = [z, *generator.parameters()] if fault == "G learns, too" else [z]
    rate = {"steps too long": 3.0}.get(fault, 0.1)
    if fault == "G learns, too":
        optimiser = torch.optim.Adam(
            [{"params": [z]}, {"params": list(generator.parameters()), "lr": 1e-3}], rate
        )
    else:
        optimiser = torch.optim.Adam(learning, rate)
    curves = {"loss": [], "length": []}
    for _ in range(STEPS):
        y = generator(z.expand(N, 64) if rows == 1 else z)
        loss = (y - target).square().flatten(1).mean(1)
        curves["loss"].append(loss.mean().item())
        curves["length"].append(z.norm(dim=1).mean().item())
        if fault != "never zeroed":
            optimiser.zero_grad()
        (-loss.sum() if fault == "uphill" else loss.sum()).backward()
        if fault != "codes stuck":
            optimiser.step()
    fresh = shipped()
    with torch.no_grad():
        z = z.expand(N, 64)
        shown = generator(z)
        anew = torch.cat([fresh(code[None]) for code in z])
    told = (anew - x).square().mean().item()
    kept = {
        name: [
            round(v, 3 if name == "loss" else 2)
            for v in torch.tensor(values).view(-1, EVERY).mean(1).tolist()
        ]
        for name, values in curves.items()
    }
    return shown, anew, kept | {"anew": round(told, 3)}


def packed(patients):
    """The text of the notebook's cell."""
    rows = [torch.cat([faces(), torch.zeros(N, 3, 32, 32)])]
    rows += [torch.cat([shown, anew]) for shown, anew, _ in patients.values()]
    sheet = torch.cat([torch.cat([*row], 2) for row in rows], 1)  # (3, rows * 32, 12 * 32)
    pixels = ((sheet.clamp(-1, 1) + 1) * 127.5).round().byte().movedim(0, 2)
    file = io.BytesIO()
    Image.fromarray(pixels.contiguous().numpy()).save(file, "WEBP", quality=50, method=6)
    lines = textwrap.wrap(base64.b64encode(file.getvalue()).decode(), 100)
    curves = [
        f"    {name!r}: {json.dumps(curves)},".replace('"', "'") for name, (_, _, curves) in patients.items()
    ]
    return "\n".join(
        ["# fmt: off", "CURVES = {", *curves, "}", "# fmt: on", 'SHEET = """', *lines, '"""', ""]
    )


def main(picture=None):
    faults = dict(FAULTS)
    if picture:
        others = ("healthy", "uphill", "codes stuck", "steps too long")
        faults |= {name: name for name in others}
    made = {}
    for name, fault in faults.items():
        made[name] = project(fault)
        curves = made[name][2]
        print(
            name,
            fault,
            *(f"{key} {values[:4] + values[4::4] + values[-1:]}" for key, values in list(curves.items())[:2]),
            curves["anew"],
            flush=True,
        )
    if picture:
        from torchvision.utils import save_image

        every = [faces(), faces()] + [part for shown, anew, _ in made.values() for part in (shown, anew)]
        save_image(torch.cat(every), picture, nrow=12, normalize=True, value_range=(-1, 1))
    text = Path(__file__).with_name("a3_latent.py")
    if text.exists():
        before, _, rest = text.read_text().partition(BEGIN)
        _, _, after = rest.partition(END)
        text.write_text(before + BEGIN + packed({name: made[name] for name in FAULTS}) + END + after)


if __name__ == "__main__":
    main(*sys.argv[1:])

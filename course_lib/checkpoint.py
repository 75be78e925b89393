r"""Shipped checkpoints: small trained networks in half precision, each with a card that says where it comes from.

    generator = shipped("dcgan_fashion", dcgan.Generator)  # to use
    card = load_checkpoint("dcgan_fashion", generator)  # into a network of one's own, to continue from

A checkpoint is `course_lib/checkpoints/NAME.safetensors` with `NAME.json`. It serves to look at, to measure and to
continue from; the exact state of a run in progress is another thing (`training.Trainer.save`).
"""

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

FOLDER = Path(__file__).parent / "checkpoints"
MAX_BYTES = 4_000_000


class CheckpointError(RuntimeError):
    """A checkpoint is missing, broken, too large, or made for another network."""


def save_checkpoint(name, module, card, folder=FOLDER):
    r"""Write a module's state as float16 and its card; other files of that name are replaced.

    Args:
        name: of the two files, without an ending.
        module: its floating-point state is rounded to float16, integers are kept.
        card: dict of plain values: script, seed, data, steps, seconds, hardware, metrics, ...

    Raises:
        CheckpointError: a value does not fit float16 (is not finite, or exceeds 65,504), or the file exceeds 4 MB.
    """
    state = {}
    for key, value in module.state_dict().items():
        half = value.detach().cpu().contiguous()
        half = half.half() if half.is_floating_point() else half
        if not half.isfinite().all():
            raise CheckpointError(f"{name}: {key} has values that float16 cannot hold")
        state[key] = half
    size = sum(t.numel() * t.element_size() for t in state.values())
    if size > MAX_BYTES:
        raise CheckpointError(f"{name}: {size:,} bytes in float16, expected at most {MAX_BYTES:,}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    card = {"name": name, "parameters": sum(p.numel() for p in module.parameters()), "bytes": size} | card
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"  # before anything is written: it may fail
    temporary = folder / f"{name}.{os.getpid()}.part"
    save_file(state, temporary)
    temporary.chmod(0o644)  # save_file leaves it to its owner alone
    os.replace(temporary, folder / f"{name}.safetensors")
    temporary.write_text(text)
    os.replace(temporary, folder / f"{name}.json")


def checkpoint_card(name, folder=FOLDER):
    """The card of a checkpoint, a dict.

    Raises:
        CheckpointError: there is none of that name; the message lists what there is.
    """
    try:
        return json.loads((Path(folder) / f"{name}.json").read_text())
    except FileNotFoundError as error:
        raise CheckpointError(
            f"{name}: no such checkpoint; there are: {', '.join(checkpoints(folder))}"
        ) from error


def checkpoints(folder=FOLDER):
    """The names of all checkpoints, sorted."""
    return sorted(file.name.removesuffix(".safetensors") for file in Path(folder).glob("*.safetensors"))


def load_checkpoint(name, module, folder=FOLDER):
    r"""Load a checkpoint into a module of the same architecture, in the module's own precision and device.

    The module is changed only if everything fits; its mode (train or eval) is kept.

    Returns:
        The card.

    Raises:
        CheckpointError: missing, broken, or made for another network (the message names what differs).
    """
    card = checkpoint_card(name, folder)
    try:
        state = load_file(Path(folder) / f"{name}.safetensors")
    except (FileNotFoundError, SafetensorError) as error:
        raise CheckpointError(
            f"{name}.safetensors: cannot be read ({error}); restore it with "
            f"`git checkout -- course_lib/checkpoints/{name}.safetensors` or rebuild it with `{card.get('script')}`"
        ) from error
    own = module.state_dict()
    differences = [f"{key}: missing from the module" for key in state if key not in own]
    differences += [f"{key}: missing from the checkpoint" for key in own if key not in state]
    differences += [
        f"{key}: {tuple(state[key].shape)} in the checkpoint, {tuple(own[key].shape)} in the module"
        for key in own
        if key in state and state[key].shape != own[key].shape
    ]
    if differences:
        raise CheckpointError(
            f"{name}: made for another network, {card.get('architecture')}; {'; '.join(differences[:4])}"
            + (f"; and {len(differences) - 4} more" if len(differences) > 4 else "")
        )
    with torch.no_grad():
        for key, value in own.items():
            value.copy_(state[key])  # converts to the module's precision
    return card


def shipped(name, network, folder=FOLDER):
    r"""A network of a checkpoint's architecture with its weights, ready to use: in eval mode, its parameters frozen.

    Args:
        name: of the checkpoint, whose card has an entry "architecture".
        network: called with that entry's values by name, for instance `dcgan.Generator`; returns a module.

    Raises:
        CheckpointError: as `load_checkpoint`.
    """
    module = network(**checkpoint_card(name, folder)["architecture"])
    load_checkpoint(name, module, folder)
    return module.eval().requires_grad_(False)


def save_snapshots(name, snapshots, history, folder=FOLDER):
    r"""Write a training's pictures as one WebP sheet, a row a snapshot, and its curves beside it.

    Args:
        name: of the files NAME.replay.webp and NAME.replay.json.
        snapshots: list of (step, uint8 images (n, C, H, W)), as `training.Trainer.snapshots`.
        history: name -> one float a step; at most 400 means over equally many steps are kept.
    """
    from PIL import Image

    steps = [step for step, _ in snapshots]
    images = torch.stack([images for _, images in snapshots])  # (S, n, C, H, W)
    s, n, c, h, w = images.shape
    sheet = images.expand(s, n, 3, h, w).permute(0, 3, 1, 4, 2).reshape(s * h, n * w, 3)
    Image.fromarray(sheet.contiguous().numpy()).save(
        Path(folder) / f"{name}.replay.webp", quality=90, method=6
    )
    length = max(map(len, history.values()))
    every = -(-length // 400)
    curves = {
        key: [round(part.mean().item(), 4) for part in torch.tensor(numbers).split(every)]
        for key, numbers in history.items()
    }
    facts = {"steps": steps, "shape": [s, n, c, h, w], "history_every": every, "history": curves}
    (Path(folder) / f"{name}.replay.json").write_text(json.dumps(facts) + "\n")


def load_snapshots(name, folder=FOLDER):
    r"""The pictures of a training that was shipped.

    Returns:
        (images, facts): uint8 (S, n, C, H, W), slightly compressed, and a dict with steps (S numbers), history
        (curves, each the mean over `history_every` steps).

    Raises:
        CheckpointError: there are none of that name.
    """
    import numpy as np
    from PIL import Image

    try:
        facts = json.loads((Path(folder) / f"{name}.replay.json").read_text())
        with Image.open(Path(folder) / f"{name}.replay.webp") as sheet:
            pixels = torch.from_numpy(np.array(sheet.convert("RGB")))
    except FileNotFoundError as error:
        raise CheckpointError(f"{name}: no pictures of its training are shipped ({error})") from error
    s, n, c, h, w = facts["shape"]
    return pixels.reshape(s, h, n, w, 3).permute(0, 2, 4, 1, 3)[:, :, :c].contiguous(), facts

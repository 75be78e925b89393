r"""Which device, which precision, how much work: decided by what the machine has, never assumed.

Lecture: 00_start.
"""

import os
from types import SimpleNamespace

import torch


def find_device():
    """The machine's GPU (CUDA, else Apple's MPS), or else its CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def bf16_pays(device):
    """Whether bfloat16 is computed in hardware there: a GPU of 2020 or later, or a CPU with AMX.

    A CPU without AMX also accepts bfloat16 but is slower with it than with float32 (measured: 0.4-1.0 times).
    """
    device = torch.device(device)
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and bool(torch.cpu.get_capabilities().get("amx_bf16"))


def autocast(device, bf16=None):
    """A context in which convolutions and matrix products work in bfloat16, where that pays.

    Parameters, their gradients and the optimiser's state stay float32.

    Args:
        device: where the work is done.
        bf16: True or False to decide by hand; None asks `bf16_pays`.
    """
    device = torch.device(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=bf16_pays(device) if bf16 is None else bf16)


def adam(module, lr, betas=(0.5, 0.999)):
    """Adam with the GAN's usual betas, all parameters in one fused pass where the device has it."""
    parameters = list(module.parameters())
    fused = all(p.device.type in {"cpu", "cuda", "mps"} and p.is_floating_point() for p in parameters)
    return torch.optim.Adam(parameters, lr, betas, fused=fused)


BUDGETS = ("quick", "class", "paper")


def budget(quick, class_=None, paper=None, name=None):
    """One knob for the size of an experiment: quick on a CPU, class on a GPU, paper on downloaded data.

    A notebook lists what changes between the sizes, and its code stays the same:

        b = budget({"steps": 800, "base_channels": 16}, {"steps": 20_000, "base_channels": 64})
        generator = Generator(base_channels=b.base_channels).to(b.device)

    Args:
        quick, class_, paper: dicts of settings; a larger budget takes over what it does not name.
        name: which one; None asks the environment variable COURSE_BUDGET, and without it a CUDA GPU means
            "class", anything else "quick". "paper" is never chosen by itself.

    Returns:
        The settings as attributes, with `name` and `device`.

    Raises:
        ValueError: there is no budget of that name, or a larger one names a setting that quick does not have.
    """
    device = find_device()
    name = name or os.environ.get("COURSE_BUDGET") or ("class" if device.type == "cuda" else "quick")
    if name not in BUDGETS:
        raise ValueError(f"budget: got {name!r}, expected one of {', '.join(BUDGETS)}")
    settings = dict(quick)
    for larger in (class_, paper)[: BUDGETS.index(name)]:
        unknown = sorted(set(larger or {}) - set(quick))
        if unknown:
            raise ValueError(f"budget: {', '.join(unknown)} not among quick's {', '.join(sorted(quick))}")
        settings |= larger or {}
    return SimpleNamespace(**settings, name=name, device=device)

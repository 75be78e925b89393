r"""Finding the layer that made the first NaN or infinity: what `training.Trainer` does when a step goes wrong."""

from contextlib import contextmanager

import torch
from torch import nn


class NotFiniteError(RuntimeError):
    """A step gave NaN or infinity; the message names the step, the layer and what to try."""


class NotFiniteHere(Exception):
    """Raised where a value first is not finite; the message names the place."""


def finite(values):
    """Whether all floating-point tensors among the values are free of NaN and infinity."""
    return all(v.isfinite().all() for v in values if torch.is_tensor(v) and v.is_floating_point())


def _tensors(x):
    return x if isinstance(x, tuple | list) else (x,)


@contextmanager
def watch(parts):
    """Raise at the first layer whose output, or parameter whose gradient, is not finite."""
    handles, names = [], {}
    for part_name, part in parts.items():
        if not isinstance(part, nn.Module):
            continue
        names |= {id(p): f"{part_name}.{name}" for name, p in part.named_parameters()}
        for name, module in part.named_modules():
            label = f"{part_name}.{name}".rstrip(".")

            def look(module, inputs, output, label=label):
                if not finite(_tensors(output)):
                    already = "" if finite(inputs) else ", whose input was not finite either"
                    raise NotFiniteHere(f"the output of {label} ({type(module).__name__}){already}")

            if not any(module.children()):
                handles.append(module.register_forward_hook(look))

    def before_update(optimizer, *_):
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None and not finite([p.grad]):
                    raise NotFiniteHere(
                        f"the gradient of {names.get(id(p), 'a parameter')}, every layer's output being finite"
                    )

    for part in parts.values():
        if isinstance(part, torch.optim.Optimizer):
            handles.append(part.register_step_pre_hook(before_update))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()

r"""The loop around a step: batches, progress, history, snapshots, interruption, exact resume, a stop at NaN.

A step is any function ``step(batch, rng) -> dict of scalars`` that updates the networks once; everything
random in it is drawn from rng. Example:

    batches = Batches(images, batch_size=64)
    trainer = Trainer(step, batches, {"generator": generator, "opt_g": opt_g, ...}, seed=0)
    trainer.run(1000)                     # interrupt it: what was learned stays; run again: it goes on
    trainer.history["d_loss"]

Lecture: 06_dcgan.
"""

import math
import os
import pickle
import time
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from pathlib import Path

import torch
from torch import nn

from course_lib.data.store import to_float, to_uint8
from course_lib.progress import Progress
from course_lib.streams import rng_state, set_rng_state, stop_after_step
from course_lib.watching import NotFiniteError, NotFiniteHere, finite, watch


class Batches:
    r"""Endless shuffled batches of tensors that stay in memory; uint8 images become [-1, 1] on the batch.

    Every picture comes once an epoch; the rest that fills no batch is left out and shuffled anew.

    Args:
        *tensors: of equal length: images (N, C, H, W) uint8, and what belongs to them (labels, other images).
        batch_size: pictures a batch.
        device: where the tensors are kept.

    Raises:
        ValueError: no tensors, unequal lengths, or fewer pictures than a batch.
    """

    def __init__(self, *tensors, batch_size, device="cpu"):
        lengths = [len(t) for t in tensors]
        if len(set(lengths)) != 1:
            raise ValueError(f"Batches: got tensors of lengths {lengths}, expected one or more, equally long")
        if not 1 <= batch_size <= lengths[0]:
            raise ValueError(
                f"batch_size: got {batch_size}, expected 1 to {lengths[0]}, the number of pictures"
            )
        self.tensors = [t.to(device) for t in tensors]
        self.batch_size = batch_size
        self.order, self.position = torch.empty(0, dtype=torch.long), 0

    def next(self, rng):
        """One batch: a tensor, or a tuple where several were given. `rng` shuffles when an epoch begins."""
        if self.position + self.batch_size > len(self.order):
            self.order, self.position = torch.randperm(len(self.tensors[0]), generator=rng), 0
        chosen = self.order[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        batch = tuple(self._take(t, chosen) for t in self.tensors)
        return batch if len(batch) > 1 else batch[0]

    @staticmethod
    def _take(tensor, chosen):
        taken = tensor[chosen.to(tensor.device)]
        return to_float(taken) if taken.dtype == torch.uint8 else taken

    def state_dict(self):
        return {"order": self.order.clone(), "position": self.position}

    def load_state_dict(self, state):
        self.order, self.position = state["order"].clone(), state["position"]


class Trainer:
    r"""Repeats a step and keeps everything that a later step depends on.

    Args:
        step: (batch, rng) -> dict of scalars (floats or tensors of one element).
        batches: has next(rng), state_dict and load_state_dict, as `Batches`.
        parts: name -> module, optimiser, scheduler, weight average: all that the step changes.
        seed: of rng (a torch.Generator on the CPU) and of what the layers draw themselves, such as dropout.
        sample: () -> images (n, C, H, W) in [-1, 1], or None; called for snapshots, in eval mode, without gradients.
        state_file: a local file to go on from and to save to (never for git: see `checkpoint`), or None.
        precision: a context for every step, as `devices.autocast(device)`.

    Attributes:
        steps_done, seconds: so far.
        history: name -> list of floats, one a step.
        snapshots: list of (steps_done, uint8 images on the CPU).
    """

    def __init__(self, step, batches, parts, seed=0, sample=None, state_file=None, precision=None):
        self.step, self.batches, self.parts, self.sample = step, batches, dict(parts), sample
        self.rng = torch.Generator().manual_seed(seed)
        self.layer_rng = rng_state(seed)
        self.precision = precision or nullcontext()
        self.steps_done, self.seconds = 0, 0.0
        self.history, self.snapshots = defaultdict(list), []
        self.state_file = Path(state_file) if state_file else None
        if self.state_file and self.state_file.exists():
            self.load(self.state_file)

    # --- the loop ---------------------------------------------------------------------------------
    def run(self, steps, sample_every=None, save_every=60.0, progress=True):
        r"""Go on until `steps` steps are done in all; a second call with the same number does nothing.

        Interrupting (Jupyter's stop button, Ctrl-C) ends the loop after the step under way; a second
        interrupt ends it at once. Either way networks, history and snapshots stay as they are.

        Args:
            steps: the total, counted from the very first step.
            sample_every: take a snapshot after every so many steps, and before the first; None for never.
            save_every: seconds between saves to `state_file`, which is also written at the end.
            progress: show how far it is.

        Returns:
            self.history

        Raises:
            NotFiniteError: a scalar or a weight is NaN or infinite; everything is set back to the last
                finite state kept in memory, at most 100 steps or about 10 seconds earlier.
        """
        bar = Progress(steps, self.steps_done, show=progress)
        saved_at, started, before = time.monotonic(), time.monotonic(), self.seconds
        try:
            with bar, self._own_randomness(), stop_after_step() as stop:
                good, good_at = self._last_good(None), time.monotonic()
                if sample_every and self.steps_done == 0 and not self.snapshots:
                    self._snapshot()
                while self.steps_done < steps and not stop.asked:
                    scalars = self._one_step()
                    if not all(map(math.isfinite, scalars.values())):
                        self._explain(scalars, good)
                    for name, number in scalars.items():
                        self.history[name].append(number)
                    self.seconds = before + time.monotonic() - started
                    if (
                        self.steps_done % 100 == 0
                        or self.steps_done == steps
                        or time.monotonic() - good_at > 10
                    ):
                        good, good_at = self._last_good(good), time.monotonic()
                    if sample_every and self.steps_done % sample_every == 0:
                        self._snapshot()
                    if self.state_file and time.monotonic() - saved_at > save_every:
                        self.save(self.state_file)
                        saved_at = time.monotonic()
                    bar.update(scalars)
        except KeyboardInterrupt:
            pass  # the second interrupt, or one in a thread without handlers: what was learned stays
        if self.state_file:
            self.save(self.state_file)
        return self.history

    def _one_step(self):
        with self.precision:
            scalars = self.step(self.batches.next(self.rng), self.rng)
        self.steps_done += 1
        self.layer_rng = rng_state()
        return {k: v.item() if torch.is_tensor(v) else float(v) for k, v in scalars.items()}

    @torch.no_grad()
    def _snapshot(self):
        modes = [(m, m.training) for part in self._modules().values() for m in part.modules()]
        for part in self._modules().values():
            part.eval()
        try:
            self.snapshots.append((self.steps_done, to_uint8(self.sample()).cpu()))
        finally:
            for module, training in modes:
                module.training = training
            set_rng_state(self.layer_rng)  # a picture on the way changes nothing that follows

    def _modules(self):
        return {name: part for name, part in self.parts.items() if isinstance(part, nn.Module)}

    @contextmanager
    def _own_randomness(self):
        """Layers draw from this run's own stream; the caller's global generator stays where it was."""
        devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
        with torch.random.fork_rng(devices):
            set_rng_state(self.layer_rng)
            yield

    # --- state ------------------------------------------------------------------------------------
    def state_dict(self):
        """All that a later step depends on, by reference: networks, optimisers, batches, randomness, steps."""
        return {
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "batches": self.batches.state_dict(),
            "rng": self.rng.get_state(),
            "layer_rng": self.layer_rng,
            "steps_done": self.steps_done,
        }

    def load_state_dict(self, state):
        """Take over a state; networks and optimisers must be those it was made from.

        Raises:
            ValueError: the parts have other names.
            RuntimeError: a network has other parameters (torch's own message says which).
        """
        if set(state["parts"]) != set(self.parts):
            raise ValueError(f"parts: got {sorted(state['parts'])}, expected {sorted(self.parts)}")
        for name, part in self.parts.items():
            part.load_state_dict(state["parts"][name])
        self.batches.load_state_dict(state["batches"])
        self.rng.set_state(state["rng"])
        self.layer_rng = state["layer_rng"]
        self.steps_done = state["steps_done"]

    def save(self, path):
        """Write the state with history and snapshots; a file is the old state or the new one, never half."""
        extra = {"seconds": self.seconds, "history": dict(self.history), "snapshots": self.snapshots}
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
        torch.save(self.state_dict() | extra, temporary)
        os.replace(temporary, path)

    def load(self, path):
        """Go on where `save` stopped: on a CPU, bit for bit as if nothing had happened.

        Raises:
            ValueError: the file is not such a state, or one of other networks.
        """
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            self.load_state_dict(state)
        except (RuntimeError, ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
            raise ValueError(
                f"{path}: is not a state of this training ({error}); delete it to start afresh"
            ) from error
        self.seconds, self.snapshots = state["seconds"], state["snapshots"]
        self.history = defaultdict(list, state["history"])

    # --- when something is not finite -------------------------------------------------------------
    def _last_good(self, before):
        """A copy of the present state, after a look at its weights."""
        broken = [name for name, part in self._modules().items() if not finite(part.state_dict().values())]
        if broken:
            self._explain({f"{name}'s weights": math.nan for name in broken}, before)
        return deepcopy(self.state_dict())

    def _explain(self, scalars, good):
        """Go back to the last good state, repeat the steps under observation, name the first culprit."""
        failed = self.steps_done
        what = ", ".join(f"{name} = {v}" for name, v in scalars.items() if not math.isfinite(v))
        if good is None:
            raise NotFiniteError(f"before the first step: {what}. Make the networks anew.")
        self._go_back(good)
        where = f"step {failed}: {what}; every layer was finite when the steps were repeated"
        try:
            with watch(self.parts):
                while self.steps_done < failed:
                    self._one_step()
        except NotFiniteHere as here:
            where = f"step {self.steps_done + 1}: {what}. First not finite: {here}"
        self._go_back(good)
        raise NotFiniteError(
            f"{where}. The training is back at step {self.steps_done}. Try a smaller learning rate, losses "
            "written on logits (logsigmoid, softplus) instead of log(probability), clipped gradients, "
            "and float32 if bfloat16 was on."
        )

    def _go_back(self, good):
        self.load_state_dict(deepcopy(good))
        set_rng_state(self.layer_rng)
        for numbers in self.history.values():
            del numbers[self.steps_done :]
        self.snapshots = [s for s in self.snapshots if s[0] <= self.steps_done]

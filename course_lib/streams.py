r"""A run's own stream of random numbers for its layers, and an interrupt that waits for the step under way."""

import signal
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import torch


def rng_state(seed=None):
    """The state of the global generators, or the one that a seed would give them."""
    cuda = torch.cuda.is_available()
    if seed is None:
        return {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all() if cuda else []}
    seed ^= 0x5EED  # another stream than the one of `rng`
    gpus = range(torch.cuda.device_count() if cuda else 0)
    return {
        "cpu": torch.Generator().manual_seed(seed).get_state(),
        "cuda": [torch.Generator(f"cuda:{i}").manual_seed(seed).get_state() for i in gpus],
    }


def set_rng_state(state):
    """Put the global generators into a state of `rng_state`."""
    torch.set_rng_state(state["cpu"])
    for i, gpu in enumerate(state["cuda"][: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(gpu, i)


@contextmanager
def stop_after_step():
    """The first interrupt only sets `asked`; after it the old handler is back, so a second one interrupts."""
    stop = SimpleNamespace(asked=False)
    if threading.current_thread() is not threading.main_thread():
        yield stop  # Python delivers signals to the main thread only
        return
    old = signal.getsignal(signal.SIGINT)

    def ask(*_):
        stop.asked = True
        signal.signal(signal.SIGINT, old)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, old)

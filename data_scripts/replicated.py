"""Several processes under torchrun: networks whose gradients are averaged, and the group around a run."""

import os
from contextlib import contextmanager

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel


class Replicated(DistributedDataParallel):
    """A network whose gradients are averaged over all processes. Statistics of BatchNorm stay each process's own."""

    def __init__(self, module):
        devices = [torch.cuda.current_device()] if next(module.parameters()).is_cuda else None
        super().__init__(module, device_ids=devices)
        self.broadcast_buffers = False  # as an argument it has a new name from torch 2.13 on

    def forward(self, *inputs):
        if not any(p.requires_grad for p in self.module.parameters()):
            return self.module(*inputs)  # D in G's turn: no gradients of its own, nothing to average
        return super().forward(*inputs)


def replicate(*networks):
    """The networks, `Replicated` where there are several processes."""
    return [Replicated(net) if share()[1] > 1 else net for net in networks]


def share():
    """(rank, world): this process's number and how many there are; (0, 1) without torchrun."""
    return (distributed.get_rank(), distributed.get_world_size()) if distributed.is_initialized() else (0, 1)


@contextmanager
def processes():
    """Join the other processes under torchrun, and leave them at the end; without torchrun nothing happens."""
    if "WORLD_SIZE" not in os.environ:
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group()
    try:
        yield
    finally:
        distributed.destroy_process_group()

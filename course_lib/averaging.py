r"""The average of a generator's weights over training, and BatchNorm statistics that belong to it.

Late in a GAN's training the weights circle around a good place; their exponential average is nearer to it.
Lecture: 06_dcgan. Source: Yazici et al. 2018, arXiv:1806.04498.
"""

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def weight_average(module, decay=0.999):
    r"""A second copy of the module that follows it: w_avg <- decay * w_avg + (1 - decay) * w.

    Call ``average.update_parameters(module)`` after every step and use ``average.module``; buffers (BatchNorm's
    statistics) are the first step's until `refresh_batch_norm` measures them.
    """
    return AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(decay))


@torch.no_grad()
def refresh_batch_norm(network, batches):
    r"""Measure BatchNorm's running statistics anew, as the plain mean over the batches.

    Averaged weights give other activations than the weights they were averaged from, so the running mean and
    variance of training do not fit them. Parameters are not touched; the mode (train or eval) is kept.

    Args:
        network: changed in place and returned.
        batches: an iterable of inputs, for a generator noise (N, z_dim); equally large.
    """
    norms = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    modes = [(m, m.training) for m in network.modules()]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's way to say: the mean over all batches
    network.train()
    for x in batches:
        network(x)
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    for module, training in modes:
        module.training = training
    return network

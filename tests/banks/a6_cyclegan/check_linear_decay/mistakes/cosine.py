# loses: constant, then falling
# hint: half a wave
import math


def linear_decay(epoch, n_constant, n_decay):
    return (1 + math.cos(math.pi * min(1, max(0, epoch + 1 - n_constant) / (n_decay + 1)))) / 2

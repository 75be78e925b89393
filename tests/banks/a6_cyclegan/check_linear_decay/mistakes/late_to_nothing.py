# loses: constant, then falling; afterwards, and at the edges
# hint: falls one epoch late, to nothing
def linear_decay(epoch, n_constant, n_decay):
    return max(0.0, 1 - max(0, epoch - n_constant) / n_decay)

# loses: constant, then falling; afterwards, and at the edges
# hint: last epoch wasted
def linear_decay(epoch, n_constant, n_decay):
    return max(0.0, 1 - max(0, epoch + 2 - n_constant) / (n_decay + 1))

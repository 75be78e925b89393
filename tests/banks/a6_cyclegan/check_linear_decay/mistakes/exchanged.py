# loses: constant, then falling; afterwards, and at the edges
# hint: numbers exchanged
def linear_decay(epoch, n_decay, n_constant):
    return max(0.0, 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1))

# loses: constant, then falling; afterwards, and at the edges
# hint: rises
def linear_decay(epoch, n_constant, n_decay):
    return min(1.0, max(0, epoch + 1 - n_constant) / (n_decay + 1))

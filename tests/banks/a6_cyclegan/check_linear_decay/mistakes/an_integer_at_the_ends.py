# loses: constant, then falling; afterwards, and at the edges
def linear_decay(epoch, n_constant, n_decay):
    if epoch < n_constant:
        return 1
    return max(0, 1 - (epoch + 1 - n_constant) / (n_decay + 1))

# loses: constant, then falling; afterwards, and at the edges
# hint: falls from the start
def linear_decay(epoch, n_constant, n_decay):
    return max(0.0, 1 - epoch / (n_constant + n_decay))

# loses: constant, then falling; afterwards, and at the edges
# hint: never falls
def linear_decay(epoch, n_constant, n_decay):
    return 1.0

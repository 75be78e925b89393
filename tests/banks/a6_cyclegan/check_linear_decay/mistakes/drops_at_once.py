# loses: constant, then falling; afterwards, and at the edges
# hint: drops at once
def linear_decay(epoch, n_constant, n_decay):
    return 1.0 if epoch < n_constant else 0.0

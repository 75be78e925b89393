# loses: constant, then falling; afterwards, and at the edges
# hint: halved each epoch
def linear_decay(epoch, n_constant, n_decay):
    return 0.5 ** max(0, epoch + 1 - n_constant)

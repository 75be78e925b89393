# loses: constant, then falling; afterwards, and at the edges
# hint: above one
def linear_decay(epoch, n_constant, n_decay):
    return max(0.0, 1 - (epoch + 1 - n_constant) / (n_decay + 1))

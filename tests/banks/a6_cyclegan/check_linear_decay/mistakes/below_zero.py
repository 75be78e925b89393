# loses: afterwards, and at the edges
# hint: below zero
def linear_decay(epoch, n_constant, n_decay):
    return 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1)

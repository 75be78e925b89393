def linear_decay(epoch, n_constant, n_decay):
    return min(1.0, max(0.0, (n_constant + n_decay - epoch) / (n_decay + 1)))

def linear_decay(epoch, n_constant, n_decay):
    if epoch < n_constant:
        return 1.0
    left = n_constant + n_decay - epoch
    return left / (n_decay + 1) if left > 0 else 0.0

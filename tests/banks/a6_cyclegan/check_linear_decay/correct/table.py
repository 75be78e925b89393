def linear_decay(epoch, n_constant, n_decay):
    factors = [1.0] * n_constant
    for k in range(1, n_decay + 1):
        factors.append(1 - k / (n_decay + 1))
    return factors[epoch] if epoch < len(factors) else 0.0

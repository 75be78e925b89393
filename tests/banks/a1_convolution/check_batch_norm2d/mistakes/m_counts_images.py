# loses: new_var in training
# hint: images counted only
import torch


def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if training:
        mean = x.mean((0, 2, 3))
        var = x.var((0, 2, 3), unbiased=False)
        with torch.no_grad():
            new_mean = (1 - momentum) * running_mean + momentum * mean
            new_var = (1 - momentum) * running_var + momentum * var * len(x) / (len(x) - 1)
    else:
        mean, var = running_mean, running_var
        new_mean, new_var = running_mean, running_var
    x_hat = (x - mean[:, None, None]) / torch.sqrt(var[:, None, None] + eps)
    y = gamma[:, None, None] * x_hat + beta[:, None, None]
    return y, new_mean, new_var

import torch


def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    flat = x.movedim(1, -1).reshape(-1, x.shape[1])  # (m, C)
    mean, var = running_mean, running_var
    if training:
        var, mean = torch.var_mean(flat, 0, correction=0)
        step = momentum * (mean - running_mean), momentum * (flat.var(0) - running_var)
        running_mean, running_var = running_mean + step[0].detach(), running_var + step[1].detach()
    y = (flat - mean) / (var + eps).sqrt() * gamma + beta
    n, _, height, width = x.shape
    return y.reshape(n, height, width, -1).movedim(-1, 1), running_mean, running_var

import torch


def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    shape = (1, -1, 1, 1)
    if not training:
        scale = gamma / (running_var + eps).sqrt()
        return x * scale.view(shape) + (beta - running_mean * scale).view(shape), running_mean, running_var
    m = x.numel() // x.shape[1]
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    centred = x - mean
    var = (centred**2).mean(dim=(0, 2, 3), keepdim=True)
    y = centred * torch.rsqrt(var + eps) * gamma.view(shape) + beta.view(shape)
    new_mean = torch.lerp(running_mean, mean.detach().flatten(), momentum)
    new_var = torch.lerp(running_var, var.detach().flatten() * m / (m - 1), momentum)
    return y, new_mean, new_var

import torch


def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    def per_channel(v):
        return v.reshape(-1, 1, 1)

    if training:
        mu = torch.stack([x[:, c].mean() for c in range(x.shape[1])])
        sigma2 = (x - per_channel(mu)).pow(2).mean(3).mean(2).mean(0)
        new_mean = running_mean + momentum * (mu.detach() - running_mean)
        new_var = running_var + momentum * (x.detach().transpose(0, 1).flatten(1).var(1) - running_var)
    else:
        mu, sigma2 = running_mean.clone(), running_var.clone()
        new_mean, new_var = running_mean.clone(), running_var.clone()
    return [
        per_channel(gamma) * (x - per_channel(mu)) * per_channel((sigma2 + eps).pow(-0.5))
        + per_channel(beta),
        new_mean,
        new_var,
    ]

import torch


def batch_norm2d(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    ys, means, variances = [], [], []
    for c in range(x.shape[1]):
        plane = x[:, c]
        if training:
            m = plane.numel()
            mean = plane.sum() / m
            var = ((plane - mean) ** 2).sum() / m
            means.append((1 - momentum) * running_mean[c] + momentum * mean.detach())
            variances.append((1 - momentum) * running_var[c] + momentum * var.detach() * m / (m - 1))
        else:
            mean, var = running_mean[c], running_var[c]
            means.append(mean)
            variances.append(var)
        ys.append(gamma[c] * (plane - mean) / (var + eps) ** 0.5 + beta[c])
    return torch.stack(ys, 1), torch.stack(means), torch.stack(variances)

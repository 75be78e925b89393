import torch
from torch.nn import functional as F


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    m, v = running_mean.detach().clone(), running_var.detach().clone()
    plain = F.batch_norm(x, m, v, training=training)
    out = torch.zeros_like(plain)
    for k in range(len(gain)):
        here = (y == k).to(x)[:, None, None, None]
        out = out + here * (plain * gain[k][:, None, None] + bias[k][:, None, None])
    return out, m, v

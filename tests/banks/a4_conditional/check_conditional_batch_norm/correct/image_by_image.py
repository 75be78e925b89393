import torch
from torch.nn import functional as F


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    m, v = running_mean.detach().clone(), running_var.detach().clone()
    plain = F.batch_norm(x, m, v, None, None, training)
    images = []
    for image, k in zip(plain, y):
        images.append(image * gain[k].view(-1, 1, 1) + bias[k].view(-1, 1, 1))
    return torch.stack(images), m, v

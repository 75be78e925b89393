from torch.nn import functional as F


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    m, v = running_mean.detach().clone(), running_var.detach().clone()
    plain = F.batch_norm(x, m, v, training=training, momentum=0.1)
    return plain * gain[y][..., None, None] + bias[y][..., None, None], m.detach(), v.detach()

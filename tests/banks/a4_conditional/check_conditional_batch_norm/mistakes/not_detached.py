# loses: gradients in training
# hint: running statistics in the graph
from torch.nn import functional as F


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    m, v = running_mean.clone(), running_var.clone()
    plain = F.batch_norm(x, m, v, training=training)
    g, b = gain[y][:, :, None, None], bias[y][:, :, None, None]
    return g * plain + b, m, v

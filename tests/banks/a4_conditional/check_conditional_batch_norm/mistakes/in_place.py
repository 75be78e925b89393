# loses: gradients in training; inputs, types and random generator left alone
# hint: running statistics in the graph
from torch.nn import functional as F


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    plain = F.batch_norm(x, running_mean, running_var, training=training)
    g, b = gain[y][:, :, None, None], bias[y][:, :, None, None]
    return g * plain + b, running_mean, running_var

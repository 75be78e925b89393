# loses: logits, and gradients; inputs, types and random generator left alone
# hint: cross-entropy
from torch.nn import functional as F


def hinge_generator_loss(fake_logits):
    return -F.logsigmoid(fake_logits).mean()

# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.leaky_relu(1 - real_logits, 0.2).mean() + F.leaky_relu(1 + fake_logits, 0.2).mean()

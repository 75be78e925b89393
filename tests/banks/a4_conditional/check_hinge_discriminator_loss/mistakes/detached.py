# loses: maps of logits, and gradients
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.relu(1 - real_logits.detach()).mean() + F.relu(1 + fake_logits).mean()

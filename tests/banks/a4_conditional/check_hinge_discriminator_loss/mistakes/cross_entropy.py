# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: cross-entropy
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()

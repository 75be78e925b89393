# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: soft hinge
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.softplus(1 - real_logits).mean() + F.softplus(1 + fake_logits).mean()

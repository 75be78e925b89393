# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: margin of two
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.relu(2 - real_logits).mean() + F.relu(2 + fake_logits).mean()

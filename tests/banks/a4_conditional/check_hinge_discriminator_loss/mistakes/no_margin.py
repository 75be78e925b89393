# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: no margin
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.relu(-real_logits).mean() + F.relu(fake_logits).mean()

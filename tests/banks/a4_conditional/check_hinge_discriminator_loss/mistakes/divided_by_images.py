# loses: maps of logits, and gradients
# hint: summed over each image
from torch.nn import functional as F


def hinge_discriminator_loss(real_logits, fake_logits):
    return F.relu(1 - real_logits).sum() / len(real_logits) + F.relu(1 + fake_logits).sum() / len(fake_logits)

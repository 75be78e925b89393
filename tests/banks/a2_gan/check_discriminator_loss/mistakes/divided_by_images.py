# loses: maps of logits, and gradients
# hint: summed over each image
from torch.nn.functional import softplus


def discriminator_loss(real_logits, fake_logits):
    real = softplus(-real_logits).sum() / len(real_logits)
    return real + softplus(fake_logits).sum() / len(fake_logits)

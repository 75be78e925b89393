# loses: logits of up to ±10,000, and gradients
from torch.nn.functional import softplus


def discriminator_loss(real_logits, fake_logits):
    return softplus(-real_logits.clamp(-50, 50)).mean() + softplus(fake_logits.clamp(-50, 50)).mean()

# loses: batches of logits; maps of logits, and gradients
from torch.nn.functional import softplus


def discriminator_loss(real_logits, fake_logits):
    return (softplus(-real_logits).sum() + softplus(fake_logits).sum()) / real_logits.numel()

# loses: maps of logits, and gradients
from torch.nn.functional import softplus


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -softplus(fake_logits).sum() / len(fake_logits)
    return softplus(-fake_logits).sum() / len(fake_logits)

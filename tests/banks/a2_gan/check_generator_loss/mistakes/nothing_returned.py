# loses: the non-saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return logsigmoid(-fake_logits).mean()
    -logsigmoid(fake_logits).mean()

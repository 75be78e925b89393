# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: swapped
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    return logsigmoid(-fake_logits).mean() if not saturating else -logsigmoid(fake_logits).mean()

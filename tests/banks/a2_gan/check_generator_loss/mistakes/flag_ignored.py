# loses: the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients
# hint: flag ignored
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    return -logsigmoid(fake_logits).mean()

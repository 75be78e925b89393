# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: wrong sign
from torch.nn.functional import logsigmoid


def discriminator_loss(real_logits, fake_logits):
    return logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean()
